/* A release as text for people, from its document. */
#include <pilab/app/release.h>

#include <string.h>

#include <pilab/app/table.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#define WIDEST_LINE 110 /* running text is not read well beyond */

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_member_text(object, name);

    return text != NULL ? text : "";
}

static const char *arrow(bool utf8)
{
    return utf8 ? "→" : "->";
}

/* "2025-01-22 14:30": exact, since a release is read years later. */
static void add_time(struct strbuf *out, const char *time)
{
    if (strlen(time) >= 16)
        strbuf_printf(out, "%.10s %.5s UTC", time, time + 11);
}

static void add_head(struct strbuf *out, const json_t *release, bool utf8)
{
    const char *planned = member(release, "planned_at");

    rich_text(out, RICH_TITLE, member(release, "name"), utf8);
    strbuf_add(out, "   ");
    rich_text(out, RICH_NAME, member(release, "from"), utf8);
    strbuf_printf(out, " %s ", arrow(utf8));
    rich_text(out, RICH_NAME, member(release, "to"), utf8);
    strbuf_printf(out, "   %s   rev %lld\n", member(release, "status"),
                  (long long)json_integer_value(json_object_get(release, "rev")));
    strbuf_add(out, "cut by ");
    rich_text(out, RICH_PLAIN, member(release, "created_by"), utf8);
    strbuf_add(out, ", ");
    add_time(out, member(release, "created_at"));
    if (*planned != '\0') {
        strbuf_add(out, "; planned for ");
        add_time(out, planned);
    }
    strbuf_add_char(out, '\n');
    if (*member(release, "description") != '\0') {
        rich_text(out, RICH_PLAIN, member(release, "description"), utf8);
        strbuf_add_char(out, '\n');
    }
}

static void add_wrapped(struct strbuf *out, const struct strbuf *line, size_t width)
{
    rich_wrap(out, line->data, 0, width > WIDEST_LINE ? WIDEST_LINE : width);
}

static void add_next(struct strbuf *out, const json_t *release, size_t width, bool utf8)
{
    const json_t *next = json_object_get(release, "next");
    bool ended = strcmp(member(next, "step"), "none") == 0;
    struct strbuf line = STRBUF_INIT;

    rich_word(&line, RICH_HEADING, ended ? "ended:" : "next:");
    strbuf_add_char(&line, ' ');
    rich_text(&line, strcmp(member(next, "step"), "decide") == 0 ? RICH_WARNING : RICH_PLAIN,
              member(next, "sentence"), utf8);
    if (ended) {
        strbuf_add(&line, " by ");
        rich_text(&line, RICH_PLAIN, member(release, "ended_by"), utf8);
        strbuf_add(&line, ", ");
        add_time(&line, member(release, "ended_at"));
    }
    add_wrapped(out, &line, width);
    strbuf_release(&line);
}

/* --- The list --------------------------------------------------------------------------------- */

static const struct result_column line_columns[] = {
    {"module",      "Module",     CELL_TEXT, 0},
    { "version",    "Frozen",     CELL_TEXT, 0},
    { "target",     "Target has", CELL_TEXT, 0},
    { "source",     "Source has", CELL_TEXT, 0},
    { "migrations", "New there",  CELL_TEXT, 1},
};

/* What stands beside the frozen version: nothing where nothing is to be said. */
static void put_target(json_t *row, const json_t *module)
{
    const json_t *target = json_object_get(module, "target");
    const char *state = member(target, "state");
    struct strbuf text = STRBUF_INIT;

    if (strcmp(state, "none") == 0)
        strbuf_add(&text, "nothing yet");
    else if (strcmp(state, "same") == 0)
        strbuf_add(&text, "the same");
    else if (strcmp(state, "failed") == 0 || strcmp(state, "running") == 0)
        strbuf_printf(&text, "%s, %s %s", member(target, "version"),
                      member(target, "later_version"), member(target, "later"));
    else
        strbuf_add(&text, member(target, "version"));
    json_put_text(row, "target", text.data);
    strbuf_release(&text);
}

