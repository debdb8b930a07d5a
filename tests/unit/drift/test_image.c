#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/image.h>
#include <pilab/drift/json.h>

#include "../../support/drift_fixture.h"

#define D(x) "sha256:" x "000000000000000000000000000000000000000000000000000000000000000"

struct work {
    struct drift_fixture fixture;
    struct arena *arena;
    struct vector pairs; /* struct image_pair_input */
    struct image_input input;
};

static int enter(void **state)
{
    struct work *work = memory_new(sizeof *work);

    work->arena = arena_new();
    vector_init(&work->pairs, sizeof(struct image_pair_input));
    drift_fixture_start(&work->fixture);
    drift_fixture_module(&work->fixture, "auth");
    *state = work;
    return 0;
}

static int leave(void **state)
{
    struct work *work = *state;

    drift_fixture_end(&work->fixture);
    vector_release(&work->pairs);
    arena_free(&work->arena);
    free(work);
    return 0;
}

static const struct image_use *use_of(struct work *work, const char *text)
{
    struct image_use *use = arena_alloc(work->arena, sizeof *use);

    *use = (struct image_use){ .kind = IMAGE_USE_VALUES,
                               .place = "auth.image",
                               .file = "values.yaml",
                               .line = 3,
                               .text = text };
    use->known = image_reference_parse(work->arena, text, &use->reference, NULL);
    if (!use->known)
        use->why = "needs the variable TAG";
    return use;
}

/* NULL: not on that side. The pointer is valid until the next one. */
static struct image_pair_input *add_pair(struct work *work, const char *previous,
                                         const char *current)
{
    struct image_pair_input *pair = vector_add(&work->pairs);

    pair->previous.use = previous != NULL ? use_of(work, previous) : NULL;
    pair->current.use = current != NULL ? use_of(work, current) : NULL;
    return pair;
}

static const struct drift_report *detect(struct work *work)
{
    struct module_input *module = vector_at(&work->fixture.modules, 0);

    work->input.pairs = work->pairs.items;
    work->input.count = work->pairs.count;
    module->image = &work->input;
    return drift_fixture_detect(&work->fixture);
}

static const struct drift_item *only_item(struct work *work)
{
    const struct drift_report *report = detect(work);

    assert_int_equal(report->item_count, 1);
    return &report->items[0];
}

static void assert_judged(struct work *work, const char *previous, const char *current,
                          const char *rule, enum severity severity, enum attention attention)
{
    const struct drift_item *item;

    vector_clear(&work->pairs);
    add_pair(work, previous, current);
    item = only_item(work);
    if (!drift_fixture_fired(item, rule) || item->severity != severity ||
        item->attention != attention)
        fail_msg("%s: %s, %s, rule %s", item->path, severity_name(item->severity),
                 attention_name(item->attention), item->rule_count ? item->rules[0].rule : "-");
    drift_fixture_end(&work->fixture);
    drift_fixture_start(&work->fixture);
    drift_fixture_module(&work->fixture, "auth");
}

static void a_new_tag_is_another_version(void **state)
{
    struct work *work = *state;
    const struct drift_item *item;

    add_pair(work, "r.example/mb/auth:v2.0.6", "r.example/mb/auth:v2.0.7");
    item = only_item(work);
    assert_string_equal(item->path, "r.example/mb/auth");
    assert_string_equal(item->key, "auth");
    assert_string_equal(item->category, "tag");
    assert_string_equal(item->previous.text, "v2.0.6");
    assert_string_equal(item->current.text, "v2.0.7");
    assert_int_equal(item->current_at.line, 3);
    assert_true(drift_fixture_fired(item, "image.tag"));
    assert_int_equal(item->severity, SEVERITY_MEDIUM);
    assert_int_equal(item->attention, ATTENTION_NONE);
}

