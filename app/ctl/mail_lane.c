/*
 * The outbox: one mail after the other is claimed, made from its template and
 * handed over. The token of a link is made here, at the last moment; the
 * database gets its hash with the claim, before anybody can have the mail.
 */
#include "mail_lane.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "smtp.h"
#include "web/buf.h"
#include "web/log.h"
#include "web/mail.h"
#include "web/token.h"
#include "web/tpl.h"

/* So long nobody knocks at a server that is away. */
enum { REST_SECONDS = 60, ID_SIZE = 320, NUMBER_SIZE = 32 };

struct mail_lane {
	struct smtp *smtp; /* NULL: mails wait */
	struct tpl_set *templates;
	time_t rest_until; /* of the monotonic clock */
	bool was_noted;
	time_t noted;
	bool is_bad;
};

/* A claimed mail on its way. */
struct letter {
	json_t *facts;
	char token[TOKEN_LEN + 1];
	char message_id[ID_SIZE];
};

struct mail_lane *
mail_lane_new(const struct settings *s, struct err *err)
{
	struct mail_lane *m = mem_calloc(1, sizeof *m);

	m->templates = tpl_set_load_text(s->asset_dir, "mail", err);
	if (m->templates == NULL || smtp_new(s, &m->smtp, err) != RC_OK) {
		mail_lane_free(m);
		return NULL;
	}
	if (m->smtp != NULL && s->base_url[0] == '\0') {
		err_set(err, RC_INVALID, "bad_setting", "",
		    "RESONANZ_BASE_URL is needed for the links in mails");
		mail_lane_free(m);
		return NULL;
	}
	return m;
}

void
mail_lane_free(struct mail_lane *m)
{
	if (m == NULL)
		return;
	smtp_free(m->smtp);
	tpl_set_free(m->templates);
	mem_free(m);
}

static time_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* A Message-ID that nobody guesses: who reports a bounce must know it. */
static void
new_message_id(const struct mail_lane *m, char out[ID_SIZE])
{
	unsigned char random[16];
	char hex[sizeof random * 2 + 1];

	randombytes_buf(random, sizeof random);
	sodium_bin2hex(hex, sizeof hex, random, sizeof random);
	snprintf(out, ID_SIZE, "%s@%s", hex, smtp_domain(m->smtp));
}

/* RC_NOTFOUND: none is due. */
static enum rc
claim(struct lane *l, struct letter *letter, struct err *err)
{
	char hash[TOKEN_HASH_HEX + 1], id[ID_SIZE];
	char *text;
	enum rc rc;

	token_new(letter->token);
	token_hash(letter->token, hash);
	new_message_id(l->mail, id);
	rc = lane_value(l, "select job.mail_claim($1::bytea, $2)",
	    DB_PARAMS(hash, id), &text, err);
	if (rc != RC_OK)
		return rc;
	if (text == NULL)
		return RC_NOTFOUND;
	letter->facts = json_loads(text, 0, NULL);
	mem_free(text);
	if (letter->facts == NULL)
		return err_set(err, RC_INTERNAL, "mail", "",
		    "the facts of a mail are no JSON");
	snprintf(letter->message_id, sizeof letter->message_id, "%s",
	    json_string_value(json_object_get(letter->facts, "message_id")));
	return RC_OK;
}

static void
letter_clear(struct letter *letter)
{
	json_decref(letter->facts);
	sodium_memzero(letter, sizeof *letter);
}

static const char *
fact(const struct letter *letter, const char *name)
{
	const char *text =
	    json_string_value(json_object_get(letter->facts, name));

	return text == NULL ? "" : text;
}

/* What is published under Einstellungen comes with the facts. */
static void
put_default(struct letter *letter, const char *name, const char *setting)
{
	if (fact(letter, name)[0] == '\0')
		json_object_set_new(letter->facts, name, json_string(setting));
}

/* What templates know beside the facts. */
static void
add_links(const struct settings *s, struct letter *letter)
{
	struct buf link = { 0 };

	json_object_set_new(
	    letter->facts, "base_url", json_string(s->base_url));
	put_default(letter, "operator", s->operator_name);
	put_default(letter, "contact", s->contact_mail);
	if (json_is_true(json_object_get(letter->facts, "has_link"))) {
		buf_printf(
		    &link, "%s/invitation/%s", s->base_url, letter->token);
		json_object_set_new(
		    letter->facts, "link", json_string(buf_text(&link)));
	}
	if (link.data != NULL)
		sodium_memzero(link.data, link.len);
	buf_clear(&link);
}

static enum rc
write_letter(
    struct lane *l, struct letter *letter, struct buf *out, struct err *err)
{
	json_t *head = json_object();
	struct buf body = { 0 };
	enum rc rc;

	add_links(l->settings, letter);
	rc = tpl_set_render_text(l->mail->templates, fact(letter, "template"),
	    letter->facts, head, &body);
	if (rc != RC_OK) {
		err_set(err, rc, "mail", "", "no template %.60s",
		    fact(letter, "template"));
	} else {
		const char *subject =
		    json_string_value(json_object_get(head, "subject"));
		const struct mail_message message = {
			.from = { fact(letter, "operator"),
			    smtp_from(l->mail->smtp) },
			.to = { fact(letter, "name"), fact(letter, "address") },
			.subject = subject == NULL ? "" : subject,
			.message_id = letter->message_id,
			.at = time(NULL),
			.body = buf_text(&body),
		};

		rc = mail_build(&message, out, err);
	}
	json_decref(head);
	buf_clear(&body);
	return rc;
}