static void put_source(json_t *row, const json_t *module)
{
    const json_t *source = json_object_get(module, "source");
    const char *state = member(source, "state");
    struct strbuf text = STRBUF_INIT;

    if (strcmp(state, "same") != 0)
        strbuf_printf(&text, "%s%s%s", member(source, "version"),
                      *member(source, "version") != '\0' ? " " : "", state);
    json_put_text(row, "source", text.data);
    strbuf_release(&text);
}

static void put_migrations(json_t *row, const json_t *module)
{
    size_t count = json_array_size(json_object_get(module, "migrations"));
    struct strbuf text = STRBUF_INIT;

    if (count > 0)
        strbuf_printf(&text, "%zu migration%s", count, count == 1 ? "" : "s");
    json_put_text(row, "migrations", text.data);
    strbuf_release(&text);
}

static bool is_empty(const json_t *items, const char *name)
{
    json_t *item;
    size_t index;

    json_array_foreach(items, index, item) if (*member(item, name) != '\0') return false;
    return true;
}

/* Columns without anything in them are left out. */
static size_t drop_empty(struct result_column *columns, size_t count, const json_t *items)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (!is_empty(items, columns[i].member))
            columns[kept++] = columns[i];
    return kept;
}

static void add_lines(struct strbuf *out, const json_t *release, size_t width, bool utf8)
{
    struct result_column columns[sizeof line_columns / sizeof *line_columns];
    struct result table = { .columns = columns, .column_count = sizeof columns / sizeof *columns };
    struct strbuf target = STRBUF_INIT, source = STRBUF_INIT;
    json_t *module;
    size_t index;

    memcpy(columns, line_columns, sizeof columns);
    strbuf_printf(&target, "%s has", member(release, "to"));
    strbuf_printf(&source, "%s moved to", member(release, "from"));
    columns[2].title = target.data;
    columns[3].title = source.data;
    table.items = json_array();
    json_array_foreach(json_object_get(release, "modules"), index, module)
    {
        json_t *row = json_object();

        json_put_text(row, "module", member(module, "module"));
        json_put_text(row, "version", member(module, "version"));
        put_target(row, module);
        put_source(row, module);
        put_migrations(row, module);
        json_append(table.items, row);
    }
    table.column_count = drop_empty(columns, table.column_count, table.items);
    table_render(out, &table, width, utf8, 0);
    json_decref(table.items);
    strbuf_release(&target);
    strbuf_release(&source);
}

static size_t count_targets(const json_t *release, const char *state)
{
    size_t count = 0, index;
    json_t *module;

    json_array_foreach(json_object_get(release, "modules"), index, module) count +=
        strcmp(member(json_object_get(module, "target"), "state"), state) == 0;
    return count;
}

static void add_counts(struct strbuf *out, const json_t *release, size_t width, bool utf8)
{
    const json_t *others = json_object_get(release, "not_in_release");
    struct strbuf line = STRBUF_INIT;
    size_t index;
    json_t *name;

    rich_text(&line, RICH_PLAIN, member(release, "to"), utf8);
    strbuf_printf(&line, ": %zu to be replaced, %zu new, %zu the same",
                  count_targets(release, "other") + count_targets(release, "failed") +
                      count_targets(release, "running"),
                  count_targets(release, "none"), count_targets(release, "same"));
    if (json_array_size(others) > 0)
        strbuf_add(&line, "; not in this release: ");
    json_array_foreach(others, index, name)
    {
        strbuf_add(&line, index > 0 ? ", " : "");
        rich_text(&line, RICH_PLAIN, json_string_value(name), utf8);
    }
    add_wrapped(out, &line, width);
    strbuf_release(&line);
}

/* --- What is said about it -------------------------------------------------------------------- */

