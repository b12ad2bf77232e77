/*
 * Compares two files again and again:
 *
 *     diff OLD NEW ROUNDS
 *
 * prints the shortest time in milliseconds and how many changes there are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "domain/diff.h"
#include "web/buf.h"

static void
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "r");
	char part[4096];
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, part, n);
	fclose(f);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int
main(int argc, char **argv)
{
	struct buf old = { 0 }, new = { 0 };
	struct diff_text a, b;
	struct diff d;
	struct err err;
	size_t changes = 0, rounds;
	double ms, best = 1e9;

	if (argc != 4 || (rounds = strtoul(argv[3], NULL, 10)) == 0) {
		fprintf(stderr, "usage: diff OLD NEW ROUNDS\n");
		return 2;
	}
	read_file(argv[1], &old);
	read_file(argv[2], &new);
	a = (struct diff_text){ buf_text(&old), old.len };
	b = (struct diff_text){ buf_text(&new), new.len };
	for (size_t i = 0; i < rounds; i++) {
		double from = now();

		if (diff_init(&d, a, b, &err) != RC_OK)
			return 1;
		ms = now() - from;
		best = ms < best ? ms : best;
		changes = d.change_count;
		diff_clear(&d);
	}
	printf("{\"ms\": %.4f, \"changes\": %zu}\n", best, changes);
	buf_clear(&new);
	buf_clear(&old);
	return 0;
}
