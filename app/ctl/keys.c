/*
 * resonanzctl keys: the secrets outside the database, made, replaced, and what
 * was sealed with a former one sealed anew.
 */
#include "ctl.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "web/keys.h"
#include "web/seal.h"
#include "web/totp.h"

static int
create(const struct settings *s)
{
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };

	if (keys_create(s->key_dir, is_new, &err) != RC_OK)
		ctl_die("%s", err.msg);
	for (enum keys_file f = 0; f < KEYS_FILE__MAX; f++)
		printf("%s/%s: %s\n", s->key_dir, keys_name(f),
		    is_new[f] ? "created" : "there already, unchanged");
	return 0;
}

static int
rotate_sign(const struct settings *s)
{
	struct keys_list keys;
	struct err err = { 0 };
	char id[KEYS_ID + 1];

	if (keys_rotate(s->key_dir, KEYS_FILE_SIGN, &err) != RC_OK ||
	    keys_load_public(s->key_dir, &keys, &err) != RC_OK)
		ctl_die("%s", err.msg);
	keys_id(keys.at[0], id);
	printf("%s/sign.key: a new key, %s; sign.pub keeps %zu former ones\n"
	       "Jobs that read the folder sign with it from now on. Those with "
	       "a copy (systemd) take it when they are restarted.\n",
	    s->key_dir, id, keys.count - 1);
	return 0;
}

static int
rotate_box(const struct settings *s)
{
	struct keys_list keys;
	struct err err = { 0 };

	if (keys_rotate(s->key_dir, KEYS_FILE_BOX, &err) != RC_OK ||
	    keys_load_box(s->key_dir, &keys, &err) != RC_OK)
		ctl_die("%s", err.msg);
	printf("%s/box.key: a new key, %zu former ones behind it\n"
	       "Restart every web server, then run \"resonanzctl keys "
	       "reseal\".\n",
	    s->key_dir, keys.count - 1);
	sodium_memzero(&keys, sizeof keys);
	return 0;
}

/* --- sealed anew ---------------------------------------------------------- */

struct resealed {
	size_t anew, already, never;
};

static void
reseal_one(PGconn *db, const struct keys_list *keys, const PGresult *res,
    int row, struct resealed *count)
{
	unsigned char secret[TOTP_SECRET];
	const char *key = PQgetvalue(res, row, 1);
	struct buf sealed = { 0 };
	char owner[64];
	size_t which;

	snprintf(owner, sizeof owner, TOTP_OWNER, key);
	if (seal_open(keys, owner, PQgetvalue(res, row, 2), secret,
		sizeof secret, &which) != RC_OK) {
		count->never++;
		printf("person %s: no key of box.key opens this secret\n", key);
	} else if (which == 0) {
		count->already++;
	} else {
		seal(keys->at[0], owner, secret, sizeof secret, &sealed);
		PQclear(db_query(db,
		    "update app.person set totp_secret = $2::bytea "
		    "where id = $1::bigint",
		    DB_PARAMS(PQgetvalue(res, row, 0), buf_text(&sealed))));
		count->anew++;
	}
	sodium_memzero(secret, sizeof secret);
	buf_clear(&sealed);
}

/* All at once, or none: who sets up a factor meanwhile waits a moment. */
static int
reseal(const struct settings *s)
{
	struct resealed count = { 0 };
	struct keys_list keys;
	struct err err = { 0 };
	char amount[24];
	PGresult *res;
	PGconn *db;

	if (keys_load_box(s->key_dir, &keys, &err) != RC_OK)
		ctl_die("%s", err.msg);
	db = db_open(s);
	db_begin_as_owner(db);
	res = db_query(db,
	    "select id, key, totp_secret::text from app.person "
	    "where totp_secret is not null order by id for update",
	    0, NULL);
	for (int i = 0; i < PQntuples(res); i++)
		reseal_one(db, &keys, res, i, &count);
	PQclear(res);
	snprintf(amount, sizeof amount, "%zu", count.anew);
	if (count.anew > 0)
		PQclear(db_query(db,
		    "select app.audit(null, 'keys.reseal', null, null, null, "
		    "null, $1::bigint)",
		    DB_PARAMS(amount)));
	db_commit(db);
	PQfinish(db);
	printf("secrets of second factors: %zu sealed anew, %zu already with "
	       "the key in use, %zu with none of box.key\n",
	    count.anew, count.already, count.never);
	sodium_memzero(&keys, sizeof keys);
	return count.never == 0 ? 0 : 1;
}

int
cmd_keys(int argc, char **argv)
{
	static const struct {
		const char *verb, *what;
		int (*run)(const struct settings *);
	} rows[] = {
		{ "create", NULL, create },
		{ "rotate", "sign", rotate_sign },
		{ "rotate", "box", rotate_box },
		{ "reseal", NULL, reseal },
	};
	struct settings s;

	for (size_t i = 0; i < NELEM(rows); i++)
		if (argc == (rows[i].what == NULL ? 2 : 3) &&
		    strcmp(argv[1], rows[i].verb) == 0 &&
		    (argc == 2 || strcmp(argv[2], rows[i].what) == 0)) {
			ctl_settings(&s);
			return rows[i].run(&s);
		}
	return ctl_usage("keys create | keys rotate sign|box | keys reseal");
}
