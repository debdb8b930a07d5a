/*
 * Two schemas of one module: an item for each object that differs, and what the part keeps of it.
 */
#include "database.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "ascii.h"
#include "database_schema_parts.h"

/* --- Words for rules -------------------------------------------------------------------------- */

static void add_word(struct strbuf *out, const char *word)
{
    strbuf_printf(out, "%s%s", out->length > 0 ? " " : "", word);
}

static void add_kind_word(struct strbuf *out, const char *verb, enum schema_kind kind)
{
    if (kind == SCHEMA_COLUMN)
        strbuf_printf(out, " %s-column", verb);
    else if (kind == SCHEMA_CONSTRAINT)
        strbuf_printf(out, " %s-constraint", verb);
}

static bool is_remark(const struct schema_change *change)
{
    return change->property_count == 1 && change->properties[0].property == SCHEMA_COMMENT;
}

static bool has_hazard(const struct schema_change *change, const char *id)
{
    for (size_t i = 0; i < change->hazard_count; i++) {
        if (strcmp(change->hazards[i].id, id) == 0)
            return true;
    }
    return false;
}

void database_schema_words(struct strbuf *out, const struct schema_change *change)
{
    static const struct {
        unsigned risk;
        const char *word;
    } risks[] = {
        {SCHEMA_RISK_BREAKING,  "breaks"         },
        { SCHEMA_RISK_DATA,     "would-lose-data"},
        { SCHEMA_RISK_LOCK,     "would-lock"     },
        { SCHEMA_RISK_FAILS,    "would-fail"     },
        { SCHEMA_RISK_SECURITY, "rights"         },
    };
    enum schema_kind kind = schema_change_object(change)->kind;

    if (change->kind == SCHEMA_ADDED) {
        add_word(out, "creates");
        add_kind_word(out, "adds", kind);
    } else if (change->kind == SCHEMA_REMOVED) {
        add_word(out, "drops");
        add_kind_word(out, "drops", kind);
    } else {
        add_word(out, is_remark(change) ? "remark" : "alters");
        if (kind == SCHEMA_COLUMN && schema_change_of(change, SCHEMA_TYPE) != NULL)
            add_word(out, "changes-type");
    }
    if (has_hazard(change, "row-security-off"))
        add_word(out, "opens");
    if (has_hazard(change, "delete-cascade"))
        add_word(out, "cascades");
    if (has_hazard(change, "required-column"))
        add_word(out, "needs-value");
    for (size_t i = 0; i < sizeof risks / sizeof *risks; i++) {
        if ((change->risks & risks[i].risk) != 0)
            add_word(out, risks[i].word);
    }
}

/* --- What an object is, in short ---------------------------------------------------------------
 */

/* "not null", "nullable", "default 0", "no default"; the type and the whole alone. */
static void add_property(const struct schema_scan *scan, struct strbuf *out,
                         const struct schema_object *object, enum schema_property property,
                         const char *text, struct secrets_met *met)
{
    const char *name = schema_property_name(property);

    if (out->length > 0)
        strbuf_add(out, ", ");
    if (text == NULL)
        strbuf_printf(out, property == SCHEMA_NOT_NULL ? "nullable" : "no %s", name);
    else if (strcmp(text, "true") == 0)
        strbuf_add(out, name);
    else if (property != SCHEMA_TYPE && property != SCHEMA_DEFINITION && property != SCHEMA_LABELS)
        strbuf_printf(out, "%s ", name);
    /* The beginnings of two long definitions are mostly the same. */
    if (text != NULL && property == SCHEMA_DEFINITION && strchr(text, '\n') != NULL)
        database_schema_digest(scan, out, object, text, met);
    else if (text != NULL && strcmp(text, "true") != 0)
        database_schema_short(scan, out, object, property, text, met);
}

/* --- Items ------------------------------------------------------------------------------------ */

/* A masked one has a fingerprint behind it, so that another secret is another value. */
static struct drift_value value_from(struct schema_scan *scan, struct strbuf *text,
                                     struct secrets_met *met)
{
    const struct drift_input *input = scan->builder->input;
    struct drift_value value;
    char fingerprint[9];

    if (met->masked && input->fingerprint) {
        input->fingerprint(input->fingerprint_context, met->raw.data, met->raw.length, fingerprint);
        strbuf_printf(text, " (%.8s)", fingerprint);
    }

