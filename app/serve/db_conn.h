/* The connections behind db.h: one file for the queue, one for the wire. */
#ifndef APP_DB_CONN_H
#define APP_DB_CONN_H

#include <kore/kore.h>

#include "db.h"

#define DB_RETRY_MS 250    /* between two attempts to connect */
#define DB_CONNECT_MS 5000 /* an attempt that takes longer is given up */
#define DB_JOB_MS 15000    /* a job that takes longer fails its connection */
#define DB_COMING_MS 1000  /* a job waits so long for a connection attempt */
#define DB_QUEUE_MAX 1000  /* waiting jobs of a class */
#define DB_READ_DEPTH 32   /* jobs in flight on a connection for reads */

enum db_conn_state {
	CONN_DOWN,       /* waits for its timer */
	CONN_CONNECTING, /* PQconnectPoll decides what to wait for */
	CONN_UP
};

struct db_conn {
	struct kore_event evt; /* must be first */
	struct db_class_pool *pool;
	PGconn *pg;
	enum db_conn_state state;
	bool is_watching;     /* the socket is with epoll */
	bool wants_write;     /* and for EPOLLOUT too */
	bool *prepared;       /* by statement */
	unsigned depth;       /* jobs in flight */
	struct db_job *first; /* in the order sent */
	struct db_job **last;
	uint64_t since_ms; /* of the present state */
};

struct db_class_pool {
	struct db *db;
	const char *conninfo;
	const char *options; /* statement_timeout and what else the class has */
	unsigned max_depth;
	struct db_conn *conns;
	unsigned count;
	struct db_job *first; /* waiting for a connection */
	struct db_job **last;
	unsigned waiting;
};

struct db {
	const struct db_statement *statements;
	unsigned statement_count;
	struct db_class_pool pools[DB__MAX];
	struct kore_timer *timer;
};

/* Begins a connection attempt. */
void db_conn_start(struct db_conn *c);
/* Sends one job; on failure the connection is failed with all its jobs. */
void db_conn_send(struct db_conn *c, struct db_job *job);
/* Ends the connection and all jobs on it; it is tried again later. */
void db_conn_fail(struct db_conn *c, const char *why);
/* Ends the connection for good. */
void db_conn_close(struct db_conn *c);
/* Looks at attempts and jobs that take too long. */
void db_conn_tick(struct db_conn *c, uint64_t now_ms);

/* Called by the connection: it came up, a place is free, a job has ended. */
void db_came_up(struct db *db);
void db_pool_ready(struct db_class_pool *pool);
void db_job_end(struct db_job *job);

#endif
