/* German compounds: one noun before another, as administration likes them. */
#include "generate_text.h"

#include "web/mem.h"

/* Before another noun, with the letter that joins them. */
static const char *const fronts[] = { "Verwaltungs", "Register", "Daten",
	"Bürger", "Kommunal", "Landes", "Bundes", "Haushalts", "Personal",
	"Sicherheits", "Finanz", "Fach", "Architektur", "Basis", "Antrags",
	"Gesundheits", "Umwelt", "Verkehrs", "Bau", "Sozial", "Wohngeld",
	"Melde", "Ausländer", "Gewerbe", "Kultur", "Schul", "Steuer", "Vergabe",
	"Wirtschafts", "Zuwendungs", "Nachweis", "Identitäts", "Souveränitäts",
	"Standardisierungs", "Einwilligungs", "Prüf", "Berichts",
	"Beteiligungs", "Entwicklungs", "Forschungs", "Geodaten",
	"Katastrophen", "Jugendhilfe", "Liegenschafts", "Notfall", "Postfach",
	"Quell", "Rechts", "Straßen", "Übertragungs", "Veranlagungs", "Wahl",
	"Zahlungs", "Zulassungs", "Ärzte", "Öffnungs" };
/* Between the two. */
static const char *const middles[] = { "austausch", "betriebs", "dienst",
	"erhebungs", "förder", "gebühren", "infrastruktur", "kosten",
	"leistungs", "management", "netz", "organisations", "planungs",
	"qualitäts", "risiko", "system", "transparenz", "unterstützungs",
	"verfahrens", "verbund", "wissens", "zuständigkeits", "änderungs",
	"überwachungs" };
/* The noun itself, feminine, so that "die" stands before it. */
static const char *const heads[] = { "stelle", "ordnung", "strategie",
	"behörde", "verordnung", "schnittstelle", "plattform", "vereinbarung",
	"richtlinie", "abteilung", "architektur", "aufsicht", "ausstattung",
	"beratung", "bewertung", "bilanz", "datei", "einführung", "erhebung",
	"erklärung", "fähigkeit", "finanzierung", "förderung", "freigabe",
	"frist", "führung", "gebühr", "komponente", "kontrolle", "leitung",
	"liste", "lösung", "modernisierung", "norm", "pflege", "pflicht",
	"planung", "prüfung", "reform", "regelung", "sammlung", "schulung",
	"steuerung", "übersicht", "umstellung", "verteilung", "vorgabe",
	"vorlage", "zentrale", "zuordnung" };

/* Some words are much more frequent than others, as in any language. */
static const char *
pick(struct dice *d, const char *const *list, unsigned count)
{
	return list[(uint64_t)dice_below(d, count) * dice_below(d, count) /
		    count];
}

void
text_compound(struct buf *out, struct dice *d)
{
	buf_str(out, pick(d, fronts, (unsigned)NELEM(fronts)));
	if (dice_percent(d, 60))
		buf_str(out, pick(d, middles, (unsigned)NELEM(middles)));
	if (dice_percent(d, 25))
		buf_str(out, pick(d, middles, (unsigned)NELEM(middles)));
	buf_str(out, pick(d, heads, (unsigned)NELEM(heads)));
}