    value = (struct drift_value){ .present = true,
                                  .masked = met->masked,
                                  .kind = NODE_STRING,
                                  .text = strbuf_to_arena(text, scan->builder->arena) };

    strbuf_release(text);
    strbuf_release(&met->raw);
    return value;
}

static struct drift_value whole_value(struct schema_scan *scan, const struct schema_object *object)
{
    struct strbuf text = STRBUF_INIT;
    struct secrets_met met = { .raw = STRBUF_INIT };

    database_schema_gist(scan, &text, object, &met);
    return value_from(scan, &text, &met);
}

static struct drift_value changed_value(struct schema_scan *scan,
                                        const struct schema_change *change, bool current)
{
    struct strbuf text = STRBUF_INIT;
    struct secrets_met met = { .raw = STRBUF_INIT };

    for (size_t i = 0; i < change->property_count; i++) {
        const struct schema_property_change *property = &change->properties[i];

        if (!property->facet)
            add_property(scan, &text, schema_change_object(change), property->property,
                         current ? property->current : property->previous, &met);
    }
    return value_from(scan, &text, &met);
}

/* Only files have lines that somebody can look at. */
static struct drift_provenance place_of(struct schema_scan *scan,
                                        const struct database_schema_side *side,
                                        const struct schema_object *object)
{
    if (object == NULL || object->place.file == NULL || strcmp(object->place.file, "live") == 0 ||
        (strcmp(side->kind, "sql") != 0 && strcmp(side->kind, "migrations") != 0))
        return (struct drift_provenance){ .file = NULL };
    return (struct drift_provenance){ .file = arena_text(scan->builder->arena, object->place.file),
                                      .line = object->place.line };
}

/* "MATERIALIZED VIEW", as the categories of migrations are. */
static const char *category_of(struct arena *arena, enum schema_kind kind)
{
    char *category = arena_text(arena, schema_kind_name(kind));

    for (char *c = category; *c != '\0'; c++)
        *c = ascii_upper(*c);
    return category;
}

/* A part is called with what it is a part of: many tables have an "id". */
static const char *key_of(struct arena *arena, const struct schema_object *object)
{
    return object->owner != NULL ? arena_printf(arena, "%s.%s", object->owner->name, object->name)
                                 : object->name;
}

static void judge(struct schema_scan *scan, struct drift_item *item,
                  const struct schema_change *change)
{
    const struct word_lists *lists = rule_set_words(scan->builder->rules);
    struct strbuf words = STRBUF_INIT;

    /* Where neither gets anything, neither is made like the other. */
    if (change != NULL &&
        !drift_sides_as_is(&scan->builder->input->previous, &scan->builder->input->current))
        database_schema_words(&words, change);
    memset(scan->said, 0, word_lists_size(lists) * sizeof *scan->said);
    word_lists_find(lists, words.data != NULL ? words.data : "", scan->said);
    builder_judge_marked(scan->builder, item, scan->said, 0);
    strbuf_release(&words);
}

/* What the release would make, and is there already. */
static bool is_brought(const struct schema_scan *scan, const struct schema_change *change)
{
    const struct schema_diff *diff = scan->input->diff;
    const struct schema_object *object = schema_change_object(change);
    const char *path = schema_object_path(scan->builder->arena, object);

    for (size_t i = 0; change->kind == SCHEMA_ADDED && i < diff->count; i++) {
        const struct schema_object *made = schema_change_object(&diff->changes[i]);

        if (diff->changes[i].kind == SCHEMA_ADDED && made->kind == object->kind &&
            strcmp(schema_object_path(scan->builder->arena, made), path) == 0)
            return true;
    }
    return false;
}

static void raise_outside(struct schema_scan *scan, struct drift_item *item,
                          const struct schema_change *change)
{
    struct report_builder *builder = scan->builder;
    const char *reason;

    if (is_brought(scan, change))
        reason = "the release brings it, and it is there already";
    else if (change->kind == SCHEMA_ADDED)
        reason = "the database has it, and the release does not know it";
    else if (change->kind == SCHEMA_REMOVED)
        reason = "the database lacks what its own version makes";
    else
        reason = "the database has it in another form than its own version makes it";
    builder_raise_attention(builder, item, ATTENTION_REVIEW, reason);
}

