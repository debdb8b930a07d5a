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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/run_program.h"
#include "../support/scratch.h"
#include "../support/ssh_world.h"

/* Mirrors that are fetched again over ssh from a real sshd: what has changed there, what has
 * happened here meanwhile, and disks without room. */

struct scene {
    struct ssh_world *world;
    struct sandbox *sandbox; /* for git */
    char *url, *mirror;
    struct strbuf news; /* what was told, a line each */
    uint64_t objects;   /* that the last fetch has received */
    bool mounted;
};

static void hear(void *context, const struct mirror_news *news)
{
    static const char *const names[] = { [MIRROR_TAG_MOVED] = "moved",
                                         [MIRROR_TAG_GONE] = "gone",
                                         [MIRROR_REPLACED] = "replaced",
                                         [MIRROR_REMADE] = "remade" };
    struct scene *scene = context;
    char before[OBJECT_ID_HEX_SIZE], after[OBJECT_ID_HEX_SIZE];

    strbuf_printf(&scene->news, "%s %s %s %s\n", names[news->event], news->name,
                  object_id_hex(&news->before, before), object_id_hex(&news->after, after));
}

static void count_objects(void *context, const char *what, const struct transfer_state *state)
{
    struct scene *scene = context;

    if (strcmp(what, "receiving objects") == 0 || strcmp(what, "resolving deltas") == 0)
        scene->objects = state->total > scene->objects ? state->total : scene->objects;
}

static int leave(void **state)
{
    struct scene *scene = *state;
    void *world;

    if (scene == NULL)
        return 0;
    world = scene->world;
    if (scene->mounted)
        umount2(scene->world->cache, MNT_DETACH);
    sandbox_free(&scene->sandbox);
    strbuf_release(&scene->news);
    free(scene->url);
    free(scene->mirror);
    free(scene);
    return ssh_world_leave(&world);
}

static struct scene *scene_of(void **state)
{
    if (*state == NULL)
        ssh_world_of(state);
    return *state;
}

/* `git -C directory words…`, which has to do well; its output lives until the next one. */
static const char *git_in(struct scene *scene, const char *directory, const char *const *words)
{
    const char *all[16] = { "git", "-C", directory };
    const struct run *run;
    size_t count = 3;

    while (*words != NULL)
        all[count++] = *words++;
    run = run_words(scene->sandbox, all);
    if (run->status != 0)
        fail_msg("git %s: %s", all[3], run->err.data);
    return run->out.length > 0 ? run->out.data : "";
}

#define GIT(scene, directory, ...)                                                                 \
    git_in(scene, directory, (const char *const[]){ __VA_ARGS__, NULL })
#define THERE(scene, ...) GIT(scene, fixture_path((scene)->world->fixture), __VA_ARGS__)
#define HERE(scene, ...)  GIT(scene, (scene)->mirror, __VA_ARGS__)

static int enter(void **state)
{
    struct scene *scene;
    char *setting;

    if (ssh_world_enter(state) != 0 || *state == NULL)
        return *state == NULL ? 0 : -1;
    scene = memory_new(sizeof *scene);
    *scene = (struct scene){ .world = *state, .sandbox = sandbox_new(), .news = STRBUF_INIT };
    ssh_world_use_key(scene->world, "ed25519", "");
    scene->url = ssh_world_here(scene->world);
    scene->mirror = ssh_world_mirror(scene->world, scene->url);
    scene->world->mirror.tell = hear;
    scene->world->mirror.tell_context = scene;
    setting = memory_printf("GIT_SSH_COMMAND=%s", scene->world->program);
    sandbox_set(scene->sandbox, setting);
    sandbox_set(scene->sandbox, "GIT_AUTHOR_NAME=Kim");
    sandbox_set(scene->sandbox, "GIT_AUTHOR_EMAIL=kim@shop.example");
    sandbox_set(scene->sandbox, "GIT_COMMITTER_NAME=Kim");
    sandbox_set(scene->sandbox, "GIT_COMMITTER_EMAIL=kim@shop.example");
    free(setting);
    *state = scene;
    THERE(scene, "reset", "-q", "--hard"); /* the fixture has commits alone */
    return 0;
}

static char *line_of(const char *output)
{
    return memory_copy_bytes(output, strcspn(output, "\n"));
}

static void fetch(struct scene *scene)
{
    strbuf_clear(&scene->news);
    scene->objects = 0;
    scene->world->progress = (struct progress){ .context = scene, .transfer = count_objects };
    ssh_world_update(scene->world, scene->url);
}

static const char *news(const struct scene *scene)
{
    return scene->news.length > 0 ? scene->news.data : "";
}

