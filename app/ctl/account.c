/* resonanzctl account: people at the command line. Passwords come by stdin. */
#include "ctl.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "web/password.h"
#include "web/password_rules.h"

#define USAGE                                                                  \
	"account create MAIL NAME [ORGANISATION ROLE,ROLE]   (password by "    \
	"stdin)\n"                                                             \
	"       resonanzctl account role MAIL moderator|reporter|auditor|"     \
	"administrator\n"                                                      \
	"       resonanzctl account password MAIL                    "         \
	"(password "                                                           \
	"by stdin)"
/* Why a password is refused; the server says the same in German. */
static const struct {
	const char *code;
	const char *text;
} reasons[] = {
	{ "password_short", "it needs 12 characters" },
	{ "password_long", "it may have 1024 octets" },
	{ "password_characters", "it is not UTF-8" },
	{ "password_repeated", "it repeats itself" },
	{ "password_sequence", "it is mostly keys in a row" },
	{ "password_common", "it is made of frequent words" },
	{ "password_product", "it contains the name of the platform" },
	{ "password_operator", "it contains the name of the operator" },
	{ "password_organisation", "it contains a name of the organisation" },
	{ "password_self", "it contains the person's own name or mail" },
};

/* The names that a password of this person must not contain. */
static void
check(const struct settings *s, const char *mail, const char *name,
    const char *organisation, const char *password, size_t len)
{
	const struct password_name names[] = {
		{ PASSWORD_PRODUCT, "Resonanz" },
		{ PASSWORD_OPERATOR, s->operator_name },
		{ PASSWORD_ORGANISATION, organisation },
		{ PASSWORD_SELF, mail },
		{ PASSWORD_SELF, name },
	};
	struct password_list *list;
	struct err err = { 0 };

	if (password_list_load(&list, s->asset_dir, &err) != RC_OK)
		ctl_die("%s", err.msg);
	if (password_check(list, names, NELEM(names), password, len, &err) !=
	    RC_OK) {
		for (size_t i = 0; i < NELEM(reasons); i++) {
			if (strcmp(reasons[i].code, err.code) == 0)
				ctl_die(
				    "password refused: %s", reasons[i].text);
		}
		ctl_die("password refused: %s", err.code);
	}
	password_list_free(list);
}

/* One line, without its end; hashed at once and wiped. */
static void
read_password(const struct settings *s, const char *mail, const char *name,
    const char *organisation, char hash[PASSWORD_HASH_SIZE])
{
	char line[PASSWORD_MAX + 3];
	size_t len;
	enum rc rc;

	if (fgets(line, sizeof line, stdin) == NULL)
		ctl_die("no password on standard input");
	len = strcspn(line, "\r\n");
	line[len] = '\0';
	check(s, mail, name, organisation, line, len);
	rc = password_hash(line, len, hash);
	sodium_memzero(line, sizeof line);
	if (rc != RC_OK)
		ctl_die("not enough memory to hash a password");
}

static void
audit(PGconn *db, const char *act, const char *person)
{
	PQclear(db_query(db,
	    "insert into app.audit (epoch, act, object_kind, object_id) "
	    "values (app.epoch(), $1, 'person', $2::bigint)",
	    DB_PARAMS(act, person)));
}

static void
add_memberships(
    PGconn *db, const char *person, const char *organisation, const char *roles)
{
	char *id =
	    db_value_dup(db, "select id from app.organisation where code = $1",
		DB_PARAMS(organisation));

	if (id == NULL)
		ctl_die("no such organisation: %s", organisation);
	PQclear(db_query(db,
	    "insert into app.membership (person_id, organisation_id, role) "
	    "select $1::bigint, $2::bigint, r "
	    "from unnest(string_to_array($3, ',')) r",
	    DB_PARAMS(person, id, roles)));
	mem_free(id);
}

static void
create(PGconn *db, const struct settings *s, int argc, char **argv)
{
	char hash[PASSWORD_HASH_SIZE] = { 0 };
	char *person;

	read_password(s, argv[2], argv[3], argc == 6 ? argv[4] : NULL, hash);
	person = db_value_dup(db,
	    "insert into app.person (mail, name, state, password_hash) "
	    "values (lower($1), $2, 'active', $3) returning id",
	    DB_PARAMS(argv[2], argv[3], hash));
	if (argc == 6)
		add_memberships(db, person, argv[4], argv[5]);
	audit(db, "account.create", person);
	mem_free(person);
}

static void
set_password(PGconn *db, const struct settings *s, const char *mail)
{
	char hash[PASSWORD_HASH_SIZE] = { 0 };
	char *name = db_value_dup(db,
	    "select name from app.person where mail = lower($1)",
	    DB_PARAMS(mail));
	char *person;

	read_password(s, mail, name, NULL, hash);
	mem_free(name);
	person = db_value_dup(db,
	    "update app.person set password_hash = $2, "
	    "state = case state when 'invited' then 'active' else state end "
	    "where mail = lower($1) and state <> 'erased' returning id",
	    DB_PARAMS(mail, hash));
	if (person == NULL)
		ctl_die("no such person: %s", mail);
	/* whoever is signed in with the old one is no longer */
	PQclear(
	    db_query(db, "delete from app.session where person_id = $1::bigint",
		DB_PARAMS(person)));
	audit(db, "account.password", person);
	mem_free(person);
}

static void
add_role(PGconn *db, const char *mail, const char *role)
{
	char *person = db_value_dup(db,
	    "insert into app.platform_role (person_id, role) "
	    "select id, $2 from app.person where mail = lower($1) "
	    "returning person_id",
	    DB_PARAMS(mail, role));

	if (person == NULL)
		ctl_die("no such person: %s", mail);
	audit(db, "account.role", person);
	mem_free(person);
}

int
cmd_account(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct settings s;
	PGconn *db;

	if (!((strcmp(verb, "create") == 0 && (argc == 4 || argc == 6)) ||
		(strcmp(verb, "role") == 0 && argc == 4) ||
		(strcmp(verb, "password") == 0 && argc == 3)))
		return ctl_usage(USAGE);
	ctl_settings(&s);
	db = db_open(&s);
	db_begin_as_owner(db);
	if (strcmp(verb, "create") == 0)
		create(db, &s, argc, argv);
	else if (strcmp(verb, "role") == 0)
		add_role(db, argv[2], argv[3]);
	else
		set_password(db, &s, argv[2]);
	db_commit(db);
	PQfinish(db);
	return 0;
}
