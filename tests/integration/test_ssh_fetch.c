#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/fetch_scene.h"
#include "../support/scratch.h"

/* Mirrors that are fetched again over ssh from a real sshd: what has changed there, and what has
 * happened here meanwhile. */

/* --- What changes there ----------------------------------------------------------------------- */

static void an_update_does_what_git_does(void **state)
{
    struct scene *scene = scene_of(state);
    const char *source = fixture_path(scene->world->fixture);
    char *clone = scratch_path(scene->world->directory, "git");

    THERE(scene, "branch", "release");
    THERE(scene, "branch", "gone");
    scene_fetch(scene);
    scene_assert_same(scene);
    GIT(scene, source, "clone", "-q", "--mirror", scene->url, clone);
    THERE(scene, "branch", "-D", "gone", "release");
    THERE(scene, "branch", "release/1.0"); /* "release" is in its way */
    THERE(scene, "tag", "-d", "v1.0.0");
    THERE(scene, "commit", "-q", "--allow-empty", "-m", "feat: three");
    THERE(scene, "tag", "-a", "-m", "The next", "v1.2.0");
    scene_fetch(scene);
    scene_assert_same(scene);
    GIT(scene, clone, "remote", "update", "--prune");
    {
        char *gits = memory_copy_text(GIT(scene, clone, "for-each-ref"));

        assert_string_equal(HERE(scene, "for-each-ref"), gits);
        free(gits);
    }
    free(clone);
}

static void nothing_is_fetched_twice(void **state)
{
    struct scene *scene = scene_of(state);
    char *packs;
    size_t count;

    scene_fetch(scene);
    assert_true(scene->objects >= 6);
    packs = scratch_path(scene->mirror, "objects/pack");
    count = scratch_count(packs);
    scene_fetch(scene);
    assert_int_equal(scene->objects, 0);
    assert_int_equal(scratch_count(packs), count);
    THERE(scene, "commit", "-q", "--allow-empty", "-m", "feat: three");
    scene_fetch(scene);
    assert_int_equal(scene->objects, 1); /* the commit alone: its tree is here */
    THERE(scene, "tag", "v2.0.0");
    scene_fetch(scene);
    assert_int_equal(scene->objects, 0);
    scene_assert_same(scene);
    free(packs);
}

static void a_moved_tag_is_noticed_and_said(void **state)
{
    struct scene *scene = scene_of(state);
    char *first = scene_line(THERE(scene, "rev-parse", "v1.0.0^{commit}"));
    char *second = scene_line(THERE(scene, "rev-parse", "v1.1.0^{commit}")), *expected;

    scene_fetch(scene);
    assert_string_equal(scene_news(scene), "");
    THERE(scene, "tag", "-f", "v1.1.0", first);
    scene_fetch(scene);
    expected = memory_printf("moved v1.1.0 %s %s\n", second, first);
    assert_string_equal(scene_news(scene), expected);
    scene_fetch(scene);
    assert_string_equal(scene_news(scene), ""); /* it is said once */
    /* Written again, it leads where it did. */
    THERE(scene, "tag", "-f", "-a", "-m", "Signed again", "v1.0.0", "v1.0.0^{commit}");
    scene_fetch(scene);
    assert_string_equal(scene_news(scene), "");
    free(expected);
    THERE(scene, "tag", "-d", "v1.0.0");
    scene_fetch(scene);
    expected = memory_printf("gone v1.0.0 %s %040d\n", first, 0);
    assert_string_equal(scene_news(scene), expected);
    scene_assert_same(scene);
    free(expected);
    free(second);
    free(first);
}

