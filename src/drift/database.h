/* The parts of what databases drift by. Inside of the drift room. */
#ifndef PILAB_DRIFT_DATABASE_PARTS_H
#define PILAB_DRIFT_DATABASE_PARTS_H

#include <pilab/drift/database.h>

#include "kind.h"

struct text_page;

extern const struct drift_kind database_kind;

const void *database_collect(struct report_builder *builder, const struct module_input *module);
void database_write(json_t *json, const struct drift_report *report, const struct drift_part *part);
const void *database_read(struct json_reader *reader, const json_t *json);
void database_detail(struct strbuf *out, const struct drift_report *report,
                     const struct drift_part *part, const struct drift_item *item, size_t width,
                     bool utf8);

/* The items of two schemas, and what the part says of them. */
const struct drift_schema *database_schema_collect(struct report_builder *builder,
                                                   const struct module_input *module);
json_t *database_schema_to_json(const struct drift_schema *schema);
const struct drift_schema *database_schema_from_json(struct json_reader *reader,
                                                     const json_t *json);
void database_schema_detail(struct strbuf *out, const struct drift_report *report,
                            const struct drift_schema *schema,
                            const struct drift_schema_change *change, size_t width, bool utf8);
/* Below the differences: what was compared with what, and what was not. */
void database_remarks(struct text_page *page, const struct drift_part *part);
/* The object of a schema that an item is about; NULL: it is about a migration. */
const struct drift_schema_change *database_schema_change_of(const struct drift_part *part,
                                                            const struct drift_item *item);
/* Whether an item tells a step that is to be done, and not an object that differs. */
bool database_item_is_step(const struct drift_item *item);
/* Whether it is about an object of a schema, and not about a migration or one of its steps. */
bool database_item_is_object(const struct drift_item *item);
/* The words of one change between two schemas. */
void database_schema_words(struct strbuf *out, const struct schema_change *change);
/* SQL in colour below a heading. */
void database_sql_detail(struct strbuf *out, const char *heading, const char *db_type,
                         const char *sql, size_t width, bool utf8);

/* Appends the words (drift/database.h) of an operation, or of one change of it (NULL: the operation
 * itself); `for_good`: nothing leads back from it. */
void database_words(struct strbuf *out, const struct sql_operation *operation,
                    const struct sql_change *change, bool for_good);
/* Whether a credential stands in the clear in an operation; whether the default of a column that is
 * changed is one; whether something in the operation has the form of one, whatever it is for. */
bool database_credential(enum sql_dialect dialect, const struct sql_operation *operation);
bool database_credential_default(enum sql_dialect dialect, const struct sql_change *change);
bool database_credential_shape(const struct sql_operation *operation);
/* Of what became of a migration. */
const char *database_pair_words(const struct migration_pair *pair);
/* Appends what is done, for people: "ADD COLUMN biometric_hash VARCHAR(256) NOT NULL". */
void database_change_told(struct strbuf *out, const struct sql_change *change);
void database_operation_told(struct strbuf *out, const struct sql_operation *operation);
/* Appends a statement as it may be shown: strings of what writes rows or rights are masked. */
void database_sql_shown(struct strbuf *out, enum sql_dialect dialect,
                        const struct sql_operation *operation);
/* The operation that an item of a part is about, or NULL; the migration, or NULL. */
const struct drift_operation *database_operation_of(const struct drift_part *part,
                                                    const struct drift_item *item);
const struct drift_migration *database_migration_of(const struct drift_part *part,
                                                    const struct drift_item *item);

/* Of an object of two schemas that are compared as they are, two environments' own: whose values
 * they are. False: of none, and nothing is set. */
bool database_schema_sides(const struct drift_report *report, const struct drift_item *item,
                           const char **before, const char **after);

#endif
