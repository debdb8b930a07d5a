/*
 * One object of a schema as JSON: what a snapshot is made of, and what the catalog query of
 * PostgreSQL gives. Private to this folder.
 *
 *   {"kind": "table", "schema": "public", "name": "orders", PROPERTY: …,
 *    "parts": {"columns": [{"name": "id", PROPERTY: …}], "constraints": […], …}}
 *
 * A property's key is its word (schema_property_word); a list is an array of texts, a flag is true,
 * everything else is a text. Of a function, "signature" holds the types that identify it. "file"
 * and "line" say where it was said.
 */
#ifndef PILAB_SRC_SCHEMA_SNAPSHOT_OBJECT_H
#define PILAB_SRC_SCHEMA_SNAPSHOT_OBJECT_H

#include <jansson.h>
#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/schema/model.h>

/* Adds the object without its parts: NULL with an error. */
struct schema_object *snapshot_object_begin(struct schema *schema, const json_t *object,
                                            const struct schema_place *place, struct error *error);
/* Its parts. */
bool snapshot_object_parts(struct schema *schema, struct schema_object *owner, const json_t *object,
                           const struct schema_place *place, struct error *error);
/* Both. `place` is where it is said to be unless it says so itself; may be NULL. ERROR_INVALID
 * names the object and what is wrong with it. */
bool snapshot_object_add(struct schema *schema, const json_t *object,
                         const struct schema_place *place, struct error *error);

/* New reference. */
json_t *snapshot_object_json(const struct schema_object *object);

#endif
