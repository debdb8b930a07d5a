#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/scratch.h"
#include "../support/ssh_world.h"
#include "demo_world.h"

/* Setup asks a repository behind a real sshd whether it can be reached. */

#define DONE  "\x13" /* ^S */
#define CLEAR "\x15" /* ^U */

struct scene {
    struct demo_world *demo;
    struct ssh_world *ssh;
};

static int begin(void **state)
{
    struct scene *scene;
    void *demo, *ssh;
    char *program;

    *state = NULL;
    if (demo_world_start(&demo) != 0 || ssh_world_enter(&ssh) != 0)
        return -1;
    if (ssh == NULL)
        return demo_world_end(&demo);
    scene = memory_new(sizeof *scene);
    *scene = (struct scene){ demo, ssh };
    program = memory_printf("GIT_SSH_COMMAND=%s", scene->ssh->program);
    harness_set(scene->demo->harness, program);
    free(program);
    *state = scene;
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    void *demo, *ssh;

    if (scene == NULL)
        return 0;
    demo = scene->demo;
    ssh = scene->ssh;
    free(scene);
    return ssh_world_leave(&ssh) | demo_world_end(&demo);
}

static struct scene *scene_of(void **state)
{
    if (*state == NULL)
        ssh_world_of(state);
    return *state;
}

/* Setup's repositories, the second of which lies behind the address. */
static struct vt *open_repositories(const struct scene *scene, const char *url)
{
    struct vt *vt = demo_world_open(scene->demo, 48, 160);

    studio_type(vt, "7", "Ticket keys");
    studio_type(vt, "gtgt", "not tested: !t");
    studio_type(vt, "j!e", "Where the repository is");
    studio_type(vt, CLEAR, "Address");
    studio_type(vt, url, "repository/.git");
    studio_type(vt, DONE, "nothing is fetched");
    return vt;
}

static void forget_host(const struct scene *scene)
{
    assert_int_equal(truncate(scene->ssh->known_hosts, 0), 0);
}

static void a_host_seen_first_shows_its_fingerprint_and_waits_for_an_answer(void **state)
{
    struct scene *scene = scene_of(state);
    char *url = ssh_world_here(scene->ssh), *known;
    struct vt *vt;

    ssh_world_use_key(scene->ssh, "ed25519", "");
    forget_host(scene);
    vt = open_repositories(scene, url);
    studio_type(vt, "!t", "is not known yet");
    assert_shown(vt, "ssh-ed25519");
    assert_shown(vt, "SHA256:");
    assert_shown(vt, "testing");
    /* What was being typed when the question came is no answer. */
    studio_type(vt, "y", "Type 127.0.0.1 to trust it: y");
    studio_type(vt, "\r", "That is not the name");
    studio_type(vt, "\033", "FAILED the key of 127.0.0.1 was not trusted");
    assert_shown(vt, "ask whoever runs the host for its fingerprint");
    known = scratch_read(scene->ssh->known_hosts);
    assert_string_equal(known, "");
    free(known);
    studio_type(vt, "!t", "is not known yet");
    studio_type(vt, "127.0.0.1\r", "main, 2 tags, last v1.1.0");
    assert_shown(vt, "ok ");
    assert_shown(vt, " ms, main");
    assert_shown(vt, "1 branch");
    assert_shown(vt, "never fetched from here");
    known = scratch_read(scene->ssh->known_hosts);
    assert_non_null(strstr(known, "ssh-ed25519"));
    free(known);
    /* Known now, it is not asked about again. */
    studio_type(vt, "!t", "main, 2 tags, last v1.1.0");
    studio_leave(&vt);
    free(url);
}

static void start_fetch(struct vt *vt, const char *url)
{
    char *line = memory_printf(":repo fetch %s\r", url);

    vt_send(vt, line);
    free(line);
}

static void move_tag(const struct scene *scene)
{
    const char *const words[] = {
        "git",        "--git-dir",        fixture_git_path(scene->ssh->fixture),
        "update-ref", "refs/tags/v1.1.0", "v1.0.0^{commit}",
        NULL
    };

    ssh_world_run(words);
}

static void what_a_fetch_has_left_stands_beside_it(void **state)
{
    struct scene *scene = scene_of(state);
    char *url = ssh_world_here(scene->ssh);
    struct vt *vt;

    ssh_world_use_key(scene->ssh, "ed25519", "");
    vt = open_repositories(scene, url);
    start_fetch(vt, url);
    studio_type(vt, "", "Took ms");
    studio_type(vt, "\x1b", "MiB here");
    assert_shown(vt, "fetched ");
    assert_shown(vt, ", took ");
    move_tag(scene);
    start_fetch(vt, url);
    studio_type(vt, "", "tag v1.1.0 has moved: it was ");
    studio_type(vt, "\x1b", "MiB here");
    assert_shown(vt, "tag v1.1.0 has moved: it was ");
    studio_leave(&vt);
    free(url);
}

/* A line that lets a clone take its time. */
static struct relay *slow_line(const struct scene *scene, char **url)
{
    struct relay *relay = relay_start(ssh_server_port(scene->ssh->server));
    char *line = ssh_server_known_as(scene->ssh->server, relay_port(relay));

    ssh_world_use_key(scene->ssh, "ed25519", "");
    ssh_world_know(scene->ssh, line);
    relay_slow(relay, 4000); /* 200 kB a second */
    *url = ssh_world_address(scene->ssh, relay_port(relay));
    free(line);
    return relay;
}

