/* Go, Cargo, Bundler, Composer, NuGet. */
#include "package_support.h"

#include <stdio.h>
#include <string.h>

static void a_go_module_marks_what_is_indirect(void **state)
{
    struct package_list *list;

    (void)state;
    assert_packages_read("go.mod",
                         "module example.org/app // the app\n"
                         "\n"
                         "go 1.22\n"
                         "\n"
                         "require github.com/a/one v1.2.3\n"
                         "require (\n"
                         "\tgithub.com/b/two v0.4.0 // indirect\n"
                         "\tgithub.com/c/three v2.0.0+incompatible\r\n"
                         "\t\"github.com/d/four\" v0.0.0-20180830191138-d8f796af33cc\n"
                         "\tgithub.com/e/five v1.0.0\n"
                         ")\n"
                         "exclude github.com/a/one v1.2.4\n"
                         "replace github.com/a/one => github.com/a/one v1.2.5\n"
                         "replace (\n"
                         "\tgithub.com/e/five v1.0.0 => github.com/fork/five v1.0.1\n"
                         "\tgithub.com/c/three => ../three\n"
                         "\tgithub.com/b/two v9.9.9 => ./not-this-version\n"
                         ")\n",
                         NULL,
                         "github.com/a/one v1.2.5 runtime direct\n"
                         "github.com/b/two v0.4.0 runtime transitive\n"
                         "github.com/c/three ../three runtime direct\n"
                         "github.com/d/four v0.0.0-20180830191138-d8f796af33cc runtime direct\n"
                         "github.com/e/five github.com/fork/five@v1.0.1 runtime direct\n");
    list = read_packages("go.mod", "require (\n\tgithub.com/a/one\n", NULL);
    assert_int_equal(list->problem_count, 2);
    assert_int_equal(list->problems[0].line, 2);
    assert_string_equal(list->problems[0].message, "a module without a version");
    assert_string_equal(list->problems[1].message, "a block has no end");
    assert_false(list->problems[0].cut);
    assert_true(list->problems[1].cut);
    package_list_free(&list);
}

static const char cargo_lock[] =
    "version = 3\n"
    "[[package]]\n"
    "name = \"app\"\n"
    "version = \"0.1.0\"\n"
    "dependencies = [\n \"serde\",\n \"rand 0.8.5\",\n \"check\",\n]\n"
    "[[package]]\n"
    "name = \"serde\"\n"
    "version = \"1.0.200\"\n"
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
    "checksum = \"abcd\"\n"
    "[[package]]\n"
    "name = \"rand\"\n"
    "version = \"0.7.0\"\n"
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
    "[[package]]\n"
    "name = \"rand\"\n"
    "version = \"0.8.5\"\n"
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
    "[[package]]\n"
    "name = \"check\"\n"
    "version = \"2.0.0\"\n"
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
    "dependencies = [\"rand 0.7.0 (registry+https://github.com/rust-lang/crates.io-index)\"]\n";

static void cargo_knows_several_versions_of_one_name(void **state)
{
    static const char *const beside[] = { "Cargo.toml",
                                          "[dependencies]\nserde = \"1\"\nrand = \"0.8\"\n"
                                          "[dev-dependencies]\ncheck = \"2\"\n",
                                          NULL };

    (void)state;
    assert_packages_read("Cargo.lock", cargo_lock, beside,
                         "serde 1.0.200 runtime direct\n"
                         "rand 0.7.0 dev transitive\n"
                         "rand 0.8.5 runtime direct\n"
                         "check 2.0.0 dev direct\n");
    assert_packages_read("Cargo.toml",
                         "[package]\nname = \"app\"\n"
                         "[dependencies]\n"
                         "serde = { version = \"1.0\", features = [\"derive\"] }\n"
                         "own = { path = \"../own\" }\n"
                         "renamed = { package = \"real\", version = \"2\", optional = true }\n"
                         "[target.'cfg(windows)'.dependencies]\nwinapi = \"0.3\"\n"
                         "[build-dependencies]\ncc = \"1\"\n",
                         NULL,
                         "serde ~1.0 runtime direct\n"
                         "real ~2 optional direct\n"
                         "winapi ~0.3 runtime direct\n"
                         "cc ~1 build direct\n");
}

static void toml_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_packages_refused("Cargo.lock", "[[package]]\nname = \"a\"\nname = \"b\"\n",
                            "Cargo.lock:3: the key \"name\" stands there twice");
    assert_packages_refused("Cargo.lock", "a = [1,\n  2\n",
                            "Cargo.lock:3: expected ',' or ']' in an array");
    assert_packages_refused("Cargo.lock", "a = \"x\ny\"\n",
                            "Cargo.lock:1: a string has no end on its line");
    assert_packages_refused("Cargo.lock", "a = 1 2\n",
                            "Cargo.lock:1: something stands behind the end of a value");
    assert_packages_refused("Cargo.lock", "[a]\nb = {c = 1}\n[a.b]\nd = 2\n",
                            "Cargo.lock:3: a key within something that is no table, or is closed");
    assert_packages_refused("Cargo.lock", "a = \"\xFF\"\n", "Cargo.lock: it is not UTF-8");
}

