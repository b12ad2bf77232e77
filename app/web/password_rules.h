/*
 * Which new passwords are refused (BSI ORP.4.A23): too short, frequent, made
 * of names that lie at hand, a repetition or a row of keys. No rule about kinds
 * of characters, and none that makes a password end by itself.
 */
#ifndef APP_PASSWORD_RULES_H
#define APP_PASSWORD_RULES_H

#include <stddef.h>

#include "rc.h"

#define PASSWORD_MIN 12   /* characters */
#define PASSWORD_MAX 1024 /* octets, so at least 256 characters */

struct password_list;

/* Names that a password must not contain; each kind has its own sentence. */
enum password_name_kind {
	PASSWORD_PRODUCT,
	PASSWORD_OPERATOR,
	PASSWORD_ORGANISATION,
	PASSWORD_SELF, /* name or mail address */
	PASSWORD_NAME__MAX
};

struct password_name {
	enum password_name_kind kind;
	const char *text; /* NULL or "" is fine */
};

/* The frequent ones, DIR/text/passwords.txt; RC_INTERNAL with err filled. */
enum rc password_list_load(
    struct password_list **list, const char *dir, struct err *err) MUST_CHECK;
void password_list_free(struct password_list *list);
/*
 * RC_OK, or RC_INVALID with the first reason in err: code password_short (args
 * actual, min), _long, _characters, _repeated, _sequence, _common, or by the
 * kind of name _product, _operator, _organisation, _self (args word).
 */
enum rc password_check(const struct password_list *list,
    const struct password_name *names, size_t count, const char *password,
    size_t len, struct err *err) MUST_CHECK;

#endif