static void each_kind_of_change_has_its_rule(void **state)
{
    struct work *work = *state;

    assert_judged(work, "a:1", "b:1", "image.repository", SEVERITY_HIGH, ATTENTION_REVIEW);
    assert_judged(work, "a:1", "a:latest", "image.mutable", SEVERITY_HIGH, ATTENTION_REVIEW);
    assert_judged(work, "a:1", "a", "image.mutable", SEVERITY_HIGH, ATTENTION_REVIEW);
    assert_judged(work, "a:1@" D("1"), "a:1", "image.unpinned", SEVERITY_MEDIUM, ATTENTION_REVIEW);
    assert_judged(work, "a:1", "a:1@" D("1"), "image.pinned", SEVERITY_INFO, ATTENTION_NONE);
    assert_judged(work, "a:1@" D("1"), "a:1@" D("2"), "image.moved", SEVERITY_HIGH,
                  ATTENTION_REVIEW);
    assert_judged(work, "a:1@" D("1"), "a:2@" D("2"), "image.tag", SEVERITY_MEDIUM, ATTENTION_NONE);
    assert_judged(work, "a@" D("1"), "a@" D("2"), "image.digest", SEVERITY_MEDIUM, ATTENTION_NONE);
    assert_judged(work, NULL, "a:1", "image.added", SEVERITY_MEDIUM, ATTENTION_NONE);
    assert_judged(work, "a:1", NULL, "image.removed", SEVERITY_LOW, ATTENTION_NONE);
    assert_judged(work, "a:${TAG}", "b:${TAG}", "image.changed", SEVERITY_LOW, ATTENTION_NONE);
}

static void a_step_back_and_one_that_data_do_not_survive_need_a_person(void **state)
{
    static const char *const back[][2] = {
        {"r.example/mb/auth:1.0.0",          "r.example/mb/auth:0.9.0"        },
        { "r.example/mb/auth:v1.10.0",       "r.example/mb/auth:v1.9.9"       },
        { "r.example/mb/auth:1.0.0",         "r.example/mb/auth:1.0.0-rc1"    },
        { "nginx:1.25.3-alpine",             "nginx:1.24.0"                   },
        { "r.example/mb/auth:1.2.3@" D("1"), "r.example/mb/auth:1.2.2@" D("2")},
        { "r.example/mb/auth:2024.06.1",     "r.example/mb/auth:2024.05.9"    },
    };
    static const char *const data[][2] = {
        {"postgres:15.3",                                         "postgres:16.1"                         },
        { "bitnami/postgresql:15.3.0-debian-11-r7",               "bitnami/postgresql:16.1.0-debian-11-r1"},
        { "mysql:5.7",                                            "mysql:8.0"                             },
        { "mysql:8.0.35",                                         "mysql:8.4.0"                           },
        { "mariadb:10.6",                                         "mariadb:10.11"                         },
        { "redis:6-alpine",                                       "redis:7-alpine"                        },
        { "mongo:5.0",                                            "mongo:6.0"                             },
        { "docker.elastic.co/elasticsearch/elasticsearch:7.17.0",
         "docker.elastic.co/elasticsearch/elasticsearch:8.1.0"                                            },
        { "opensearchproject/opensearch:1.3.0",                   "opensearchproject/opensearch:2.0.0"    },
        { "confluentinc/cp-kafka:6.2.0",                          "confluentinc/cp-kafka:7.0.0"           },
        { "rabbitmq:3.13-management",                             "rabbitmq:4.0-management"               },
        { "postgres:16",                                          "postgres:15"                           },
    };
    static const char *const neither[][2] = {
        {"nginx:1.25.3-alpine3.18",  "nginx:1.25.3-alpine3.17"},
        { "postgres:15.3",           "postgres:15.4"          },
        { "mariadb:10.6.1",          "mariadb:10.6.2"         },
        { "redis:7.0",               "redis:7.2"              },
        { "node:18",                 "node:20"                },
        { "a:9f2c1d0",               "a:1e0c1d0"              },
        { "a:8912345",               "a:1234567"              },
        { "a:main-20240102",         "a:main-20240101"        },
        { "a:1.0.0",                 "a:1.0.0-alpine"         },
        { "postgres-exporter:1.0.0", "postgres-exporter:2.0.0"},
    };
    struct work *work = *state;

    for (size_t i = 0; i < sizeof back / sizeof *back; i++)
        assert_judged(work, back[i][0], back[i][1], "image.back", SEVERITY_HIGH, ATTENTION_REVIEW);
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        assert_judged(work, data[i][0], data[i][1], "image.data-store", SEVERITY_HIGH,
                      ATTENTION_REVIEW);
    for (size_t i = 0; i < sizeof neither / sizeof *neither; i++)
        assert_judged(work, neither[i][0], neither[i][1], "image.tag", SEVERITY_MEDIUM,
                      ATTENTION_NONE);
}

