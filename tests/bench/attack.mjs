// Many failed logins at once: node attack.mjs PORT CONNECTIONS SECONDS
// Each connection tries one login after the other, for an account and from an
// address of its own; at the end one line of JSON says what the answers were.
import { request, Agent } from 'node:http';

const [port, connections, seconds] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const end = Date.now() + seconds * 1000;
const told = { refused: 0, limited: 0, others: 0 };

function attempt(n, round) {
  const body = `mail=amt-${n}%40unbekannt.example&password=Falsches-Passwort-${round}&next=`;
  return new Promise((resolve) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/login', agent, headers: {
      'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), accept: 'application/json',
      'x-forwarded-for': `10.${n >> 8}.${n & 255}.${round & 255}` } }, (answer) => {
      answer.resume();
      answer.on('end', () => { told[{ 422: 'refused', 429: 'limited' }[answer.statusCode] ?? 'others'] += 1; resolve(); });
    });
    sent.on('error', () => { told.others += 1; setTimeout(resolve, 100); });
    sent.setTimeout(20_000, () => sent.destroy());
    sent.end(body);
  });
}

await Promise.all(Array.from({ length: connections }, async (_, n) => {
  for (let round = 0; Date.now() < end; round += 1) await attempt(n, round);
}));
agent.destroy();
console.log(JSON.stringify(told));
