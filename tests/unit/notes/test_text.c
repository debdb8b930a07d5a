#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/notes/text.h>

#include "../../support/code_fixture.h"

/* Without roles, as on a printer. */
static void render(struct strbuf *out, const struct note *note, size_t width, bool utf8, bool wide)
{
    const struct note_text_options options = { .width = width, .utf8 = utf8, .wide = wide };
    struct strbuf rich = STRBUF_INIT;

    note_render_text(&rich, note, &options);
    rich_to_plain(out, rich.data, rich.length);
    strbuf_release(&rich);
}

static void expect_text(const struct note *note, size_t width, bool utf8, const char *expected)
{
    struct strbuf out = STRBUF_INIT;

    render(&out, note, width, utf8, false);
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
}

static const struct drift_source sources[] = {
    {DRIFT_CONFIG, "mb-auth", SOURCE_READ,   0, NULL, 0, 0},
    { DRIFT_IMAGE, "mb-auth", SOURCE_FAILED, 0, NULL, 0, 0},
};

static struct note_item items[] = {
    {.type = DRIFT_CONFIG,
     .service = "mb-auth",
     .key = "SESSION_TIMEOUT",
     .previous = "30",
     .current = "15",
     .change_type = CHANGE_TYPE_MODIFIED,
     .reason = "sessions end earlier",
     .attention = ATTENTION_REVIEW },
    { .type = DRIFT_CONFIG,
     .service = "mb-notify",
     .key = "UPI",
     .current = "",
     .change_type = CHANGE_TYPE_ADDED},
    { .type = DRIFT_CONFIG,
     .service = "mb-notify",
     .key = "OLD",
     .previous = "x",
     .change_type = CHANGE_TYPE_DELETED},
};

static void start(struct code_fixture *fixture)
{
    code_fixture_start(fixture);
    code_fixture_module(fixture, "mb-notify");
    fixture->input.project = "Mobile Banking";
    fixture->input.project_code = "MB";
    fixture->input.sources = sources;
    fixture->input.source_count = 2;
    fixture->input.previous =
        (struct drift_side){ .spec = "env:UAT", .label = "UAT", .environment = "UAT" };
    fixture->input.current =
        (struct drift_side){ .spec = "env:SIT", .label = "SIT", .environment = "SIT" };
    commit_fixture_add(&fixture->ahead[0],
                       "[MB-234] Add biometric authentication\n\nNew biometric login feature for "
                       "enhanced security. It works with fingers, faces and, on some telephones, "
                       "with eyes; a code is asked for on every other one.");
    commit_fixture_add(&fixture->ahead[1], "feat!: MB-256 push notifications\n\n"
                                           "BREAKING CHANGE: the old address is gone");
    commit_fixture_add(&fixture->ahead[1], "chore: tidy up");
}

static struct note *note_of(struct code_fixture *fixture)
{
    struct note *note;

    code_fixture_detect(fixture);
    note = note_generate(fixture->report, &(struct note_options){ .version = "R2025.03" });
    note->items = items;
    note->item_count = sizeof items / sizeof items[0];
    note->summary.total_changes += note->item_count;
    note->sections[NOTE_CONFIGURATION].state = NOTE_CHANGED;
    return note;
}

static void eighty_columns_are_used_well(void **state)
{
    struct code_fixture fixture;
    struct note *note;

    (void)state;
    start(&fixture);
    note = note_of(&fixture);
    expect_text(note, 80, true,
                "Release Notes - R2025.03                                 UAT would get, from SIT\n"
                "Mobile Banking (MB)                                             January 22, 2025\n"
                "5 changes: 2 in code, 3 in configuration   2 services   breaking\n"
                "3 commits = 2 in notes + 1 internal · 0 unexplained\n"
                "\n"
                "Breaking changes\n"
                "  MB-256  the old address is gone\n"
                "\n"
                "New features  2\n"
                "  MB-256  Push notifications                                           mb-notify\n"
                "          breaking: the old address is gone\n"
                "  MB-234  Add biometric authentication                                   mb-auth\n"
                "          New biometric login feature for enhanced security. It works with\n"
                "          fingers, faces and, on some telephones, with eyes; a code is asked fo…\n"
                "\n"
                "Configuration  3\n"
                "  ~ mb-auth    SESSION_TIMEOUT  30 → 15\n"
                "               look: sessions end earlier\n"
                "  + mb-notify  UPI              \"\"\n"
                "  − mb-notify  OLD              was x\n"
                "\n"
                "Internal  1\n"
                "  … 1 more change: --wide shows all\n"
                "\n"
                "Not examined       database, infrastructure, dependencies\n"
                "Could not be read  images\n");
    note_free(&note);
    code_fixture_end(&fixture);
}

/* No line is wider than asked for, whatever the width and the text. */
static void check_width(const struct note *note, size_t width, bool utf8, bool wide)
{
    struct strbuf out = STRBUF_INIT;
    const char *line;

    render(&out, note, width, utf8, wide);
    for (line = out.data; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t columns = rich_width(line, strcspn(line, "\n"));

        if (columns > width)
            fail_msg("%zu columns of %zu: %.*s", columns, width, (int)strcspn(line, "\n"), line);
    }
    strbuf_release(&out);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    static const size_t widths[] = { 40, 41, 57, 80, 160 };
    struct code_fixture fixture;
    struct note *note;

    (void)state;
    start(&fixture);
    commit_fixture_add(&fixture.ahead[0],
                       "Averyveryveryveryveryveryveryveryverylongwordthatnobodyeverwouldwritehere");
    commit_fixture_add(&fixture.ahead[0],
                       "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字");
    note = note_of(&fixture);
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        check_width(note, widths[i], true, false);
        check_width(note, widths[i], false, true);
    }
    note_free(&note);
    code_fixture_end(&fixture);
}

