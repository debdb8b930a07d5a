#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../../support/scratch.h"

static int set_up(void **state)
{
    *state = scratch_new();
    return 0;
}

static int tear_down(void **state)
{
    char *directory = *state;

    scratch_remove(&directory);
    return 0;
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* Reads what must be refused, and checks that nothing was appended. */
static struct error refused(const char *path, size_t limit, bool follow)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    strbuf_add(&out, "before");
    assert_false(file_read(path, limit, follow, &out, &error));
    assert_string_equal(out.data, "before");
    assert_int_equal(out.length, 6);
    strbuf_release(&out);
    return error;
}

static void a_file_is_appended_whole(void **state)
{
    char *path = scratch_file_bytes(*state, "a.txt", "one\0two\n", 8);
    struct strbuf out = STRBUF_INIT;
    struct error error;

    strbuf_add(&out, "> ");
    assert_true(file_read(path, 100, false, &out, &error));
    assert_int_equal(out.length, 10);
    assert_memory_equal(out.data, "> one\0two\n", 11);
    strbuf_release(&out);
    free(path);
}

static void an_empty_file_is_an_empty_text(void **state)
{
    char *path = scratch_file(*state, "empty", "");
    struct strbuf out = STRBUF_INIT;

    assert_true(file_read(path, 0, false, &out, NULL));
    assert_string_equal(out.data, "");
    strbuf_release(&out);
    free(path);
}

static void files_without_a_size_are_read_to_their_end(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state; /* /proc says that all its files are empty */
    assert_true(file_read("/proc/self/status", 1024 * 1024, false, &out, NULL));
    assert_true(out.length > 100);
    strbuf_release(&out);
}

static void the_limit_counts(void **state)
{
    char *path = scratch_file(*state, "ten", "0123456789");
    struct strbuf out = STRBUF_INIT;
    struct error error;

    assert_true(file_read(path, 10, false, &out, NULL));
    assert_string_equal(out.data, "0123456789");
    error = refused(path, 9, false);
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_non_null(strstr(error.message, "larger than 9 bytes"));
    strbuf_release(&out);
    free(path);
}

static void the_limit_counts_for_files_without_a_size_too(void **state)
{
    (void)state;
    assert_int_equal(refused("/proc/self/status", 100, false).code, ERROR_LIMIT);
}

static void a_huge_sparse_file_is_refused_at_once(void **state)
{
    char *path = scratch_file(*state, "sparse", "");
    struct error error;

    assert_int_equal(truncate(path, (off_t)3 << 30), 0);
    error = refused(path, 64 * 1024 * 1024, false);
    assert_int_equal(error.code, ERROR_LIMIT);
    free(path);
}

static void a_missing_file_is_not_found(void **state)
{
    char *path = scratch_path(*state, "missing");
    struct error error = refused(path, 100, true);

    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "missing: cannot be opened: No such file"));
    free(path);
}

static void directories_and_devices_are_refused(void **state)
{
    struct error error = refused(*state, 100, true);

    assert_int_equal(error.code, ERROR_INVALID);
    assert_non_null(strstr(error.message, "a directory, not a regular file"));
    error = refused("/dev/zero", 100, true);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_non_null(strstr(error.message, "a device"));
}

static void a_pipe_nobody_writes_to_does_not_hang(void **state)
{
    char *path = scratch_path(*state, "pipe");
    struct error error;

    assert_int_equal(mkfifo(path, 0600), 0);
    error = refused(path, 100, true);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_non_null(strstr(error.message, "a named pipe"));
    free(path);
}

static void a_socket_is_refused(void **state)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char *path = scratch_path(*state, "socket");
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    struct error error;

    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    error = refused(path, 100, true);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_non_null(strstr(error.message, "a socket"));
    close(descriptor);
    free(path);
}

static void a_symbolic_link_is_followed_only_when_asked(void **state)
{
    char *target = scratch_file(*state, "target", "content");
    char *link = scratch_path(*state, "link");
    struct strbuf out = STRBUF_INIT;
    struct error error;

    assert_int_equal(symlink(target, link), 0);
    assert_true(file_read(link, 100, true, &out, NULL));
    assert_string_equal(out.data, "content");
    error = refused(link, 100, false);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_non_null(strstr(error.message, "a symbolic link"));
    strbuf_release(&out);
    free(target);
    free(link);
}

