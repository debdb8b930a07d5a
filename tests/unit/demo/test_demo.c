#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/connect/registry.h>
#include <pilab/demo/demo.h>
#include <pilab/drift/project_file.h>
#include <pilab/git/changes.h>
#include <pilab/git/history.h>

#include "../../support/fixture_repository.h"

static char *directory;
static struct demo_world *world;
static struct error error;

static struct demo_world *build_in(const char *place, const struct demo_options *options)
{
    struct demo_world *built = demo_build(place, options, NULL, &error);
    if (!built)
        fail_msg("%s", error.message);
    return built;
}

/* One world for all cases that only look at it. */
static int begin_group(void **state)
{
    if (fixture_library_start(state) != 0)
        return -1;
    directory = fixture_directory();
    int64_t started = clock_monotonic();
    world = build_in(directory, NULL);
    print_message("the sample world in %lld ms\n", (long long)(clock_monotonic() - started));
    return 0;
}

static int end_group(void **state)
{
    demo_world_free(&world);
    fixture_directory_free(&directory);
    return fixture_library_stop(state);
}

static struct repository *open_module(const char *name)
{
    struct repository *repository = NULL;
    for (size_t i = 0; i < world->module_count; i++)
        if (strcmp(world->modules[i].name, name) == 0 &&
            !repository_open(&repository, world->modules[i].repository, &error))
            fail_msg("%s", error.message);
    assert_non_null(repository);
    return repository;
}

static struct object_id resolve(struct repository *repository, const char *revision)
{
    struct object_id id;
    if (!repository_resolve(repository, revision, &id, &error))
        fail_msg("%s", error.message);
    return id;
}

static struct history *range(struct repository *repository, const char *from, const char *to)
{
    struct object_id a = resolve(repository, from), b = resolve(repository, to);
    struct history *history = history_read(repository, &a, &b, NULL, NULL, &error);
    assert_non_null(history);
    return history;
}

/* --- The histories -------------------------------------------------------------------------- */

static void there_are_six_modules_with_real_histories(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t commits, tags;
    } expected[] = {
        {"mb-auth-service",     68, 8},
        { "mb-payment-service", 60, 9},
        { "mb-notify-service",  42, 7},
        { "mb-ledger-db",       37, 6},
        { "mb-web",             46, 8},
        { "mb-platform",        37, 7},
    };
    assert_int_equal(world->module_count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(world->modules[i].name, expected[i].name);
        assert_int_equal(world->modules[i].commits, expected[i].commits);
        assert_int_equal(world->modules[i].tags, expected[i].tags);
        struct repository *repository = open_module(expected[i].name);
        assert_null(repository_work_tree(repository));
        struct object_id head = resolve(repository, "HEAD");
        struct history *history = history_read(repository, NULL, &head, NULL, NULL, &error);
        assert_true(history->count >= 30);
        assert_true(history->commits[0].committer_time < world->end_at);
        assert_true(history->commits[history->count - 1].committer_time >
                    world->end_at - INT64_C(71) * 24 * 3600 * 1000);
        history_free(&history);
        repository_free(&repository);
    }
}

static void assert_twins(const char *module, const char *from, const char *to, size_t expected)
{
    struct repository *repository = open_module(module);
    struct history *ours = range(repository, from, to), *theirs = range(repository, to, from);
    struct object_id left[64], right[64];
    size_t twins[64], found = 0;
    for (size_t i = 0; i < ours->count; i++)
        left[i] = ours->commits[i].id;
    for (size_t i = 0; i < theirs->count; i++)
        right[i] = theirs->commits[i].id;
    assert_true(changes_twins(repository, left, ours->count, right, theirs->count, NULL, twins,
                              NULL, &error));
    for (size_t i = 0; i < ours->count; i++)
        found += twins[i] != NO_TWIN;
    assert_int_equal(found, expected);
    history_free(&ours);
    history_free(&theirs);
    repository_free(&repository);
}

static void the_release_before_the_last_has_picks(void **state)
{
    (void)state;
    assert_twins("mb-auth-service", "v2.0.6", "v2.0.7", 2);
    assert_twins("mb-payment-service", "v2.0.6", "v2.0.7", 3);
    assert_twins("mb-web", "v2.0.6", "v2.0.7", 0);
}

