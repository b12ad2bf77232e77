#include "stream.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "file_head.h"
#include "reply.h"
#include "web/log.h"

#define CHUNK_FILL 32768 /* octets that make a chunk worth sending */
#define STALL_MS 60000   /* a client that takes nothing for so long is gone */
#define TICK_MS 5000
#define STREAMS_MAX 4 /* of a worker at a time */
#define TYPE_TEXT 25  /* its number in every PostgreSQL */

enum stream_state {
	STREAM_CONNECTING,
	STREAM_NOTING, /* what leaves is being written down */
	STREAM_READING,
	STREAM_ENDED,  /* all rows are in out */
	STREAM_FAILED, /* the client is cut off */
	STREAM_GONE    /* nothing but its memory is left */
};

struct stream {
	struct kore_event evt; /* must be first; of the database socket */
	struct stream_out out;
	struct http_request *http; /* until the answer has begun */
	struct connection *client; /* from then on */
	PGconn *pg;
	PGresult *first; /* held until the answer begins */
	enum stream_state state;
	struct err err;
	struct buf sending; /* while is_sending */
	bool is_sending;
	bool is_watching;
	bool has_ended; /* the last chunk is on its way */
	bool must_close;
	char *values[3 + PARAM_MAX];
	int value_count;
	uint64_t moved_ms;
	struct kore_timer *timer;
};

static unsigned stream_count; /* of this worker: a bound, nothing of a user */

static void handle(void *, int);
static void connect_poll(struct stream *);
static void send_query(struct stream *, const char *, enum stream_state);
static void noted(struct stream *);
static void keep_note(struct stream *, const PGresult *);
static void watch(struct stream *, int);
static void unwatch(struct stream *);
static void first_result(struct stream *);
static void fail(struct stream *, const char *);
static int answer(struct req *);
static void start_client(struct req *, struct stream *);
static void pump(struct stream *);
static bool read_rows(struct stream *);
static void send_chunk(struct stream *);
static int chunk_sent(struct netbuf *);
static void cut_off(struct stream *);
static void finish(struct stream *);
static void client_gone(struct connection *);
static void abandon(void *);
static void stream_free(struct stream *);
static void release(void *, u_int64_t);
static void tick(void *, u_int64_t);

int
stream_begin(struct req *req, const struct stream_list *list)
{
	const char *keys[] = { "dbname", "options", "application_name",
		"client_encoding", NULL };
	const char *values[] = { req->worker->settings.database_url,
		"-c statement_timeout=600000 -c TimeZone=Europe/Berlin",
		"resonanz export", "UTF8", NULL };
	struct stream *s;

	if (stream_count >= STREAMS_MAX)
		return reply_fail(req, RC_DATABASE, "busy");
	stream_count++;
	s = mem_calloc(1, sizeof(*s));
	s->out.worker = req->worker;
	s->out.list = list;
	s->out.is_first = true;
	if (list->format->type != NULL)
		snprintf(
		    s->out.type, sizeof(s->out.type), "%s", list->format->type);
	s->http = req->http;
	s->values[s->value_count++] = mem_strdup(req->route->audience);
	s->values[s->value_count++] = mem_strdup(req->session_hash);
	s->values[s->value_count++] = mem_strdup(req->id);
	for (size_t i = 0; i < req->value_count; i++, s->value_count++)
		s->values[s->value_count] =
		    req->values[i].text == NULL
			? NULL
			: mem_strdup(req->values[i].text);
	s->evt.type = KORE_TYPE_PGSQL_CONN;
	s->evt.handle = handle;
	s->moved_ms = kore_time_ms();
	s->timer = kore_timer_add(tick, TICK_MS, s, 0);
	req->extra = s;
	req->extra_free = abandon;
	req->next = answer;
	s->pg = PQconnectStartParams(keys, values, 1);
	if (PQstatus(s->pg) == CONNECTION_BAD) {
		err_set(&s->err, RC_DATABASE, "database_away", "", "%s",
		    PQerrorMessage(s->pg));
		return answer(req);
	}
	watch(s, EPOLLOUT);
	http_request_sleep(req->http);
	return KORE_RESULT_RETRY;
}

