/*
 * resonanzctl generate: a large data set for benches and load tests, the same
 * for the same seed. Texts are made here and copied into temporary tables; a
 * file of set-based statements does the rest in one transaction.
 */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generate_text.h"
#include "sqltree.h"
#include "web/token.h"

#define USAGE                                                                  \
	"generate --organisations N [--answers 13] [--released 76] "           \
	"[--seed 1]\n"                                                         \
	"                            [--sessions FILE] [--copies FILE]"
#define COPY_CHUNK 65536
#define ORGANISATIONS_MAX 200000

struct generate {
	PGconn *db;
	int organisations;
	int answers;  /* of each statement, in the order of the targets */
	int released; /* percent */
	int targets;
	const char *sessions; /* file for tokens, or NULL */
	const char *copies;   /* file that names which texts are copied */
	struct dice dice;
	char *state; /* of organisation n: r, n, d, o, i */
	char (*code)[16];
	FILE *sessions_file;
	FILE *copies_file;
};

/* Shares in 1,000 of what is generated; Bund and Länder have their offices. */
static const struct {
	const char *level;
	const char *kind; /* NULL: none */
	const char *name; /* %s: a place */
	int share;
	bool has_land;
	bool has_ars;
} sorts[] = {
	{ "kommune", "gemeinde", "Gemeinde %s", 640, true, true },
	{ "kommune", "stadt", "Stadt %s", 150, true, true },
	{ "kommune", "gemeindeverband", "Verbandsgemeinde %s", 70, true, true },
	{ "kommune", "landkreis", "Landkreis %s", 40, true, true },
	{ "kommune", "it_dienstleister", "Kommunales Rechenzentrum %s", 10,
	    true, false },
	{ "kommunalverband", "landesverband", "Kreisverband der Gemeinden %s",
	    10, true, false },
	{ "land", "landesbehoerde", "Landesamt für Digitalisierung %s", 10,
	    true, false },
	{ "bund", "bundesbehoerde", "Bundesanstalt für Verwaltungsfragen %s", 5,
	    false, false },
	{ "fachministerkonferenz", NULL, "Geschäftsstelle der Konferenz %s", 2,
	    false, false },
	{ "foederale_einrichtung", NULL, "Gemeinsame Stelle %s", 3, false,
	    false },
	{ "aufsicht", NULL, "Aufsichtsstelle %s", 2, false, false },
	{ "wirtschaft", "verband", "Wirtschaftsverband %s e. V.", 22, false,
	    false },
	{ "wissenschaft", "hochschule", "Hochschule %s", 14, false, false },
	{ "zivilgesellschaft", "verein", "Bürgerverein %s e. V.", 20, false,
	    false },
	{ "sonstige", NULL, "Arbeitskreis Verwaltung %s", 2, false, false },
};

static const char tables_sql[] =
    "create temp table gen_organisation (n int primary key, code text,"
    " name text, short_name text, level text, kind text, land_code text,"
    " ars text, person text, state text, pace float8) on commit drop;"
    "create temp table gen_answer (n int, target int, kind text, stance text,"
    " body text, proposal text, reason text) on commit drop;"
    "create temp table gen_session (n int, token_hash text) on commit drop";

/* --- COPY ----------------------------------------------------------------- */

static void
copy_begin(PGconn *db, const char *sql)
{
	PGresult *res = PQexec(db, sql);

	if (PQresultStatus(res) != PGRES_COPY_IN)
		ctl_die("%s: %s", sql, PQerrorMessage(db));
	PQclear(res);
}

static void
copy_flush(PGconn *db, struct buf *b)
{
	if (b->len > 0 && PQputCopyData(db, b->data, (int)b->len) != 1)
		ctl_die("copy: %s", PQerrorMessage(db));
	buf_reset(b);
}

static void
copy_end(PGconn *db, struct buf *b)
{
	PGresult *res;

	copy_flush(db, b);
	if (PQputCopyEnd(db, NULL) != 1)
		ctl_die("copy: %s", PQerrorMessage(db));
	while ((res = PQgetResult(db)) != NULL) {
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			ctl_die("copy: %s", PQerrorMessage(db));
		PQclear(res);
	}
	buf_clear(b);
}

