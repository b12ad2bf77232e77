// A small browser without scripts: cookies, redirects by hand, forms.
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { DEMO_PASSWORD, demoSecret, totp } from './people.mjs';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export class Client {
  constructor(url) {
    this.url = new URL(url);
    this.cookies = new Map();
    this.lastPage = null;
  }

  /** One request; resolves to a Reply, follows nothing. */
  request(method, path, { headers = {}, body = null, useAgent = true } = {}) {
    return new Promise((resolve, reject) => {
      const sent = httpRequest({
        host: this.url.hostname, port: this.url.port, method, path, agent: useAgent ? agent : false,
        headers: {
          accept: path.startsWith('/api/') ? 'application/json' : 'text/html',
          ...(this.cookies.size > 0 ? { cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ') } : {}),
          ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      });
      sent.setTimeout(30_000, () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
      sent.on('error', reject);
      sent.on('response', (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const reply = new Reply(method, path, answer, Buffer.concat(chunks));
          this.keep(reply.headers['set-cookie'] ?? []);
          if (reply.isPage) this.lastPage = reply;
          resolve(reply);
        });
      });
      sent.end(body ?? undefined);
    });
  }

  keep(cookies) {
    for (const line of cookies) {
      const [pair, ...attributes] = line.split(';').map((s) => s.trim());
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      const gone = attributes.some((a) => /^max-age=0$/i.test(a)) || pair.slice(at + 1) === '';
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(at + 1));
    }
  }

  get(path, options) { return this.request('GET', path, options); }
  head(path, options) { return this.request('HEAD', path, options); }

  /** The JSON twin of a page, parsed. */
  async json(path, options) {
    const reply = await this.get(`/api${path === '/' ? '' : path}`, options);
    if (reply.status !== 200) throw new Error(`GET /api${path}: ${reply.status} ${reply.text.slice(0, 300)}`);
    return reply.json;
  }

  /** GET, following redirects within the server. */
  async visit(path, options) {
    let reply = await this.get(path, options);
    for (let hops = 0; hops < 5 && reply.isRedirect; hops += 1) reply = await this.get(reply.location, options);
    return reply;
  }

  /** Posts fields as they are; fields: object (arrays repeat) or pairs. */
  post(path, fields, { headers = {}, ...options } = {}) {
    return this.request('POST', path, {
      ...options,
      body: encode(fields),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.url.origin, ...headers },
    });
  }

  /** Posts fields and one file ({ field, name, data }) as a browser does. */
  upload(path, fields, { field = 'file', name = 'liste.csv', data }, { headers = {}, ...options } = {}) {
    const boundary = `----resonanz${Math.random().toString(36).slice(2)}`;
    const part = (disposition, value) => [Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`), Buffer.from(value), Buffer.from('\r\n')];
    const body = Buffer.concat([...Object.entries(fields).flatMap(([key, value]) => part(`name="${key}"`, String(value))),
      ...part(`name="${field}"; filename="${name}"`, data), Buffer.from(`--${boundary}--\r\n`)]);
    return this.request('POST', path, { ...options, body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, origin: this.url.origin, ...headers } });
  }

  /** JSON to the twin of an action, with the form token of this session. */
  async postJson(path, fields, { headers = {}, ...options } = {}) {
    return this.request('POST', `/api${path}`, {
      ...options,
      body: JSON.stringify(fields),
      headers: { 'content-type': 'application/json', origin: this.url.origin, 'x-csrf-token': await this.csrf(), ...headers },
    });
  }

  /** What the form of an answer would send, as it stands; for answer_save. */
  async answerFields(base, target) {
    const { form } = await this.json(`${base}/response/answers/${target}`);
    return { csrf: await this.csrf(), version: form.version, stance: form.stance ?? '', body: form.body ?? '', proposal: form.proposal ?? '', reason: form.reason ?? '' };
  }

  /** Saves an answer as the form does; the reply. */
  async save(base, target, fields) {
    return this.post(`${base}/response/answers/${target}`, { ...(await this.answerFields(base, target)), ...fields });
  }

  /**
   * Opens a page, fills in the form that posts to action (default: the page's
   * own path) and sends it: what a person does.
   */
  async submit(page, fields = {}, { action = page, headers } = {}) {
    const opened = await this.visit(page);
    if (opened.status !== 200) throw new Error(`GET ${page}: ${opened.status}`);
    return this.post(action, { ...opened.form(action), ...fields }, { headers });
  }

  /** The form token of this session. */
  async csrf() {
    const page = this.lastPage?.csrf ? this.lastPage : await this.get('/account');
    if (!page.csrf) throw new Error('no form token on the page');
    this.lastPage = page;
    return page.csrf;
  }

  /** Signs in, with the code of the demo's device where one is asked for. */
  async login(mail, password = DEMO_PASSWORD) {
    const page = await this.get('/login');
    let reply = await this.post('/login', { csrf: page.csrf ?? '', mail, password, next: '' });
    if (reply.location?.startsWith('/login/second-factor')) {
      // a step counts once: of two logins at the same time the second takes the next
      for (const steps of [-1, 0, 1]) {
        const { csrf } = await this.get(reply.location);
        const answer = await this.post('/login/second-factor', { csrf, code: totp(demoSecret(mail), steps), next: '' });
        if (answer.status === 303) { reply = answer; break; }
      }
      if (reply.location.startsWith('/login/second-factor')) throw new Error(`second factor of ${mail}: three codes used already?`);
    }
    if (reply.status !== 303) throw new Error(`login of ${mail}: ${reply.status} ${reply.words.slice(0, 600)}`);
    this.landing = reply.location;
    this.lastPage = null;
    return reply;
  }

  async logout() {
    return this.post('/logout', { csrf: await this.csrf() });
  }
}

export class Reply {
  constructor(method, path, answer, body) {
    Object.assign(this, { method, path, status: answer.statusCode, headers: answer.headers, rawHeaders: answer.rawHeaders, body });
  }

  get text() { return this.body.toString('utf8'); }
  get type() { return this.headers['content-type'] ?? ''; }
  get json() { return JSON.parse(this.text); }
  get isPage() { return this.type.startsWith('text/html'); }
  get isRedirect() { return this.status >= 300 && this.status < 400 && this.headers.location !== undefined; }
  get location() { return this.headers.location; }
  get title() { return decode(/<title>([^<]*)<\/title>/.exec(this.text)?.[1] ?? ''); }
  get csrf() { return /name="csrf"\s+value="([^"]+)"/.exec(this.text)?.[1]; }

  /** The page as a reader sees it: no tags, one space between words. */
  get words() {
    return decode(this.text.replace(/<(script|style|svg)\b[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ');
  }

  /** Names and present values of the form that posts to action. */
  form(action) {
    const forms = [...this.text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)];
    const fitting = forms.filter(([, attributes]) => /method="post"/i.test(attributes) && (attribute(attributes, 'action') ?? this.path).split('?')[0] === action.split('?')[0]);
    const [found] = fitting.sort((a, b) => b[2].length - a[2].length); // the main one
    if (!found) throw new Error(`no form to ${action} on ${this.path}`);
    const fields = {};
    const put = (name, value) => {
      if (name === null || name === undefined) return;
      if (fields[name] === undefined) fields[name] = value;
      else fields[name] = [].concat(fields[name], value);
    };
    for (const [, input, own, other, others, inner] of found[2].matchAll(/<(?:(input)\b([^>]*)>|(textarea|select)\b([^>]*)>([\s\S]*?)<\/(?:textarea|select)>)/g)) {
      const [tag, attributes] = input ? [input, own] : [other, others];
      const name = attribute(attributes, 'name');
      if (/\sdisabled\b/.test(attributes)) continue;
      if (tag === 'textarea') put(name, decode((inner ?? '').replace(/^\n/, '')));
      else if (tag === 'select') put(name, attribute(/<option\b([^>]*\bselected\b[^>]*)>/.exec(inner ?? '')?.[1] ?? '', 'value') ?? '');
      else {
        const type = attribute(attributes, 'type') ?? 'text';
        if (type === 'submit' || type === 'button') continue;
        if ((type === 'radio' || type === 'checkbox') && !/\schecked\b/.test(attributes)) continue;
        put(name, attribute(attributes, 'value') ?? (type === 'checkbox' ? 'on' : ''));
      }
    }
    return fields;
  }
}

function attribute(text, name) {
  const found = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text);
  return found ? decode(found[1]) : null;
}

export function decode(text) {
  const names = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', shy: '\u00ad' };
  return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (all, name) => {
    if (name[0] !== '#') return names[name] ?? all;
    return String.fromCodePoint(name[1].toLowerCase() === 'x' ? parseInt(name.slice(2), 16) : Number(name.slice(1)));
  });
}

export function encode(fields) {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  const parameters = new URLSearchParams();
  for (const [name, value] of pairs) for (const v of [].concat(value)) if (v !== null && v !== undefined) parameters.append(name, String(v));
  return parameters.toString();
}

/** Sends raw octets and collects what comes back until the peer closes. */
export function raw(url, octets, { timeout = 5000, endAfter = false } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = connect(Number(port), hostname, () => { socket.write(octets); if (endAfter) socket.end(); });
    socket.setTimeout(timeout, () => { socket.destroy(); resolve({ text: Buffer.concat(chunks).toString('latin1'), timedOut: true }); });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) => (chunks.length > 0 ? resolve({ text: Buffer.concat(chunks).toString('latin1'), error }) : reject(error)));
    socket.on('end', () => resolve({ text: Buffer.concat(chunks).toString('latin1'), timedOut: false }));
  });
}