static void
handle(void *arg, int error)
{
	struct stream *s = arg;

	(void)error;
	if (s->state == STREAM_GONE)
		return;
	if (s->state == STREAM_CONNECTING) {
		connect_poll(s);
		return;
	}
	if (!PQconsumeInput(s->pg) || PQflush(s->pg) < 0)
		s->state = STREAM_FAILED;
	if (s->client != NULL)
		pump(s);
	else if (s->state == STREAM_FAILED)
		fail(s, "connection lost");
	else if (s->state == STREAM_NOTING)
		noted(s);
	else
		first_result(s);
}

static void
connect_poll(struct stream *s)
{
	unwatch(s);
	switch (PQconnectPoll(s->pg)) {
	case PGRES_POLLING_READING:
		watch(s, EPOLLIN);
		return;
	case PGRES_POLLING_WRITING:
		watch(s, EPOLLOUT);
		return;
	case PGRES_POLLING_OK:
		break;
	case PGRES_POLLING_ACTIVE:
	case PGRES_POLLING_FAILED:
		fail(s, "cannot connect");
		return;
	}
	watch(s, EPOLLIN);
	send_query(s, s->out.list->note, STREAM_NOTING);
}

static void
send_query(struct stream *s, const char *sql, enum stream_state next)
{
	Oid types[3 + PARAM_MAX];

	s->state = next;
	/* Said for all: not every statement has a use for each of them. */
	for (int i = 0; i < s->value_count; i++)
		types[i] = TYPE_TEXT;
	if (!PQsendQueryParams(s->pg, sql, s->value_count, types,
		(const char *const *)s->values, NULL, NULL, 0) ||
	    (next == STREAM_READING && !PQsetSingleRowMode(s->pg)))
		fail(s, "cannot send");
}

/* The entry is committed, or nothing leaves. */
static void
noted(struct stream *s)
{
	PGresult *res;

	while (!PQisBusy(s->pg)) {
		if ((res = PQgetResult(s->pg)) == NULL) {
			if (s->err.rc == RC_OK) {
				send_query(
				    s, s->out.list->rows, STREAM_READING);
				return;
			}
			unwatch(s);
			http_request_wakeup(s->http);
			return;
		}
		if (PQresultStatus(res) != PGRES_TUPLES_OK)
			db_error(&s->err, res);
		else
			keep_note(s, res);
		PQclear(res);
	}
}

/* Columns are left out where the note says which fields there are. */
static void
keep_note(struct stream *s, const PGresult *res)
{
	const struct stream_list *list = s->out.list;
	json_t *note = json_loads(PQgetvalue(res, 0, 0), JSON_DECODE_ANY, NULL);
	json_t *fields = json_object_get(note, "fields"), *field;
	json_t *kinds = json_object_get(note, "stage_kinds");
	const char *type = json_string_value(json_object_get(note, "type"));
	const char *kind;
	size_t n;

	/* As text: a document would keep the memory of all others. */
	s->out.note = mem_strdup(PQgetvalue(res, 0, 0));
	if (type != NULL && list->format->type == NULL)
		snprintf(s->out.type, sizeof(s->out.type), "%s", type);
	for (size_t i = 0; i < list->column_count; i++) {
		kind = json_string_value(
		    json_object_get(kinds, list->columns[i].name));
		snprintf(s->out.stage_kind[i], sizeof(s->out.stage_kind[i]),
		    "%s", kind == NULL ? "" : kind);
	}
	for (size_t i = 0; i < list->column_count && fields != NULL; i++) {
		s->out.is_left_out[i] = true;
		json_array_foreach (fields, n, field)
			if (strcmp(json_string_value(field),
				list->columns[i].name) == 0)
				s->out.is_left_out[i] = false;
	}
	json_decref(note);
}

static void
watch(struct stream *s, int events)
{
	kore_platform_event_schedule(PQsocket(s->pg), events, 0, s);
	s->is_watching = true;
}

static void
unwatch(struct stream *s)
{
	if (s->is_watching && PQsocket(s->pg) >= 0)
		kore_platform_disable_read(PQsocket(s->pg));
	s->is_watching = false;
}

/* The first row, or none at all, or a refusal: now the answer is known. */
static void
first_result(struct stream *s)
{
	if (s->first != NULL || PQisBusy(s->pg))
		return;
	unwatch(s);
	s->first = PQgetResult(s->pg);
	if (s->first == NULL || PQresultStatus(s->first) == PGRES_FATAL_ERROR)
		db_error(&s->err, s->first);
	http_request_wakeup(s->http);
}

