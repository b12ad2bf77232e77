/* Settings: a table of environment variables with type and default. */
#include "settings.h"

#include <stdlib.h>
#include <string.h>

enum setting_type {
	SETTING_TEXT, /* anything on one line */
	SETTING_WORD, /* a path, address or name: no white space */
	SETTING_URL, /* http:// or https:// without a slash at the end, or "" */
	SETTING_MODE,
	SETTING_INT,
	SETTING_FLAG
};

struct setting {
	const char *name;
	enum setting_type type;
	size_t offset; /* in struct settings */
	const char *fallback;
	long min, max;
	const char *meaning;
};

#define TEXT(n, member, fallback, meaning)                                     \
	{                                                                      \
		n, SETTING_TEXT, offsetof(struct settings, member), fallback,  \
		    0, 0, meaning                                              \
	}
#define WORD(n, member, fallback, meaning)                                     \
	{                                                                      \
		n, SETTING_WORD, offsetof(struct settings, member), fallback,  \
		    0, 0, meaning                                              \
	}
#define INT(n, member, fallback, min, max, meaning)                            \
	{                                                                      \
		n, SETTING_INT, offsetof(struct settings, member), fallback,   \
		    min, max, meaning                                          \
	}

/* clang-format off */
static const struct setting table[] = {
	WORD("RESONANZ_BIND", bind, "127.0.0.1", "address to listen on"),
	INT("RESONANZ_PORT", port, "8080", 1, 65535, "port to listen on"),
	INT("RESONANZ_WORKERS", workers, "2", 1, 64, "worker processes"),
	{ "RESONANZ_MODE", SETTING_MODE, offsetof(struct settings, mode), "production", 0, 0, "production, demo or test" },
	{ "RESONANZ_BASE_URL", SETTING_URL, offsetof(struct settings, base_url), "", 0, 0, "address in links; empty: from the Host header" },
	TEXT("RESONANZ_DATABASE_URL", database_url, "dbname=resonanz user=resonanz_web", "libpq connection for writing"),
	TEXT("RESONANZ_DATABASE_READ_URL", read_url, "", "libpq connection for reading; empty: the same"),
	WORD("RESONANZ_ASSETS", asset_dir, "build/assets", "folder of templates, texts and static files"),
	WORD("RESONANZ_CONF", conf_file, "conf/resonanz.conf", "Kore configuration"),
	WORD("RESONANZ_PIDFILE", pid_file, "build/resonanz.pid", "file for the process id"),
	WORD("RESONANZ_USER", run_as, "", "user of the workers; empty: who starts it"),
	WORD("RESONANZ_TLS_CERT", tls_cert, "", "certificate chain (PEM); empty: plain HTTP"),
	WORD("RESONANZ_TLS_KEY", tls_key, "", "key of the certificate (PEM)"),
	WORD("RESONANZ_KEYS", key_dir, "/etc/resonanz/keys", "folder of box.key, sign.key and sign.pub"),
	TEXT("RESONANZ_OPERATOR", operator_name, "FITKO (Föderale IT-Kooperation)", "who runs this; the name published under Einstellungen stands above it"),
	WORD("RESONANZ_CONTACT", contact_mail, "", "address for questions; the one published stands above it"),
	TEXT("RESONANZ_OUTAGE_NOTE", outage_note, "", "announced interruption, shown on each page"),
	WORD("RESONANZ_SMTP_URL", smtp_url, "", "smtp://HOST:PORT, smtps://HOST or file:FOLDER; empty: mails wait"),
	WORD("RESONANZ_SMTP_USER", smtp_user, "", "name at the mail server; empty: none is needed"),
	WORD("RESONANZ_SMTP_PASSWORD", smtp_password, "", "file with the password there"),
	WORD("RESONANZ_SMTP_TLS", smtp_tls, "auto", "STARTTLS: required, off, auto (required but for loopback)"),
	WORD("RESONANZ_SMTP_CA", smtp_ca, "", "certificates (PEM) to trust; empty: those of the system"),
	WORD("RESONANZ_MAIL_FROM", mail_from, "", "sender, takes bounces; empty: RESONANZ_CONTACT"),
	{ "RESONANZ_TRUST_PROXY", SETTING_FLAG, offsetof(struct settings, is_behind_proxy), "0", 0, 0, "1: believe X-Forwarded-For and -Proto" },
	INT("RESONANZ_DB_READ", read_connections, "2", 1, 32, "reading connections of each worker"),
	INT("RESONANZ_DB_WRITE", write_connections, "8", 1, 32, "writing connections of each worker"),
	INT("RESONANZ_API_RATE", api_rate, "600", 0, 100000, "requests a minute below /api of one address or token, at each worker; 0: any"),
	INT("RESONANZ_EXPORT_RATE", export_rate, "60", 0, 100000, "searches and files a minute of one address, at each worker; 0: any"),
	INT("RESONANZ_HASH_THREADS", hash_threads, "1", 1, 8, "threads for passwords of each worker"),
};
/* clang-format on */

