/*
 * System calls that a worker needs beyond Kore's own list, each with its
 * reason. A worker cannot fork, exec or open files for writing.
 */
#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

#include <sys/prctl.h>
#include <sys/socket.h>

/* clang-format off */
KORE_SECCOMP_FILTER("resonanz",
	/* libpq: its socket to the database */
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_UNIX),
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_INET),
	KORE_SYSCALL_ALLOW_ARG(socket, 0, AF_INET6),
	KORE_SYSCALL_ALLOW(connect),
	KORE_SYSCALL_ALLOW(getsockopt),
	KORE_SYSCALL_ALLOW(getsockname),
	/* the hashing threads report through an eventfd */
	KORE_SYSCALL_ALLOW(eventfd2),
	/* a worker ends with its parent */
	KORE_SYSCALL_ALLOW_ARG(prctl, 0, PR_SET_PDEATHSIG));
/* clang-format on */
