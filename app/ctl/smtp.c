/*
 * SMTP by libcurl. It takes a message as it is; dots at the beginning of lines
 * are its business. file:FOLDER writes messages as files instead, for a demo.
 */
#include "smtp.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/mail.h"
#include "web/utf8.h"

enum { CONNECT_SECONDS = 15, SEND_SECONDS = 60, PASSWORD_SIZE = 257 };

struct smtp {
	CURL *curl; /* NULL while no connection is kept */
	char *url, *folder, *from, *domain, *user, *ca;
	char password[PASSWORD_SIZE];
	bool needs_tls;
};

/* --- settings ------------------------------------------------------------- */

static bool
is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
	       strncmp(host, "127.", 4) == 0;
}

/* "smtp://HOST:PORT" and nothing behind it; whether it must encrypt. */
static enum rc
read_url(struct smtp *smtp, const struct settings *s, struct err *err)
{
	CURLU *url = curl_url();
	char *scheme = NULL, *host = NULL, *path = NULL;
	enum rc rc = RC_OK;
	struct buf full = { 0 };

	if (curl_url_set(url, CURLUPART_URL, s->smtp_url, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_PATH, &path, 0) != CURLUE_OK ||
	    (strcmp(scheme, "smtp") != 0 && strcmp(scheme, "smtps") != 0) ||
	    strcmp(path, "/") != 0 || strchr(s->smtp_url, '@') != NULL) {
		rc = err_set(err, RC_INVALID, "bad_setting", "",
		    "RESONANZ_SMTP_URL is not smtp://HOST:PORT, "
		    "smtps://HOST:PORT or file:FOLDER");
		goto out;
	}
	if (strcmp(s->smtp_tls, "auto") == 0)
		smtp->needs_tls = !is_loopback(host);
	else
		smtp->needs_tls = strcmp(s->smtp_tls, "required") == 0;
	if (!smtp->needs_tls && strcmp(s->smtp_tls, "auto") != 0 &&
	    strcmp(s->smtp_tls, "off") != 0)
		rc = err_set(err, RC_INVALID, "bad_setting", "",
		    "RESONANZ_SMTP_TLS is not auto, required or off");
	/* the path is the name that we greet with */
	buf_printf(&full, "%.*s/%s",
	    (int)(strlen(s->smtp_url) -
		  (s->smtp_url[strlen(s->smtp_url) - 1] == '/')),
	    s->smtp_url, smtp->domain);
	smtp->url = buf_take(&full);
out:
	curl_free(scheme);
	curl_free(host);
	curl_free(path);
	curl_url_cleanup(url);
	return rc;
}

static enum rc
read_password(struct smtp *smtp, const char *file, struct err *err)
{
	FILE *f;

	if (file[0] == '\0')
		return RC_OK;
	f = fopen(file, "r");
	if (f == NULL ||
	    fgets(smtp->password, sizeof smtp->password, f) == NULL) {
		if (f != NULL)
			fclose(f);
		return err_set(err, RC_INVALID, "bad_setting", "",
		    "RESONANZ_SMTP_PASSWORD: %.150s cannot be read", file);
	}
	fclose(f);
	smtp->password[strcspn(smtp->password, "\r\n")] = '\0';
	return RC_OK;
}

