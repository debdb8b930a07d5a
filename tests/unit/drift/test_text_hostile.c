#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/utf8.h>
#include <pilab/drift/builder.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/text.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define COMMITTED_AT INT64_C(1737367200000) /* 2025-01-20T10:00:00Z */

/* --- Reports made up ------------------------------------------------------------------------- */

struct maker {
    struct arena *arena;
    struct random random;
};

static unsigned dice(struct maker *maker, unsigned sides)
{
    unsigned char bytes[2];

    random_bytes(&maker->random, bytes, sizeof bytes);
    return (bytes[0] | (unsigned)bytes[1] << 8) % sides;
}

static bool chance(struct maker *maker)
{
    return dice(maker, 2) == 0;
}

/* What people and attackers write. */
/* clang-format off */
static const char *const fragments[] = {
    "fix",     " ",        "the login page", "\033[2J",      "\033]52;c;eA==\a", "\r",
    "\n",      "\t",       "\x01" "C",       "\x02",         "\x7f",             "\xff\xfe",
    "\xe2\x80\xae", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x98\x80", "e\xcc\x81\xcc\x81\xcc\x81",
    "\xc2\x9b" "31m", "averyveryverylongwordthatnolineofanyterminalwillholdeverandthensome",
    "{\"a\":[1,2]}", "\xe2\x80\xa2\xe2\x80\xa2", "'; rm -rf /", "\xef\xbb\xbf", "\xc3\xbc",
};
/* clang-format on */

static const char *text(struct maker *maker)
{
    struct strbuf out = STRBUF_INIT;
    const char *copy;

    for (unsigned i = dice(maker, 8); i > 0; i--)
        strbuf_add(&out, fragments[dice(maker, COUNT(fragments))]);
    copy = strbuf_to_arena(&out, maker->arena);
    strbuf_release(&out);
    return copy;
}

static const char *text_or_none(struct maker *maker)
{
    return chance(maker) ? text(maker) : NULL;
}

static const char *commit_id(struct maker *maker)
{
    char *id = arena_text(maker->arena, "0000000000000000000000000000000000000000");

    for (size_t i = 0; i < 40; i++)
        id[i] = "0123456789abcdef"[dice(maker, 16)];
    return id;
}

static struct drift_commit make_commit(struct maker *maker)
{
    return (struct drift_commit){ .id = commit_id(maker),
                                  .author_name = text(maker),
                                  .author_email = text(maker),
                                  .author_time = COMMITTED_AT,
                                  .subject = text(maker),
                                  .body = text(maker),
                                  .disposition = (enum disposition)dice(maker, DISPOSITION_COUNT),
                                  .basis = text_or_none(maker) };
}

static struct drift_code make_code(struct maker *maker)
{
    struct drift_code code = { .module = text(maker),
                               .previous_commit = chance(maker) ? commit_id(maker) : NULL,
                               .current_commit = commit_id(maker),
                               .commit_count = dice(maker, 9),
                               .behind_count = dice(maker, 3) };

    code.service = code.module;
    code.commits = arena_array(maker->arena, code.commit_count, sizeof *code.commits);
    for (size_t i = 0; i < code.commit_count; i++)
        code.commits[i] = make_commit(maker);
    code.behind = arena_array(maker->arena, code.behind_count, sizeof *code.behind);
    for (size_t i = 0; i < code.behind_count; i++)
        code.behind[i] = make_commit(maker);
    return code;
}

static struct drift_value make_value(struct maker *maker)
{
    return (struct drift_value){ .present = chance(maker),
                                 .masked = chance(maker),
                                 .kind = (enum node_kind)dice(maker, NODE_MAP + 1),
                                 .text = text(maker) };
}

