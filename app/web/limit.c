/*
 * How often somebody may ask. A row holds the time up to which its owner has
 * used up the minute (GCRA): one number instead of a list of requests.
 */
#include "limit.h"

#include <sodium.h>
#include <string.h>

#include "mem.h"

#define SETS 16384
#define WAYS 4
#define MINUTE 60000000ULL /* microseconds */

struct row {
	uint64_t key;
	uint64_t used_until;
};

struct limit_table {
	unsigned char secret[crypto_shorthash_KEYBYTES];
	struct row rows[SETS][WAYS];
};

static struct row *find(struct limit_table *, const char *, const char *);
static unsigned seconds(uint64_t);

struct limit_table *
limit_new(void)
{
	struct limit_table *t = mem_calloc(1, sizeof(*t));

	/* Nobody shall know whose row another address takes. */
	randombytes_buf(t->secret, sizeof(t->secret));
	return t;
}

void
limit_free(struct limit_table *t)
{
	mem_free(t);
}

struct limit_answer
limit_take(struct limit_table *t, const char *what, const char *who,
    unsigned per_minute, uint64_t now_us)
{
	struct row *row = find(t, what, who);
	uint64_t step = MINUTE / per_minute;
	uint64_t used = row->used_until > now_us ? row->used_until - now_us : 0;
	struct limit_answer a = { .limit = per_minute };

	a.is_over = used + step > MINUTE;
	if (a.is_over)
		a.retry = seconds(used + step - MINUTE);
	else
		used += step;
	row->used_until = now_us + used;
	a.remaining = (unsigned)((MINUTE - used) / step);
	a.reset = seconds(used);
	return a;
}

/* The row of this one, else the one whose owner has been quiet longest. */
static struct row *
find(struct limit_table *t, const char *what, const char *who)
{
	char text[160] = "";
	unsigned char hash[crypto_shorthash_BYTES];
	size_t what_len = strnlen(what, 31), who_len = strnlen(who, 120);
	struct row *set, *oldest;
	uint64_t key;

	memcpy(text, what, what_len);
	memcpy(text + 32, who, who_len);
	crypto_shorthash(hash, (unsigned char *)text, 32 + who_len, t->secret);
	memcpy(&key, hash, sizeof(key));
	set = t->rows[key % SETS];
	oldest = &set[0];
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].used_until < oldest->used_until)
			oldest = &set[i];
	}
	*oldest = (struct row){ .key = key };
	return oldest;
}

static unsigned
seconds(uint64_t us)
{
	return (unsigned)((us + 999999) / 1000000);
}
