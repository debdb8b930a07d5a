#include "verify_parts.h"

#include <stdio.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>

/* clang-format off */
const struct list_column verify_columns[VERIFY_CELLS] = {
    {"Module",    18, 30, 0, FIT_END   },
    { "Expected", 8,  18, 0, FIT_END   },
    { "Observed", 8,  18, 0, FIT_END   },
    { "Verdict",  13, 13, 0, FIT_END   },
    { "Source",   16, 0,  1, FIT_MIDDLE},
    { "When",     8,  14, 2, FIT_END   },
};

static const struct {
    const char *name, *words;
    enum role role;
} verdicts[] = {
    { "same",          "same",          ROLE_SUCCESS },
    { "differs",       "DIFFERS",       ROLE_ERROR   },
    { "could_not_ask", "could not ask", ROLE_WARNING },
    { "not_observed",  "not observed",  ROLE_WARNING },
    { "waiting",       "asking",        ROLE_DIM     },
};
/* clang-format on */

#define VERDICT_COUNT (sizeof verdicts / sizeof *verdicts)

static size_t verdict_of(const json_t *object)
{
    const char *name = json_member_text(object, "verdict");
    size_t i = 0;

    while (i + 1 < VERDICT_COUNT && (name == NULL || strcmp(verdicts[i].name, name) != 0))
        i++;
    return i;
}

/* "2.0.6", "nothing", "9f8e7d6", "sha256:0123456789ab", "?". */
static void observed_word(const json_t *observed, struct strbuf *out)
{
    const char *version = json_member_text(observed, "version");
    const char *commit = json_member_text(observed, "commit");
    const char *digest = json_member_text(observed, "digest");

    if (json_is_true(json_object_get(observed, "absent")))
        strbuf_add(out, "nothing");
    else if (version != NULL)
        strbuf_add(out, version);
    else if (commit != NULL)
        strbuf_printf(out, "%.7s", commit);
    else if (digest != NULL)
        strbuf_printf(out, "%.19s", digest);
    else
        strbuf_add_char(out, '?');
}

static bool time_of(const json_t *object, const char *member, int64_t *at)
{
    const char *text = json_member_text(object, member);

    return text != NULL && timestamp_parse(text, at, NULL);
}

static void relative(const struct verify_screen *screen, const json_t *object, const char *member,
                     struct strbuf *out)
{
    char text[TIMESTAMP_SIZE];
    int64_t at;

    if (time_of(object, member, &at))
        strbuf_add(out, timestamp_relative(at, clock_now(&screen->studio->call.clock), text));
}

static void add_row(struct verify_screen *screen, const json_t *module)
{
    const json_t *expected = json_object_get(module, "expected");
    const json_t *observed = json_object_get(module, "observed");
    const char *version = json_member_text(expected, "version");
    const char *source = json_member_text(module, "source");
    struct row row = { .identity = json_member_text(module, "module"),
                       .unseen = json_member_text(module, "why") };
    struct strbuf seen = STRBUF_INIT, age = STRBUF_INIT;
    size_t verdict = verdict_of(module);

    observed_word(observed, &seen);
    relative(screen, module, "at", &age);
    row_set(&row, 0, ROLE_NORMAL, row.identity);
    row_set(&row, 1, version != NULL ? ROLE_NORMAL : ROLE_UNKNOWN, version != NULL ? version : "?");
    row_set(&row, 2, strcmp(seen.data, "?") != 0 ? ROLE_NORMAL : ROLE_UNKNOWN, seen.data);
    row_set(&row, 3, verdicts[verdict].role, verdicts[verdict].words);
    row_set(&row, 4, ROLE_DIM, source != NULL ? source : "");
    row_set(&row, 5, ROLE_DIM, age.data);
    memory_rows_add(screen->rows, &row);
    strbuf_release(&seen);
    strbuf_release(&age);
}

void verify_fill_rows(struct verify_screen *screen)
{
    struct list_column columns[VERIFY_CELLS];
    const json_t *module;
    size_t index;

    memory_rows_clear(screen->rows);
    json_array_foreach(json_object_get(screen->document, "modules"), index, module)
        add_row(screen, module);
    memcpy(columns, verify_columns, sizeof columns);
    list_columns_fit(columns, VERIFY_CELLS, screen->rows);
    list_set_columns(screen->list, columns, VERIFY_CELLS);
}

const json_t *verify_selected(const struct verify_screen *screen)
{
    const json_t *module;
    struct row row;
    size_t index;

    if (!list_selected(screen->list, &row) || row.identity == NULL)
        return NULL;
    json_array_foreach(json_object_get(screen->document, "modules"), index, module)
    {
        if (strcmp(json_member_text(module, "module"), row.identity) == 0)
            return module;
    }
    return NULL;
}

/* --- Head ------------------------------------------------------------------------------------- */

