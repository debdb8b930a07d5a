/*
 * A drift report as JSON: pilab.drift/1 (doc/schema/drift-1.json), the form that other programs
 * read and that the store keeps.
 *
 * `drifts` holds an object for each type and module; `items` is the same differences flat. A value
 * is text, or null where a side has none; `previous_kind` and `current_kind` say what it is there
 * ("integer" 8080 and "string" 8080 are both "8080"). Invalid UTF-8 becomes U+FFFD on the way out;
 * otherwise reading gives back what was written, to the last byte when it is written again.
 */
#ifndef PILAB_DRIFT_JSON_H
#define PILAB_DRIFT_JSON_H

#include <jansson.h>

#include <pilab/base/error.h>
#include <pilab/drift/report.h>

#define DRIFT_SCHEMA "pilab.drift/1"

/* New reference. */
json_t *drift_report_to_json(const struct drift_report *report);
/* The caller frees the report. NULL with ERROR_UNSUPPORTED (not this schema) or ERROR_CORRUPT,
 * naming the member that is not as it should be. */
struct drift_report *drift_report_from_json(const json_t *json, struct error *error);

#endif