/* Before the answer has begun: it will be this error. */
static void
fail(struct stream *s, const char *why)
{
	unwatch(s);
	err_set(&s->err, RC_DATABASE, "database_away", "", "%s: %s", why,
	    PQerrorMessage(s->pg));
	http_request_wakeup(s->http);
}

static int
answer(struct req *req)
{
	struct stream *s = req->extra;

	if (s->err.rc != RC_OK) {
		req->err = s->err;
		return reply_error(req);
	}
	/* Gone in the meantime: nobody would tell us again. */
	if (req->http->owner == NULL ||
	    req->http->owner->state == CONN_STATE_DISCONNECTING)
		return KORE_RESULT_OK;
	start_client(req, s);
	return KORE_RESULT_OK;
}

static void
start_client(struct req *req, struct stream *s)
{
	struct connection *c = req->http->owner;

	if (file_head(req, s->out.list, s->out.note)) { /* s ends with req */
		reply_common_headers(req, s->out.type);
		http_response(req->http, 304, NULL, 0);
		return;
	}
	reply_header(req, "transfer-encoding", "chunked");
	reply_common_headers(req, s->out.type);
	req->http->flags |= HTTP_REQUEST_NO_CONTENT_LENGTH;
	if (req->is_head) { /* s ends with the request */
		http_response(req->http, 200, NULL, 0);
		return;
	}
	c->flags |= CONN_IS_BUSY;
	s->out.list->format->head(&s->out, req);
	http_response(req->http, 200, NULL, 0);
	s->http = NULL;
	s->client = c;
	req->extra = NULL;
	/* Between two chunks the queue is empty and must not end it all. */
	s->must_close = (c->flags & CONN_CLOSE_EMPTY) != 0;
	c->flags &= (u_int16_t)~CONN_CLOSE_EMPTY;
	c->disconnect = client_gone;
	c->hdlr_extra = kore_malloc(sizeof(struct stream *));
	memcpy(c->hdlr_extra, &s, sizeof(struct stream *));
	if (req->http->flags & HTTP_VERSION_1_0)
		s->must_close = true;
	pump(s);
}

/* Moves rows as far as both sides allow, and sends one chunk at a time. */
static void
pump(struct stream *s)
{
	bool is_enough;

	if (s->is_sending || s->has_ended) {
		unwatch(s);
		return;
	}
	is_enough = read_rows(s);
	if (s->state == STREAM_FAILED) {
		cut_off(s);
		return;
	}
	if (!is_enough && s->state != STREAM_ENDED) {
		if (!s->is_watching)
			watch(s, EPOLLIN);
		return;
	}
	if (s->client->state == CONN_STATE_DISCONNECTING)
		return;
	send_chunk(s);
	if (net_send_flush(s->client) != KORE_RESULT_OK)
		kore_connection_disconnect(s->client);
}

/* True when a chunk is full; the end is in s->state. */
static bool
read_rows(struct stream *s)
{
	PGresult *row;

	while (s->state == STREAM_READING && s->out.bytes.len < CHUNK_FILL) {
		row = s->first; /* kept where the head alone fills a chunk */
		s->first = NULL;
		if (row == NULL) {
			if (PQisBusy(s->pg))
				return false;
			row = PQgetResult(s->pg);
		}
		switch (row == NULL ? PGRES_EMPTY_QUERY : PQresultStatus(row)) {
		case PGRES_SINGLE_TUPLE:
			s->out.list->format->row(&s->out, row);
			s->out.is_first = false;
			break;
		case PGRES_TUPLES_OK:
			s->out.list->format->tail(&s->out);
			s->state = STREAM_ENDED;
			break;
		default:
			s->state = STREAM_FAILED;
			break;
		}
		PQclear(row);
	}
	return s->out.bytes.len >= CHUNK_FILL;
}

/* "size CRLF bytes CRLF" (RFC 9112, 7.1); the last one adds "0 CRLF CRLF". */
static void
send_chunk(struct stream *s)
{
	struct netbuf *nb;

	buf_reset(&s->sending);
	if (s->out.bytes.len > 0) {
		buf_printf(&s->sending, "%zx\r\n", s->out.bytes.len);
		buf_add(&s->sending, s->out.bytes.data, s->out.bytes.len);
		buf_str(&s->sending, "\r\n");
		buf_reset(&s->out.bytes);
	}
	if (s->state == STREAM_ENDED) {
		buf_str(&s->sending, "0\r\n\r\n");
		s->has_ended = true;
		unwatch(s);
	}
	s->is_sending = true;
	net_send_stream(
	    s->client, s->sending.data, s->sending.len, chunk_sent, &nb);
	nb->extra = s;
}

