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

#include "../support/fixture_repository.h"
#include "../support/patience.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* Files and repositories that are broken, endless or mean: each is named, and the rest goes on. */

struct world {
    struct sandbox *sandbox;
    const char *files;
};

static int set_up(void **state)
{
    static struct world world;

    fixture_library_start(NULL);
    world.sandbox = sandbox_new();
    world.files = sandbox_files(world.sandbox);
    sandbox_enter(world.sandbox, world.files);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    return fixture_library_stop(NULL);
}

static void write_file(const struct world *world, const char *name, const char *text)
{
    free(scratch_file(world->files, name, text));
}

static const struct run *compare(const struct world *world, const char *before, const char *after)
{
    const struct run *run = run_pilab(world->sandbox, "drift", before, after, NULL);

    assert_in_range(run->milliseconds, 0, patience(2000));
    assert_harmless(&run->out);
    assert_harmless(&run->err);
    return run;
}

static void two_files_are_compared(void **state)
{
    struct world *world = *state;
    const struct run *run;

    write_file(world, "a.yaml", "replicas: 1\nname: \"a\\e[2Jb\"\n");
    write_file(world, "b.yaml", "replicas: 2\nname: \"c\\e]0;x\\ad\"\n");
    run = compare(world, "./a.yaml", "./b.yaml");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "replicas  1 → 2");
    assert_says(&run->out, "a^[[2Jb → c^[]0;x^Gd");
}

/* Fails unless comparing this file with a good one names it and this. */
static void assert_refused(const struct world *world, const char *name, const char *why)
{
    char *path = memory_printf("./%s", name);
    const struct run *run;

    write_file(world, "good.yaml", "a: 1\n");
    run = compare(world, "./good.yaml", path);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, name);
    assert_says(&run->err, why);
    free(path);
}

static void yaml_that_laughs_is_refused(void **state)
{
    struct world *world = *state;
    struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
        strbuf_printf(&text, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            strbuf_printf(&text, "%s*a%d", j > 0 ? ", " : "", i - 1);
        strbuf_add(&text, "]\n");
    }
    write_file(world, "laughs.yaml", text.data);
    strbuf_release(&text);
    assert_refused(world, "laughs.yaml", "alias");
}

static void yaml_that_holds_itself_is_refused(void **state)
{
    write_file(*state, "self.yaml", "a: &a [1, *a]\n");
    assert_refused(*state, "self.yaml", "alias");
}

static void yaml_that_is_too_deep_is_refused(void **state)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add_repeat(&text, "[", 64 * 1024);
    write_file(*state, "deep.yaml", text.data);
    strbuf_release(&text);
    assert_refused(*state, "deep.yaml", "deep");
}

static void a_duplicate_key_is_named_with_its_line(void **state)
{
    write_file(*state, "twice.yaml", "a: 1\nb: 2\na: 3\n");
    assert_refused(*state, "twice.yaml:3", "a");
    write_file(*state, "twice.json", "{\n\"a\": 1,\n\"a\": 2\n}\n");
    assert_refused(*state, "twice.json:3", "a");
}

static void a_bad_line_of_a_dotenv_file_is_reported_and_the_rest_kept(void **state)
{
    struct world *world = *state;
    const struct run *run;

    write_file(world, "a.env",
               "\xef\xbb\xbf"
               "export NAME='one'\r\nRUN=$(touch PWNED)\r\n");
    write_file(world, "b.env", "NAME=two\nno equals sign\nRUN=`touch PWNED`\nLAST=\"x\"\n");
    run = compare(world, "./a.env", "./b.env");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "NAME  one → two");
    assert_says(&run->out, "LAST");
    assert_says(&run->out, "line 2");
    assert_int_not_equal(access("PWNED", F_OK), 0);
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    struct world *world = *state;
    char *fifo = scratch_path(world->files, "fifo.yaml");
    char *folder = scratch_path(world->files, "folder.yaml");
    char *link = scratch_path(world->files, "zero.yaml");

    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(symlink("/dev/zero", link), 0);
    assert_refused(world, "fifo.yaml", "");
    assert_refused(world, "folder.yaml", "");
    assert_refused(world, "zero.yaml", "");
    assert_int_equal(compare(world, "./good.yaml", "/dev/zero")->status, 1);
    assert_refused(world, "missing.yaml", "");
    free(fifo);
    free(folder);
    free(link);
}

