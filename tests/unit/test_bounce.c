/* Reports of failed delivery, of several servers, and what is none. */
#include "unit.h"

#include <stdio.h>

#include "web/bounce.h"
#include "web/mem.h"

/* Each a file of the fuzz corpus, so that both know the same reports. */
static char *
read_report(const char *name, size_t *len)
{
	char path[128];
	FILE *f;
	char *text = mem_alloc(65536);

	snprintf(path, sizeof path, "tests/fuzz/corpus/bounce/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	*len = fread(text, 1, 65536, f);
	fclose(f);
	return text;
}

static void
reports(void **state)
{
	static const struct {
		const char *name, *id, *recipient, *action, *status;
		const char *diagnostic;
	} rows[] = {
		{ "postfix", "k3q.8f2@fitko.example",
		    "vera.huber@bayern.example", "failed", "5.1.1",
		    "550 5.1.1 <vera.huber@bayern.example>: Recipient address "
		    "rejected: User unknown" },
		{ "exchange", "k3q.8f2@fitko.example", "poststelle@stk.example",
		    "failed", "5.7.129", "" },
		{ "delayed", "k3q.8f2@fitko.example",
		    "vera.huber@bayern.example", "delayed", "4.4.1",
		    "connect to mx.bayern.example[192.0.2.25]:25: Connection "
		    "timed out" },
		{ "several", "k3q.8f2@fitko.example", "b@bayern.example",
		    "failed", "5.2.2", "552 mailbox full" },
		{ "odd", "k3q.8f2@fitko.example", "vera.huber@bayern.example",
		    "Failed", "5.0.0", "Postfach f\xc3\xbcr ?berf\xc3\xbcllt" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct err err = { 0 };
		struct bounce b;
		size_t len;
		char *text = read_report(rows[i].name, &len);

		if (bounce_parse(text, len, &b, &err) != RC_OK)
			fail_msg("%s: %s", rows[i].name, err.msg);
		assert_string_equal(b.message_id, rows[i].id);
		assert_string_equal(b.recipient, rows[i].recipient);
		assert_string_equal(b.action, rows[i].action);
		assert_string_equal(b.status, rows[i].status);
		assert_string_equal(b.diagnostic, rows[i].diagnostic);
		mem_free(text);
	}
}

static void
no_reports(void **state)
{
	static const struct {
		const char *text, *code;
	} rows[] = {
		{ "", "no_report" },
		{ "\r\n\r\n", "no_report" },
		{ "Subject: Abwesend\r\n\r\nIch bin im Urlaub.\r\n",
		    "no_report" },
		{ "Content-Type: multipart/report; report-type=delivery-status"
		  "\r\n\r\n",
		    "no_report" }, /* no boundary */
		{ "Content-Type: multipart/report; boundary=\"\"\r\n\r\n",
		    "no_report" },
		{ "Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
		  "Content-Type: text/plain\r\n\r\nAction: failed\r\n--x--\r\n",
		    "no_report" }, /* fields in the wrong part */
		{ "Content-Type: multipart/reporter; boundary=x\r\n\r\n--x\r\n",
		    "no_report" },
		{ "Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
		  "Content-Type: message/delivery-status\r\n\r\n"
		  "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n"
		  "--x--\r\n",
		    "no_message_id" },
		/* one that the returned mail only quotes */
		{ "Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
		  "Content-Type: message/delivery-status\r\n\r\n"
		  "Action: failed\r\n\r\n--x\r\n"
		  "Content-Type: text/rfc822-headers\r\n\r\nSubject: a\r\n\r\n"
		  "Message-ID: <a@b>\r\n--x--\r\n",
		    "no_message_id" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct err err = { 0 };
		struct bounce b;

		assert_int_equal(
		    bounce_parse(rows[i].text, strlen(rows[i].text), &b, &err),
		    RC_INVALID);
		assert_string_equal(err.code, rows[i].code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports),
		cmocka_unit_test(no_reports),
	};

	return cmocka_run_group_tests_name("bounce", tests, NULL, NULL);
}
