#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/source/kubernetes_list.h>
#include <pilab/source/observed_version.h>

/* One deployment with its replicas, and what its status says. */
#define DEPLOYMENT(name, generation, replicas, status)                                             \
    "{\"metadata\":{\"name\":\"" name "\",\"namespace\":\"mb\",\"generation\":" generation         \
    ",\"labels\":{\"app\":\"" name "\"}},\"spec\":{\"replicas\":" replicas                         \
    ",\"template\":{\"metadata\":{\"labels\":{\"app\":\"other\",\"version\":\"1\"}},\"spec\":{"    \
    "\"initContainers\":[{\"name\":\"wait\",\"image\":\"busybox:1\"}],"                            \
    "\"containers\":[{\"name\":\"main\",\"image\":\"registry.example/mb/" name ":v2.0.6\"}]}}},"   \
    "\"status\":" status "}"
#define LIST(items) "{\"kind\":\"DeploymentList\",\"apiVersion\":\"apps/v1\",\"items\":[" items "]}"
#define SETTLED                                                                                    \
    "{\"observedGeneration\":3,\"replicas\":2,\"updatedReplicas\":2,\"availableReplicas\":2}"

static void must_read(const char *text, enum kubernetes_kind kind, struct arena *arena,
                      struct kubernetes_page *page)
{
    struct error error = { 0 };

    if (!kubernetes_list_read("list", text, strlen(text), kind, arena, page, &error))
        fail_msg("%s", error.message);
}

static void the_workloads_of_a_page_are_read_with_images_and_labels(void **state)
{
    struct arena *arena = arena_new();
    struct kubernetes_page page;

    (void)state;
    must_read("{\"kind\":\"DeploymentList\",\"metadata\":{\"continue\":\"abc=\"},\"items\":"
              "[" DEPLOYMENT("auth", "3", "2", SETTLED) "," DEPLOYMENT("pay", "3", "2",
                                                                       SETTLED) "]}",
              KUBERNETES_DEPLOYMENT, arena, &page);
    assert_int_equal(page.count, 2);
    assert_string_equal(page.next, "abc=");
    assert_string_equal(page.items[0].name, "auth");
    assert_string_equal(page.items[0].namespace_name, "mb");
    assert_int_equal(page.items[0].container_count, 1);
    assert_string_equal(page.items[0].containers[0].image, "registry.example/mb/auth:v2.0.6");
    assert_string_equal(kubernetes_label(&page.items[0], "app"), "auth");
    assert_string_equal(kubernetes_label(&page.items[0], "version"), "1");
    assert_null(kubernetes_label(&page.items[0], "tier"));
    assert_null(page.items[1].unsettled);
    must_read("{\"kind\":\"DeploymentList\",\"metadata\":{\"continue\":\"\"},\"items\":[]}",
              KUBERNETES_DEPLOYMENT, arena, &page);
    assert_int_equal(page.count, 0);
    assert_null(page.next);
    arena_free(&arena);
}

static void a_rollout_that_is_not_done_is_said(void **state)
{
    static const struct {
        const char *text, *unsettled;
    } cases[] = {
        {LIST(DEPLOYMENT("a",                                                 "4",                                                 "2", SETTLED)),
         "the cluster has not looked at its last change yet"                                                                                                                                                                                      },
        { "{\"items\":[{\"metadata\":{\"name\":\"a\"},\"spec\":{\"template\":{\"spec\":{"
          "\"containers\":[]}}}}]}",                                 "the cluster has not looked at its last change yet"},
        { LIST(DEPLOYMENT("a",                                                          "3",                                                                            "3",    SETTLED)), "rolling out: 2 of 3 are updated"                            },
        { LIST(DEPLOYMENT("a",                                                          "3",                                                                                    "0",                                                                           SETTLED)),                                                                        "it is scaled to nothing"                                                                        },
        { LIST(DEPLOYMENT("a",                       "1",                                                                                      "2",
         "{\"observedGeneration\":1,\"replicas\":3,\"updatedReplicas\":2,"
                          "\"availableReplicas\":3}")),
         "rolling out: 1 old ones still run"},
        { LIST(DEPLOYMENT("a", "1",                                                                                                  "2",
         "{\"observedGeneration\":1,\"replicas\":2,\"updatedReplicas\":2}")),
         "only 0 of 2 are ready"                                                                                                                                                                                                                                                 },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct kubernetes_page page;

        must_read(cases[i].text, KUBERNETES_DEPLOYMENT, arena, &page);
        assert_non_null(page.items[0].unsettled);
        assert_string_equal(page.items[0].unsettled, cases[i].unsettled);
    }
    arena_free(&arena);
}

