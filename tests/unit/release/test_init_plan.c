#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/document/csv.h>
#include <pilab/release/init_plan.h>
#include <pilab/release/init_table.h>

struct work {
    struct arena *arena;
    struct init_findings findings;
    struct init_there there;
    struct init_wish wish;
    struct error error;
};

static int setup(void **state)
{
    static struct work work;

    work = (struct work){ .arena = arena_new(), .wish = { .fallback = "mobile-banking.csv" } };
    init_findings_start(&work.findings, work.arena);
    *state = &work;
    return 0;
}

static int teardown(void **state)
{
    struct work *work = *state;

    init_findings_release(&work->findings);
    arena_free(&work->arena);
    return 0;
}

static bool try_table(struct work *work, const char *text)
{
    struct csv csv;
    struct init_sheet sheet = { .name = "v.csv" };

    if (!csv_read("v.csv", text, strlen(text), work->arena, &csv, &work->error))
        return false;
    sheet.rows = csv.rows;
    sheet.count = csv.count;
    return init_table_read(&sheet, &work->findings, &work->error);
}

static void table(struct work *work, const char *text)
{
    if (!try_table(work, text))
        fail_msg("%s", work->error.message);
}

static struct init_plan *plan(struct work *work)
{
    return init_plan_make(&work->findings, &work->there, &work->wish, work->arena);
}

/* "auth DEV 2.0.7, …" */
static void assert_cells(struct work *work, const char *expected)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < work->findings.observations.count; i++) {
        const struct init_observation *seen = vector_at(&work->findings.observations, i);

        strbuf_printf(&text, "%s%s %s %s", i > 0 ? ", " : "", seen->module, seen->environment,
                      seen->version);
    }
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

static void assert_remark(const struct work *work, const char *part)
{
    for (size_t i = 0; i < work->findings.remarks.count; i++) {
        const struct init_remark *remark = vector_at(&work->findings.remarks, i);

        if (strstr(remark->text, part) != NULL)
            return;
    }
    fail_msg("no remark says: %s", part);
}

/* --- Tables ----------------------------------------------------------------------------------- */

static void a_wide_table_has_a_column_for_each_environment(void **state)
{
    struct work *work = *state;

    table(work, "\xef\xbb\xbfMobile Banking;DEV;SIT;Owner\r\nauth;2.0.7;?;bob\r\npay; 1.0 ;n/a;\r\n"
                "\r\nweb;-;1.9;ada\r\n");
    assert_cells(work, "auth DEV 2.0.7, pay DEV 1.0, web SIT 1.9");
    assert_remark(work, "v.csv:1: the column 'Owner' is not used");
    assert_int_equal(work->findings.environments.count, 2);
}

static void a_long_table_has_a_row_for_each_cell(void **state)
{
    struct work *work = *state;
    const struct init_observation *seen;

    table(work, "Service\tEnv\tVersion\tDeployed at\tBy\tCommit\n"
                "auth\tPROD\t2.0.5\t2025-01-20 14:30\tbob\t"
                "0123456789abcdef0123456789abcdef01234567\n"
                "auth\tDEV\t2.0.7\t22.01.2025\t?\tzz\n");
    assert_cells(work, "auth PROD 2.0.5, auth DEV 2.0.7");
    seen = vector_at(&work->findings.observations, 0);
    assert_string_equal(seen->actor, "bob");
    assert_true(seen->at == INT64_C(1737383400000));
    assert_string_equal(seen->commit, "0123456789abcdef0123456789abcdef01234567");
    seen = vector_at(&work->findings.observations, 1);
    assert_null(seen->actor);
    assert_null(seen->commit);
    assert_true(seen->at == INT64_C(1737504000000));
    /* In the order of promotion, whatever that of the rows. */
    assert_string_equal(*(const char **)vector_at(&work->findings.environments, 0), "DEV");
}

static void the_latest_word_on_a_cell_counts(void **state)
{
    struct work *work = *state;

    table(work, "module,environment,version,date\nauth,UAT,3,2025-01-03\nauth,UAT,2,2025-01-02\n"
                "pay,UAT,1,\npay,UAT,2,\n");
    assert_cells(work, "auth UAT 3, pay UAT 2");
    assert_remark(work, "v.csv:5: pay in UAT stands in line 4 already, with 1; this one counts");
    assert_int_equal(work->findings.remarks.count, 1);
}

