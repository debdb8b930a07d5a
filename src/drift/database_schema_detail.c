/*
 * An object of a schema that differs: both sides with their time, what changed side by side, what
 * is dangerous about it; and below the list what was compared with what.
 */
#include "database.h"

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/utf8.h>
#include <pilab/drift/text.h>

#include "detail_parts.h"
#include "text_page.h"

/* Of a table that came or went; columns between two columns. */
enum { SHOWN_PARTS = 40, GAP = 2 };

/* --- The sides -------------------------------------------------------------------------------- */

static const char *kind_words(const char *kind)
{
    if (strcmp(kind, "live") == 0)
        return "live";
    if (strcmp(kind, "sql") == 0)
        return "a file of SQL";
    return strcmp(kind, "migrations") == 0 ? "migrations" : "a snapshot";
}

/* "UAT (db.example/uat), live, postgresql 15.20, 2026-11-21 12:00 UTC". */
static void side_words(struct strbuf *out, const struct drift_schema *schema,
                       const struct drift_schema_side *side)
{
    char at[TIMESTAMP_SIZE];

    strbuf_printf(out, "%s, %s, %s", side->place, kind_words(side->kind),
                  side->server != NULL && strstr(side->server, "MariaDB") != NULL
                      ? "mariadb"
                      : schema->dialect);
    if (side->server != NULL)
        strbuf_printf(out, " %s", side->server);
    if (side->dialect_assumed)
        strbuf_add(out, " like the other");
    if (side->at > 0)
        strbuf_printf(out, ", %.10s %.5s UTC", timestamp_format(side->at, at), at + 11);
}

static bool is_as_is(const struct drift_schema *schema)
{
    const char *previous = schema->previous.environment, *current = schema->current.environment;

    return previous != NULL && current != NULL && strcmp(previous, current) != 0;
}

static const char *words_before(const struct drift_report *report,
                                const struct drift_schema *schema)
{
    return is_as_is(schema) ? schema->previous.environment : drift_text_before(report);
}

static const char *words_after(const struct drift_report *report, const struct drift_schema *schema)
{
    return is_as_is(schema) ? schema->current.environment : drift_text_after(report);
}

/* The schema of the item's module; NULL: it is no object of one that is compared as it is. */
static const struct drift_schema *schema_as_is(const struct drift_report *report,
                                               const struct drift_item *item)
{
    const struct drift_part *part;
    const struct drift_database *database;

    if (item->type != DRIFT_DATABASE || !database_item_is_object(item))
        return NULL;
    part = drift_report_part(report, DRIFT_DATABASE, item->module);
    database = part != NULL ? part->content : NULL;
    return database != NULL && database->schema != NULL && is_as_is(database->schema)
               ? database->schema
               : NULL;
}

bool drift_database_is_as_is(const struct drift_report *report, const struct drift_item *item)
{
    return schema_as_is(report, item) != NULL;
}

bool database_schema_sides(const struct drift_report *report, const struct drift_item *item,
                           const char **before, const char **after)
{
    const struct drift_schema *schema = schema_as_is(report, item);

    if (schema == NULL)
        return false;
    *before = words_before(report, schema);
    *after = words_after(report, schema);
    return true;
}

static void add_sides(struct strbuf *out, const struct drift_report *report,
                      const struct drift_schema *schema, size_t width, bool utf8)
{
    bool files = schema->live_count > 0; /* both sides */
    struct strbuf words = STRBUF_INIT;

    for (size_t i = 0; i < schema->live_count; i++) {
        side_words(&words, schema, &schema->lives[i]);
        detail_fact(out, "live", RICH_DIM, words.data, width, utf8);
        strbuf_clear(&words);
    }
    if (is_as_is(schema))
        detail_fact(out, "compared", RICH_PLAIN,
                    "two environments as they are: what a release brings is not told apart", width,
                    utf8);
    strbuf_clear(&words);
    side_words(&words, schema, &schema->previous);
    detail_fact(out, files ? "before" : words_before(report, schema), RICH_DIM, words.data, width,
                utf8);
    strbuf_clear(&words);
    side_words(&words, schema, &schema->current);
    detail_fact(out, files ? "after" : words_after(report, schema), RICH_DIM, words.data, width,
                utf8);
    strbuf_release(&words);
}

/* --- What changed ----------------------------------------------------------------------------- */

