/*
 * What the part of a database keeps of two schemas: every change with all that is known of it,
 * where it was read, and what was not compared.
 */
#include "database_schema_parts.h"

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/mask.h>

/* Of one definition, and of all that a module keeps: what is more is cut. */
#define DEFINITION_SHOWN ((size_t)8 << 10)
#define DEFINITIONS_KEPT ((size_t)1 << 20)

/* NULL stays NULL. */
static const char *keep_text(struct schema_scan *scan, const struct schema_object *object,
                             enum schema_property property, const char *text)
{
    struct strbuf shown = STRBUF_INIT;
    const char *result;
    struct secrets_met met = { .raw = STRBUF_INIT };

    if (text == NULL)
        return NULL;
    if (scan->kept < DEFINITIONS_KEPT)
        database_schema_masked(scan, &shown, object, property, text, &met);
    if (shown.length > DEFINITION_SHOWN || scan->kept >= DEFINITIONS_KEPT) {
        size_t length = shown.length < DEFINITION_SHOWN ? shown.length : DEFINITION_SHOWN;

        while (length > 0 && ((unsigned char)shown.data[length] & 0xc0) == 0x80)
            length--;
        strbuf_truncate(&shown, length);
        strbuf_add(&shown, "…");
    }
    scan->kept += shown.length;
    result = strbuf_to_arena(&shown, scan->builder->arena);
    strbuf_release(&shown);
    strbuf_release(&met.raw);
    return result;
}

static void keep_properties(struct schema_scan *scan, const struct schema_change *change,
                            struct drift_schema_change *kept)
{
    struct arena *arena = scan->builder->arena;

    kept->property_count = change->property_count;
    kept->properties = arena_array(arena, kept->property_count, sizeof *kept->properties);
    for (size_t i = 0; i < kept->property_count; i++) {
        const struct schema_property_change *from = &change->properties[i];
        const struct schema_object *object = schema_change_object(change);

        kept->properties[i] = (struct drift_schema_property){
            .name = schema_property_name(from->property),
            .previous = keep_text(scan, object, from->property, from->previous),
            .current = keep_text(scan, object, from->property, from->current),
            .facet = from->facet
        };
    }
}

void database_schema_keep_change(struct schema_scan *scan, const struct schema_change *change,
                                 struct drift_schema_change *kept)
{
    const struct schema_object *object = schema_change_object(change);
    struct arena *arena = scan->builder->arena;
    struct strbuf gist = STRBUF_INIT;
    struct secrets_met met = { .raw = STRBUF_INIT };

    database_schema_gist(scan, &gist, object, &met);
    *kept = (struct drift_schema_change){
        .change = schema_change_name(change->kind),
        .kind = schema_kind_name(object->kind),
        .path = schema_object_path(arena, object),
        .owner = object->owner != NULL ? schema_object_path(arena, object->owner) : NULL,
        .within = change->within,
        .gist = strbuf_to_arena(&gist, arena),
        .hazard_count = change->hazard_count,
    };
    if (change->kind != SCHEMA_CHANGED && !change->within)
        kept->definition =
            keep_text(scan, object, SCHEMA_DEFINITION, schema_get(object, SCHEMA_DEFINITION));
    keep_properties(scan, change, kept);
    kept->hazards = arena_array(arena, kept->hazard_count, sizeof *kept->hazards);
    for (size_t i = 0; i < kept->hazard_count; i++)
        kept->hazards[i] =
            (struct drift_schema_hazard){ change->hazards[i].id, change->hazards[i].reason };
    strbuf_release(&gist);
    strbuf_release(&met.raw);
}

struct drift_schema_side database_schema_keep_side(struct arena *arena, const struct schema *schema,
                                                   const struct database_schema_side *side)
{
    return (struct drift_schema_side){ .kind = arena_text(arena, side->kind),
                                       .place = arena_text(arena, side->place),
                                       .server = arena_text(arena, schema->server),
                                       .at = side->at,
                                       .dialect_assumed = schema->dialect_assumed,
                                       .tables = schema->counts[SCHEMA_TABLE],
                                       .columns = schema->counts[SCHEMA_COLUMN],
                                       .environment = arena_text(arena, side->environment) };
}

static bool has_gap(const struct drift_schema *schema, const struct drift_schema_gap *gap)
{
    for (size_t i = 0; i < schema->gap_count; i++) {
        const struct drift_schema_gap *kept = &schema->gaps[i];

        if (strcmp(kept->what, gap->what) == 0 && strcmp(kept->why, gap->why) == 0 &&
            strcmp(kept->side, gap->side) == 0)
            return true;
    }
    return false;
}

/* What was not compared, of one comparison or, with what is live, of two. `previous` and `current`:
 * which sides its two schemas are. */
void database_schema_keep_gaps(struct arena *arena, const struct schema_diff *diff,
                               const char *previous, const char *current,
                               struct drift_schema *schema)
{
    enum schema_dialect dialect = diff->current->dialect;

    for (size_t i = 0; i < diff->gap_count; i++) {
        const struct schema_diff_gap *gap = &diff->gaps[i];
        struct drift_schema_gap kept = { .what = mask_message(arena, dialect, gap->what),
                                         .why = mask_message(arena, dialect, gap->why),
                                         .side = gap->previous && gap->current ? "both"
                                                 : gap->previous               ? previous
                                                                               : current };

        if (!has_gap(schema, &kept))
            schema->gaps[schema->gap_count++] = kept;
    }
}

/* What a migration says need not be guessed. */
static bool is_known(const struct schema_scan *scan, const struct schema_rename_guess *guess)
{
    const struct schema_change gone = { .kind = SCHEMA_REMOVED, .previous = guess->previous };

    return database_schema_is_told(scan, &gone);
}

void database_schema_keep_guesses(const struct schema_scan *scan, const struct schema_diff *diff,
                                  struct drift_schema *schema)
{
    struct arena *arena = scan->builder->arena;

    schema->renames = arena_array(arena, diff->rename_count, sizeof *schema->renames);
    for (size_t i = 0; i < diff->rename_count; i++) {
        const struct schema_rename_guess *guess = &diff->renames[i];

        if (is_known(scan, guess))
            continue;
        schema->renames[schema->rename_count++] = (struct drift_schema_rename){
            .kind = schema_kind_name(guess->previous->kind),
            .previous = schema_object_path(arena, guess->previous),
            .current = schema_object_path(arena, guess->current),
            .score = guess->score,
            .why = arena_text(arena, guess->why),
        };
    }
}
