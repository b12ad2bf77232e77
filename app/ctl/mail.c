/* resonanzctl mail: a trial of the mail server, and reports of bounces. */
#include "ctl.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "smtp.h"
#include "web/bounce.h"
#include "web/mail.h"
#include "web/token.h"

#define USAGE                                                                  \
	"mail test ADDRESS\n"                                                  \
	"       resonanzctl mail bounce   (a report by stdin, as a mail "      \
	"server pipes it)"

enum { REPORT_MAX = 1024 * 1024 };

static int
send_test(const char *address)
{
	struct settings s;
	struct err err = { 0 };
	struct smtp *smtp;
	struct buf out = { 0 };
	char id[TOKEN_LEN + 1], full[320], note[SMTP_NOTE_SIZE];
	enum smtp_result result;

	ctl_settings(&s);
	if (s.smtp_url[0] == '\0')
		ctl_die("RESONANZ_SMTP_URL is not set");
	if (smtp_new(&s, &smtp, &err) != RC_OK)
		ctl_die("%s", err.msg);
	token_new(id);
	snprintf(full, sizeof full, "%s@%s", id, smtp_domain(smtp));
	if (mail_build(&(const struct mail_message){ .from = { s.operator_name,
							 smtp_from(smtp) },
			   .to = { NULL, address },
			   .subject = "Prüfung des Mailversands",
			   .message_id = full,
			   .at = time(NULL),
			   .body = "Diese Nachricht prüft, ob Resonanz Mails "
				   "verschicken kann. Sie hat keine "
				   "Bedeutung.\n" },
		&out, &err) != RC_OK)
		ctl_die("%s", err.msg);
	result = smtp_send(smtp, address, full, &out, note);
	printf(
	    "%s: %s\n", result == SMTP_SENT ? "handed over" : "not sent", note);
	buf_clear(&out);
	smtp_free(smtp);
	return result == SMTP_SENT ? 0 : 1;
}

static void
read_report(struct buf *out)
{
	char chunk[8192];
	size_t n;

	while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
		if (out->len < REPORT_MAX)
			buf_add(out, chunk, n);
}

/* Tells the database; EX_TEMPFAIL when it does not answer. */
static int
record(const struct settings *s, const struct bounce *b)
{
	PGconn *db = PQconnectdb(s->database_url);
	const char *const params[] = { b->message_id, b->recipient, b->action,
		b->status, b->diagnostic };
	PGresult *res = NULL;
	int status = 0;

	if (PQstatus(db) == CONNECTION_OK)
		res = PQexecParams(db,
		    "select job.mail_bounce($1, $2, $3, $4, $5)",
		    (int)NELEM(params), NULL, params, NULL, NULL, 0);
	if (res == NULL || PQresultStatus(res) != PGRES_TUPLES_OK) {
		fprintf(stderr, "resonanzctl: %s", PQerrorMessage(db));
		status = EX_TEMPFAIL;
	} else if (PQgetisnull(res, 0, 0)) {
		puts("ignored: no mail of ours");
	} else {
		printf(
		    "%s: %s %s\n", PQgetvalue(res, 0, 0), b->action, b->status);
	}
	PQclear(res);
	PQfinish(db);
	return status;
}

/*
 * Whatever comes is answered with success, or the mail server would send a
 * report about the report; only when the database is away it should ask again.
 */
static int
take_bounce(void)
{
	struct settings s;
	struct buf report = { 0 };
	struct err err = { 0 };
	struct bounce b;
	enum rc rc;

	read_report(&report);
	rc = bounce_parse(buf_text(&report), report.len, &b, &err);
	buf_clear(&report);
	if (rc != RC_OK) {
		printf("ignored: %s\n", err.msg);
		return 0;
	}
	ctl_settings(&s);
	return record(&s, &b);
}

int
cmd_mail(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "test") == 0)
		return send_test(argv[2]);
	if (argc == 2 && strcmp(argv[1], "bounce") == 0)
		return take_bounce();
	return ctl_usage(USAGE);
}
