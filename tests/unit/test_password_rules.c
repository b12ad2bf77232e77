/* New passwords: each refusal with its reason, and what must stay possible. */
#include "unit.h"

#include "web/mem.h"
#include "web/password_rules.h"

static struct password_list *list;

static int
load(void **state)
{
	struct err err = { 0 };

	(void)state;
	return password_list_load(&list, "assets", &err) == RC_OK ? 0 : -1;
}

static int
clear(void **state)
{
	(void)state;
	password_list_free(list);
	return 0;
}

static const char *
verdict(const char *password, struct err *err)
{
	const struct password_name names[] = {
		{ PASSWORD_PRODUCT, "Resonanz" },
		{ PASSWORD_OPERATOR, "FITKO (Föderale IT-Kooperation)" },
		{ PASSWORD_ORGANISATION, "Gemeinde Kleinbeispiel" },
		{ PASSWORD_ORGANISATION, "BMDS" },
		{ PASSWORD_ORGANISATION, NULL },
		{ PASSWORD_SELF, "Käthe Müller-Ost" },
		{ PASSWORD_SELF, "kathi.mueller@kleinbeispiel.example" },
		{ PASSWORD_SELF, "" },
	};

	*err = (struct err){ 0 };
	return password_check(list, names, NELEM(names), password,
		   strlen(password), err) == RC_OK
		   ? "ok"
		   : err->code;
}

static void
each_refusal_has_its_reason(void **state)
{
	static const struct {
		const char *password;
		const char *verdict;
	} table[] = {
		{ "vier Wörter", "password_short" },
		{ "äöüäöüßéèêz", "password_short" }, /* 11, in 22 octets */
		{ "", "password_short" },
		{ "kaputt\xff und lang genug", "password_characters" },
		{ "aaaaaaaaaaaa", "password_repeated" },
		{ "anananananana", "password_repeated" },
		{ "Tulpe7Tulpe7", "password_repeated" },
		{ "Tulpe7Tulpe7Tul", "password_repeated" },
		{ "qwertzuiop12", "password_sequence" },
		{ "abcdefghijklm", "password_sequence" },
		{ "98765432101x", "password_sequence" },
		{ "1qay2wsx3edc", "password_sequence" },
		{ "AAAABBBBCCCCDDDDEEEE", "password_sequence" },
		{ "asdfghjkl-Z9", "password_sequence" },
		{ "Passwort2024!", "password_common" },
		{ "P@ssw0rt-2024!", "password_common" },
		{ "Sommer Winter 2024", "password_common" },
		{ "Ichliebedich!!", "password_common" },
		{ "Frühling2024!", "password_common" },
		{ "Planungsrat-2024", "password_common" },
		{ "michaeljackson", "password_common" },
		{ "Mein resonanz Satz", "password_product" },
		{ "R3s0nanz ist schön", "password_product" },
		{ "wir von der Fitko!", "password_operator" },
		{ "K-l-e-i-n-beispiel 7", "password_organisation" },
		{ "das schöne BMDS dort", "password_organisation" },
		{ "die Muller mueller 3", "password_self" },
		{ "die Frau Müller lacht", "password_self" },
		{ "die Frau Mu\xcc\x88ller lacht", "password_self" },
		{ "was Kathi gerne isst", "password_self" },
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < NELEM(table); i++) {
		if (strcmp(verdict(table[i].password, &err),
			table[i].verdict) != 0)
			fail_msg("%s: %s", table[i].password, err.code);
		assert_string_equal(err.field, "password");
	}
}

static void
what_stays_possible(void **state)
{
	static const char *const table[] = {
		"vier Wörter, die keiner rät",
		"zwölf zeichn", /* twelve, no digit, no capital */
		"korrekt Pferd Batterie Heftklammer",
		"7294-8826-1039-55",    /* digits alone */
		"Landschaft am Morgen", /* "Land" is part of a common name */
		"пароль который никто",
		"密码密碼暗号口令通行证钥匙锁门",
		"xK9$mQ2vLp#8",
		"Wir treffen uns 1234 mal",
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < NELEM(table); i++) {
		if (strcmp(verdict(table[i], &err), "ok") != 0)
			fail_msg("%s: %s", table[i], err.code);
	}
}

static void
lengths(void **state)
{
	char text[1100];
	uint32_t random = 1;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		random = random * 1103515245 + 12345;
		text[i] = "mkzbxwvgjfhpqtrd"[random >> 28];
	}
	text[1024] = '\0';
	assert_string_equal(verdict(text, &err), "ok");
	text[128] = '\0';
	assert_string_equal(verdict(text, &err), "ok");
	memset(text, 'x', 1025);
	text[1025] = '\0';
	assert_string_equal(verdict(text, &err), "password_long");
	verdict("kurz", &err);
	assert_string_equal(err.args, "{\"actual\":4,\"min\":12}");
	verdict("die Frau Müller lacht", &err);
	assert_string_equal(err.args, "{\"word\":\"mueller\"}");
	assert_int_equal(
	    password_check(list, NULL, 0, "zwei\0Teile und mehr", 19, &err),
	    RC_INVALID);
}

static void
a_missing_list(void **state)
{
	struct password_list *none = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
	    password_list_load(&none, "nirgends", &err), RC_INTERNAL);
	assert_null(none);
	assert_non_null(strstr(err.msg, "nirgends/text/passwords.txt"));
	password_list_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_has_its_reason),
		cmocka_unit_test(what_stays_possible),
		cmocka_unit_test(lengths),
		cmocka_unit_test(a_missing_list),
	};

	return cmocka_run_group_tests_name(
	    "password_rules", tests, load, clear);
}
