/* The secrets that live outside the database. */
#include "keys.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OCTETS 32 /* of each key in the files; of sign.key the seed */
#define HEX (2 * OCTETS)
#define LINE (HEX + 1)

_Static_assert(crypto_secretbox_KEYBYTES == OCTETS &&
		   crypto_sign_SEEDBYTES == OCTETS &&
		   crypto_sign_PUBLICKEYBYTES == OCTETS &&
		   crypto_sign_SECRETKEYBYTES == KEYS_SIGN,
    "every file holds as many octets");

static const struct {
	const char *name;
	mode_t mode;
	size_t most; /* keys in it */
} table[] = {
	[KEYS_FILE_BOX] = { "box.key", 0600, KEYS_MOST },
	[KEYS_FILE_SIGN] = { "sign.key", 0600, 1 },
	[KEYS_FILE_PUBLIC] = { "sign.pub", 0644, KEYS_MOST },
};
_Static_assert(NELEM(table) == KEYS_FILE__MAX, "one row for each file");

static enum rc load(
    const char *, enum keys_file, struct keys_list *, struct err *);
static enum rc create_random(
    const char *, enum keys_file, bool *, struct err *);
static enum rc create_public(const char *, bool *, struct err *);
static enum rc rotate(const char *, enum keys_file, struct err *);
static enum rc failed(struct err *, const char *);

const char *
keys_name(enum keys_file file)
{
	return table[file].name;
}

enum rc
keys_create(const char *dir, bool is_new[KEYS_FILE__MAX], struct err *err)
{
	struct keys_list keys;
	enum rc rc;

	memset(is_new, 0, KEYS_FILE__MAX * sizeof *is_new);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return failed(err, dir);
	rc = create_random(dir, KEYS_FILE_BOX, &is_new[KEYS_FILE_BOX], err);
	if (rc != RC_OK)
		return rc;
	if (load(dir, KEYS_FILE_SIGN, &keys, err) == RC_NOTFOUND &&
	    load(dir, KEYS_FILE_PUBLIC, &keys, err) != RC_NOTFOUND)
		return err_set(err, RC_INVALID, "keys", "",
		    "%s has sign.pub, but not its sign.key; \"resonanzctl keys "
		    "rotate sign\" makes another",
		    dir);
	rc = create_random(dir, KEYS_FILE_SIGN, &is_new[KEYS_FILE_SIGN], err);
	if (rc == RC_OK)
		rc = create_public(dir, &is_new[KEYS_FILE_PUBLIC], err);
	sodium_memzero(&keys, sizeof keys);
	return rc;
}

/* One at a time: of two, the second takes over what the first has made. */
enum rc
keys_rotate(const char *dir, enum keys_file file, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc;

	if (fd == -1)
		return failed(err, dir);
	rc =
	    flock(fd, LOCK_EX) == 0 ? rotate(dir, file, err) : failed(err, dir);
	if (rc == RC_OK && fsync(fd) != 0)
		rc = failed(err, dir);
	close(fd);
	return rc;
}

enum rc
keys_load_box(const char *dir, struct keys_list *keys, struct err *err)
{
	return load(dir, KEYS_FILE_BOX, keys, err);
}

enum rc
keys_load_sign(const char *dir, unsigned char key[KEYS_SIGN], struct err *err)
{
	unsigned char public[KEYS_PUBLIC];
	struct keys_list seed;
	enum rc rc = load(dir, KEYS_FILE_SIGN, &seed, err);

	if (rc == RC_OK)
		crypto_sign_seed_keypair(public, key, seed.at[0]);
	sodium_memzero(&seed, sizeof seed);
	return rc;
}

enum rc
keys_load_public(const char *dir, struct keys_list *keys, struct err *err)
{
	return load(dir, KEYS_FILE_PUBLIC, keys, err);
}

const unsigned char *
keys_find(const struct keys_list *keys, const char *id)
{
	char one[KEYS_ID + 1];

	for (size_t i = 0; i < keys->count; i++) {
		keys_id(keys->at[i], one);
		if (strcmp(one, id) == 0)
			return keys->at[i];
	}
	return NULL;
}