static void what_is_the_same_is_no_difference(void **state)
{
    struct work *work = *state;

    add_pair(work, "nginx:1", "docker.io/library/nginx:1");
    assert_int_equal(detect(work)->item_count, 0);
    assert_int_equal(work->fixture.report->part_count, 1);
}

static void one_change_in_many_places_is_one_item(void **state)
{
    struct work *work = *state;
    const struct drift_image *image;

    add_pair(work, "a:1", "a:2");
    add_pair(work, "a:1", "a:2");
    add_pair(work, "a:1", "a:3");
    detect(work);
    assert_int_equal(work->fixture.report->item_count, 2);
    image = drift_image_of(work->fixture.report, &work->fixture.report->items[0]);
    assert_int_equal(image->place_count, 2);
    assert_string_equal(image->places[0], "values.yaml:3 auth.image");
    assert_string_equal(work->fixture.report->items[1].path, "a (auth.image)");
}

static void an_image_that_is_missing_blocks(void **state)
{
    struct work *work = *state;
    struct image_pair_input *pair = add_pair(work, "a:1", "a:2");
    const struct drift_item *item;

    pair->current.answer = IMAGE_MISSING;
    pair->current.said = "docker.io has no a:2";
    item = only_item(work);
    assert_true(drift_fixture_fired(item, "image.missing"));
    assert_int_equal(item->severity, SEVERITY_CRITICAL);
    assert_int_equal(item->attention, ATTENTION_BLOCKER);
    assert_string_equal(item->attention_reason, "docker.io has no a:2");
}

static void what_stays_is_told_when_its_tag_was_moved(void **state)
{
    struct work *work = *state;
    struct image_pair_input *pair = add_pair(work, "a:1@" D("1"), "a:1@" D("1"));
    const struct drift_item *item;

    pair->current.answer = IMAGE_FOUND;
    pair->current.tag_digest = D("2");
    item = only_item(work);
    assert_true(drift_fixture_fired(item, "image.moved"));
    assert_int_equal(item->attention, ATTENTION_BLOCKER);
    assert_string_equal(item->attention_reason,
                        "the registry has sha256:200000000000 as 1 by now, and sha256:100000000000 "
                        "is what is named");
}

static void a_tag_that_moves_on_purpose_blocks_nothing_when_it_did(void **state)
{
    struct work *work = *state;
    struct image_pair_input *pair = add_pair(work, "a:latest@" D("1"), "a:latest@" D("1"));

    pair->current.answer = IMAGE_FOUND;
    pair->current.tag_digest = D("2");
    assert_int_equal(only_item(work)->attention, ATTENTION_REVIEW);
}

/* --- What was found --------------------------------------------------------------------------- */

static struct image *image_of(struct work *work, const struct image_use *use, const char *digest,
                              const char *manifest, const char *config)
{
    struct image *image = arena_alloc(work->arena, sizeof *image);

    image->reference = use->reference;
    image->digest = image->manifest_digest = digest;
    image->platform = image_platform_usual;
    image->manifest = image_manifest_read(work->arena, "m", NULL, manifest, strlen(manifest), NULL);
    image->config = image_config_read(work->arena, "c", config, strlen(config), NULL);
    assert_non_null(image->manifest);
    assert_non_null(image->config);
    return image;
}

#define L(x, size) "{\"digest\":\"" D(x) "\",\"size\":" size "}"
#define M(layers)  "{\"config\":{\"digest\":\"" D("c") "\",\"size\":1},\"layers\":[" layers "]}"

