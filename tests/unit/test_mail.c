/* Mails as they go over the wire. */
#include "unit.h"

#include "web/mail.h"

#define MOMENT 1713769200 /* 22.04.2024, 09:00 in Berlin */

static const struct mail_message plain = {
	.from = { "FITKO", "konsultation@fitko.example" },
	.to = { "Vera Huber", "vera.huber@bayern.example" },
	.subject = "Einladung",
	.message_id = "abc.1@fitko.example",
	.at = MOMENT,
	.body = "Guten Tag Vera Huber,\n\nbis bald.\n",
};

static char *
build(const struct mail_message *m)
{
	struct buf out = { 0 };
	struct err err = { 0 };

	assert_int_equal(mail_build(m, &out, &err), RC_OK);
	return buf_take(&out);
}

static void
assert_contains(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("not in it: %s\n%s", part, text);
}

/* No line of the head over 78 octets, none of the body over 76, CRLF only. */
static void
assert_lines(const char *text)
{
	const char *s = text, *head_end = strstr(text, "\r\n\r\n");

	assert_non_null(head_end);
	while (*s != '\0') {
		const char *end = strstr(s, "\r\n");

		assert_non_null(end);
		assert_true((size_t)(end - s) <= (s < head_end ? 78u : 76u));
		assert_null(memchr(s, '\n', (size_t)(end - s)));
		assert_null(memchr(s, '\r', (size_t)(end - s)));
		s = end + 2;
	}
}

static void
a_plain_one(void **state)
{
	char *text = build(&plain);

	(void)state;
	assert_string_equal(text,
	    "From: FITKO <konsultation@fitko.example>\r\n"
	    "To: Vera Huber <vera.huber@bayern.example>\r\n"
	    "Subject: Einladung\r\n"
	    "Date: Mon, 22 Apr 2024 07:00:00 +0000\r\n"
	    "Message-ID: <abc.1@fitko.example>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Language: de\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n"
	    "\r\n"
	    "Guten Tag Vera Huber,\r\n\r\nbis bald.\r\n");
	mem_free(text);
}

