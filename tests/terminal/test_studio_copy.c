#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/hostile_fixture.h"
#include "../support/scratch.h"
#include "demo_world.h"

/* What goes into the clipboard when the texts are hostile: a raw text could end the bracketed paste
 * that it will stand in, and press Return. */

static int sextet(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)(at - digits);
}

static size_t count_copies(struct vt *vt)
{
    size_t count = 0;

    for (const char *at = vt_log(vt)->data; (at = strstr(at, "\033]52;")) != NULL; at++)
        count++;
    return count;
}

/* What `y` and this letter put into the clipboard, as text. */
static const char *copy(struct vt *vt, const char *letter, struct strbuf *out)
{
    static const char prefix[] = "52;c;";
    const char *at;
    unsigned bits = 0;
    int count = 0, value;
    size_t before;

    studio_type(vt, "y", " Copy");
    before = count_copies(vt);
    assert_true(vt_type(vt, letter));
    while (count_copies(vt) == before && vt_wait_idle(vt))
        ;
    assert_shown(vt, "copied");
    strbuf_clear(out);
    at = vt_clipboard(vt);
    assert_memory_equal(at, prefix, strlen(prefix));
    for (at += strlen(prefix); (value = sextet(*at)) >= 0; at++) {
        bits = bits << 6 | (unsigned)value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            strbuf_add_char(out, (char)(bits >> count & 0xff));
        }
    }
    return out->data;
}

static void assert_holds(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, text);
}

/* Without a byte that would act, and without what hides. */
static void assert_inert(const char *text)
{
    static const char *const hidden[] = { "\xc2\x9b", "\xe2\x80\xae", "\xff" };

    for (const char *at = text; *at != '\0'; at++)
        if (((unsigned char)*at < 0x20 && *at != '\n') || *at == 0x7f)
            fail_msg("byte %d is 0x%02x in: %s", (int)(at - text), (unsigned)*at, text);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        assert_null(strstr(text, hidden[i]));
}

static struct vt *open_hostile(struct studio_world *world, struct fixture_repository *fixture)
{
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, ":drift v1..v2\r", "[Verdict]");
    return vt;
}

/* What a shell that stands somewhere else makes of a line. */
static int run_shell(const char *line)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

        if (chdir("/") == 0 && dup2(nowhere, STDOUT_FILENO) >= 0)
            execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The report of the attack: a subject that ends the paste and runs a command. */
static void a_subject_cannot_end_the_paste_it_stands_in(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    struct strbuf text = STRBUF_INIT;
    struct vt *vt;

    fixture_commit(fixture, "a.c", "int a;\n", "feat: begin");
    builder_tag(fixture_builder(fixture), "v1");
    fixture_commit(fixture, "a.c", "int b;\n", "ok\033[201~\rtouch /tmp/PWNED");
    builder_tag(fixture_builder(fixture), "v2");
    fixture_open(fixture);
    vt = open_hostile(*state, fixture);
    studio_type(vt, "#c", "[Commits 1]");
    assert_string_equal(copy(vt, "t", &text), "ok^[[201~^Mtouch /tmp/PWNED");
    /* The command says the same wherever it is pasted. */
    assert_holds(copy(vt, "c", &text), "git -C ");
    assert_holds(text.data, fixture_path(fixture));
    assert_int_equal(run_shell(text.data), 0);
    studio_leave(&vt);
    strbuf_release(&text);
    fixture_free(&fixture);
}

static void what_acts_in_titles_and_subjects_is_copied_as_it_is_shown(void **state)
{
    struct fixture_repository *fixture = hostile_fixture_new();
    struct vt *vt = open_hostile(*state, fixture);
    struct strbuf text = STRBUF_INIT;

    studio_type(vt, "gt", "[Changes");
    studio_type(vt, "vG", "◉");
    assert_inert(copy(vt, "t", &text));
    assert_holds(text.data, "itle ^[]0;PWNED^G of the window\n");
    assert_inert(copy(vt, "c", &text));
    studio_type(vt, "#c", "[Commits");
    studio_type(vt, "vG", "◉");
    assert_inert(copy(vt, "t", &text));
    assert_holds(text.data, "fix: ok^MFAKE\n");
    assert_holds(text.data, "fix: <U+202E>gnihtemos sesrever\n");
    assert_holds(text.data, "fix: C1 <U+009B>2J control\n");
    studio_leave(&vt);
    strbuf_release(&text);
    fixture_free(&fixture);
}