static void another_repository_at_the_address_is_said(void **state)
{
    struct scene *scene = scene_of(state);
    const char *source = fixture_path(scene->world->fixture);
    char *before = scene_line(THERE(scene, "rev-parse", "HEAD")), *after, *expected;

    scene_fetch(scene);
    THERE(scene, "checkout", "-q", "--orphan", "other");
    THERE(scene, "commit", "-q", "-m", "another one");
    THERE(scene, "branch", "-M", "other", "main");
    THERE(scene, "tag", "-d", "v1.0.0", "v1.1.0");
    after = scene_line(GIT(scene, source, "rev-parse", "HEAD"));
    scene_fetch(scene);
    expected = memory_printf("replaced HEAD %s %s\n", before, after);
    assert_non_null(strstr(scene_news(scene), expected));
    assert_non_null(strstr(scene_news(scene), "gone v1.0.0 "));
    scene_assert_same(scene);
    THERE(scene, "commit", "-q", "--allow-empty", "-m", "on it goes");
    scene_fetch(scene);
    assert_string_equal(scene_news(scene), "");
    scene_assert_same(scene);
    free(expected);
    free(after);
    free(before);
}

/* --- What has happened here ------------------------------------------------------------------- */

static void damage_by_hand_is_said_and_made_good(void **state)
{
    struct scene *scene = scene_of(state);
    char *damaged;

    scene_fetch(scene);
    damaged = scene_pack(scene, "*.pack");
    assert_int_equal(unlink(damaged), 0);
    scene_fetch(scene);
    assert_non_null(strstr(scene_news(scene), "remade pack-"));
    scene_assert_same(scene);
    free(damaged);
    damaged = scene_pack(scene, "*.pack");
    assert_int_equal(chmod(damaged, 0600), 0);
    assert_int_equal(truncate(damaged, 1000), 0);
    scene_fetch(scene);
    assert_non_null(strstr(scene_news(scene), "is missing or not what it was"));
    scene_assert_same(scene);
    free(damaged);
    free(scratch_file(scene->mirror, "refs/heads/main",
                      "0123456789012345678901234567890123456789\n"));
    scene_fetch(scene);
    assert_non_null(strstr(scene_news(scene), "refs/heads/main leads to nothing"));
    scene_assert_same(scene);
    free(scratch_file(scene->mirror, "refs/heads/main", "nonsense\n"));
    scene_fetch(scene);
    assert_non_null(strstr(scene_news(scene), "remade"));
    scene_assert_same(scene);
    free(scratch_file(scene->mirror, "config", "[core\n"));
    scene_fetch(scene);
    assert_non_null(strstr(scene_news(scene), "remade it is no repository any more"));
    scene_assert_same(scene);
}

static void damage_hides_no_tag_that_has_moved(void **state)
{
    struct scene *scene = scene_of(state);
    char *first = scene_line(THERE(scene, "rev-parse", "v1.0.0^{commit}")), *pack, *expected;
    char *second = scene_line(THERE(scene, "rev-parse", "v1.1.0^{commit}"));

    scene_fetch(scene);
    THERE(scene, "tag", "-f", "v1.1.0", first);
    THERE(scene, "tag", "-d", "v1.0.0");
    pack = scene_pack(scene, "*.pack");
    assert_int_equal(unlink(pack), 0);
    scene_fetch(scene);
    expected = memory_printf("moved v1.1.0 %s %s\n", second, first);
    assert_non_null(strstr(scene_news(scene), "remade pack-"));
    if (strstr(scene_news(scene), expected) == NULL)
        fail_msg("\"%s\" is not in: %s", expected, scene_news(scene));
    assert_non_null(strstr(scene_news(scene), "gone v1.0.0 "));
    scene_assert_same(scene);
    free(expected);
    free(pack);
    free(second);
    free(first);
}

/* What can be read of it may be all that there is until the network is back. */
static void a_damaged_mirror_stays_until_there_is_a_better_one(void **state)
{
    struct scene *scene = scene_of(state);

    scene_fetch(scene);
    free(scratch_file(scene->mirror, "refs/heads/lost",
                      "0123456789012345678901234567890123456789\n"));
    ssh_world_change_key(scene->world);
    assert_false(ssh_world_try(scene->world, scene->url));
    assert_int_equal(scene->world->error.code, ERROR_UNTRUSTED);
    assert_true(file_is_directory(scene->mirror));
    assert_non_null(strstr(HERE(scene, "for-each-ref", "refs/tags"), "v1.1.0"));
}

