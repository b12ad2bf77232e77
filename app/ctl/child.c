#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	OUT_MAX = 32 << 20,
	ANSWER_MISSING = 127, /* as shells say it */
};

static void
limit(__rlimit_resource_t what, rlim_t most)
{
	setrlimit(what, &(struct rlimit){ most, most });
}

static void
set_limits(const struct child *c)
{
	limit(RLIMIT_CPU, c->seconds);
	limit(RLIMIT_FSIZE, (rlim_t)c->file_mib << 20);
	limit(RLIMIT_NOFILE, c->files);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_DATA, (rlim_t)c->memory_mib << 20);
}

/* In a group of its own, so that its own children end with it. */
static void
run(const struct child *c, char *const *argv, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char home[128] = "HOME=/nonexistent", temp[128] = "TMPDIR=/nonexistent",
	     extra[64] = "";
	char *const env[] = { (char[]){ "LC_ALL=C.UTF-8" },
		(char[]){ "PATH=/usr/bin:/bin" }, home, temp,
		c->env == NULL ? NULL : extra, NULL };

	if (c->dir != NULL) {
		snprintf(home, sizeof home, "HOME=%s", c->dir);
		snprintf(temp, sizeof temp, "TMPDIR=%s", c->dir);
	}
	snprintf(extra, sizeof extra, "%s", c->env == NULL ? "" : c->env);
	if (null < 0 || dup2(c->in < 0 ? null : c->in, 0) < 0 ||
	    dup2(out, 1) < 0 || dup2(null, 2) < 0 ||
	    chdir(c->dir == NULL ? "/" : c->dir) != 0)
		_exit(1);
	(void)setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	set_limits(c);
	/* An empty network where that is allowed. */
	if (unshare(CLONE_NEWNET) != 0)
		(void)!unshare(CLONE_NEWUSER | CLONE_NEWNET);
	execvpe(argv[0], argv, env);
	_exit(errno == ENOENT ? ANSWER_MISSING : 1);
}

int
child_input(const void *data, size_t len)
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
take_output(int fd, unsigned seconds, struct buf *out)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	time_t until = time(NULL) + seconds + 5;
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

/* Copies for execvpe, which wants them writable. */
static char **
copy_argv(const char *const *argv)
{
	size_t n = 0;
	char **copy;

	while (argv[n] != NULL)
		n++;
	copy = mem_calloc(n + 1, sizeof *copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = mem_strdup(argv[i]);
	return copy;
}

static void
free_argv(char **argv)
{
	for (size_t i = 0; argv[i] != NULL; i++)
		mem_free(argv[i]);
	mem_free(argv);
}

static enum rc
say_end(const struct child *c, bool is_over, int status, struct err *err)
{
	if (is_over && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return RC_OK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == ANSWER_MISSING)
		return err_set(
		    err, RC_NOTFOUND, "child_missing", "", "no %s", c->argv[0]);
	if (is_over && WIFEXITED(status))
		return err_set(err, RC_INVALID, "child_failed", "", "%s: %d",
		    c->argv[0], WEXITSTATUS(status));
	return err_set(
	    err, RC_INVALID, "child_over", "", "%s ended", c->argv[0]);
}

enum rc
child_run(const struct child *c, struct buf *out, struct err *err)
{
	int ends[2], status = 0;
	char **argv;
	bool is_over;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(
		    err, RC_INTERNAL, "child", "", "%s", strerror(errno));
	argv = copy_argv(c->argv);
	pid = fork();
	if (pid == 0) {
		run(c, argv, ends[1]);
		_exit(1);
	}
	free_argv(argv);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_set(
		    err, RC_INTERNAL, "child", "", "%s", strerror(errno));
	}
	is_over = take_output(ends[0], c->seconds, out);
	close(ends[0]);
	if (!is_over && kill(-pid, SIGKILL) != 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return say_end(c, is_over, status, err);
}

enum rc
child_folder(char *path, size_t size, struct err *err)
{
	const char *base = getenv("TMPDIR");
	int n = snprintf(path, size, "%s/resonanz-XXXXXX",
	    base == NULL || base[0] != '/' ? "/tmp" : base);

	if (n < 0 || (size_t)n >= size || mkdtemp(path) == NULL)
		return err_set(err, RC_INTERNAL, "child", "", "%s: %s", path,
		    strerror(errno));
	return RC_OK;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

void
child_folder_remove(const char *path)
{
	/* A program that is just ending may still write. */
	for (int i = 0; i < 20; i++) {
		if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0)
			return;
		usleep(50000);
	}
}
