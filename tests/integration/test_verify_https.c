#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/https_world.h"
#include "../support/json_schema.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* `pilab verify` against a server over TLS that answers as the API of a cluster does. */

static const char deployments[] =
    "{\"kind\":\"DeploymentList\",\"apiVersion\":\"apps/v1\",\"metadata\":{},\"items\":["
    "{\"metadata\":{\"name\":\"shop\",\"generation\":4},\"spec\":{\"replicas\":2,\"template\":{"
    "\"spec\":{\"containers\":[{\"name\":\"proxy\",\"image\":\"mesh:1\"},{\"name\":\"shop\","
    "\"image\":\"registry.example/shop:v2.0.6\"}]}}},\"status\":{\"observedGeneration\":4,"
    "\"replicas\":2,\"updatedReplicas\":2,\"availableReplicas\":2}}]}";

static struct https_world *world_of(void **state)
{
    struct https_world *world = https_world_of(state);

    free(scratch_file(world->directory, "pages/apis/apps/v1/namespaces/mb/deployments",
                      deployments));
    return world;
}

/* A project whose DEV is looked at so; the manifest says 2.0.6. */
static void import(const struct https_world *world, const char *observer)
{
    char *text = memory_printf("pilab: 1\nproject: {name: Shop, code: SHOP}\n"
                               "environments:\n  - {name: DEV, stage: DEV, observe: [%s]}\n"
                               "modules:\n  - {name: shop}\n",
                               observer);
    char *file = scratch_file(sandbox_files(world->sandbox), "project.yaml", text);
    const struct run *run = run_pilab(world->sandbox, "project", "import", file, "--yes", NULL);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
    run = run_pilab(world->sandbox, "manifest", "set", "shop", "DEV", "2.0.6", NULL);
    assert_int_equal(run->status, 0);
    free(file);
    free(text);
}

/* The same by a server of the world with this certificate; `more` are keys of the observer. */
static void import_cluster(const struct https_world *world, enum https_certificate certificate,
                           const char *more)
{
    char *observer = memory_printf("{type: kubernetes, server: \"https://localhost:%u\", "
                                   "namespace: mb, modules: {shop: deployment/shop}%s}",
                                   (unsigned)https_server_port(world->server, certificate), more);

    import(world, observer);
    free(observer);
}

static char *with_authority(const struct https_world *world)
{
    return memory_printf(", ca: \"%s\"", https_server_authority(world->server));
}

static const struct run *verify(const struct https_world *world)
{
    return run_pilab(world->sandbox, "verify", "env:DEV", "--json", NULL);
}

static void a_cluster_whose_authority_is_known_is_asked(void **state)
{
    struct https_world *world = world_of(state);
    char *more = with_authority(world);
    const struct run *run;

    import_cluster(world, CERTIFICATE_GOOD, more);
    run = verify(world);
    assert_int_equal(run->status, 0);
    assert_text_follows_schema(run->out.data, "verify-1.json");
    assert_says(&run->out, "\"verdict\": \"same\"");
    assert_says(&run->out, "registry.example/shop:v2.0.6");
    run = run_pilab(world->sandbox, "manifest", "set", "shop", "DEV", "2.0.7", NULL);
    assert_int_equal(run->status, 0);
    run = verify(world);
    assert_int_equal(run->status, 2);
    assert_says(&run->out, "another version");
    free(more);
}

static void a_server_that_nobody_vouches_for_is_not_asked(void **state)
{
    static const enum https_certificate wrong[] = { CERTIFICATE_EXPIRED, CERTIFICATE_OTHER_HOST,
                                                    CERTIFICATE_OTHER_AUTHORITY };
    struct https_world *world = world_of(state);
    char *more = with_authority(world);
    const struct run *run;

    import_cluster(world, CERTIFICATE_GOOD, "");
    run = verify(world);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "\"code\": \"untrusted\"");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        import_cluster(world, wrong[i], more);
        run = verify(world);
        assert_int_equal(run->status, 1);
        assert_says(&run->out, "\"code\": \"untrusted\"");
        assert_says(&run->out, "\"verdict\": \"could_not_ask\"");
    }
    free(more);
}

static void a_kubeconfig_brings_its_own_authority(void **state)
{
    struct https_world *world = world_of(state);
    char *pem = scratch_read(https_server_authority(world->server)), *text, *file, *observer;
    char *data = memory_array(sodium_base64_encoded_len(strlen(pem), 1), 1);
    const struct run *run;

    sodium_bin2base64(data, sodium_base64_encoded_len(strlen(pem), sodium_base64_VARIANT_ORIGINAL),
                      (const unsigned char *)pem, strlen(pem), sodium_base64_VARIANT_ORIGINAL);
    text = memory_printf("current-context: dev\n"
                         "clusters: [{name: c, cluster: {server: \"https://localhost:%u\", "
                         "certificate-authority-data: %s}}]\n"
                         "users: [{name: u, user: {token: abc}}]\n"
                         "contexts: [{name: dev, context: {cluster: c, user: u, namespace: mb}}]\n",
                         (unsigned)https_server_port(world->server, CERTIFICATE_GOOD), data);
    file = scratch_file(sandbox_files(world->sandbox), "kubeconfig", text);
    observer = memory_printf("{type: kubernetes, kubeconfig: \"%s\", modules: {shop: "
                             "deployment/shop}}",
                             file);
    import(world, observer);
    {
        const char *const words[] = { "chmod", "600", file, NULL };

        assert_int_equal(run_words(world->sandbox, words)->status, 0);
    }
    run = verify(world);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"verdict\": \"same\"");
    assert_says_not(&run->out, "abc");
    free(observer);
    free(file);
    free(text);
    free(data);
    free(pem);
}