/* The same references as there, and all that they lead to. */
static void assert_same(struct scene *scene)
{
    char *there = memory_copy_text(THERE(scene, "for-each-ref", "refs/heads", "refs/tags"));

    assert_string_equal(HERE(scene, "for-each-ref"), there);
    HERE(scene, "fsck", "--full", "--strict", "--no-dangling");
    free(there);
}

/* --- What changes there ----------------------------------------------------------------------- */

static void an_update_does_what_git_does(void **state)
{
    struct scene *scene = scene_of(state);
    const char *source = fixture_path(scene->world->fixture);
    char *clone = scratch_path(scene->world->directory, "git");

    THERE(scene, "branch", "release");
    THERE(scene, "branch", "gone");
    fetch(scene);
    assert_same(scene);
    GIT(scene, source, "clone", "-q", "--mirror", scene->url, clone);
    THERE(scene, "branch", "-D", "gone", "release");
    THERE(scene, "branch", "release/1.0"); /* "release" is in its way */
    THERE(scene, "tag", "-d", "v1.0.0");
    THERE(scene, "commit", "-q", "--allow-empty", "-m", "feat: three");
    THERE(scene, "tag", "-a", "-m", "The next", "v1.2.0");
    fetch(scene);
    assert_same(scene);
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

    fetch(scene);
    assert_true(scene->objects >= 6);
    packs = scratch_path(scene->mirror, "objects/pack");
    count = scratch_count(packs);
    fetch(scene);
    assert_int_equal(scene->objects, 0);
    assert_int_equal(scratch_count(packs), count);
    THERE(scene, "commit", "-q", "--allow-empty", "-m", "feat: three");
    fetch(scene);
    assert_int_equal(scene->objects, 1); /* the commit alone: its tree is here */
    THERE(scene, "tag", "v2.0.0");
    fetch(scene);
    assert_int_equal(scene->objects, 0);
    assert_same(scene);
    free(packs);
}

static void a_moved_tag_is_noticed_and_said(void **state)
{
    struct scene *scene = scene_of(state);
    char *first = line_of(THERE(scene, "rev-parse", "v1.0.0^{commit}"));
    char *second = line_of(THERE(scene, "rev-parse", "v1.1.0^{commit}")), *expected;

    fetch(scene);
    assert_string_equal(news(scene), "");
    THERE(scene, "tag", "-f", "v1.1.0", first);
    fetch(scene);
    expected = memory_printf("moved v1.1.0 %s %s\n", second, first);
    assert_string_equal(news(scene), expected);
    fetch(scene);
    assert_string_equal(news(scene), ""); /* it is said once */
    /* Written again, it leads where it did. */
    THERE(scene, "tag", "-f", "-a", "-m", "Signed again", "v1.0.0", "v1.0.0^{commit}");
    fetch(scene);
    assert_string_equal(news(scene), "");
    free(expected);
    THERE(scene, "tag", "-d", "v1.0.0");
    fetch(scene);
    expected = memory_printf("gone v1.0.0 %s %040d\n", first, 0);
    assert_string_equal(news(scene), expected);
    assert_same(scene);
    free(expected);
    free(second);
    free(first);
}

static void another_repository_at_the_address_is_said(void **state)
{
    struct scene *scene = scene_of(state);
    const char *source = fixture_path(scene->world->fixture);
    char *before = line_of(THERE(scene, "rev-parse", "HEAD")), *after, *expected;

    fetch(scene);
    THERE(scene, "checkout", "-q", "--orphan", "other");
    THERE(scene, "commit", "-q", "-m", "another one");
    THERE(scene, "branch", "-M", "other", "main");
    THERE(scene, "tag", "-d", "v1.0.0", "v1.1.0");
    after = line_of(GIT(scene, source, "rev-parse", "HEAD"));
    fetch(scene);
    expected = memory_printf("replaced HEAD %s %s\n", before, after);
    assert_non_null(strstr(news(scene), expected));
    assert_non_null(strstr(news(scene), "gone v1.0.0 "));
    assert_same(scene);
    THERE(scene, "commit", "-q", "--allow-empty", "-m", "on it goes");
    fetch(scene);
    assert_string_equal(news(scene), "");
    assert_same(scene);
    free(expected);
    free(after);
    free(before);
}

/* --- What has happened here ------------------------------------------------------------------- */

static char *pack_of(struct scene *scene, const char *suffix)
{
    char *packs = scratch_path(scene->mirror, "objects/pack");
    const char *const words[] = { "find", packs, "-name", suffix, NULL };
    char *found = line_of(run_words(scene->sandbox, words)->out.data);

    free(packs);
    return found;
}

