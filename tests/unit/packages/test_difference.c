#include "package_support.h"

#include <string.h>

struct two_lists {
    struct package_list *previous, *current;
    struct package_difference *difference;
};

static struct two_lists compare(const char *name, const char *previous, const char *current)
{
    struct two_lists two = { read_packages(name, previous, NULL),
                             read_packages(name, current, NULL), NULL };

    two.difference = package_difference_of(two.previous, two.current);
    return two;
}

static void end(struct two_lists *two)
{
    package_difference_free(&two->difference);
    package_list_free(&two->previous);
    package_list_free(&two->current);
}

/* A lock file of npm with these entries. */
#define LOCK(root, entries) "{\"packages\": {\"\": {\"dependencies\": {" root "}}, " entries "}}"
#define ENTRY(path, fields) "\"node_modules/" path "\": {" fields "}"

static void versions_of_a_name_are_a_set(void **state)
{
    struct two_lists two = compare(
        "package-lock.json",
        LOCK(
            "\"a\": \"1\"",
            ENTRY("a", "\"version\": \"6.0.0\"") ", " ENTRY(
                "b",
                "\"version\": "
                "\"1.0.0\"") ", " ENTRY("x/node_modules/b",
                                        "\"version\": \"2.0.0\"") ", " ENTRY("gone",
                                                                             "\"version\": "
                                                                             "\"1.0.0\"") ","
                                                                                          " " ENTRY(
                                                                                              "sam"
                                                                                              "e",
                                                                                              "\"ve"
                                                                                              "rsio"
                                                                                              "n\":"
                                                                                              " \"1"
                                                                                              ".0."
                                                                                              "0"
                                                                                              "\"")),
        LOCK(
            "\"a\": \"1\"",
            ENTRY("a", "\"version\": \"6.0.1\"") ", " ENTRY(
                "x/node_modules/a",
                "\"version\": "
                "\"5.1.1\"") ", " ENTRY("b",
                                        "\"version\": \"2.0.0\"") ", " ENTRY("new",
                                                                             "\"version\": "
                                                                             "\"1.0.0\"") ","
                                                                                          " " ENTRY(
                                                                                              "sam"
                                                                                              "e",
                                                                                              "\"v"
                                                                                              "ers"
                                                                                              "ion"
                                                                                              "\":"
                                                                                              " \""
                                                                                              "1."
                                                                                              "0."
                                                                                              "0"
                                                                                              "\"")));
    const struct package_change *changes = two.difference->changes;

    (void)state;
    assert_int_equal(two.difference->count, 4);
    assert_string_equal(changes[0].name, "a");
    assert_int_equal(changes[0].event, PACKAGE_CHANGED);
    assert_true(changes[0].several);
    assert_int_equal(changes[0].current.version_count, 2);
    assert_string_equal(changes[0].current.versions[0], "5.1.1");
    assert_string_equal(changes[0].current.versions[1], "6.0.1");
    /* the project's own version took a small step, whatever another package brings */
    assert_int_equal(changes[0].step.step, VERSION_PATCH);
    assert_false(changes[0].step.downgrade);
    assert_string_equal(changes[1].name, "b");
    /* one of two versions went: none took a step */
    assert_int_equal(changes[1].step.step, VERSION_SAME);
    assert_string_equal(changes[2].name, "gone");
    assert_int_equal(changes[2].event, PACKAGE_REMOVED);
    assert_string_equal(changes[3].name, "new");
    assert_int_equal(changes[3].event, PACKAGE_ADDED);
    end(&two);
}

