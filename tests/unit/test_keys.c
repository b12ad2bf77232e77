/* The files of RESONANZ_KEYS. */
#include "unit.h"

#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/keys.h"

static char dir[] = "/tmp/resonanz-keys-XXXXXX";

static const char *
path(const char *name)
{
	static char text[128];

	snprintf(text, sizeof text, "%s/%s", dir, name);
	return text;
}

static void
put(const char *name, const char *text, mode_t mode)
{
	FILE *out = fopen(path(name), "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	assert_int_equal(chmod(path(name), mode), 0);
}

static mode_t
mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(path(name), &st), 0);
	return st.st_mode & 0777;
}

static int
empty_folder(void **state)
{
	(void)state;
	for (enum keys_file f = 0; f < KEYS_FILE__MAX; f++)
		unlink(path(keys_name(f)));
	return 0;
}

static void
made_once_and_kept(void **state)
{
	struct keys_list box, again;
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };

	(void)state;
	assert_int_equal(keys_load_box(dir, &box, &err), RC_NOTFOUND);
	assert_non_null(strstr(err.msg, "resonanzctl keys create"));
	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	assert_true(is_new[KEYS_FILE_BOX] && is_new[KEYS_FILE_SIGN] &&
		    is_new[KEYS_FILE_PUBLIC]);
	assert_int_equal(mode_of("box.key"), 0600);
	assert_int_equal(mode_of("sign.key"), 0600);
	assert_int_equal(mode_of("sign.pub"), 0644);
	assert_int_equal(keys_load_box(dir, &box, &err), RC_OK);
	assert_int_equal(box.count, 1);

	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	assert_false(is_new[KEYS_FILE_BOX] || is_new[KEYS_FILE_SIGN] ||
		     is_new[KEYS_FILE_PUBLIC]);
	assert_int_equal(keys_load_box(dir, &again, &err), RC_OK);
	assert_memory_equal(box.at[0], again.at[0], KEYS_BOX);
}

static void
what_one_signs_the_other_checks(void **state)
{
	static const unsigned char text[] = "Kontrollpunkt";
	unsigned char secret[KEYS_SIGN], sig[64];
	struct keys_list public;
	char id[KEYS_ID + 1];
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };

	(void)state;
	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	assert_int_equal(keys_load_sign(dir, secret, &err), RC_OK);
	assert_int_equal(keys_load_public(dir, &public, &err), RC_OK);
	crypto_sign_detached(sig, NULL, text, sizeof text, secret);
	assert_int_equal(
	    crypto_sign_verify_detached(sig, text, sizeof text, public.at[0]),
	    0);
	keys_id(public.at[0], id);
	assert_int_equal(strspn(id, "0123456789abcdef"), KEYS_ID);
	assert_ptr_equal(keys_find(&public, id), public.at[0]);
	assert_null(keys_find(&public, "0123456789abcdef"));
}

/* RFC 8032, 7.1, test 1. */
static void
a_known_seed(void **state)
{
	bool is_new[KEYS_FILE__MAX];
	struct keys_list public;
	char hex[2 * KEYS_PUBLIC + 1];
	struct err err = { 0 };

	(void)state;
	put("sign.key",
	    "9d61b19deffd5a60ba844af492ec2cc4"
	    "4449c5697b326919703bac031cae7f60\n",
	    0600);
	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	assert_false(is_new[KEYS_FILE_SIGN]);
	assert_int_equal(keys_load_public(dir, &public, &err), RC_OK);
	sodium_bin2hex(hex, sizeof hex, public.at[0], KEYS_PUBLIC);
	assert_string_equal(hex, "d75a980182b10ab7d54bfed3c964073a"
				 "0ee172f3daa62325af021a68f707511a");
}

static void
damage_is_never_repaired(void **state)
{
	static const char *const bad[] = { "", "kurz\n", "\n",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
		"ef\n\n",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
		"ef 0123",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
		"ef\nkurz\n",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
		"e",
		"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcd"
		"ef" };
	bool is_new[KEYS_FILE__MAX];
	struct keys_list box;
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++) {
		put("box.key", bad[i], 0600);
		assert_int_equal(keys_load_box(dir, &box, &err), RC_INVALID);
		assert_int_equal(keys_create(dir, is_new, &err), RC_INVALID);
	}
	put("box.key",
	    "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef\n",
	    0604);
	assert_int_equal(keys_load_box(dir, &box, &err), RC_INVALID);
	assert_non_null(strstr(err.msg, "open to everybody"));
}

static void
halves_belong_together(void **state)
{
	static const char zero[] = "00000000000000000000000000000000"
				   "00000000000000000000000000000000\n";
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };

	(void)state;
	put("sign.pub", zero, 0644);
	assert_int_equal(keys_create(dir, is_new, &err), RC_INVALID);
	assert_non_null(strstr(err.msg, "but not its sign.key"));
	put("sign.key", zero, 0600);
	assert_int_equal(keys_create(dir, is_new, &err), RC_INVALID);
	assert_non_null(strstr(err.msg, "not the public half"));
}

/* The key in use is the first one; what was signed and sealed stays readable.
 */