/* One field of COPY's text format, NULL for null; end is TAB or LF. */
static void
copy_field(struct buf *b, const char *s, char end)
{
	if (s == NULL)
		s = "\\N";
	else if (strpbrk(s, "\\\t\n") != NULL) {
		for (; *s != '\0'; s++) {
			if (*s == '\n')
				buf_str(b, "\\n");
			else if (*s == '\t')
				buf_str(b, "\\t");
			else if (*s == '\\')
				buf_str(b, "\\\\");
			else
				buf_char(b, *s);
		}
	}
	buf_str(b, s);
	buf_char(b, end);
}

/* --- organisations -------------------------------------------------------- */

static size_t
pick_sort(struct dice *d)
{
	int at = (int)dice_below(d, 1000);
	size_t i = 0;

	while (i + 1 < NELEM(sorts) && at >= sorts[i].share)
		at -= sorts[i++].share;
	return i;
}

static const char *
state_name(char state)
{
	switch (state) {
	case 'r':
		return "released";
	case 'n':
		return "nil";
	case 'd':
		return "draft";
	case 'o':
		return "opened";
	default:
		return "invited";
	}
}

/* Of those who do not release, a third each: draft, opened, invited. */
static char
pick_state(struct generate *g)
{
	if (dice_percent(&g->dice, (unsigned)g->released))
		return dice_percent(&g->dice, 5) ? 'n' : 'r';
	return "doi"[dice_below(&g->dice, 3)];
}

static void
add_organisation(struct generate *g, struct buf *b, int n)
{
	size_t sort = pick_sort(&g->dice);
	struct buf place = { 0 }, person = { 0 };
	char name[200], land[8], ars[32], number[16], pace[32];

	text_place(&place, &g->dice);
	text_person(&person, &g->dice);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(name, sizeof name, sorts[sort].name, buf_text(&place));
#pragma GCC diagnostic pop
	snprintf(land, sizeof land, "%02u", 1 + dice_below(&g->dice, 16));
	snprintf(ars, sizeof ars, "%s9%09d", land, n);
	snprintf(g->code[n], sizeof g->code[n], "G%06d", n);
	snprintf(number, sizeof number, "%d", n);
	snprintf(pace, sizeof pace, "0.%06u", dice_below(&g->dice, 1000000));
	g->state[n] = pick_state(g);

	copy_field(b, number, '\t');
	copy_field(b, g->code[n], '\t');
	copy_field(b, name, '\t');
	copy_field(b, buf_text(&place), '\t');
	copy_field(b, sorts[sort].level, '\t');
	copy_field(b, sorts[sort].kind, '\t');
	copy_field(b, sorts[sort].has_land ? land : NULL, '\t');
	copy_field(b, sorts[sort].has_ars ? ars : NULL, '\t');
	copy_field(b, buf_text(&person), '\t');
	copy_field(b, state_name(g->state[n]), '\t');
	copy_field(b, pace, '\n');
	buf_clear(&place);
	buf_clear(&person);
}

static void
copy_organisations(struct generate *g)
{
	struct buf b = { 0 };

	copy_begin(g->db, "copy gen_organisation from stdin");
	for (int n = 1; n <= g->organisations; n++) {
		add_organisation(g, &b, n);
		if (b.len > COPY_CHUNK)
			copy_flush(g->db, &b);
	}
	copy_end(g->db, &b);
}

/* --- answers -------------------------------------------------------------- */

static const char *
pick_stance(struct dice *d)
{
	static const char *const stances[] = { "agree", "agree", "agree",
		"agree", "agree_changed", "agree_changed", "note", "note",
		"reject", "no_position" };

	return dice_percent(d, 8) ? NULL
				  : stances[dice_below(d, NELEM(stances))];
}

