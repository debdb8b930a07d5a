/*
 * Our differences of real lock files and manifests against answers that were computed with another
 * program (and for npm checked with npm's own semver). The data are not part of the project:
 * PILAB_TEST_DATA names their folder, otherwise ../shared/data beside the source tree is used;
 * without it the cases skip.
 *
 * Each line of an answer is one name; every one must be ours, in every field, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/packages/difference.h>
#include <pilab/packages/formats.h>

enum { FILE_LIMIT = 1 << 20 };

struct comparison {
    const char *folder, *format, *previous, *current, *expected;
};

static const struct comparison npm = { "npm", "package-lock.json", "package-lock-v4.2.4.json",
                                       "package-lock-v4.8.0.json", "v4.2.4_v4.8.0.expected.jsonl" };
static const struct comparison go = { "gomod", "go.mod", "go.mod-v1.7.1", "go.mod-v1.10.2",
                                      "v1.7.1_v1.10.2.expected.jsonl" };
static const struct comparison poms[] = {
    {"pom",  "pom.xml", "pom-702747f43.xml", "pom-300597fc6.xml",
     "702747f43_300597fc6.expected.jsonl"},
    { "pom", "pom.xml", "pom-300597fc6.xml", "pom-c71ccfd85.xml",
     "300597fc6_c71ccfd85.expected.jsonl"},
};

static char *need_data_folder(void)
{
    const char *data = getenv("PILAB_TEST_DATA");
    const char *source = getenv("PILAB_SOURCE");
    char *folder = data && *data ? memory_printf("%s/deps", data)
                                 : memory_printf("%s/../shared/data/deps", source ? source : ".");

    if (file_is_directory(folder))
        return folder;
    free(folder);
    skip();
    return NULL;
}

static void read_text(const char *folder, const struct comparison *comparison, const char *name,
                      struct strbuf *text)
{
    char *path = memory_printf("%s/%s/%s", folder, comparison->folder, name);
    struct error error = { 0 };

    if (!file_read(path, FILE_LIMIT, true, text, &error))
        fail_msg("%s", error.message);
    free(path);
}

/* The other program does not look into Maven's profiles. */
static void drop_profiles(struct package_list *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        const char *word = list->packages[i].scope_word;

        if (!word || strcmp(word, "profile") != 0)
            list->packages[kept++] = list->packages[i];
    }
    list->count = kept;
}

static struct package_list *read_list(const char *folder, const struct comparison *comparison,
                                      const char *name)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct package_list *list;

    read_text(folder, comparison, name, &text);
    list = package_list_read(package_format_of(comparison->format), name, text.data, text.length,
                             NULL, &error);
    if (!list)
        fail_msg("%s", error.message);
    assert_int_equal(list->problem_count, 0);
    drop_profiles(list);
    strbuf_release(&text);
    return list;
}

/* --- In the answers' words -------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Different texts, sorted by their bytes. */
static json_t *text_set(const char **texts, size_t count)
{
    json_t *set = json_array();

    qsort(texts, count, sizeof *texts, compare_texts);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(texts[i], texts[i - 1]) != 0)
            json_append(set, json_string(texts[i]));
    }
    return set;
}

static json_t *versions_of(const struct package_state *state)
{
    const char **texts = memory_array(state->version_count, sizeof *texts);
    json_t *set;

    for (size_t i = 0; i < state->version_count; i++)
        texts[i] = state->versions[i] ? state->versions[i] : "None";
    set = text_set(texts, state->version_count);
    free(texts);
    return set;
}

/* The answers know of peers and of optional packages for development only as of runtime ones. */
static const char *scope_word(const struct package *package)
{
    const char *word = package->scope_word;

    if (!word || strcmp(word, "peer") == 0 || strcmp(word, "devOptional") == 0)
        return "runtime";
    return word;
}

static json_t *scopes_of(const struct package_state *state)
{
    const char **texts = memory_array(state->count, sizeof *texts);
    json_t *set;

    for (size_t i = 0; i < state->count; i++)
        texts[i] = scope_word(state->entries[i]);
    set = text_set(texts, state->count);
    free(texts);
    return set;
}

