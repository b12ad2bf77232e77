/* German sentences from templates; a letter in braces is a word list, {K} a
 * compound. */
#include "generate_text.h"

#include <stdbool.h>
#include <string.h>

#include "web/mem.h"

/* {A} who, plural, nominative */
static const char *const actors[] = { "die Beschäftigten im Bürgerbüro",
	"unsere Fachämter", "kleine Verwaltungen",
	"die ehrenamtlichen Bürgermeisterinnen und Bürgermeister",
	"die kreisangehörigen Gemeinden", "mittelständische Betriebe",
	"die kommunalen IT-Dienstleister", "ältere Menschen",
	"Vereine und Verbände", "die Ortsgemeinden", "Familien mit Kindern",
	"die Sachbearbeiterinnen und Sachbearbeiter",
	"Menschen ohne eigenen Internetzugang", "die Verbandsgemeinden",
	"Handwerksbetriebe", "die Ausländerbehörden", "die Standesämter",
	"die Bauämter" };
/* {D} for whom, plural, dative */
static const char *const recipients[] = { "den Beschäftigten vor Ort",
	"kleinen Verwaltungen", "den Gemeinden", "den Fachämtern",
	"Bürgerinnen und Bürgern", "Unternehmen", "den Landkreisen",
	"ehrenamtlich Tätigen", "den IT-Dienstleistern", "jungen Familien",
	"Menschen mit Behinderungen", "den Kommunen" };
/* {G} what, accusative */
static const char *const goods[] = { "eine verlässliche Finanzierung",
	"einen festen Ansprechpartner", "einheitliche Schnittstellen",
	"genügend Vorlauf", "klare Zuständigkeiten",
	"fertige Dienste ohne eigene Einrichtung",
	"Schulungen in kurzen Einheiten", "eine gemeinsame Anmeldung",
	"verständliche Anleitungen", "einen dauerhaften Betrieb",
	"offene Standards", "eine zentrale Störungsmeldung",
	"Muster für Verträge und Datenschutz",
	"einen Überblick über vorhandene Lösungen",
	"Unterstützung bei der Umstellung", "ausreichend Personal" };
/* {T} where, with its preposition */
static const char *const topics[] = { "bei der Anbindung der Fachverfahren",
	"bei der Registermodernisierung", "im Meldewesen", "bei Bauanträgen",
	"in der Kinder- und Jugendhilfe", "bei der Führerscheinstelle",
	"im Gewerbewesen", "bei der Wohngeldstelle", "im Personenstandswesen",
	"bei der Ausländerbehörde", "beim Nachweisabruf",
	"bei der elektronischen Akte", "im Zahlungsverkehr",
	"bei der Barrierefreiheit", "bei der Informationssicherheit",
	"beim Unternehmenskonto" };
/* {N} a number written out, {Y} a year, {Z} a span of time */
static const char *const numbers[] = { "drei", "vier", "fünf", "sechs",
	"sieben", "acht", "neun", "zehn", "elf", "zwölf", "fünfzehn", "zwanzig",
	"dreißig", "fünfzig" };
static const char *const years[] = { "2025", "2026", "2027", "2028", "2029",
	"2030" };
static const char *const spans[] = { "sechs Monate", "neun Monate",
	"zwölf Monate", "zwei Haushaltsjahre", "eine Wahlperiode",
	"ein halbes Jahr", "achtzehn Monate" };

static const char *const openers[] = {
	"Die vorgeschlagene Richtung wird begrüßt.",
	"Das Ziel wird geteilt, der Weg dorthin ist noch nicht klar genug.",
	"Aus unserer Sicht ist der Punkt zutreffend beschrieben.",
	"Wir sehen hier erheblichen Klärungsbedarf.",
	"Der Ansatz ist richtig, wenn er zu Ende gedacht wird.",
	"Zu diesem Punkt liegen uns Rückmeldungen aus {N} Ämtern vor.",
	"Die Formulierung lässt offen, wer handeln soll.",
	"Der Vorschlag deckt sich mit unseren Erfahrungen {T}.",
	"Wir nehmen den Vorschlag zur Kenntnis und weisen auf Folgendes hin.",
	"Im Grundsatz Zustimmung, mit einer Einschränkung.",
	"Der Text verwendet Begriffe, die vor Ort kaum bekannt sind.",
	"Für eine Verwaltung unserer Größe ist dieser Punkt entscheidend.",
};