static void discard(struct settings *s);
static enum rc read_setting(struct settings *s, const struct setting *row,
    const char *text, struct err *err);
static enum rc check_text(
    const struct setting *row, const char *text, struct err *err);
static enum rc read_int(
    int *out, const struct setting *row, const char *text, struct err *err);
static enum rc read_flag(
    bool *out, const struct setting *row, const char *text, struct err *err);

enum rc
settings_load(struct settings *s, struct err *err)
{
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < NELEM(table); i++) {
		const char *text = getenv(table[i].name);
		enum rc rc;

		if (text == NULL || text[0] == '\0')
			text = table[i].fallback;
		rc = read_setting(s, &table[i], text, err);
		if (rc != RC_OK) {
			discard(s);
			return rc;
		}
	}
	if ((s->tls_cert[0] == '\0') != (s->tls_key[0] == '\0')) {
		discard(s);
		return err_set(err, RC_INVALID, "bad_setting", "",
		    "RESONANZ_TLS_CERT and RESONANZ_TLS_KEY belong together");
	}
	return RC_OK;
}

void
settings_print(FILE *out)
{
	for (size_t i = 0; i < NELEM(table); i++)
		fprintf(out, "%-27s %-34s %s\n", table[i].name,
		    table[i].fallback[0] ? table[i].fallback : "-",
		    table[i].meaning);
}

/* Frees what a load that failed had read. */
static void
discard(struct settings *s)
{
	for (size_t i = 0; i < NELEM(table); i++) {
		void *member = (char *)s + table[i].offset;

		if (table[i].type != SETTING_INT &&
		    table[i].type != SETTING_FLAG)
			mem_free(*(char **)member);
	}
	memset(s, 0, sizeof *s);
}

static enum rc
read_setting(struct settings *s, const struct setting *row, const char *text,
    struct err *err)
{
	char *member = (char *)s + row->offset;
	enum rc rc = RC_OK;

	switch (row->type) {
	case SETTING_INT:
		return read_int((int *)(void *)member, row, text, err);
	case SETTING_FLAG:
		return read_flag((bool *)(void *)member, row, text, err);
	case SETTING_TEXT:
	case SETTING_WORD:
	case SETTING_URL:
	case SETTING_MODE:
		rc = check_text(row, text, err);
		break;
	}
	/* a copy: the environment may change under us */
	if (rc == RC_OK)
		*(const char **)(void *)member = mem_strdup(text);
	return rc;
}

static enum rc
refuse(struct err *err, const struct setting *row, const char *text,
    const char *want)
{
	return err_set(err, RC_INVALID, "bad_setting", row->name,
	    "%s is \"%.80s\", but must be %s", row->name, text, want);
}

static enum rc
check_text(const struct setting *row, const char *text, struct err *err)
{
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return err_set(err, RC_INVALID, "bad_setting",
			    row->name, "%s has a control character", row->name);
		if (*c == ' ' && row->type != SETTING_TEXT)
			return refuse(err, row, text, "without white space");
	}
	if (row->type == SETTING_MODE && strcmp(text, "production") != 0 &&
	    strcmp(text, "demo") != 0 && strcmp(text, "test") != 0)
		return refuse(err, row, text, row->meaning);
	if (row->type == SETTING_URL && text[0] != '\0' &&
	    ((strncmp(text, "https://", 8) != 0 &&
		 strncmp(text, "http://", 7) != 0) ||
		text[strlen(text) - 1] == '/'))
		return refuse(err, row, text,
		    "https://… or http://… without a slash at the end");
	return RC_OK;
}

static enum rc
read_int(int *out, const struct setting *row, const char *text, struct err *err)
{
	char *end;
	long n;

	n = strtol(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n < row->min ||
	    n > row->max || strlen(text) > 9)
		return err_set(err, RC_INVALID, "bad_setting", row->name,
		    "%s is \"%.80s\", but must be a number from %ld to %ld",
		    row->name, text, row->min, row->max);
	*out = (int)n;
	return RC_OK;
}

static enum rc
read_flag(
    bool *out, const struct setting *row, const char *text, struct err *err)
{
	bool is_on = strcmp(text, "1") == 0 || strcmp(text, "true") == 0;

	if (!is_on && strcmp(text, "0") != 0 && strcmp(text, "false") != 0)
		return refuse(err, row, text, "0 or 1");
	*out = is_on;
	return RC_OK;
}
