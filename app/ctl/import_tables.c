/*
 * The members of a consultation file, object by object. The same is said for
 * people and editors in assets/consultations/schema.json.
 */
#include "import_tables.h"

#include <stddef.h>

static const char *const languages[] = { "de", NULL };
static const char *const section_kinds[] = { "text", "questions", "ideas",
	NULL };
static const char *const item_kinds[] = { "statement", "user_group",
	"cornerstone", "principle", "idea", NULL };
static const char *const shapes[] = { "text", "per_item", "list", "choice",
	"multi", "ranking", "table", NULL };
static const char *const groups[] = { "bund", "laender", "advisory",
	"municipal", "others", NULL };
static const char *const relations[] = { "mandate", "basis", "develops",
	"covered", NULL };
static const char *const footnote_kinds[] = { "decision", "note", NULL };
static const char *const decision_states[] = { "cited", "to_check", NULL };

static const struct form_field edition_form[] = {
	{ .name = "number", .type = T_NUMBER, .min = 1 },
	{ .name = "as_of", .type = T_DATE },
	{ .name = "title", .type = T_LINE },
	{ .name = "subtitle", .type = T_LINE },
	{ .name = "note", .type = T_TEXT },
	{ .name = NULL },
};

static const struct form_field chapter_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "number", .type = T_NUMBER_OR_NULL, .min = 1 },
	{ .name = "position", .type = T_NUMBER },
	{ .name = "title", .type = T_LINE },
	{ .name = "summary", .type = T_TEXT },
	{ .name = "is_editorial", .type = T_FLAG },
	{ .name = NULL },
};

static const struct form_field section_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "chapter", .type = T_KEY },
	{ .name = "position", .type = T_NUMBER, .min = 1 },
	{ .name = "title", .type = T_LINE },
	{ .name = "is_editorial", .type = T_FLAG },
	{ .name = "kind", .type = T_WORD, .words = section_kinds },
	{ .name = "note", .type = T_TEXT, .is_optional = true },
	{ .name = "figure", .type = T_LINE, .is_optional = true },
	{ .name = NULL },
};

static const struct form_field citation_form[] = {
	{ .name = "ref", .type = T_DECISION },
	{ .name = "relation", .type = T_WORD, .words = relations },
	{ .name = "footnote", .type = T_NUMBER, .min = 1 },
	{ .name = NULL },
};

static const struct form_field requirement_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "position", .type = T_NUMBER, .min = 1 },
	{ .name = "body", .type = T_TEXT },
	{ .name = "decisions", .type = T_OBJECTS, .fields = citation_form },
	{ .name = NULL },
};

static const struct form_field item_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "kind", .type = T_WORD, .words = item_kinds },
	{ .name = "section", .type = T_KEY },
	{ .name = "position", .type = T_NUMBER, .min = 1 },
	{ .name = "title", .type = T_LINE },
	{ .name = "is_title_verbatim", .type = T_FLAG },
	{ .name = "body", .type = T_TEXT },
	{ .name = "is_municipal", .type = T_FLAG, .is_optional = true },
	{ .name = "decisions", .type = T_OBJECTS, .fields = citation_form },
	{ .name = "requirements",
	    .type = T_OBJECTS,
	    .is_optional = true,
	    .fields = requirement_form },
	{ .name = NULL },
};

static const struct form_field question_set_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "position", .type = T_NUMBER, .min = 1 },
	{ .name = "label", .type = T_LINE },
	{ .name = "heading_verbatim", .type = T_LINE },
	{ .name = "seed_label_correct", .type = T_FLAG },
	{ .name = "note", .type = T_TEXT, .is_optional = true },
	{ .name = "chapters", .type = T_KEYS, .min = 1 },
	{ .name = "sections", .type = T_KEYS },
	{ .name = "located_in", .type = T_KEY },
	{ .name = NULL },
};

static const struct form_field sub_item_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "body", .type = T_TEXT },
	{ .name = NULL },
};

static const struct form_field question_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "set", .type = T_KEY },
	{ .name = "position", .type = T_NUMBER, .min = 1 },
	{ .name = "section", .type = T_KEY },
	{ .name = "body", .type = T_TEXT },
	{ .name = "shape", .type = T_WORD, .words = shapes },
	{ .name = "is_municipal", .type = T_FLAG },
	{ .name = "aims", .type = T_KEYS },
	{ .name = "is_double_barrelled", .type = T_FLAG, .is_optional = true },
	{ .name = "audience",
	    .type = T_WORDS,
	    .is_optional = true,
	    .min = 1,
	    .words = groups },
	{ .name = "audience_hint", .type = T_LINE, .is_optional = true },
	{ .name = "sub_items",
	    .type = T_OBJECTS,
	    .is_optional = true,
	    .fields = sub_item_form },
	{ .name = NULL },
};

static const struct form_field step_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "body", .type = T_TEXT },
	{ .name = "date_text", .type = T_LINE, .is_optional = true },
	{ .name = NULL },
};