static void a_row_that_cannot_be_used_is_named_by_its_line(void **state)
{
    struct work *work = *state;

    table(work, "module,DEV,a\x1b[2J,UAT\n,1,2,3\n\"a\x1b]52\",1,2,3\nauth,\"1\n2\",9,7,8\n");
    assert_cells(work, "auth UAT 7");
    assert_remark(work, "v.csv:1: 'a\x1b[2J' is no name for an environment");
    assert_remark(work, "v.csv:2: '' is no name for a module");
    assert_remark(work, "v.csv:3: 'a\x1b]52' is no name for a module");
    assert_remark(work, "v.csv:4: '1\n2' is no version");
    assert_remark(work, "v.csv:4: more fields than headings");
}

static void a_date_that_can_be_read_twice_is_left_open(void **state)
{
    struct work *work = *state;
    int64_t at = 0;

    table(work, "module,env,version,date\nauth,UAT,3,01/02/2025\n");
    assert_remark(work, "v.csv:2: '01/02/2025' can be read as more than one day");
    assert_true(((struct init_observation *)vector_at(&work->findings.observations, 0))->at == 0);
    assert_false(init_table_time("soon", &at));
    assert_false(init_table_time("31.02.2025", &at));
    assert_true(init_table_time("2025-01-22T14:30:00Z", &at));
    assert_true(at == INT64_C(1737556200000));
}

static void a_table_without_headings_is_refused(void **state)
{
    struct work *work = *state;

    assert_false(try_table(work, "module,owner\nauth,bob\n"));
    assert_string_equal(error_code_name(work->error.code), "invalid");
    assert_non_null(strstr(work->error.hint, "module,DEV,UAT,PROD"));
    assert_false(try_table(work, "\n \n"));
    assert_string_equal(work->error.message, "v.csv is empty");
}

static void production_first_is_turned_round(void **state)
{
    struct work *work = *state;
    struct init_plan *made;

    table(work, "module,PROD,UAT,DEV\nauth,1,2,3\n");
    made = plan(work);
    assert_string_equal(made->environments[0].settings.name, "DEV");
    assert_string_equal(made->environments[2].settings.from[0], "UAT");
    assert_cells(work, "auth PROD 1, auth UAT 2, auth DEV 3");
    assert_remark(work, "the path is read from the right");
}

/* --- Plans ------------------------------------------------------------------------------------ */

static void a_new_project_is_named_after_its_table(void **state)
{
    struct work *work = *state;
    struct init_plan *made;

    table(work, "module,DEV,moon,PROD\nauth,2,,1\npay,?,?,?\n");
    made = plan(work);
    assert_string_equal(made->name, "Mobile banking");
    assert_string_equal(made->code, "MB");
    assert_false(made->exists);
    assert_int_equal(made->module_count, 2);
    assert_int_equal(made->cell_count, 2);
    assert_true(made->environments[1].unsure);
    assert_string_equal(made->environments[1].settings.stage, "DEV");
    assert_false(made->no_production);
    assert_int_equal(init_plan_cells(made, INIT_NEW), 2);
    assert_false(init_plan_is_empty(made));
}

static void codes_are_made_of_names(void **state)
{
    static const struct {
        const char *name, *code;
    } names[] = {
        {"Mobile Banking",    "MB"  },
        { "payments",         "PAYM"},
        { "a",                "PRJ" },
        { "7 wonders of art", "WOA" },
        { "\xc3\xbc",         "PRJ" },
    };
    struct work *work = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(init_plan_code_from(names[i].name, work->arena), names[i].code);
    assert_true(init_plan_code_is_sound("MB-2"));
    assert_false(init_plan_code_is_sound("mb"));
    assert_false(init_plan_code_is_sound("2MB"));
    assert_false(init_plan_code_is_sound(""));
    assert_false(init_plan_code_is_sound("ABCDEFGHIJKLMNOPQ"));
}

static void key(struct work *work, const char *name, size_t count, bool suspicious)
{
    struct init_key *added = vector_add(&work->findings.keys);

    *added = (struct init_key){ name, count, suspicious };
}

static void assert_ticked(const struct init_plan *made, const char *expected)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < made->ticket_count; i++) {
        if (made->tickets[i].ticked)
            strbuf_printf(&text, "%s ", made->tickets[i].key);
    }
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

static void plain_and_frequent_keys_are_ticked(void **state)
{
    static const char *const wished[] = { "PAY", "ISO", "NEW" };
    struct work *work = *state;

    key(work, "UTF", 900, true);
    key(work, "MB", 412, false);
    key(work, "PAY", 96, false);
    key(work, "ISO", 7, true);
    key(work, "TYPO", 3, false);
    key(work, "ONCE", 1, false);
    assert_ticked(plan(work), "MB PAY ");
    work->wish.tickets = wished;
    work->wish.ticket_count = 3;
    work->wish.tickets_given = true;
    assert_ticked(plan(work), "PAY ISO NEW ");
}

