/*
 * The secrets that live outside the database: files of RESONANZ_KEYS, each one
 * line of hexadecimal digits. box.key seals what the database keeps sealed;
 * sign.key (Ed25519) signs the audit log, sign.pub checks it. Who loses them
 * loses every second factor; who copies them with the database has both.
 */
#ifndef APP_KEYS_H
#define APP_KEYS_H

#include <stdbool.h>

#include "rc.h"

#define KEYS_BOX 32    /* octets: crypto_secretbox */
#define KEYS_SIGN 64   /* octets: crypto_sign, secret */
#define KEYS_PUBLIC 32 /* octets: crypto_sign, public */
#define KEYS_ID 16     /* hexadecimal digits that name a public key */

enum keys_file {
	KEYS_FILE_BOX,
	KEYS_FILE_SIGN,
	KEYS_FILE_PUBLIC,
	KEYS_FILE__MAX
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
 * Each reads one file. RC_NOTFOUND when it is not there, RC_INVALID when it is
 * damaged, or secret and readable by everybody. The caller wipes secrets.
 */
enum rc keys_load_box(
    const char *dir, unsigned char key[KEYS_BOX], struct err *err) MUST_CHECK;
enum rc keys_load_sign(
    const char *dir, unsigned char key[KEYS_SIGN], struct err *err) MUST_CHECK;
enum rc keys_load_public(const char *dir, unsigned char key[KEYS_PUBLIC],
    struct err *err) MUST_CHECK;
/* The beginning of the SHA-256 of a public key, to name it by. */
void keys_id(const unsigned char key[KEYS_PUBLIC], char out[KEYS_ID + 1]);

#endif
