#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/project_file.h>

#define START "pilab: 1\nproject: {name: A, code: B}\nenvironments:\n  - {name: UAT, stage: UAT, "

static const char every_type[] =
    "pilab: 1\nproject: {name: A, code: B}\n"
    "environments:\n"
    "  - name: UAT\n"
    "    stage: UAT\n"
    "    observe:\n"
    "      - {type: gitops, repository: /srv/gitops.git, environment: uat,\n"
    "         pattern: \"envs/{env}/{module}/values.yaml\"}\n"
    "      - {type: kubernetes, server: \"https://k8s.example:6443\", namespace: mb,\n"
    "         token_file: /run/token, ca: /etc/k8s.pem, timeout: 20,\n"
    "         modules: {mb-auth: deployment/auth, mb-pay: statefulset/pay}}\n"
    "      - {type: kubernetes, kubeconfig: ~/.kube/config, context: uat,\n"
    "         label: app.kubernetes.io/name, container: main}\n"
    "      - {type: kubernetes, in_cluster: true, label: app}\n"
    "      - {type: http, url: \"https://uat.example/info?x=1\", pointer: /build/version,\n"
    "         commit: /git/commit, module: mb-web, login: true}\n"
    "      - {type: ssh, name: the ledger, host: deploy@app1.example:2222,\n"
    "         command: \"cat '/srv/my app/VERSION'\", module: mb-ledger}\n"
    "      - {type: ssh, host: app1, path: /srv/versions.json, modules: {mb-a: /a, mb-b: /b/0}}\n"
    "      - {type: file, path: /srv/VERSION, module: mb-batch}\n"
    "      - {type: gitops, repository: /srv/gitops.git, pattern: \"{env}/{module}.yaml\",\n"
    "         configuration: [\"base/{module}.yaml\", \"{env}/{module}.yaml\"]}\n"
    "      - {type: kubernetes, in_cluster: true, label: app, file: deploy/.env,\n"
    "         config_maps: {mb-auth: auth-config, mb-pay: pay/application.yaml}}\n"
    "      - {type: ssh, host: app1, path: /etc/mb/auth.conf, module: mb-auth,\n"
    "         format: properties, file: deploy/application.properties}\n";

static void must_read(const char *text, struct arena *arena, struct project_settings *settings)
{
    struct error error = { 0 };

    if (!project_file_read("pilab.yaml", text, strlen(text), arena, settings, &error))
        fail_msg("%s (%s)", error.message, error.hint);
}

static void refused(const char *rest, const char *message)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };

    strbuf_printf(&text, START "observe: [%s]}\n", rest);
    if (project_file_read("pilab.yaml", text.data, text.length, arena, &settings, &error))
        fail_msg("it was read, where \"%s\" was expected:\n%s", message, text.data);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_string_equal(error.message, message);
    strbuf_release(&text);
    arena_free(&arena);
}

static void every_type_of_observer_is_read(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    const struct observer_settings *all;

    (void)state;
    must_read(every_type, arena, &settings);
    assert_true(settings.environments[0].own_observers);
    assert_int_equal(settings.environments[0].observer_count, 11);
    all = settings.environments[0].observers;
    assert_int_equal(all[0].type, OBSERVER_GITOPS);
    assert_string_equal(all[0].environment, "uat");
    assert_int_equal(all[1].type, OBSERVER_KUBERNETES);
    assert_string_equal(all[1].namespace_name, "mb");
    assert_int_equal(all[1].timeout, 20);
    assert_int_equal(all[1].module_count, 2);
    assert_string_equal(all[1].modules[1].module, "mb-pay");
    assert_string_equal(all[1].modules[1].place, "statefulset/pay");
    assert_string_equal(all[2].context, "uat");
    assert_string_equal(all[2].container, "main");
    assert_true(all[3].in_cluster);
    assert_string_equal(all[4].pointer, "/build/version");
    assert_string_equal(all[4].commit, "/git/commit");
    assert_true(all[4].login);
    assert_int_equal(all[5].command_count, 2);
    assert_string_equal(all[5].command[1], "/srv/my app/VERSION");
    assert_string_equal(all[6].modules[1].place, "/b/0");
    assert_int_equal(all[7].type, OBSERVER_FILE);
    assert_int_equal(all[8].configuration_count, 2);
    assert_string_equal(all[8].configuration[1], "{env}/{module}.yaml");
    assert_int_equal(all[9].config_map_count, 2);
    assert_string_equal(all[9].config_maps[1].place, "pay/application.yaml");
    assert_string_equal(all[10].format, "properties");
    assert_string_equal(all[10].file, "deploy/application.properties");
    assert_true(observer_settings_configures(&all[8], "mb-any"));
    assert_true(observer_settings_configures(&all[9], "mb-pay"));
    assert_false(observer_settings_configures(&all[9], "mb-log"));
    assert_false(observer_settings_configures(&all[7], "mb-batch"));
    arena_free(&arena);
}

static void what_is_written_is_read_as_the_same_and_written_as_the_same(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings, again;
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct observer_settings *observers;
    struct error error = { 0 };
    size_t count;
    json_t *before, *after;

    (void)state;
    must_read(every_type, arena, &settings);
    project_file_write(&first, &settings);
    must_read(first.data, arena, &again);
    project_file_write(&second, &again);
    assert_string_equal(first.data, second.data);
    assert_non_null(strstr(first.data, "command: [cat, /srv/my app/VERSION]"));
    before = observer_settings_to_json(settings.environments[0].observers, 11);
    if (!observer_settings_from_json(before, arena, &observers, &count, &error))
        fail_msg("%s", error.message);
    after = observer_settings_to_json(observers, count);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    strbuf_release(&first);
    strbuf_release(&second);
    arena_free(&arena);
}

