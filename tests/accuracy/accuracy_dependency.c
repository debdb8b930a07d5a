/* Dependencies: lock files and manifests of real projects at two tags against differences that
 * another program computed (and for npm checked with npm's own semver). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/packages/difference.h>
#include <pilab/packages/formats.h>

#include "accuracy.h"

static const struct pair {
    const char *folder, *format, *previous, *current, *expected;
} pairs[] = {
    {"deps/npm",    "package-lock.json", "package-lock-v4.2.4.json", "package-lock-v4.8.0.json",
     "v4.2.4_v4.8.0.expected.jsonl"                                                                                             },
    { "deps/gomod", "go.mod",            "go.mod-v1.7.1",            "go.mod-v1.10.2",           "v1.7.1_v1.10.2.expected.jsonl"},
    { "deps/pom",   "pom.xml",           "pom-702747f43.xml",        "pom-300597fc6.xml",
     "702747f43_300597fc6.expected.jsonl"                                                                                       },
    { "deps/pom",   "pom.xml",           "pom-300597fc6.xml",        "pom-c71ccfd85.xml",
     "300597fc6_c71ccfd85.expected.jsonl"                                                                                       },
};

static struct package_list *read_list(const char *data, const struct pair *pair, const char *name)
{
    char *path = memory_printf("%s/%s", pair->folder, name);
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct package_list *list;

    accuracy_read(data, path, &text);
    list = package_list_read(package_format_of(pair->format), name, text.data, text.length, NULL,
                             &error);
    if (list == NULL)
        fail_msg("%s", error.message);
    strbuf_release(&text);
    free(path);
    return list;
}

/* --- Theirs ---------------------------------------------------------------------------------- */

static void add_list(struct strbuf *out, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        strbuf_printf(out, "%s%s", i > 0 ? "," : "", json_string_value(json_array_get(list, i)));
}

static void expect_line(struct accuracy *accuracy, const json_t *change)
{
    struct strbuf line = STRBUF_INIT;
    const char *step = json_member_text(change, "semver");

    strbuf_printf(&line, "%s %s ", json_member_text(change, "kind"),
                  json_member_text(change, "name"));
    add_list(&line, json_object_get(change, "from"));
    strbuf_add(&line, " > ");
    add_list(&line, json_object_get(change, "to"));
    strbuf_printf(&line, " %s %s", step != NULL ? step : "-",
                  json_is_true(json_object_get(change, "direct")) ? "direct" : "transitive");
    accuracy_expect(accuracy, "%s", line.data);
    strbuf_release(&line);
}

static void expect(struct accuracy *accuracy, const char *data, const struct pair *pair)
{
    char *path = memory_printf("%s/%s", pair->folder, pair->expected);
    struct strbuf text = STRBUF_INIT;

    accuracy_read(data, path, &text);
    for (const char *line = text.data; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        json_t *change = json_loadb(line, length, 0, NULL);

        if (change == NULL)
            fail_msg("%s: a line is no JSON", path);
        if (json_member_text(change, "name") != NULL)
            expect_line(accuracy, change);
        json_decref(change);
        line += length + (line[length] == '\n');
    }
    strbuf_release(&text);
    free(path);
}

/* --- Ours ------------------------------------------------------------------------------------ */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted by their bytes, as theirs are. */
static void add_versions(struct strbuf *out, const struct package_state *state)
{
    const char **versions = memory_array(state->version_count, sizeof *versions);

    for (size_t i = 0; i < state->version_count; i++)
        versions[i] = state->versions[i] != NULL ? state->versions[i] : "None";
    qsort(versions, state->version_count, sizeof *versions, compare_texts);
    for (size_t i = 0; i < state->version_count; i++)
        strbuf_printf(out, "%s%s", i > 0 ? "," : "", versions[i]);
    free(versions);
}

static void add_step(struct strbuf *out, const struct package_change *change)
{
    const struct version_change *step = &change->step;
    bool young = step->zero && (step->step == VERSION_MINOR || step->step == VERSION_PATCH);

    if (change->event != PACKAGE_CHANGED)
        strbuf_add(out, " -");
    else if (change->several)
        strbuf_add(out, " multi");
    else
        strbuf_printf(out, " %s%s%s", step->downgrade ? "downgrade-" : "",
                      version_step_name(step->step), young ? "(0.x)" : "");
}

static bool is_of_profile(const struct package_state *state)
{
    for (size_t i = 0; i < state->count; i++) {
        const char *word = state->entries[i]->scope_word;

        if (word == NULL || strcmp(word, "profile") != 0)
            return false;
    }
    return true;
}

static void tell_change(struct accuracy *accuracy, const struct package_change *change)
{
    static const char *const kinds[] = { "added", "removed", "changed" };
    const struct package_state *last =
        change->event == PACKAGE_REMOVED ? &change->previous : &change->current;
    struct strbuf line = STRBUF_INIT;

    strbuf_printf(&line, "%s %s ", kinds[change->event], change->name);
    add_versions(&line, &change->previous);
    strbuf_add(&line, " > ");
    add_versions(&line, &change->current);
    add_step(&line, change);
    strbuf_add(&line, last->relation == PACKAGE_DIRECT ? " direct" : " transitive");
    accuracy_tell(accuracy, "%s", line.data);
    if (is_of_profile(last))
        accuracy_explain(accuracy, line.data,
                         "it stands in a profile, into which the other program does not look");
    strbuf_release(&line);
}

static void tell(struct accuracy *accuracy, const char *data, const struct pair *pair)
{
    struct package_list *previous = read_list(data, pair, pair->previous);
    struct package_list *current = read_list(data, pair, pair->current);
    struct package_difference *difference = package_difference_of(previous, current);

    for (size_t i = 0; i < difference->count; i++) {
        if (difference->changes[i].event != PACKAGE_MOVED)
            tell_change(accuracy, &difference->changes[i]);
    }
    package_difference_free(&difference);
    package_list_free(&previous);
    package_list_free(&current);
}

void accuracy_of_dependency(struct accuracy *accuracy, const char *data)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        expect(accuracy, data, &pairs[i]);
        tell(accuracy, data, &pairs[i]);
        accuracy_settle(accuracy, pairs[i].expected);
    }
}
