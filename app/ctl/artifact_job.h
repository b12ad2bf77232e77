/* The files of a frozen report, each a part of one job and made once. */
#ifndef APP_ARTIFACT_JOB_H
#define APP_ARTIFACT_JOB_H

#include "job.h"

/*
 * Makes file number part of the report that args names; what is there, and what
 * a missing program would make, is passed over.
 */
enum rc artifact_part(struct lane *l, const char *args, int part, int *total,
    struct err *err) MUST_CHECK;

#endif
