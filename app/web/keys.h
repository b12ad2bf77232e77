/*
 * The secrets that live outside the database: files of RESONANZ_KEYS, each key
 * a line of hexadecimal digits. box.key seals what the database keeps sealed;
 * sign.key (Ed25519) signs the audit log, sign.pub checks it. box.key and
 * sign.pub go on with the former keys, the latest first: what was sealed or
 * signed with them stays readable. Who loses them loses every second factor;
 * who copies them with the database has both.
 */
#ifndef APP_KEYS_H
#define APP_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "rc.h"

#define KEYS_BOX 32    /* octets: crypto_secretbox */
#define KEYS_SIGN 64   /* octets: crypto_sign, secret */
#define KEYS_PUBLIC 32 /* octets: crypto_sign, public */
#define KEYS_ID 16     /* hexadecimal digits that name a public key */
#define KEYS_MOST 32   /* in one file */

enum keys_file {
	KEYS_FILE_BOX,
	KEYS_FILE_SIGN,
	KEYS_FILE_PUBLIC,
	KEYS_FILE__MAX
};

/* What a file holds: the key in use, then the former ones. */
struct keys_list {
	size_t count;
	unsigned char at[KEYS_MOST][KEYS_BOX];
};

/* "box.key", "sign.key", "sign.pub" */
const char *keys_name(enum keys_file file);
/*
 * Makes the folder and the files that are missing (0700; 0600, sign.pub 0644);
 * what is there stays. is_new says which were made. RC_INVALID when a file is
 * damaged or sign.pub stands without its sign.key, RC_INTERNAL when the folder
 * cannot be written.
 */
enum rc keys_create(
    const char *dir, bool is_new[KEYS_FILE__MAX], struct err *err) MUST_CHECK;
/*
 * KEYS_FILE_BOX or KEYS_FILE_SIGN: a new key is the one in use. The one before
 * stays in box.key; of sign.key it is overwritten (or was lost) and its public
 * half stays in sign.pub, which is written first: no signature lacks its key
 * there. Files keep their owner and mode. RC_NOTFOUND when box.key or sign.pub
 * is missing, RC_INVALID when files are damaged or no pair, RC_CONFLICT when
 * there is no room for another key, else RC_INTERNAL.
 */
enum rc keys_rotate(
    const char *dir, enum keys_file file, struct err *err) MUST_CHECK;
/*
 * Each reads one file. RC_NOTFOUND when it is not there, RC_INVALID when it is
 * damaged, or secret and readable by everybody. The caller wipes secrets.
 */
enum rc keys_load_box(
    const char *dir, struct keys_list *keys, struct err *err) MUST_CHECK;
enum rc keys_load_sign(
    const char *dir, unsigned char key[KEYS_SIGN], struct err *err) MUST_CHECK;
enum rc keys_load_public(
    const char *dir, struct keys_list *keys, struct err *err) MUST_CHECK;
/* The public key of that id; NULL: it is not in the list. */
const unsigned char *keys_find(const struct keys_list *keys, const char *id);
/* The beginning of the SHA-256 of a public key, to name it by. */
void keys_id(const unsigned char key[KEYS_PUBLIC], char out[KEYS_ID + 1]);

#endif