/* What /mail says of a mail that cannot be written. */
static const char *
trouble_word(const struct err *err)
{
	static const struct {
		const char *code, *text;
	} words[] = {
		{ "bad_address", "An diese Adresse lässt sich nicht senden." },
		{ "bad_header",
		    "Ein Name oder der Betreff ist nicht eine Zeile." },
		{ "bad_body", "Der Text enthält Steuerzeichen." },
	};

	for (size_t i = 0; i < NELEM(words); i++)
		if (strcmp(err->code, words[i].code) == 0)
			return words[i].text;
	return err->msg;
}

static const char *
result_word(enum smtp_result result)
{
	switch (result) {
	case SMTP_SENT:
		return "sent";
	case SMTP_LATER:
	case SMTP_AWAY:
		return "retry";
	case SMTP_REFUSED:
		return "failed";
	}
	return "retry";
}

/* Tells the database; logs what an operator should see. */
static enum rc
finish(struct lane *l, const struct letter *letter, enum smtp_result result,
    const char *note, struct err *err)
{
	char id[NUMBER_SIZE], attempt[NUMBER_SIZE];
	char *state;
	enum rc rc;

	snprintf(id, sizeof id, "%lld",
	    (long long)json_integer_value(
		json_object_get(letter->facts, "id")));
	snprintf(attempt, sizeof attempt, "%lld",
	    (long long)json_integer_value(
		json_object_get(letter->facts, "attempt")));
	rc = lane_value(l, "select job.mail_end($1::bigint, $2::int, $3, $4)",
	    DB_PARAMS(id, attempt, result_word(result), note), &state, err);
	if (rc != RC_OK)
		return rc;
	log_event(result == SMTP_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
	    "mail %s (%s, attempt %s): %s%s%s", id, fact(letter, "template"),
	    attempt, state == NULL ? "taken by another" : state,
	    result == SMTP_SENT ? "" : ": ", result == SMTP_SENT ? "" : note);
	mem_free(state);
	return RC_OK;
}

/* RC_NOTFOUND: nothing is due. *result only with RC_OK. */
static enum rc
send_one(struct lane *l, enum smtp_result *result, char note[SMTP_NOTE_SIZE],
    struct err *err)
{
	struct letter letter = { 0 };
	struct buf message = { 0 };
	enum rc rc;

	rc = claim(l, &letter, err);
	if (rc != RC_OK)
		return rc;
	if (write_letter(l, &letter, &message, err) == RC_OK) {
		*result = smtp_send(l->mail->smtp, fact(&letter, "address"),
		    letter.message_id, &message, note);
	} else {
		*result = SMTP_REFUSED;
		snprintf(note, SMTP_NOTE_SIZE, "%s", trouble_word(err));
	}
	rc = finish(l, &letter, *result, note, err);
	if (message.data != NULL)
		sodium_memzero(message.data, message.len);
	buf_clear(&message);
	letter_clear(&letter);
	return rc;
}

/* How the outbox is, for /mail and /jobs. */
static enum rc
note_state(struct lane *l, long sent, const char *trouble, struct err *err)
{
	struct mail_lane *m = l->mail;
	bool is_bad = trouble[0] != '\0';
	char number[NUMBER_SIZE];
	char *done = NULL;
	enum rc rc;

	if (m->was_noted && sent == 0 && is_bad == m->is_bad &&
	    monotonic() - m->noted < REST_SECONDS)
		return RC_OK;
	snprintf(number, sizeof number, "%ld", sent);
	rc = lane_value(l,
	    "select job.period_note('mail', $1::boolean, $2::bigint, $3)",
	    DB_PARAMS(is_bad ? "f" : "t", number, trouble), &done, err);
	/* until the row is there it is tried again */
	m->was_noted = done != NULL && strcmp(done, "t") == 0;
	m->noted = monotonic();
	m->is_bad = is_bad;
	mem_free(done);
	return rc;
}

enum rc
mail_pass(struct lane *l, int *failures)
{
	struct mail_lane *m = l->mail;
	char note[SMTP_NOTE_SIZE] = "";
	struct err err = { 0 };
	enum smtp_result result = SMTP_SENT;
	enum rc rc = RC_OK;
	long sent = 0;

	(void)failures; /* what a mail met is in the outbox */
	if (m->smtp == NULL)
		return note_state(
		    l, 0, "RESONANZ_SMTP_URL ist nicht gesetzt.", &err);
	if (monotonic() < m->rest_until)
		return RC_OK;
	while (!job_is_over() && result != SMTP_AWAY) {
		rc = send_one(l, &result, note, &err);
		if (rc != RC_OK)
			break;
		sent += result == SMTP_SENT;
	}
	smtp_rest(m->smtp);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	if (result == SMTP_AWAY)
		m->rest_until = monotonic() + REST_SECONDS;
	return note_state(l, sent, result == SMTP_AWAY ? note : "", &err);
}