static void the_same_version_may_be_something_else(void **state)
{
    struct two_lists two = compare(
        "package-lock.json",
        LOCK("\"a\": \"1\"",
             ENTRY("a",
                   "\"version\": \"1.0.0\", \"integrity\": \"sha512-A\", \"license\": "
                   "\"MIT\"") ", " ENTRY("b",
                                         "\"version\": \"1.0.0\", \"integrity\": "
                                         "\"sha1-A\"") ", " ENTRY("c",
                                                                  "\"version\": \"1.0.0\", "
                                                                  "\"dev\": "
                                                                  "true") ", " ENTRY("d",
                                                                                     "\"version\": "
                                                                                     "\"1.0.0\", "
                                                                                     "\"license\": "
                                                                                     "\"MIT\"")),
        LOCK("\"a\": \"1\"",
             ENTRY("a",
                   "\"version\": \"1.0.0\", \"integrity\": \"sha512-B\", \"license\": "
                   "\"MIT\"") ", " ENTRY("b",
                                         "\"version\": \"1.0.0\", \"integrity\": "
                                         "\"sha512-A\"") ", " ENTRY("c",
                                                                    "\"version\": "
                                                                    "\"1.0.0\"") ", " ENTRY("d",
                                                                                            "\"vers"
                                                                                            "ion\":"
                                                                                            " \"1."
                                                                                            "0.0\","
                                                                                            " "
                                                                                            "\"lice"
                                                                                            "nse\":"
                                                                                            " \"GPL"
                                                                                            "-3.0-"
                                                                                            "only"
                                                                                            "\"")));
    const struct package_change *changes = two.difference->changes;

    (void)state;
    /* another kind of checksum is no other content */
    assert_int_equal(two.difference->count, 3);
    assert_string_equal(changes[0].name, "a");
    assert_int_equal(changes[0].event, PACKAGE_MOVED);
    assert_true(changes[0].content_changed);
    assert_false(changes[0].license_changed);
    assert_string_equal(changes[1].name, "c");
    assert_true(changes[1].scope_changed);
    assert_int_equal(changes[1].previous.scope, PACKAGE_DEV);
    assert_int_equal(changes[1].current.scope, PACKAGE_RUNTIME);
    assert_string_equal(changes[2].name, "d");
    assert_true(changes[2].license_changed);
    assert_string_equal(changes[2].current.license, "GPL-3.0-only");
    end(&two);
}

static void ranges_are_compared_by_where_they_begin(void **state)
{
    struct two_lists two =
        compare("package.json",
                "{\"dependencies\": {\"a\": \"^1.2.0\", \"b\": \"^1.0.0\", \"c\": \"*\"}}",
                "{\"dependencies\": {\"a\": \"^2.0.0\", \"b\": \"~1.0.0\", \"c\": \"1\"}}");
    const struct package_change *changes = two.difference->changes;

    (void)state;
    assert_int_equal(two.difference->count, 3);
    assert_int_equal(changes[0].step.step, VERSION_MAJOR);
    assert_int_equal(changes[1].step.step, VERSION_OTHER);
    assert_int_equal(changes[2].step.step, VERSION_OTHER);
    end(&two);
}

static void one_side_may_be_absent(void **state)
{
    struct package_list *list = read_packages("go.mod", "require a v1.0.0\n", NULL);
    struct package_difference *difference = package_difference_of(NULL, list);

    (void)state;
    assert_int_equal(difference->count, 1);
    assert_int_equal(difference->changes[0].event, PACKAGE_ADDED);
    package_difference_free(&difference);
    difference = package_difference_of(list, list);
    assert_int_equal(difference->count, 0);
    package_difference_free(&difference);
    package_list_free(&list);
}

/* --- Where packages come from ----------------------------------------------------------------- */

#define OLD "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NEW "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* What changed of the one package that differs: "commit a -> b", "content a -> b", "from a -> b",
 * "from a -> b, same content", one after another. */
static void assert_source(const char *name, const char *previous, const char *current,
                          const char *expected)
{
    struct two_lists two = compare(name, previous, current);
    const struct package_change *change = two.difference->changes;
    struct strbuf told = STRBUF_INIT;

    assert_int_equal(two.difference->count, *expected != '\0');
    if (*expected != '\0' && change->revision_changed)
        strbuf_printf(&told, "commit %.4s -> %.4s;",
                      change->previous_revision != NULL ? change->previous_revision : "none",
                      change->current_revision != NULL ? change->current_revision : "none");
    if (*expected != '\0' && change->content_changed)
        strbuf_printf(&told, "content %s -> %s;", change->previous_digest, change->current_digest);
    if (*expected != '\0' && change->origin_changed)
        strbuf_printf(&told, "from %s -> %s%s;", change->previous_origin, change->current_origin,
                      change->same_content ? ", same content" : "");
    assert_string_equal(told.data != NULL ? told.data : "", expected);
    strbuf_release(&told);
    end(&two);
}