static void
rotation(void **state)
{
	unsigned char before[KEYS_SIGN], after[KEYS_SIGN];
	struct keys_list public, box;
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };

	(void)state;
	assert_int_equal(keys_rotate(dir, KEYS_FILE_SIGN, &err), RC_NOTFOUND);
	assert_int_equal(keys_rotate(dir, KEYS_FILE_BOX, &err), RC_NOTFOUND);
	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	assert_int_equal(chmod(path("sign.key"), 0640), 0);
	assert_int_equal(keys_load_sign(dir, before, &err), RC_OK);
	assert_int_equal(keys_rotate(dir, KEYS_FILE_SIGN, &err), RC_OK);
	assert_int_equal(keys_load_sign(dir, after, &err), RC_OK);
	assert_memory_not_equal(before, after, sizeof before);
	assert_int_equal(keys_load_public(dir, &public, &err), RC_OK);
	assert_int_equal(public.count, 2);
	assert_memory_equal(public.at[0], after + 32, KEYS_PUBLIC);
	assert_memory_equal(public.at[1], before + 32, KEYS_PUBLIC);
	assert_int_equal(mode_of("sign.key"), 0640);
	assert_int_equal(mode_of("sign.pub"), 0644);
	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	assert_false(is_new[KEYS_FILE_SIGN] || is_new[KEYS_FILE_PUBLIC]);

	assert_int_equal(keys_load_box(dir, &public, &err), RC_OK);
	assert_int_equal(keys_rotate(dir, KEYS_FILE_BOX, &err), RC_OK);
	assert_int_equal(keys_load_box(dir, &box, &err), RC_OK);
	assert_int_equal(box.count, 2);
	assert_memory_equal(box.at[1], public.at[0], KEYS_BOX);
	assert_memory_not_equal(box.at[0], public.at[0], KEYS_BOX);
	assert_int_equal(mode_of("box.key"), 0600);
}

/* As a rotation that was cut off leaves them: sign.pub knows one more. */
static void
a_rotation_cut_off(void **state)
{
	unsigned char secret[KEYS_SIGN];
	struct keys_list public;
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };
	char hex[2 * KEYS_PUBLIC + 1], text[4 * KEYS_PUBLIC + 3];

	(void)state;
	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	assert_int_equal(keys_load_sign(dir, secret, &err), RC_OK);
	sodium_bin2hex(hex, sizeof hex, secret + 32, KEYS_PUBLIC);
	snprintf(text, sizeof text, "%064d\n%s\n", 0, hex);
	put("sign.pub", text, 0644);
	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	assert_int_equal(keys_rotate(dir, KEYS_FILE_SIGN, &err), RC_OK);
	assert_int_equal(keys_load_public(dir, &public, &err), RC_OK);
	assert_int_equal(public.count, 3);
	assert_memory_equal(public.at[2], secret + 32, KEYS_PUBLIC);
}

static void
a_lost_key_and_no_room(void **state)
{
	unsigned char secret[KEYS_SIGN];
	struct keys_list keys;
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };

	(void)state;
	assert_int_equal(keys_create(dir, is_new, &err), RC_OK);
	unlink(path("sign.key"));
	assert_int_equal(keys_create(dir, is_new, &err), RC_INVALID);
	assert_non_null(strstr(err.msg, "keys rotate sign"));
	assert_int_equal(keys_rotate(dir, KEYS_FILE_SIGN, &err), RC_OK);
	assert_int_equal(keys_load_sign(dir, secret, &err), RC_OK);
	assert_int_equal(mode_of("sign.key"), 0600);
	for (size_t i = 2; i < KEYS_MOST; i++)
		assert_int_equal(keys_rotate(dir, KEYS_FILE_SIGN, &err), RC_OK);
	assert_int_equal(keys_load_sign(dir, secret, &err), RC_OK);
	assert_int_equal(keys_rotate(dir, KEYS_FILE_SIGN, &err), RC_CONFLICT);
	assert_int_equal(keys_load_public(dir, &keys, &err), RC_OK);
	assert_int_equal(keys.count, KEYS_MOST);
	assert_memory_equal(keys.at[0], secret + 32, KEYS_PUBLIC);
}

static void
a_folder_that_cannot_be(void **state)
{
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
	    keys_create("/nonexistent/keys", is_new, &err), RC_INTERNAL);
	assert_int_equal(
	    keys_rotate("/nonexistent", KEYS_FILE_BOX, &err), RC_INTERNAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(made_once_and_kept, empty_folder),
		cmocka_unit_test_setup(
		    what_one_signs_the_other_checks, empty_folder),
		cmocka_unit_test_setup(a_known_seed, empty_folder),
		cmocka_unit_test_setup(damage_is_never_repaired, empty_folder),
		cmocka_unit_test_setup(halves_belong_together, empty_folder),
		cmocka_unit_test_setup(rotation, empty_folder),
		cmocka_unit_test_setup(a_rotation_cut_off, empty_folder),
		cmocka_unit_test_setup(a_lost_key_and_no_room, empty_folder),
		cmocka_unit_test(a_folder_that_cannot_be),
	};
	int failed;

	if (sodium_init() < 0 || mkdtemp(dir) == NULL)
		return 1;
	failed = cmocka_run_group_tests_name("keys", tests, NULL, NULL);
	empty_folder(NULL);
	rmdir(dir);
	return failed;
}
