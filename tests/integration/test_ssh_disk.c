#include <config.h> /* unshare */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/fetch_scene.h"
#include "../support/scratch.h"

/* Mirrors over ssh from a real sshd on disks that are full, closed to us or read-only, and over a
 * line that is slow. */

/* --- A disk without room ---------------------------------------------------------------------- */

static bool mount_cache(struct scene *scene, const char *options)
{
    const char *cache = scene->world->cache;

    assert_true(file_make_directories(cache, 0700, NULL));
    scene->mounted = unshare(CLONE_NEWNS) == 0 &&
                     mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
                     mount("none", cache, "tmpfs", MS_NOSUID | MS_NODEV, options) == 0;
    if (!scene->mounted)
        print_message("no disk of memory can be mounted: %s\n", strerror(errno));
    return scene->mounted;
}

static void assert_no_room(struct scene *scene)
{
    assert_false(ssh_world_try(scene->world, scene->url));
    fixture_assert_error(&scene->world->error, ERROR_IO, "cannot be fetched", "pilab repo list");
    assert_non_null(strstr(scene->world->error.hint, scene->world->cache));
    assert_non_null(strstr(scene->world->error.hint, "XDG_CACHE_HOME"));
}

static void commit_large(struct scene *scene, const char *name)
{
    char *large = scratch_path(fixture_path(scene->world->fixture), "large");
    char *text = scratch_read(large);
    size_t length = strlen(text);

    for (size_t i = 0; i + 1 < length; i += 2) { /* as hard to compress, and another one */
        char first = text[i];

        text[i] = text[i + 1];
        text[i + 1] = first;
    }
    free(scratch_file(fixture_path(scene->world->fixture), name, text));
    THERE(scene, "add", name);
    THERE(scene, "commit", "-q", "-m", "feat: much more");
    free(text);
    free(large);
}

static void a_full_disk_during_a_clone_is_said(void **state)
{
    struct scene *scene = scene_of(state);
    struct strbuf listing = STRBUF_INIT;

    if (!mount_cache(scene, "size=1m,mode=0700"))
        skip();
    assert_no_room(scene);
    assert_non_null(strstr(scene->world->error.message, "No space left"));
    fixture_listing(scene->world->cache, &listing);
    assert_null(strstr(listing.data, ".new-"));
    strbuf_release(&listing);
    assert_int_equal(mount("none", scene->world->cache, "tmpfs", MS_REMOUNT | MS_NOSUID | MS_NODEV,
                           "size=16m,mode=0700"),
                     0);
    scene_fetch(scene);
    scene_assert_same(scene);
}

static void a_full_disk_during_a_fetch_leaves_the_mirror_whole(void **state)
{
    struct scene *scene = scene_of(state);
    static const char block[65536] = "x";
    char *filler, *refs;
    int file;

    if (!mount_cache(scene, "size=8m,mode=0700"))
        skip();
    scene_fetch(scene);
    refs = memory_copy_text(HERE(scene, "for-each-ref"));
    commit_large(scene, "more");
    filler = scratch_path(scene->world->cache, "filler");
    file = open(filler, O_WRONLY | O_CREAT, 0600);
    assert_true(file >= 0);
    while (write(file, block, sizeof block) > 0) {
    }
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(ftruncate(file, lseek(file, 0, SEEK_END) - (1 << 20)), 0);
    close(file);
    assert_no_room(scene);
    assert_string_equal(HERE(scene, "for-each-ref"), refs);
    HERE(scene, "fsck", "--full", "--no-dangling");
    {
        char *half = scene_pack(scene, "pack_git2_*");

        assert_string_equal(half, "");
        free(half);
    }
    assert_int_equal(unlink(filler), 0);
    scene_fetch(scene);
    assert_string_equal(scene_news(scene), "");
    scene_assert_same(scene);
    free(refs);
    free(filler);
}

/* The same with the limit that a shell sets for files, for whoever may not mount. */
static void a_limit_on_files_is_said_like_a_full_disk(void **state)
{
    struct scene *scene = scene_of(state);
    struct rlimit before, small;
    char *refs;

    signal(SIGXFSZ, SIG_IGN);
    scene_fetch(scene);
    refs = memory_copy_text(HERE(scene, "for-each-ref"));
    commit_large(scene, "more");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){ 1 << 20, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_no_room(scene);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_string_equal(HERE(scene, "for-each-ref"), refs);
    HERE(scene, "fsck", "--full", "--no-dangling");
    scene_fetch(scene);
    scene_assert_same(scene);
    signal(SIGXFSZ, SIG_DFL);
    free(refs);
}

static void a_disk_that_is_read_only_is_said(void **state)
{
    struct scene *scene = scene_of(state);

    if (!mount_cache(scene, "size=8m,mode=0700"))
        skip();
    scene_fetch(scene);
    assert_int_equal(mount("none", scene->world->cache, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_false(ssh_world_try(scene->world, scene->url));
    fixture_assert_error(&scene->world->error, ERROR_IO, "Read-only file system", "another place");
    scene_assert_same(scene);
}

/* Root may write everywhere: somebody else has to try. */
static void a_cache_without_permission_is_said(void **state)
{
    struct scene *scene = scene_of(state);
    char *mirrors = scratch_path(scene->world->cache, "mirrors");
    uid_t me = geteuid();

    assert_true(file_make_directories(mirrors, 0755, NULL));
    assert_int_equal(chmod(scene->world->cache, 0755), 0);
    assert_int_equal(chmod(scene->world->directory, 0755), 0);
    assert_int_equal(chmod(mirrors, 0555), 0);
    if (me == 0)
        assert_int_equal(seteuid(65534), 0);
    assert_false(ssh_world_try(scene->world, scene->url));
    if (me == 0)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(mirrors, 0755), 0);
    fixture_assert_error(&scene->world->error, ERROR_IO, "Permission denied", "permissions");
    free(mirrors);
}

/* --- A slow line ------------------------------------------------------------------------------ */

static void a_slow_server_is_not_given_up_while_bytes_come(void **state)
{
    struct scene *scene = scene_of(state);
    struct relay *relay = relay_start(ssh_server_port(scene->world->server));
    char *line = ssh_server_known_as(scene->world->server, relay_port(relay));
    char *url = ssh_world_address(scene->world, relay_port(relay));
    int64_t start = clock_monotonic();

    ssh_world_know(scene->world, line);
    scene->world->options.silence_limit = scene->world->options.alive_limit = 1000;
    relay_slow(relay, 12000); /* 600 kB a second: far longer than the limit of one silence */
    ssh_world_update(scene->world, url);
    assert_true(clock_monotonic() - start > 3000);
    relay_stop(&relay);
    free(url);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, scene_enter, scene_leave)
        CASE(a_full_disk_during_a_clone_is_said),
        CASE(a_full_disk_during_a_fetch_leaves_the_mirror_whole),
        CASE(a_limit_on_files_is_said_like_a_full_disk),
        CASE(a_disk_that_is_read_only_is_said),
        CASE(a_cache_without_permission_is_said),
        CASE(a_slow_server_is_not_given_up_while_bytes_come),
#undef CASE
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
