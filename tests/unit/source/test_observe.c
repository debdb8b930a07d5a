#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/drift/project_file.h>
#include <pilab/source/observe.h>

#include "../../support/scratch.h"
#include "../../support/web_server.h"

/* An environment with what observes it, and a web server that may be it. */
struct scene {
    char *folder;
    struct arena *arena;
    struct web_server *server;
    struct project_settings settings;
    struct observer_answer answer;
    atomic_bool cancel;
    bool offline;
    struct progress progress;
    struct error error;
};

static int enter(void **state)
{
    struct scene *scene = memory_new(sizeof *scene);

    scene->folder = scratch_new();
    scene->arena = arena_new();
    scene->server = web_server_start();
    scene->progress.cancel = &scene->cancel;
    *state = scene;
    return 0;
}

static int leave(void **state)
{
    struct scene *scene = *state;

    web_server_stop(&scene->server);
    scratch_remove(&scene->folder);
    arena_free(&scene->arena);
    free(scene);
    return 0;
}

static void write_file(const struct scene *scene, const char *name, const char *text, mode_t mode)
{
    char *path = path_join(scene->folder, name);

    assert_true(file_write_atomic(path, text, strlen(text), mode, NULL));
    free(path);
}

/* Asks the observer that is written so; %s is the server's address. */
static bool ask(struct scene *scene, const char *observer)
{
    static const struct observed_module modules[] = {
        {"mb-auth", "v{version}"},
        { "mb-pay", NULL        },
        { "mb-log", NULL        },
    };
    struct observe_request request = { .environment = "UAT",
                                       .modules = modules,
                                       .module_count = 3,
                                       .folder = scene->folder,
                                       .token = "from-the-vault",
                                       .offline = scene->offline,
                                       .clock = clock_frozen(1000) };
    char *url = web_server_url(scene->server, ""), *filled = memory_copy_text(observer);
    char *mark = strstr(filled, "@@");
    char *text;

    if (mark != NULL)
        *mark = '\0';
    text = memory_printf("pilab: 1\nproject: {name: A, code: B}\nenvironments:\n"
                         "  - {name: UAT, stage: UAT, observe: [%s%s%s]}\n",
                         filled, mark != NULL ? url : "", mark != NULL ? mark + 2 : "");
    if (!project_file_read("pilab.yaml", text, strlen(text), scene->arena, &scene->settings,
                           &scene->error))
        fail_msg("%s", scene->error.message);
    free(text);
    free(filled);
    free(url);
    request.observer = &scene->settings.environments[0].observers[0];
    return observe(&request, scene->arena, &scene->answer, &scene->progress, &scene->error);
}

static void answered(struct scene *scene, const char *observer, size_t count)
{
    assert_true(ask(scene, observer));
    if (scene->answer.failure.code != ERROR_NONE)
        fail_msg("%s (%s)", scene->answer.failure.message, scene->answer.failure.hint);
    assert_int_equal(scene->answer.count, count);
    assert_int_equal(scene->answer.at, 1000);
}

