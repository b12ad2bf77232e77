/*
 * resonanzctl demo: the world that "make run" opens and the tests begin with.
 * Organisations, people and invitations are written; what the houses did is
 * done again through the actions, so that hashes, receipts and the audit log
 * are real ones.
 */
#include "ctl.h"
#include "demo_story.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/canon.h"
#include "web/buf.h"
#include "web/password.h"
#include "web/seal.h"
#include "web/totp.h"

#define USAGE "demo [--clock 2024-04-22T09:00] [--world FILE] [--story FILE]"
#define WORLD "assets/demo/world-2024.json"

/* Of everybody in the demo; it opens nothing but a database of that kind. */
#define DEMO_PASSWORD "Planungsrat-2024"

struct demo {
	const char *file;
	const char *clock; /* local time, NULL: the one of the file */
	json_t *world;
	json_t *acts;           /* of all houses */
	const char *story_file; /* NULL: nothing after the world */
	json_t *story;
};

static json_t *
read_json(const char *file)
{
	json_error_t err;
	json_t *doc = json_load_file(file, JSON_REJECT_DUPLICATES, &err);

	if (doc == NULL)
		ctl_die("%s:%d: %s", file, err.line, err.text);
	return doc;
}

/* The files of the houses lie beside the world and are named in it. */
static void
read_acts(struct demo *demo)
{
	const char *slash = strrchr(demo->file, '/');
	int dir_len = slash == NULL ? 0 : (int)(slash - demo->file) + 1;
	struct buf path = { 0 };
	json_t *name, *house;
	size_t i;

	demo->acts = json_array();
	json_array_foreach (json_object_get(demo->world, "answers"), i, name) {
		buf_reset(&path);
		buf_printf(&path, "%.*s%s", dir_len, demo->file,
		    json_string_value(name));
		house = read_json(buf_text(&path));
		if (json_array_extend(
			demo->acts, json_object_get(house, "acts")) != 0)
			ctl_die("%s: no acts", buf_text(&path));
		json_decref(house);
	}
	buf_clear(&path);
}

static void
world_hash(const json_t *world, char hex[CANON_HEX + 1])
{
	char *text = json_dumps(world, JSON_COMPACT | JSON_SORT_KEYS);

	canon_sha256_hex(text, strlen(text), hex);
	free(text);
}

/* False when a world is there already. */
static bool
load_world(PGconn *db, const struct demo *demo)
{
	char password[PASSWORD_HASH_SIZE], hash[CANON_HEX + 1];
	char *text, *state;
	bool is_new;

	if (password_hash(DEMO_PASSWORD, strlen(DEMO_PASSWORD), password) !=
	    RC_OK)
		ctl_die("not enough memory to hash a password");
	world_hash(demo->world, hash);
	text = json_dumps(demo->world, JSON_COMPACT);
	state = db_value_dup(db,
	    "select job.demo_world($1::jsonb, $2, $3) ->> 'state'",
	    DB_PARAMS(text, password, hash));
	is_new = strcmp(state, "loaded") == 0;
	mem_free(state);
	free(text);
	return is_new;
}

/*
 * A second factor for those who cannot do without one. The secret of a demo
 * person follows from the address, so that tests know it and the demonstration
 * can show the code; it opens nothing but a database of that kind.
 */
static void
set_factors(PGconn *db, const struct settings *s)
{
	static const unsigned char no_key[KEYS_BOX];
	unsigned char secret[TOTP_SECRET];
	struct keys_list box;
	struct buf sealed = { 0 };
	struct err err = { 0 };
	char owner[64];
	PGresult *res;

	if (keys_load_box(s->key_dir, &box, &err) != RC_OK)
		ctl_die("%s", err.msg);
	res = db_query(
	    db, "select key, mail from job.demo_factor_people()", 0, NULL);
	for (int i = 0; i < PQntuples(res); i++) {
		const char *key = PQgetvalue(res, i, 0);

		totp_offer(no_key, PQgetvalue(res, i, 1), "demo", secret);
		snprintf(owner, sizeof owner, TOTP_OWNER, key);
		buf_reset(&sealed);
		seal(box.at[0], owner, secret, sizeof secret, &sealed);
		PQclear(db_query(db, "select job.demo_factor($1, $2::bytea)",
		    DB_PARAMS(key, buf_text(&sealed))));
	}
	PQclear(res);
	buf_clear(&sealed);
}