static void a_path_that_would_act_is_copied_as_a_word_that_names_it(void **state)
{
    struct fixture_repository *fixture = hostile_fixture_new();
    struct vt *vt = open_hostile(*state, fixture);
    struct strbuf text = STRBUF_INIT;

    studio_type(vt, "gtgtgt", "[Code");
    studio_type(vt, "/lines.md\r", "▶");
    assert_string_equal(copy(vt, "t", &text), "'docs/two\nlines.md'");
    studio_type(vt, "/raw.bin\r", "▶");
    assert_string_equal(copy(vt, "t", &text), "docs/raw.bin.md");
    studio_type(vt, "ggvG", "◉");
    assert_inert(copy(vt, "t", &text));
    assert_holds(text.data, "docs/two^Jlines.md\n");
    assert_holds(text.data, "'docs/esc'\"$(printf '\\033')\"'[2Jape.md'\n");
    assert_inert(copy(vt, "c", &text));
    assert_holds(text.data, " -- 'docs/esc'\"$(printf '\\033')\"'[2Jape.md'\n");
    studio_leave(&vt);
    strbuf_release(&text);
    fixture_free(&fixture);
}

static void what_acts_in_a_patch_is_copied_as_it_is_shown(void **state)
{
    struct fixture_repository *fixture = hostile_fixture_new();
    struct vt *vt = open_hostile(*state, fixture);
    struct strbuf text = STRBUF_INIT;

    studio_type(vt, "gtgtgt", "[Code");
    studio_type(vt, "/raw.bin\r", "▶");
    studio_type(vt, "p", "in the patch");
    assert_inert(copy(vt, "t", &text));
    assert_holds(text.data, "\n+^[]0;PWNED^G in the patch^MFAKE\n");
    studio_leave(&vt);
    strbuf_release(&text);
    fixture_free(&fixture);
}

static void notes_are_copied_without_what_acts(void **state)
{
    struct fixture_repository *fixture = hostile_fixture_new();
    struct vt *vt = open_hostile(*state, fixture);
    struct strbuf text = STRBUF_INIT;

    studio_type(vt, "!n", "Release Notes");
    assert_inert(copy(vt, "m", &text));
    assert_inert(copy(vt, "j", &text));
    studio_leave(&vt);
    strbuf_release(&text);
    fixture_free(&fixture);
}

/* --- In another shell ------------------------------------------------------------------------- */

/* A second project in the store, so that a command has to say which. */
static void add_project(const struct demo_world *world)
{
    static const char other[] =
        "pilab: 1\nproject: {name: Other, code: OX}\nmodules: [{name: other}]\n";
    char *file = scratch_file(sandbox_files(world->sandbox), "other.yaml", other);

    assert_int_equal(run_pilab(world->sandbox, "project", "import", file, NULL)->status, 0);
    free(file);
}

/* What a shell makes of a line that knows neither the store nor the project. */
static const struct run *paste(const struct demo_world *world, const char *line)
{
    const char *const words[] = { "sh", "-c", line, NULL };
    char *program = build_path("pilab"), *path;

    *strrchr(program, '/') = '\0';
    path = memory_printf("PATH=%s:%s", program, getenv("PATH"));
    sandbox_set(world->sandbox, path);
    sandbox_set(world->sandbox, "PILAB_STORE");
    free(path);
    free(program);
    return run_words(world->sandbox, words);
}

static void assert_pasted(const struct demo_world *world, const char *line, const char *says)
{
    const struct run *run = paste(world, line);

    if (run->status != 0 || strstr(run->out.data, says) == NULL)
        fail_msg("%s\nended with %d: %s%s", line, run->status, run->out.data, run->err.data);
}