void
keys_id(const unsigned char key[KEYS_PUBLIC], char out[KEYS_ID + 1])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, key, KEYS_PUBLIC);
	sodium_bin2hex(out, KEYS_ID + 1, hash, KEYS_ID / 2);
}

/* --- reading -------------------------------------------------------------- */

/* Lines of digits and nothing else; the last end of line may be missing. */
static bool
parse(const char *text, size_t len, size_t most, struct keys_list *keys)
{
	size_t pos = 0, key_len;

	keys->count = 0;
	while (pos < len && keys->count < most) {
		if (len - pos < HEX ||
		    strspn(text + pos, "0123456789abcdef") != HEX ||
		    sodium_hex2bin(keys->at[keys->count], OCTETS, text + pos,
			HEX, NULL, &key_len, NULL) != 0)
			return false;
		keys->count++;
		pos += HEX;
		if (pos < len && text[pos++] != '\n')
			return false;
	}
	return keys->count > 0 && pos == len;
}

static enum rc
load(const char *dir, enum keys_file file, struct keys_list *keys,
    struct err *err)
{
	char path[1024], text[KEYS_MOST * LINE + 2] = "";
	struct stat st;
	size_t len;
	FILE *in;

	snprintf(path, sizeof path, "%s/%s", dir, table[file].name);
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
	if (!parse(text, len, table[file].most, keys))
		err_set(err, RC_INVALID, "keys", "",
		    "%s does not hold %d hexadecimal digits%s", path, HEX,
		    table[file].most == 1 ? "" : ", or lines of them");
	else
		err->rc = RC_OK;
	sodium_memzero(text, sizeof text);
	return err->rc;
}

/* --- writing -------------------------------------------------------------- */

static enum rc
failed(struct err *err, const char *path)
{
	return err_set(
	    err, RC_INTERNAL, "keys", "", "%s: %s", path, strerror(errno));
}

/* like: whose owner and mode it gets; NULL: those of a new file. */
static enum rc
write_part(const char *part, enum keys_file file, const struct keys_list *keys,
    const struct stat *like, struct err *err)
{
	mode_t mode = like == NULL ? table[file].mode : like->st_mode & 0777;
	int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char line[LINE + 1];
	bool is_ok = fd != -1;

	for (size_t i = 0; is_ok && i < keys->count; i++) {
		sodium_bin2hex(line, sizeof line, keys->at[i], OCTETS);
		line[HEX] = '\n';
		is_ok = write(fd, line, LINE) == LINE;
	}
	sodium_memzero(line, sizeof line);
	is_ok = is_ok &&
		(like == NULL || fchown(fd, like->st_uid, like->st_gid) == 0) &&
		fchmod(fd, mode) == 0 && fsync(fd) == 0;
	if (!is_ok)
		failed(err, part);
	if (fd != -1)
		close(fd);
	return is_ok ? RC_OK : err->rc;
}

static void
paths(const char *dir, enum keys_file file, char path[1024], char part[1100])
{
	snprintf(path, 1024, "%s/%s", dir, table[file].name);
	snprintf(part, 1100, "%s.%ld", path, (long)getpid());
}

/*
 * Written beside and linked to its name, so that a file is there whole or not
 * at all; of two that start at once, the first one counts.
 */
static enum rc
create(const char *dir, enum keys_file file, const struct keys_list *keys,
    struct err *err)
{
	char path[1024], part[1100];
	enum rc rc;

	paths(dir, file, path, part);
	rc = write_part(part, file, keys, NULL, err);
	if (rc == RC_OK && link(part, path) != 0)
		rc = failed(err, path);
	unlink(part);
	return rc;
}

static enum rc
replace(const char *dir, enum keys_file file, const struct keys_list *keys,
    struct err *err)
{
	char path[1024], part[1100];
	struct stat st;
	bool is_there;
	enum rc rc;

	paths(dir, file, path, part);
	is_there = stat(path, &st) == 0;
	if (!is_there && errno != ENOENT)
		return failed(err, path);
	rc = write_part(part, file, keys, is_there ? &st : NULL, err);
	if (rc == RC_OK && rename(part, path) != 0)
		rc = failed(err, path);
	if (rc != RC_OK)
		unlink(part);
	return rc;
}

