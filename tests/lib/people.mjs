// The demo people the tests sign in as, from the demo's own data.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { people } = JSON.parse(readFileSync(new URL('../../assets/demo/world-2024.json', import.meta.url), 'utf8'));

/** All of them share one password; conf/demo-logins.txt prints it. */
export const DEMO_PASSWORD = /password for all: *([^\s)]+)/i.exec(readFileSync(new URL('../../conf/demo-logins.txt', import.meta.url), 'utf8'))[1];

function mail(name) {
  const found = people.find((person) => person.name === name);
  if (!found) throw new Error(`${name} is not among the demo people`);
  return found.mail;
}

/** The 20 octets from which the second factor of a demo person counts (resonanzctl demo). */
export const demoSecret = (address) =>
  createHmac('sha256', Buffer.alloc(32)).update(`resonanz totp offer 1\0${address}\0demo\0`).digest().subarray(0, 20);

/** The code of a secret (octets, or base32 as a page shows it), steps away from now. */
export function totp(secret, steps = 0) {
  const key = typeof secret === 'string' ? base32(secret) : secret;
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = hash.at(-1) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function base32(text) {
  const bits = [...text.replaceAll(' ', '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
}

export const PEOPLE = {
  huber: mail('Vera Huber'), // Bayern, Bearbeitung
  graf: mail('Jonas Graf'), // Bayern, Mitzeichnung
  brandl: mail('Dr. Ilse Brandl'), // Bayern, Freigabe
  lorenz: mail('Piet Lorenz'), // Mecklenburg-Vorpommern, Bearbeitung und Freigabe
  thoms: mail('Rike Thoms'), // Gemeinde Kleinbeispiel, Einpersonen-Freigabe
  falk: mail('Arne Falk'), // DLT, Bearbeitung
  roth: mail('Sabine Roth'), // DLT, Freigabe
  okafor: mail('Tom Okafor'), // VDB, Bearbeitung
  weiss: mail('Lena Weiß'), // VDB, Freigabe
  sander: mail('Mira Sander'), // Moderation
  petersen: mail('Ole Petersen'), // Berichterstattung
  adler: mail('Kim Adler'), // Administration
  voss: mail('Dr. Hannes Voss'), // Revision
};