/* A definition, or what has lines, is read as SQL. */
static bool is_long(const struct drift_schema_property *property)
{
    return strcmp(property->name, schema_property_name(SCHEMA_DEFINITION)) == 0 ||
           (property->previous != NULL && strchr(property->previous, '\n') != NULL) ||
           (property->current != NULL && strchr(property->current, '\n') != NULL);
}

static const char *shown(const char *text, bool utf8)
{
    return text != NULL ? text : utf8 ? "–" : "-";
}

static size_t width_of(const char *text)
{
    return text_width(text, strlen(text));
}

static void add_stacked(struct strbuf *out, enum rich_role role, const char *text, size_t width,
                        bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    rich_text(&line, text != NULL ? role : RICH_DIM, shown(text, utf8), utf8);
    rich_wrap(out, line.data, 6, width);
    strbuf_release(&line);
}

struct columns {
    size_t name, value;
};

static void add_row(struct strbuf *out, const struct drift_schema_property *property,
                    const struct columns *columns, size_t width, bool utf8)
{
    const char *before = shown(property->previous, utf8), *after = shown(property->current, utf8);

    strbuf_add_repeat(out, " ", GAP);
    rich_cell(out, RICH_NAME, property->name, columns->name, RICH_LEFT, utf8);
    if (width_of(before) > columns->value || width_of(after) > columns->value) {
        strbuf_add_char(out, '\n');
        add_stacked(out, RICH_DELETED, property->previous, width, utf8);
        add_stacked(out, RICH_ADDED, property->current, width, utf8);
        return;
    }
    strbuf_add_repeat(out, " ", GAP);
    rich_cell(out, property->previous != NULL ? RICH_DELETED : RICH_DIM, before, columns->value,
              RICH_LEFT, utf8);
    strbuf_add_repeat(out, " ", GAP);
    rich_text(out, property->current != NULL ? RICH_ADDED : RICH_DIM, after, utf8);
    strbuf_add_char(out, '\n');
}

static void add_heads(struct strbuf *out, const char *before, const char *after,
                      const struct columns *columns, bool utf8)
{
    strbuf_add_repeat(out, " ", GAP);
    rich_cell(out, RICH_DIM, "property", columns->name, RICH_LEFT, utf8);
    strbuf_add_repeat(out, " ", GAP);
    rich_cell(out, RICH_DIM, before, columns->value, RICH_LEFT, utf8);
    strbuf_add_repeat(out, " ", GAP);
    rich_text(out, RICH_DIM, after, utf8);
    strbuf_add_char(out, '\n');
}

static bool in_table(const struct drift_schema_change *change,
                     const struct drift_schema_property *property)
{
    /* What came or went as a whole tells its definition. */
    return strcmp(change->change, "changed") == 0 && !property->facet && !is_long(property);
}

static void add_properties(struct strbuf *out, const struct drift_report *report,
                           const struct drift_schema *schema,
                           const struct drift_schema_change *change, size_t width, bool utf8)
{
    const char *before = change->outside ? "known" : words_before(report, schema);
    const char *after = change->outside ? "really" : words_after(report, schema);
    struct columns columns = { width_of("property"), width_of(before) };
    size_t most, count = 0;

    for (size_t i = 0; i < change->property_count; i++) {
        const struct drift_schema_property *property = &change->properties[i];
        size_t name = width_of(property->name), value = width_of(shown(property->previous, utf8));

        if (!in_table(change, property))
            continue;
        count++;
        columns.name = name > columns.name ? name : columns.name;
        if (width_of(shown(property->current, utf8)) > value)
            value = width_of(shown(property->current, utf8));
        columns.value = value > columns.value ? value : columns.value;
    }
    if (count == 0)
        return;
    most = width > columns.name + 3 * GAP + 2 ? (width - columns.name - 3 * GAP) / 2 : 1;
    columns.value = columns.value > most ? most : columns.value;
    detail_heading(out, "What differs");
    add_heads(out, before, after, &columns, utf8);
    for (size_t i = 0; i < change->property_count; i++) {
        if (in_table(change, &change->properties[i]))
            add_row(out, &change->properties[i], &columns, width, utf8);
    }
}