/* All that an object is, with its parts: of a table the gist says how many columns it has. */
static void bind_object(struct schema_scan *scan, struct strbuf *all,
                        const struct schema_object *object)
{
    strbuf_printf(all, "%s %s", schema_kind_name(object->kind), object->name);
    strbuf_add_char(all, '\0');
    for (unsigned i = 0; i < object->value_count; i++) {
        const struct schema_value *value = &object->values[i];

        strbuf_printf(all, "%s ", schema_property_name(value->property));
        builder_bind_text(scan->builder, all,
                          value->property == SCHEMA_DEFAULT ? object->name : NULL, value->text);
    }
    for (const struct schema_object *part = object->parts; part != NULL; part = part->next) {
        if (!part->removed)
            bind_object(scan, all, part);
    }
}

static void bind(struct schema_scan *scan, struct drift_item *item,
                 const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    struct strbuf all = STRBUF_INIT;

    if (change->kind != SCHEMA_CHANGED)
        bind_object(scan, &all, object);
    for (size_t i = 0; i < change->property_count; i++) {
        const struct schema_property_change *property = &change->properties[i];
        const char *name = property->property == SCHEMA_DEFAULT ? object->name : NULL;

        strbuf_printf(&all, "%s ", schema_property_name(property->property));
        builder_bind_text(scan->builder, &all, name, property->previous);
        builder_bind_text(scan->builder, &all, name, property->current);
    }
    builder_bind(scan->builder, item, &all);
    strbuf_release(&all);
}

/* Each environment's differences have ids of their own. */
static void set_environment(struct schema_scan *scan, struct drift_item *item,
                            const struct database_schema_outside *outside)
{
    if (outside->live.environment == NULL)
        return;
    item->environment = arena_text(scan->builder->arena, outside->live.environment);
    if (scan->input->outside_count > 1)
        builder_tell_apart(scan->builder, item, item->environment);
}

/* `outside`: of which live database; NULL: it is between the sides. */
static void add_item(struct schema_scan *scan, const struct schema_change *change,
                     const struct database_schema_outside *outside)
{
    static const enum change_type types[] = { [SCHEMA_ADDED] = CHANGE_TYPE_ADDED,
                                              [SCHEMA_REMOVED] = CHANGE_TYPE_DELETED,
                                              [SCHEMA_CHANGED] = CHANGE_TYPE_MODIFIED };
    const struct schema_object *object = schema_change_object(change);
    struct arena *arena = scan->builder->arena;
    struct drift_item *item =
        builder_add_item(scan->builder, DRIFT_DATABASE,
                         outside != NULL ? CATEGORY_OUTSIDE : category_of(arena, object->kind),
                         scan->module->name, scan->module->name, schema_object_path(arena, object),
                         key_of(arena, object));

    item->change_type = types[change->kind];
    if (change->kind == SCHEMA_CHANGED) {
        item->previous = changed_value(scan, change, false);
        item->current = changed_value(scan, change, true);
    } else if (change->kind == SCHEMA_ADDED) {
        item->current = whole_value(scan, object);
    } else {
        item->previous = whole_value(scan, object);
    }
    if (outside != NULL) {
        set_environment(scan, item, outside);
        raise_outside(scan, item, change);
    } else {
        item->previous_at = place_of(scan, &scan->input->previous, change->previous);
        item->current_at = place_of(scan, &scan->input->current, change->current);
    }
    bind(scan, item, change);
    judge(scan, item, outside != NULL ? NULL : change);
}

/* The differences of one comparison: as items, and with all that is known of them. */
static void collect_diff(struct schema_scan *scan, const struct schema_diff *diff,
                         const struct database_schema_outside *outside, struct drift_schema *schema)
{
    for (size_t i = 0; i < diff->count; i++) {
        struct drift_schema_change *kept;

        if (outside == NULL && database_schema_is_told(scan, &diff->changes[i]))
            continue;
        kept = &schema->changes[schema->change_count++];
        if (!diff->changes[i].within)
            add_item(scan, &diff->changes[i], outside);
        database_schema_keep_change(scan, &diff->changes[i], kept);
        kept->outside = outside != NULL;
        if (outside != NULL)
            kept->environment = arena_text(scan->builder->arena, outside->live.environment);
    }
}