enum rc
smtp_new(const struct settings *s, struct smtp **out, struct err *err)
{
	const char *from =
	    s->mail_from[0] != '\0' ? s->mail_from : s->contact_mail;
	struct smtp *smtp;
	enum rc rc;

	*out = NULL;
	if (s->smtp_url[0] == '\0')
		return RC_OK;
	if (!mail_address_is_valid(from))
		return err_set(err, RC_INVALID, "bad_setting", "",
		    "RESONANZ_MAIL_FROM (or RESONANZ_CONTACT) must be an "
		    "address to send mails from");
	smtp = mem_calloc(1, sizeof *smtp);
	smtp->from = mem_strdup(from);
	smtp->domain = mem_strdup(strrchr(from, '@') + 1);
	smtp->user = mem_strdup(s->smtp_user);
	smtp->ca = mem_strdup(s->smtp_ca);
	if (strncmp(s->smtp_url, "file:", 5) == 0) {
		smtp->folder = mem_strdup(s->smtp_url + 5);
		rc = smtp->folder[0] != '\0'
			 ? RC_OK
			 : err_set(err, RC_INVALID, "bad_setting", "",
			       "RESONANZ_SMTP_URL names no folder");
	} else {
		rc = read_url(smtp, s, err);
	}
	if (rc == RC_OK)
		rc = read_password(smtp, s->smtp_password, err);
	if (rc != RC_OK) {
		smtp_free(smtp);
		return rc;
	}
	*out = smtp;
	return RC_OK;
}

void
smtp_free(struct smtp *smtp)
{
	if (smtp == NULL)
		return;
	smtp_rest(smtp);
	sodium_memzero(smtp->password, sizeof smtp->password);
	mem_free(smtp->url);
	mem_free(smtp->folder);
	mem_free(smtp->from);
	mem_free(smtp->domain);
	mem_free(smtp->user);
	mem_free(smtp->ca);
	mem_free(smtp);
}

const char *
smtp_from(const struct smtp *smtp)
{
	return smtp->from;
}

const char *
smtp_domain(const struct smtp *smtp)
{
	return smtp->domain;
}

void
smtp_rest(struct smtp *smtp)
{
	curl_easy_cleanup(smtp->curl);
	smtp->curl = NULL;
}

/* --- a message into a folder ------------------------------------------------
 */

static enum smtp_result
write_file(const struct smtp *smtp, const char *message_id,
    const struct buf *message, char note[SMTP_NOTE_SIZE])
{
	struct buf path = { 0 }, part = { 0 };
	bool is_written = false;
	int fd;

	(void)mkdir(smtp->folder, 0700);
	buf_printf(&path, "%s/%s.eml", smtp->folder, message_id);
	buf_printf(&part, "%s.part", buf_text(&path));
	fd = open(
	    buf_text(&part), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0) {
		ssize_t n = write(fd, message->data, message->len);

		is_written = n == (ssize_t)message->len && close(fd) == 0 &&
			     rename(buf_text(&part), buf_text(&path)) == 0;
	}
	snprintf(note, SMTP_NOTE_SIZE, "%.200s: %s", buf_text(&path),
	    is_written ? "written" : strerror(errno));
	buf_clear(&path);
	buf_clear(&part);
	return is_written ? SMTP_SENT : SMTP_AWAY;
}

/* --- a message to a server
 * ----------------------------------------------------- */

struct upload {
	const struct buf *message;
	size_t sent;
};

static size_t
read_message(char *out, size_t size, size_t count, void *arg)
{
	struct upload *u = arg;
	size_t left = u->message->len - u->sent;
	size_t n = size * count < left ? size * count : left;

	memcpy(out, u->message->data + u->sent, n);
	u->sent += n;
	return n;
}

/* What the server said last, and its last refusal: a 221 may follow that. */
struct answers {
	struct buf last, refusal;
};

static size_t
read_answer(char *data, size_t size, size_t count, void *arg)
{
	struct answers *a = arg;
	size_t len = size * count;
	bool is_refusal = len > 3 && (data[0] == '4' || data[0] == '5');
	struct buf *b = is_refusal ? &a->refusal : &a->last;

	buf_reset(b);
	buf_add(b, data, len < 512 ? len : 512);
	return len;
}

/* One line of clean text into the note. */
static void
put_note(char note[SMTP_NOTE_SIZE], const char *s, size_t len)
{
	size_t pos = 0, n = 0;

	while (len > 0 && (s[len - 1] == '\r' || s[len - 1] == '\n'))
		len--;
	while (pos < len) {
		size_t from = pos;
		uint32_t c = utf8_next(s, len, &pos);
		bool is_bad = c < 0x20 || c == 0x7f || c == 0xfffd;
		size_t width = is_bad ? 1 : pos - from;

		if (n + width >= SMTP_NOTE_SIZE)
			break;
		memcpy(note + n, is_bad ? "?" : s + from, width);
		n += width;
	}
	note[n] = '\0';
}