static void damage_by_hand_is_said_and_made_good(void **state)
{
    struct scene *scene = scene_of(state);
    char *damaged;

    fetch(scene);
    damaged = pack_of(scene, "*.pack");
    assert_int_equal(unlink(damaged), 0);
    fetch(scene);
    assert_non_null(strstr(news(scene), "remade pack-"));
    assert_same(scene);
    free(damaged);
    damaged = pack_of(scene, "*.pack");
    assert_int_equal(chmod(damaged, 0600), 0);
    assert_int_equal(truncate(damaged, 1000), 0);
    fetch(scene);
    assert_non_null(strstr(news(scene), "is missing or not what it was"));
    assert_same(scene);
    free(damaged);
    free(scratch_file(scene->mirror, "refs/heads/main",
                      "0123456789012345678901234567890123456789\n"));
    fetch(scene);
    assert_non_null(strstr(news(scene), "refs/heads/main leads to nothing"));
    assert_same(scene);
    free(scratch_file(scene->mirror, "refs/heads/main", "nonsense\n"));
    fetch(scene);
    assert_non_null(strstr(news(scene), "remade"));
    assert_same(scene);
    free(scratch_file(scene->mirror, "config", "[core\n"));
    fetch(scene);
    assert_non_null(strstr(news(scene), "remade it is no repository any more"));
    assert_same(scene);
}

static void damage_hides_no_tag_that_has_moved(void **state)
{
    struct scene *scene = scene_of(state);
    char *first = line_of(THERE(scene, "rev-parse", "v1.0.0^{commit}")), *pack, *expected;
    char *second = line_of(THERE(scene, "rev-parse", "v1.1.0^{commit}"));

    fetch(scene);
    THERE(scene, "tag", "-f", "v1.1.0", first);
    THERE(scene, "tag", "-d", "v1.0.0");
    pack = pack_of(scene, "*.pack");
    assert_int_equal(unlink(pack), 0);
    fetch(scene);
    expected = memory_printf("moved v1.1.0 %s %s\n", second, first);
    assert_non_null(strstr(news(scene), "remade pack-"));
    assert_non_null(strstr(news(scene), expected));
    assert_non_null(strstr(news(scene), "gone v1.0.0 "));
    assert_same(scene);
    free(expected);
    free(pack);
    free(second);
    free(first);
}

/* What can be read of it may be all that there is until the network is back. */
static void a_damaged_mirror_stays_until_there_is_a_better_one(void **state)
{
    struct scene *scene = scene_of(state);

    fetch(scene);
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

    fetch(scene);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        free(scratch_file(scene->mirror, left[i], "x"));
    /* An index without its pack beside half a pack: it ended between the two. */
    free(scratch_file(scene->mirror, "objects/pack/pack-0123.idx", "x"));
    THERE(scene, "tag", "v1.2.0");
    THERE(scene, "commit", "-q", "--allow-empty", "-m", "feat: three");
    fetch(scene);
    assert_string_equal(news(scene), "");
    assert_same(scene);
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
    fetch(scene);
    {
        const char *const words[] = { "rm", "-r", scene->mirror, NULL };

        ssh_world_run(words);
    }
    assert_int_equal(symlink(mine, scene->mirror), 0);
    assert_false(ssh_world_try(scene->world, scene->url));
    fixture_assert_error(&scene->world->error, ERROR_UNTRUSTED, "is a symbolic link", "remove it");
    assert_string_equal(GIT(scene, mine, "for-each-ref"), refs);
    assert_int_equal(unlink(scene->mirror), 0);
    fetch(scene);
    assert_same(scene);
    free(refs);
    free(mine);
}

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
    fetch(scene);
    assert_same(scene);
}

static void a_full_disk_during_a_fetch_leaves_the_mirror_whole(void **state)
{
    struct scene *scene = scene_of(state);
    static const char block[65536] = "x";
    char *filler, *refs;
    int file;

    if (!mount_cache(scene, "size=8m,mode=0700"))
        skip();
    fetch(scene);
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
        char *half = pack_of(scene, "pack_git2_*");

        assert_string_equal(half, "");
        free(half);
    }
    assert_int_equal(unlink(filler), 0);
    fetch(scene);
    assert_string_equal(news(scene), "");
    assert_same(scene);
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
    fetch(scene);
    refs = memory_copy_text(HERE(scene, "for-each-ref"));
    commit_large(scene, "more");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){ 1 << 20, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_no_room(scene);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_string_equal(HERE(scene, "for-each-ref"), refs);
    HERE(scene, "fsck", "--full", "--no-dangling");
    fetch(scene);
    assert_same(scene);
    signal(SIGXFSZ, SIG_DFL);
    free(refs);
}

static void a_disk_that_is_read_only_is_said(void **state)
{
    struct scene *scene = scene_of(state);

    if (!mount_cache(scene, "size=8m,mode=0700"))
        skip();
    fetch(scene);
    assert_int_equal(mount("none", scene->world->cache, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_false(ssh_world_try(scene->world, scene->url));
    fixture_assert_error(&scene->world->error, ERROR_IO, "Read-only file system", "another place");
    assert_same(scene);
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
#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)
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