static void add_definitions(struct strbuf *out, const struct drift_schema *schema,
                            const struct drift_schema_change *change, size_t width, bool utf8)
{
    struct strbuf heading = STRBUF_INIT;

    if (change->definition != NULL)
        database_sql_detail(out, "Definition", schema->dialect, change->definition, width, utf8);
    for (size_t i = 0; i < change->property_count; i++) {
        const struct drift_schema_property *property = &change->properties[i];

        if (property->facet || !is_long(property) || strcmp(change->change, "changed") != 0)
            continue;
        for (int side = 0; side < 2; side++) {
            const char *text = side == 0 ? property->previous : property->current;

            strbuf_clear(&heading);
            strbuf_printf(&heading, "The %s %s", property->name, side == 0 ? "before" : "after");
            database_sql_detail(out, heading.data, schema->dialect, shown(text, utf8), width, utf8);
        }
    }
    strbuf_release(&heading);
}

/* "email" of "public.users.email"; a report may have been written by anybody. */
static const char *name_within(const char *path, const char *owner)
{
    size_t length = strlen(owner);

    return strncmp(path, owner, length) == 0 && path[length] == '.' ? path + length + 1 : path;
}

/* The columns and whatever else came or went with it. */
static void add_parts(struct strbuf *out, const struct drift_schema *schema,
                      const struct drift_schema_change *whole, size_t width, bool utf8)
{
    size_t count = 0;
    struct strbuf line = STRBUF_INIT;

    for (const struct drift_schema_change *part = whole + 1;
         part < schema->changes + schema->change_count && part->within && part->owner != NULL &&
         strcmp(part->owner, whole->path) == 0;
         part++) {
        if (count++ == 0)
            detail_heading(out, "What is in it");
        if (count > SHOWN_PARTS)
            continue;
        strbuf_printf(&line, "%s %s %s", part->kind, name_within(part->path, whole->path),
                      part->gist);
        strbuf_add_repeat(out, " ", GAP);
        rich_middle(out, RICH_PLAIN, line.data, width > GAP ? width - GAP : 1, utf8);
        strbuf_add_char(out, '\n');
        strbuf_clear(&line);
    }
    if (count > SHOWN_PARTS) {
        strbuf_printf(&line, "… %zu more", count - SHOWN_PARTS);
        rich_wrap(out, line.data, GAP, width);
    }
    strbuf_release(&line);
}

/* --- What may be wrong about it ----------------------------------------------------------------
 */

static void add_hazards(struct strbuf *out, const struct drift_schema_change *change, size_t width,
                        bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    if (change->outside) /* nobody is about to */
        return;
    if (change->hazard_count > 0)
        detail_heading(out, "When one is made like the other");
    for (size_t i = 0; i < change->hazard_count; i++) {
        rich_text(&line, RICH_WARNING, change->hazards[i].reason, utf8);
        strbuf_add(&line, " (");
        rich_text(&line, RICH_DIM, change->hazards[i].id, utf8);
        strbuf_add_char(&line, ')');
        rich_wrap(out, line.data, GAP, width);
        strbuf_clear(&line);
    }
    strbuf_release(&line);
}

static void add_guess(struct strbuf *out, const struct drift_schema *schema,
                      const struct drift_schema_change *change, size_t width, bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    for (size_t i = 0; i < schema->rename_count; i++) {
        const struct drift_schema_rename *guess = &schema->renames[i];
        bool gone = strcmp(change->change, "removed") == 0;

        if (strcmp(guess->kind, change->kind) != 0 ||
            strcmp(gone ? guess->previous : guess->current, change->path) != 0)
            continue;
        strbuf_printf(&line, "%s: %u of 100, %s", gone ? guess->current : guess->previous,
                      guess->score, guess->why);
        detail_fact(out, gone ? "now perhaps" : "once maybe", RICH_WARNING, line.data, width, utf8);
        strbuf_clear(&line);
    }
    strbuf_release(&line);
}

/* The release and what is live leave out much the same: whether an earlier one says all of it. */
static bool is_said(const struct drift_schema *schema, size_t at, bool why)
{
    const struct drift_schema_gap *gap = &schema->gaps[at];

    for (size_t i = 0; i < at; i++) {
        if (strcmp(schema->gaps[i].what, gap->what) == 0 &&
            (!why || strcmp(schema->gaps[i].why, gap->why) == 0))
            return true;
    }
    return false;
}

