/*
 * Snapshots: a schema as a JSON document (`pilab.schema/1`, doc/schema/schema-1.json) that can be
 * kept, put under version control, and compared later.
 *
 * Nothing of the schema is lost but the order in which objects that stand alone were created: they
 * are in order of kind, schema, name and signature, so that two snapshots of the same database
 * differ in nothing but their time.
 */
#ifndef PILAB_SCHEMA_SNAPSHOT_H
#define PILAB_SCHEMA_SNAPSHOT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/schema/model.h>

#define SNAPSHOT_SCHEMA "pilab.schema/1"

/* New reference. `taken_at` is UTC milliseconds; 0: not known. Its digest is schema_digest. */
json_t *snapshot_json(const struct schema *schema, int64_t taken_at);

/* Whether a JSON text says that it is one. Looks at its beginning only. */
bool snapshot_recognise(const char *text, size_t length);

/* Reads a snapshot, which need not be of ours: limits of json_read, ERROR_INVALID with the name of
 * the object, ERROR_UNSUPPORTED for a later version, ERROR_CORRUPT when its digest is not that of
 * its objects. `*taken_at` (may be NULL) gets its time, or 0. The caller frees the schema. */
struct schema *snapshot_read(const char *name, const char *text, size_t length, int64_t *taken_at,
                             struct error *error);

#endif
