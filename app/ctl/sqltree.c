/* The sql folder: its files in the order of a deployment, and their checksum.
 */
#include "sqltree.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "web/buf.h"

static const char *const folders[] = { "migrations", "access", "page", "action",
	"job" };

static void
hex_hash(const void *data, size_t len, char out[SQLTREE_HASH_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char hash[SHA256_DIGEST_LENGTH];

	SHA256(data, len, hash);
	for (size_t i = 0; i < sizeof hash; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * sizeof hash] = '\0';
}

static bool
read_file(const char *path, struct buf *out)
{
	char block[16384];
	size_t got;
	bool is_read;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		return false;
	while ((got = fread(block, 1, sizeof block, f)) > 0)
		buf_add(out, block, got);
	is_read = ferror(f) == 0;
	fclose(f);
	return is_read && memchr(buf_text(out), 0, out->len) == NULL;
}

static char *
join_dup(const char *dir, const char *name)
{
	struct buf path = { 0 };

	buf_printf(&path, "%s/%s", dir, name);
	return buf_take(&path);
}

/* name: "access/10_time.sql" */
static enum rc
add_file(
    struct sqltree *tree, const char *dir, const char *name, struct err *err)
{
	char *path = join_dup(dir, name);
	struct buf text = { 0 };
	struct sql_file *file;
	enum rc rc = RC_OK;

	if (read_file(path, &text)) {
		tree->files = mem_array(
		    tree->files, tree->count + 1, sizeof *tree->files);
		file = &tree->files[tree->count++];
		file->name = mem_strdup(name);
		file->text = mem_strdup(buf_text(&text));
		hex_hash(file->text, text.len, file->hash);
	} else {
		rc = err_set(err, RC_NOTFOUND, "unreadable", "",
		    "cannot read %s as text", path);
	}
	buf_clear(&text);
	mem_free(path);
	return rc;
}

static int
is_sql(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 4 &&
	       strcmp(entry->d_name + len - 4, ".sql") == 0;
}

/* alphasort follows the locale; this does not. */
static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum rc
add_folder(
    struct sqltree *tree, const char *dir, const char *folder, struct err *err)
{
	char *path = join_dup(dir, folder);
	struct dirent **entries;
	enum rc rc = RC_OK;
	int count = scandir(path, &entries, is_sql, by_bytes);

	if (count < 0) {
		rc = err_set(err, RC_NOTFOUND, "unreadable", "",
		    "cannot read %s: %s", path, strerror(errno));
		mem_free(path);
		return rc;
	}
	for (int i = 0; i < count; i++) {
		char *name = join_dup(folder, entries[i]->d_name);

		if (rc == RC_OK)
			rc = add_file(tree, dir, name, err);
		mem_free(name);
		free(entries[i]);
	}
	free(entries);
	mem_free(path);
	return rc;
}

enum rc
sqltree_read(struct sqltree *tree, const char *dir, struct err *err)
{
	struct buf all = { 0 };

	*tree = (struct sqltree){ 0 };
	for (size_t i = 0; i < NELEM(folders); i++) {
		enum rc rc = add_folder(tree, dir, folders[i], err);

		if (rc != RC_OK) {
			sqltree_clear(tree);
			return rc;
		}
	}
	for (size_t i = 0; i < tree->count; i++)
		buf_printf(
		    &all, "%s %s\n", tree->files[i].name, tree->files[i].hash);
	hex_hash(buf_text(&all), all.len, tree->hash);
	buf_clear(&all);
	return RC_OK;
}

static bool
has_migrations(const char *dir)
{
	char *path = join_dup(dir, "migrations");
	bool has = access(path, R_OK | X_OK) == 0;

	mem_free(path);
	return has;
}

/* The folder beside the program; NULL when there is none. */
static char *
installed_dup(void)
{
	static const char *const beside[] = { "sql", "../sql", "../../sql",
		"../share/resonanz/sql" };
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

	if (len <= 0)
		return NULL;
	self[len] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < NELEM(beside); i++) {
		char *path = join_dup(self, beside[i]);

		if (has_migrations(path))
			return path;
		mem_free(path);
	}
	return NULL;
}

enum rc
sqltree_load(struct sqltree *tree, struct err *err)
{
	const char *given = getenv("RESONANZ_SQL");
	char *found;
	enum rc rc;

	if (given != NULL && given[0] != '\0')
		return sqltree_read(tree, given, err);
	found = has_migrations("sql") ? mem_strdup("sql") : installed_dup();
	if (found == NULL)
		return err_set(err, RC_NOTFOUND, "no_sql", "",
		    "no sql folder here; RESONANZ_SQL says where it is");
	rc = sqltree_read(tree, found, err);
	mem_free(found);
	return rc;
}

const struct sql_file *
sqltree_find(const struct sqltree *tree, const char *name)
{
	for (size_t i = 0; i < tree->count; i++)
		if (strcmp(tree->files[i].name, name) == 0)
			return &tree->files[i];
	return NULL;
}

void
sqltree_clear(struct sqltree *tree)
{
	for (size_t i = 0; i < tree->count; i++) {
		mem_free(tree->files[i].name);
		mem_free(tree->files[i].text);
	}
	mem_free(tree->files);
	*tree = (struct sqltree){ 0 };
}
