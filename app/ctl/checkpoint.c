/*
 * resonanzctl checkpoint: what was sent outside against what is here. A chain
 * that was written anew, even with the right key, differs from it.
 */
#include "ctl.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "web/buf.h"
#include "web/keys.h"

#define FIRST_LINE "resonanz checkpoint 1\n"
#define SIZE_MAX_READ 65536

struct sent {
	char block[24], hash[CANON_HEX + 1], entries[24], made_at[40];
	char key[KEYS_ID + 1], signature[2 * crypto_sign_BYTES + 1];
	struct buf body; /* what was signed */
};

/* A line NAME=OCTETS:TEXT; each is there once. */
static const struct {
	const char *name;
	size_t offset, size;
} fields[] = {
#define FIELD(n)                                                               \
	{                                                                      \
#n, offsetof(struct sent, n), sizeof((struct sent *)0)->n      \
	}
	FIELD(block),
	FIELD(hash),
	FIELD(entries),
	FIELD(made_at),
	FIELD(key),
	FIELD(signature),
#undef FIELD
};

/* The file as text without the carriage returns of a mail. */
static void
read_file(const char *path, struct buf *text)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	int c;

	if (in == NULL)
		ctl_die("%s cannot be read", path);
	while ((c = getc(in)) != EOF && text->len < SIZE_MAX_READ)
		if (c != '\r')
			buf_char(text, (char)c);
	if (in != stdin)
		fclose(in);
}

/* Takes one line apart; false when it is not of the form. */
static bool
read_line(struct sent *s, const char *line, size_t len)
{
	const char *equals = memchr(line, '=', len);
	const char *colon = memchr(line, ':', len);
	size_t value_len;

	if (equals == NULL || colon == NULL || colon < equals)
		return false;
	value_len = len - (size_t)(colon + 1 - line);
	if (strtoull(equals + 1, NULL, 10) != value_len)
		return false;
	for (size_t i = 0; i < NELEM(fields); i++) {
		size_t name_len = strlen(fields[i].name);
		char *to = (char *)s + fields[i].offset;

		if ((size_t)(equals - line) != name_len ||
		    memcmp(line, fields[i].name, name_len) != 0)
			continue;
		if (to[0] != '\0' || value_len >= fields[i].size)
			return false;
		memcpy(to, colon + 1, value_len);
		to[value_len] = '\0';
	}
	return true;
}

/*
 * The lines from the first to the signature, wherever they stand in a mail;
 * false when there are none.
 */
static bool
read_sent(struct sent *s, const char *text)
{
	const char *at = strstr(text, FIRST_LINE);

	if (at == NULL)
		return false;

	buf_str(&s->body, FIRST_LINE);
	at += strlen(FIRST_LINE);
	while (s->signature[0] == '\0') {
		size_t len = strcspn(at, "\n");

		if (at[len] == '\0' && len == 0)
			ctl_die("this checkpoint has no end");
		if (!read_line(s, at, len))
			ctl_die("this line is damaged: %.*s", (int)len, at);
		if (s->signature[0] == '\0') {
			buf_add(&s->body, at, len);
			buf_char(&s->body, '\n');
		}
		at += len + (at[len] == '\n');
	}
	if (s->block[0] == '\0' || s->hash[0] == '\0' || s->key[0] == '\0')
		ctl_die("this checkpoint is not complete");
	return true;
}

static int
differs(const char *what, const char *sent, const char *here)
{
	printf("DIFFERS: %s\n  sent outside: %s\n  here:         %s\n", what,
	    sent, here);
	return 1;
}

static int
check_signature(const struct sent *s, const char *key_dir)
{
	unsigned char signature[crypto_sign_BYTES];
	const unsigned char *key;
	struct keys_list keys;
	struct err err = { 0 };
	char id[KEYS_ID + 1];
	size_t len;

	if (keys_load_public(key_dir, &keys, &err) != RC_OK)
		ctl_die("%s", err.msg);
	keys_id(keys.at[0], id);
	key = keys_find(&keys, s->key);
	if (key == NULL)
		return differs("the key of the signature", s->key, id);
	if (sodium_hex2bin(signature, sizeof signature, s->signature,
		strlen(s->signature), NULL, &len, NULL) != 0 ||
	    len != sizeof signature ||
	    crypto_sign_verify_detached(signature,
		(const unsigned char *)s->body.data, s->body.len, key) != 0) {
		puts("DIFFERS: the signature does not belong to these lines");
		return 1;
	}
	return 0;
}

static int
check_block(PGconn *db, const struct sent *s)
{
	PGresult *res = db_query(db,
	    "select * from job.chain_block($1::bigint)", DB_PARAMS(s->block));
	int found = 0;

	if (PQntuples(res) == 0)
		found = differs("the block", s->hash, "it is not there");
	else if (strcmp(PQgetvalue(res, 0, 0), s->hash) != 0)
		found = differs(
		    "the hash of the block", s->hash, PQgetvalue(res, 0, 0));
	else if (strcmp(PQgetvalue(res, 0, 1), s->entries) != 0)
		found = differs(
		    "the entries up to it", s->entries, PQgetvalue(res, 0, 1));
	PQclear(res);
	return found;
}

static int
verify(PGconn *db, const struct settings *settings, const char *path)
{
	struct sent s = { 0 };
	struct buf text = { 0 };
	int found;

	read_file(path, &text);
	if (!read_sent(&s, buf_text(&text)))
		ctl_die("there is no checkpoint in this file");
	found = check_signature(&s, settings->key_dir);
	if (found == 0)
		found = check_block(db, &s);
	if (found == 0)
		printf("block %s with %s entries is what it was on %s; "
		       "\"resonanzctl verify\" checks what it holds\n",
		    s.block, s.entries, s.made_at);
	buf_clear(&s.body);
	buf_clear(&text);
	return found;
}

static int
show(PGconn *db)
{
	char *text = db_value_dup(db, "select job.checkpoint_last()", 0, NULL);

	if (text == NULL) {
		puts("there is no checkpoint yet");
		return 1;
	}
	fputs(text, stdout);
	mem_free(text);
	return 0;
}

int
cmd_checkpoint(int argc, char **argv)
{
	bool is_show = argc == 2 && strcmp(argv[1], "show") == 0;
	bool is_verify = argc == 3 && strcmp(argv[1], "verify") == 0;
	struct settings s;
	PGconn *db;
	int status;

	if (!is_show && !is_verify)
		return ctl_usage("checkpoint show | checkpoint verify FILE|-");
	ctl_settings(&s);
	db = db_open(&s);
	status = is_show ? show(db) : verify(db, &s, argv[2]);
	PQfinish(db);
	return status;
}