/* Also called when the connection dies with the chunk in its queue. */
static int
chunk_sent(struct netbuf *nb)
{
	struct stream *s = nb->extra;

	s->is_sending = false;
	s->moved_ms = kore_time_ms();
	if (s->client == NULL) {
		stream_free(s);
		return KORE_RESULT_OK;
	}
	if (s->has_ended) {
		finish(s);
		return KORE_RESULT_OK;
	}
	/* Within the sender's loop: queue only, it goes on by itself. */
	if (read_rows(s) || s->state == STREAM_ENDED)
		send_chunk(s);
	else if (s->state == STREAM_FAILED)
		cut_off(s);
	else if (!s->is_watching)
		watch(s, EPOLLIN);
	return KORE_RESULT_OK;
}

/* Without its last chunk the client knows that something is missing. */
static void
cut_off(struct stream *s)
{
	log_event(LOG_LEVEL_ERROR, "export cut off: %s", PQerrorMessage(s->pg));
	kore_connection_disconnect(s->client); /* frees s or has it freed */
}

static void
finish(struct stream *s)
{
	struct connection *c = s->client;

	c->disconnect = NULL;
	kore_free(c->hdlr_extra);
	c->hdlr_extra = NULL;
	c->flags &= (u_int16_t)~CONN_IS_BUSY;
	if (s->must_close)
		c->flags |= CONN_CLOSE_EMPTY;
	else
		http_start_recv(c);
	stream_free(s);
}

static void
client_gone(struct connection *c)
{
	struct stream *s;

	memcpy(&s, c->hdlr_extra, sizeof(s));
	s->client = NULL;
	/* A chunk in the queue still points here: chunk_sent frees then. */
	if (!s->is_sending)
		stream_free(s);
	else
		unwatch(s);
}

/* The request ended before the answer began. */
static void
abandon(void *arg)
{
	stream_free(arg);
}

/*
 * The memory stays until the next turn of the loop: Kore may hold an event of
 * the database socket that came together with the end of the client.
 */
static void
stream_free(struct stream *s)
{
	unwatch(s);
	kore_timer_remove(s->timer);
	PQclear(s->first);
	PQfinish(s->pg); /* the server stops at its next write */
	for (int i = 0; i < s->value_count; i++)
		mem_free(s->values[i]);
	buf_clear(&s->out.bytes);
	mem_free(s->out.note);
	if (s->out.list->format->end != NULL && s->out.state != NULL)
		s->out.list->format->end(s->out.state);
	s->out.state = NULL;
	buf_clear(&s->sending);
	s->state = STREAM_GONE;
	stream_count--;
	kore_timer_add(release, 1, s, KORE_TIMER_ONESHOT);
}

static void
release(void *arg, u_int64_t now)
{
	(void)now;
	mem_free(arg);
}

static void
tick(void *arg, u_int64_t now)
{
	struct stream *s = arg;

	if (s->client != NULL && s->is_sending && now - s->moved_ms > STALL_MS)
		kore_connection_disconnect(s->client);
}

const char *
stream_column_name(const struct stream_out *out, size_t column)
{
	const char *name = out->list->columns[column].name;
	const char *said = json_string_value(json_object_get(
	    json_object_get(out->worker->labels, out->list->labels), name));

	return said == NULL ? name : said;
}

json_t *
stream_word(const struct stream_out *out, const PGresult *row, size_t column,
    const char **plain)
{
	const struct stream_column *c = &out->list->columns[column];
	int field = PQfnumber(row, c->name);
	const char *value = field < 0 ? "" : PQgetvalue(row, 0, field);
	json_t *word, *iso;

	*plain = value;
	if (c->codes == NULL || value[0] == '\0')
		return NULL;
	if (c->codes[0] != '@') {
		word =
		    filter_word(out->worker->labels, c->codes, strlen(c->codes),
			value, strlen(value), out->stage_kind[column]);
		if (word != NULL)
			*plain = json_string_value(word);
		return NULL;
	}
	iso = json_string(value);
	word = c->codes[1] == '\0'
		   ? filter_apply("datetime", 8, "", 0, "at", 2, NULL, iso)
		   : filter_apply("date", 4, "", 0, "at", 2, NULL, iso);
	json_decref(iso);
	if (word != NULL)
		*plain = json_string_value(word);
	return word;
}
