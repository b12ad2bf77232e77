/*
 * The verification as a job: some blocks in each transaction, so that sealing
 * never waits long for it. What is known in between lies in the job's row.
 */
#include "audit.h"

#include <jansson.h>
#include <string.h>

#include "ctl.h"
#include "web/json_mem.h"

/* Text members: where they lie and how long they may be. */
static const struct {
	const char *name;
	size_t offset, size;
} texts[] = {
#define TEXT(name, member)                                                     \
	{                                                                      \
		name, offsetof(struct audit_walk, member),                     \
		    sizeof((struct audit_walk *)0)->member                     \
	}
	TEXT("to", to),
	TEXT("hash", hash),
	TEXT("key_id", report.key_id),
	TEXT("last_hash", report.last_hash),
	TEXT("unsealed_since", report.unsealed_since),
	TEXT("xid", report.first.xid),
	TEXT("expected", report.first.expected),
	TEXT("found", report.first.found),
#undef TEXT
};

static const struct {
	const char *name;
	size_t offset;
} numbers[] = {
#define NUMBER(name, member)                                                   \
	{                                                                      \
		name, offsetof(struct audit_walk, member)                      \
	}
	NUMBER("number", number),
	NUMBER("epoch", epoch),
	NUMBER("read_epoch", read.epoch),
	NUMBER("read_id", read.id),
	NUMBER("blocks", report.blocks),
	NUMBER("entries", report.entries),
	NUMBER("findings", report.findings),
	NUMBER("unsealed", report.unsealed),
	NUMBER("checkpoints", report.checkpoints),
	NUMBER("last_block", report.last_block),
	NUMBER("block", report.first.block),
	NUMBER("place", report.first.place),
	NUMBER("entry_epoch", report.first.epoch),
	NUMBER("entry_id", report.first.id),
#undef NUMBER
};

char *
audit_walk_text_dup(const struct audit_walk *w)
{
	json_t *doc = json_object();
	char *text, *copy;

	for (size_t i = 0; i < NELEM(texts); i++)
		json_object_set_new(doc, texts[i].name,
		    json_string((const char *)w + texts[i].offset));
	for (size_t i = 0; i < NELEM(numbers); i++) {
		long long value;

		memcpy(
		    &value, (const char *)w + numbers[i].offset, sizeof value);
		json_object_set_new(doc, numbers[i].name, json_integer(value));
	}
	/* up to 2^64, which a JSON integer here is not */
	json_object_set_new(doc, "read_xid",
	    json_sprintf("%llu", (unsigned long long)w->read.xid));
	json_object_set_new(doc, "fault", json_integer(w->report.first.fault));
	json_object_set_new(
	    doc, "what", json_string(chain_fault_name(w->report.first.fault)));
	json_object_set_new(doc, "is_done", json_boolean(w->is_done));
	text = json_dumps(doc, JSON_COMPACT);
	copy = mem_strdup(text);
	json_mem_free(text);
	json_decref(doc);
	return copy;
}

enum rc
audit_walk_read(struct audit_walk *w, const char *text, struct err *err)
{
	json_t *doc = json_loads(text, 0, NULL);
	json_int_t fault;
	const char *xid;

	memset(w, 0, sizeof *w);
	for (size_t i = 0; i < NELEM(texts); i++) {
		const char *s =
		    json_string_value(json_object_get(doc, texts[i].name));

		if (s != NULL)
			snprintf((char *)w + texts[i].offset, texts[i].size,
			    "%s", s);
	}
	for (size_t i = 0; i < NELEM(numbers); i++) {
		long long value =
		    json_integer_value(json_object_get(doc, numbers[i].name));

		memcpy((char *)w + numbers[i].offset, &value, sizeof value);
	}
	xid = json_string_value(json_object_get(doc, "read_xid"));
	w->read.xid = xid == NULL ? 0 : strtoull(xid, NULL, 10);
	fault = json_integer_value(json_object_get(doc, "fault"));
	w->is_done = json_is_true(json_object_get(doc, "is_done"));
	json_decref(doc);
	if (doc == NULL || xid == NULL || fault < 0 ||
	    fault >= CHAIN_FAULT__MAX) {
		memset(w, 0, sizeof *w);
		return err_set(err, RC_INVALID, "audit_verify", "",
		    "this is no state of a verification");
	}
	w->report.first.fault = (enum chain_fault)fault;
	return RC_OK;
}

enum rc
audit_verify_part(PGconn *db, const char *key_dir, const char *job_id,
    bool *is_done, struct err *err)
{
	struct audit_walk walk = { 0 };
	enum rc rc = RC_OK;
	PGresult *res;
	char *text;

	*is_done = false;
	res = db_try(
	    db, "select job.check_state($1::bigint)", DB_PARAMS(job_id), err);
	if (res == NULL)
		return err->rc;
	if (!PQgetisnull(res, 0, 0))
		rc = audit_walk_read(&walk, PQgetvalue(res, 0, 0), err);
	PQclear(res);
	if (rc == RC_OK)
		rc = audit_verify(db, key_dir, NULL, &walk, err);
	if (rc != RC_OK)
		return rc;
	text = audit_walk_text_dup(&walk);
	res = db_try(db, "select job.check_store($1::bigint, $2::jsonb)",
	    DB_PARAMS(job_id, text), err);
	mem_free(text);
	PQclear(res);
	*is_done = walk.is_done;
	return res == NULL ? err->rc : RC_OK;
}