static const struct drift_report *detect_found(struct work *work)
{
    struct image_pair_input *pair = add_pair(work, "r.example/mb/auth:v1", "r.example/mb/auth:v2");

    pair->previous.answer = pair->current.answer = IMAGE_FOUND;
    pair->previous.image =
        image_of(work, pair->previous.use, D("a"), M(L("1", "1000") "," L("2", "23")),
                 "{\"config\":{\"Env\":[\"V=1\",\"DB_PASSWORD=hunter2-old\"]}}");
    pair->current.image =
        image_of(work, pair->current.use, D("b"),
                 M(L("1", "1000") "," L("3", "250") "," L("4", "48")),
                 "{\"created\":\"2025-01-20T10:30:00Z\",\"config\":{\"Env\":[\"V=2\","
                 "\"DB_PASSWORD=hunter2-new\"],\"Labels\":{"
                 "\"org.opencontainers.image.revision\":\"abc123\"}}}");
    work->input.asked = true;
    return detect(work);
}

static void json_has_the_form_of_the_seed_and_reads_back(void **state)
{
    struct work *work = *state;
    json_t *json = drift_report_to_json(detect_found(work)), *again, *drift = NULL, *image;
    char *first, *second;
    struct drift_report *report;
    struct error error;
    size_t i;
    json_t *entry;

    json_array_foreach(json_object_get(json, "drifts"), i,
                       entry) if (strcmp(json_string_value(json_object_get(entry, "type")),
                                         "image") == 0) drift = entry;
    assert_non_null(drift);
    assert_string_equal(json_string_value(json_object_get(drift, "registry")), "r.example");
    image = json_array_get(json_object_get(drift, "images"), 0);
    assert_string_equal(json_string_value(json_object_get(image, "name")), "r.example/mb/auth");
    assert_string_equal(json_string_value(json_object_get(image, "previous_tag")), "v1");
    assert_string_equal(json_string_value(json_object_get(image, "current_digest")), D("b"));
    assert_string_equal(json_string_value(json_object_get(image, "size_diff")), "+275 B");
    assert_int_equal(json_integer_value(json_object_get(image, "layers_changed")), 3);
    first = json_dumps(json, JSON_SORT_KEYS);
    assert_null(strstr(first, "hunter2"));
    report = drift_report_from_json(json, &error);
    if (report == NULL)
        fail_msg("%s", error.message);
    again = drift_report_to_json(report);
    second = json_dumps(again, JSON_SORT_KEYS);
    assert_string_equal(first, second);
    drift_report_free(&report);
    json_decref(json), json_decref(again);
    free(first), free(second);
}