static void bundler_tells_by_the_indent(void **state)
{
    (void)state;
    assert_packages_read("Gemfile.lock",
                         "GIT\n"
                         "  remote: https://example.org/x.git\n"
                         "  revision: abc\n"
                         "  specs:\n"
                         "    forked (1.0.0)\n"
                         "\n"
                         "PATH\n"
                         "  remote: .\n"
                         "  specs:\n"
                         "    own (0.1.0)\n"
                         "      rack\n"
                         "\n"
                         "GEM\n"
                         "  remote: https://rubygems.org/\n"
                         "  specs:\n"
                         "    nokogiri (1.15.4-x86_64-linux)\n"
                         "      racc (~> 1.4)\n"
                         "    racc (1.7.1)\n"
                         "    rack (3.0.0.beta1)\n"
                         "\n"
                         "PLATFORMS\n"
                         "  x86_64-linux\n"
                         "\n"
                         "DEPENDENCIES\n"
                         "  forked!\n"
                         "  nokogiri (~> 1.15)\n"
                         "  own!\n"
                         "\n"
                         "BUNDLED WITH\n"
                         "   2.4.0\n",
                         NULL,
                         "forked 1.0.0 runtime direct\n"
                         "nokogiri 1.15.4 runtime direct\n"
                         "racc 1.7.1 runtime transitive\n"
                         "rack 3.0.0.beta1 runtime transitive\n");
    assert_packages_refused("Gemfile.lock", "GEM\n<<<<<<< HEAD\n",
                            "Gemfile.lock: it holds the marks of a merge that was not finished");
}

static void composer_tells_licences(void **state)
{
    static const char *const beside[] = {
        "api/composer.json",
        "{\"require\": {\"php\": \">=8\", \"Symfony/Console\": \"^6\"},\n"
        " \"require-dev\": {\"phpunit/phpunit\": \"^10\"}}",
        NULL
    };

    (void)state;
    assert_packages_read("api/composer.lock",
                         "{\"packages\": [\n"
                         "  {\"name\": \"symfony/console\", \"version\": \"v6.4.1\", \"license\": "
                         "[\"MIT\"]},\n"
                         "  {\"name\": \"psr/log\", \"version\": \"3.0.0\", \"license\": [\"MIT\", "
                         "\"GPL-2.0-only\"]}],\n"
                         " \"packages-dev\": [{\"name\": \"phpunit/phpunit\", \"version\": "
                         "\"10.5.0\"}]}",
                         beside,
                         "symfony/console v6.4.1 runtime direct [MIT]\n"
                         "psr/log 3.0.0 runtime transitive [MIT OR GPL-2.0-only]\n"
                         "phpunit/phpunit 10.5.0 dev direct\n");
    assert_packages_read("composer.json", beside[1], NULL,
                         "Symfony/Console ~^6 runtime direct\n"
                         "phpunit/phpunit ~^10 dev direct\n");
}

static void nuget_has_a_lock_file_and_references(void **state)
{
    (void)state;
    assert_packages_read(
        "packages.lock.json",
        "{\"version\": 1, \"dependencies\": {\n"
        "  \"net8.0\": {\n"
        "    \"Serilog\": {\"type\": \"Direct\", \"requested\": \"[3.1.0, )\", "
        "\"resolved\": \"3.1.1\"},\n"
        "    \"System.Memory\": {\"type\": \"Transitive\", \"resolved\": \"4.5.5\"},\n"
        "    \"own\": {\"type\": \"Project\"}},\n"
        "  \"net6.0\": {\"Serilog\": {\"type\": \"Direct\", \"resolved\": \"3.1.1\"}}}}",
        NULL,
        "Serilog 3.1.1 runtime direct\n"
        "System.Memory 4.5.5 runtime transitive\n"
        "Serilog 3.1.1 runtime direct\n");
    assert_packages_read("src/App.csproj",
                         "\xEF\xBB\xBF<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>\n"
                         "  <PackageReference Include=\"Serilog\" Version=\"3.1.1\" />\n"
                         "  <PackageReference Include=\"Central\" />\n"
                         "  <PackageReference Include=\"Tool\"><Version>[1.0,2.0)</Version>\n"
                         "    <PrivateAssets>all</PrivateAssets></PackageReference>\n"
                         "</ItemGroup></Project>",
                         NULL,
                         "Serilog 3.1.1 runtime direct\n"
                         "Central - runtime direct\n"
                         "Tool ~[1.0,2.0) dev direct\n");
}

/* --- How a file was written ------------------------------------------------------------------ */