static size_t observers_in(const struct verify_screen *screen, const char *state)
{
    const json_t *observer;
    size_t index, count = 0;

    json_array_foreach(json_object_get(screen->document, "observers"), index, observer)
    {
        const char *its = json_member_text(observer, "state");

        count += its != NULL && strcmp(its, state) == 0;
    }
    return count;
}

/* Green is said only when the whole is: nothing waits and nobody failed. */
void verify_draw_head(const struct verify_screen *screen, const struct surface *surface)
{
    const json_t *counts = json_object_get(screen->document, "counts");
    size_t all = json_array_size(json_object_get(screen->document, "observers"));
    size_t whole = verdict_of(screen->document), failed = observers_in(screen, "failed");
    int x = 1;

    surface_horizontal_line(surface, 1, ROLE_LINE);
    if (screen->document == NULL)
        return;
    x += surface_print(surface, 0, x, verdicts[whole].role,
                       whole == 0 ? "all the same" : verdicts[whole].words);
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        json_int_t count = json_integer_value(json_object_get(counts, verdicts[i].name));

        if (count > 0)
            x +=
                surface_printf(surface, 0, x + 2, ROLE_NORMAL, "%" JSON_INTEGER_FORMAT " %s", count,
                               i == 1 && count > 1 ? "differ"
                               : i == 1            ? "differs"
                                                   : verdicts[i].words) +
                2;
    }
    surface_printf(surface, 0, x + 3, failed > 0 ? ROLE_WARNING : ROLE_DIM, "%zu of %zu answered",
                   observers_in(screen, "answered"), all);
}

/* --- Foot ------------------------------------------------------------------------------------- */

static const char *text_or(const json_t *object, const char *member, const char *otherwise)
{
    const char *text = json_member_text(object, member);

    return text != NULL ? text : otherwise;
}

/* Where and since when, as far as it was told. */
static void place_words(const struct verify_screen *screen, const json_t *module,
                        struct strbuf *out)
{
    const json_t *observed = json_object_get(module, "observed");
    const char *between = "";

    if (json_member_text(observed, "place") != NULL) {
        strbuf_printf(out, "at %s", json_member_text(observed, "place"));
        between = ", ";
    }
    if (json_member_text(observed, "image") != NULL) {
        strbuf_printf(out, "%s%s", between, json_member_text(observed, "image"));
        between = ", ";
    }
    if (json_member_text(observed, "changed_at") != NULL) {
        strbuf_printf(out, "%schanged ", between);
        relative(screen, observed, "changed_at", out);
        if (json_member_text(observed, "changed_by") != NULL)
            strbuf_printf(out, " by %s", json_member_text(observed, "changed_by"));
    }
}

/* Both versions, and what is wrong with them. */
static void draw_reason(const json_t *module, const struct surface *foot)
{
    const json_t *observed = json_object_get(module, "observed");
    const char *expected = text_or(json_object_get(module, "expected"), "version", "?");
    const char *why = json_member_text(module, "why");
    struct strbuf line = STRBUF_INIT, seen = STRBUF_INIT;

    observed_word(observed, &seen);
    if (why != NULL && json_is_object(observed) && strcmp(expected, seen.data) == 0)
        strbuf_printf(&line, "%s as expected", expected);
    else
        strbuf_printf(&line, "expected %s", expected);
    if (json_is_object(observed) && (why == NULL || strcmp(expected, seen.data) != 0))
        strbuf_printf(&line, ", seen %s", seen.data);
    strbuf_release(&seen);
    if (why == NULL && strcmp(text_or(module, "verdict", ""), "not_observed") == 0)
        why = "nobody looks at it; `observe` in pilab.yaml says who does";
    if (why != NULL)
        strbuf_printf(&line, ": %s", why);
    surface_print(foot, 2, 1, ROLE_NORMAL, line.data);
    strbuf_release(&line);
}

void verify_draw_foot(const struct verify_screen *screen, const struct surface *foot)
{
    const json_t *module = verify_selected(screen);
    struct strbuf line = STRBUF_INIT;
    size_t verdict = verdict_of(module);
    int x;

    surface_horizontal_line(foot, 0, ROLE_LINE);
    if (module == NULL)
        return;
    x = 1 + surface_print(foot, 1, 1, ROLE_STRONG, text_or(module, "module", ""));
    surface_print(foot, 1, x + 2, verdicts[verdict].role, verdicts[verdict].words);
    draw_reason(module, foot);
    place_words(screen, module, &line);
    surface_print(foot, 3, 1, ROLE_DIM, line.data);
    strbuf_clear(&line);
    if (json_member_text(module, "source") != NULL) {
        strbuf_printf(&line, "%s ", json_member_text(module, "source"));
        relative(screen, module, "at", &line);
        surface_print(foot, 4, 1, ROLE_DIM, line.data);
    }
    strbuf_release(&line);
}

/* --- Pages ------------------------------------------------------------------------------------ */

static void add_fact(struct strbuf *page, const char *name, const char *value)
{
    if (value == NULL)
        return;
    rich_cell(page, RICH_DIM, name, 14, RICH_LEFT, true);
    rich_text(page, RICH_PLAIN, value, true);
    strbuf_add_char(page, '\n');
}