static void add_numbers(struct strbuf *out, const json_t *release, const char *kind,
                        const char *status, size_t width)
{
    const json_t *list = json_object_get(release, kind);
    struct strbuf line = STRBUF_INIT;
    json_t *item;
    size_t index;

    if (json_array_size(list) == 0)
        return;
    rich_word(&line, RICH_HEADING, kind);
    json_array_foreach(list, index, item)
    {
        strbuf_printf(&line, "%s %lld %s", index > 0 ? "," : "",
                      (long long)json_integer_value(json_object_get(item, "number")),
                      member(item, status));
        if (json_is_true(json_object_get(item, "outdated")))
            strbuf_add(&line, " (older than the list)");
    }
    add_wrapped(out, &line, width);
    strbuf_release(&line);
}

/* How many, and the latest: the whole list is the manifest's history. */
static void add_deployments(struct strbuf *out, const json_t *release, size_t width, bool utf8)
{
    const json_t *list = json_object_get(release, "deployments");
    const json_t *latest = json_array_get(list, 0);
    struct strbuf line = STRBUF_INIT;

    if (latest == NULL)
        return;
    rich_word(&line, RICH_HEADING, "deployments");
    strbuf_printf(&line, " %zu, the latest ", json_array_size(list));
    rich_text(&line, RICH_PLAIN, member(latest, "module"), utf8);
    strbuf_add_char(&line, ' ');
    rich_text(&line, RICH_PLAIN, member(latest, "version"), utf8);
    strbuf_printf(&line, " %s in ", member(latest, "status"));
    rich_text(&line, RICH_PLAIN, member(latest, "environment"), utf8);
    strbuf_add(&line, " by ");
    rich_text(&line, RICH_PLAIN, member(latest, "deployed_by"), utf8);
    add_wrapped(out, &line, width);
    strbuf_release(&line);
}

static void add_outcome(struct strbuf *out, const json_t *release, size_t width, bool utf8)
{
    const json_t *outcome = json_object_get(release, "outcome");
    struct strbuf line = STRBUF_INIT;
    json_t *name;
    size_t index;

    if (!json_is_object(outcome))
        return;
    rich_word(&line, RICH_HEADING, "outcome");
    if (json_is_integer(json_object_get(outcome, "deployed")))
        strbuf_printf(&line, " %lld of %lld deployed, %lld rolled back",
                      (long long)json_integer_value(json_object_get(outcome, "deployed")),
                      (long long)json_integer_value(json_object_get(outcome, "modules")),
                      (long long)json_integer_value(json_object_get(outcome, "rolled_back")));
    json_array_foreach(json_object_get(outcome, "by"), index, name)
    {
        strbuf_add(&line, index > 0 ? ", " : ", by ");
        rich_text(&line, RICH_PLAIN, json_string_value(name), utf8);
    }
    if (*member(outcome, "last_at") != '\0') {
        strbuf_add(&line, ", until ");
        add_time(&line, member(outcome, "last_at"));
    }
    if (*member(outcome, "forced") != '\0') {
        strbuf_add(&line, "; closed all the same: ");
        rich_text(&line, RICH_PLAIN, member(outcome, "forced"), utf8);
    }
    if (*member(outcome, "text") != '\0') {
        strbuf_add(&line, ": ");
        rich_text(&line, RICH_PLAIN, member(outcome, "text"), utf8);
    }
    add_wrapped(out, &line, width);
    strbuf_release(&line);
}

void release_text_render(struct strbuf *out, const json_t *release, size_t width, bool utf8)
{
    add_head(out, release, utf8);
    add_next(out, release, width, utf8);
    strbuf_add_char(out, '\n');
    add_lines(out, release, width, utf8);
    strbuf_add_char(out, '\n');
    add_counts(out, release, width, utf8);
    add_numbers(out, release, "reports", "run", width);
    add_numbers(out, release, "notes", "status", width);
    add_deployments(out, release, width, utf8);
    add_outcome(out, release, width, utf8);
}
