#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/tui/external_editor.h>

#include "../../support/scratch.h"

#define LIMIT 10000

static bool run(void *context, const char *const argv[], int *status, struct error *error)
{
    extern char **environ;
    int failure;
    pid_t pid;

    (void)context;
    failure = posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ);
    if (failure != 0)
        return error_errno(error, failure, "cannot start %s", argv[0]);
    if (waitpid(pid, status, 0) != pid)
        return false;
    /* Where the parent cannot be told, as under valgrind, the child says so (posix_spawn(3)). */
    if (WIFEXITED(*status) && WEXITSTATUS(*status) == 127)
        return error_set(error, ERROR_NOT_FOUND, "cannot start %s", argv[0]);
    return true;
}

/* A folder with fake editors in it, which is the runtime folder too. */
static int set_up(void **state)
{
    char *folder = scratch_new();

    setenv("XDG_RUNTIME_DIR", folder, 1);
    unsetenv("VISUAL");
    unsetenv("PILAB_RESTRICTED");
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    char *folder = *state;

    scratch_remove(&folder);
    return 0;
}

/* Makes $EDITOR a script; the text's file is its last argument. */
static void use_editor(const char *folder, const char *name, const char *body,
                       const char *arguments)
{
    char *script = memory_printf("#!/bin/sh\nfor file; do :; done\n%s\n", body);
    char *path = scratch_file(folder, name, script);
    char *value = memory_printf("'%s'%s", path, arguments);

    assert_int_equal(chmod(path, 0700), 0);
    setenv("EDITOR", value, 1);
    free(script);
    free(path);
    free(value);
}

static enum external_result edit(const char *text, struct strbuf *out, struct error *error)
{
    const struct program_runner runner = { NULL, run };

    return external_edit(&runner, "R2025.03: the notes", text, strlen(text), LIMIT, out, error);
}

static size_t left_behind(const char *folder)
{
    char *edit_folder = path_join(folder, "pilab/edit");
    size_t count = scratch_count(edit_folder);

    free(edit_folder);
    return count;
}

/* The path of the text that was kept, as the hint tells it; the caller frees. */
static char *kept_path(const struct error *error)
{
    static const char told[] = "what was written is kept in ";

    assert_memory_equal(error->hint, told, sizeof told - 1);
    return memory_copy_text(error->hint + sizeof told - 1);
}

static void what_was_written_comes_back_and_nothing_is_left(void **state)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    use_editor(*state, "an editor", "cp \"$file\" \"$file~\"; echo more >>\"$file\"", "");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_CHANGED);
    assert_string_equal(out.data, "text\nmore\n");
    assert_int_equal(left_behind(*state), 0);
    strbuf_release(&out);
}

static void line_ends_of_another_system_are_not_taken(void **state)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    use_editor(*state, "editor", "printf 'one\\r\\ntwo\\r\\nmore\\r\\n' >\"$file\"", "");
    assert_int_equal(edit("one\ntwo\n", &out, &error), EXTERNAL_CHANGED);
    assert_string_equal(out.data, "one\ntwo\nmore\n");
    strbuf_clear(&out);
    use_editor(*state, "editor", "printf '\\357\\273\\277one\\r\\ntwo\\r\\n' >\"$file\"", "");
    assert_int_equal(edit("one\ntwo\n", &out, &error), EXTERNAL_UNCHANGED);
    assert_int_equal(out.length, 0);
    assert_int_equal(left_behind(*state), 0);
    strbuf_release(&out);
}

static void line_ends_that_the_text_had_stay(void **state)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    use_editor(*state, "editor", "printf 'more\\r\\n' >>\"$file\"", "");
    assert_int_equal(edit("one\r\n", &out, &error), EXTERNAL_CHANGED);
    assert_string_equal(out.data, "one\r\nmore\r\n");
    strbuf_release(&out);
}

static void file_and_folder_are_nobody_elses(void **state)
{
    char *log = scratch_path(*state, "log");
    char *body = memory_printf("stat -c %%a \"$file\" >%s; stat -c %%a \"${file%%/*}\" >>%s;"
                               "basename \"$file\" >>%s",
                               log, log, log);
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };
    char *found;

    use_editor(*state, "editor", body, "");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_UNCHANGED);
    found = scratch_read(log);
    assert_string_equal(found, "600\n700\nR2025.03-the-notes.md\n");
    free(found);
    free(body);
    free(log);
    strbuf_release(&out);
}

static void a_folder_that_others_can_read_is_closed_to_them(void **state)
{
    char *folder = path_join(*state, "pilab/edit");
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };
    struct stat status;

    assert_true(file_make_directories(folder, 0700, &error));
    assert_int_equal(chmod(folder, 0755), 0);
    use_editor(*state, "editor", "true", "");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_UNCHANGED);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    free(folder);
}

static void an_unchanged_text_is_none(void **state)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    use_editor(*state, "editor", "true", "");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_UNCHANGED);
    use_editor(*state, "editor", "echo >>\"$file\"", "");
    assert_int_equal(edit("no newline", &out, &error), EXTERNAL_UNCHANGED);
    assert_int_equal(edit("a newline\n", &out, &error), EXTERNAL_CHANGED);
    assert_string_equal(out.data, "a newline\n\n");
    assert_int_equal(left_behind(*state), 0);
    strbuf_release(&out);
}

static void arguments_of_the_editor_are_passed_and_no_shell_is_asked(void **state)
{
    char *log = scratch_path(*state, "log");
    char *body = memory_printf("printf '%%s|' \"$1\" \"$2\" \"$#\" >%s", log);
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };
    char *found;

    use_editor(*state, "editor", body, " --wait 'a; $(touch pwned) b'");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_UNCHANGED);
    found = scratch_read(log);
    assert_string_equal(found, "--wait|a; $(touch pwned) b|3|");
    free(found);
    free(body);
    free(log);
}