static void
add_answer(struct generate *g, struct buf *b, struct text_models *models, int n,
    int target)
{
	struct dice *d = &g->dice;
	struct buf body = { 0 }, proposal = { 0 }, reason = { 0 };
	const char *kind = dice_percent(d, 4)   ? "not_applicable"
			   : dice_percent(d, 4) ? "nil"
						: "answered";
	bool is_answered = strcmp(kind, "answered") == 0;
	const char *stance = is_answered ? pick_stance(d) : NULL;
	char number[16], place[16];
	enum text_origin origin;
	int from = 0;

	if (is_answered) {
		origin = text_body(&body, d, models, n, &from);
		if (origin != TEXT_OWN && g->copies_file != NULL)
			fprintf(g->copies_file, "%d\t%s\t%s\t%s\n", target,
			    g->code[n], g->code[from],
			    origin == TEXT_COPY ? "copy" : "near");
		if (stance != NULL && strcmp(stance, "agree_changed") == 0)
			text_proposal(&proposal, d);
		if (proposal.len > 0 || dice_percent(d, 15))
			text_reason(&reason, d);
	}
	snprintf(number, sizeof number, "%d", n);
	snprintf(place, sizeof place, "%d", target);
	copy_field(b, number, '\t');
	copy_field(b, place, '\t');
	copy_field(b, kind, '\t');
	copy_field(b, stance, '\t');
	copy_field(b, body.data, '\t');
	copy_field(b, proposal.data, '\t');
	copy_field(b, reason.data, '\n');
	buf_clear(&body);
	buf_clear(&proposal);
	buf_clear(&reason);
}

static void
copy_answers(struct generate *g)
{
	struct text_models *models =
	    mem_calloc((size_t)g->answers + 1, sizeof *models);
	struct buf b = { 0 };

	copy_begin(g->db, "copy gen_answer from stdin");
	for (int n = 1; n <= g->organisations; n++) {
		/* a draft is half done */
		int count = g->state[n] == 'r'   ? g->answers
			    : g->state[n] == 'd' ? (g->answers + 1) / 2
						 : 0;

		for (int t = 1; t <= count; t++)
			add_answer(g, &b, &models[t], n, t);
		if (b.len > COPY_CHUNK)
			copy_flush(g->db, &b);
	}
	copy_end(g->db, &b);
	for (int t = 0; t <= g->answers; t++)
		text_models_clear(&models[t]);
	mem_free(models);
}

/* --- sessions ------------------------------------------------------------- */

/*
 * A line each: member or moderator, organisation, its state, token. A member
 * may edit and release.
 */
static void
copy_sessions(struct generate *g)
{
	char token[TOKEN_LEN + 1], hash[TOKEN_HASH_HEX + 1], number[16];
	struct buf b = { 0 };

	copy_begin(g->db, "copy gen_session from stdin");
	for (int n = 1; g->sessions_file != NULL && n <= g->organisations;
	     n++) {
		token_new(token);
		token_hash(token, hash);
		fprintf(g->sessions_file, "member\t%s\t%s\t%s\n", g->code[n],
		    state_name(g->state[n]), token);
		snprintf(number, sizeof number, "%d", n);
		copy_field(&b, number, '\t');
		copy_field(&b, hash + 2, '\n');
		if (b.len > COPY_CHUNK)
			copy_flush(g->db, &b);
	}
	copy_end(g->db, &b);
}

static void
add_moderator(struct generate *g)
{
	char token[TOKEN_LEN + 1], hash[TOKEN_HASH_HEX + 1];

	if (g->sessions_file == NULL)
		return;
	token_new(token);
	token_hash(token, hash);
	PQclear(db_query(g->db,
	    "with p as (insert into app.person (mail, name, state,"
	    " password_hash) values ('moderation@generated.example',"
	    " 'Moderation', 'active', '$argon2id$generated') returning id),"
	    " r as (insert into app.platform_role (person_id, role)"
	    " select id, 'moderator' from p)"
	    " insert into app.session (token_hash, person_id, agent, ends_at)"
	    " select $1::bytea, id, 'generate',"
	    " clock_timestamp() + interval '12 hours' from p",
	    DB_PARAMS(hash)));
	fprintf(g->sessions_file, "moderator\t-\t-\t%s\n", token);
}

/* --- the command ---------------------------------------------------------- */

