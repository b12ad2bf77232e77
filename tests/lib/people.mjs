// The demo people the tests sign in as; all of them share one password.
export const DEMO_PASSWORD = 'Planungsrat-2024';

export const PEOPLE = {
  huber: 'vera.huber@by.example', // Bayern, Bearbeitung
  graf: 'jonas.graf@by.example', // Bayern, Mitzeichnung
  brandl: 'ilse.brandl@by.example', // Bayern, Freigabe
  lorenz: 'piet.lorenz@mv.example', // Mecklenburg-Vorpommern, Bearbeitung und Freigabe
  thoms: 'rike.thoms@kleinbeispiel.example', // Gemeinde Kleinbeispiel, Einpersonen-Freigabe
  falk: 'arne.falk@dlt.example',
  roth: 'sabine.roth@dlt.example',
  okafor: 'tom.okafor@vdb.example',
  weiss: 'lena.weiss@vdb.example',
  sander: 'mira.sander@fitko.example', // Moderation
  petersen: 'ole.petersen@fitko.example', // Berichterstattung
  adler: 'kim.adler@fitko.example', // Administration
  voss: 'hannes.voss@revision.example', // Revision
};