static const char *const sentences[] = {
	"{A} brauchen {G}, bevor neue Pflichten entstehen.",
	"{T} fehlt es seit Jahren an Klarheit über die Zuständigkeit.",
	"Ohne {G} wird die Umsetzung scheitern.",
	"Bis {Y} sollten zunächst {N} Leistungen vollständig stehen.",
	"{A} wurden bisher zu spät beteiligt.",
	"Eine Frist von {N} Wochen genügt unseren Gremien nicht.",
	"Die Umstellung dauert erfahrungsgemäß mindestens {Z}.",
	"{T} hat sich die Zusammenarbeit mit Nachbargemeinden bewährt.",
	"Der Aufwand darf nicht bei {D} hängen bleiben.",
	"Es hilft {D} wenig, wenn digitale Anträge ausgedruckt werden.",
	"Erst wenn {A} den Nutzen spüren, ändert sich etwas.",
	"Die Kosten des Betriebs sind über {Z} hinaus nicht gesichert.",
	"Wünschenswert wären {N} gut beschriebene Beispiele aus der Praxis.",
	"Wir bitten darum, {G} ausdrücklich in den Text aufzunehmen.",
	"In unserem Haus werden {N} Fachverfahren nebeneinander betrieben.",
	"{T} werden dieselben Angaben noch immer mehrfach erhoben.",
	"Ein Umstieg vor {Y} ist mit unserem Personal nicht zu leisten.",
	"{A} erwarten eine Auskunft über den Stand ihres Anliegens.",
	"Die Haftung bei Ausfällen zentraler Dienste ist ungeklärt.",
	"Für {Z} sollte der alte Weg neben dem neuen offenbleiben.",
	"Wir könnten uns vorstellen, {T} als Pilot mitzuwirken.",
	"Neue Berichtspflichten lehnen wir ab; {A} sind ausgelastet.",
	"Die Mittel müssen {D} unmittelbar zugutekommen.",
	"Gute Erfahrungen {T} zeigen, dass es auch einfacher geht.",
	"Das Fachrecht verlangt {T} an {N} Stellen eine Unterschrift.",
	"Entscheidend ist, dass {A} {G} erhalten.",
	"Ein Standard nützt nur, wenn ihn die Hersteller bis {Y} umsetzen.",
	"Die Erreichbarkeit am Telefon bleibt {D} wichtig.",
	"Eine Evaluation halten wir spätestens im Jahr {Y} für notwendig.",
	"Zuletzt vergingen {N} Monate bis zum ersten echten Fall.",
	"Fehler im Betrieb müssen innerhalb von {N} Stunden gemeldet werden.",
	"Der Datenschutz wird {T} zu oft erst am Ende geprüft.",
	"Viele Formulare sind unklar; {A} fragen deshalb persönlich nach.",
	"Mit {N} Beschäftigten gibt es keine eigene IT-Abteilung.",
	"Die Zusammenarbeit im Kreis soll bis {Y} ausgebaut werden.",
	"Wir regen an, {G} durch Landesrecht abzusichern.",
};

/* What a sentence goes on with, before its stop. */
static const char *const tails[] = {
	", auch mit Blick auf {G}",
	", wie {A} seit {Y} berichten",
	", und zwar unabhängig von der Größe des Hauses",
	"; {T} gilt das besonders",
	", damit {A} planen können",
	", ohne {D} neue Lasten aufzuerlegen",
	", was sich {T} bestätigt hat",
	"; andernfalls verlieren {A} das Vertrauen",
	", sofern {G} rechtzeitig bereitsteht",
	", längstens jedoch für {Z}",
	", wofür {N} Beispiele vorliegen",
	"; dazu haben {A} mehrfach Stellung genommen",
	", solange {D} die Mittel fehlen",
	", weil {T} kaum jemand den Überblick hat",
	", und das nicht erst ab {Y}",
	", notfalls schrittweise über {Z}",
	"; {A} sehen das ebenso",
	", bevor {N} weitere Vorhaben beginnen",
	", gerade im ländlichen Raum",
	"; {G} wäre dafür ein Anfang",
	", worauf {A} sich verlassen müssen",
	", sobald {T} Klarheit besteht",
	", mit Ausnahme von {N} Sonderfällen",
	"; eine Lösung bis {Y} erscheint möglich",
	", wie es die {K} schon heute vorsieht",
	"; die {K} bleibt davon unberührt",
	", ohne dass die {K} darunter leidet",
	", wozu auch die {K} gehört",
	"; dafür brauchen {A} die {K}",
	", gestützt auf die {K}",
};

