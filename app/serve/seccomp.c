/*
 * System calls that a worker needs beyond Kore's own list, each with its
 * reason. A worker cannot fork, exec or open files for writing.
 */
#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

KORE_SECCOMP_FILTER("resonanz",
    KORE_SYSCALL_ALLOW(newfstatat),      /* libpq looks for its password file */
    KORE_SYSCALL_ALLOW(clone3),          /* the hashing threads */
    KORE_SYSCALL_ALLOW(rseq),            /* glibc registers each thread */
    KORE_SYSCALL_ALLOW(set_robust_list), /* the same */
    KORE_SYSCALL_ALLOW(eventfd2),        /* they report through an eventfd */
    KORE_SYSCALL_ALLOW(getrandom));      /* tokens and ids */