/* The format, its text, and what is read of it. */
/* clang-format off */
static const char *const plain_files[][3] = {
    { "go.mod", "require a v1.0.0\nrequire b v2.0.0\n",
     "a v1.0.0 runtime direct\nb v2.0.0 runtime direct\n" },
    { "requirements.txt", "a==1.0\nb==2.0\n", "a 1.0 runtime direct\nb 2.0 runtime direct\n" },
    { "yarn.lock", "a@^1:\n  version \"1.0.0\"\n", "a 1.0.0 runtime -\n" },
    { "Gemfile.lock", "GEM\n  specs:\n    a (1.0)\n\nDEPENDENCIES\n  a\n",
     "a 1.0 runtime direct\n" },
    { "gradle.lockfile", "g:a:1.0=runtimeClasspath\nempty=\n", "g:a 1.0 runtime -\n" },
    { "Cargo.lock", "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n",
     "a 1.0.0 runtime -\n" },
    { "package-lock.json", "{\"packages\": {\"node_modules/a\": {\"version\": \"1.0.0\"}}}",
     "a 1.0.0 runtime transitive\n" },
};
/* clang-format on */

static void assert_read_of(const char *name, const char *bytes, size_t length, const char *expected)
{
    struct error error = { 0 };
    struct package_list *list =
        package_list_read(package_format_of(name), name, bytes, length, NULL, &error);

    if (list == NULL)
        fail_msg("%s", error.message);
    if (list->problem_count > 0)
        fail_msg("%s: %s", name, list->problems[0].message);
    assert_packages(list, expected);
    package_list_free(&list);
}

static void a_file_is_read_however_an_editor_wrote_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plain_files / sizeof *plain_files; i++) {
        const char *name = plain_files[i][0], *text = plain_files[i][1];
        size_t length = strlen(text);
        struct strbuf other = STRBUF_INIT;

        assert_read_of(name, text, length, plain_files[i][2]);
        strbuf_printf(&other, "\xEF\xBB\xBF%s", text);
        assert_read_of(name, other.data, other.length, plain_files[i][2]);
        for (int big = 0; big < 2; big++) {
            strbuf_clear(&other);
            strbuf_add(&other, big ? "\xFE\xFF" : "\xFF\xFE");
            for (size_t k = 0; k < length; k++) {
                strbuf_add_char(&other, big ? '\0' : text[k]);
                strbuf_add_char(&other, big ? text[k] : '\0');
            }
            assert_read_of(name, other.data, other.length, plain_files[i][2]);
        }
        strbuf_release(&other);
    }
}

static void assert_refused(const char *name, const char *bytes, size_t length, const char *message)
{
    struct error error = { 0 };

    assert_null(package_list_read(package_format_of(name), name, bytes, length, NULL, &error));
    assert_string_equal(error.message, message);
}

static void what_is_empty_or_no_text_is_refused(void **state)
{
    static const char *const names[] = { "go.mod",          "yarn.lock",  "Gemfile.lock",
                                         "gradle.lockfile", "Cargo.lock", "poetry.lock",
                                         "pyproject.toml",  "Cargo.toml", "package-lock.json" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char message[64];

        snprintf(message, sizeof message, "%s: it is empty", names[i]);
        assert_packages_refused(names[i], "", message);
        assert_packages_refused(names[i], " \r\n\n", message);
        assert_packages_refused(names[i], "\xEF\xBB\xBF", message);
    }
    assert_packages_read("requirements.txt", "", NULL, "");
    assert_refused("go.mod", "r\0e\0q\0", 6, "go.mod:1: no text, for it holds NUL bytes");
    assert_refused("requirements.txt", "\xFF\xFE\n\0a", 5,
                   "requirements.txt:1: the text is UTF-16, but damaged");
}

/* clang-format off */
static const char *const cut_files[][3] = {
    { "go.mod", "require (\n\ta v1.0.0\n", "a block has no end" },
    { "Gemfile.lock", "GEM\n  specs:\n    a (1.0)\n", "the text ends before its DEPENDENCIES" },
    { "gradle.lockfile", "g:a:1.0=runtimeClasspath\ng:b:1.0=runt", "the text ends within a line" },
    { "yarn.lock", "a@^1:\n", "the text ends within a package" },
    { "yarn.lock", "a@^1:\n  version \"1.0", "the text ends within a line" },
    { "requirements.txt", "a==1.0\nb==2.0 \\", "a line is continued, but the text ends" },
    { "requirements.txt", "a==1.0\nb==2.0 \\\n", "a line is continued, but the text ends" },
};
/* clang-format on */

static void a_text_that_ends_too_early_is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cut_files / sizeof *cut_files; i++) {
        struct package_list *list = read_packages(cut_files[i][0], cut_files[i][1], NULL);

        assert_int_equal(list->problem_count, 1);
        assert_string_equal(list->problems[0].message, cut_files[i][2]);
        assert_true(list->problems[0].cut);
        assert_true(list->count > 0);
        package_list_free(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_go_module_marks_what_is_indirect),
        cmocka_unit_test(cargo_knows_several_versions_of_one_name),
        cmocka_unit_test(toml_is_refused_with_its_line),
        cmocka_unit_test(bundler_tells_by_the_indent),
        cmocka_unit_test(composer_tells_licences),
        cmocka_unit_test(a_file_is_read_however_an_editor_wrote_it),
        cmocka_unit_test(what_is_empty_or_no_text_is_refused),
        cmocka_unit_test(a_text_that_ends_too_early_is_known),
        cmocka_unit_test(nuget_has_a_lock_file_and_references),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