/* The world stands where the story takes over, where that is before the clock.
 */
static const char *
world_until(const struct demo *demo)
{
	const char *from =
	    json_string_value(json_object_get(demo->story, "from"));

	return from != NULL && strcmp(from, demo->clock) < 0 ? from
							     : demo->clock;
}

static void
replay(PGconn *db, const struct demo *demo)
{
	char *world = json_dumps(demo->world, JSON_COMPACT);
	char *acts = json_dumps(demo->acts, JSON_COMPACT);
	const char *until = world_until(demo);
	char *text;

	text = db_value_dup(db,
	    "select format('%s acts: %s of %s organisations returned, %s seats,"
	    " %s begun, %s answers, %s positions', r ->> 'acts',"
	    " r ->> 'returned', r ->> 'invited', r ->> 'seats', r ->> 'begun',"
	    " r ->> 'answers', r ->> 'positions')"
	    " from job.demo_replay($1::jsonb, $2::jsonb,"
	    " $3::timestamp at time zone 'Europe/Berlin') r",
	    DB_PARAMS(world, acts, until));
	printf("demo at %s: %s\n", until, text);
	mem_free(text);
	free(acts);
	free(world);
}

/* Most starts find the world there: that is said at once. */
static bool
is_loaded(PGconn *db)
{
	char *found = db_value_dup(
	    db, "select 1 from app.setting where key = 'demo.world'", 0, NULL);
	bool is = found != NULL;

	mem_free(found);
	return is;
}

static bool
read_options(struct demo *demo, int argc, char **argv)
{
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			return false;
		if (strcmp(argv[i], "--clock") == 0)
			demo->clock = argv[i + 1];
		else if (strcmp(argv[i], "--world") == 0)
			demo->file = argv[i + 1];
		else if (strcmp(argv[i], "--story") == 0)
			demo->story_file = argv[i + 1];
		else
			return false;
	}
	return true;
}

static void
tell_story(PGconn *db, const struct settings *s, const struct demo *demo)
{
	struct story story = { demo->story_file, demo->clock,
		json_object_get(demo->world, "consultation"),
		json_object_get(demo->story, "entries") };

	if (world_until(demo) != demo->clock)
		story_tell(&story, db, s);
}

int
cmd_demo(int argc, char **argv)
{
	struct demo demo = { .file = WORLD };
	struct settings s;
	PGconn *db;

	if (!read_options(&demo, argc, argv))
		return ctl_usage(USAGE);
	ctl_settings(&s);
	if (strcmp(s.mode, "demo") != 0 && strcmp(s.mode, "test") != 0)
		ctl_die("the demo is for RESONANZ_MODE=demo and test only");
	db = db_open(&s);
	if (is_loaded(db)) {
		puts("demo: already loaded, nothing changed");
		PQfinish(db);
		return 0;
	}
	demo.world = read_json(demo.file);
	read_acts(&demo);
	if (demo.clock == NULL)
		demo.clock =
		    json_string_value(json_object_get(demo.world, "clock"));
	if (demo.story_file != NULL)
		demo.story = read_json(demo.story_file);
	db_exec(db, "begin", "begin");
	clock_set(db, &s, world_until(&demo));
	if (load_world(db, &demo)) {
		replay(db, &demo);
		set_factors(db, &s);
	}
	db_commit(db);
	tell_story(db, &s, &demo);
	PQfinish(db);
	json_decref(demo.story);
	json_decref(demo.acts);
	json_decref(demo.world);
	return 0;
}
