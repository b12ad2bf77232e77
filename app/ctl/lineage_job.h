/* The proposal of what became of each item, as work of the jobs. */
#ifndef APP_LINEAGE_JOB_H
#define APP_LINEAGE_JOB_H

#include "job.h"

/* Compares the draft that args name ({"edition": ID}) with its base. */
enum rc lineage_part(
    struct lane *l, const char *args, struct err *err) MUST_CHECK;

#endif
