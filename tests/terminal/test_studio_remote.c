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
    studio_type(vt, "n", "FAILED the key of 127.0.0.1 was not trusted");
    assert_shown(vt, "ask whoever runs the host for its fingerprint");
    known = scratch_read(scene->ssh->known_hosts);
    assert_string_equal(known, "");
    free(known);
    studio_type(vt, "!t", "is not known yet");
    studio_type(vt, "y", "main, 2 tags, last v1.1.0");
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

static void what_a_fetch_has_left_stands_beside_it(void **state)
{
    struct scene *scene = scene_of(state);
    char *url = ssh_world_here(scene->ssh);
    struct vt *vt;

    ssh_world_use_key(scene->ssh, "ed25519", "");
    vt = open_repositories(scene, url);
    vt_type(vt, ":repo fetch ");
    vt_type(vt, url);
    studio_type(vt, "\r", "1.1.0");
    studio_leave(&vt);
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
        CASE(a_changed_key_is_refused_loudly_and_asks_nothing),
        CASE(a_passphrase_is_asked_for_and_masked),
        CASE(a_test_that_hangs_is_cancelled),
#undef CASE
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
