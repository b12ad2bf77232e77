// The mail server of tests, and mails taken apart.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './cluster.mjs';

/** Starts tests/lib/smtp-sink.mjs: { port, mails, begun, stop }. */
export async function sink(env = {}) {
  const child = spawn(process.execPath, [join(root, 'tests/lib/smtp-sink.mjs')], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const one = { mails: [], begun: [], port: null };
  let rest = '';
  const closed = new Promise((resolve) => child.on('close', resolve));
  process.on('exit', () => child.kill('SIGKILL'));
  one.stop = () => { child.kill('SIGTERM'); return closed; };
  await new Promise((resolve, reject) => {
    child.on('close', () => reject(new Error('the mail server of the test ended')));
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines.map((l) => JSON.parse(l))) {
        if (line.port) { one.port = line.port; one.url = `smtp://127.0.0.1:${line.port}`; resolve(); }
        else if (line.begun) one.begun.push(line.begun);
        else one.mails.push(parse(line));
      }
    });
  });
  return one;
}

const octets = (text) => Buffer.from(text, 'latin1').toString('utf8');
const unquote = (text) => octets(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))));
const words = (value) => value.replace(/(=\?UTF-8\?Q\?[^?]*\?=)\s+(?==\?UTF-8\?Q\?)/g, '$1')
  .replace(/=\?UTF-8\?Q\?([^?]*)\?=/g, (_, text) => unquote(text.replaceAll('_', ' ')));

/** A mail as people read it: head (names in lower case), text, link. */
export function parse(mail) {
  const [head, ...body] = mail.raw.split('\r\n\r\n');
  const fields = Object.fromEntries(head.replace(/\r\n[ \t]/g, ' ').split('\r\n')
    .map((line) => { const at = line.indexOf(':'); return [line.slice(0, at).toLowerCase(), words(line.slice(at + 1).trim())]; }));
  const coded = body.join('\r\n\r\n');
  const text = (fields['content-transfer-encoding'] === 'quoted-printable' ? unquote(coded) : coded).replaceAll('\r\n', '\n');
  return { ...mail, head: fields, text, link: /https?:\/\/\S+\/invitation\/\S+/.exec(text)?.[0] ?? null };
}