/* --- Writing ---------------------------------------------------------------------------------- */

static mode_t mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void a_new_file_gets_content_and_mode(void **state)
{
    char *path = scratch_path(*state, "notes.md");
    mode_t mask = umask(077);
    char *content;

    assert_true(file_write_atomic(path, "# Notes\n", 8, 0644, NULL));
    umask(mask);
    content = scratch_read(path);
    assert_string_equal(content, "# Notes\n");
    assert_int_equal(mode_of(path), 0644);
    assert_int_equal(scratch_count(*state), 1);
    free(content);
    free(path);
}

static void a_file_is_replaced_as_a_whole(void **state)
{
    char *path = scratch_file(*state, "notes.md", "a much longer text than the new one");
    char *other = scratch_path(*state, "other");
    char *content, *kept;

    assert_int_equal(link(path, other), 0); /* who has the old file open keeps it */
    assert_true(file_write_atomic(path, "new", 3, 0600, NULL));
    content = scratch_read(path);
    kept = scratch_read(other);
    assert_string_equal(content, "new");
    assert_string_equal(kept, "a much longer text than the new one");
    assert_int_equal(mode_of(path), 0600);
    free(content);
    free(kept);
    free(other);
    free(path);
}

static void nothing_can_be_written_as_well(void **state)
{
    char *path = scratch_path(*state, "empty");

    assert_true(file_write_atomic(path, NULL, 0, 0600, NULL));
    assert_true(file_exists(path));
    free(path);
}

static void a_name_without_a_directory_is_in_the_current_one(void **state)
{
    char *path = scratch_path(*state, "here");
    char before[4096];

    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(*state), 0);
    assert_true(file_write_atomic("here", "x", 1, 0600, NULL));
    assert_int_equal(chdir(before), 0);
    assert_true(file_exists(path));
    free(path);
}

