#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/release_fixture.h"
#include "../support/run_program.h"

/* However many threads read it, a comparison says the same, byte for byte. */

#define COMMITS 360
#define MODULES 5
/* More than a thread takes at once, in each module. */
#define FILES_PER_MODULE 90
#define ROUNDS           2

struct world {
    struct fixture_repository *small, *large;
    struct sandbox *sandbox;
};

static struct world world;

static void write_file(struct builder *builder, int module, int file, int version)
{
    char *path = memory_printf("services/m%d/src/f%03d.c", module, file);
    struct strbuf text = STRBUF_INIT;

    for (int line = 0; line < 40; line++)
        strbuf_printf(&text, "int value_%d = %d;\n", line,
                      line % 7 == file % 7 ? version : line * module);
    builder_write(builder, path, text.data);
    strbuf_release(&text);
    free(path);
}

static void write_values(struct builder *builder, int module, int version)
{
    char *path = memory_printf("services/m%d/deploy/values.yaml", module);
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "image:\n  tag: v%d\nenv:\n", version);
    for (int key = 0; key < 30; key++)
        strbuf_printf(&text, "  KEY_%d: \"%d\"\n", key, key % 5 == version % 5 ? version : key);
    strbuf_printf(&text, "  API_TOKEN: unreal-%d\n", version / 50);
    builder_write(builder, path, text.data);
    strbuf_release(&text);
    free(path);
}

static const char *const kinds[] = { "feat", "fix", "refactor", "docs", "perf" };

/* What commit `number` changes. */
static struct object_id change(struct builder *builder, int number)
{
    int module = number % MODULES;
    char *message = memory_printf("%s(m%d): see to thing %d [SHOP-%d]", kinds[number % 5], module,
                                  number, number / 3);
    struct object_id commit;

    for (int i = 0; i < 4; i++)
        write_file(builder, module, (number * 7 + i * 13) % FILES_PER_MODULE, number + 1);
    if (number % 9 == 0)
        write_values(builder, module, number);
    commit = builder_commit(builder, message);
    free(message);
    return commit;
}

/* Two diverged lines with picks between them, merges and reverts: all that is looked for in
 * parallel. */
static void build_large(struct builder *builder)
{
    struct object_id picked = { { 0 } };

    builder_pack(builder);
    for (int module = 0; module < MODULES; module++) {
        for (int file = 0; file < FILES_PER_MODULE; file++)
            write_file(builder, module, file, 0);
        write_values(builder, module, 0);
    }
    builder_commit(builder, "feat: begin");
    builder_branch(builder, "release/1");
    builder_switch(builder, "main");
    for (int number = 0; number < COMMITS; number++) {
        struct object_id commit = change(builder, number);

        if (number % 40 == 5)
            builder_revert(builder, &commit);
        if (number % 50 == 20) {
            char *branch = memory_printf("feature/%d", number);
            char *path = memory_printf("services/m1/src/new%d.c", number);

            builder_branch(builder, branch);
            builder_write(builder, path, path);
            picked = builder_commit(builder, "feat(m1): something new\n\nRefs: SHOP-900\n");
            builder_switch(builder, "main");
            builder_merge(builder, branch, "Merge a feature");
            free(branch);
            free(path);
        }
    }
    builder_tag(builder, "v2.0.0");
    builder_switch(builder, "release/1");
    for (int i = 0; i < 40; i++) {
        char *path = memory_printf("services/m2/src/early%d.c", i);

        builder_write(builder, path, "int early;\n");
        builder_commit(builder, "fix: repair early");
        free(path);
    }
    builder_pick(builder, &picked, false); /* known again by its patch */
    builder_tag(builder, "v1.0.0");
}

static int set_up(void **state)
{
    fixture_library_start(state);
    world.small = release_fixture_new();
    world.large = fixture_new();
    build_large(fixture_builder(world.large));
    fixture_open(world.large);
    return 0;
}

static int tear_down(void **state)
{
    fixture_free(&world.small);
    fixture_free(&world.large);
    return fixture_library_stop(state);
}

static int enter(void **state)
{
    (void)state;
    world.sandbox = sandbox_new();
    return 0;
}

static int leave(void **state)
{
    (void)state;
    sandbox_free(&world.sandbox);
    return 0;
}

struct question {
    const char *verb, *option, *more;
};

static const struct question questions[] = {
    {"drift",  "--json",            "--counts"},
    { "drift", "--json",            "--wide"  },
    { "drift", "--counts",          "--wide"  },
    { "drift", "--width=100",       "--wide"  },
    { "notes", "--json",            "--wide"  },
    { "notes", "--format=text",     "--wide"  },
    { "notes", "--format=markdown", "--wide"  },
};

/* What was read and counted before is read and counted again. */
static void forget_all(void)
{
    static const char *const names[] = { "cache.db", "cache.db-wal", "cache.db-shm" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = memory_printf("%s/pilab/%s", sandbox_home(world.sandbox), names[i]);

        unlink(path);
        free(path);
    }
}

static void ask(const struct question *question, const char *range, const char *threads,
                struct strbuf *out)
{
    const struct run *run;

    sandbox_set(world.sandbox, threads);
    run = run_pilab(world.sandbox, question->verb, range, question->option, question->more, NULL);
    if (run->status != 0)
        fail_msg("%s: %s", threads, run->err.data);
    strbuf_clear(out);
    strbuf_add_bytes(out, run->out.data, run->out.length);
}

