/*
 * Password hashing off the event loop: a fixed number of threads in a worker,
 * so that a flood of logins queues up instead of taking every core.
 */
#ifndef APP_HASH_POOL_H
#define APP_HASH_POOL_H

#include <stdbool.h>

#include "web/password.h"

struct http_request;
struct hash_pool;

/*
 * One password to verify or to hash; owned by the request until hash_job_free.
 */
struct hash_job {
	struct http_request *http; /* woken when done; NULL = nobody waits */
	char *hash;                /* to compare with; NULL = make one */
	char *password;
	char made[PASSWORD_HASH_SIZE]; /* "" when there was no memory */
	bool is_match;
	bool is_done;
	struct hash_job *next;
};

struct hash_pool *hash_pool_open(int threads);
/*
 * Queues the check of password against hash (both copied) and puts http to
 * sleep. NULL when too many are waiting: the caller answers RC_LIMITED.
 */
struct hash_job *hash_pool_verify(struct hash_pool *pool, const char *hash,
    const char *password, struct http_request *http);
/* The same for a new hash of password, in job->made. */
struct hash_job *hash_pool_make(
    struct hash_pool *pool, const char *password, struct http_request *http);
/* Gives the job up, running or not; the password is wiped. NULL is fine. */
void hash_job_free(struct hash_job *job);

#endif
