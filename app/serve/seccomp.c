/*
 * System calls that a worker needs beyond Kore's own list, each with its
 * reason. A worker cannot fork, exec or open files for writing.
 */
#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

#include <sys/prctl.h>

/* clang-format off */
KORE_SECCOMP_FILTER("resonanz",
	/* libpq: its socket, and a look for a password file */
	KORE_SYSCALL_ALLOW(socket),
	KORE_SYSCALL_ALLOW(connect),
	KORE_SYSCALL_ALLOW(getsockopt),
	KORE_SYSCALL_ALLOW(getsockname),
	KORE_SYSCALL_ALLOW(newfstatat),
	/* the hashing threads: glibc starts and registers them */
	KORE_SYSCALL_ALLOW(clone3),
	KORE_SYSCALL_ALLOW(rseq),
	KORE_SYSCALL_ALLOW(set_robust_list),
	KORE_SYSCALL_ALLOW(eventfd2),
	/* a worker ends with its parent */
	KORE_SYSCALL_ALLOW_ARG(prctl, 0, PR_SET_PDEATHSIG),
	/* tokens and ids */
	KORE_SYSCALL_ALLOW(getrandom));
/* clang-format on */