static void the_last_release_has_something_of_everything(void **state)
{
    (void)state;
    size_t merges = 0, reverts = 0, breaking = 0, squashed = 0, security = 0, trailers = 0;
    static const char *const modules[] = { "mb-auth-service", "mb-payment-service" };
    for (size_t m = 0; m < 2; m++) {
        struct repository *repository = open_module(modules[m]);
        struct history *history = range(repository, "v2.0.6", "v2.0.7");
        for (size_t i = 0; i < history->count; i++) {
            const struct commit_message *message = history->commits[i].message;
            merges += history->commits[i].parent_count > 1;
            reverts += message->revert_depth;
            squashed += strstr(message->subject, "(#123)") != NULL;
            security += strstr(message->subject, "security") != NULL;
            trailers += message->trailer_count;
            for (size_t k = 0; k < message->trailer_count; k++)
                breaking += strcmp(message->trailers[k].key, "BREAKING CHANGE") == 0;
        }
        history_free(&history);
        repository_free(&repository);
    }
    assert_int_equal(merges, 2);
    assert_int_equal(reverts, 2);
    assert_int_equal(breaking, 1);
    assert_int_equal(squashed, 1);
    assert_true(security >= 2);
    assert_true(trailers >= 6);
}

static void assert_value(const char *module, const char *revision, const char *path,
                         const char *lines, bool expected)
{
    struct strbuf text = STRBUF_INIT;
    struct repository *repository = open_module(module);
    struct object_id id = resolve(repository, revision);
    assert_true(repository_read_file(repository, &id, path, 1 << 20, &text, &error));
    assert_int_equal(strstr(text.data, lines) != NULL, expected);
    strbuf_release(&text);
    repository_free(&repository);
}

static void the_story_of_the_seed_is_in_it(void **state)
{
    (void)state;
    const char *values = "deploy/values.yaml", *dev = "deploy/values-dev.yaml";
    const char *session_30 = "- name: SESSION_TIMEOUT\n      value: \"30\"\n";
    const char *session_15 = "- name: SESSION_TIMEOUT\n      value: \"15\"\n";
    const char *upi_off = "- name: UPI_ENABLED\n      value: \"false\"\n";
    const char *upi_on = "- name: UPI_ENABLED\n      value: \"true\"\n";
    const char *flag = "- name: NEW_FEATURE_FLAG\n      value: \"true\"\n";
    assert_value("mb-auth-service", "v2.0.6", values, session_30, true);
    assert_value("mb-auth-service", "v2.0.7", values, session_15, true);
    assert_value("mb-payment-service", "v2.0.6", values, upi_off, true);
    assert_value("mb-payment-service", "v2.0.7", values, upi_on, true);
    assert_value("mb-payment-service", "v2.0.6", dev, flag, false);
    assert_value("mb-payment-service", "v2.0.7", dev, flag, true);
    assert_value("mb-platform", "v2.0.7", "variables.tf", "e2-standard-2", true);
    assert_value("mb-ledger-db", "v2.0.7", "db/migrations/20250120_001_add_upi_transactions.sql",
                 "CREATE TABLE upi_transactions", true);
    assert_value("mb-ledger-db", "v2.0.7", "db/migrations/20250120_002_alter_users_biometric.sql",
                 "biometric_hash", true);
}

/* --- Deployments ---------------------------------------------------------------------------- */

static const char *running(const char *module, const char *environment)
{
    const char *version = "";
    for (size_t i = 0; i < world->deployment_count; i++) {
        const struct demo_deployment *deployment = &world->deployments[i];
        if (strcmp(deployment->module, module) == 0 &&
            strcmp(deployment->environment, environment) == 0 &&
            strcmp(deployment->status, "FAILED") != 0 &&
            strcmp(deployment->status, "DEPLOYING") != 0)
            version = deployment->version;
    }
    return version;
}

static void every_environment_runs_what_the_story_says(void **state)
{
    (void)state;
    static const struct {
        const char *module, *dev, *sit, *uat, *prod;
    } expected[] = {
        {"mb-auth-service",     "v2.0.7",      "v2.0.7",      "v2.0.6", "v2.0.6"},
        { "mb-payment-service", "v2.0.8-rc.1", "v2.0.7",      "v2.0.6", "v2.0.5"},
        { "mb-notify-service",  "v2.0.7",      "v2.0.7",      "v2.0.6", "v2.0.5"},
        { "mb-ledger-db",       "v2.0.7",      "v2.0.7",      "v2.0.6", "v2.0.5"},
        { "mb-web",             "v2.0.8-rc.1", "v2.0.8-rc.1", "v2.0.6", "v2.0.5"},
        { "mb-platform",        "v2.0.7",      "v2.0.7",      "v2.0.6", "v2.0.5"},
    };
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        assert_string_equal(running(expected[i].module, "DEV"), expected[i].dev);
        assert_string_equal(running(expected[i].module, "SIT"), expected[i].sit);
        assert_string_equal(running(expected[i].module, "UAT"), expected[i].uat);
        assert_string_equal(running(expected[i].module, "PROD"), expected[i].prod);
    }
}