static void failed(struct scene *scene, const char *observer, enum error_code code,
                   const char *words)
{
    assert_true(ask(scene, observer));
    if (strstr(scene->answer.failure.message, words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, scene->answer.failure.message);
    assert_int_equal(scene->answer.failure.code, code);
    assert_int_equal(scene->answer.count, 0);
}

/* --- Lines and documents ---------------------------------------------------------------------- */

static void the_first_line_of_a_file_is_the_version(void **state)
{
    struct scene *scene = *state;

    write_file(scene, "VERSION", "\n  v2.0.6 \r\nbuilt by somebody\n", 0644);
    answered(scene, "{type: file, path: VERSION, module: mb-auth}", 1);
    assert_string_equal(scene->answer.items[0].module, "mb-auth");
    assert_string_equal(scene->answer.items[0].version, "2.0.6");
    assert_string_equal(scene->answer.items[0].said, "v2.0.6");
    assert_false(scene->answer.items[0].foreign);
}

static void a_document_says_the_version_and_what_stands_beside_it(void **state)
{
    struct scene *scene = *state;

    write_file(scene, "info.json",
               "{\"build\":{\"version\":\"2.0.6\",\"commit\":\"9f8e7d6\"},\"config\":42}", 0644);
    answered(scene,
             "{type: file, path: info.json, module: mb-pay, pointer: /build/version, "
             "commit: /build/commit, config: /config, image: /image}",
             1);
    assert_string_equal(scene->answer.items[0].version, "2.0.6");
    assert_string_equal(scene->answer.items[0].commit, "9f8e7d6");
    assert_string_equal(scene->answer.items[0].config_revision, "42");
    assert_null(scene->answer.items[0].image);
}

static void a_module_that_is_not_in_the_document_says_nothing_of_the_others(void **state)
{
    struct scene *scene = *state;

    write_file(scene, "all.json", "{\"auth\":\"v1\",\"pay\":{\"v\":1.10}}", 0644);
    answered(scene,
             "{type: file, path: all.json, modules: {mb-auth: /auth, mb-pay: /pay/v, "
             "mb-log: /log, mb-new: /auth}}",
             4);
    assert_string_equal(scene->answer.items[0].version, "1");
    assert_non_null(strstr(scene->answer.items[1].unread, "a version must be a text"));
    assert_string_equal(scene->answer.items[2].unread, "there is no /log");
    assert_null(scene->answer.items[2].version);
    assert_true(scene->answer.items[3].foreign);
}

static void what_holds_no_version_is_said(void **state)
{
    struct scene *scene = *state;

    write_file(scene, "page", "<html> <body>Welcome", 0644);
    write_file(scene, "empty", "\n\n", 0644);
    write_file(scene, "info.json", "{\"version\":null}", 0644);
    failed(scene, "{type: file, path: page, module: mb-auth}", ERROR_INVALID, "more than one word");
    failed(scene, "{type: file, path: empty, module: mb-auth}", ERROR_INVALID, "it is empty");
    failed(scene, "{type: file, path: info.json, module: mb-auth, pointer: /version}",
           ERROR_INVALID, "/version is no text");
    failed(scene, "{type: file, path: page, module: mb-auth, pointer: /version}", ERROR_INVALID,
           "page");
    failed(scene, "{type: file, path: none, module: mb-auth}", ERROR_NOT_FOUND, "none");
}

/* --- The web ---------------------------------------------------------------------------------- */

static void a_web_address_is_asked_with_its_token(void **state)
{
    struct scene *scene = *state;
    char *asked;

    write_file(scene, "token", "secret-token\n", 0600);
    web_server_say(scene->server, "GET /info?key=1 ", "200 OK",
                   "Content-Type: application/json\r\n", "{\"version\":\"2.0.6\"}");
    answered(scene,
             "{type: http, url: \"@@/info?key=1\", pointer: /version, module: mb-pay, "
             "token_file: token}",
             1);
    assert_string_equal(scene->answer.items[0].version, "2.0.6");
    assert_null(strstr(scene->answer.label, "key=1"));
    asked = web_server_asked(scene->server);
    assert_non_null(strstr(asked, "Bearer secret-token\r\n"));
    free(asked);
    answered(scene,
             "{type: http, url: \"@@/info?key=1\", pointer: /version, module: mb-pay, "
             "login: true}",
             1);
    asked = web_server_asked(scene->server);
    assert_non_null(strstr(asked, "Bearer from-the-vault\r\n"));
    free(asked);
}

static void a_token_that_others_can_read_is_not_sent(void **state)
{
    struct scene *scene = *state;

    write_file(scene, "token", "secret-token\n", 0644);
    failed(scene, "{type: http, url: \"@@/\", module: mb-pay, token_file: token}", ERROR_UNTRUSTED,
           "token");
    assert_int_equal(web_server_count(scene->server, "GET"), 0);
}

static void a_refusal_says_what_it_means(void **state)
{
    struct scene *scene = *state;

    web_server_say(scene->server, "GET /a", "401 Unauthorized", "", "");
    web_server_say(scene->server, "GET /b", "404 Not Found", "", "");
    failed(scene, "{type: http, url: \"@@/a\", module: mb-pay}", ERROR_DENIED, "(401)");
    assert_string_equal(scene->answer.failure.hint, "it wants a token: token_file or login");
    failed(scene, "{type: http, url: \"@@/b\", module: mb-pay}", ERROR_NOT_FOUND, "(404)");
    failed(scene, "{type: http, url: \"http://k8s.example/\", module: mb-pay}", ERROR_UNTRUSTED,
           "http");
}

static void who_does_not_answer_is_given_up(void **state)
{
    struct scene *scene = *state;

    web_server_bytes(scene->server, "GET /", "HTTP/1.1 200 OK\r\n", 17, WEB_STALL);
    failed(scene, "{type: http, url: \"@@/\", module: mb-pay, timeout: 1}", ERROR_NETWORK, "");
}

static void nothing_but_files_is_asked_offline(void **state)
{
    struct scene *scene = *state;

    write_file(scene, "VERSION", "1", 0644);
    scene->offline = true;
    failed(scene, "{type: http, url: \"@@/\", module: mb-pay}", ERROR_NETWORK, "not asked");
    assert_int_equal(web_server_count(scene->server, "GET"), 0);
    answered(scene, "{type: file, path: VERSION, module: mb-auth}", 1);
}

static void a_cancel_is_no_answer(void **state)
{
    struct scene *scene = *state;

    atomic_store(&scene->cancel, true);
    assert_false(ask(scene, "{type: http, url: \"@@/\", module: mb-pay}"));
    assert_int_equal(scene->error.code, ERROR_CANCELLED);
}

/* --- A cluster -------------------------------------------------------------------------------- */

#define WORKLOAD(name, label, image)                                                               \
    "{\"metadata\":{\"name\":\"" name "\",\"labels\":{\"app\":\"" label "\"}},\"spec\":{"          \
    "\"replicas\":1,\"template\":{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"" image \
    "\"}]}}},\"status\":{\"replicas\":1,\"updatedReplicas\":1,\"availableReplicas\":1,"            \
    "\"readyReplicas\":1}}"
#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SPACE  "GET /apis/apps/v1/namespaces/mb/"

static void a_cluster_is_asked_page_by_page_for_what_is_named(void **state)
{
    struct scene *scene = *state;
    const struct observation *items;

    web_server_say(scene->server, SPACE "deployments?limit=500 ", "200 OK", "",
                   "{\"kind\":\"DeploymentList\",\"metadata\":{\"continue\":\"a+b\"},\"items\":"
                   "[" WORKLOAD("other", "x", "busybox:1") "]}");
    web_server_say(scene->server, SPACE "deployments?limit=500&continue=a%2Bb ", "200 OK", "",
                   "{\"kind\":\"DeploymentList\",\"items\":[" WORKLOAD(
                       "auth", "x", "reg.example/mb/auth:v2.0.6@" DIGEST) "]}");
    answered(scene,
             "{type: kubernetes, server: \"@@/\", namespace: mb, modules: {mb-auth: "
             "deployment/auth, mb-pay: deploy/pay, mb-log: pod/log}}",
             3);
    items = scene->answer.items;
    assert_string_equal(items[0].version, "2.0.6");
    assert_string_equal(items[0].digest, DIGEST);
    assert_string_equal(items[0].image, "reg.example/mb/auth:v2.0.6@" DIGEST);
    assert_string_equal(items[0].place, "deployment/auth");
    assert_null(items[0].unsettled);
    assert_true(items[1].absent);
    assert_null(items[1].version);
    assert_non_null(strstr(items[2].unread, "it names no workload"));
    assert_int_equal(web_server_count(scene->server, SPACE "statefulsets"), 0);
}

static void a_label_finds_the_modules_of_every_kind(void **state)
{
    struct scene *scene = *state;

    web_server_say(scene->server, SPACE "deployments?limit=500&labelSelector=app ", "200 OK", "",
                   "{\"items\":[" WORKLOAD("auth-api", "mb-auth",
                                           "a:v2.0.6") "," WORKLOAD("auth-jobs", "mb-auth",
                                                                    "a:v2.0.5") "]}");
    web_server_say(scene->server, SPACE "statefulsets?", "200 OK", "",
                   "{\"items\":[" WORKLOAD("queue", "mb-queue", "q:1") "]}");
    web_server_say(scene->server, SPACE "daemonsets?", "200 OK", "", "{\"items\":[]}");
    answered(scene, "{type: kubernetes, server: \"@@\", namespace: mb, label: app}", 3);
    assert_string_equal(scene->answer.items[0].place, "deployment/auth-api");
    assert_string_equal(scene->answer.items[1].version, "2.0.5");
    assert_string_equal(scene->answer.items[2].module, "mb-queue");
    assert_true(scene->answer.items[2].foreign);
}

static void a_tag_that_moves_gives_way_to_the_label_of_the_version(void **state)
{
    struct scene *scene = *state;

    web_server_say(scene->server, SPACE "deployments", "200 OK", "",
                   "{\"items\":[{\"metadata\":{\"name\":\"auth\",\"labels\":{"
                   "\"app.kubernetes.io/version\":\"v2.0.6\"}},\"spec\":{\"template\":{\"spec\":{"
                   "\"containers\":[{\"name\":\"m\",\"image\":\"mb/"
                   "auth:latest\"}]}}},\"status\":{}},"
                   "{\"metadata\":{\"name\":\"pay\"},\"spec\":{\"template\":{\"spec\":{"
                   "\"containers\":[{\"name\":\"m\",\"image\":\"mb//pay:1\"}]}}},\"status\":{}}]}");
    answered(scene,
             "{type: kubernetes, server: \"@@\", namespace: mb, modules: {mb-auth: "
             "deployment/auth, mb-pay: deployment/pay}}",
             2);
    assert_string_equal(scene->answer.items[0].version, "2.0.6");
    assert_string_equal(scene->answer.items[0].unsettled, "rolling out: 0 of 1 are updated");
    assert_non_null(scene->answer.items[1].unread);
    assert_null(scene->answer.items[1].version);
}

static void a_list_that_is_gone_is_begun_again(void **state)
{
    struct scene *scene = *state;

    web_server_say(scene->server, SPACE "deployments?limit=500 ", "200 OK", "",
                   "{\"metadata\":{\"continue\":\"old\"},\"items\":[" WORKLOAD("auth", "x",
                                                                               "a:1") "]}");
    web_server_say(scene->server, SPACE "deployments?limit=500 ", "200 OK", "",
                   "{\"items\":[" WORKLOAD("auth", "x", "a:2") "]}");
    web_server_say(scene->server, SPACE "deployments?limit=500&continue=old ", "410 Gone", "",
                   "{\"kind\":\"Status\",\"message\":\"too old\"}");
    answered(scene,
             "{type: kubernetes, server: \"@@\", namespace: mb, modules: {mb-pay: "
             "deployment/auth}}",
             1);
    assert_string_equal(scene->answer.items[0].version, "2");
}

static void a_cluster_that_refuses_says_why(void **state)
{
    struct scene *scene = *state;

    web_server_say(scene->server, SPACE, "403 Forbidden", "",
                   "{\"kind\":\"Status\",\"message\":\"deployments.apps is forbidden\"}");
    failed(scene, "{type: kubernetes, server: \"@@\", namespace: mb, label: app}", ERROR_DENIED,
           "(403): deployments.apps is forbidden");
    failed(scene, "{type: kubernetes, in_cluster: true, label: app}", ERROR_NOT_FOUND,
           "not within a cluster");
}

static void a_kubeconfig_says_how_the_cluster_is_reached(void **state)
{
    struct scene *scene = *state;
    char *url = web_server_url(scene->server, ""), *asked;
    char *text = memory_printf("current-context: uat\n"
                               "contexts: [{name: uat, context: {cluster: c, user: u, namespace: "
                               "mb}}]\n"
                               "clusters: [{name: c, cluster: {server: \"%s\"}}]\n"
                               "users: [{name: u, user: {tokenFile: robot}}]\n",
                               url);

    write_file(scene, "config", text, 0600);
    write_file(scene, "robot", "robot-token\n", 0600);
    web_server_say(scene->server, SPACE "deployments", "200 OK", "",
                   "{\"items\":[" WORKLOAD("auth", "x", "a:v3") "]}");
    answered(scene, "{type: kubernetes, kubeconfig: config, modules: {mb-auth: deployment/auth}}",
             1);
    assert_string_equal(scene->answer.items[0].version, "3");
    asked = web_server_asked(scene->server);
    assert_non_null(strstr(asked, "Bearer robot-token\r\n"));
    free(asked);
    free(text);
    free(url);
}

/* --- Configuration ---------------------------------------------------------------------------- */

static void the_whole_of_a_file_may_be_configuration(void **state)
{
    struct scene *scene = *state;
    const struct observation *item;

    write_file(scene, "auth.conf", "timeout=30\n", 0600);
    answered(scene,
             "{type: file, path: auth.conf, module: mb-auth, format: properties, "
             "file: deploy/auth.properties}",
             1);
    item = &scene->answer.items[0];
    assert_null(item->version);
    assert_int_equal(item->file_count, 1);
    assert_string_equal(item->files[0].name, "auth.conf");
    assert_int_equal(item->files[0].format, DOCUMENT_PROPERTIES);
    assert_string_equal(item->files[0].text, "timeout=30\n");
    assert_string_equal(item->files[0].stands_for, "deploy/auth.properties");
}

#define MAPS "GET /api/v1/namespaces/mb/configmaps/"

static void config_maps_say_how_modules_are_configured_and_secrets_are_not_asked_for(void **state)
{
    struct scene *scene = *state;
    const struct observation *items;

    web_server_say(scene->server, SPACE "deployments", "200 OK", "",
                   "{\"items\":[" WORKLOAD("auth", "x", "a:v3") "]}");
    web_server_say(scene->server, MAPS "auth-config ", "200 OK", "",
                   "{\"kind\":\"ConfigMap\",\"data\":{\"TIMEOUT\":\"30\",\"A\":\"x\"}}");
    web_server_say(scene->server, MAPS "pay ", "200 OK", "",
                   "{\"kind\":\"ConfigMap\",\"data\":{\"application.yaml\":\"a: 1\\n\"}}");
    web_server_say(scene->server, MAPS "log ", "404 Not Found", "", "{\"kind\":\"Status\"}");
    answered(scene,
             "{type: kubernetes, server: \"@@\", namespace: mb, modules: {mb-auth: "
             "deployment/auth}, config_maps: {mb-auth: auth-config, mb-pay: pay/application.yaml, "
             "mb-log: log}}",
             4);
    items = scene->answer.items;
    assert_string_equal(items[0].version, "3");
    assert_int_equal(items[0].file_count, 0);
    assert_string_equal(items[1].module, "mb-auth");
    assert_string_equal(items[1].files[0].name, "configmap/auth-config");
    assert_string_equal(items[1].files[0].text, "{\"A\":\"x\",\"TIMEOUT\":\"30\"}");
    assert_int_equal(items[2].files[0].format, DOCUMENT_YAML);
    assert_string_equal(items[2].files[0].text, "a: 1\n");
    assert_string_equal(items[3].unread, "there is no such ConfigMap");
    assert_int_equal(web_server_count(scene->server, "GET /api/v1/namespaces/mb/secrets"), 0);
}

static void a_config_map_without_the_key_is_not_known(void **state)
{
    struct scene *scene = *state;

    web_server_say(scene->server, SPACE "deployments", "200 OK", "", "{\"items\":[]}");
    web_server_say(scene->server, MAPS "pay ", "200 OK", "",
                   "{\"kind\":\"ConfigMap\",\"data\":{\"other\":\"\"}}");
    web_server_say(scene->server, MAPS "auth ", "403 Forbidden", "",
                   "{\"kind\":\"Status\",\"message\":\"configmaps is forbidden\"}");
    answered(scene,
             "{type: kubernetes, server: \"@@\", namespace: mb, modules: {mb-log: "
             "deployment/log}, config_maps: {mb-pay: pay/a.yaml, mb-auth: auth}}",
             3);
    assert_string_equal(scene->answer.items[1].unread, "the ConfigMap has no such key");
    assert_non_null(strstr(scene->answer.items[2].unread, "configmaps is forbidden"));
}

static void an_observer_tells_of_the_modules_that_it_names_or_of_all(void **state)
{
    struct scene *scene = *state;

    write_file(scene, "VERSION", "1", 0644);
    answered(scene, "{type: file, path: VERSION, module: mb-auth}", 1);
    assert_true(observer_tells_of(scene->answer.observer, "mb-auth"));
    assert_false(observer_tells_of(scene->answer.observer, "mb-pay"));
    assert_true(ask(scene, "{type: kubernetes, in_cluster: true, label: app}"));
    assert_true(observer_tells_of(scene->answer.observer, "mb-pay"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_first_line_of_a_file_is_the_version),
        CASE(a_document_says_the_version_and_what_stands_beside_it),
        CASE(a_module_that_is_not_in_the_document_says_nothing_of_the_others),
        CASE(what_holds_no_version_is_said),
        CASE(a_web_address_is_asked_with_its_token),
        CASE(a_token_that_others_can_read_is_not_sent),
        CASE(a_refusal_says_what_it_means),
        CASE(who_does_not_answer_is_given_up),
        CASE(nothing_but_files_is_asked_offline),
        CASE(a_cancel_is_no_answer),
        CASE(a_cluster_is_asked_page_by_page_for_what_is_named),
        CASE(a_label_finds_the_modules_of_every_kind),
        CASE(a_tag_that_moves_gives_way_to_the_label_of_the_version),
        CASE(a_list_that_is_gone_is_begun_again),
        CASE(a_cluster_that_refuses_says_why),
        CASE(a_kubeconfig_says_how_the_cluster_is_reached),
        CASE(the_whole_of_a_file_may_be_configuration),
        CASE(config_maps_say_how_modules_are_configured_and_secrets_are_not_asked_for),
        CASE(a_config_map_without_the_key_is_not_known),
        CASE(an_observer_tells_of_the_modules_that_it_names_or_of_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