#define CARGO(source) "[[package]]\nname = \"l\"\nversion = \"1.0.0\"\nsource = \"" source "\"\n"
#define YARN(address) "\"l@git\":\n  version \"1.0.0\"\n  resolved \"" address "\"\n"
#define BERRY(locator)                                                                             \
    "__metadata:\n  version: 8\n\n\"l@x\":\n  version: 1.0.0\n  resolution: \"l@" locator "\"\n"
#define PNPM(resolution)                                                                           \
    "lockfileVersion: '9.0'\npackages:\n  l@1.0.0:\n    resolution: {" resolution "}\n"
#define NPM_GIT(commit)                                                                            \
    LOCK("", ENTRY("l", "\"version\": \"1.0.0\", \"resolved\": \"git+ssh://git@h/x/l.git#" commit  \
                        "\""))
#define POETRY_GIT(commit)                                                                         \
    POETRY("[package.source]\ntype = \"git\"\nurl = \"https://h/l\"\n"                             \
           "resolved_reference = \"" commit "\"\n")
#define POETRY(source) "[[package]]\nname = \"l\"\nversion = \"1.0\"\n" source
#define GEMS(commit)                                                                               \
    "GIT\n  remote: https://github.com/x/l.git\n  revision: " commit "\n  specs:\n    l (1.0)\n"
#define PIPFILE(fields) "{\"default\": {\"l\": {" fields "}}}"
#define COMPOSER(version, commit)                                                                  \
    "{\"packages\": [{\"name\": \"x/l\", \"version\": \"" version "\", \"source\": "               \
    "{\"url\": \"https://github.com/x/l.git\", \"reference\": \"" commit "\"}}]}"

static void another_commit_of_one_version_is_a_change(void **state)
{
    /* clang-format off */
    static const struct {
        const char *name, *previous, *current;
    } files[] = {
        { "Cargo.lock", CARGO("git+https://github.com/x/l?branch=m#" OLD),
          CARGO("git+https://github.com/x/l?branch=m#" NEW) },
        { "package-lock.json", NPM_GIT(OLD), NPM_GIT(NEW) },
        { "yarn.lock", YARN("git+https://github.com/x/l.git#" OLD),
          YARN("git+https://github.com/x/l.git#" NEW) },
        { "yarn.lock", YARN("https://codeload.github.com/x/l/tar.gz/" OLD),
          YARN("https://codeload.github.com/x/l/tar.gz/" NEW) },
        { "yarn.lock", BERRY("https://github.com/x/l.git#commit=" OLD),
          BERRY("https://github.com/x/l.git#commit=" NEW) },
        { "pnpm-lock.yaml", PNPM("commit: " OLD ", repo: https://github.com/x/l, type: git"),
          PNPM("commit: " NEW ", repo: https://github.com/x/l, type: git") },
        { "pnpm-lock.yaml", PNPM("tarball: https://codeload.github.com/x/l/tar.gz/" OLD),
          PNPM("tarball: https://codeload.github.com/x/l/tar.gz/" NEW) },
        { "poetry.lock", POETRY_GIT(OLD), POETRY_GIT(NEW) },
        { "uv.lock", POETRY("source = { git = \"https://h/l?rev=m#" OLD "\" }\n"),
          POETRY("source = { git = \"https://h/l?rev=m#" NEW "\" }\n") },
        { "pdm.lock", POETRY("git = \"https://h/l.git\"\nrevision = \"" OLD "\"\n"),
          POETRY("git = \"https://h/l.git\"\nrevision = \"" NEW "\"\n") },
        { "Gemfile.lock", GEMS(OLD), GEMS(NEW) },
        { "Pipfile.lock", PIPFILE("\"git\": \"https://h/l\", \"ref\": \"" OLD "\""),
          PIPFILE("\"git\": \"https://h/l\", \"ref\": \"" NEW "\"") },
        { "composer.lock", COMPOSER("dev-main", OLD), COMPOSER("dev-main", NEW) },
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_source(files[i].name, files[i].previous, files[i].current, "commit aaaa -> bbbb;");
        assert_source(files[i].name, files[i].current, files[i].current, "");
    }
    /* What is asked for, where there is no lock file. */
    assert_source("Cargo.toml",
                  "[dependencies]\nl = { git = \"https://h/l\", rev = \"" OLD "\" }\n",
                  "[dependencies]\nl = { git = \"https://h/l\", rev = \"" NEW "\" }\n",
                  "commit aaaa -> bbbb;");
    assert_source(
        "pyproject.toml",
        "[tool.poetry.dependencies]\nl = { git = \"https://h/l\", tag = \"release-1\" }\n",
        "[tool.poetry.dependencies]\nl = { git = \"https://h/l\", tag = \"release-10\" }\n",
        "commit rele -> rele;");
    /* A tag that moved, or an address that is the version itself. */
    assert_source("composer.lock", COMPOSER("1.0", OLD), COMPOSER("1.0", NEW),
                  "content " OLD " -> " NEW ";");
}