static void deployments_come_in_time_and_lead_to_their_versions(void **state)
{
    (void)state;
    size_t failed = 0, rolled_back = 0, under_way = 0;
    assert_true(world->deployment_count > 100);
    for (size_t i = 0; i < world->deployment_count; i++) {
        const struct demo_deployment *deployment = &world->deployments[i];
        struct repository *repository = open_module(deployment->module);
        struct object_id commit = resolve(repository, deployment->version);
        assert_true(object_id_equal(&commit, &deployment->commit));
        under_way += deployment->finished_at == 0;
        if (deployment->finished_at != 0)
            assert_true(deployment->finished_at > deployment->started_at);
        assert_true(deployment->finished_at <= world->end_at);
        if (i > 0)
            assert_true(deployment->started_at >= world->deployments[i - 1].started_at);
        failed += strcmp(deployment->status, "FAILED") == 0;
        if (deployment->rolls_back) {
            rolled_back++;
            assert_string_equal(deployment->status, "ROLLED_BACK");
            assert_string_equal(deployment->version, "v2.0.3");
            assert_string_equal(deployment->rolls_back->version, "v2.0.4");
            assert_string_equal(deployment->rolls_back->environment, "PROD");
        }
        repository_free(&repository);
    }
    assert_int_equal(failed, 2);
    assert_int_equal(under_way, 1);
    assert_int_equal(rolled_back, 1);
}

static void assert_order(const struct demo_world *built)
{
    static const char *const order[] = { "DEV", "SIT", "UAT", "PROD" };
    for (size_t i = 0; i < built->deployment_count; i++) {
        const struct demo_deployment *later = &built->deployments[i];
        size_t stage = 0;
        while (strcmp(order[stage], later->environment) != 0)
            stage++;
        bool been_before = stage == 0;
        for (size_t k = 0; k < i && !been_before; k++)
            been_before = strcmp(built->deployments[k].module, later->module) == 0 &&
                          strcmp(built->deployments[k].version, later->version) == 0 &&
                          strcmp(built->deployments[k].environment, order[stage - 1]) == 0;
        if (!been_before)
            fail_msg("%s %s reached %s before %s", later->module, later->version,
                     later->environment, order[stage - 1]);
    }
}

static void a_version_passes_the_environments_in_their_order(void **state)
{
    (void)state;
    assert_order(world);
}

/* Everything in it has been deployed by then, and SIT moves on afterwards, whatever the end. */
static void the_release_is_cut_between_what_it_has_and_what_moved(void **state)
{
    size_t later = 0;

    (void)state;
    assert_string_equal(world->release.name, "R2025.03");
    assert_true(world->release.cut_at < world->end_at);
    assert_true(world->release.planned_at > world->end_at);
    for (size_t i = 0; i < world->deployment_count; i++) {
        const struct demo_deployment *deployment = &world->deployments[i];

        if (strcmp(deployment->environment, "SIT") != 0 ||
            deployment->started_at < world->release.cut_at ||
            strcmp(deployment->status, "DEPLOYED") != 0)
            continue;
        assert_string_equal(deployment->module, "mb-web");
        later++;
    }
    assert_int_equal(later, 1);
}

/* --- Images --------------------------------------------------------------------------------- */

static struct image image_at(struct registry *registry, struct arena *arena, const char *name,
                             const char *tag)
{
    struct image_reference reference;
    struct image image = { 0 };
    char *text = memory_printf("registry.example.org/mb/%s:%s", name, tag);
    if (!image_reference_parse(arena, text, &reference, &error) ||
        !registry_image(registry, &reference, NULL, arena, &image, NULL, &error))
        fail_msg("%s", error.message);
    free(text);
    return image;
}

static void every_version_has_its_image_built_from_its_commit(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"mb-auth-service",     "auth"             },
        { "mb-payment-service", "payment"          },
        { "mb-notify-service",  "notify"           },
        { "mb-ledger-db",       "ledger-migrations"},
        { "mb-web",             "web"              },
    };
    char *folder =
        memory_printf("%.*s/images", (int)(strlen(world->project_path) - strlen("/pilab.yaml")),
                      world->project_path);
    struct registry_place place = { .name = "registry.example.org", .folder = folder };
    struct registry_options options = { .places = &place, .place_count = 1 };
    struct registry *registry = registry_new(&options, &error);
    struct arena *arena = arena_new();
    size_t images = 0;
    for (size_t i = 0; i < world->deployment_count; i++) {
        const struct demo_deployment *deployment = &world->deployments[i];
        char commit[OBJECT_ID_HEX_SIZE];
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            if (strcmp(names[k][0], deployment->module) != 0)
                continue;
            struct image image = image_at(registry, arena, names[k][1], deployment->version);
            assert_string_equal(image.config->revision, object_id_hex(&deployment->commit, commit));
            images++;
        }
    }
    assert_true(images > 80);
    struct image older = image_at(registry, arena, "auth", "v2.0.6");
    struct image newer = image_at(registry, arena, "auth", "v2.0.7");
    const struct image_comparison *it = image_compare(arena, &older, &newer, NULL);
    assert_int_equal(it->shared, 2);
    assert_int_equal(it->removed, 2);
    assert_int_equal(it->added, 3);
    arena_free(&arena);
    registry_free(&registry);
    free(folder);
}

