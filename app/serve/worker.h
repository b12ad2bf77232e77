/*
 * What every request may read: loaded once before the workers fork, the
 * database and the hashing threads opened in each worker.
 */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include <jansson.h>
#include <stddef.h>

#include "db.h"
#include "hash_pool.h"
#include "web/asset.h"
#include "web/filter.h"
#include "web/keys.h"
#include "web/limit.h"
#include "web/password_rules.h"
#include "web/settings.h"
#include "web/tpl.h"

/* Statements behind those of the routes, which are numbered like the rows. */
enum fixed_statement {
	ST_LOGIN_BEGIN,
	ST_LOGIN_FINISH,
	ST_LOGOUT,
	ST_ENTER_FORM,
	ST_CONTEXT_SWITCH,
	ST_FACTOR_BEGIN,
	ST_FACTOR_FINISH,
	ST_STEP_UP_FINISH,
	ST_FACTOR_SUBJECT,
	ST_FACTOR_SET,
	ST_FACTOR_CODES,
	ST_ACCOUNT_DATA,
	ST_PERSON_DATA,
	ST_RECEIPT_FILE,
	ST_LINK_USE,
	ST_LINK_ACCEPT,
	ST_RESET_BEGIN,
	ST_RESET_MAKE,
	ST_BARRIER_BEGIN,
	ST_BARRIER_REPORT,
	ST_PASSWORD_BEGIN,
	ST_PASSWORD_CHANGE,
	ST_ADDRESS_IMPORT,
	ST_EDITION_UPLOAD,
	ST_ERROR_FRAME,
	ST_TOUCH,
	ST_ANSWER_LOOKED,
	ST_HEALTH,
	ST__MAX
};

struct worker {
	struct settings settings;
	struct keys_list box_keys; /* open second factors; the first seals */
	struct tpl_set *templates;
	struct asset_set *assets;
	struct password_list *passwords; /* that nobody may choose */
	json_t *labels;
	struct filter_env filters;  /* of the templates, by filter_setup */
	char *openapi;              /* the document of the routes */
	struct limit_table *limits; /* of each worker */
	struct message *messages;   /* German texts of the error codes */
	size_t message_count;
	struct db_statement *statements;
	unsigned statement_count;
	struct db *db;
	struct hash_pool *hashes;
};

/* The number of a fixed statement in the list. */
unsigned worker_statement(enum fixed_statement which);

#endif
