/* The secrets that live outside the database. */
#include "keys.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OCTETS 32 /* in each of the files; of sign.key the seed */
#define HEX (2 * OCTETS)

_Static_assert(crypto_secretbox_KEYBYTES == OCTETS &&
		   crypto_sign_SEEDBYTES == OCTETS &&
		   crypto_sign_PUBLICKEYBYTES == OCTETS &&
		   crypto_sign_SECRETKEYBYTES == KEYS_SIGN,
    "every file holds as many octets");

static const struct {
	const char *name;
	mode_t mode;
} table[] = {
	[KEYS_FILE_BOX] = { "box.key", 0600 },
	[KEYS_FILE_SIGN] = { "sign.key", 0600 },
	[KEYS_FILE_PUBLIC] = { "sign.pub", 0644 },
};
_Static_assert(NELEM(table) == KEYS_FILE__MAX, "one row for each file");

static enum rc load(
    const char *, enum keys_file, unsigned char[OCTETS], struct err *);
static enum rc create(
    const char *, enum keys_file, const unsigned char[OCTETS], struct err *);
static enum rc create_random(
    const char *, enum keys_file, bool *, struct err *);
static enum rc create_public(const char *, bool *, struct err *);
static enum rc write_new(int, enum keys_file, const char *, struct err *);

const char *
keys_name(enum keys_file file)
{
	return table[file].name;
}

enum rc
keys_create(const char *dir, bool is_new[KEYS_FILE__MAX], struct err *err)
{
	unsigned char key[OCTETS];
	enum rc rc;

	memset(is_new, 0, KEYS_FILE__MAX * sizeof *is_new);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return err_set(err, RC_INTERNAL, "keys", "", "%s: %s", dir,
		    strerror(errno));
	rc = create_random(dir, KEYS_FILE_BOX, &is_new[KEYS_FILE_BOX], err);
	if (rc != RC_OK)
		return rc;
	if (load(dir, KEYS_FILE_SIGN, key, err) == RC_NOTFOUND &&
	    load(dir, KEYS_FILE_PUBLIC, key, err) != RC_NOTFOUND)
		return err_set(err, RC_INVALID, "keys", "",
		    "%s has sign.pub, but not its sign.key", dir);
	rc = create_random(dir, KEYS_FILE_SIGN, &is_new[KEYS_FILE_SIGN], err);
	if (rc == RC_OK)
		rc = create_public(dir, &is_new[KEYS_FILE_PUBLIC], err);
	sodium_memzero(key, sizeof key);
	return rc;
}

enum rc
keys_load_box(const char *dir, unsigned char key[KEYS_BOX], struct err *err)
{
	return load(dir, KEYS_FILE_BOX, key, err);
}

enum rc
keys_load_sign(const char *dir, unsigned char key[KEYS_SIGN], struct err *err)
{
	unsigned char seed[OCTETS], public[KEYS_PUBLIC];
	enum rc rc = load(dir, KEYS_FILE_SIGN, seed, err);

	if (rc == RC_OK)
		crypto_sign_seed_keypair(public, key, seed);
	sodium_memzero(seed, sizeof seed);
	return rc;
}

enum rc
keys_load_public(
    const char *dir, unsigned char key[KEYS_PUBLIC], struct err *err)
{
	return load(dir, KEYS_FILE_PUBLIC, key, err);
}

void
keys_id(const unsigned char key[KEYS_PUBLIC], char out[KEYS_ID + 1])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, key, KEYS_PUBLIC);
	sodium_bin2hex(out, KEYS_ID + 1, hash, KEYS_ID / 2);
}

