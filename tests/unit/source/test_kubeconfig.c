#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/source/kubeconfig.h>

/* "-----BEGIN CERTIFICATE-----\nx\n" */
#define PEM "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCngK"

static const char example[] =
    "apiVersion: v1\nkind: Config\ncurrent-context: uat\n"
    "clusters:\n"
    "- name: first\n  cluster: {server: \"https://k8s.example:6443\",\n"
    "    certificate-authority-data: " PEM "}\n"
    "- name: second\n  cluster: {server: \"https://prod.example\", certificate-authority: ca.pem}\n"
    "- name: open\n  cluster: {server: \"https://x\", insecure-skip-tls-verify: true}\n"
    "- name: nowhere\n  cluster: {}\n"
    "users:\n"
    "- name: robot\n  user: {token: abc}\n"
    "- name: file\n  user: {tokenFile: /run/token}\n"
    "- name: cert\n  user: {client-certificate-data: eA==, client-key-data: eA==}\n"
    "- name: cloud\n  user: {exec: {command: cloud-login}}\n"
    "contexts:\n"
    "- name: uat\n  context: {cluster: first, user: robot, namespace: mb}\n"
    "- name: prod\n  context: {cluster: second, user: file}\n"
    "- name: cert\n  context: {cluster: first, user: cert}\n"
    "- name: cloud\n  context: {cluster: first, user: cloud}\n"
    "- name: open\n  context: {cluster: open, user: robot}\n"
    "- name: nowhere\n  context: {cluster: nowhere, user: robot}\n";

static void a_context_says_server_authority_and_token(void **state)
{
    struct arena *arena = arena_new();
    struct kubeconfig config;

    (void)state;
    assert_true(kubeconfig_read("config", example, sizeof example - 1, NULL, arena, &config, NULL));
    assert_string_equal(config.server, "https://k8s.example:6443");
    assert_string_equal(config.namespace_name, "mb");
    assert_string_equal(config.token, "abc");
    assert_null(config.token_file);
    assert_string_equal(config.ca_data, "-----BEGIN CERTIFICATE-----\nx\n");
    assert_true(
        kubeconfig_read("config", example, sizeof example - 1, "prod", arena, &config, NULL));
    assert_string_equal(config.server, "https://prod.example");
    assert_null(config.namespace_name);
    assert_string_equal(config.ca_file, "ca.pem");
    assert_null(config.ca_data);
    assert_string_equal(config.token_file, "/run/token");
    arena_free(&arena);
}

static void refused(const char *text, const char *context, enum error_code code,
                    const char *message)
{
    struct arena *arena = arena_new();
    struct kubeconfig config;
    struct error error = { 0 };

    assert_false(kubeconfig_read("config", text, strlen(text), context, arena, &config, &error));
    assert_string_equal(error.message, message);
    assert_int_equal(error.code, code);
    arena_free(&arena);
}

static void ways_that_are_not_gone_are_named(void **state)
{
    (void)state;
    refused(example, "cert", ERROR_INVALID,
            "config: client-certificate-data is no certificate (PEM)");
    refused(example, "cloud", ERROR_UNSUPPORTED,
            "config: the user is not let in like that: a program makes its token (exec), and "
            "programs that a file names are not run");
    refused(example, "open", ERROR_UNSUPPORTED,
            "config: the server is not to be checked (insecure-skip-tls-verify)");
    refused(example, "nowhere", ERROR_INVALID, "config: the cluster of nowhere has no server");
    refused(example, "dev", ERROR_NOT_FOUND, "config: it has no context 'dev'");
    refused("kind: Config", NULL, ERROR_NOT_FOUND, "config: it has no current context");
    refused("", NULL, ERROR_INVALID, "config: it is no kubeconfig");
    refused("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n"
            "clusters: [{name: c, cluster: {server: s, certificate-authority-data: \"%%\"}}]\n",
            NULL, ERROR_INVALID, "config: certificate-authority-data is no base64");
    refused("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\n"
            "clusters: [{name: c, cluster: {server: s, certificate-authority-data: eA==}}]\n",
            NULL, ERROR_INVALID, "config: certificate-authority-data is no certificate (PEM)");
    refused("current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\n"
            "clusters: [{name: c, cluster: {server: s}}]\n"
            "users: [{name: u, user: {client-certificate: me.crt}}]\n",
            NULL, ERROR_INVALID,
            "config: the user has a certificate without its key, or a key without its certificate");
}

static void a_client_certificate_is_a_file_or_what_is_in_it(void **state)
{
    /* "-----BEGIN PRIVATE KEY-----" */
    static const char text[] =
        "current-context: a\n"
        "contexts: [{name: a, context: {cluster: c, user: u}},"
        " {name: b, context: {cluster: c, user: v}}]\n"
        "clusters: [{name: c, cluster: {server: s}}]\n"
        "users:\n"
        "- {name: u, user: {client-certificate: me.crt, client-key: /k/me.key}}\n"
        "- name: v\n"
        "  user: {client-certificate-data: " PEM ",\n"
        "    client-key-data: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t}\n";
    struct arena *arena = arena_new();
    struct kubeconfig config;
    struct error error = { 0 };

    (void)state;
    assert_true(kubeconfig_read("config", text, strlen(text), NULL, arena, &config, &error));
    assert_string_equal(config.certificate_file, "me.crt");
    assert_string_equal(config.key_file, "/k/me.key");
    assert_null(config.key_data);
    if (!kubeconfig_read("config", text, strlen(text), "b", arena, &config, &error))
        fail_msg("%s", error.message);
    assert_string_equal(config.key_data, "-----BEGIN PRIVATE KEY-----");
    assert_non_null(strstr(config.certificate_data, "BEGIN CERTIFICATE"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_context_says_server_authority_and_token),
        cmocka_unit_test(ways_that_are_not_gone_are_named),
        cmocka_unit_test(a_client_certificate_is_a_file_or_what_is_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