static void a_link_or_directory_is_not_replaced(void **state)
{
    char *target = scratch_file(*state, "target", "old");
    char *link = scratch_path(*state, "link");
    struct error error;
    char *content;

    assert_int_equal(symlink("target", link), 0);
    assert_false(file_write_atomic(link, "new", 3, 0600, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_non_null(strstr(error.message, "link: a symbolic link, not replaced"));
    content = scratch_read(target);
    assert_string_equal(content, "old");

    assert_false(file_write_atomic(*state, "new", 3, 0600, &error));
    assert_non_null(strstr(error.message, "a directory, not replaced"));
    assert_int_equal(scratch_count(*state), 2);
    free(content);
    free(target);
    free(link);
}

static void a_dangling_link_is_not_followed(void **state)
{
    char *link = scratch_path(*state, "link");
    char *target = scratch_path(*state, "elsewhere");

    assert_int_equal(symlink("elsewhere", link), 0);
    assert_false(file_write_atomic(link, "new", 3, 0600, NULL));
    assert_false(file_exists(target));
    free(link);
    free(target);
}

static void a_path_must_end_with_a_name(void **state)
{
    static const char *const wrong[] = { "", "/", "notes/", ".", "..", "notes/.." };
    struct error error;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(file_write_atomic(wrong[i], "x", 1, 0600, &error));
        assert_int_equal(error.code, ERROR_INVALID);
    }
}

static void a_missing_directory_is_named(void **state)
{
    char *path = scratch_path(*state, "missing/notes.md");
    struct error error;

    assert_false(file_write_atomic(path, "x", 1, 0600, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "its directory cannot be opened"));
    free(path);
}

/* The kernel refuses to write more than the limit, as it does when a disk is full. */
static void a_full_disk_leaves_the_old_file_and_nothing_else(void **state)
{
    char *path = scratch_file(*state, "notes.md", "the old content");
    char *large = memory_new(100000);
    struct rlimit before, small;
    struct error error;
    char *content;
    bool done;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 4096;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    done = file_write_atomic(path, large, 100000, 0600, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);

    assert_false(done);
    assert_int_equal(error.code, ERROR_IO);
    assert_non_null(strstr(error.message, "cannot be written: File too large"));
    assert_string_not_equal(error.hint, "");
    content = scratch_read(path);
    assert_string_equal(content, "the old content");
    assert_int_equal(scratch_count(*state), 1);
    free(content);
    free(large);
    free(path);
}

static void a_directory_that_is_not_ours_is_a_clear_error(void **state)
{
    char *path = scratch_path(*state, "locked/notes.md");
    char *locked = scratch_path(*state, "locked");
    struct error error;

    assert_int_equal(mkdir(locked, 0500), 0);
    if (geteuid() == 0) { /* root may write everywhere but where nobody can */
        free(locked);
        free(path);
        path = memory_copy_text("/proc/self/notes.md");
        locked = NULL;
    }
    assert_false(file_write_atomic(path, "x", 1, 0600, &error));
    assert_non_null(strstr(error.message, "notes.md: cannot be created"));
    free(locked);
    free(path);
}

/* --- Directories and paths -------------------------------------------------------------------- */

static void directories_are_made_with_those_above_them(void **state)
{
    char *path = scratch_path(*state, "a//b/c/");
    char *inner = scratch_path(*state, "a/b");

    assert_true(file_make_directories(path, 0700, NULL));
    assert_true(file_is_directory(path));
    assert_int_equal(mode_of(inner), 0700);
    assert_true(file_make_directories(path, 0700, NULL));
    free(path);
    free(inner);
}

static void a_file_in_the_way_is_named(void **state)
{
    char *file = scratch_file(*state, "a", "");
    char *path = scratch_path(*state, "a/b");
    struct error error;

    assert_false(file_make_directories(path, 0700, &error));
    assert_int_equal(error.code, ERROR_EXISTS);
    assert_non_null(strstr(error.message, "/a: cannot be made a directory"));
    assert_false(file_make_directories(file, 0700, &error));
    assert_int_equal(error.code, ERROR_EXISTS);
    free(file);
    free(path);
}

static void directories_that_cannot_be_made_say_why(void **state)
{
    struct error error;

    (void)state;
    assert_false(file_make_directories("/proc/pilab/x", 0700, &error));
    assert_non_null(strstr(error.message, "/proc/pilab: the directory cannot be made"));
    assert_false(file_make_directories("", 0700, &error));
}

static void files_and_directories_are_told_apart(void **state)
{
    char *file = scratch_file(*state, "file", "");
    char *missing = scratch_path(*state, "missing");

    assert_true(file_exists(file));
    assert_false(file_is_directory(file));
    assert_true(file_exists(*state));
    assert_true(file_is_directory(*state));
    assert_false(file_exists(missing));
    assert_false(file_is_directory(missing));
    free(file);
    free(missing);
}

static void paths_are_joined(void **state)
{
    static const struct {
        const char *directory, *name, *path;
    } rows[] = {
        {"a",   "b",    "a/b"   },
        { "a/", "b",    "a/b"   },
        { "/",  "b",    "/b"    },
        { "a",  "/b",   "/b"    },
        { "",   "b",    "b"     },
        { "a",  "",     "a"     },
        { "a",  "../b", "a/../b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *path = path_join(rows[i].directory, rows[i].name);
        assert_string_equal(path, rows[i].path);
        free(path);
    }
}

static void the_last_part_is_the_name(void **state)
{
    (void)state;
    assert_string_equal(path_base_name("a/b.c"), "b.c");
    assert_string_equal(path_base_name("b.c"), "b.c");
    assert_string_equal(path_base_name("/"), "");
    assert_string_equal(path_base_name("a/"), "");
}

static void homes_follow_the_variables(void **state)
{
    char *(*const homes[])(struct error *) = { path_data_home, path_cache_home, path_config_home,
                                               path_state_home };
    static const char *const variables[] = { "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
                                             "XDG_STATE_HOME" };
    static const char *const fallbacks[] = { "/home/ada/.local/share/pilab",
                                             "/home/ada/.cache/pilab", "/home/ada/.config/pilab",
                                             "/home/ada/.local/state/pilab" };
    char *before = memory_copy_text(getenv("HOME"));

    (void)state;
    setenv("HOME", "/home/ada", 1);
    for (size_t i = 0; i < 4; i++) {
        char *path;
        setenv(variables[i], "/xdg", 1);
        path = homes[i](NULL);
        assert_string_equal(path, "/xdg/pilab");
        free(path);
        setenv(variables[i], "relative", 1); /* the specification says: ignore */
        path = homes[i](NULL);
        assert_string_equal(path, fallbacks[i]);
        free(path);
        unsetenv(variables[i]);
        path = homes[i](NULL);
        assert_string_equal(path, fallbacks[i]);
        free(path);
    }
    setenv("HOME", before, 1);
    free(before);
}

static void without_a_home_there_is_an_error(void **state)
{
    char *before = memory_copy_text(getenv("HOME"));
    struct error error;

    (void)state;
    unsetenv("HOME");
    unsetenv("XDG_DATA_HOME");
    assert_null(path_data_home(&error));
    assert_int_equal(error.code, ERROR_IO);
    assert_non_null(strstr(error.hint, "Set HOME"));
    setenv("HOME", before, 1);
    free(before);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void only_a_tilde_and_a_slash_lead_home(void **state)
{
    static const struct {
        const char *typed, *expected;
    } rows[] = {
        {"~/x/y",   "/home/ada/x/y"},
        { "~",      "~"            },
        { "~bob/x", "~bob/x"       },
        { "x/~/y",  "x/~/y"        },
        { "",       ""             },
        { "~/",     "/home/ada"    }
    };
    char *before = memory_copy_text(getenv("HOME"));

    (void)state;
    setenv("HOME", "/home/ada", 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *path = path_from_home(rows[i].typed);

        assert_string_equal(path, rows[i].expected);
        free(path);
    }
    setenv("HOME", before, 1);
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_file_is_appended_whole),
        cmocka_unit_test(only_a_tilde_and_a_slash_lead_home),
        IN_SCRATCH(an_empty_file_is_an_empty_text),
        cmocka_unit_test(files_without_a_size_are_read_to_their_end),
        IN_SCRATCH(the_limit_counts),
        cmocka_unit_test(the_limit_counts_for_files_without_a_size_too),
        IN_SCRATCH(a_huge_sparse_file_is_refused_at_once),
        IN_SCRATCH(a_missing_file_is_not_found),
        IN_SCRATCH(directories_and_devices_are_refused),
        IN_SCRATCH(a_pipe_nobody_writes_to_does_not_hang),
        IN_SCRATCH(a_socket_is_refused),
        IN_SCRATCH(a_symbolic_link_is_followed_only_when_asked),
        IN_SCRATCH(a_new_file_gets_content_and_mode),
        IN_SCRATCH(a_file_is_replaced_as_a_whole),
        IN_SCRATCH(nothing_can_be_written_as_well),
        IN_SCRATCH(a_name_without_a_directory_is_in_the_current_one),
        IN_SCRATCH(a_link_or_directory_is_not_replaced),
        IN_SCRATCH(a_dangling_link_is_not_followed),
        cmocka_unit_test(a_path_must_end_with_a_name),
        IN_SCRATCH(a_missing_directory_is_named),
        IN_SCRATCH(a_full_disk_leaves_the_old_file_and_nothing_else),
        IN_SCRATCH(a_directory_that_is_not_ours_is_a_clear_error),
        IN_SCRATCH(directories_are_made_with_those_above_them),
        IN_SCRATCH(a_file_in_the_way_is_named),
        cmocka_unit_test(directories_that_cannot_be_made_say_why),
        IN_SCRATCH(files_and_directories_are_told_apart),
        cmocka_unit_test(paths_are_joined),
        cmocka_unit_test(the_last_part_is_the_name),
        cmocka_unit_test(homes_follow_the_variables),
        cmocka_unit_test(without_a_home_there_is_an_error),
    };

    return cmocka_run_group_tests_name("base/file", tests, NULL, NULL);
}