static void a_command_runs_where_another_store_is_usual(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 24, 80);
    struct strbuf text = STRBUF_INIT;

    studio_type(vt, "2", "mb-auth");
    assert_holds(copy(vt, "c", &text), "pilab manifest history mb-auth-service DEV --store /");
    assert_holds(text.data, "/demo/pilab.db");
    assert_pasted(world, text.data, "deploy-bot@example.org");
    assert_holds(copy(vt, "s", &text), "/demo/pilab.db 'SELECT d.version,");
    assert_holds(text.data, "m.project_id = ");
    studio_type(vt, "8", "project.create");
    assert_holds(copy(vt, "s", &text), "/demo/pilab.db 'SELECT line FROM audit WHERE seq = ");
    studio_type(vt, "7", "[Project]");
    assert_holds(copy(vt, "c", &text), "pilab project export --store /");
    assert_pasted(world, text.data, "code: MB");
    studio_leave(&vt);
    strbuf_release(&text);
}

static void a_command_names_the_project_among_several(void **state)
{
    const struct demo_world *world = *state;
    struct strbuf text = STRBUF_INIT;
    struct vt *vt;

    add_project(world);
    harness_set(world->harness, "PILAB_PROJECT=MB");
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "2", "mb-auth");
    assert_holds(copy(vt, "c", &text), "/demo/pilab.db --project MB");
    assert_pasted(world, text.data, "deploy-bot@example.org");
    studio_leave(&vt);
    strbuf_release(&text);
}

/* The lines of the command that stands on the page, as a person marks them with the mouse. */
static size_t marked_command(struct vt *vt, struct strbuf *out)
{
    int row = vt_find(vt, "The same with git");
    size_t lines = 0;

    assert_true(row > 0);
    strbuf_clear(out);
    for (const char *line = vt_row(vt, ++row);
         line[strspn(line, " ")] != '\0' && strstr(line, "Esc back") == NULL;
         line = vt_row(vt, ++row)) {
        size_t length = strlen(line);

        while (length > 0 && line[length - 1] == ' ')
            length--;
        strbuf_add_bytes(out, line, length);
        strbuf_add_char(out, '\n');
        lines++;
    }
    return lines;
}

static void a_command_on_a_page_runs_wherever_it_is_pasted_and_at_every_width(void **state)
{
    struct vt *vt = demo_world_open(*state, 40, 60);
    struct strbuf text = STRBUF_INIT;
    size_t narrow;

    studio_type(vt, ":drift --from SIT --to UAT\r", "[Verdict]");
    studio_type(vt, "gtgtgtgt", "[Config 8]");
    studio_type(vt, "\r", "Difference");
    studio_type(vt, "G", "The same with git");
    narrow = marked_command(vt, &text);
    assert_holds(text.data, "git -C ");
    assert_int_equal(run_shell(text.data), 0);
    vt_resize(vt, 40, 160);
    assert_true(vt_wait_gone(vt, "git -C \\"));
    assert_true(marked_command(vt, &text) < narrow);
    assert_int_equal(run_shell(text.data), 0);
    vt_resize(vt, 40, 60);
    assert_true(vt_wait_text(vt, "git -C \\"));
    assert_int_equal(marked_command(vt, &text), narrow);
    assert_int_equal(run_shell(text.data), 0);
    studio_leave(&vt);
    strbuf_release(&text);
}

#define DEMO_CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)
#define CASE(name)      cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_subject_cannot_end_the_paste_it_stands_in),
        CASE(what_acts_in_titles_and_subjects_is_copied_as_it_is_shown),
        CASE(a_path_that_would_act_is_copied_as_a_word_that_names_it),
        CASE(what_acts_in_a_patch_is_copied_as_it_is_shown),
        CASE(notes_are_copied_without_what_acts),
        DEMO_CASE(a_command_runs_where_another_store_is_usual),
        DEMO_CASE(a_command_names_the_project_among_several),
        DEMO_CASE(a_command_on_a_page_runs_wherever_it_is_pasted_and_at_every_width),
    };

    return cmocka_run_group_tests_name("studio copy", tests, NULL, NULL);
}