static void addresses_of_requirements_are_packages(void **state)
{
    (void)state;
    assert_packages_read("requirements.txt",
                         "-e git+https://h/x/a@" OLD "#egg=A_b\n"
                         "git+https://h/x/c.git@" OLD "\n"
                         "https://h/x/d-1.0.tar.gz --hash=sha256:1\n"
                         "./local\n-e .\nfile:///x/y.whl\n",
                         NULL,
                         "a-b git+https://h/x/a@" OLD "#egg=A_b runtime direct\n"
                         "c git+https://h/x/c.git@" OLD " runtime direct\n"
                         "d https://h/x/d-1.0.tar.gz runtime direct\n");
}

static void a_replacement_and_a_commit_of_go_are_versions(void **state)
{
    struct two_lists two =
        compare("go.mod",
                "require (\n a.b/c v1.0.0\n d.e/f v0.0.0-20240101000000-aaaaaaaaaaaa\n)\n"
                "replace a.b/c => g.h/c v0.0.0-20240101000000-aaaaaaaaaaaa\n",
                "require (\n a.b/c v1.0.0\n d.e/f v0.0.0-20240102000000-bbbbbbbbbbbb\n)\n"
                "replace a.b/c => g.h/c v0.0.0-20240102000000-bbbbbbbbbbbb\n");

    (void)state;
    assert_int_equal(two.difference->count, 2);
    assert_string_equal(two.difference->changes[0].current.versions[0],
                        "g.h/c@v0.0.0-20240102000000-bbbbbbbbbbbb");
    assert_true(two.difference->changes[1].step.commit);
    assert_false(two.difference->changes[0].origin_changed);
    end(&two);
    two = compare("go.mod", "require a.b/c v1.0.0\nreplace a.b/c => a.b/c v1.0.1\n",
                  "require a.b/c v1.0.0\nreplace a.b/c => other.b/c v1.0.0\n");
    assert_true(two.difference->changes[0].origin_changed);
    assert_string_equal(two.difference->changes[0].previous_origin, "a.b/c");
    assert_string_equal(two.difference->changes[0].current_origin, "other.b/c");
    end(&two);
}

#define RESOLVED(address, sum)                                                                     \
    LOCK("", ENTRY("l", "\"version\": \"1.0.0\", \"resolved\": \"" address                         \
                        "/l/-/l-1.0.0.tgz\", \"integrity\": \"" sum "\""))