static struct drift_item make_item(struct maker *maker, const struct drift_report *report)
{
    struct drift_item item = {
        .id = "0123456789abcdef",
        .type = chance(maker) ? DRIFT_CODE : DRIFT_CONFIG,
        .category = text(maker),
        .module = report->code_count > 0 ? report->codes[0].module : text(maker),
        .service = text(maker),
        .path = text(maker),
        .key = text(maker),
        .change_type = (enum change_type)dice(maker, CHANGE_TYPE_COUNT),
        .detail = (enum change_detail)dice(maker, DETAIL_COUNT),
        .old_path = text_or_none(maker),
        .previous = make_value(maker),
        .current = make_value(maker),
        .severity = (enum severity)dice(maker, SEVERITY_COUNT),
        .rule_count = dice(maker, 3),
        .attention = (enum attention)dice(maker, ATTENTION_COUNT),
        .attention_reason = text_or_none(maker),
        .ticket_count = dice(maker, 3),
        .expected = dice(maker, 5) == 0,
        .expected_by = text_or_none(maker),
        .previous_at = {text_or_none(maker),  dice(maker, 9)},
        .current_at = { text_or_none(maker), dice(maker, 9)},
        .insertions = dice(maker, 2000),
        .deletions = dice(maker, 2000),
        .binary = dice(maker, 4) == 0,
    };

    if (report->code_count > 0 && report->codes[0].commit_count > 0)
        item.commit = report->codes[0].commits[0].id;
    item.rules = arena_array(maker->arena, item.rule_count, sizeof *item.rules);
    for (size_t i = 0; i < item.rule_count; i++)
        item.rules[i] = (struct drift_rule_hit){ .rule = text(maker),
                                                 .sentence = text(maker),
                                                 .severity = item.severity };
    item.tickets = arena_array(maker->arena, item.ticket_count, sizeof *item.tickets);
    for (size_t i = 0; i < item.ticket_count; i++)
        item.tickets[i] = text(maker);
    return item;
}

static struct drift_change make_change(struct maker *maker, const struct drift_report *report)
{
    struct drift_change change = {
        .category = (enum change_category)dice(maker, CATEGORY_COUNT),
        .ticket = text_or_none(maker),
        .title = text(maker),
        .description = text(maker),
        .service_count = dice(maker, 3),
        .author_count = dice(maker, 3),
        .commit_count = report->code_count > 0 ? report->codes[0].commit_count : 0,
        .breaking = chance(maker),
        .security = chance(maker),
        .breaking_note = text_or_none(maker),
        .maybe_shipped = chance(maker) ? commit_id(maker) : NULL,
        .reverts_released = chance(maker),
        .evidence = text_or_none(maker),
    };

    change.services = arena_array(maker->arena, 3, sizeof *change.services);
    change.authors = arena_array(maker->arena, 3, sizeof *change.authors);
    for (size_t i = 0; i < 3; i++)
        change.services[i] = change.authors[i] = text(maker);
    change.commits = arena_array(maker->arena, change.commit_count, sizeof *change.commits);
    for (size_t i = 0; i < change.commit_count; i++)
        change.commits[i] = report->codes[0].commits[i].id;
    return change;
}

static void count_balance(struct drift_report *report)
{
    for (size_t i = 0; i < report->code_count; i++) {
        for (size_t j = 0; j < report->codes[i].commit_count; j++) {
            report->balance.commits++;
            report->balance.by_disposition[report->codes[i].commits[j].disposition]++;
        }
    }
}

static void make_rest(struct maker *maker, struct drift_report *report)
{
    report->source_count = dice(maker, 8);
    report->sources = arena_array(maker->arena, report->source_count, sizeof *report->sources);
    for (size_t i = 0; i < report->source_count; i++)
        report->sources[i] =
            (struct drift_source){ .type = (enum drift_type)dice(maker, DRIFT_TYPE_COUNT),
                                   .service = text(maker),
                                   .state = (enum source_state)dice(maker, SOURCE_STATE_COUNT) };
    report->problem_count = dice(maker, 4);
    report->problems = arena_array(maker->arena, report->problem_count, sizeof *report->problems);
    for (size_t i = 0; i < report->problem_count; i++)
        report->problems[i] = (struct drift_problem){ .service = text_or_none(maker),
                                                      .what = text(maker),
                                                      .why = text(maker),
                                                      .hint = text_or_none(maker),
                                                      .warning = chance(maker) };
}

