/*
 * Kore's hooks: everything is read, parsed and checked before the workers
 * fork; each worker then opens its database connections and hashing threads.
 */
#include <kore/kore.h>
#include <kore/http.h>
#include <kore/hooks.h>

#include <sys/prctl.h>

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access_log.h"
#include "dispatch.h"
#include "message.h"
#include "statements.h"
#include "web/json_mem.h"
#include "web/keys.h"
#include "web/log.h"
#include "web/openapi.h"
#include "web/password.h"
#include "worker.h"

#define CONF_MAX 65536
#define HEAP_KEPT (8 << 20) /* octets */

/* The names are Kore's: the configuration text of a single binary. */
u_int8_t asset_builtin_kore_conf[CONF_MAX];
u_int32_t asset_len_builtin_kore_conf;

static struct worker process;

static void die(const char *, const struct err *);
static void load_texts(struct err *);
static void load_configuration(void);
static void substitute(struct buf *, const char *);
static const char *variable(const char *, size_t, char *, size_t);

const struct worker *
worker_of_process(void)
{
	return &process;
}

void
kore_parent_configure(int argc, char **argv)
{
	struct err err = { 0 };
	char *flags[] = { argv[0], (char[]){ "-fn" }, (char[]){ "-r" }, NULL };

	(void)argc;
	setvbuf(stdout, NULL, _IOLBF, 0);
	json_set_alloc_funcs(mem_alloc, mem_free);
	if (!password_init())
		fatal("libsodium does not start");
	if (settings_load(&process.settings, &err) != RC_OK)
		die("settings", &err);
	/* as who starts it: the workers' user need not read the file */
	if (keys_load_box(process.settings.key_dir, &process.box_keys, &err) !=
	    RC_OK)
		die("keys", &err);
	load_texts(&err);
	statements_build(&process);
	if (statements_check(&process, &err) != RC_OK)
		die("database", &err);
	load_configuration();
	kore_default_getopt(process.settings.run_as[0] == '\0' ? 3 : 2, flags);
}

void
kore_worker_configure(void)
{
	/* A page's document comes and goes: keep its memory for the next. */
	mallopt(M_TRIM_THRESHOLD, HEAP_KEPT);
	mallopt(M_MMAP_THRESHOLD, HEAP_KEPT);
	json_mem_setup();
	/* Without its parent nobody would ever end or replace this worker. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1)
		fatal("prctl: %s", errno_s);
	access_log_setup();
	process.db = db_open(
	    &process.settings, process.statements, process.statement_count);
	process.limits = limit_new();
	process.hashes = hash_pool_open(process.settings.hash_threads);
}

void
kore_worker_teardown(void)
{
	db_close(process.db);
	process.db = NULL;
}

/* Starting is refused in one line that says what is wrong. */
static void
die(const char *what, const struct err *err)
{
	log_event(LOG_LEVEL_ERROR, "will not start: %s: %s", what, err->msg);
	fprintf(stderr, "resonanz: will not start: %s: %s\n", what, err->msg);
	exit(1);
}

static void
load_texts(struct err *err)
{
	const char *dir = process.settings.asset_dir;
	char path[1024];
	json_error_t where;

	process.assets = asset_set_load(dir, err);
	if (process.assets == NULL)
		die("assets", err);
	snprintf(path, sizeof(path), "%s/text/labels.json", dir);
	process.labels = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
	if (process.labels == NULL) {
		err_set(err, RC_INTERNAL, "labels", "", "%s:%d: %s", path,
		    where.line, where.text);
		die("labels", err);
	}
	process.filters.labels = process.labels;
	process.filters.asset = asset_url;
	process.filters.asset_ctx = process.assets;
	filter_setup(&process.filters);
	process.templates = tpl_set_load(dir, err);
	if (process.templates == NULL)
		die("templates", err);
	process.openapi = openapi_text(dir);
	if (password_list_load(&process.passwords, dir, err) != RC_OK)
		die("passwords", err);
	snprintf(path, sizeof(path), "%s/text/messages.json", dir);
	if (message_load(&process, path, err) != RC_OK)
		die("messages", err);
}

static void
load_configuration(void)
{
	struct buf text = { 0 };
	char *source;
	size_t len;
	FILE *file = fopen(process.settings.conf_file, "r");

	if (file == NULL)
		fatal("%s: %s", process.settings.conf_file, errno_s);
	source = mem_calloc(1, CONF_MAX);
	len = fread(source, 1, CONF_MAX - 1, file);
	source[len] = '\0';
	fclose(file);
	substitute(&text, source);
	if (text.len >= CONF_MAX)
		fatal("%s is too long", process.settings.conf_file);
	memcpy(asset_builtin_kore_conf, text.data, text.len);
	asset_len_builtin_kore_conf = (u_int32_t)text.len;
	mem_free(source);
	buf_clear(&text);
}

/* ${name} stands for a setting; an unknown name ends the start. */
static void
substitute(struct buf *out, const char *s)
{
	const char *open, *close, *value;
	char number[16];

	while ((open = strstr(s, "${")) != NULL) {
		buf_add(out, s, (size_t)(open - s));
		close = strchr(open, '}');
		if (close == NULL)
			fatal("%s: ${ without }", process.settings.conf_file);
		open += 2;
		value = variable(
		    open, (size_t)(close - open), number, sizeof(number));
		if (value == NULL)
			fatal("%s: ${%.*s} is no setting",
			    process.settings.conf_file, (int)(close - open),
			    open);
		buf_str(out, value);
		s = close + 1;
	}
	buf_str(out, s);
}

static const char *
variable(const char *name, size_t len, char *number, size_t number_size)
{
	const struct settings *s = &process.settings;
	const struct {
		const char *name;
		const char *text;
		int number;
	} table[] = {
		{ "bind", s->bind, 0 },
		{ "port", NULL, s->port },
		{ "workers", NULL, s->workers },
		{ "pidfile", s->pid_file, 0 },
		{ "runas", s->run_as[0] == '\0' ? "" : "runas ", 0 },
		{ "user", s->run_as, 0 },
		{ "tls", s->tls_cert[0] == '\0' ? "no" : "yes", 0 },
		{ "certfile", s->tls_cert[0] == '\0' ? "" : "certfile ", 0 },
		{ "tls_cert", s->tls_cert, 0 },
		{ "certkey", s->tls_cert[0] == '\0' ? "" : "certkey ", 0 },
		{ "tls_key", s->tls_key, 0 },
	};

	for (size_t i = 0; i < NELEM(table); i++) {
		if (strlen(table[i].name) != len ||
		    strncmp(table[i].name, name, len) != 0)
			continue;
		if (table[i].text != NULL)
			return table[i].text;
		snprintf(number, number_size, "%d", table[i].number);
		return number;
	}
	return NULL;
}