static void what_killed_processes_leave_is_no_obstacle(void **state)
{
    static const char *const left[] = { "packed-refs.lock",      "HEAD.lock",
                                        "config.lock",           "refs/heads/main.lock",
                                        "refs/tags/v1.2.0.lock", "objects/pack/pack_git2_a1b2c3" };
    struct scene *scene = scene_of(state);
    char *index;

    scene_fetch(scene);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        free(scratch_file(scene->mirror, left[i], "x"));
    /* An index without its pack beside half a pack: it ended between the two. */
    free(scratch_file(scene->mirror, "objects/pack/pack-0123.idx", "x"));
    THERE(scene, "tag", "v1.2.0");
    THERE(scene, "commit", "-q", "--allow-empty", "-m", "feat: three");
    scene_fetch(scene);
    assert_string_equal(scene_news(scene), "");
    scene_assert_same(scene);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        char *path = scratch_path(scene->mirror, left[i]);

        assert_false(file_exists(path));
        free(path);
    }
    index = scratch_path(scene->mirror, "objects/pack/pack-0123.idx");
    assert_false(file_exists(index));
    free(index);
}

static void leftovers_of_all_mirrors_are_swept_but_not_those_at_work(void **state)
{
    struct scene *scene = scene_of(state);
    const char *cache = scene->world->cache;
    char *busy = scratch_file(cache, "mirrors/busy-1.git/objects/pack/pack_git2_x", "");
    char *idle = scratch_file(cache, "mirrors/idle-1.git/objects/pack/pack_git2_x", "");
    char *clone = scratch_file(cache, "mirrors/none-1.git.new-77/HEAD", "");
    char *lock = scratch_file(cache, "mirrors/busy-1.git.lock", "");
    int holder = open(lock, O_RDWR | O_CLOEXEC); /* locks are of who has opened the file */

    assert_true(holder >= 0);
    assert_int_equal(flock(holder, LOCK_EX | LOCK_NB), 0);
    free(scratch_file(cache, "mirrors/idle-1.git.lock", ""));
    free(scratch_file(cache, "mirrors/none-1.git.lock", ""));
    mirror_sweep(cache);
    assert_true(file_exists(busy));
    assert_false(file_exists(idle));
    assert_false(file_exists(clone));
    close(holder);
    mirror_sweep(cache);
    assert_false(file_exists(busy));
    free(lock);
    free(clone);
    free(idle);
    free(busy);
}

static void a_link_in_the_place_of_a_mirror_is_not_written_through(void **state)
{
    struct scene *scene = scene_of(state);
    char *mine = scratch_path(scene->world->directory, "mine"), *refs;

    GIT(scene, "/", "clone", "-q", "--mirror", fixture_git_path(scene->world->fixture), mine);
    GIT(scene, mine, "branch", "my-work", "main");
    refs = memory_copy_text(GIT(scene, mine, "for-each-ref"));
    scene_fetch(scene);
    {
        const char *const words[] = { "rm", "-r", scene->mirror, NULL };

        ssh_world_run(words);
    }
    assert_int_equal(symlink(mine, scene->mirror), 0);
    assert_false(ssh_world_try(scene->world, scene->url));
    fixture_assert_error(&scene->world->error, ERROR_UNTRUSTED, "is a symbolic link", "remove it");
    assert_string_equal(GIT(scene, mine, "for-each-ref"), refs);
    assert_int_equal(unlink(scene->mirror), 0);
    scene_fetch(scene);
    scene_assert_same(scene);
    free(refs);
    free(mine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, scene_enter, scene_leave)
        CASE(an_update_does_what_git_does),
        CASE(nothing_is_fetched_twice),
        CASE(a_moved_tag_is_noticed_and_said),
        CASE(another_repository_at_the_address_is_said),
        CASE(damage_by_hand_is_said_and_made_good),
        CASE(damage_hides_no_tag_that_has_moved),
        CASE(a_damaged_mirror_stays_until_there_is_a_better_one),
        CASE(what_killed_processes_leave_is_no_obstacle),
        CASE(leftovers_of_all_mirrors_are_swept_but_not_those_at_work),
        CASE(a_link_in_the_place_of_a_mirror_is_not_written_through),
#undef CASE
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
