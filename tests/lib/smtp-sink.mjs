// A mail server as a process of its own, told by environment what to answer:
//
//   SINK_TLS=CERT,KEY    offers STARTTLS;  SINK_AUTH=NAME:PASSWORD  wants it
//   SINK_ANSWERS=FILE    JSON, read at each recipient: { "ADDRESS": "450 …" }
//   SINK_DELAY=MS        before a message is accepted
//
// Prints one JSON line { port }, then one for each message it has accepted:
// { from, to, secure, user, raw }, and { begun: to } when it begins to take one.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const { SMTPServer } = createRequire(join(root, 'build/npm/'))('smtp-server');
const { SINK_TLS, SINK_AUTH, SINK_ANSWERS, SINK_DELAY = '0', SINK_PORT = '0' } = process.env;
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const [cert, key] = (SINK_TLS ?? '').split(',');
const off = ['AUTH', 'STARTTLS'].filter((name) => !(name === 'AUTH' ? SINK_AUTH : SINK_TLS));

function answer(address) {
  const text = SINK_ANSWERS ? JSON.parse(readFileSync(SINK_ANSWERS, 'utf8'))[address] : null;
  return text ? Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) }) : null;
}

const server = new SMTPServer({
  disabledCommands: off,
  authOptional: !SINK_AUTH,
  ...(SINK_TLS ? { cert: readFileSync(cert), key: readFileSync(key) } : {}),
  logger: false,
  onAuth({ username, password }, _session, callback) {
    if (`${username}:${password}` === SINK_AUTH) callback(null, { user: username });
    else callback(new Error('Anmeldung fehlgeschlagen'));
  },
  onRcptTo({ address }, _session, callback) { callback(answer(address)); },
  onData(stream, session, callback) {
    const chunks = [];
    const { mailFrom, rcptTo } = session.envelope;
    const to = rcptTo.map((r) => r.address);
    say({ begun: to });
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => setTimeout(() => {
      say({ from: mailFrom.address, to, secure: session.secure, user: session.user ?? null, raw: Buffer.concat(chunks).toString('latin1') });
      callback(null, 'angenommen');
    }, Number(SINK_DELAY)));
  },
});
server.on('error', () => {}); // such as a client that was killed
server.listen(Number(SINK_PORT), '127.0.0.1', () => say({ port: server.server.address().port }));
process.on('SIGTERM', () => process.exit(0));