static void
run_statements(PGconn *db)
{
	struct sqltree tree;
	struct err err = { 0 };
	const struct sql_file *f;

	if (sqltree_load(&tree, &err) != RC_OK)
		ctl_die("%s", err.msg);
	f = sqltree_find(&tree, "access/generate.sql");
	if (f == NULL)
		ctl_die("no access/generate.sql in the sql folder");
	db_exec(db, f->name, f->text);
	sqltree_clear(&tree);
}

static void
demand_stage(struct generate *g)
{
	char *count = db_value_dup(g->db,
	    "select (select count(*) from app.target t where t.stage_id = s.id)"
	    " from app.stage s where s.opens_at <= app.now()"
	    " order by s.opens_at desc limit 1",
	    0, NULL);
	char *there = db_value_dup(g->db,
	    "select 1 from app.organisation where code = 'G000001'", 0, NULL);

	if (count == NULL)
		ctl_die("no stage has opened: import a consultation and set "
			"the clock first");
	if (there != NULL)
		ctl_die("this database holds generated organisations already");
	g->targets = (int)strtol(count, NULL, 10);
	if (g->answers > g->targets)
		ctl_die("the stage has %d targets only", g->targets);
	mem_free(count);
}

static int
read_number(const char *s, int min, int max)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*s == '\0' || *end != '\0' || n < min || n > max)
		ctl_die("not a number from %d to %d: %s", min, max, s);
	return (int)n;
}

static bool
read_options(struct generate *g, int argc, char **argv)
{
	for (int i = 1; i < argc; i += 2) {
		const char *name = argv[i], *text = argv[i + 1];

		if (i + 1 == argc)
			return false;
		if (strcmp(name, "--organisations") == 0)
			g->organisations =
			    read_number(text, 1, ORGANISATIONS_MAX);
		else if (strcmp(name, "--answers") == 0)
			g->answers = read_number(text, 1, 1000);
		else if (strcmp(name, "--released") == 0)
			g->released = read_number(text, 0, 100);
		else if (strcmp(name, "--seed") == 0)
			g->dice.state =
			    (uint64_t)read_number(text, 0, 1000000000);
		else if (strcmp(name, "--sessions") == 0)
			g->sessions = text;
		else if (strcmp(name, "--copies") == 0)
			g->copies = text;
		else
			return false;
	}
	return g->organisations > 0;
}

static FILE *
open_file(const char *path)
{
	FILE *f = path == NULL ? NULL : fopen(path, "w");

	if (path != NULL && f == NULL)
		ctl_die("cannot write %s", path);
	return f;
}

static void
report(struct generate *g)
{
	char *text = db_value_dup(g->db,
	    "select format('%s organisations, %s statements released,"
	    " %s answers, %s positions',"
	    " (select count(*) from app.organisation),"
	    " (select count(*) from app.current_version),"
	    " (select count(*) from app.answer),"
	    " (select count(*) from app.position))",
	    0, NULL);

	printf("in the database now: %s\n", text);
	mem_free(text);
}

int
cmd_generate(int argc, char **argv)
{
	struct generate g = {
		.answers = 13, .released = 76, .dice = { .state = 1 }
	};
	struct settings s;

	if (!read_options(&g, argc, argv))
		return ctl_usage(USAGE);
	ctl_settings(&s);
	if (strcmp(s.mode, "demo") != 0 && strcmp(s.mode, "test") != 0)
		ctl_die("generate is for RESONANZ_MODE=demo and test only");
	g.db = db_open(&s);
	g.state = mem_calloc((size_t)g.organisations + 1, 1);
	g.code = mem_calloc((size_t)g.organisations + 1, sizeof *g.code);
	g.sessions_file = open_file(g.sessions);
	g.copies_file = open_file(g.copies);

	db_begin_as_owner(g.db);
	demand_stage(&g);
	db_exec(g.db, "tables", tables_sql);
	copy_organisations(&g);
	copy_answers(&g);
	copy_sessions(&g);
	run_statements(g.db);
	add_moderator(&g);
	db_commit(g.db);
	db_exec(g.db, "analyze", "analyze");
	report(&g);

	if (g.sessions_file != NULL)
		fclose(g.sessions_file);
	if (g.copies_file != NULL)
		fclose(g.copies_file);
	mem_free(g.code);
	mem_free(g.state);
	PQfinish(g.db);
	return 0;
}