static void a_daemon_set_is_told_by_its_nodes_and_a_stateful_set_by_who_is_ready(void **state)
{
    struct arena *arena = arena_new();
    struct kubernetes_page page;

    (void)state;
    must_read("{\"kind\":\"DaemonSetList\",\"items\":[{\"metadata\":{\"name\":\"log\"},\"spec\":{"
              "\"template\":{\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"i:1\"}]}}},"
              "\"status\":{\"desiredNumberScheduled\":3,\"currentNumberScheduled\":3,"
              "\"updatedNumberScheduled\":1,\"numberAvailable\":3}}]}",
              KUBERNETES_DAEMONSET, arena, &page);
    assert_string_equal(page.items[0].unsettled, "rolling out: 1 of 3 are updated");
    must_read("{\"kind\":\"StatefulSetList\",\"items\":[{\"metadata\":{\"name\":\"db\"},\"spec\":{"
              "\"replicas\":2,\"template\":{\"spec\":{\"containers\":[]}}},"
              "\"status\":{\"replicas\":2,\"updatedReplicas\":2,\"readyReplicas\":2}}]}",
              KUBERNETES_STATEFULSET, arena, &page);
    assert_null(page.items[0].unsettled);
    arena_free(&arena);
}

static void what_is_no_such_list_is_refused(void **state)
{
    static const struct {
        const char *text;
        enum error_code code;
        const char *message;
    } cases[] = {
        {"<html>",                                   ERROR_INVALID,     NULL                           },
        { "{\"kind\":\"Status\",\"message\":\"x\"}", ERROR_INVALID,
         "list: it is no list of deployments"                                                          },
        { "{\"kind\":\"PodList\",\"items\":[]}",     ERROR_UNSUPPORTED,
         "list: it is a PodList, not a DeploymentList"                                                 },
        { "{\"items\":[{\"metadata\":{}}]}",         ERROR_INVALID,     "list: item 1 is no deployment"},
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct kubernetes_page page = { .count = 99 };
        struct error error = { 0 };

        assert_false(kubernetes_list_read("list", cases[i].text, strlen(cases[i].text),
                                          KUBERNETES_DEPLOYMENT, arena, &page, &error));
        assert_int_equal(error.code, cases[i].code);
        if (cases[i].message != NULL)
            assert_string_equal(error.message, cases[i].message);
        assert_int_equal(page.count, 99);
    }
    arena_free(&arena);
}

static void a_refusal_says_why(void **state)
{
    static const char status[] =
        "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"deployments.apps is forbidden\","
        "\"reason\":\"Forbidden\",\"code\":403}";
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(kubernetes_status_message(status, sizeof status - 1, arena),
                        "deployments.apps is forbidden");
    assert_null(kubernetes_status_message("{}", 2, arena));
    assert_null(kubernetes_status_message("Bad Gateway", 11, arena));
    arena_free(&arena);
}

static void kinds_are_named_as_kubectl_takes_them(void **state)
{
    enum kubernetes_kind kind;

    (void)state;
    assert_true(kubernetes_kind_parse("Deployment/auth", 10, &kind));
    assert_int_equal(kind, KUBERNETES_DEPLOYMENT);
    assert_true(kubernetes_kind_parse("sts", 3, &kind));
    assert_int_equal(kind, KUBERNETES_STATEFULSET);
    assert_true(kubernetes_kind_parse("daemonsets", 10, &kind));
    assert_int_equal(kind, KUBERNETES_DAEMONSET);
    assert_false(kubernetes_kind_parse("pod", 3, &kind));
    assert_string_equal(kubernetes_kind_resource(KUBERNETES_DEPLOYMENT), "deployments");
}

static void a_tag_is_a_version_as_the_project_writes_tags(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(observed_tag_version(NULL, "v2.0.6", arena), "2.0.6");
    assert_string_equal(observed_tag_version(NULL, "vanilla", arena), "vanilla");
    assert_string_equal(observed_tag_version("{version}", "v2.0.6", arena), "v2.0.6");
    assert_string_equal(observed_tag_version("auth-{version}-rel", "auth-2.0.6-rel", arena),
                        "2.0.6");
    assert_null(observed_tag_version("auth-{version}", "pay-2.0.6", arena));
    assert_null(observed_tag_version("auth-{version}", "auth-", arena));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_workloads_of_a_page_are_read_with_images_and_labels),
        cmocka_unit_test(a_rollout_that_is_not_done_is_said),
        cmocka_unit_test(a_daemon_set_is_told_by_its_nodes_and_a_stateful_set_by_who_is_ready),
        cmocka_unit_test(what_is_no_such_list_is_refused),
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(kinds_are_named_as_kubectl_takes_them),
        cmocka_unit_test(a_tag_is_a_version_as_the_project_writes_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