static void
names_and_subjects(void **state)
{
	static const struct {
		const char *name, *subject, *head;
	} rows[] = {
		{ "Jörg Müller-Lüdenscheidt", "Rückmeldung nötig",
		    "To: =?UTF-8?Q?J=C3=B6rg_M=C3=BCller=2DL=C3=BCdenscheidt?="
		    "\r\n <vera.huber@bayern.example>\r\n"
		    "Subject: =?UTF-8?Q?R=C3=BCckmeldung_n=C3=B6tig?=\r\n" },
		{ "Huber, Vera", "a", "To: \"Huber, Vera\" <vera" },
		{ "Vera \"V\" \\Huber", "a",
		    "To: \"Vera \\\"V\\\" \\\\Huber\" <vera" },
		{ "", "a", "To: <vera.huber@bayern.example>\r\n" },
		{ NULL, "", "Subject:\r\n" },
		{ "V", "=?UTF-8?Q?Falle?=",
		    "Subject: "
		    "=?UTF-8?Q?=3D=3FUTF=2D8=3FQ=3FFalle=3F=3D?=\r\n" },
		{ "V", "zwei  Leerzeichen",
		    "Subject: =?UTF-8?Q?zwei__Leerzeichen?=\r\n" },
		{ "V",
		    "Eine recht lange Betreffzeile ohne Umlaute, die auf zwei "
		    "Zeilen verteilt werden muss",
		    "Subject: Eine recht lange Betreffzeile ohne Umlaute, die "
		    "auf zwei Zeilen\r\n verteilt werden muss\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct mail_message m = plain;
		char *text;

		m.to.name = rows[i].name;
		m.subject = rows[i].subject;
		text = build(&m);
		assert_contains(text, rows[i].head);
		assert_lines(text);
		mem_free(text);
	}
}

/* Octets of a character are never in two encoded words. */
static void
long_words(void **state)
{
	struct mail_message m = plain;
	struct buf subject = { 0 };
	char *text;

	(void)state;
	for (size_t pad = 0; pad < 4; pad++) {
		buf_reset(&subject);
		for (size_t i = 0; i < pad; i++)
			buf_char(&subject, 'x');
		for (size_t i = 0; i < 40; i++)
			buf_str(&subject, "ü\xf0\x9f\x9b\xa1");
		m.subject = buf_text(&subject);
		m.to.name = m.subject;
		text = build(&m);
		assert_lines(text);
		assert_null(strstr(text, "=C3?="));
		assert_null(strstr(text, "=?UTF-8?Q?=BC"));
		assert_null(strstr(text, "=9F?="));
		mem_free(text);
	}
	buf_reset(&subject);
	for (size_t i = 0; i < 500; i++)
		buf_char(&subject, 'A');
	m.subject = m.to.name = buf_text(&subject);
	text = build(&m);
	assert_lines(text);
	mem_free(text);
	buf_clear(&subject);
}

static void
bodies(void **state)
{
	static const struct {
		const char *body, *coded;
	} rows[] = {
		{ "", "7bit\r\n\r\n" },
		{ "Grüße", "quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n" },
		{ "a \nb\n", "7bit\r\n\r\na\r\nb\r\n" },
		{ "ä=b\t\n", "\r\n\r\n=C3=A4=3Db=09\r\n" },
		/* wrapped at 72 characters, which are not octets */
		{ "Überörtliche Überprüfungen übernähmen üblicherweise größere "
		  "Ämter, das müßten Sie doch wissen",
		    "gr=C3=B6=C3=9Fere =C3=84mter, das\r\n"
		    "m=C3=BC=C3=9Ften Sie doch wissen\r\n" },
		/* a long word stays whole: QP cuts it, and puts it together */
		{ "https://konsultation.example/invitation/"
		  "3q2-7wAB_9xYzv0123456789abcdefghijklmnopQRS\n",
		    "https://konsultation.example/invitation/"
		    "3q2-7wAB_9xYzv0123456789abcdefghijk=\r\nlmnopQRS\r\n" },
		{ ".\n..\n", "7bit\r\n\r\n.\r\n..\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct mail_message m = plain;
		char *text;

		m.body = rows[i].body;
		text = build(&m);
		assert_contains(text, rows[i].coded);
		assert_lines(text);
		mem_free(text);
	}
}

static void
nothing_is_injected(void **state)
{
	static const char *const bad[] = {
		"Vera\r\nBcc: alle@bund.example",
		"Vera\nBcc: alle@bund.example",
		"Vera\rX",
		"Vera\tX",
		"Vera\x7f",
		"Vera\xff",
		"Vera\x01",
	};
	struct err err = { 0 };
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++) {
		struct mail_message m = plain;

		m.to.name = bad[i];
		assert_int_equal(mail_build(&m, &out, &err), RC_INVALID);
		m = plain;
		m.from.name = bad[i];
		assert_int_equal(mail_build(&m, &out, &err), RC_INVALID);
		m = plain;
		m.subject = bad[i];
		assert_int_equal(mail_build(&m, &out, &err), RC_INVALID);
		m = plain;
		m.to.address = bad[i];
		assert_int_equal(mail_build(&m, &out, &err), RC_INVALID);
		m = plain;
		m.message_id = bad[i];
		assert_int_equal(mail_build(&m, &out, &err), RC_INVALID);
	}
	for (size_t i = 2; i < NELEM(bad); i++) {
		struct mail_message m = plain;

		m.body = bad[i];
		assert_int_equal(mail_build(&m, &out, &err),
		    strchr(bad[i], '\t') != NULL ? RC_OK : RC_INVALID);
		buf_reset(&out);
	}
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void
addresses(void **state)
{
	static const char *const good[] = {
		"vera.huber@bayern.example",
		"v@b.example",
		"poststelle+digital@stk.rlp.example",
		"o'neill_x@sub-domain.example",
		"root@localhost",
	};
	static const char *const bad[] = {
		"",
		"vera",
		"@bayern.example",
		"vera@",
		"vera@@bayern.example",
		"vera huber@bayern.example",
		".vera@bayern.example",
		"vera.@bayern.example",
		"ve..ra@bayern.example",
		"vera@bayern..example",
		"vera@-bayern.example",
		"vera@bayern-.example",
		"vera@bayern.example.",
		"vera@bayern.example>",
		"<vera@bayern.example",
		"vera@bayern.example,alle@bund.example",
		"\"vera\"@bayern.example",
		"vera@[192.0.2.1]",
		"v\xc3\xa4ra@bayern.example",
		"vera@b\xc3\xa4yern.example",
		"vera@bayern.example\r\nRCPT TO:<alle@bund.example>",
	};

	(void)state;
	for (size_t i = 0; i < NELEM(good); i++)
		assert_true(mail_address_is_valid(good[i]));
	for (size_t i = 0; i < NELEM(bad); i++)
		if (mail_address_is_valid(bad[i]))
			fail_msg("taken for an address: %s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_one),
		cmocka_unit_test(names_and_subjects),
		cmocka_unit_test(long_words),
		cmocka_unit_test(bodies),
		cmocka_unit_test(nothing_is_injected),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
