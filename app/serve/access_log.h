/* One structured line for each request, also for those that Kore refuses. */
#ifndef APP_ACCESS_LOG_H
#define APP_ACCESS_LOG_H

/* Hooks into Kore's end of a request; once, at the start of a worker. */
void access_log_setup(void);

#endif