/* --- The project ---------------------------------------------------------------------------- */

static void the_project_file_reads(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct project_settings settings;
    struct strbuf written = STRBUF_INIT;
    if (!project_file_read(world->project_path, world->project_file, strlen(world->project_file),
                           arena, &settings, &error))
        fail_msg("%s", error.message);
    assert_string_equal(settings.name, "Mobile Banking");
    assert_string_equal(settings.code, "MB");
    assert_int_equal(settings.ticket_count, 2);
    assert_int_equal(settings.environment_count, 4);
    assert_int_equal(settings.module_count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(settings.modules[i].name, world->modules[i].name);
        assert_string_equal(settings.modules[i].repository, world->modules[i].repository);
    }
    assert_true(file_read(world->project_path, 1 << 20, false, &written, &error));
    assert_string_equal(written.data, world->project_file);
    strbuf_release(&written);
    arena_free(&arena);
}

/* --- Building ------------------------------------------------------------------------------- */

static void add_references(const struct demo_world *built, struct strbuf *out)
{
    for (size_t i = 0; i < built->module_count; i++) {
        struct repository *repository = NULL;
        char hex[OBJECT_ID_HEX_SIZE];
        assert_true(repository_open(&repository, built->modules[i].repository, &error));
        struct reference_list *list = repository_references(repository, &error);
        for (size_t k = 0; k < list->count; k++)
            strbuf_printf(out, "%s %s %s\n", built->modules[i].name, list->references[k].name,
                          object_id_hex(&list->references[k].commit, hex));
        reference_list_free(&list);
        repository_free(&repository);
    }
}

static void building_twice_gives_the_same_ids(void **state)
{
    (void)state;
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    char *other = fixture_directory();
    struct demo_world *again = build_in(other, NULL);
    add_references(world, &first);
    add_references(again, &second);
    assert_string_equal(first.data, second.data);
    assert_int_equal(again->deployment_count, world->deployment_count);
    demo_world_free(&again);
    assert_null(again);
    fixture_directory_free(&other);
    strbuf_release(&first);
    strbuf_release(&second);
}

static void the_world_may_end_on_any_day(void **state)
{
    (void)state;
    for (int day = 0; day < 7; day++) {
        char *place = fixture_directory();
        /* Half an hour after midnight, so that nothing fits into the last day. */
        struct demo_options options = { .end_at =
                                            INT64_C(1767226200000) + day * INT64_C(86400000) };
        struct demo_world *built = build_in(place, &options);
        for (size_t i = 0; i < built->deployment_count; i++)
            assert_true(built->deployments[i].finished_at <= options.end_at);
        assert_order(built);
        assert_int_equal(built->deployment_count, world->deployment_count);
        demo_world_free(&built);
        fixture_directory_free(&place);
    }
}

static void what_is_there_is_left_alone(void **state)
{
    (void)state;
    assert_null(demo_build(directory, NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_EXISTS);
    assert_non_null(strstr(error.message, "mb-auth-service.git is there already"));
}

static void building_can_be_cancelled(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    char *place = fixture_directory();
    assert_null(demo_build(place, NULL, &progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
    fixture_directory_free(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_six_modules_with_real_histories),
        cmocka_unit_test(the_release_before_the_last_has_picks),
        cmocka_unit_test(the_last_release_has_something_of_everything),
        cmocka_unit_test(the_story_of_the_seed_is_in_it),
        cmocka_unit_test(every_environment_runs_what_the_story_says),
        cmocka_unit_test(deployments_come_in_time_and_lead_to_their_versions),
        cmocka_unit_test(the_release_is_cut_between_what_it_has_and_what_moved),
        cmocka_unit_test(a_version_passes_the_environments_in_their_order),
        cmocka_unit_test(every_version_has_its_image_built_from_its_commit),
        cmocka_unit_test(the_project_file_reads),
        cmocka_unit_test(building_twice_gives_the_same_ids),
        cmocka_unit_test(the_world_may_end_on_any_day),
        cmocka_unit_test(what_is_there_is_left_alone),
        cmocka_unit_test(building_can_be_cancelled),
    };
    return cmocka_run_group_tests_name("demo/world", tests, begin_group, end_group);
}