/* A clause that somebody adds, a word put before a noun, in an edited copy. */
static const char *const additions[] = {
	", wie bereits früher vorgetragen",
	", was wir ausdrücklich unterstützen",
	"; dies gilt auch für unser Haus",
	", jedenfalls aus Sicht unserer Gremien",
	", soweit Landesrecht nicht entgegensteht",
};
static const char *const adverbs[] = { "ausdrücklich", "weiterhin", "dringend",
	"vorrangig", "grundsätzlich", "gegebenenfalls", "keinesfalls",
	"schnellstmöglich" };

static const char *const closers[] = {
	"Wir bitten um Berücksichtigung in der nächsten Fassung.",
	"Für Rückfragen stehen wir gern zur Verfügung.",
	"Der Gemeinderat wurde am Rande seiner letzten Sitzung unterrichtet.",
	"Im Übrigen schließen wir uns unserem Spitzenverband an.",
	"Eine ausführlichere Stellungnahme kann nachgereicht werden.",
	"",
	"",
	"",
};

static const char *const proposals[] = {
	"Die Beteiligten stellen {G} sicher, bevor die Vorgabe gilt.",
	"Die Vorgabe gilt ab {Y} und nur für neue Vorhaben.",
	"Abweichungen sind zulässig, wenn {A} sonst überlastet würden.",
	"Die Umsetzung wird {D} freigestellt und finanziell gefördert.",
	"Der Grundsatz wird im Jahr {Y} überprüft und bei Bedarf angepasst.",
	"Bund und Länder gewähren {D} einen Übergang bis {Y}.",
	"Vorrang haben {N} Leistungen mit den höchsten Fallzahlen.",
	"Betroffene Kommunen werden vor der Festlegung angehört.",
};

static const char *const reasons[] = {
	"{A} verfügen weder über die Mittel noch über das Personal.",
	"Erfahrungen {T} zeigen, dass kürzere Fristen nicht zu halten sind.",
	"Ohne {G} bleibt die Vorgabe wirkungslos.",
	"Bestehende Verträge laufen noch bis {Y}.",
	"Das Konnexitätsprinzip verlangt einen Ausgleich.",
	"Die Belastung trifft kleine Häuser stärker als große.",
	"Der bisherige Wortlaut wird unterschiedlich verstanden.",
	"Ein Vorlauf von weniger als {N} Monaten ist unrealistisch.",
};

static const char *const place_heads[] = { "Alten", "Berg", "Birken", "Buch",
	"Dorn", "Eichen", "Erlen", "Esch", "Falken", "Groß", "Hagen", "Heide",
	"Hirsch", "Hohen", "Kirch", "Klein", "Krumm", "Lang", "Linden",
	"Mittel", "Mühl", "Neu", "Nieder", "Ober", "Rehn", "Rosen", "Sand",
	"Schön", "Stein", "Tannen", "Unter", "Wald", "Weiden", "Wester",
	"Wiesen" };
static const char *const place_tails[] = { "bach", "beck", "berg", "born",
	"brück", "brunn", "bühl", "burg", "dorf", "eck", "felde", "furt",
	"hagen", "hain", "hausen", "heim", "hofen", "holz", "horst", "ingen",
	"kirchen", "lohe", "moor", "roda", "see", "stedt", "tal", "walde",
	"wedel", "weiler", "wig" };
static const char *const first_names[] = { "Andrea", "Bernd", "Christa",
	"Dieter", "Elif", "Frank", "Gudrun", "Holger", "Ines", "Jutta",
	"Karsten", "Lena", "Mehmet", "Nadine", "Oliver", "Petra", "Ralf",
	"Sabine", "Torsten", "Ulrike", "Volker", "Wiebke", "Yvonne", "Zoran" };
static const char *const last_names[] = { "Ahlers", "Becker", "Czerny", "Dietz",
	"Engel", "Fiedler", "Groth", "Heinze", "Ihde", "Jahnke", "Kersten",
	"Lorenz", "Marquardt", "Nowak", "Ostermann", "Pohl", "Reuter", "Sommer",
	"Thiele", "Unger", "Voigt", "Wendt", "Yıldız", "Zander" };

