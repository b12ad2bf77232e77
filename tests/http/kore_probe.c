/*
 * A small server on the patched Kore, so that what the patches of app/kore
 * change can be tested from outside, without the application: see protocol.mjs
 * and tls.mjs. The configuration is the file named by PROBE_CONF.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kore/kore.h>
#include <kore/http.h>
#include <kore/seccomp.h>
#include <kore/tasks.h>

#define CHUNK 65536

/* The text of the configuration, where a single binary looks for it. */
u_int8_t asset_builtin_kore_conf[65536];
u_int32_t asset_len_builtin_kore_conf;

struct generator {
	struct connection *c;
	struct kore_timer *timer;
	size_t left;
	u_int64_t pause_ms; /* before each part, as if the database were slow */
	char buf[CHUNK];
};

void kore_parent_configure(int, char **);
void kore_worker_configure(void);
int page_echo(struct http_request *);
int page_slow(struct http_request *);
int page_download(struct http_request *);
int page_block(struct http_request *);
int page_task(struct http_request *);
int page_libc(struct http_request *);
int page_pid(struct http_request *);

static void text(struct http_request *, const struct kore_buf *);
static size_t query_number(const struct http_request *, const char *);
static void log_request(struct http_request *, struct connection *, int);
static void slow_wake(void *, u_int64_t);
static void slow_free(struct http_request *);
static int generator_next(struct netbuf *);
static void generator_wake(void *, u_int64_t);
static void generator_part(struct generator *);
static void generator_gone(struct connection *);
static int task_work(struct kore_task *);

void
kore_parent_configure(int argc, char **argv)
{
	const char *path = getenv("PROBE_CONF");
	FILE *f = path == NULL ? NULL : fopen(path, "r");

	if (f == NULL) {
		perror("PROBE_CONF");
		exit(1);
	}
	asset_len_builtin_kore_conf = (u_int32_t)fread(
	    asset_builtin_kore_conf, 1, sizeof(asset_builtin_kore_conf), f);
	fclose(f);
	kore_default_getopt(argc, argv);
}

void
kore_worker_configure(void)
{
	http_request_log = log_request;
}

/* One line a request, without it if nothing could be read. */
static void
log_request(struct http_request *req, struct connection *c, int status)
{
	printf("request method=%s path=%s status=%d state=%s client=%s\n",
	    req == NULL ? "-" : http_method_text(req->method),
	    req == NULL ? "-" : req->path, status,
	    req != NULL && http_state_exists(req) ? "yes" : "no",
	    c == NULL ? "gone" : "here");
}

/*
 * Returns without a signal now and then, as POSIX allows. It stands before the
 * C library's, so that the threads for tasks wait with it.
 */
int
pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock)
{
	static int calls;
	struct timespec far = { .tv_sec = 4000000000 };

	if (__sync_add_and_fetch(&calls, 1) % 3 == 1)
		return 0;
	return pthread_cond_timedwait(cond, lock, &far);
}

/* With PROBE_FILES, a limit of open files as container engines set it. */
int
getrlimit64(__rlimit_resource_t resource, struct rlimit64 *limit)
{
	int rc = prlimit64(0, resource, NULL, limit);

	if (resource == RLIMIT_NOFILE && getenv("PROBE_FILES") != NULL)
		limit->rlim_cur = strtoul(getenv("PROBE_FILES"), NULL, 10);
	return rc;
}

/* What the server understood of the request: one fact a line, then the body. */
int
page_echo(struct http_request *req)
{
	struct kore_buf out;
	struct http_header *hdr;
	const char *host = "";
	size_t headers = 0;
	char chunk[4096];
	ssize_t n;

	kore_buf_init(&out, 4096);
	http_request_header(req, "host", &host);
	kore_buf_appendf(&out, "method=%s\npath=%s\nhost=%s\n",
	    http_method_text(req->method), req->path, host);
	TAILQ_FOREACH(hdr, &req->req_headers, list)
	{
		if (!strncasecmp(hdr->header, "x-", 2))
			kore_buf_appendf(
			    &out, "%s=%s\n", hdr->header, hdr->value);
		headers++;
	}
	kore_buf_appendf(&out, "headers=%zu\n\n", headers);
	if (req->http_body != NULL) {
		while ((n = http_body_read(req, chunk, sizeof(chunk))) > 0)
			kore_buf_append(&out, chunk, (size_t)n);
	}
	text(req, &out);
	kore_buf_cleanup(&out);
	return KORE_RESULT_OK;
}

/* Answers after ?ms= milliseconds without holding the worker up. */
int
page_slow(struct http_request *req)
{
	struct kore_timer **timer;

	if (http_state_exists(req)) {
		timer = http_state_get(req);
		if (*timer != NULL) {
			http_request_sleep(req);
			return KORE_RESULT_RETRY;
		}
		http_response(req, 200, "slow\n", 5);
		return KORE_RESULT_OK;
	}
	timer = http_state_create(req, sizeof(struct kore_timer *), slow_free);
	*timer = kore_timer_add(
	    slow_wake, query_number(req, "ms"), req, KORE_TIMER_ONESHOT);
	http_request_sleep(req);
	return KORE_RESULT_RETRY;
}

static void
slow_wake(void *arg, u_int64_t now)
{
	struct http_request *req = arg;
	struct kore_timer **timer = http_state_get(req);

	(void)now;
	*timer = NULL;
	http_request_wakeup(req);
}