static void the_screen_shows_rate_time_and_silence_of_a_fetch(void **state)
{
    struct scene *scene = scene_of(state);
    char *url;
    struct relay *relay = slow_line(scene, &url);
    struct vt *vt = open_repositories(scene, url);

    start_fetch(vt, url);
    studio_type(vt, ":jobs\r", "repository: receiving objects");
    studio_type(vt, "", "KiB/s");
    relay_break(relay, RELAY_STALL, 1, NULL);
    studio_type(vt, "", ", stalled for ");
    assert_not_shown(vt, "KiB/s");
    assert_non_null(strstr(vt_row(vt, 0), "stalled for ")); /* the title line */
    studio_type(vt, "x", "No job is running.");
    studio_leave(&vt);
    relay_stop(&relay);
    free(url);
}

/* Below the last row with the text: one that was being written while the terminal got narrower may
 * have wrapped, and what it left stands above. */
static bool is_blank_below(struct vt *vt, const char *text)
{
    int row = 10;

    while (row >= 0 && strstr(vt_row(vt, row), text) == NULL)
        row--;
    /* On a machine that is busy it may have come to its end meanwhile. */
    return row < 0 || strspn(vt_row(vt, row + 1), " ") == strlen(vt_row(vt, row + 1));
}

static void a_terminal_shows_one_line_that_fits_and_goes(void **state)
{
    struct scene *scene = scene_of(state);
    char *url;
    struct relay *relay = slow_line(scene, &url);
    struct vt *vt =
        harness_start_silent(scene->demo->harness, 12, 60, "pilab", "repo", "fetch", url, NULL);
    int row;

    if (!vt_see_text(vt, "KiB/s"))
        assert_shown(vt, "KiB/s");
    row = vt_find(vt, "receiving objects");
    assert_in_range(row, 0, 10);
    assert_true(strspn(vt_row(vt, row + 1), " ") == strlen(vt_row(vt, row + 1)));
    vt_resize(vt, 12, 40);
    if (!vt_wait_gone(vt, "MiB"))
        assert_not_shown(vt, "MiB");
    /* The next report of its progress is cut for the new width. */
    for (int i = 0; i < 100 && !is_blank_below(vt, "receiving objects"); i++)
        vt_listen(vt, 50);
    if (!is_blank_below(vt, "receiving objects"))
        assert_shown(vt, "one line of progress"); /* which shows what there is instead */
    relay_slow(relay, 0);
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    assert_shown(vt, "Repository");
    assert_not_shown(vt, "receiving objects");
    vt_free(&vt);
    relay_stop(&relay);
    free(url);
}

static void a_changed_key_is_refused_loudly_and_asks_nothing(void **state)
{
    struct scene *scene = scene_of(state);
    char *url = ssh_world_here(scene->ssh);
    struct vt *vt;

    ssh_world_use_key(scene->ssh, "ed25519", "");
    ssh_world_change_key(scene->ssh);
    vt = open_repositories(scene, url);
    studio_type(vt, "!t", "FAILED THE KEY OF THE HOST HAS CHANGED");
    assert_not_shown(vt, "is not known yet");
    assert_shown(vt, "ssh-keygen -R");
    studio_leave(&vt);
    free(url);
}

static void a_passphrase_is_asked_for_and_masked(void **state)
{
    struct scene *scene = scene_of(state);
    char *url = ssh_world_here(scene->ssh);
    struct vt *vt;

    ssh_world_use_key(scene->ssh, "ed25519", "correct horse");
    vt = open_repositories(scene, url);
    studio_type(vt, "!t", "passphrase for key");
    studio_type(vt, "correct horse", "passphrase for key");
    assert_not_shown(vt, "correct");
    assert_not_shown(vt, "horse");
    studio_type(vt, "\r", "main, 2 tags, last v1.1.0");
    assert_not_shown(vt, "horse");
    studio_leave(&vt);
    free(url);
}

static void a_test_that_hangs_is_cancelled(void **state)
{
    struct scene *scene = scene_of(state);
    unsigned short port;
    int silent = loopback_listen(&port);
    char *url = ssh_world_address(scene->ssh, port);
    struct vt *vt;

    ssh_world_use_key(scene->ssh, "ed25519", "");
    vt = open_repositories(scene, url);
    studio_type(vt, "!t", "testing");
    studio_type(vt, ":jobs\r", "test the repository");
    studio_type(vt, "", "connecting to 127.0.0.1, no answer for "); /* and not that it stalls */
    assert_not_shown(vt, "stalled");
    studio_type(vt, "x", "No job is running.");
    studio_type(vt, "q", "FAILED the test was stopped");
    studio_leave(&vt);
    close(silent);
    free(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
        CASE(a_host_seen_first_shows_its_fingerprint_and_waits_for_an_answer),
        CASE(what_a_fetch_has_left_stands_beside_it),
        CASE(the_screen_shows_rate_time_and_silence_of_a_fetch),
        CASE(a_terminal_shows_one_line_that_fits_and_goes),
        CASE(a_changed_key_is_refused_loudly_and_asks_nothing),
        CASE(a_passphrase_is_asked_for_and_masked),
        CASE(a_test_that_hangs_is_cancelled),
#undef CASE
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