#define PICK(d, list) (list)[dice_below((d), (unsigned)NELEM(list))]

_Static_assert(NELEM(sentences) == 36, "steps are prime to it");

static void expand(struct buf *, struct dice *, const char *);
static void add_sentence(struct buf *, struct dice *, const char *);

uint64_t
dice_next(struct dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

unsigned
dice_below(struct dice *d, unsigned n)
{
	return (unsigned)(dice_next(d) >> 33) % n;
}

int
dice_percent(struct dice *d, unsigned percent)
{
	return dice_below(d, 100) < percent;
}

enum text_origin
text_body(struct buf *out, struct dice *d, struct text_models *models,
    int owner, int *copied_from)
{
	/* prime to the number of sentences, so that none comes twice */
	static const unsigned steps[] = { 5, 7, 11, 13, 17, 19 };
	unsigned sentences_wanted = 2 + dice_below(d, 5);
	unsigned first = dice_below(d, (unsigned)NELEM(sentences));
	unsigned step = PICK(d, steps);
	size_t start = out->len;

	if (models->count == NELEM(models->text) && dice_percent(d, 18)) {
		unsigned i = dice_below(d, (unsigned)models->count);

		*copied_from = models->owner[i];
		if (dice_percent(d, 40)) {
			buf_str(out, models->text[i]);
			return TEXT_COPY;
		}
		text_edited(out, d, models->text[i]);
		return TEXT_NEAR;
	}
	expand(out, d, PICK(d, openers));
	for (unsigned i = 0; i < sentences_wanted; i++) {
		buf_str(out, i == 3 ? "\n\n" : " ");
		add_sentence(
		    out, d, sentences[(first + i * step) % NELEM(sentences)]);
	}
	{
		const char *closer = PICK(d, closers);

		if (closer[0] != '\0')
			buf_char(out, ' ');
		buf_str(out, closer);
	}
	if (models->count < NELEM(models->text)) {
		models->text[models->count] =
		    mem_strndup(out->data + start, out->len - start);
		models->owner[models->count++] = owner;
	}
	return TEXT_OWN;
}

void
text_models_clear(struct text_models *models)
{
	for (size_t i = 0; i < models->count; i++)
		mem_free(models->text[i]);
	models->count = 0;
}

void
text_sentences(struct buf *out, struct dice *d, unsigned count)
{
	bool is_used[NELEM(sentences)] = { false };

	for (unsigned i = 0; i < count && i < NELEM(sentences); i++) {
		unsigned n = dice_below(d, (unsigned)NELEM(sentences));

		while (is_used[n])
			n = (n + 1) % (unsigned)NELEM(sentences);
		is_used[n] = true;
		buf_str(out, i == 0 ? "" : " ");
		add_sentence(out, d, sentences[n]);
	}
}

/* The sentence number n, from 0: where it begins and where its stop is. */
static bool
find_sentence(const char *text, unsigned n, size_t *from, size_t *stop)
{
	size_t at = 0;

	for (;; n--) {
		const char *end = strchr(text + at, '.');

		if (end == NULL)
			return false;
		*from = at;
		*stop = (size_t)(end - text);
		if (n == 0)
			return true;
		at = *stop + 1 + strspn(end + 1, " \n");
	}
}

static unsigned
count_sentences(const char *text)
{
	size_t from, stop;
	unsigned n = 0;

	while (find_sentence(text, n, &from, &stop))
		n++;
	return n;
}

/* ä as ae and so on, as on a keyboard without them. */
static void
add_spelled_out(struct buf *out, const char *s, size_t len)
{
	static const struct {
		const char *letter, *as;
	} plain[] = { { "ä", "ae" }, { "ö", "oe" }, { "ü", "ue" },
		{ "ß", "ss" } };

	for (size_t i = 0; i < len; i++) {
		size_t k = 0;

		while (k < NELEM(plain) && strncmp(s + i, plain[k].letter,
					       strlen(plain[k].letter)) != 0)
			k++;
		if (k == NELEM(plain)) {
			buf_char(out, s[i]);
		} else {
			buf_str(out, plain[k].as);
			i += strlen(plain[k].letter) - 1;
		}
	}
}

/* A word more, behind one of the sentence. */
static void
add_with_adverb(struct buf *out, struct dice *d, const char *s, size_t len)
{
	unsigned gaps = 0, gap;

	for (size_t i = 0; i < len; i++)
		gaps += s[i] == ' ';
	gap = gaps == 0 ? 0 : dice_below(d, gaps);
	for (size_t i = 0; i < len; i++) {
		buf_char(out, s[i]);
		if (s[i] == ' ' && gap-- == 0) {
			buf_str(out, PICK(d, adverbs));
			buf_char(out, ' ');
		}
	}
}

void
text_edited(struct buf *out, struct dice *d, const char *text)
{
	enum { WORD, SPELLING, CLAUSE, ANEW, LEFT_OUT };
	unsigned count = count_sentences(text);
	unsigned which = dice_below(d, count);
	unsigned edit;
	size_t from = 0, stop = 0;

	if (!find_sentence(text, which, &from, &stop))
		return;
	edit = dice_below(
	    d, 4 * (stop - from) > strlen(text) ? ANEW : LEFT_OUT + 1);
	if (edit == LEFT_OUT && which == count - 1)
		edit = SPELLING;
	buf_add(out, text, from);
	if (edit == WORD)
		add_with_adverb(out, d, text + from, stop - from);
	else if (edit == SPELLING)
		add_spelled_out(out, text + from, stop - from);
	else if (edit == CLAUSE)
		buf_add(out, text + from, stop - from);
	else if (edit == ANEW)
		add_sentence(out, d, PICK(d, sentences));
	if (edit == CLAUSE)
		buf_str(out, PICK(d, additions));
	if (edit == LEFT_OUT)
		stop += strspn(text + stop + 1, " \n");
	if (edit == ANEW || edit == LEFT_OUT)
		stop++;
	buf_str(out, text + stop);
}

void
text_proposal(struct buf *out, struct dice *d)
{
	expand(out, d, PICK(d, proposals));
}

void
text_reason(struct buf *out, struct dice *d)
{
	expand(out, d, PICK(d, reasons));
}

void
text_place(struct buf *out, struct dice *d)
{
	buf_str(out, PICK(d, place_heads));
	buf_str(out, PICK(d, place_tails));
	if (dice_percent(d, 12)) {
		buf_str(out, " am ");
		buf_str(out, PICK(d, place_heads));
		buf_str(out, "see");
	}
}

void
text_person(struct buf *out, struct dice *d)
{
	buf_str(out, PICK(d, first_names));
	buf_char(out, ' ');
	buf_str(out, PICK(d, last_names));
}

/* At the start of a sentence the first letter becomes a capital: a-z, ä, ö, ü.
 */
static void
add_words(struct buf *out, const char *words, int is_first)
{
	if (is_first && words[0] >= 'a' && words[0] <= 'z') {
		buf_char(out, (char)(words[0] - 'a' + 'A'));
		words++;
	} else if (is_first && words[0] == '\xc3') {
		buf_char(out, words[0]);
		buf_char(out, (char)(words[1] - 0x20));
		words += 2;
	}
	buf_str(out, words);
}

static const char *
word(struct dice *d, char list)
{
	switch (list) {
	case 'A':
		return PICK(d, actors);
	case 'D':
		return PICK(d, recipients);
	case 'G':
		return PICK(d, goods);
	case 'T':
		return PICK(d, topics);
	case 'N':
		return PICK(d, numbers);
	case 'Y':
		return PICK(d, years);
	case 'Z':
		return PICK(d, spans);
	default:
		return "";
	}
}

static void
expand(struct buf *out, struct dice *d, const char *template)
{
	for (const char *p = template; *p != '\0'; p++) {
		if (strncmp(p, "{K}", 3) == 0) {
			text_compound(out, d);
			p += 2;
		} else if (*p == '{' && p[1] != '\0' && p[2] == '}') {
			add_words(out, word(d, p[1]), p == template);
			p += 2;
		} else {
			buf_char(out, *p);
		}
	}
}

/* A sentence with what it goes on with; the template ends with a stop. */
static void
add_sentence(struct buf *out, struct dice *d, const char *template)
{
	expand(out, d, template);
	out->data[--out->len] = '\0';
	expand(out, d, PICK(d, tails));
	buf_char(out, '.');
}