/* A kubeconfig for the server that wants a certificate; `user` is what it says of the user. */
static char *mutual_config(const struct https_world *world, const char *user)
{
    char *text =
        memory_printf("current-context: dev\n"
                      "clusters: [{name: c, cluster: {server: \"https://localhost:%u\", "
                      "certificate-authority: \"%s\"}}]\n"
                      "users: [{name: u, user: {%s}}]\n"
                      "contexts: [{name: dev, context: {cluster: c, user: u, namespace: mb}}]\n",
                      (unsigned)https_server_port(world->server, CERTIFICATE_MUTUAL),
                      https_server_authority(world->server), user);
    char *file = scratch_file(sandbox_files(world->sandbox), "kubeconfig", text), *observer;
    const char *const words[] = { "chmod", "600", file, NULL };

    observer = memory_printf("{type: kubernetes, kubeconfig: \"%s\", modules: {shop: "
                             "deployment/shop}}",
                             file);
    import(world, observer);
    assert_int_equal(run_words(world->sandbox, words)->status, 0);
    free(observer);
    free(text);
    return file;
}

static char *as_base64(const char *text)
{
    size_t size = sodium_base64_encoded_len(strlen(text), sodium_base64_VARIANT_ORIGINAL);
    char *out = memory_array(size, 1);

    return sodium_bin2base64(out, size, (const unsigned char *)text, strlen(text),
                             sodium_base64_VARIANT_ORIGINAL);
}

/* good.pem holds a certificate that the authority has signed, and its key. */
static void a_client_certificate_lets_us_in(void **state)
{
    struct https_world *world = world_of(state);
    char *pair = memory_printf("%s/good.pem", world->directory), *pem = scratch_read(pair);
    char *data = as_base64(pem), *key = scratch_file(sandbox_files(world->sandbox), "me.key", pem);
    char *user = memory_printf("client-certificate: \"%s\", client-key: me.key", pair);
    const char *const closed[] = { "chmod", "600", key, NULL };
    const char *const open[] = { "chmod", "644", key, NULL };
    const struct run *run;

    assert_int_equal(run_words(world->sandbox, closed)->status, 0);
    free(mutual_config(world, user));
    run = verify(world);
    if (run->status != 0)
        fail_msg("%s%s", run->out.data, run->err.data);
    assert_says(&run->out, "\"verdict\": \"same\"");
    assert_int_equal(run_words(world->sandbox, open)->status, 0);
    run = verify(world);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "\"code\": \"untrusted\"");
    free(user);
    user = memory_printf("client-certificate-data: %s, client-key-data: %s", data, data);
    free(mutual_config(world, user));
    run = verify(world);
    assert_int_equal(run->status, 0);
    assert_says_not(&run->out, "PRIVATE KEY");
    free(user);
    free(key);
    free(data);
    free(pem);
    free(pair);
}

static void who_has_no_certificate_is_not_let_in(void **state)
{
    struct https_world *world = world_of(state);
    const struct run *run;

    free(mutual_config(world, "token: abc"));
    run = verify(world);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "\"verdict\": \"could_not_ask\"");
    free(mutual_config(world, "exec: {command: /bin/login}"));
    run = verify(world);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "programs that a file names are not run");
}

static void the_token_that_is_kept_for_the_host_is_opened(void **state)
{
    struct https_world *world = world_of(state);
    char *more = memory_printf(", ca: \"%s\", login: true", https_server_authority(world->server));
    char *token = scratch_file(sandbox_files(world->sandbox), "token", "kept-token\n");
    char *host = memory_printf("https://localhost:%u/apis",
                               (unsigned)https_server_port(world->server, CERTIFICATE_GOOD));
    const char *const words[] = { "chmod", "600", token, NULL };
    const struct run *run;

    import_cluster(world, CERTIFICATE_GOOD, more);
    run = verify(world);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "the project keeps no token for https://localhost:");
    assert_int_equal(run_words(world->sandbox, words)->status, 0);
    assert_int_equal(run_pilab(world->sandbox, "secrets", "init", NULL)->status, 0);
    run =
        run_pilab(world->sandbox, "repo", "login", host, "--no-test", "--token-file", token, NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    run = verify(world);
    assert_int_equal(run->status, 0);
    assert_says_not(&run->out, "kept-token");
    free(host);
    free(token);
    free(more);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, https_world_enter, https_world_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_cluster_whose_authority_is_known_is_asked),
        CASE(a_server_that_nobody_vouches_for_is_not_asked),
        CASE(the_token_that_is_kept_for_the_host_is_opened),
        CASE(a_kubeconfig_brings_its_own_authority),
        CASE(a_client_certificate_lets_us_in),
        CASE(who_has_no_certificate_is_not_let_in),
    };

    return cmocka_run_group_tests(tests, https_world_set_up, https_world_tear_down);
}