static void wide_shows_everything(void **state)
{
    struct code_fixture fixture;
    struct strbuf out = STRBUF_INIT;
    struct note *note;

    (void)state;
    start(&fixture);
    note = note_of(&fixture);
    render(&out, note, 100, true, true);
    assert_non_null(strstr(out.data, "a code is asked for on every other one."));
    assert_non_null(strstr(out.data, "Tidy up"));
    assert_non_null(strstr(out.data, "9e3779b1 Dev"));
    assert_null(strstr(out.data, "--wide"));
    strbuf_release(&out);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void a_terminal_without_utf8_gets_none(void **state)
{
    struct note_item secret = {
        .type = DRIFT_CONFIG, .key = "DB_PASSWORD", .previous = "••••", .current = "a:••••@b"
    };
    struct code_fixture fixture;
    struct strbuf out = STRBUF_INIT;
    struct note *note;

    (void)state;
    start(&fixture);
    commit_fixture_add(&fixture.ahead[0], "Café → \x1b[31mred \xe2\x80\xae\rFAKE \xff");
    note = note_of(&fixture);
    note->items = &secret;
    note->item_count = 1;
    render(&out, note, 80, false, true);
    assert_non_null(strstr(out.data, "DB_PASSWORD  **** -> a:****@b\n"));
    for (size_t i = 0; i < out.length; i++)
        assert_true((unsigned char)out.data[i] < 0x7f &&
                    (out.data[i] == '\n' || out.data[i] >= ' '));
    assert_non_null(strstr(out.data, "Caf<U+00E9> <U+2192> ^[[31mred <U+202E>"));
    strbuf_release(&out);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void remarks_and_problems_are_shown(void **state)
{
    const struct drift_problem problems[] = {
        {DRIFT_CONFIG,  "mb-auth", "values.yaml", "line 3: bad", NULL, false},
        { DRIFT_CONFIG, "",        "x.yaml",      "odd",         NULL, true },
    };
    struct code_fixture fixture;
    struct strbuf out = STRBUF_INIT;
    struct note *note;

    (void)state;
    code_fixture_start(&fixture);
    fixture.input.problems = problems;
    fixture.input.problem_count = 2;
    commit_fixture_add(&fixture.ahead[0], "MB-1 Deprecate v1\n\nIt is old.\n\nUse v2 instead.");
    commit_fixture_add(&fixture.ahead[0], "Revert \"Old\"");
    commit_fixture_add(&fixture.ahead[0], "Add a security menu (MB-2)");
    commit_fixture_add(&fixture.behind[0], "Add a security menu (MB-2)");
    code_fixture_detect(&fixture);
    note = note_generate(fixture.report, NULL);
    render(&out, note, 80, true, false);
    assert_non_null(strstr(out.data, "not read: mb-auth: values.yaml: line 3: bad\n"));
    assert_non_null(strstr(out.data, "note: x.yaml: odd\n"));
    assert_non_null(strstr(out.data, "instead: Use v2 instead.\n"));
    assert_non_null(strstr(out.data, "takes back what was released\n"));
    assert_non_null(strstr(out.data, "probably there already: check a2912765\n"));
    assert_non_null(strstr(out.data, "        security\n"));
    assert_non_null(strstr(out.data, "v2.0.6 → v2.0.7\n"));
    strbuf_release(&out);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void many_rows_are_cut_until_all_are_asked_for(void **state)
{
    static struct note_item many[60];
    struct code_fixture fixture;
    struct strbuf out = STRBUF_INIT;
    struct note *note;

    (void)state;
    code_fixture_start(&fixture);
    for (size_t i = 0; i < 60; i++)
        many[i] = (struct note_item){ .type = DRIFT_CONFIG, .path = "key", .current = "x" };
    many[0].previous =
        "a value that is so long that nobody wants to read all of it in a table of sixty rows";
    code_fixture_detect(&fixture);
    note = note_generate(fixture.report, NULL);
    note->items = many;
    note->item_count = 60;
    render(&out, note, 120, true, false);
    assert_non_null(strstr(out.data, "… 20 more differences: --wide shows all\n"));
    assert_non_null(strstr(out.data, "… → x\n"));
    strbuf_clear(&out);
    render(&out, note, 120, true, true);
    assert_null(strstr(out.data, "more differences"));
    assert_non_null(strstr(out.data, "a table of sixty rows"));
    strbuf_release(&out);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void nothing_to_announce_says_so(void **state)
{
    struct code_fixture fixture;
    struct strbuf out = STRBUF_INIT;
    struct note *note;

    (void)state;
    code_fixture_start(&fixture);
    code_fixture_detect(&fixture);
    note = note_generate(fixture.report, NULL);
    render(&out, note, 80, true, false);
    assert_non_null(strstr(out.data, "Nothing to announce\n"));
    assert_null(strstr(out.data, "commits"));
    strbuf_release(&out);
    note_free(&note);
    code_fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eighty_columns_are_used_well),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(wide_shows_everything),
        cmocka_unit_test(a_terminal_without_utf8_gets_none),
        cmocka_unit_test(remarks_and_problems_are_shown),
        cmocka_unit_test(many_rows_are_cut_until_all_are_asked_for),
        cmocka_unit_test(nothing_to_announce_says_so),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