static void assert_same(const struct question *question, const char *threads,
                        const struct strbuf *one, const struct strbuf *many)
{
    size_t at = 0;

    while (at < one->length && at < many->length && one->data[at] == many->data[at])
        at++;
    if (one->length != many->length || at < one->length)
        fail_msg("%s %s differs with %s at byte %zu: %.60s", question->verb, question->option,
                 threads, at, one->data + (at < 30 ? 0 : at - 30));
}

static void assert_threads_leave_no_trace(const struct fixture_repository *fixture,
                                          const char *range)
{
    static const char *const numbers[] = { "PILAB_THREADS=2", "PILAB_THREADS=3", "PILAB_THREADS=4",
                                           "PILAB_THREADS=64", "PILAB_THREADS" };
    struct strbuf one = STRBUF_INIT, many = STRBUF_INIT;

    sandbox_enter(world.sandbox, fixture_path(fixture));
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        forget_all();
        ask(&questions[i], range, "PILAB_THREADS=1", &one);
        assert_true(one.length > 500);
        for (size_t j = 0; j < ROUNDS * sizeof numbers / sizeof *numbers; j++) {
            const char *number = numbers[j % (sizeof numbers / sizeof *numbers)];

            forget_all();
            ask(&questions[i], range, number, &many);
            assert_same(&questions[i], number, &one, &many);
        }
    }
    strbuf_release(&one);
    strbuf_release(&many);
}

/* Kept with lines and without, and asked for with lines and without. */
static void assert_kept_reads_the_same(const char *range)
{
    static const struct question keepers[] = {
        {"drift",  "--json", "--wide"  },
        { "drift", "--json", "--counts"},
    };
    struct strbuf afresh = STRBUF_INIT, again = STRBUF_INIT, ignored = STRBUF_INIT;

    sandbox_enter(world.sandbox, fixture_path(world.large));
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        forget_all();
        ask(&questions[i], range, "PILAB_THREADS=2", &afresh);
        for (size_t k = 0; k < 2; k++) {
            ask(&keepers[1], range, "PILAB_THREADS=2", &ignored);
            ask(&questions[i], range, "PILAB_THREADS=2", &again);
            assert_same(&questions[i], "what was kept with lines", &afresh, &again);
            ask(&keepers[0], range, "PILAB_THREADS=2", &ignored);
            ask(&questions[i], range, "PILAB_THREADS=1", &again);
            assert_same(&questions[i], "what was kept without", &afresh, &again);
        }
    }
    strbuf_release(&afresh);
    strbuf_release(&again);
    strbuf_release(&ignored);
}

static void a_small_release_reads_the_same(void **state)
{
    (void)state;
    assert_threads_leave_no_trace(world.small, "v1.0.1..v1.1.0");
}

static void a_large_one_reads_the_same(void **state)
{
    (void)state;
    assert_threads_leave_no_trace(world.large, "v1.0.0..v2.0.0");
}

static void what_was_kept_reads_the_same(void **state)
{
    (void)state;
    assert_kept_reads_the_same("v1.0.0..v2.0.0");
}

static void several_modules_read_the_same(void **state)
{
    struct strbuf text = STRBUF_INIT;
    const struct run *run;

    (void)state;
    strbuf_add(&text, "pilab: 1\nproject: {name: Shop, code: SHOP, tickets: [SHOP]}\n"
                      "environments:\n  - {name: DEV, stage: DEV}\nmodules:\n");
    for (int module = 0; module < MODULES; module++)
        strbuf_printf(&text,
                      "  - {name: part-%1$d, type: BACKEND, path: services/m%1$d, "
                      "config: [deploy/values.yaml]}\n",
                      module);
    fixture_write_work_file(world.large, "pilab.yaml", text.data);
    strbuf_release(&text);
    assert_threads_leave_no_trace(world.large, "v1.0.0..v2.0.0");
    run = run_pilab(world.sandbox, "drift", "v1.0.0..v2.0.0", NULL);
    assert_says(&run->out, "read: code 5/5");
    assert_kept_reads_the_same("v1.0.0..v2.0.0");
}

static void nonsense_for_a_number_of_threads_is_refused(void **state)
{
    static const char *const bad[] = { "PILAB_THREADS=0",   "PILAB_THREADS=65",
                                       "PILAB_THREADS=-1",  "PILAB_THREADS=many",
                                       "PILAB_THREADS= 2",  "PILAB_THREADS=2x",
                                       "PILAB_THREADS=1e1", "PILAB_THREADS=99999999999999999999" };

    (void)state;
    sandbox_enter(world.sandbox, fixture_path(world.small));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct run *run;

        sandbox_set(world.sandbox, bad[i]);
        run = run_pilab(world.sandbox, "drift", "v1.0.0..v1.1.0", NULL);
        assert_int_equal(run->status, 1);
        assert_says(&run->err, "PILAB_THREADS: \"");
        assert_says(&run->err, "is no number from 1 to 64");
    }
    sandbox_set(world.sandbox, "PILAB_THREADS=");
    assert_int_equal(run_pilab(world.sandbox, "drift", "v1.0.0..v1.1.0", NULL)->status, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_small_release_reads_the_same),
        CASE(a_large_one_reads_the_same),
        CASE(what_was_kept_reads_the_same),
        CASE(several_modules_read_the_same),
        CASE(nonsense_for_a_number_of_threads_is_refused),
    };

    return cmocka_run_group_tests_name("threads on the command line", tests, set_up, tear_down);
}