/* As what it is: no differing value of a file that nobody reads is "No difference". */
static void a_file_beside_itself_and_what_is_compared_elsewhere(void **state)
{
    const struct world *world = *state;
    const struct run *run;

    write_file(world, "a.yaml", "a: 1\n");
    write_file(world, "a.tfvars", "a = 1\n");
    write_file(world, "a.sql", "CREATE TABLE a (i int);\n");
    write_file(world, "b.sql", "CREATE TABLE a (i text);\n");
    run = compare(world, "a.yaml", "a.yaml");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "No difference");
    run = compare(world, "a.tfvars", "a.tfvars");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "No difference");
    run = compare(world, "a.sql", "b.sql");
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "a.sql is compared as a schema");
    assert_says(&run->err, "pilab schema diff");
    run = run_pilab(world->sandbox, "drift", "--type", "database", "a.sql", "b.sql", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "a.sql is compared as a schema");
    run = run_pilab(world->sandbox, "drift", "--type", "database", "a.yaml", "a.tfvars", NULL);
    assert_int_not_equal(run->status, 0);
    run = run_pilab(world->sandbox, "drift", "--type", "code", "a.yaml", "a.yaml", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "of a.yaml nothing is read");
}

static void a_missing_object_is_named_and_the_rest_goes_on(void **state)
{
    struct world *world = *state;
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);
    struct repository *repository;
    const struct run *run;
    struct strbuf blob = STRBUF_INIT;
    const char *const words[] = { "rev-parse", "v2:deploy/values.yaml", NULL };

    builder_write(builder, "deploy/values.yaml", "a: 1\n");
    builder_write(builder, "src/a.c", "int a;\n");
    builder_commit(builder, "feat: begin");
    builder_tag(builder, "v1");
    builder_write(builder, "deploy/values.yaml", "a: 2\n");
    builder_write(builder, "src/a.c", "int b;\n");
    builder_commit(builder, "feat: go on");
    builder_tag(builder, "v2");
    repository = fixture_open(fixture);
    fixture_git(fixture, &blob, words);
    assert_true(blob.length >= 40);
    {
        char *path = memory_printf("%s/objects/%.2s/%.38s", fixture_git_path(fixture), blob.data,
                                   blob.data + 2);

        assert_int_equal(unlink(path), 0);
        free(path);
    }
    (void)repository;
    sandbox_enter(world->sandbox, fixture_path(fixture));
    run = compare(world, "v1", "v2");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "src/a.c");
    assert_says(&run->out, "deploy/values.yaml");
    assert_says(&run->out, "not read");
    strbuf_release(&blob);
    fixture_free(&fixture);
}

static void a_duplicate_key_in_helm_values_is_a_warning(void **state)
{
    struct world *world = *state;
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);
    const struct run *run;

    builder_write(builder, "deploy/values.yaml", "a: 1\nb: 1\n");
    builder_write(builder, "deploy/Chart.yaml", "name: chart\n");
    builder_commit(builder, "feat: begin");
    builder_tag(builder, "v1");
    builder_write(builder, "deploy/values.yaml", "a: 1\nb: 2\na: 3\n");
    builder_commit(builder, "feat: go on");
    builder_tag(builder, "v2");
    fixture_open(fixture);
    sandbox_enter(world->sandbox, fixture_path(fixture));
    run = compare(world, "v1", "v2");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "b  1 → 2");
    assert_says(&run->out, "warning");
    assert_says(&run->out, "values.yaml:3");
    fixture_free(&fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(two_files_are_compared),
        CASE(yaml_that_laughs_is_refused),
        CASE(yaml_that_holds_itself_is_refused),
        CASE(yaml_that_is_too_deep_is_refused),
        CASE(a_duplicate_key_is_named_with_its_line),
        CASE(a_bad_line_of_a_dotenv_file_is_reported_and_the_rest_kept),
        CASE(what_is_no_file_is_refused_at_once),
        CASE(a_file_beside_itself_and_what_is_compared_elsewhere),
        CASE(a_missing_object_is_named_and_the_rest_goes_on),
        CASE(a_duplicate_key_in_helm_values_is_a_warning),
    };

    return cmocka_run_group_tests_name("bad inputs on the command line", tests, NULL, NULL);
}
