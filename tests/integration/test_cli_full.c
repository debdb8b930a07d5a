#include <config.h> /* unshare */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/crowd.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

/*
 * A full disk below the store and below what is written, for everything that lasts: it is said,
 * what was there stays whole, nothing is left half written, and the same again works when there is
 * room.
 *
 * The disk is a small one of memory, mounted where only this test sees it. Where that is not
 * allowed, the limit that a shell sets for files has to do.
 */

#define DISK_SIZE "3m"
#define BLOCK     4096

/* What is done, and a query whose number goes up by one with it. The words may hold %s for the
 * folder on the full disk; `made` is what is made in there. */
struct act {
    const char *words[12];
    const char *counts;
    const char *made;
};

/* clang-format off */
static const struct act acts[] = {
    { { "manifest", "set", "shop-api", "UAT", "9.9" }, "SELECT count(*) FROM deployments", NULL },
    { { "note", "edit", "1", "--file", "%s/../text.md" }, "SELECT count(*) FROM note_revisions", NULL },
    { { "note", "publish", "2", "--to", "%s/out" },
      "SELECT count(*) FROM notes WHERE status = 'PUBLISHED'", NULL },
    { { "note", "export", "1", "--format", "html", "-o", "%s/note.html" }, NULL, "note.html" },
    { { "release", "cut", "R1", "--from", "DEV", "--to", "UAT" }, "SELECT count(*) FROM releases", NULL },
    { { "manifest", "baseline", "b1", "--reason", "audited" }, "SELECT count(DISTINCT name) FROM baselines", NULL },
    { { "manifest", "export", "-o", "%s/manifest.csv" }, NULL, "manifest.csv" },
    { { "variable", "set", "LOG_LEVEL", "info", "-e", "UAT" }, "SELECT count(*) FROM variables", NULL },
    { { "init", "--from", "%s/../bank.csv", "--yes" }, "SELECT count(*) FROM projects", NULL },
    { { "project", "export", "-o", "%s/pilab.yaml", "--project", "SHOP" }, NULL, "pilab.yaml" },
    { { "audit", "export", "%s/evidence" }, NULL, "evidence" },
};
/* clang-format on */

#define ACTS (sizeof acts / sizeof *acts)

/* --- The disk ----------------------------------------------------------------------------------
 */

struct disk {
    struct world *world;
    char *folder; /* on it */
    char *filler;
    bool mounted; /* else the limit of the shell stands for it */
};

static bool mount_disk(const char *folder)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", folder, "tmpfs", MS_NOSUID | MS_NODEV, "size=" DISK_SIZE ",mode=0700") != 0) {
        print_message("no disk of memory can be mounted: %s\n", strerror(errno));
        return false;
    }
    return true;
}

static void prepare(struct disk *disk)
{
    struct sandbox *sandbox = disk->world->sandbox;

    free(scratch_file(sandbox_files(sandbox), "text.md", "# By hand\n"));
    free(scratch_file(sandbox_files(sandbox), "bank.csv", "module,DEV,PROD\nauth,2,1\n"));
    deploy(disk->world);
    for (int i = 0; i < 2; i++)
        DO(sandbox, "note", "generate", "--from", "DEV", "--to", "UAT", "--release", "R2025.03");
    DO(sandbox, "note", "review", "2");
    DO(sandbox, "note", "approve", "2");
}

static int set_up(void **state, bool mounted)
{
    static struct disk disk;
    char *variable, *store;
    void *world;

    if (project_world_setup(&world) != 0)
        return -1;
    disk.world = world;
    disk.folder = scratch_path(sandbox_files(disk.world->sandbox), "disk");
    disk.filler = scratch_path(disk.folder, "filler");
    assert_int_equal(mkdir(disk.folder, 0700), 0);
    disk.mounted = mounted && mount_disk(disk.folder);
    free(disk.world->store);
    disk.world->store = scratch_path(disk.folder, "store/store.db");
    store = scratch_path(disk.folder, "store");
    assert_int_equal(mkdir(store, 0700), 0);
    free(store);
    variable = memory_printf("PILAB_STORE=%s", disk.world->store);
    sandbox_set(disk.world->sandbox, variable);
    free(variable);
    *state = &disk;
    prepare(&disk);
    return 0;
}

static int set_up_limit(void **state)
{
    return set_up(state, false);
}

static int set_up_disk(void **state)
{
    return set_up(state, true);
}

static int tear_down(void **state)
{
    struct disk *disk = *state;
    void *world = disk->world;

    if (disk->mounted)
        assert_int_equal(umount2(disk->folder, MNT_DETACH), 0);
    free(disk->filler);
    free(disk->folder);
    return project_world_teardown(&world);
}

