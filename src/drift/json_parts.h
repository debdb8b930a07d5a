/*
 * The parts of pilab.drift/1, each with its writer and its reader. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_JSON_PARTS_H
#define PILAB_DRIFT_JSON_PARTS_H

#include <jansson.h>
#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/drift/report.h>

/* Writing: every function returns a new reference. */
json_t *drift_json_texts(const char *const *texts, size_t count);
json_t *drift_json_items(const struct drift_report *report);
json_t *drift_json_code(const struct drift_code *code);
json_t *drift_json_changes(const struct drift_report *report);
/* Adds to an item's object what people decided about it, and since when it is there. */
void drift_json_put_history(json_t *json, const struct drift_item *item);
json_t *drift_json_since(const struct drift_since *since);
/* The configurations [first, end) of the report, which belong to one module. */
json_t *drift_json_configs(const struct drift_report *report, size_t first, size_t end);

/*
 * Reading. The first thing that is not as it should be is kept in `error`; from then on everything
 * reads as nothing, so that a caller looks at `failed` once at the end.
 */
struct json_reader {
    struct arena *arena; /* where all texts and arrays go */
    struct error *error;
    bool failed;
};

/* A member's text; NULL when it is null or not there. */
const char *drift_read_text(struct json_reader *reader, const json_t *object, const char *key);
/* The same, and "" instead of NULL. */
const char *drift_read_some_text(struct json_reader *reader, const json_t *object, const char *key);
bool drift_read_bool(struct json_reader *reader, const json_t *object, const char *key);
/* Not negative; 0 when null or not there. */
uint64_t drift_read_number(struct json_reader *reader, const json_t *object, const char *key);
int64_t drift_read_time(struct json_reader *reader, const json_t *object, const char *key);
/* An array or object member; NULL, which jansson reads as an empty one, when it is not there.
 * Borrowed. */
const json_t *drift_read_array(struct json_reader *reader, const json_t *object, const char *key);
const json_t *drift_read_object(struct json_reader *reader, const json_t *object, const char *key);
const char **drift_read_texts(struct json_reader *reader, const json_t *object, const char *key,
                              size_t *count);
/* A name that none of the table's parsers knows. */
void drift_read_bad_name(struct json_reader *reader, const char *key, const char *name);

void drift_read_items(struct json_reader *reader, const json_t *json, struct drift_report *report);
void drift_read_history(struct json_reader *reader, const json_t *json, struct drift_item *item);
void drift_read_since(struct json_reader *reader, const json_t *json, struct drift_since *since);
void drift_read_changes(struct json_reader *reader, const json_t *json,
                        struct drift_report *report);
void drift_read_code(struct json_reader *reader, const json_t *json, struct drift_code *code);
/* Of one module's object; `configs` has room for all its documents. */
void drift_read_configs(struct json_reader *reader, const json_t *json,
                        struct drift_config *configs);

/* What an item that is a submodule says of it. */
json_t *drift_json_submodule(const struct drift_submodule *submodule);
const struct drift_submodule *drift_read_submodule(struct json_reader *reader, const json_t *item,
                                                   const char *path);

#endif
