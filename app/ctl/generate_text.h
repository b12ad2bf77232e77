/*
 * German for large data sets: sentences from templates and word lists, the same
 * for the same seed. A known share of the texts is copied, word for word or
 * with one sentence edited, as associations' model statements are; that others
 * come out alike by chance is as good as impossible.
 */
#ifndef APP_GENERATE_TEXT_H
#define APP_GENERATE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "web/buf.h"

/* A stream of numbers; its state is its seed. */
struct dice {
	uint64_t state;
};

uint64_t dice_next(struct dice *d);
/* 0 … n-1 */
unsigned dice_below(struct dice *d, unsigned n);
/* True in percent of all throws. */
int dice_percent(struct dice *d, unsigned percent);

enum text_origin { TEXT_OWN, TEXT_COPY, TEXT_NEAR };

/* Model texts of one target, from which others copy. */
struct text_models {
	char *text[8];
	int owner[8]; /* who wrote it first */
	size_t count;
};

/*
 * A statement of owner on some target, 150 to 1,600 characters. Tells whether
 * it is copied from a model, and whose that was.
 */
enum text_origin text_body(struct buf *out, struct dice *d,
    struct text_models *models, int owner, int *copied_from);
void text_models_clear(struct text_models *models);

/* So many different sentences. */
void text_sentences(struct buf *out, struct dice *d, unsigned count);
/*
 * The same text with one sentence edited: a word, the spelling, a clause more,
 * and where it is no more than a quarter of the text also left out or written
 * anew.
 */
void text_edited(struct buf *out, struct dice *d, const char *text);

/* A compound such as "Registerdatenschnittstelle", feminine; of some 90,000. */
void text_compound(struct buf *out, struct dice *d);

/* A changed wording, and the reason for it: one sentence each. */
void text_proposal(struct buf *out, struct dice *d);
void text_reason(struct buf *out, struct dice *d);
/* The name of a place such as "Neuhagenfelde", of a person "Jutta Kersten". */
void text_place(struct buf *out, struct dice *d);
void text_person(struct buf *out, struct dice *d);

#endif