static struct drift_report *make_report(struct maker *maker)
{
    struct drift_report *report = arena_alloc(maker->arena, sizeof *report);

    report->arena = maker->arena;
    report->project = text_or_none(maker);
    report->run = (enum run_state)dice(maker, RUN_STATE_COUNT);
    report->previous = (struct drift_side){ .label = text(maker),
                                            .environment = text_or_none(maker),
                                            .layers = text_or_none(maker) };
    report->current = (struct drift_side){ .label = text(maker),
                                           .environment = text_or_none(maker),
                                           .layers = text_or_none(maker) };
    report->code_count = dice(maker, 4);
    report->codes = arena_array(maker->arena, report->code_count, sizeof *report->codes);
    for (size_t i = 0; i < report->code_count; i++)
        report->codes[i] = make_code(maker);
    report->item_count = dice(maker, 60);
    report->items = arena_array(maker->arena, report->item_count, sizeof *report->items);
    for (size_t i = 0; i < report->item_count; i++)
        report->items[i] = make_item(maker, report);
    report->change_count = dice(maker, 12);
    report->changes = arena_array(maker->arena, report->change_count, sizeof *report->changes);
    for (size_t i = 0; i < report->change_count; i++)
        report->changes[i] = make_change(maker, report);
    make_rest(maker, report);
    count_balance(report);
    report_summarize(report);
    return report;
}

/* --- What holds for all of them -------------------------------------------------------------- */

static void check_line(const char *line, size_t length, size_t width, bool utf8)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];

        if ((c < 0x20 && c != (unsigned char)RICH_OPEN && c != (unsigned char)RICH_CLOSE) ||
            c == 0x7f || (!utf8 && c >= 0x80))
            fail_msg("byte %02x in \"%.*s\"", c, (int)length, line);
    }
    if (rich_width(line, length) > width)
        fail_msg("%zu columns, more than %zu: \"%.*s\"", rich_width(line, length), width,
                 (int)length, line);
}

/* A word of a command stays whole, whatever room there is. */
static void check_lines(struct strbuf *text, size_t width, bool utf8)
{
    const char *line = text->data, *command = strstr(line, "The same with git");

    assert_int_equal(strlen(text->data), text->length);
    assert_true(utf8_valid(text->data, text->length));
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");

        assert_int_equal(line[length], '\n');
        check_line(line, length, command != NULL && line > command ? SIZE_MAX : width, utf8);
        line += length + 1;
    }
    strbuf_release(text);
}

static void check_report(const struct drift_report *report, size_t width, bool utf8)
{
    struct drift_text_options options = { .width = width, .utf8 = utf8 };
    struct strbuf out = STRBUF_INIT;

    for (int wide = 0; wide < 2; wide++) {
        options.wide = wide == 1;
        drift_report_render_text(&out, report, &options);
        check_lines(&out, width, utf8);
    }
    drift_detail_balance(&out, report, width, utf8);
    check_lines(&out, width, utf8);
    for (size_t i = 0; i < report->item_count; i++) {
        drift_detail_item(&out, report, &report->items[i], NULL, width, utf8);
        check_lines(&out, width, utf8);
    }
    for (size_t i = 0; i < report->change_count; i++) {
        drift_detail_change(&out, report, &report->changes[i], width, utf8);
        check_lines(&out, width, utf8);
    }
}

static void no_text_from_outside_acts_or_is_too_wide(void **state)
{
    static const size_t widths[] = { 40, 80, 160 };

    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct maker maker = { .arena = arena_new(), .random = random_seeded(seed) };
        const struct drift_report *report = make_report(&maker);

        for (size_t i = 0; i < COUNT(widths); i++) {
            check_report(report, widths[i], true);
            check_report(report, widths[i], false);
        }
        arena_free(&maker.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_text_from_outside_acts_or_is_too_wide),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
