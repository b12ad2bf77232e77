/*
 * resonanzctl jobs: the work that waits, for ever or once. Any number of these
 * processes may run; each piece of work is done by one of them.
 */
#include "mail_lane.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "web/log.h"

/* lock-free, so a signal handler may set it */
static atomic_bool is_over;

/* A row for each lane. */
static const struct {
	const char *name;
	enum rc (*pass)(struct lane *l, int *failures);
} lanes[] = {
	{ "period", job_period_pass },
	{ "work", job_work_pass },
	{ "mail", mail_pass },
};

struct thread {
	struct lane lane;
	size_t number; /* of its row */
	pthread_t id;
};

bool
job_is_over(void)
{
	return is_over;
}

static void
stop(int signo)
{
	(void)signo;
	is_over = true;
}

static void
lane_init(struct lane *l, const struct settings *s, size_t number)
{
	struct err err = { 0 };
	char host[49] = "";

	memset(l, 0, sizeof *l);
	l->settings = s;
	gethostname(host, sizeof host - 1);
	snprintf(l->worker, sizeof l->worker, "%s:%ld:%zu", host,
	    (long)getpid(), number);
	if (lanes[number].pass != mail_pass)
		return;
	l->mail = mail_lane_new(s, &err);
	if (l->mail == NULL)
		ctl_die("%s", err.msg);
}

/* Until the signal: a pass each second, a new connection when it is gone. */
static void *
run_lane(void *arg)
{
	const struct timespec second = { 1, 0 };
	struct thread *t = arg;

	while (!job_is_over()) {
		int failures = 0;

		if (lane_connect(&t->lane) &&
		    lanes[t->number].pass(&t->lane, &failures) != RC_OK) {
			if (!job_is_over())
				log_event(LOG_LEVEL_WARNING,
				    "jobs: %s starts again",
				    lanes[t->number].name);
			lane_disconnect(&t->lane);
		}
		if (!job_is_over())
			nanosleep(&second, NULL);
	}
	lane_disconnect(&t->lane);
	mail_lane_free(t->lane.mail);
	return NULL;
}

/* The signals come to the main thread, which waits for them. */
static int
run_for_ever(const struct settings *s)
{
	struct thread threads[NELEM(lanes)];
	sigset_t set;
	int signo;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (size_t i = 0; i < NELEM(lanes); i++) {
		lane_init(&threads[i].lane, s, i);
		threads[i].number = i;
		if (pthread_create(
			&threads[i].id, NULL, run_lane, &threads[i]) != 0)
			ctl_die("no thread for %s", lanes[i].name);
	}
	log_event(LOG_LEVEL_INFO, "jobs: started");
	sigwait(&set, &signo);
	stop(signo);
	for (size_t i = 0; i < NELEM(lanes); i++)
		pthread_join(threads[i].id, NULL);
	log_event(LOG_LEVEL_INFO, "jobs: ended");
	return 0;
}

static int
run_once(const struct settings *s)
{
	struct sigaction action = { .sa_handler = stop };
	int failures = 0;

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	for (size_t i = 0; i < NELEM(lanes); i++) {
		struct lane lane;
		bool is_done;

		lane_init(&lane, s, i);
		is_done = lane_connect(&lane) &&
			  lanes[i].pass(&lane, &failures) == RC_OK;
		lane_disconnect(&lane);
		mail_lane_free(lane.mail);
		if (!is_done)
			return 1;
	}
	return failures == 0 ? 0 : 1;
}

int
cmd_jobs(int argc, char **argv)
{
	struct settings s;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--once") != 0))
		return ctl_usage("jobs [--once]");
	ctl_settings(&s);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	return argc == 1 ? run_for_ever(&s) : run_once(&s);
}
