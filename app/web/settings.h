/* Settings: a table of environment variables with type and default. */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "rc.h"

struct settings {
	const char *bind;         /* RESONANZ_BIND, 127.0.0.1 */
	int port;                 /* RESONANZ_PORT, 8080 */
	int workers;              /* RESONANZ_WORKERS, 2 */
	const char *mode;         /* RESONANZ_MODE, production | demo | test */
	const char *base_url;     /* RESONANZ_BASE_URL, "" = from the Host */
	const char *database_url; /* RESONANZ_DATABASE_URL, libpq conninfo */
	const char *read_url;  /* RESONANZ_DATABASE_READ_URL, "" = the same */
	const char *asset_dir; /* RESONANZ_ASSETS, build output */
	const char *conf_file; /* RESONANZ_CONF, the Kore configuration */
	const char *pid_file;  /* RESONANZ_PIDFILE */
	const char *run_as;    /* RESONANZ_USER, "" = stay who we are */
	const char *tls_cert;  /* RESONANZ_TLS_CERT, "" = plain HTTP */
	const char *tls_key;   /* RESONANZ_TLS_KEY */
	const char *key_dir;   /* RESONANZ_KEYS, /etc/resonanz/keys */
	const char *operator_name; /* RESONANZ_OPERATOR, FITKO … */
	const char *contact_mail;  /* RESONANZ_CONTACT */
	const char *outage_note;   /* RESONANZ_OUTAGE_NOTE, "" */
	const char *smtp_url;      /* RESONANZ_SMTP_URL, "" = mails wait */
	const char *smtp_user;     /* RESONANZ_SMTP_USER */
	const char *smtp_password; /* RESONANZ_SMTP_PASSWORD, a file */
	const char *smtp_tls;      /* RESONANZ_SMTP_TLS, auto */
	const char *smtp_ca;       /* RESONANZ_SMTP_CA */
	const char *mail_from;     /* RESONANZ_MAIL_FROM */
	bool is_behind_proxy; /* RESONANZ_TRUST_PROXY, X-Forwarded-For/-Proto */
	int read_connections; /* RESONANZ_DB_READ, per worker, 2 */
	int write_connections; /* RESONANZ_DB_WRITE, per worker, 8 */
	int api_rate;          /* RESONANZ_API_RATE, a minute, 600; 0 = any */
	int export_rate;       /* RESONANZ_EXPORT_RATE, a minute, 60 */
	int hash_threads;      /* RESONANZ_HASH_THREADS, per worker, 1 */
};

/* Reads the environment; the strings live as long as the process. */
enum rc settings_load(struct settings *s, struct err *err) MUST_CHECK;
/* The table as text: name, default, meaning. */
void settings_print(FILE *out);

#endif