/* All the reasons there are for the one, each once. */
static void add_reasons(struct strbuf *out, const struct drift_schema *schema, size_t at)
{
    const char *between = "";

    for (size_t i = at; i < schema->gap_count; i++) {
        if (strcmp(schema->gaps[i].what, schema->gaps[at].what) != 0 || is_said(schema, i, true))
            continue;
        strbuf_printf(out, "%s%s", between, schema->gaps[i].why);
        between = "; ";
    }
}

static void add_gaps(struct strbuf *out, const struct drift_schema *schema, size_t width, bool utf8)
{
    struct strbuf line = STRBUF_INIT, text = STRBUF_INIT;

    if (schema->gap_count > 0)
        detail_heading(out, "Not compared");
    for (size_t i = 0; i < schema->gap_count; i++) {
        if (is_said(schema, i, false))
            continue;
        strbuf_printf(&text, "%s: ", schema->gaps[i].what);
        add_reasons(&text, schema, i);
        rich_text(&line, RICH_DIM, text.data, utf8);
        rich_wrap(out, line.data, GAP, width);
        strbuf_clear(&line);
        strbuf_clear(&text);
    }
    strbuf_release(&line);
    strbuf_release(&text);
}

void database_schema_detail(struct strbuf *out, const struct drift_report *report,
                            const struct drift_schema *schema,
                            const struct drift_schema_change *change, size_t width, bool utf8)
{
    detail_fact(out, "object", RICH_NAME, change->kind, width, utf8);
    detail_fact(out, "of", RICH_PLAIN, change->owner, width, utf8);
    if (strcmp(change->change, "changed") != 0)
        add_guess(out, schema, change, width, utf8);
    add_properties(out, report, schema, change, width, utf8);
    add_definitions(out, schema, change, width, utf8);
    add_hazards(out, change, width, utf8);
    add_parts(out, schema, change, width, utf8);
    detail_heading(out, "Read from");
    add_sides(out, report, schema, width, utf8);
    add_gaps(out, schema, width, utf8);
}

/* --- Below the list --------------------------------------------------------------------------- */

static void add_side_line(struct text_page *page, const struct drift_schema *schema,
                          const struct drift_schema_side *side, const char *label)
{
    struct strbuf words = STRBUF_INIT, line = STRBUF_INIT;

    strbuf_printf(&words, "%s ", label);
    side_words(&words, schema, side);
    rich_text(&line, RICH_DIM, words.data, page->utf8);
    drift_page_wrap(page, &line, 3);
    strbuf_release(&words);
    strbuf_release(&line);
}

void database_remarks(struct text_page *page, const struct drift_part *part)
{
    const struct drift_database *database = part->content;
    const struct drift_schema *schema = database->schema;
    struct strbuf words = STRBUF_INIT, line = STRBUF_INIT;

    if (schema == NULL)
        return;
    if (page->report->summary.by_drift_type[DRIFT_DATABASE] == 0)
        drift_page_heading(page, drift_type_title(DRIFT_DATABASE), 0);
    strbuf_printf(&words, "schema of %s, %zu and %zu tables:", part->module,
                  schema->previous.tables, schema->current.tables);
    rich_text(&line, RICH_DIM, words.data, page->utf8);
    drift_page_wrap(page, &line, 1);
    if (is_as_is(schema)) {
        strbuf_clear(&words);
        strbuf_printf(&words, "%s and %s as they are: what a release brings is not told apart",
                      schema->previous.environment, schema->current.environment);
        rich_text(&line, RICH_DIM, words.data, page->utf8);
        drift_page_wrap(page, &line, 3);
    }
    add_side_line(page, schema, &schema->previous, "previous");
    add_side_line(page, schema, &schema->current, "current");
    for (size_t i = 0; i < schema->live_count; i++)
        add_side_line(page, schema, &schema->lives[i], "live");
    strbuf_clear(&words);
    for (size_t i = 0; i < schema->gap_count; i++) {
        if (is_said(schema, i, false))
            continue;
        strbuf_printf(&words, "%s%s", i > 0 ? ", " : "not compared: ", schema->gaps[i].what);
        if (!page->wide)
            continue;
        strbuf_add(&words, " (");
        add_reasons(&words, schema, i);
        strbuf_add_char(&words, ')');
    }
    if (words.length > 0) {
        rich_text(&line, RICH_DIM, words.data, page->utf8);
        drift_page_wrap(page, &line, 3);
    }
    strbuf_release(&words);
    strbuf_release(&line);
}