/* A project as a first run left it. */
static void found_before(struct work *work)
{
    static const char *from_dev[] = { "DEV" };
    static const char *keys[] = { "MB" };
    static struct environment_settings environments[] = {
        {.name = "DEV",     .stage = "DEV" },
        { .name = "QS", .stage = "UAT", .from = from_dev, .from_count = 1 },
    };
    static struct module_settings modules[] = {
        {.name = "auth", .type = "BACKEND", .tags = "auth-{version}" },
        { .name = "old-one",             .type = "OTHER"            },
    };
    static struct project_settings settings = {
        .name = "Bank",
        .code = "MB",
        .tickets = keys,
        .ticket_count = 1,
        .environments = environments,
        .environment_count = 2,
        .modules = modules,
        .module_count = 2,
    };
    static const struct init_running running[] = {
        {"auth",  "DEV", "2.0.7", NULL, 1000},
        { "auth", "QS",  "2.0.6", NULL, 1000},
    };

    work->there =
        (struct init_there){ .settings = &settings, .running = running, .running_count = 2 };
}

static void what_is_there_already_is_not_written_again(void **state)
{
    struct work *work = *state;
    struct init_plan *made;

    found_before(work);
    table(work, "module,dev,qs\nAuth,2.0.7,2.0.6\nold_one,?,?\n");
    made = plan(work);
    assert_true(made->exists);
    assert_true(init_plan_is_empty(made));
    assert_int_equal(made->module_count, 2);
    assert_int_equal(init_plan_cells(made, INIT_SAME), 2);
    /* What a person said of the environment stands, though its name says nothing. */
    assert_string_equal(made->environments[1].settings.stage, "UAT");
}

static void a_refresh_adds_changes_and_takes_nothing_away(void **state)
{
    struct work *work = *state;
    struct project_settings settings;
    struct init_plan *made;

    found_before(work);
    table(work, "module,DEV,PROD\nauth,2.0.8,2.0.5\nweb,1,\n");
    init_findings_module(&work->findings, "auth")->settings.tags = "v{version}";
    init_findings_module(&work->findings, "auth")->settings.repository = "/src/auth";
    made = plan(work);
    assert_false(init_plan_is_empty(made));
    assert_int_equal(made->modules[0].standing, INIT_CHANGED);
    assert_string_equal(made->modules[0].settings.tags, "auth-{version}");
    assert_string_equal(made->modules[0].settings.repository, "/src/auth");
    assert_int_equal(made->modules[1].standing, INIT_GONE);
    assert_int_equal(made->modules[2].standing, INIT_NEW);
    assert_int_equal(made->environments[1].standing, INIT_GONE);
    assert_int_equal(made->environments[2].standing, INIT_NEW);
    assert_int_equal(init_plan_cells(made, INIT_CHANGED), 1);
    assert_int_equal(init_plan_cells(made, INIT_NEW), 2);
    assert_string_equal(made->cells[0].before, "2.0.7");
    init_plan_settings(made, work->arena, &settings);
    assert_int_equal(settings.module_count, 3);
    assert_int_equal(settings.environment_count, 3);
    assert_int_equal(settings.ticket_count, 1);
}

static void an_older_word_changes_nothing(void **state)
{
    struct work *work = *state;

    found_before(work);
    table(work, "module,environment,version,date\nauth,DEV,2.0.1,1970-01-01T00:00:00.5Z\n");
    assert_true(init_plan_is_empty(plan(work)));
}

static void a_commit_that_becomes_known_is_news_and_a_moved_tag_is_not(void **state)
{
    struct work *work = *state;
    struct init_running running = { "auth", "DEV", "2.0.7", NULL, 1000 };
    struct init_observation *seen;

    found_before(work);
    work->there.running = &running;
    work->there.running_count = 1;
    table(work, "module,DEV\nauth,2.0.7\n");
    seen = vector_at(&work->findings.observations, 0);
    seen->commit = "0123456789abcdef0123456789abcdef01234567";
    assert_int_equal(init_plan_cells(plan(work), INIT_CHANGED), 1);
    running.commit = "ffffffffffffffffffffffffffffffffffffffff";
    assert_int_equal(init_plan_cells(plan(work), INIT_CHANGED), 0);
}

