/* The comparison of all texts of a stage, as a job. */
#ifndef APP_SIMILAR_JOB_H
#define APP_SIMILAR_JOB_H

#include "job.h"

/*
 * The next stage of the job ID with these arguments (sql/job/similar.sql): its
 * texts are read as they come, its proposals written, all in the transaction of
 * the part. *left is how many parts there are still. RC_TOO_LARGE when the
 * texts are more than similar.h takes.
 */
enum rc similar_part(struct lane *l, const char *id, const char *args,
    int *left, struct err *err) MUST_CHECK;

#endif
