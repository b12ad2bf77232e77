// The demo people the tests sign in as, from the demo's own data.
import { readFileSync } from 'node:fs';

const { people } = JSON.parse(readFileSync(new URL('../../assets/demo/world-2024.json', import.meta.url), 'utf8'));

/** All of them share one password; conf/demo-logins.txt prints it. */
export const DEMO_PASSWORD = /password for all: *([^\s)]+)/i.exec(readFileSync(new URL('../../conf/demo-logins.txt', import.meta.url), 'utf8'))[1];

function mail(name) {
  const found = people.find((person) => person.name === name);
  if (!found) throw new Error(`${name} is not among the demo people`);
  return found.mail;
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