static enum rc
load(const char *dir, enum keys_file file, unsigned char key[OCTETS],
    struct err *err)
{
	const char *name = table[file].name;
	char path[1024], text[HEX + 2] = "";
	struct stat st;
	size_t len, key_len;
	FILE *in;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	in = fopen(path, "re");
	if (in == NULL)
		return err_set(err, errno == ENOENT ? RC_NOTFOUND : RC_INTERNAL,
		    "keys", "",
		    "%s: %s; \"resonanzctl keys create\" makes what is missing",
		    path, strerror(errno));
	if (fstat(fileno(in), &st) != 0 ||
	    (table[file].mode == 0600 && (st.st_mode & S_IRWXO) != 0)) {
		fclose(in);
		return err_set(err, RC_INVALID, "keys", "",
		    "%s is open to everybody: chmod 600", path);
	}
	len = fread(text, 1, sizeof text - 1, in);
	fclose(in);
	if (len < HEX || strspn(text, "0123456789abcdef") != HEX ||
	    sodium_hex2bin(key, OCTETS, text, HEX, NULL, &key_len, NULL) != 0)
		err_set(err, RC_INVALID, "keys", "",
		    "%s does not hold %d hexadecimal digits", path, HEX);
	else
		err->rc = RC_OK;
	sodium_memzero(text, sizeof text);
	return err->rc;
}

/* A damaged file is an error, never a reason to make a new one. */
static enum rc
create_random(
    const char *dir, enum keys_file file, bool *is_new, struct err *err)
{
	unsigned char key[OCTETS];
	enum rc rc = load(dir, file, key, err);

	if (rc == RC_NOTFOUND) {
		/* not libsodium's generator: it may want to open a device */
		if (getentropy(key, sizeof key) != 0)
			return err_set(err, RC_INTERNAL, "keys", "",
			    "getentropy: %s", strerror(errno));
		rc = create(dir, file, key, err);
		*is_new = rc == RC_OK;
	}
	sodium_memzero(key, sizeof key);
	return rc;
}

static enum rc
create_public(const char *dir, bool *is_new, struct err *err)
{
	unsigned char secret[KEYS_SIGN], public[OCTETS];
	enum rc rc = keys_load_sign(dir, secret, err);

	if (rc != RC_OK)
		return rc;
	rc = load(dir, KEYS_FILE_PUBLIC, public, err);
	if (rc == RC_NOTFOUND) {
		rc = create(dir, KEYS_FILE_PUBLIC, secret + OCTETS, err);
		*is_new = rc == RC_OK;
	} else if (rc == RC_OK && memcmp(public, secret + OCTETS, OCTETS) != 0)
		rc = err_set(err, RC_INVALID, "keys", "",
		    "%s/sign.pub is not the public half of sign.key", dir);
	sodium_memzero(secret, sizeof secret);
	return rc;
}

/*
 * Written beside and linked to its name, so that a file is there whole or not
 * at all; of two that start at once, the first one counts.
 */
static enum rc
create(const char *dir, enum keys_file file, const unsigned char key[OCTETS],
    struct err *err)
{
	char path[1024], part[1100], hex[HEX + 1];
	enum rc rc;
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, table[file].name);
	snprintf(part, sizeof part, "%s.%ld", path, (long)getpid());
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_set(err, RC_INTERNAL, "keys", "", "%s: %s", part,
		    strerror(errno));
	sodium_bin2hex(hex, sizeof hex, key, OCTETS);
	rc = write_new(fd, file, hex, err);
	close(fd);
	if (rc == RC_OK && link(part, path) != 0)
		rc = err_set(err, RC_INTERNAL, "keys", "", "%s: %s", path,
		    strerror(errno));
	unlink(part);
	sodium_memzero(hex, sizeof hex);
	return rc;
}

static enum rc
write_new(int fd, enum keys_file file, const char *hex, struct err *err)
{
	if (write(fd, hex, HEX) != HEX || write(fd, "\n", 1) != 1 ||
	    fchmod(fd, table[file].mode) != 0 || fsync(fd) != 0)
		return err_set(err, RC_INTERNAL, "keys", "", "%s: %s",
		    table[file].name, strerror(errno));
	return RC_OK;
}
