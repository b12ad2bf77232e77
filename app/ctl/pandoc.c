#include "pandoc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	SECONDS = 20,
	OUT_MAX = 32 << 20,
	ANSWER_MISSING = 127, /* as shells say it */
};

/* Haskell reserves far more address space than it ever uses. */
static const struct {
	__rlimit_resource_t what;
	rlim_t most;
} limits[] = {
	{ RLIMIT_CPU, SECONDS },
	{ RLIMIT_FSIZE, 1 << 20 },
	{ RLIMIT_NOFILE, 64 },
	{ RLIMIT_CORE, 0 },
	{ RLIMIT_DATA, (rlim_t)768 << 20 },
};

static void
child(const char *from, int in, int out)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char *const env[] = { (char[]){ "LC_ALL=C.UTF-8" },
		(char[]){ "PATH=/usr/bin:/bin" },
		(char[]){ "HOME=/nonexistent" }, NULL };
	char format[32], heap[] = "-M512m", rts[] = "+RTS", end[] = "-RTS",
			 name[] = "pandoc", f[] = "-f", t[] = "-t",
			 json[] = "json", sandbox[] = "--sandbox";
	char *const argv[] = { name, f, format, t, json, sandbox, rts, heap,
		end, NULL };

	snprintf(format, sizeof format, "%s", from);
	if (null < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(null, 2) < 0)
		_exit(1);
	for (size_t i = 0; i < NELEM(limits); i++)
		setrlimit(limits[i].what,
		    &(struct rlimit){ limits[i].most, limits[i].most });
	/* An empty network where that is allowed; --sandbox reads none. */
	if (unshare(CLONE_NEWNET) != 0)
		(void)!unshare(CLONE_NEWUSER | CLONE_NEWNET);
	execvpe("pandoc", argv, env);
	_exit(errno == ENOENT ? ANSWER_MISSING : 1);
}

/* The data as a file without a name, at its beginning. */
static int
hidden_file(const void *data, size_t len)
{
	FILE *f = tmpfile();
	int fd = -1;

	if (f == NULL)
		return -1;
	if (fwrite(data, 1, len, f) == len && fflush(f) == 0 &&
	    fseek(f, 0, SEEK_SET) == 0)
		fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 3);
	fclose(f);
	return fd;
}

/* Until it ends, is too much or takes too long. */
static bool
take_output(int fd, struct buf *out)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	time_t until = time(NULL) + SECONDS + 5;
	char part[65536];

	for (;;) {
		ssize_t n;

		if (time(NULL) > until || out->len > OUT_MAX)
			return false;
		if (poll(&p, 1, 1000) <= 0)
			continue;
		n = read(fd, part, sizeof part);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			buf_add(out, part, (size_t)n);
	}
}

enum rc
pandoc_read(const char *from, const void *data, size_t len, struct buf *out,
    struct err *err)
{
	int in = hidden_file(data, len), ends[2], status = 0;
	bool is_over;
	pid_t pid;

	if (in < 0 || pipe2(ends, O_CLOEXEC) != 0) {
		if (in >= 0)
			close(in);
		return err_set(
		    err, RC_INTERNAL, "pandoc", "", "%s", strerror(errno));
	}
	pid = fork();
	if (pid == 0) {
		if (chdir("/") == 0)
			child(from, in, ends[1]);
		_exit(1);
	}
	close(in);
	close(ends[1]);
	is_over = pid > 0 && take_output(ends[0], out);
	close(ends[0]);
	if (pid > 0 && !is_over)
		kill(pid, SIGKILL);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (is_over && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return RC_OK;
	buf_reset(out);
	if (pid > 0 && WIFEXITED(status) &&
	    WEXITSTATUS(status) == ANSWER_MISSING)
		return err_set(
		    err, RC_INVALID, "pandoc_missing", "file", "no pandoc");
	if (is_over && WIFEXITED(status))
		return err_set(err, RC_INVALID, "file_unreadable", "file",
		    "pandoc: %d", WEXITSTATUS(status));
	return err_set(
	    err, RC_INVALID, "file_too_hard", "file", "pandoc ended");
}