static const struct form_field stage_form[] = {
	{ .name = "key", .type = T_STAGE_KEY },
	{ .name = "number", .type = T_NUMBER, .min = 1 },
	{ .name = "title", .type = T_LINE },
	{ .name = "purpose", .type = T_TEXT },
	{ .name = "session_number", .type = T_NUMBER, .min = 1 },
	{ .name = "session_on", .type = T_DATE },
	{ .name = "opens_at", .type = T_TIME_OR_NULL },
	{ .name = "closes_at", .type = T_TIME_OR_NULL },
	{ .name = "steps", .type = T_OBJECTS, .fields = step_form },
	{ .name = NULL },
};

static const struct form_field milestone_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "label", .type = T_LINE },
	{ .name = "on_date", .type = T_DATE, .is_optional = true },
	{ .name = "date_text", .type = T_LINE, .is_optional = true },
	{ .name = "source", .type = T_LINE },
	{ .name = "stage", .type = T_STAGE_KEY, .is_optional = true },
	{ .name = "decision", .type = T_DECISION, .is_optional = true },
	{ .name = "is_recurring", .type = T_FLAG, .is_optional = true },
	{ .name = NULL },
};

static const struct form_field commitment_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "position", .type = T_NUMBER, .min = 1 },
	{ .name = "title", .type = T_LINE },
	{ .name = "binding", .type = T_LINE },
	{ .name = "item", .type = T_KEY },
	{ .name = NULL },
};

static const struct form_field body_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "name", .type = T_LINE },
	{ .name = "role", .type = T_LINE },
	{ .name = "mentioned_in", .type = T_KEYS },
	{ .name = NULL },
};

static const struct form_field footnote_form[] = {
	{ .name = "number", .type = T_NUMBER, .min = 1 },
	{ .name = "kind", .type = T_WORD, .words = footnote_kinds },
	{ .name = "anchor", .type = T_KEY },
	{ .name = "body", .type = T_TEXT },
	{ .name = "relation",
	    .type = T_WORD,
	    .is_optional = true,
	    .words = relations },
	{ .name = "decisions",
	    .type = T_DECISIONS,
	    .is_optional = true,
	    .min = 1 },
	{ .name = "summary", .type = T_TEXT, .is_optional = true },
	{ .name = NULL },
};

static const struct form_field council_decision_form[] = {
	{ .name = "ref", .type = T_DECISION },
	{ .name = "status",
	    .type = T_WORD,
	    .is_optional = true,
	    .words = decision_states },
	{ .name = "note", .type = T_TEXT, .is_optional = true },
	{ .name = NULL },
};

static const struct form_field oddity_form[] = {
	{ .name = "key", .type = T_KEY },
	{ .name = "place", .type = T_LINE },
	{ .name = "body", .type = T_TEXT },
	{ .name = "handling", .type = T_TEXT },
	{ .name = NULL },
};

static const struct form_field counts_form[] = {
	{ .name = "chapters", .type = T_NUMBER },
	{ .name = "questions", .type = T_NUMBER },
	{ .name = "items", .type = T_NUMBER },
	{ .name = "requirements", .type = T_NUMBER },
	{ .name = "footnotes", .type = T_NUMBER },
	{ .name = "council_decisions", .type = T_NUMBER },
	{ .name = NULL },
};

const struct form_field import_document_form[] = {
	{ .name = "$schema", .type = T_LINE, .is_optional = true },
	{ .name = "format", .type = T_NUMBER, .min = 1 },
	{ .name = "slug", .type = T_SLUG },
	{ .name = "title", .type = T_LINE },
	{ .name = "subtitle", .type = T_LINE },
	{ .name = "aliases", .type = T_LINES },
	{ .name = "lang", .type = T_WORD, .words = languages },
	{ .name = "vision", .type = T_LINE },
	{ .name = "vision_status", .type = T_LINE },
	{ .name = "status_note", .type = T_LINE },
	{ .name = "source_note", .type = T_TEXT },
	{ .name = "edition", .type = T_OBJECT, .fields = edition_form },
	{ .name = "chapters",
	    .type = T_OBJECTS,
	    .min = 1,
	    .fields = chapter_form },
	{ .name = "sections",
	    .type = T_OBJECTS,
	    .min = 1,
	    .fields = section_form },
	{ .name = "items", .type = T_OBJECTS, .min = 1, .fields = item_form },
	{ .name = "question_sets",
	    .type = T_OBJECTS,
	    .min = 1,
	    .fields = question_set_form },
	{ .name = "questions",
	    .type = T_OBJECTS,
	    .min = 1,
	    .fields = question_form },
	{ .name = "stages", .type = T_OBJECTS, .min = 1, .fields = stage_form },
	{ .name = "milestones", .type = T_OBJECTS, .fields = milestone_form },
	{ .name = "commitment_steps",
	    .type = T_OBJECTS,
	    .fields = commitment_form },
	{ .name = "bodies", .type = T_OBJECTS, .fields = body_form },
	{ .name = "footnotes", .type = T_OBJECTS, .fields = footnote_form },
	{ .name = "council_decisions",
	    .type = T_OBJECTS,
	    .fields = council_decision_form },
	{ .name = "oddities", .type = T_OBJECTS, .fields = oddity_form },
	{ .name = "counts", .type = T_OBJECT, .fields = counts_form },
	{ .name = NULL },
};