/* Leaves so many blocks. */
static void fill(const struct disk *disk, off_t left)
{
    static const char block[BLOCK] = "x";
    int file = open(disk->filler, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    off_t size = 0;

    assert_true(file >= 0);
    while (write(file, block, sizeof block) == (ssize_t)sizeof block)
        size += BLOCK;
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(ftruncate(file, size > left * BLOCK ? size - left * BLOCK : 0), 0);
    close(file);
}

/* --- Acting ------------------------------------------------------------------------------------
 */

static const struct run *act_run(const struct disk *disk, const struct act *act, bool limited)
{
    char *program = build_path("pilab");
    char *shell = memory_printf("%s exec \"$0\" \"$@\"", limited ? "ulimit -f 0;" : "");
    const char *words[20] = { "sh", "-c", shell, program };
    char *paths[12] = { NULL };
    const struct run *run;

    for (size_t i = 0; act->words[i] != NULL; i++) {
        const char *word = act->words[i];

        paths[i] = strncmp(word, "%s", 2) == 0 ? memory_printf("%s%s", disk->folder, word + 2)
                                               : memory_copy_text(word);
        words[4 + i] = paths[i];
    }
    run = run_words(disk->world->sandbox, words);
    for (size_t i = 0; act->words[i] != NULL; i++)
        free(paths[i]);
    free(shell);
    free(program);
    return run;
}

static long long count(const struct disk *disk, const struct act *act)
{
    return act->counts == NULL ? 0 : store_number(disk->world->store, act->counts);
}

static void assert_said(const struct act *act, const struct run *run)
{
    static const char *const reasons[] = { "No space left", "disk is full", "File too large" };

    if (run->status == 1)
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
            if (strstr(run->err.data, reasons[i]) != NULL)
                return;
    fail_msg("%s %s: status %d: %s%s", act->words[0], act->words[1], run->status, run->out.data,
             run->err.data);
}

/* Nothing half written, and nothing forgotten beside it. */
static void assert_nothing_made(const struct disk *disk, const struct act *act, size_t before)
{
    char *made = act->made == NULL ? NULL : scratch_path(disk->folder, act->made);

    if (made != NULL && access(made, F_OK) == 0)
        fail_msg("%s is there", made);
    if (made != NULL && scratch_count(disk->folder) > before)
        fail_msg("%s %s left something behind", act->words[0], act->words[1]);
    free(made);
}

#define LIMITED (-1) /* instead of blocks that are left */

/* True when it was done; else nothing of it was, and that was said. */
static bool try_full(const struct disk *disk, const struct act *act, off_t left)
{
    long long before = count(disk, act);
    size_t files = scratch_count(disk->folder);
    const struct run *run;
    bool done;

    if (left != LIMITED)
        fill(disk, left);
    run = act_run(disk, act, left == LIMITED);
    if (left != LIMITED)
        assert_int_equal(unlink(disk->filler), 0);
    done = run->status == 0;
    if (!done) {
        assert_said(act, run);
        assert_nothing_made(disk, act, files);
    }
    if (act->counts != NULL)
        assert_int_equal(count(disk, act), before + done);
    return done;
}

static void must_work(const struct disk *disk, const struct act *act)
{
    long long before = count(disk, act);
    const struct run *run = act_run(disk, act, false);

    if (run->status != 0)
        fail_msg("%s %s: %s", act->words[0], act->words[1], run->err.data);
    if (act->counts != NULL)
        assert_int_equal(count(disk, act), before + 1);
}

static void assert_all_holds(const struct disk *disk)
{
    DO(disk->world->sandbox, "audit", "verify");
    assert_store_whole(disk->world->store);
}

static void a_disk_with_little_room_is_said(void **state)
{
    static const off_t rooms[] = { 0, 1, 4, 9, 12, 20, 40 };
    const struct disk *disk = *state;

    if (!disk->mounted)
        skip();
    for (size_t i = 0; i < ACTS; i++) {
        bool done = false;

        for (size_t room = 0; room < sizeof rooms / sizeof *rooms && !done; room++) {
            done = try_full(disk, &acts[i], rooms[room]);
        }
        if (!done)
            must_work(disk, &acts[i]);
        assert_all_holds(disk);
    }
}

/* Those who read share memory in a small file beside the store. Where there is no room even for
 * that, it is said; the doctor looks all the same. */
static void a_full_disk_can_be_looked_at(void **state)
{
    const struct disk *disk = *state;
    const struct run *run;

    if (!disk->mounted)
        skip();
    fill(disk, 0);
    run = run_pilab(disk->world->sandbox, "manifest", "show", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "The disk is full: free some space and try again.");
    run = run_pilab(disk->world->sandbox, "doctor", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "only 0 bytes free for it");
    run = run_pilab(disk->world->sandbox, "doctor", "--json", NULL); /* no line is wrapped there */
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "No space left");
    fill(disk, 12);
    run = run_pilab(disk->world->sandbox, "manifest", "show", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "1.0.1");
    assert_int_equal(unlink(disk->filler), 0);
}

/* Nobody's work waits for a log. */
static void a_log_that_cannot_be_written_stops_nothing(void **state)
{
    const struct disk *disk = *state;
    char *variable = memory_printf("PILAB_LOG=%s/log", disk->folder);
    const struct run *run;

    if (!disk->mounted)
        skip();
    sandbox_set(disk->world->sandbox, variable);
    fill(disk, 0);
    run = run_pilab(disk->world->sandbox, "drift", "--help", NULL);
    assert_int_equal(run->status, 0);
    fill(disk, 40);
    DO(disk->world->sandbox, "manifest", "set", "shop-api", "UAT", "9.9");
    assert_int_equal(unlink(disk->filler), 0);
    assert_all_holds(disk);
    free(variable);
}

static void files_that_may_not_grow_are_said(void **state)
{
    const struct disk *disk = *state;

    for (size_t i = 0; i < ACTS; i++) {
        if (try_full(disk, &acts[i], LIMITED))
            fail_msg("%s %s wrote nothing", acts[i].words[0], acts[i].words[1]);
        must_work(disk, &acts[i]);
    }
    assert_all_holds(disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_that_may_not_grow_are_said, set_up_limit, tear_down),
        cmocka_unit_test_setup_teardown(a_disk_with_little_room_is_said, set_up_disk, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_can_be_looked_at, set_up_disk, tear_down),
        cmocka_unit_test_setup_teardown(a_log_that_cannot_be_written_stops_nothing, set_up_disk,
                                        tear_down),
    };

    return cmocka_run_group_tests_name("a full disk", tests, NULL, NULL);
}
