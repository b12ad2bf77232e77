/* The kind "paper" of jobs: an uploaded file is read. */
#ifndef APP_PAPER_JOB_H
#define APP_PAPER_JOB_H

#include "job.h"

enum rc paper_part(
    struct lane *l, const char *args, struct err *err) MUST_CHECK;

#endif