/*
 * What went wrong with the server as such is no fault of the mail: it waits,
 * and no other is tried for a while.
 */
static enum smtp_result
judge(CURLcode code, long answer)
{
	switch (code) {
	case CURLE_OK:
		return SMTP_SENT;
	case CURLE_SEND_ERROR: /* MAIL FROM, RCPT TO or DATA was refused */
	case CURLE_RECV_ERROR:
	case CURLE_QUOTE_ERROR:
		break;
	default:
		return SMTP_AWAY;
	}
	if (answer == 421 || answer < 400)
		return SMTP_AWAY;
	if (answer == 530 || answer == 535) /* it wants TLS or a login */
		return SMTP_AWAY;
	return answer >= 500 ? SMTP_REFUSED : SMTP_LATER;
}

static void
set_up(struct smtp *smtp, CURL *c)
{
	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_URL, smtp->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)SEND_SECONDS);
	curl_easy_setopt(c, CURLOPT_USE_SSL,
	    smtp->needs_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (smtp->ca[0] != '\0')
		curl_easy_setopt(c, CURLOPT_CAINFO, smtp->ca);
	if (smtp->user[0] != '\0') {
		curl_easy_setopt(c, CURLOPT_USERNAME, smtp->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, smtp->password);
	}
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, smtp->from);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, read_message);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, read_answer);
}

/* The server's own words where it had some. */
static void
explain(CURLcode code, const char *detail, const struct answers *answers,
    char note[SMTP_NOTE_SIZE])
{
	if (code == CURLE_OK)
		put_note(note, buf_text(&answers->last), answers->last.len);
	else if (answers->refusal.len > 0)
		put_note(
		    note, buf_text(&answers->refusal), answers->refusal.len);
	else if (detail[0] != '\0')
		put_note(note, detail, strlen(detail));
	else
		put_note(note, curl_easy_strerror(code),
		    strlen(curl_easy_strerror(code)));
}

enum smtp_result
smtp_send(struct smtp *smtp, const char *to, const char *message_id,
    const struct buf *message, char note[SMTP_NOTE_SIZE])
{
	struct upload upload = { message, 0 };
	struct answers answers = { { 0 }, { 0 } };
	char detail[CURL_ERROR_SIZE] = "";
	struct curl_slist *list;
	enum smtp_result result;
	CURLcode code;
	long status = 0;

	note[0] = '\0';
	if (smtp->folder != NULL)
		return write_file(smtp, message_id, message, note);
	if (smtp->curl == NULL)
		smtp->curl = curl_easy_init();
	if (smtp->curl == NULL)
		return SMTP_AWAY;
	set_up(smtp, smtp->curl);
	list = curl_slist_append(NULL, to);
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, list);
	curl_easy_setopt(smtp->curl, CURLOPT_READDATA, &upload);
	curl_easy_setopt(
	    smtp->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message->len);
	curl_easy_setopt(smtp->curl, CURLOPT_HEADERDATA, &answers);
	curl_easy_setopt(smtp->curl, CURLOPT_ERRORBUFFER, detail);
	code = curl_easy_perform(smtp->curl);
	curl_easy_getinfo(smtp->curl, CURLINFO_RESPONSE_CODE, &status);
	result = judge(code, status);
	explain(code, detail, &answers, note);
	curl_easy_setopt(smtp->curl, CURLOPT_ERRORBUFFER, NULL);
	curl_slist_free_all(list);
	buf_clear(&answers.last);
	buf_clear(&answers.refusal);
	if (result != SMTP_SENT)
		smtp_rest(smtp);
	return result;
}