static void
slow_free(struct http_request *req)
{
	struct kore_timer **timer = http_state_get(req);

	if (timer != NULL && *timer != NULL)
		kore_timer_remove(*timer);
}

/* Streams ?bytes= bytes from one buffer, resting ?pause= ms before each part.
 */
int
page_download(struct http_request *req)
{
	struct generator *g;
	char length[32];

	g = kore_calloc(1, sizeof(*g));
	g->c = req->owner;
	g->left = query_number(req, "bytes");
	g->pause_ms = query_number(req, "pause");
	memset(g->buf, 'd', sizeof(g->buf));

	snprintf(length, sizeof(length), "%zu", g->left);
	http_response_header(req, "content-length", length);
	req->flags |= HTTP_REQUEST_NO_CONTENT_LENGTH;
	req->owner->flags |= CONN_IS_BUSY;
	req->owner->hdlr_extra = g; /* Kore frees it with the connection */
	req->owner->disconnect = generator_gone;
	http_response(req, 200, NULL, 0);
	generator_part(g);
	return KORE_RESULT_OK;
}

/* The next part, now or after a pause, or the end. */
static void
generator_part(struct generator *g)
{
	if (g->left > 0 && g->pause_ms > 0) {
		g->timer = kore_timer_add(
		    generator_wake, g->pause_ms, g, KORE_TIMER_ONESHOT);
		return;
	}
	generator_wake(g, 0);
}

static void
generator_wake(void *arg, u_int64_t now)
{
	struct generator *g = arg;
	struct connection *c = g->c;
	struct netbuf *nb;
	size_t n;

	g->timer = NULL;
	if (g->left == 0) {
		c->hdlr_extra = NULL;
		c->disconnect = NULL;
		c->flags &= (u_int16_t)~CONN_IS_BUSY;
		kore_free(g);
		http_start_recv(c);
		return;
	}
	n = g->left < sizeof(g->buf) ? g->left : sizeof(g->buf);
	g->left -= n;
	net_send_stream(c, g->buf, n, generator_next, &nb);
	nb->extra = g;
	if (now != 0 && !net_send_flush(c))
		kore_connection_disconnect(c);
}

static int
generator_next(struct netbuf *nb)
{
	if (nb->owner->state != CONN_STATE_DISCONNECTING)
		generator_part(nb->extra);
	return KORE_RESULT_OK;
}

static void
generator_gone(struct connection *c)
{
	struct generator *g = c->hdlr_extra;

	if (g->timer != NULL)
		kore_timer_remove(g->timer);
	g->timer = NULL;
}

/* Sends ?bytes= bytes as one response held in memory. */
int
page_block(struct http_request *req)
{
	size_t len = query_number(req, "bytes");
	char *block = kore_malloc(len);

	memset(block, 'b', len);
	http_response(req, 200, block, len);
	kore_free(block);
	return KORE_RESULT_OK;
}

/* Works in a thread, as hashing a password does. */
int
page_task(struct http_request *req)
{
	struct kore_task *task;
	char answer[32];

	if (!http_state_exists(req)) {
		task = http_state_create(req, sizeof(*task), NULL);
		kore_task_create(task, task_work);
		kore_task_bind_request(task, req);
		kore_task_run(task);
		return KORE_RESULT_RETRY;
	}
	task = http_state_get(req);
	if (!kore_task_finished(task)) {
		http_request_sleep(req);
		return KORE_RESULT_RETRY;
	}
	snprintf(answer, sizeof(answer), "task %d\n", kore_task_result(task));
	http_response(req, 200, answer, strlen(answer));
	return KORE_RESULT_OK;
}

static int
task_work(struct kore_task *task)
{
	volatile int sum = 0;
	void *block = malloc(1 << 20);
	int i;

	(void)task;
	for (i = 1; i <= 100000; i++)
		sum += i & 3;
	free(block);
	return sum == 150000 ? KORE_RESULT_OK : KORE_RESULT_ERROR;
}

/* Calls of the C library that need more than Kore's own sandbox allows. */
int
page_libc(struct http_request *req)
{
	struct stat st;
	struct tm tm;
	time_t now = time(NULL);
	char *block = malloc(200000);

	if (block != NULL)
		memset(block, 'x', 200000);
	block = realloc(block, 8000000); /* mremap */
	if (block == NULL || block[199999] != 'x' || stat("/", &st) != 0 ||
	    localtime_r(&now, &tm) == NULL) {
		free(block);
		http_response(req, 500, NULL, 0);
		return KORE_RESULT_OK;
	}
	free(block);
	http_response(req, 200, "libc\n", 5);
	return KORE_RESULT_OK;
}

/* The process that answers, to look at it from outside. */
int
page_pid(struct http_request *req)
{
	char answer[32];

	snprintf(answer, sizeof(answer), "%d\n", (int)getpid());
	http_response(req, 200, answer, strlen(answer));
	return KORE_RESULT_OK;
}

static void
text(struct http_request *req, const struct kore_buf *out)
{
	http_response_header(req, "content-type", "text/plain; charset=utf-8");
	http_response(req, 200, out->data, out->offset);
}

/* The number behind name= in the query, 0 without it. */
static size_t
query_number(const struct http_request *req, const char *name)
{
	const char *p = req->query_string;
	size_t len = strlen(name);

	for (; p != NULL; p = strchr(p, '&')) {
		p += *p == '&';
		if (!strncmp(p, name, len) && p[len] == '=')
			return strtoul(p + len + 1, NULL, 10);
	}
	return 0;
}