static bool is_opaque(const struct migration *migration)
{
    for (size_t i = 0; migration != NULL && i < migration->operation_count; i++) {
        if ((migration->operations[i].marks & SQL_OPAQUE) != 0)
            return true;
    }
    return false;
}

/* Whether what the migrations say is all that they do. Where a server ran them, and not all of them
 * say it, the schemas do. */
static bool told_by_migrations(const struct schema_scan *scan)
{
    const struct database_input *database = scan->module->database;

    for (size_t i = 0; scan->input->diff->current->server != NULL && i < database->pair_count;
         i++) {
        if (is_opaque(database->pairs[i].current))
            return false;
    }
    return scan->input->by_migrations;
}

static void collect_all(struct schema_scan *scan, struct drift_schema *schema)
{
    const struct database_schema_input *input = scan->input;
    const struct schema_diff *diff = input->diff;
    struct arena *arena = scan->builder->arena;
    size_t changes = diff->count, gaps = diff->gap_count;

    for (size_t i = 0; i < input->outside_count; i++) {
        changes += input->outside[i].diff->count;
        gaps += input->outside[i].diff->gap_count;
    }
    schema->changes = arena_array(arena, changes, sizeof *schema->changes);
    schema->gaps = arena_array(arena, gaps, sizeof *schema->gaps);
    if (!told_by_migrations(scan)) {
        collect_diff(scan, diff, NULL, schema);
        database_schema_keep_guesses(scan, diff, schema);
        database_schema_keep_gaps(arena, diff, "previous", "current", schema);
    }
    for (size_t i = 0; i < input->outside_count; i++) {
        const struct database_schema_outside *outside = &input->outside[i];

        collect_diff(scan, outside->diff, outside, schema);
        database_schema_keep_gaps(arena, outside->diff, "known", "live", schema);
        schema->lives[schema->live_count++] =
            database_schema_keep_side(arena, outside->diff->current, &outside->live);
    }
}

const struct drift_schema *database_schema_collect(struct report_builder *builder,
                                                   const struct module_input *module)
{
    struct schema_scan scan = { .builder = builder,
                                .module = module,
                                .input = module->database->schema };
    struct drift_schema *schema;
    const struct schema_diff *diff;

    if (scan.input == NULL)
        return NULL;
    diff = scan.input->diff;
    schema = arena_alloc(builder->arena, sizeof *schema);
    *schema = (struct drift_schema){
        .dialect = schema_dialect_word(diff->current->dialect),
        .previous =
            database_schema_keep_side(builder->arena, diff->previous, &scan.input->previous),
        .current = database_schema_keep_side(builder->arena, diff->current, &scan.input->current),
        .loose = diff->loose,
    };
    for (size_t i = 0; i < scan.input->outside_count; i++)
        schema->loose = schema->loose || scan.input->outside[i].diff->loose;
    scan.said = memory_array(word_lists_size(rule_set_words(builder->rules)), sizeof *scan.said);
    collect_all(&scan, schema);
    free(scan.said);
    return schema;
}

/* --- Items and what is kept --------------------------------------------------------------------
 */

/* "COLUMN" and "column". */
static bool same_kind(const char *category, const char *kind)
{
    while (*kind != '\0' && *category == ascii_upper(*kind)) {
        category++;
        kind++;
    }
    return *kind == '\0' && *category == '\0';
}

bool database_item_is_object(const struct drift_item *item)
{
    for (int kind = 0; kind < SCHEMA_KINDS; kind++) {
        if (same_kind(item->category, schema_kind_name((enum schema_kind)kind)))
            return true;
    }
    return false;
}

bool database_item_is_step(const struct drift_item *item)
{
    return item->current.present && !item->previous.present && !drift_item_is_outside(item) &&
           !database_item_is_object(item);
}

static bool same_environment(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

const struct drift_schema_change *database_schema_change_of(const struct drift_part *part,
                                                            const struct drift_item *item)
{
    const struct drift_database *database = part->content;
    const struct drift_schema *schema = database->schema;

    for (size_t i = 0; schema != NULL && i < schema->change_count; i++) {
        const struct drift_schema_change *change = &schema->changes[i];

        if (!change->within && change->outside == drift_item_is_outside(item) &&
            (change->outside ? same_environment(change->environment, item->environment)
                             : same_kind(item->category, change->kind)) &&
            strcmp(change->path, item->path) == 0)
            return change;
    }
    return NULL;
}