static void the_page_begins_with_what_was_not_found(void **state)
{
    struct work *work = *state;
    struct strbuf rich = STRBUF_INIT, text = STRBUF_INIT;
    struct init_found_module *module;

    table(work, "module,DEV,PROD\nauth,2,1\npay,1,\n");
    module = init_findings_module(&work->findings, "auth");
    module->looked = true;
    module->settings.repository = "/src/auth";
    init_findings_module(&work->findings, "pay")->refused = "pay \x1b[2J is away";
    init_plan_text(&rich, plan(work), 80, true);
    rich_to_plain(&text, rich.data, rich.length);
    assert_non_null(strstr(text.data, "3 of 4 cells known, 0 of 3 versions resolved"));
    assert_non_null(strstr(text.data, "pay: pay ^[[2J is away"));
    assert_non_null(strstr(text.data, "auth: 2 in DEV, 1 in PROD"));
    assert_true(strstr(text.data, "cannot be read") < strstr(text.data, "Environments"));
    assert_null(strchr(text.data, '\x1b'));
    strbuf_release(&rich);
    strbuf_release(&text);
}

/* Sixty modules of one repository that is away are one complaint, as are rows of one mistake. */
static void what_is_said_of_many_is_said_once_with_their_names(void **state)
{
    struct work *work = *state;
    struct strbuf rich = STRBUF_INIT, text = STRBUF_INIT;
    struct init_plan *made;
    char name[16];

    table(work, "module,PROD,type\nlone,1,robot\nx,1,\ny,1,robot\n");
    for (int i = 0; i < 60; i++) {
        struct init_found_module *module;

        snprintf(name, sizeof name, "m-%02d", i);
        module = init_findings_module(&work->findings, arena_text(work->arena, name));
        module->refused = "mono.git is away";
        module->refused_hint = "look for it";
    }
    init_findings_find(&work->findings, "lone")->refused = "lone.git is away";
    init_findings_find(&work->findings, "lone")->refused_hint = "look for it";
    made = plan(work);
    assert_int_equal(made->refusal_count, 2);
    assert_int_equal(made->refusals[1].count, 60);
    assert_string_equal(made->refusals[1].places[59], "m-59");
    assert_int_equal(made->remark_count, 2);
    assert_int_equal(made->complaint_count, 1);
    init_plan_text(&rich, made, 80, true);
    rich_to_plain(&text, rich.data, rich.length);
    assert_non_null(strstr(text.data, "  lone: lone.git is away\n"
                                      "  60 modules: mono.git is away\n"
                                      "  m-00, m-01, "));
    assert_non_null(strstr(text.data, "m-29 and 30 more\n  look for it\n\n"));
    assert_null(strstr(text.data, "m-30:"));
    assert_non_null(strstr(text.data, "  2 times: 'robot' is no type of module\n  v.csv:2, 4\n"));
    strbuf_release(&rich);
    strbuf_release(&text);
}

static void places_are_named_up_to_a_number(void **state)
{
    const char *places[] = { "a.csv:2", "a.csv:3", "b.csv:4", "b", "c:x", "c:y" };
    struct init_complaint complaint = { .text = "odd", .places = places, .count = 6 };
    struct strbuf text = STRBUF_INIT;

    (void)state;
    init_complaint_places(&text, &complaint, 6);
    assert_string_equal(text.data, "a.csv:2, 3, b.csv:4, b, c:x, c:y");
    strbuf_clear(&text);
    init_complaint_places(&text, &complaint, 2);
    assert_string_equal(text.data, "a.csv:2, 3 and 4 more");
    strbuf_release(&text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_wide_table_has_a_column_for_each_environment),
        CASE(a_long_table_has_a_row_for_each_cell),
        CASE(the_latest_word_on_a_cell_counts),
        CASE(a_row_that_cannot_be_used_is_named_by_its_line),
        CASE(a_date_that_can_be_read_twice_is_left_open),
        CASE(a_table_without_headings_is_refused),
        CASE(production_first_is_turned_round),
        CASE(a_new_project_is_named_after_its_table),
        CASE(codes_are_made_of_names),
        CASE(plain_and_frequent_keys_are_ticked),
        CASE(what_is_there_already_is_not_written_again),
        CASE(a_refresh_adds_changes_and_takes_nothing_away),
        CASE(an_older_word_changes_nothing),
        CASE(a_commit_that_becomes_known_is_news_and_a_moved_tag_is_not),
        CASE(the_page_begins_with_what_was_not_found),
        CASE(what_is_said_of_many_is_said_once_with_their_names),
        CASE(places_are_named_up_to_a_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