static void a_damaged_image_is_refused(void **state)
{
    struct work *work = *state;
    json_t *json = drift_report_to_json(detect_found(work)), *entry;
    struct error error;
    size_t i;

    json_array_foreach(json_object_get(json, "drifts"), i,
                       entry) if (strcmp(json_string_value(json_object_get(entry, "type")),
                                         "image") == 0)
        json_object_set_new(json_array_get(json_object_get(entry, "images"), 0), "current_answer",
                            json_string("perhaps"));
    assert_null(drift_report_from_json(json, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    json_decref(json);
}

static void the_detail_view_has_a_table_of_layers(void **state)
{
    struct work *work = *state;
    const struct drift_report *report = detect_found(work);
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    drift_detail_item(&rich, report, &report->items[0], NULL, 80, false);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_non_null(strstr(plain.data, "size        1.0 kB -> 1.3 kB (+275 B)"));
    assert_non_null(strstr(plain.data, "= shared        1.0 kB  100000000000"));
    assert_non_null(strstr(plain.data, "- removed         23 B  200000000000"));
    assert_non_null(strstr(plain.data, "+ added           48 B  400000000000"));
    assert_non_null(strstr(plain.data, "from commit abc123"));
    assert_non_null(strstr(plain.data, "DB_PASSWORD: another secret"));
    assert_null(strstr(plain.data, "hunter2"));
    assert_non_null(strstr(plain.data, "values.yaml:3 auth.image"));
    strbuf_release(&rich);
    strbuf_release(&plain);
}

/* --- Tags that were looked at before -----------------------------------------------------------
 */

static struct image_pair_input *add_seen(struct work *work, const char *text, const char *recorded,
                                         const char *now)
{
    struct image_pair_input *pair = add_pair(work, text, text);
    struct image *image = arena_alloc(work->arena, sizeof *image);
    struct image_manifest *manifest = arena_alloc(work->arena, sizeof *manifest);

    *manifest = (struct image_manifest){ 0 };
    *image = (struct image){ .digest = now, .manifest_digest = now, .manifest = manifest };
    pair->current.answer = IMAGE_FOUND;
    pair->current.image = image;
    pair->current.recorded = recorded;
    pair->current.recorded_at = INT64_C(1737364200000);
    return pair;
}

static void a_tag_that_was_moved_since_it_was_looked_at_blocks(void **state)
{
    struct work *work = *state;
    const struct drift_item *item;

    add_seen(work, "r.example/mb/auth:v2.0.7", "sha256:aaaaaaaaaaaaaaaa",
             "sha256:bbbbbbbbbbbbbbbb");
    item = only_item(work);
    assert_string_equal(item->category, "moved");
    assert_int_equal(item->attention, ATTENTION_BLOCKER);
    assert_string_equal(item->attention_reason, "v2.0.7 was sha256:aaaaaaaaaaaa when it was looked "
                                                "at first on 2025-01-20, and "
                                                "is sha256:bbbbbbbbbbbb now");
}

/* What was accepted is that image, not whatever the tag stands for next. */
static void a_tag_that_is_moved_again_is_another_difference(void **state)
{
    struct work *work = *state;
    char once[ITEM_STATE_SIZE], again[ITEM_STATE_SIZE];

    add_seen(work, "r.example/mb/auth:v2.0.7", "sha256:aaaaaaaaaaaaaaaa",
             "sha256:bbbbbbbbbbbbbbbb");
    drift_item_state(only_item(work), once);
    vector_clear(&work->pairs);
    add_seen(work, "r.example/mb/auth:v2.0.7", "sha256:aaaaaaaaaaaaaaaa",
             "sha256:cccccccccccccccc");
    drift_item_state(only_item(work), again);
    assert_string_not_equal(once, again);
}

static void the_tag_of_a_series_that_was_moved_wants_a_look(void **state)
{
    static const char *const names[] = { "r.example/postgres:15", "r.example/redis:7.2-alpine" };
    struct work *work = *state;

    for (size_t i = 0; i < 2; i++) {
        vector_clear(&work->pairs);
        add_seen(work, names[i], "sha256:aa", "sha256:bb");
        assert_int_equal(only_item(work)->attention, ATTENTION_REVIEW);
        drift_fixture_end(&work->fixture);
        drift_fixture_start(&work->fixture);
        drift_fixture_module(&work->fixture, "auth");
    }
}

static void a_tag_that_stands_still_is_seen_and_no_difference(void **state)
{
    struct work *work = *state;
    const struct drift_report *report;
    const struct drift_images *images;

    add_seen(work, "r.example/mb/auth:v2", "sha256:aa", "sha256:aa");
    add_seen(work, "r.example/mb/web:latest", NULL, "sha256:cc");
    report = detect(work);
    assert_int_equal(report->item_count, 0);
    images = drift_report_part(report, DRIFT_IMAGE, "auth")->content;
    /* One that is moved on purpose is not kept. */
    assert_int_equal(images->seen_count, 1);
    assert_string_equal(images->seen[0].name, "r.example/mb/auth");
    assert_string_equal(images->seen[0].tag, "v2");
    assert_string_equal(images->seen[0].digest, "sha256:aa");
}

/* --- Beside configuration --------------------------------------------------------------------- */

/* The use stands in line 3, as the tag does. */
static void add_config(struct work *work, const char *before, const char *after)
{
    drift_fixture_config(&work->fixture, "values.yaml", before, after);
}

static void configuration_that_names_an_image_is_told_with_the_images(void **state)
{
    struct work *work = *state;
    const struct drift_item *tag, *policy, *image;

    add_pair(work, "r.example/mb/auth:v1", "r.example/mb/auth:latest");
    add_config(work, "auth:\n  image:\n    tag: v1\n    pullPolicy: Always\n",
               "auth:\n  image:\n    tag: latest\n    pullPolicy: Never\n");
    detect(work);
    tag = drift_fixture_item(&work->fixture, "auth.image.tag");
    policy = drift_fixture_item(&work->fixture, "auth.image.pullPolicy");
    image = drift_fixture_item(&work->fixture, "r.example/mb/auth");
    assert_int_equal(tag->severity, SEVERITY_INFO);
    assert_int_equal(tag->attention, ATTENTION_NONE);
    assert_int_equal(tag->rule_count, 1);
    assert_string_equal(tag->rules[0].rule, "config.image-told");
    assert_false(drift_fixture_fired(policy, "config.image-told"));
    assert_int_equal(image->severity, SEVERITY_HIGH);
    assert_int_equal(image->attention, ATTENTION_REVIEW);
}

static void what_no_image_tells_is_judged_as_configuration(void **state)
{
    struct work *work = *state;
    const struct drift_item *tag;

    add_pair(work, "r.example/mb/other:v1", "r.example/mb/other:v2");
    add_config(work, "web:\n  x: 1\n\n\n  image:\n    tag: v1\n",
               "web:\n  x: 1\n\n\n  image:\n    tag: latest\n");
    detect(work);
    tag = drift_fixture_item(&work->fixture, "web.image.tag");
    assert_true(drift_fixture_fired(tag, "config.image-moving"));
    assert_int_equal(tag->severity, SEVERITY_HIGH);
}

static void a_rule_of_the_project_holds_for_it_as_well(void **state)
{
    static const struct rule own = { .id = "ours.tag",
                                     .type = DRIFT_CONFIG,
                                     .key = "tag",
                                     .severity = SEVERITY_HIGH,
                                     .columns = COLUMN_TYPE | COLUMN_SEVERITY,
                                     .sentence = "we look at tags" };
    struct work *work = *state;
    const struct drift_item *tag;

    work->fixture.input.rules = &own;
    work->fixture.input.rule_count = 1;
    add_pair(work, "r.example/mb/auth:v1", "r.example/mb/auth:v2");
    add_config(work, "auth:\n  image:\n    tag: v1\n", "auth:\n  image:\n    tag: v2\n");
    detect(work);
    tag = drift_fixture_item(&work->fixture, "auth.image.tag");
    assert_true(drift_fixture_fired(tag, "ours.tag"));
    assert_true(drift_fixture_fired(tag, "config.image-told"));
    assert_false(drift_fixture_fired(tag, "config.image"));
    assert_int_equal(tag->severity, SEVERITY_HIGH);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_new_tag_is_another_version),
        CASE(a_step_back_and_one_that_data_do_not_survive_need_a_person),
        CASE(each_kind_of_change_has_its_rule),
        CASE(what_is_the_same_is_no_difference),
        CASE(one_change_in_many_places_is_one_item),
        CASE(an_image_that_is_missing_blocks),
        CASE(what_stays_is_told_when_its_tag_was_moved),
        CASE(a_tag_that_moves_on_purpose_blocks_nothing_when_it_did),
        CASE(json_has_the_form_of_the_seed_and_reads_back),
        CASE(a_damaged_image_is_refused),
        CASE(the_detail_view_has_a_table_of_layers),
        CASE(a_tag_that_was_moved_since_it_was_looked_at_blocks),
        CASE(a_tag_that_is_moved_again_is_another_difference),
        CASE(the_tag_of_a_series_that_was_moved_wants_a_look),
        CASE(a_tag_that_stands_still_is_seen_and_no_difference),
        CASE(configuration_that_names_an_image_is_told_with_the_images),
        CASE(what_no_image_tells_is_judged_as_configuration),
        CASE(a_rule_of_the_project_holds_for_it_as_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