static json_t *step_of(const struct package_change *change)
{
    const struct version_change *step = &change->step;
    struct strbuf word = STRBUF_INIT;
    json_t *json;

    if (change->several)
        return json_string("multi");
    strbuf_printf(&word, "%s%s%s", step->downgrade ? "downgrade-" : "",
                  version_step_name(step->step),
                  step->zero && (step->step == VERSION_MINOR || step->step == VERSION_PATCH)
                      ? "(0.x)"
                      : "");
    json = json_string(word.data);
    strbuf_release(&word);
    return json;
}

static json_t *answer_of(const struct package_change *change)
{
    static const char *const kinds[] = { "added", "removed", "changed" };
    const struct package_state *last =
        change->event == PACKAGE_REMOVED ? &change->previous : &change->current;
    json_t *json = json_object();

    json_put_text(json, "name", change->name);
    json_put(json, "from", versions_of(&change->previous));
    json_put(json, "to", versions_of(&change->current));
    json_put(json, "scope", scopes_of(last));
    json_put_bool(json, "direct", last->relation == PACKAGE_DIRECT);
    json_put_text(json, "kind", kinds[change->event]);
    if (change->event == PACKAGE_CHANGED)
        json_put(json, "semver", step_of(change));
    return json;
}

/* --- The comparison --------------------------------------------------------------------------- */

static size_t version_changes(const struct package_difference *difference)
{
    size_t count = 0;

    for (size_t i = 0; i < difference->count; i++)
        count += difference->changes[i].event != PACKAGE_MOVED;
    return count;
}

static const struct package_change *find(const struct package_difference *difference,
                                         const char *name)
{
    for (size_t i = 0; i < difference->count; i++) {
        if (strcmp(difference->changes[i].name, name) == 0)
            return &difference->changes[i];
    }
    fail_msg("%s is missing", name);
    return NULL;
}

static void check_line(const struct package_difference *difference, const json_t *expected)
{
    json_t *ours = answer_of(find(difference, json_member_text(expected, "name")));
    char *left = json_dumps(expected, JSON_SORT_KEYS), *right = json_dumps(ours, JSON_SORT_KEYS);

    assert_string_equal(right, left);
    free(left);
    free(right);
    json_decref(ours);
}

static void check_summary(const json_t *expected, const struct package_difference *difference,
                          const struct package_list *previous, const struct package_list *current)
{
    assert_int_equal(json_integer_value(json_object_get(expected, "total")),
                     version_changes(difference));
    assert_int_equal(json_integer_value(json_object_get(expected, "entries_old")), previous->count);
    assert_int_equal(json_integer_value(json_object_get(expected, "entries_new")), current->count);
}

static void check(const struct comparison *comparison)
{
    char *folder = need_data_folder();
    struct package_list *previous = read_list(folder, comparison, comparison->previous);
    struct package_list *current = read_list(folder, comparison, comparison->current);
    struct package_difference *difference = package_difference_of(previous, current);
    struct strbuf expected = STRBUF_INIT;
    size_t lines = 0;

    read_text(folder, comparison, comparison->expected, &expected);
    for (char *line = expected.data, *next; *line; line = next) {
        size_t length = strcspn(line, "\n");
        json_t *json = json_loadb(line, length, 0, NULL);

        next = line + length + (line[length] == '\n');
        if (!json)
            fail_msg("%s: a line is no JSON", comparison->expected);
        if (json_member_text(json, "name")) {
            check_line(difference, json);
            lines++;
        } else {
            check_summary(json, difference, previous, current);
        }
        json_decref(json);
    }
    assert_true(lines > 0);
    assert_int_equal(version_changes(difference), lines);
    strbuf_release(&expected);
    package_difference_free(&difference);
    package_list_free(&previous);
    package_list_free(&current);
    free(folder);
}

static void a_lock_file_of_npm(void **state)
{
    (void)state;
    check(&npm);
}

static void a_module_of_go(void **state)
{
    (void)state;
    check(&go);
}

static void projects_of_maven(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof poms / sizeof *poms; i++)
        check(&poms[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_file_of_npm),
        cmocka_unit_test(a_module_of_go),
        cmocka_unit_test(projects_of_maven),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
