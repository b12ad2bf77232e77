#ifndef APP_DISPATCH_H
#define APP_DISPATCH_H

#include "worker.h"

struct http_request;

/* The page handler named in conf/resonanz.conf. */
int dispatch(struct http_request *http);
/* What main.c filled before the fork. */
const struct worker *worker_of_process(void);

#endif