static void another_registry_is_a_change_and_a_mirror_has_the_same_content(void **state)
{
    (void)state;
    assert_source("package-lock.json", RESOLVED("https://registry.npmjs.org", "sha512-a"),
                  RESOLVED("https://evil.example", "sha512-b"),
                  "content sha512-a -> sha512-b;from registry.npmjs.org -> evil.example;");
    assert_source("package-lock.json", RESOLVED("https://registry.npmjs.org", "sha512-a"),
                  RESOLVED("https://u:p@Art.example:8443/api/npm?x", "sha512-a"),
                  "from registry.npmjs.org -> art.example:8443/api/npm, same content;");
    assert_source("package-lock.json", RESOLVED("https://registry.npmjs.org", "sha512-a"),
                  RESOLVED("http://registry.npmjs.org", "sha512-a"),
                  "from registry.npmjs.org -> http://registry.npmjs.org, same content;");
    assert_source("package-lock.json", RESOLVED("https://registry.yarnpkg.com", "sha512-a sha1-b"),
                  RESOLVED("https://registry.npmjs.org", "sha512-a"), "");
    assert_source("Cargo.lock", CARGO("registry+https://github.com/rust-lang/crates.io-index"),
                  CARGO("sparse+https://index.crates.io/"), "");
    assert_source("Cargo.lock", CARGO("registry+https://github.com/rust-lang/crates.io-index"),
                  CARGO("git+https://github.com/x/l#" NEW),
                  "commit none -> bbbb;from crates.io -> github.com/x/l;");
    assert_source("uv.lock", POETRY("source = { registry = \"https://pypi.org/simple\" }\n"),
                  POETRY("source = { registry = \"https://evil.example/simple\" }\n"),
                  "from pypi.org/simple -> evil.example/simple;");
    assert_source("requirements.txt", "l==1.0\n",
                  "--extra-index-url https://evil.example/s\nl==1.0\n",
                  "from pypi.org/simple -> pypi.org/simple and evil.example/s;");
}

#define FILES(sums)         POETRY("files = [" sums "]\n")
#define ONE_FILE(name, sum) "{file = \"" name "\", hash = \"sha256:" sum "\"}"

static void of_many_files_of_a_version_none_may_change(void **state)
{
    (void)state;
    assert_source("poetry.lock", FILES(ONE_FILE("l.whl", "1")),
                  FILES(ONE_FILE("l-mac.whl", "2") ", " ONE_FILE("l.whl", "1")), "");
    assert_source("poetry.lock", FILES(ONE_FILE("l.whl", "1") ", " ONE_FILE("l.tar.gz", "3")),
                  FILES(ONE_FILE("l.whl", "2") ", " ONE_FILE("l.tar.gz", "3")),
                  "content l.whl#sha256:1 l.tar.gz#sha256:3 -> "
                  "l.whl#sha256:2 l.tar.gz#sha256:3;");
    assert_source("Pipfile.lock",
                  PIPFILE("\"version\": \"==1\", \"hashes\": [\"sha256:1\", \"sha256:2\"]"),
                  PIPFILE("\"version\": \"==1\", \"hashes\": [\"sha256:2\", \"sha256:3\"]"), "");
    assert_source("Pipfile.lock", PIPFILE("\"version\": \"==1\", \"hashes\": [\"sha256:1\"]"),
                  PIPFILE("\"version\": \"==1\", \"hashes\": [\"sha256:3\"]"),
                  "content sha256-1 -> sha256-3;");
    assert_source("requirements.txt", "l==1.0 --hash=sha256:1\n", "l==1.0 --hash=sha256:2\n",
                  "content sha256-1 -> sha256-2;");
    assert_source("Gemfile.lock",
                  "GEM\n  remote: https://rubygems.org/\n  specs:\n    l (1.0)\n\n"
                  "CHECKSUMS\n  l (1.0) sha256=1\n",
                  "GEM\n  remote: https://rubygems.org/\n  specs:\n    l (1.0)\n\n"
                  "CHECKSUMS\n  l (1.0) sha256=2\n",
                  "content 1.0#1 -> 1.0#2;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_of_a_name_are_a_set),
        cmocka_unit_test(the_same_version_may_be_something_else),
        cmocka_unit_test(ranges_are_compared_by_where_they_begin),
        cmocka_unit_test(one_side_may_be_absent),
        cmocka_unit_test(another_commit_of_one_version_is_a_change),
        cmocka_unit_test(addresses_of_requirements_are_packages),
        cmocka_unit_test(a_replacement_and_a_commit_of_go_are_versions),
        cmocka_unit_test(another_registry_is_a_change_and_a_mirror_has_the_same_content),
        cmocka_unit_test(of_many_files_of_a_version_none_may_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