/* "2025-01-22 14:30 UTC" of a time as JSON has it. */
static void add_time(struct strbuf *page, const char *name, const char *time)
{
    char text[32];

    if (time == NULL || strlen(time) < 16)
        return;
    snprintf(text, sizeof text, "%.10s %.5s UTC", time, time + 11);
    add_fact(page, name, text);
}

static bool is_time(const char *member)
{
    return strlen(member) > 3 && strcmp(member + strlen(member) - 3, "_at") == 0;
}

static void add_facts(struct strbuf *page, const char *title, const json_t *object,
                      const char *const *members)
{
    strbuf_add_char(page, '\n');
    rich_word(page, RICH_HEADING, title);
    strbuf_add_char(page, '\n');
    for (; *members != NULL; members += 2)
        (is_time(members[1]) ? add_time : add_fact)(page, members[0],
                                                    json_member_text(object, members[1]));
}

static void add_configuration(struct strbuf *page, const json_t *configuration)
{
    const json_t *key;
    size_t index;

    strbuf_add_char(page, '\n');
    rich_word(page, RICH_HEADING, "Configuration in force");
    strbuf_add_char(page, '\n');
    if (!json_is_true(json_object_get(configuration, "compared"))) {
        add_fact(page, "compared", "no");
        return;
    }
    if (json_integer_value(json_object_get(configuration, "differences")) == 0)
        add_fact(page, "differs", "nothing");
    json_array_foreach(json_object_get(configuration, "keys"), index, key)
    {
        add_fact(page, index == 0 ? "differs" : "", json_string_value(key));
    }
    strbuf_add(page, "c on the list compares all of it, with its values.\n");
}

void verify_module_page(const struct verify_screen *screen, const json_t *module,
                        struct strbuf *page)
{
    static const char *const expected[] = { "version",       "version",         "commit",
                                            "commit",        "image",           "image",
                                            "configuration", "config_revision", NULL };
    static const char *const observed[] = {
        "version",   "version",   "as written", "said",       "commit",        "commit",
        "image",     "image",     "digest",     "digest",     "configuration", "config_revision",
        "place",     "place",     "changed by", "changed_by", "changed at",    "changed_at",
        "unsettled", "unsettled", NULL
    };

    rich_text(page, RICH_TITLE, text_or(module, "module", ""), true);
    strbuf_add(page, " in ");
    rich_text(page, RICH_TITLE, text_or(screen->document, "environment", ""), true);
    strbuf_add(page, "\n\n");
    add_fact(page, "verdict", verdicts[verdict_of(module)].words);
    add_fact(page, "why", json_member_text(module, "why"));
    add_fact(page, "source", json_member_text(module, "source"));
    add_time(page, "answered at", json_member_text(module, "at"));
    add_facts(page, "Expected", json_object_get(module, "expected"), expected);
    if (json_is_object(json_object_get(module, "configuration")))
        add_configuration(page, json_object_get(module, "configuration"));
    if (json_is_object(json_object_get(module, "observed")))
        add_facts(page, "Observed", json_object_get(module, "observed"), observed);
}

void verify_observers_page(const struct verify_screen *screen, struct strbuf *page)
{
    const json_t *observer, *foreign = json_object_get(screen->document, "foreign"), *other;
    size_t index;

    rich_word(page, RICH_TITLE, "Who was asked");
    strbuf_add(page, "\n");
    if (json_array_size(json_object_get(screen->document, "observers")) == 0)
        strbuf_add(page, "\nNobody: no observer is set up. One is set up in Setup, Environments.\n");
    json_array_foreach(json_object_get(screen->document, "observers"), index, observer)
    {
        char seen[32];

        strbuf_add_char(page, '\n');
        rich_text(page, RICH_NAME, text_or(observer, "source", ""), true);
        strbuf_add_char(page, '\n');
        snprintf(seen, sizeof seen, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(json_object_get(observer, "seen")));
        add_fact(page, "  state", json_member_text(observer, "state"));
        add_time(page, "  at", json_member_text(observer, "at"));
        add_fact(page, "  told of", seen);
        add_fact(page, "  commit", json_member_text(observer, "revision"));
        add_fact(page, "  why", json_member_text(observer, "message"));
        add_fact(page, "  try", json_member_text(observer, "hint"));
    }
    if (json_array_size(foreign) == 0)
        return;
    strbuf_add_char(page, '\n');
    rich_word(page, RICH_HEADING, "Seen, and no module of the project");
    strbuf_add_char(page, '\n');
    json_array_foreach(foreign, index, other)
    {
        rich_text(page, RICH_NAME, text_or(other, "name", "?"), true);
        strbuf_add_char(page, ' ');
        rich_text(page, RICH_PLAIN, text_or(other, "version", "?"), true);
        strbuf_add(page, "  ");
        rich_text(page, RICH_DIM, text_or(other, "place", ""), true);
        strbuf_add_char(page, '\n');
    }
}
