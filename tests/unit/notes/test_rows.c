#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/notes/markdown.h>
#include <pilab/notes/text.h>

#define MOST 8

/* Notes by hand that have nothing but configuration. */
struct told {
    struct note_item items[MOST];
    struct note note;
    struct strbuf out;
};

static int begin(void **state)
{
    static struct told told;

    told = (struct told){ .out = STRBUF_INIT };
    told.note.items = told.items;
    told.note.release =
        (struct note_release){ .version = "v2", .previous_version = "v1", .project = "shop" };
    told.note.sections[NOTE_CONFIGURATION].state = NOTE_CHANGED;
    *state = &told;
    return 0;
}

static int end(void **state)
{
    struct told *told = *state;

    strbuf_release(&told->out);
    return 0;
}

static struct note_item *add(struct told *told, const char *path, const char *key,
                             const char *previous, const char *current)
{
    struct note_item *item = &told->items[told->note.item_count++];

    *item = (struct note_item){ .type = DRIFT_CONFIG,
                                .category = "image",
                                .module = "shop",
                                .service = "shop",
                                .path = path,
                                .key = key,
                                .change_type = CHANGE_TYPE_MODIFIED,
                                .previous = previous,
                                .current = current };
    return item;
}

/* The Markdown from the table's first row to its last. */
static const char *table(struct told *told)
{
    struct error error = { 0 };
    char *end;

    strbuf_clear(&told->out);
    if (!note_render_markdown(&told->out, &told->note, NULL, &error))
        fail_msg("%s", error.message);
    end = strstr(told->out.data, "\n\n## Database");
    assert_non_null(end);
    *end = '\0';
    return strstr(told->out.data, "|---------|-----|----------|-----|\n") + 35;
}

static const char *text(struct told *told, bool wide)
{
    struct note_text_options options = { .width = 80, .utf8 = true, .wide = wide };
    struct strbuf rich = STRBUF_INIT;

    note_render_text(&rich, &told->note, &options);
    strbuf_clear(&told->out);
    rich_to_plain(&told->out, rich.data, rich.length);
    strbuf_release(&rich);
    return told->out.data;
}

static void the_same_change_in_several_places_is_one_row(void **state)
{
    struct told *told = *state;

    add(told, "web.tag", "tag", "v1", "v2");
    add(told, "worker.tag", "tag", "v1", "v2");
    add(told, "web.replicas", "replicas", "1", "2");
    assert_non_null(strstr(table(told), "| shop | tag in 2 places | v1 | v2 |\n"
                                        "| shop | web.replicas | 1 | 2 |\n"));
    assert_non_null(strstr(text(told, false), "tag in 2 places"));
    assert_non_null(strstr(text(told, false), "Configuration  3"));
}

static void a_key_with_several_values_is_told_by_its_path(void **state)
{
    struct told *told = *state;

    add(told, "web.tag", "tag", "v1", "v2");
    add(told, "sidecar.tag", "tag", "v7", "v8");
    assert_non_null(strstr(table(told), "| shop | web.tag | v1 | v2 |\n"
                                        "| shop | sidecar.tag | v7 | v8 |\n"));
    assert_non_null(strstr(text(told, false), "sidecar.tag"));
}

static void two_settings_with_the_same_last_part_are_two_rows(void **state)
{
    struct told *told = *state;

    add(told, "tls.enabled", "enabled", "false", "true")->category = "ingress";
    add(told, "debug.enabled", "enabled", "false", "true")->category = "other";
    assert_non_null(strstr(table(told), "| shop | tls.enabled | false | true |\n"
                                        "| shop | debug.enabled | false | true |\n"));
}

static void a_variable_is_called_by_its_name(void **state)
{
    struct told *told = *state;

    add(told, "env.web.LIMIT", "LIMIT", "1", "2")->category = "env";
    add(told, "env.worker.LIMIT", "LIMIT", "1", "2")->category = "env";
    add(told, "env.web.COLOR", "COLOR", "red", "blue")->category = "env";
    assert_non_null(strstr(table(told), "| shop | LIMIT in 2 places | 1 | 2 |\n"
                                        "| shop | COLOR | red | blue |\n"));
}

static void the_same_path_in_two_files_is_told_apart_by_them(void **state)
{
    struct told *told = *state;

    add(told, "image.tag", "tag", "v1", "v2")->file = "web/values.yaml";
    add(told, "image.tag", "tag", "v7", "v8")->file = "worker/values.yaml";
    assert_non_null(strstr(table(told), "| shop | image.tag (web/values.yaml) | v1 | v2 |\n"
                                        "| shop | image.tag (worker/values.yaml) | v7 | v8 |\n"));
}

static void several_places_have_no_path(void **state)
{
    struct told *told = *state;

    add(told, "web.tag", "tag", "v1", "v2");
    add(told, "worker.tag", "tag", "v1", "v2");
    add(told, "sidecar.tag", "tag", "v7", "v8");
    assert_non_null(strstr(table(told), "| shop | tag in 2 places | v1 | v2 |\n"
                                        "| shop | sidecar.tag | v7 | v8 |\n"));
}

static void what_is_said_of_them_is_said_once(void **state)
{
    struct told *told = *state;

    for (int i = 0; i < 3; i++) {
        struct note_item *item = add(told, "web.tag", "tag", "v1", "v2");

        item->attention = ATTENTION_REVIEW;
        item->reason = "look at it";
    }
    assert_non_null(strstr(table(told), "- **tag** (shop): look at it"));
    assert_null(strstr(strstr(table(told), "look at it") + 1, "look at it"));
}

static void what_differs_in_what_is_said_is_told_apart(void **state)
{
    struct told *told = *state;

    add(told, "web.tag", "tag", "v1", "v2");
    add(told, "worker.tag", "tag", "v1", "v2")->service = "pay";
    add(told, "other.tag", "tag", NULL, "v2");
    assert_null(strstr(table(told), "places"));
}

static void everything_is_listed_when_all_is_wanted(void **state)
{
    struct told *told = *state;

    add(told, "web.tag", "tag", "v1", "v2");
    add(told, "worker.tag", "tag", "v1", "v2");
    assert_null(strstr(text(told, true), "places"));
    assert_non_null(strstr(text(told, true), "worker.tag"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_same_change_in_several_places_is_one_row),
        CASE(a_key_with_several_values_is_told_by_its_path),
        CASE(two_settings_with_the_same_last_part_are_two_rows),
        CASE(a_variable_is_called_by_its_name),
        CASE(the_same_path_in_two_files_is_told_apart_by_them),
        CASE(several_places_have_no_path),
        CASE(what_is_said_of_them_is_said_once),
        CASE(what_differs_in_what_is_said_is_told_apart),
        CASE(everything_is_listed_when_all_is_wanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