static void an_editor_that_fails_takes_nothing_and_what_was_written_is_kept(void **state)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };
    char *path, *found;

    use_editor(*state, "editor", "echo more >>\"$file\"; exit 3", "");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_FAILED);
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_non_null(strstr(error.message, "ended with 3: nothing was taken"));
    assert_int_equal(out.length, 0);
    path = kept_path(&error);
    found = scratch_read(path);
    assert_string_equal(found, "text\nmore\n");
    free(found);
    free(path);
    assert_int_equal(left_behind(*state), 1);
}

static void an_editor_that_fails_and_wrote_nothing_leaves_nothing(void **state)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    use_editor(*state, "editor", "exit 1", "");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_FAILED);
    assert_int_equal(left_behind(*state), 0);
    use_editor(*state, "editor", "kill -9 $$", "");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_FAILED);
    assert_non_null(strstr(error.message, "was ended by signal 9"));
    use_editor(*state, "editor", "rm \"$file\"", "");
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_FAILED);
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    setenv("EDITOR", "/nowhere/editor", 1);
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_FAILED);
    assert_non_null(strstr(error.message, "cannot start /nowhere/editor"));
    assert_int_equal(left_behind(*state), 0);
}

static void what_is_no_text_is_not_taken_and_kept(void **state)
{
    static const struct {
        const char *body;
        enum error_code code;
        const char *message;
    } cases[] = {
        {"printf 'a\\377b' >\"$file\"",                      ERROR_INVALID, "is not UTF-8"      },
        { "rm \"$file\"; ln -s /etc/passwd \"$file\"",       ERROR_INVALID, "not a regular file"},
        { "rm \"$file\"; mkfifo \"$file\"",                  ERROR_INVALID, "not a regular file"},
        { "head -c 20000 /dev/zero | tr '\\0' x >\"$file\"", ERROR_LIMIT,   "larger than 10000" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct strbuf out = STRBUF_INIT;
        struct error error = { 0 };
        struct stat status;
        char *path;

        use_editor(*state, "editor", cases[i].body, "");
        assert_int_equal(edit("text\n", &out, &error), EXTERNAL_FAILED);
        assert_int_equal(error.code, cases[i].code);
        assert_non_null(strstr(error.message, cases[i].message));
        assert_int_equal(out.length, 0);
        path = kept_path(&error);
        assert_int_equal(lstat(path, &status), 0);
        free(path);
    }
}

static void visual_comes_before_editor_and_none_at_all_is_said(void **state)
{
    char *path = getenv("PATH");
    char *before = memory_copy_text(path);
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    use_editor(*state, "editor", "echo visual >>\"$file\"", "");
    setenv("VISUAL", getenv("EDITOR"), 1);
    setenv("EDITOR", "false", 1);
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_CHANGED);
    assert_string_equal(out.data, "text\nvisual\n");
    unsetenv("VISUAL");
    setenv("EDITOR", "  ", 1);
    setenv("PATH", *state, 1);
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_FAILED);
    assert_string_equal(error.message, "no editor was found");
    setenv("PATH", before, 1);
    free(before);
    strbuf_release(&out);
}

static void a_restricted_session_starts_no_editor(void **state)
{
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    use_editor(*state, "editor", "echo more >>\"$file\"", "");
    setenv("PILAB_RESTRICTED", "1", 1);
    assert_false(external_editor_allowed(&error));
    assert_int_equal(edit("text\n", &out, &error), EXTERNAL_FAILED);
    assert_int_equal(error.code, ERROR_DENIED);
    assert_int_equal(out.length, 0);
    setenv("PILAB_RESTRICTED", "0", 1);
    assert_true(external_editor_allowed(NULL));
}

static void assert_split(const char *value, const char *wanted)
{
    struct strbuf joined = STRBUF_INIT;
    struct vector words;
    struct error error = { 0 };

    vector_init(&words, sizeof(char *));
    if (!editor_command_split(value, &words, &error))
        strbuf_add(&joined, error.message);
    for (size_t i = 0; i < words.count; i++) {
        char *word = *(char **)vector_at(&words, i);

        if (wanted[0] == '[')
            strbuf_printf(&joined, "[%s]", word);
        free(word);
    }
    assert_string_equal(joined.data, wanted);
    vector_release(&words);
    strbuf_release(&joined);
}

static void a_command_is_split_at_blanks_that_are_not_quoted(void **state)
{
    (void)state;
    assert_split("vi", "[vi]");
    assert_split("  code  --wait ", "[code][--wait]");
    assert_split("'my editor' \"a b\" c\\ d", "[my editor][a b][c d]");
    assert_split("a'b'\"c\" \"\\\"\\n\"", "[abc][\"\\n]");
    assert_split("vi ''", "[vi][]");
    assert_split("vi; rm $HOME | x", "[vi;][rm][$HOME][|][x]");
    assert_split("vi 'x", "the editor: \"vi 'x\": a quote does not end");
    assert_split(" ", "the editor \" \" names no program");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_written_comes_back_and_nothing_is_left, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(line_ends_of_another_system_are_not_taken, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(line_ends_that_the_text_had_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_and_folder_are_nobody_elses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_others_can_read_is_closed_to_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_unchanged_text_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(arguments_of_the_editor_are_passed_and_no_shell_is_asked,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            an_editor_that_fails_takes_nothing_and_what_was_written_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_editor_that_fails_and_wrote_nothing_leaves_nothing,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_text_is_not_taken_and_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(visual_comes_before_editor_and_none_at_all_is_said, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_restricted_session_starts_no_editor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_command_is_split_at_blanks_that_are_not_quoted, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