/* A list of one new random key. */
static enum rc
draw(struct keys_list *keys, struct err *err)
{
	keys->count = 1;
	/* not libsodium's generator: it may want to open a device */
	if (getentropy(keys->at[0], OCTETS) != 0)
		return failed(err, "getentropy");
	return RC_OK;
}

/* A damaged file is an error, never a reason to make a new one. */
static enum rc
create_random(
    const char *dir, enum keys_file file, bool *is_new, struct err *err)
{
	struct keys_list keys;
	enum rc rc = load(dir, file, &keys, err);

	if (rc == RC_NOTFOUND) {
		rc = draw(&keys, err);
		if (rc == RC_OK)
			rc = create(dir, file, &keys, err);
		*is_new = rc == RC_OK;
	}
	sodium_memzero(&keys, sizeof keys);
	return rc;
}

/* The public half of sign.key, alone; RC_INVALID unless sign.pub has it. */
static enum rc
load_pair(const char *dir, struct keys_list *half, struct keys_list *all,
    struct err *err)
{
	unsigned char secret[KEYS_SIGN];
	char id[KEYS_ID + 1];
	enum rc rc = keys_load_sign(dir, secret, err);

	if (rc == RC_OK) {
		half->count = 1;
		crypto_sign_ed25519_sk_to_pk(half->at[0], secret);
		keys_id(half->at[0], id);
		rc = load(dir, KEYS_FILE_PUBLIC, all, err);
		if (rc == RC_OK && keys_find(all, id) == NULL)
			rc = err_set(err, RC_INVALID, "keys", "",
			    "%s/sign.pub is not the public half of sign.key",
			    dir);
	}
	sodium_memzero(secret, sizeof secret);
	return rc;
}

static enum rc
create_public(const char *dir, bool *is_new, struct err *err)
{
	struct keys_list half, all;
	enum rc rc = load_pair(dir, &half, &all, err);

	if (rc == RC_NOTFOUND) {
		rc = create(dir, KEYS_FILE_PUBLIC, &half, err);
		*is_new = rc == RC_OK;
	}
	return rc;
}

/* --- rotation ------------------------------------------------------------- */

static enum rc
put_first(const char *dir, enum keys_file file, struct keys_list *keys,
    const unsigned char key[OCTETS], struct err *err)
{
	if (keys->count == KEYS_MOST)
		return err_set(err, RC_CONFLICT, "keys", "",
		    "%s/%s has %d keys: remove the last line first", dir,
		    table[file].name, KEYS_MOST);
	memmove(keys->at[1], keys->at[0], keys->count * OCTETS);
	memcpy(keys->at[0], key, OCTETS);
	keys->count++;
	return replace(dir, file, keys, err);
}

/* Also when sign.key is lost: sign.pub still reads what it has signed. */
static enum rc
rotate_sign(const char *dir, const struct keys_list *seed, struct err *err)
{
	unsigned char secret[KEYS_SIGN], public[KEYS_PUBLIC];
	struct keys_list half, all;
	enum rc rc = load_pair(dir, &half, &all, err);

	if (rc == RC_NOTFOUND)
		rc = load(dir, KEYS_FILE_PUBLIC, &all, err);
	if (rc == RC_OK) {
		crypto_sign_seed_keypair(public, secret, seed->at[0]);
		rc = put_first(dir, KEYS_FILE_PUBLIC, &all, public, err);
	}
	if (rc == RC_OK)
		rc = replace(dir, KEYS_FILE_SIGN, seed, err);
	sodium_memzero(secret, sizeof secret);
	return rc;
}

static enum rc
rotate(const char *dir, enum keys_file file, struct err *err)
{
	struct keys_list fresh, box = { 0 };
	enum rc rc = draw(&fresh, err);

	if (rc == RC_OK && file == KEYS_FILE_SIGN)
		rc = rotate_sign(dir, &fresh, err);
	else if (rc == RC_OK) {
		rc = load(dir, KEYS_FILE_BOX, &box, err);
		if (rc == RC_OK)
			rc = put_first(
			    dir, KEYS_FILE_BOX, &box, fresh.at[0], err);
	}
	sodium_memzero(&fresh, sizeof fresh);
	sodium_memzero(&box, sizeof box);
	return rc;
}
