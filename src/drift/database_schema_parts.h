/* What the files share that make differences of two schemas. Private to this folder. */
#ifndef PILAB_SRC_DRIFT_DATABASE_SCHEMA_PARTS_H
#define PILAB_SRC_DRIFT_DATABASE_SCHEMA_PARTS_H

#include <pilab/base/strbuf.h>
#include <pilab/drift/builder.h>
#include <pilab/drift/database.h>

struct schema_scan {
    struct report_builder *builder;
    const struct module_input *module;
    const struct database_schema_input *input;
    size_t kept; /* bytes of definitions */
    uint64_t *said;
};

/* What was masked of a value. */
struct secrets_met {
    bool masked;
    struct strbuf raw; /* what the fingerprint is of; the caller releases it */
};

/* database_schema_gist.c: what an object is, in short; a property as it may be shown: all of it,
 * its beginning, or the digest of a definition alone. */
void database_schema_gist(const struct schema_scan *scan, struct strbuf *out,
                          const struct schema_object *object, struct secrets_met *met);
void database_schema_masked(const struct schema_scan *scan, struct strbuf *out,
                            const struct schema_object *object, enum schema_property property,
                            const char *text, struct secrets_met *met);
void database_schema_short(const struct schema_scan *scan, struct strbuf *out,
                           const struct schema_object *object, enum schema_property property,
                           const char *text, struct secrets_met *met);
void database_schema_digest(const struct schema_scan *scan, struct strbuf *out,
                            const struct schema_object *object, const char *text,
                            struct secrets_met *met);

/* database_schema_kept.c: one change; where a schema was read; what may be another name; what was
 * not compared, of one comparison or, with what is live, of two (`previous` and `current` are which
 * sides its two schemas are; there is room in `schema`). */
void database_schema_keep_change(struct schema_scan *scan, const struct schema_change *change,
                                 struct drift_schema_change *kept);
struct drift_schema_side database_schema_keep_side(struct arena *arena, const struct schema *schema,
                                                   const struct database_schema_side *side);
void database_schema_keep_guesses(const struct schema_scan *scan, const struct schema_diff *diff,
                                  struct drift_schema *schema);
void database_schema_keep_gaps(struct arena *arena, const struct schema_diff *diff,
                               const char *previous, const char *current,
                               struct drift_schema *schema);

/* database_schema_told.c: whether an operation of the migrations that lead from one side to the
 * other tells the change: it is an item of its own. */
bool database_schema_is_told(const struct schema_scan *scan, const struct schema_change *change);

#endif
