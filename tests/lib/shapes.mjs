// Four questions with options, as a moderator writes them into a chapter.
export const SHAPES = `
#### L-K4-91 {.leitfrage form="auswahl"}

Soll es für Grundsätze eine gemeinsame Frist zur Umsetzung geben?

- Ja, eine für alle
- Ja, je nach Ebene
- Nein

#### L-K4-92 {.leitfrage form="mehrfach"}

Was hilft Ihrer Organisation bei der Umsetzung?

- Muster und Vorlagen
- Beratung
- Finanzierung

#### L-K4-93 {.leitfrage form="rangfolge"}

Was soll zuerst kommen?

- Standards
- Plattformen
- Personal

#### L-K4-94 {.leitfrage form="tabelle" ziele="K4.G2.4 K4.G2.5"}

Wie weit ist Ihre Organisation?

- umgesetzt
- begonnen
- offen

#### L-K4-95 {.leitfrage form="mehrfach" .kommunal gefragt="kommunen"}

Was fehlt Ihrer Gemeinde am meisten?

- Personal
- Geld
- fertige Dienste

#### L-K4-96 {.leitfrage form="tabelle" .kommunal ziele="K4.G2.4 K4.G2.5" gefragt="weitere kommunen"}

Was davon betrifft Ihre Gemeinde?

- sehr
- kaum
`;

/** Behind the first block of questions of the chapter: behind its last question. */
export function withShapes(text) {
  const at = text.search(/#### L-K4-1 /);
  const end = text.slice(at + 5).search(/\n#{1,4} |\n\[\^/);
  return end < 0 ? `${text}\n${SHAPES}` : `${text.slice(0, at + 5 + end)}\n${SHAPES}\n${text.slice(at + 5 + end)}`;
}