static void a_slip_of_the_pen_is_named(void **state)
{
    (void)state;
    refused("{type: telepathy}", "pilab.yaml:4: type cannot be 'telepathy'");
    refused("{url: x}", "pilab.yaml:4: an observer needs the key 'type'");
    refused("{type: file, path: /a, module: m, url: x}",
            "pilab.yaml:4: an observer of type file has no key 'url'");
    refused("{type: file, path: /a, module: m, pth: x}",
            "pilab.yaml:4: an observer has no key 'pth'");
    refused("{type: file, module: m}", "pilab.yaml:4: an observer of type file needs path");
    refused("{type: file, path: /a, module: m, format: ini}",
            "pilab.yaml:4: format cannot be 'ini'");
    refused("{type: file, path: /a, module: m, format: yaml, pointer: /a}",
            "pilab.yaml:4: format says that all of it is the configuration of a module");
    refused("{type: file, path: /a, module: m, file: b}",
            "pilab.yaml:4: file says which configuration it is, and none is observed here");
    refused("{type: gitops, repository: /a, pattern: '{env}/{module}', configuration: [a.yaml]}",
            "pilab.yaml:4: configuration cannot be 'a.yaml': it does not say where {module} "
            "stands");
    refused("{type: http, url: 'https://me:x@h/version', module: m}",
            "pilab.yaml:4: url says who we are: that does not belong into an address");
    refused("{type: http, url: 'https://token@h/version', module: m}",
            "pilab.yaml:4: url says who we are: that does not belong into an address");
    refused("{type: gitops, repository: 'ssh://git:x@h/r', pattern: '{env}/{module}'}",
            "pilab.yaml:4: repository says who we are: that does not belong into an address");
    refused("{type: file, path: /a}",
            "pilab.yaml:4: an observer of type file needs module or modules, and one of them only");
    refused("{type: kubernetes, label: app}",
            "pilab.yaml:4: an observer of type kubernetes needs server or kubeconfig or "
            "in_cluster, and one of them only");
    refused("{type: kubernetes, in_cluster: true, server: \"https://k\", label: app}",
            "pilab.yaml:4: an observer of type kubernetes needs server or kubeconfig or "
            "in_cluster, and one of them only");
    refused("{type: kubernetes, in_cluster: false, label: app}",
            "pilab.yaml:4: in_cluster can only be true, or be left out");
    refused("{type: http, url: a, module: m, pointer: version}",
            "pilab.yaml:4: pointer cannot be 'version': a JSON pointer begins with '/'");
    refused("{type: http, url: a, module: m, login: true, token_file: /b}",
            "pilab.yaml:4: an observer has one token: login or token_file");
    refused("{type: kubernetes, in_cluster: true, label: app, login: true}",
            "pilab.yaml:4: login needs server: a token is kept for an address");
    refused("{type: http, url: a, modules: {m: /a}, pointer: /b}",
            "pilab.yaml:4: modules says where the versions stand already");
    refused("{type: http, url: a, modules: {}}",
            "pilab.yaml:4: modules must say for each module where it stands");
    refused("{type: http, url: \"\", module: m}", "pilab.yaml:4: url is empty");
    refused("{type: ssh, host: -oProxyCommand=x, path: /a, module: m}",
            "pilab.yaml:4: host cannot be '-oProxyCommand=x'");
    refused("{type: ssh, host: h, command: \"cat 'a\", module: m}",
            "pilab.yaml:4: command: \"cat 'a\": a quote does not end");
    refused("{type: ssh, host: h, command: [], module: m}", "pilab.yaml:4: command is empty");
    refused("{type: ssh, host: h, path: /a, module: m, timeout: 0}",
            "pilab.yaml:4: timeout must be between 1 and 600 seconds");
    refused("{type: gitops, repository: /a, pattern: values.yaml}",
            "pilab.yaml:4: pattern cannot be 'values.yaml': it does not say where {env} and "
            "{module} stand");
}

static void a_label_says_what_is_asked_and_nothing_secret(void **state)
{
    static const char *const labels[] = {
        "gitops /srv/gitops.git",
        "kubernetes https://k8s.example:6443 (mb)",
        "kubernetes uat",
        "kubernetes in the cluster",
        "http https://uat.example/info",
        "the ledger",
        "ssh app1:/srv/versions.json",
        "file /srv/VERSION",
    };
    struct arena *arena = arena_new();
    struct project_settings settings;

    (void)state;
    must_read(every_type, arena, &settings);
    for (size_t i = 0; i < 8; i++) {
        struct strbuf label = STRBUF_INIT;

        observer_settings_label(&label, &settings.environments[0].observers[i]);
        assert_string_equal(label.data, labels[i]);
        strbuf_release(&label);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_observer_is_read),
        cmocka_unit_test(what_is_written_is_read_as_the_same_and_written_as_the_same),
        cmocka_unit_test(a_slip_of_the_pen_is_named),
        cmocka_unit_test(a_label_says_what_is_asked_and_nothing_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
