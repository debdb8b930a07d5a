#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/env_reads.h>

/* "A B? 3:C": the names in order, "?" behind those that may be absent, and the line of the last. */
static void assert_reads(const char *path, const char *text, const char *expected)
{
    struct arena *arena = arena_new();
    struct strbuf found = STRBUF_INIT;
    struct vector reads;

    vector_init(&reads, sizeof(struct env_read));
    env_reads_find(path, text, strlen(text), arena, &reads);
    for (size_t i = 0; i < reads.count; i++) {
        const struct env_read *read = vector_at(&reads, i);

        strbuf_printf(&found, "%s%u:%s%s", i > 0 ? " " : "", read->line, read->name,
                      read->optional ? "?" : "");
    }
    assert_string_equal(found.data != NULL ? found.data : "", expected);
    vector_release(&reads);
    strbuf_release(&found);
    arena_free(&arena);
}

static void each_language_has_its_forms(void **state)
{
    (void)state;
    assert_reads("src/a.ts",
                 "const a = process.env.UPI_URL;\nprocess.env['UPI_KEY']\n"
                 "config.getOrThrow('TOKEN')\nimport.meta.env.VITE_API\n",
                 "1:UPI_URL 2:UPI_KEY 3:TOKEN 4:VITE_API");
    assert_reads("a.py", "x = os.environ[\"A\"]\ny = os.getenv('B')\n", "1:A 2:B");
    assert_reads("A.java", "System.getenv(\"A\")", "1:A");
    assert_reads("a.go", "v := os.Getenv(\"A\")\nif _, ok := os.LookupEnv(\"B\"); ok {\n",
                 "1:A 2:B?");
    assert_reads("a.rb", "ENV['A'] + ENV.fetch('B')", "1:A 1:B");
    assert_reads("a.php", "$_ENV['A']; getenv(\"B\"); env('C')", "1:A 1:B 1:C");
    assert_reads("a.c", "char *a = getenv(\"A\");", "1:A");
    assert_reads("a.rs", "std::env::var(\"A\").unwrap()", "1:A");
    assert_reads("A.cs", "Environment.GetEnvironmentVariable(\"A\")", "1:A");
}

static void a_default_makes_it_optional(void **state)
{
    (void)state;
    assert_reads("a.js", "process.env.A || 'x'\nprocess.env.B ?? 1\nprocess.env['C'] || ''\n",
                 "1:A? 2:B? 3:C?");
    assert_reads("a.py", "os.environ.get('A', 'x')\nos.getenv('B') or 'y'\nos.environ.get('C')\n",
                 "1:A? 2:B? 3:C");
    assert_reads("a.rb", "ENV.fetch('A', 'x')\nENV['B'] || 'y'\n", "1:A? 2:B?");
    assert_reads("a.php", "env('A', false)", "1:A?");
}

static void comments_and_computed_names_are_left_out(void **state)
{
    (void)state;
    assert_reads("a.js", "// process.env.A\n * process.env.B\nprocess.env[name]\nprocess.env.\n",
                 "");
    assert_reads("a.py", "# os.environ['A']\nos.environ[f'{x}']\nos.environ['B' + c]\n", "");
    assert_reads("a.c", "secure_getenv(\"A\"); mygetenv(\"B\")", "");
}

static void other_files_are_not_looked_at(void **state)
{
    (void)state;
    assert_true(env_reads_knows("src/main.go"));
    assert_false(env_reads_knows("README.md"));
    assert_false(env_reads_knows("Makefile"));
    assert_false(env_reads_knows("a.b/c"));
    assert_reads("a.md", "process.env.A", "");
}

/* A bundle of scripts is one line of megabytes: it is not gone over again for each of its reads. */
static void a_line_of_many_reads_is_read_once(void **state)
{
    enum { READS = 200000 };
    struct strbuf text = STRBUF_INIT;
    struct arena *arena = arena_new();
    struct vector reads;

    (void)state;
    vector_init(&reads, sizeof(struct env_read));
    strbuf_add(&text, "\n");
    strbuf_add_repeat(&text, " ", 1 << 20);
    strbuf_add_repeat(&text, "process.env.A;", READS);
    strbuf_add(&text, "\n// process.env.B\nprocess.env.C");
    env_reads_find("a.js", text.data, text.length, arena, &reads);
    assert_int_equal(reads.count, READS + 1);
    assert_int_equal(((const struct env_read *)vector_at(&reads, READS - 1))->line, 2);
    assert_int_equal(((const struct env_read *)vector_at(&reads, READS))->line, 4);
    vector_release(&reads);
    arena_free(&arena);
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_language_has_its_forms),
        cmocka_unit_test(a_default_makes_it_optional),
        cmocka_unit_test(comments_and_computed_names_are_left_out),
        cmocka_unit_test(other_files_are_not_looked_at),
        cmocka_unit_test(a_line_of_many_reads_is_read_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
