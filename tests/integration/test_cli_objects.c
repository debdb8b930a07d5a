#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/repository_world.h"

/* Objects that no git of today writes, as somebody may who means harm: the one that is wrong is
 * named, and nothing else happens. */

#define SIGNATURE "A <a@example.org> 1735689600 +0000"

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
    struct object_id tree, blob, head;
};

static struct world world;

static int set_up(void **state)
{
    struct builder *builder;

    fixture_library_start(state);
    world.fixture = fixture_new();
    builder = fixture_builder(world.fixture);
    builder_write(builder, "src/a.c", "int a;\n");
    world.tree = builder_tree(builder);
    world.head = builder_commit(builder, "feat: begin");
    builder_tag(builder, "v1");
    fixture_open(world.fixture);
    world.sandbox = repository_world_enter(world.fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return repository_world_end(&world.fixture, &world.sandbox);
}

/* A commit on top of v1, from its raw headers, which is then the branch "bad". */
static struct object_id bad_commit(const char *headers)
{
    char hex[OBJECT_ID_HEX_SIZE], *line;
    char *text =
        memory_printf("%sauthor " SIGNATURE "\ncommitter " SIGNATURE "\n\nfeat: bad\n", headers);
    struct object_id id = fixture_raw_commit(world.fixture, text, strlen(text));

    line = memory_printf("%s\n", object_id_hex(&id, hex));
    fixture_write_git_file(world.fixture, "refs/heads/bad", line);
    free(line);
    free(text);
    return id;
}

static struct object_id commit_of(const struct object_id *tree, const struct object_id *parent)
{
    char tree_hex[OBJECT_ID_HEX_SIZE], parent_hex[OBJECT_ID_HEX_SIZE];
    char *headers = memory_printf("tree %s\nparent %s\n", object_id_hex(tree, tree_hex),
                                  object_id_hex(parent, parent_hex));
    struct object_id id = bad_commit(headers);

    free(headers);
    return id;
}

/* Said on standard error when nothing could be compared, among the problems when something could.
 */
static void assert_named(const struct object_id *wrong, const char *words)
{
    static const char *const verbs[] = { "drift", "notes" };
    char hex[OBJECT_ID_HEX_SIZE];

    object_id_hex(wrong, hex);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        const struct run *run = run_pilab(world.sandbox, verbs[i], "v1..bad", "--json", NULL);
        const struct strbuf *said = run->status == 0 ? &run->out : &run->err;

        assert_in_range(run->status, 0, 1);
        assert_in_range(run->milliseconds, 0, patience(5000));
        assert_harmless(said);
        assert_says(said, hex);
        assert_says(said, words);
    }
}

static void a_commit_without_a_tree_is_named(void **state)
{
    struct object_id bad = bad_commit("");
    char hex[OBJECT_ID_HEX_SIZE];
    const struct run *run;

    (void)state;
    assert_named(&bad, "cannot be read");
    run = run_pilab(world.sandbox, "drift", "v1", object_id_hex(&bad, hex), NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "cannot be read");
}

static void a_commit_whose_tree_is_a_commit_is_named(void **state)
{
    (void)state;
    commit_of(&world.head, &world.head);
    assert_named(&world.head, "where a tree should be");
}

static void a_parent_that_is_a_tree_is_named(void **state)
{
    (void)state;
    commit_of(&world.tree, &world.tree);
    assert_named(&world.tree, "where a commit should be");
}

static void a_parent_that_is_not_there_is_named(void **state)
{
    struct object_id missing = {
        {0xab, 0xcd}
    };

    (void)state;
    commit_of(&world.tree, &missing);
    assert_named(&missing, "missing");
}

static void a_tree_that_ends_too_soon_is_named(void **state)
{
    static const char cut[] = "100644 a.c\0twelve bytes";
    struct object_id tree = fixture_raw_tree(world.fixture, cut, sizeof cut - 1);

    (void)state;
    commit_of(&tree, &world.head);
    assert_named(&tree, "malformed");
}

static void a_tree_with_a_mode_that_is_no_number_is_named(void **state)
{
    static const char bad[] = "1x0644 a.c\0twenty bytes, at last";
    struct object_id tree = fixture_raw_tree(world.fixture, bad, sizeof bad - 1);

    (void)state;
    commit_of(&tree, &world.head);
    assert_named(&tree, "malformed");
}

static void a_tree_that_holds_itself_ten_times_over_is_given_up(void **state)
{
    struct object_id tree = world.tree;
    const struct run *run;

    (void)state;
    for (int level = 0; level < 10; level++)
        tree = fixture_tree_of(world.fixture, &tree, 10);
    commit_of(&tree, &world.head);
    run = run_pilab(world.sandbox, "drift", "v1..bad", NULL);
    assert_int_equal(run->status, 1);
    assert_in_range(run->milliseconds, 0, patience(10000));
    assert_says(&run->err, "more than 5000000 files and directories");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_commit_without_a_tree_is_named),
        CASE(a_commit_whose_tree_is_a_commit_is_named),
        CASE(a_parent_that_is_a_tree_is_named),
        CASE(a_parent_that_is_not_there_is_named),
        CASE(a_tree_that_ends_too_soon_is_named),
        CASE(a_tree_with_a_mode_that_is_no_number_is_named),
        CASE(a_tree_that_holds_itself_ten_times_over_is_given_up),
    };

    return cmocka_run_group_tests_name("objects on the command line", tests, NULL, NULL);
}
