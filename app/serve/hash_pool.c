/*
 * Threads take jobs from one list and put them on another; an eventfd tells
 * the event loop, which alone touches requests.
 */
#include "hash_pool.h"

#include <kore/kore.h>
#include <kore/http.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "web/mem.h"

#define HASH_WAITING_MAX 64

struct hash_list {
	struct hash_job *first;
	struct hash_job **last;
};

struct hash_pool {
	struct kore_event evt; /* must be first */
	int fd;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct hash_list todo;
	struct hash_list done;
	unsigned waiting; /* of the event loop alone */
};

static struct hash_job *add(
    struct hash_pool *, char *, const char *, struct http_request *);
static void *work(void *);
static void run(struct hash_job *);
static void handle(void *, int);
static void list_add(struct hash_list *, struct hash_job *);
static struct hash_job *list_take(struct hash_list *);
static void job_wipe(struct hash_job *);

struct hash_pool *
hash_pool_open(int threads)
{
	struct hash_pool *pool = mem_calloc(1, sizeof(*pool));
	pthread_t thread;

	pool->todo.last = &pool->todo.first;
	pool->done.last = &pool->done.first;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->cond, NULL);
	pool->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (pool->fd == -1)
		fatal("eventfd: %s", errno_s);
	pool->evt.type = KORE_TYPE_TASK;
	pool->evt.handle = handle;
	kore_platform_event_schedule(pool->fd, EPOLLIN, 0, pool);
	for (int i = 0; i < threads; i++) {
		if (pthread_create(&thread, NULL, work, pool) != 0)
			fatal("pthread_create: %s", errno_s);
		pthread_detach(thread);
	}
	return pool;
}

struct hash_job *
hash_pool_verify(struct hash_pool *pool, const char *hash, const char *password,
    struct http_request *http)
{
	return add(pool, mem_strdup(hash), password, http);
}

struct hash_job *
hash_pool_make(
    struct hash_pool *pool, const char *password, struct http_request *http)
{
	return add(pool, NULL, password, http);
}

/* Takes hash. */
static struct hash_job *
add(struct hash_pool *pool, char *hash, const char *password,
    struct http_request *http)
{
	struct hash_job *job;

	if (pool->waiting >= HASH_WAITING_MAX) {
		mem_free(hash);
		return NULL;
	}
	pool->waiting++;
	job = mem_calloc(1, sizeof(*job));
	job->http = http;
	job->hash = hash;
	job->password = mem_strdup(password);
	http_request_sleep(http);
	pthread_mutex_lock(&pool->lock);
	list_add(&pool->todo, job);
	pthread_cond_signal(&pool->cond);
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void
run(struct hash_job *job)
{
	size_t len = strlen(job->password);

	if (job->hash != NULL)
		job->is_match = password_verify(job->hash, job->password, len);
	else if (password_hash(job->password, len, job->made) != RC_OK)
		job->made[0] = '\0';
}

void
hash_job_free(struct hash_job *job)
{
	if (job == NULL)
		return;
	job->http = NULL;
	if (job->is_done)
		job_wipe(job);
}

static void *
work(void *arg)
{
	struct hash_pool *pool = arg;
	const uint64_t one = 1;
	struct hash_job *job;

	for (;;) {
		pthread_mutex_lock(&pool->lock);
		while ((job = list_take(&pool->todo)) == NULL)
			pthread_cond_wait(&pool->cond, &pool->lock);
		pthread_mutex_unlock(&pool->lock);
		run(job);
		pthread_mutex_lock(&pool->lock);
		list_add(&pool->done, job);
		pthread_mutex_unlock(&pool->lock);
		if (write(pool->fd, &one, sizeof(one)) == -1)
			return NULL;
	}
}

static void
handle(void *arg, int error)
{
	struct hash_pool *pool = arg;
	struct hash_job *job;
	uint64_t count;

	(void)error;
	if (read(pool->fd, &count, sizeof(count)) == -1)
		return;
	for (;;) {
		pthread_mutex_lock(&pool->lock);
		job = list_take(&pool->done);
		pthread_mutex_unlock(&pool->lock);
		if (job == NULL)
			return;
		pool->waiting--;
		job->is_done = true;
		if (job->http != NULL)
			http_request_wakeup(job->http);
		else
			job_wipe(job);
	}
}

static void
list_add(struct hash_list *list, struct hash_job *job)
{
	job->next = NULL;
	*list->last = job;
	list->last = &job->next;
}

static struct hash_job *
list_take(struct hash_list *list)
{
	struct hash_job *job = list->first;

	if (job == NULL)
		return NULL;
	list->first = job->next;
	if (list->first == NULL)
		list->last = &list->first;
	return job;
}

static void
job_wipe(struct hash_job *job)
{
	explicit_bzero(job->password, strlen(job->password));
	mem_free(job->password);
	mem_free(job->hash);
	mem_free(job);
}
