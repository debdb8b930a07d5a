#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/https_world.h"
#include "../support/proxy.h"
#include "../support/relay.h"
#include "../support/scratch.h"

/* Repositories over https behind a proxy, which may want to know who one is; what it is told is
 * shown to nobody, and what the server is told is not the proxy's to hear. */

#define SECRET "pr0xy-secret"
#define TOKEN  "right-token-4711"

static struct https_world *world; /* of the case */

/* `pilab repo test` by way of a proxy at this address. */
static const struct run *test_by(const char *proxy, const char *path)
{
    char *url = https_good_address(world, path);
    const struct run *run;

    https_world_variable(world, "https_proxy", proxy);
    https_world_variable(world, "GIT_SSL_CAINFO", https_server_authority(world->server));
    run = run_pilab(world->sandbox, "repo", "test", url, NULL);
    free(url);
    return run;
}

static const struct run *test_through(const struct proxy *proxy, const char *user, const char *path)
{
    char *address = memory_printf("http://%s127.0.0.1:%u", user, (unsigned)proxy_port(proxy));
    const struct run *run = test_by(address, path);

    free(address);
    return run;
}

static void assert_told(struct proxy *proxy, const char *words, bool told)
{
    char *heads = proxy_heads(proxy);

    if ((strstr(heads, words) != NULL) != told)
        fail_msg("%s", heads);
    free(heads);
}

static void assert_secret(const struct run *run)
{
    assert_says_not(&run->out, SECRET);
    assert_says_not(&run->err, SECRET);
}

static void a_proxy_is_gone_through(void **state)
{
    struct proxy *proxy = proxy_start(NULL);
    char *wanted;

    world = https_world_of(state);
    wanted = memory_printf("CONNECT localhost:%u HTTP/1.1\r\n",
                           (unsigned)https_server_port(world->server, CERTIFICATE_GOOD));
    assert_int_equal(test_through(proxy, "", "git/shop.git")->status, 0);
    assert_told(proxy, wanted, true);
    proxy_stop(&proxy);
    free(wanted);
}

static void a_proxy_that_asks_is_told_what_stands_in_its_address(void **state)
{
    struct proxy *proxy = proxy_start("carla:" SECRET);
    const struct run *run;

    world = https_world_of(state);
    run = test_through(proxy, "carla:" SECRET "@", "git/shop.git");
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    assert_secret(run);
    proxy_stop(&proxy);
}

static void a_proxy_that_is_not_satisfied_is_said_without_the_password(void **state)
{
    struct proxy *proxy = proxy_start("carla:another");
    const struct run *run;

    world = https_world_of(state);
    run = test_through(proxy, "carla:" SECRET "@", "git/shop.git");
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "proxy");
    assert_says(&run->err, "http.proxy in git's settings");
    assert_secret(run);
    run = test_through(proxy, "", "git/shop.git");
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "proxy");
    proxy_stop(&proxy);
}

static void a_proxy_that_is_not_there_is_said_without_the_password(void **state)
{
    static const char *const wrong[] = { "http://carla:" SECRET "@127.0.0.1:x",
                                         "http://carla:" SECRET "@[::1", "http://carla:" SECRET "@",
                                         "://carla:" SECRET "@host" };
    unsigned short port;
    int listener = loopback_listen(&port);
    char *address = memory_printf("http://carla:" SECRET "@127.0.0.1:%u", (unsigned)port);
    const struct run *run;

    world = https_world_of(state);
    close(listener);
    run = test_by(address, "git/shop.git");
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "nobody answers at 127.0.0.1, port ");
    assert_secret(run);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        run = test_by(wrong[i], "git/shop.git");
        assert_int_equal(run->status, 1);
        assert_secret(run);
    }
    free(address);
}

/* The token goes to the server, through TLS; and a proxy that asks is none for it. */
static void the_token_of_a_server_is_not_for_the_proxy(void **state)
{
    struct proxy *proxy = proxy_start(NULL), *asking = proxy_start("carla:" TOKEN);
    char *helper, *settings, *trace;
    const struct run *run;

    world = https_world_of(state);
    https_server_let_in(world->server, "carla:" TOKEN "\n");
    helper = scratch_file(sandbox_home(world->sandbox), "helper",
                          "#!/bin/sh\ntouch \"$HOME/asked\"\n"
                          "echo username=carla\necho password=" TOKEN "\n");
    assert_int_equal(chmod(helper, 0700), 0);
    settings = memory_printf("[credential]\n\thelper = %s\n", helper);
    free(scratch_file(sandbox_home(world->sandbox), ".gitconfig", settings));
    trace = scratch_path(sandbox_home(world->sandbox), "asked");
    assert_int_equal(test_through(proxy, "", "private/shop.git")->status, 0);
    assert_int_equal(access(trace, F_OK), 0);
    assert_told(proxy, "uthorization", false);
    assert_int_equal(unlink(trace), 0);
    run = test_through(asking, "", "private/shop.git");
    assert_int_equal(run->status, 1);
    assert_int_equal(access(trace, F_OK), -1);
    assert_told(asking, "uthorization", false);
    proxy_stop(&asking);
    proxy_stop(&proxy);
    free(trace);
    free(settings);
    free(helper);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, https_world_enter, https_world_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_proxy_is_gone_through),
        CASE(a_proxy_that_asks_is_told_what_stands_in_its_address),
        CASE(a_proxy_that_is_not_satisfied_is_said_without_the_password),
        CASE(a_proxy_that_is_not_there_is_said_without_the_password),
        CASE(the_token_of_a_server_is_not_for_the_proxy),
    };

    return cmocka_run_group_tests(tests, https_world_set_up, https_world_tear_down);
}
