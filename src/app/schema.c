/* Schemas of databases: kept, compared, checked. */
#include <pilab/app/use_cases.h>

#include <pilab/app/listing.h>
#include <pilab/base/json.h>
#include <pilab/drift/mask.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/snapshot.h>

#include "schema_diff_form.h"
#include "schema_side.h"

#define USUAL_WIDTH 80 /* where no face draws it */

/* What a reader says repeats some of what it read; a snapshot lies about, and is not asked who may
 * see it. */
static void mask_problems(struct schema *schema)
{
    struct schema_problem *shown = arena_array(schema->arena, schema->problem_count, sizeof *shown);

    for (size_t i = 0; i < schema->problem_count; i++) {
        shown[i] = schema->problems[i];
        shown[i].message = mask_message(schema->arena, schema->dialect, shown[i].message);
        shown[i].hint = mask_message(schema->arena, schema->dialect, shown[i].hint);
    }
    schema->problems = shown;
}

bool app_schema_snapshot(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error)
{
    struct schema_side_options options;
    struct strbuf text = STRBUF_INIT;
    struct schema *schema;
    json_t *document;
    bool ok;

    if (!schema_side_options_read(arguments, &options, error))
        return false;
    schema = schema_side_read(call, arguments_at(arguments, 0), &options, error);
    if (schema == NULL)
        return false;
    mask_problems(schema);
    document = snapshot_json(schema, clock_now(&call->clock));
    json_write_pretty(&text, document);
    ok = listing_export(arguments, &text, true, result, error);
    /* Half a schema that was kept looks like one that lost the other half. */
    result->broken = ok && schema->problem_count > 0;
    json_decref(document);
    strbuf_release(&text);
    schema_free(&schema);
    return ok;
}

/* Both sides and what differs; all NULL after a failure. */
struct comparison {
    struct schema *sides[2];
    struct schema_diff *diff;
};

static void release(struct comparison *comparison)
{
    schema_diff_free(&comparison->diff);
    schema_free(&comparison->sides[0]);
    schema_free(&comparison->sides[1]);
}

static bool compare(struct call *call, const struct arguments *arguments,
                    struct comparison *comparison, struct error *error)
{
    const struct schema_diff_options diff = {
        .ignore_comments = arguments_flag(arguments, "ignore-comments"),
        .exact = arguments_flag(arguments, "exact"),
    };
    struct schema_side_options options;

    *comparison = (struct comparison){ .diff = NULL };
    if (!schema_side_options_read(arguments, &options, error) ||
        !schema_sides_read(call, arguments, &options, comparison->sides, error))
        return false;
    comparison->diff = schema_compare(comparison->sides[0], comparison->sides[1], &diff);
    return true;
}

static void show(const struct comparison *comparison, const struct arguments *arguments,
                 struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = schema_diff_json(comparison->diff);
    result->draw = arguments_flag(arguments, "wide") ? schema_diff_draw_wide : schema_diff_draw;
    result->subject = result->object;
    result->draw(&result->text, result->object, USUAL_WIDTH);
    result->differences = comparison->diff->count > 0;
}

bool app_schema_diff(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct comparison comparison;

    if (!compare(call, arguments, &comparison, error))
        return false;
    show(&comparison, arguments, result);
    /* What could not be read looks as if it were not there. */
    result->broken =
        comparison.sides[0]->problem_count > 0 || comparison.sides[1]->problem_count > 0;
    release(&comparison);
    return true;
}

bool app_schema_check(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    struct comparison comparison;
    bool ok;

    if (!compare(call, arguments, &comparison, error))
        return false;
    ok = schema_sides_check_readable(comparison.sides, error);
    if (ok) {
        show(&comparison, arguments, result);
        result->fail = result->differences;
        result->destructive = schema_diff_destructive(comparison.diff) > 0;
        result->broken = !result->fail && (schema_refused(comparison.sides[0]) != NULL ||
                                           schema_refused(comparison.sides[1]) != NULL);
    }
    release(&comparison);
    return ok;
}
