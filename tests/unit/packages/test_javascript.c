/* npm, Yarn and pnpm. */
#include "package_support.h"

#include <string.h>

static const char manifest[] =
    "{\n"
    "  \"dependencies\": {\"left\": \"^1.0.0\", \"alias\": \"npm:real@^2\"},\n"
    "  \"devDependencies\": {\"check\": \"~3.1\"},\n"
    "  \"peerDependencies\": {\"host\": \">=1 <3\"},\n"
    "  \"optionalDependencies\": {\"extra\": \"*\"}\n"
    "}\n";

static void a_manifest_says_what_the_project_asks_for(void **state)
{
    (void)state;
    assert_packages_read("web/package.json", manifest, NULL,
                         "left ~^1.0.0 runtime direct\n"
                         "real ~^2 runtime direct\n"
                         "extra ~* optional direct\n"
                         "host ~>=1 <3 peer direct\n"
                         "check ~~3.1 dev direct\n");
}

static void a_lock_file_tells_where_each_version_is_installed(void **state)
{
    (void)state;
    assert_packages_read(
        "package-lock.json",
        "{\"lockfileVersion\": 3, \"packages\": {\n"
        "  \"\": {\"name\": \"app\", \"dependencies\": {\"left\": \"^1\", \"alias\": "
        "\"npm:real@2\"},\n"
        "        \"workspaces\": [\"parts/*\"]},\n"
        "  \"parts/one\": {\"name\": \"one\", \"version\": \"1.0.0\",\n"
        "        \"dependencies\": {\"left\": \"^2\", \"shared\": \"1\"}},\n"
        "  \"node_modules/one\": {\"resolved\": \"parts/one\", \"link\": true},\n"
        "  \"node_modules/left\": {\"version\": \"1.2.0\", \"license\": \"MIT\"},\n"
        "  \"parts/one/node_modules/left\": {\"version\": \"2.0.0\"},\n"
        "  \"node_modules/alias\": {\"name\": \"real\", \"version\": \"2.0.1\"},\n"
        "  \"node_modules/shared\": {\"version\": \"1.0.0\", \"dev\": true},\n"
        "  \"node_modules/deep\": {\"version\": \"0.1.0\", \"optional\": true},\n"
        "  \"node_modules/a/node_modules/@b/deep\": {\"version\": \"0.2.0\", "
        "\"devOptional\": true}\n"
        "}}\n",
        NULL,
        "left 1.2.0 runtime direct [MIT]\n"
        "left 2.0.0 runtime direct\n"
        "real 2.0.1 runtime direct\n"
        "shared 1.0.0 dev direct\n"
        "deep 0.1.0 optional transitive\n"
        "@b/deep 0.2.0 optional transitive\n");
}

static void an_old_lock_file_has_packages_within_packages(void **state)
{
    static const char *const beside[] = { "web/package.json", manifest, NULL };
    static const char lock[] = "{\"lockfileVersion\": 1, \"dependencies\": {\n"
                               "  \"left\": {\"version\": \"1.0.0\", \"dependencies\": {\"check\": "
                               "{\"version\": \"9.0.0\"}}},\n"
                               "  \"alias\": {\"version\": \"npm:real@2.0.0\"},\n"
                               "  \"check\": {\"version\": \"3.1.4\", \"dev\": true}}}\n";

    (void)state;
    assert_packages_read("web/package-lock.json", lock, beside,
                         "left 1.0.0 runtime direct\n"
                         "check 9.0.0 runtime transitive\n"
                         "real 2.0.0 runtime direct\n"
                         "check 3.1.4 dev direct\n");
    assert_packages_read("npm-shrinkwrap.json", lock, NULL,
                         "left 1.0.0 runtime -\n"
                         "check 9.0.0 runtime -\n"
                         "real 2.0.0 runtime -\n"
                         "check 3.1.4 dev -\n");
}

static void something_else_is_no_lock_file(void **state)
{
    (void)state;
    assert_packages_refused("package-lock.json", "{\"name\": \"x\"}",
                            "package-lock.json:1: neither \"packages\" nor \"dependencies\": no "
                            "lock file "
                            "of "
                            "npm");
    assert_packages_refused("package-lock.json", "[]",
                            "package-lock.json: it should be a map of keys and values");
    assert_packages_refused("package-lock.json", "{\"packages\": {\n  \"a\" 1}}",
                            "package-lock.json:2:7: expected ':' after the key, found '1'");
}

static void a_text_of_yarn_leads_from_what_was_asked_to_what_is_there(void **state)
{
    static const char *const beside[] = { "package.json", manifest, NULL };

    (void)state;
    assert_packages_read("yarn.lock",
                         "# yarn lockfile v1\n"
                         "\n"
                         "left@^1.0.0, \"left@>= 1\":\n"
                         "  version \"1.5.0\"\n"
                         "  resolved \"https://registry.example/left-1.5.0.tgz#abc\"\n"
                         "  integrity sha512-AAAA\n"
                         "  dependencies:\n"
                         "    \"@in/side\" \"^2.0.0\"\r\n"
                         "\n"
                         "\"@in/side@^2.0.0\":\n"
                         "  version \"2.1.0\"\n"
                         "\n"
                         "\"alias@npm:real@^2\":\n"
                         "  version \"2.9.9\"\n"
                         "\n"
                         "check@~3.1:\n"
                         "  version \"3.1.1\"\n"
                         "  dependencies:\n"
                         "    only-dev \"1\"\n"
                         "\n"
                         "only-dev@1:\n"
                         "  version \"1.0.0\"\n",
                         beside,
                         "left 1.5.0 runtime direct\n"
                         "@in/side 2.1.0 runtime transitive\n"
                         "real 2.9.9 runtime direct\n"
                         "check 3.1.1 dev direct\n"
                         "only-dev 1.0.0 dev transitive\n");
}

static void yaml_of_yarn_names_its_workspaces(void **state)
{
    static const char *const beside[] = {
        "package.json", "{\"devDependencies\": {\"check\": \"^3\"}, \"workspaces\": [\"a\"]}", NULL
    };

    (void)state;
    assert_packages_read("yarn.lock",
                         "__metadata:\n"
                         "  version: 8\n"
                         "\n"
                         "\"app@workspace:.\":\n"
                         "  version: 0.0.0-use.local\n"
                         "  resolution: \"app@workspace:.\"\n"
                         "  dependencies:\n"
                         "    check: \"npm:^3\"\n"
                         "    left: ^1\n"
                         "\n"
                         "\"check@npm:^3\":\n"
                         "  version: 3.0.0\n"
                         "  resolution: \"check@npm:3.0.0\"\n"
                         "\n"
                         "\"left@npm:^1, left@npm:^1.2\":\n"
                         "  version: 1.10\n"
                         "  resolution: \"left@npm:1.10\"\n"
                         "  dependencies:\n"
                         "    \"@deep/one\": \"npm:*\"\n"
                         "\n"
                         "\"@deep/one@npm:*\":\n"
                         "  version: 7.0.0\n"
                         "  resolution: \"@deep/one@npm:7.0.0\"\n",
                         beside,
                         "check 3.0.0 dev direct\n"
                         "left 1.10 runtime direct\n"
                         "@deep/one 7.0.0 runtime transitive\n");
}

static void pnpm_is_read_in_all_its_spellings(void **state)
{
    static const char expected[] = "@a/left 1.0.0 runtime direct\n"
                                   "deep 2.0.0 runtime transitive\n"
                                   "check 3.0.0 dev direct\n"
                                   "only-dev 4.0.0 dev transitive\n";

    (void)state;
    assert_packages_read("pnpm-lock.yaml",
                         "lockfileVersion: 5.4\n"
                         "dependencies:\n"
                         "  '@a/left': 1.0.0_deep@2.0.0\n"
                         "devDependencies:\n"
                         "  check: 3.0.0\n"
                         "packages:\n"
                         "  /@a/left/1.0.0_deep@2.0.0:\n"
                         "    dependencies:\n"
                         "      deep: 2.0.0\n"
                         "  /deep/2.0.0:\n"
                         "    dev: false\n"
                         "  /check/3.0.0:\n"
                         "    dev: true\n"
                         "    dependencies:\n"
                         "      only-dev: 4.0.0\n"
                         "  /only-dev/4.0.0:\n"
                         "    dev: true\n",
                         NULL, expected);
    assert_packages_read("pnpm-lock.yaml",
                         "lockfileVersion: '6.0'\n"
                         "dependencies:\n"
                         "  '@a/left':\n"
                         "    specifier: ^1\n"
                         "    version: 1.0.0(deep@2.0.0)\n"
                         "devDependencies:\n"
                         "  check: {specifier: ^3, version: 3.0.0}\n"
                         "packages:\n"
                         "  /@a/left@1.0.0(deep@2.0.0):\n"
                         "    dependencies: {deep: 2.0.0}\n"
                         "  /deep@2.0.0: {dev: false}\n"
                         "  /check@3.0.0:\n"
                         "    dev: true\n"
                         "    dependencies: {only-dev: 4.0.0}\n"
                         "  /only-dev@4.0.0: {dev: true}\n",
                         NULL, expected);
    assert_packages_read("pnpm-lock.yaml",
                         "lockfileVersion: '9.0'\n"
                         "importers:\n"
                         "  .:\n"
                         "    dependencies:\n"
                         "      '@a/left': {specifier: ^1, version: 1.0.0(deep@2.0.0)}\n"
                         "      own: {specifier: 'workspace:*', version: 'link:parts/own'}\n"
                         "  parts/own:\n"
                         "    devDependencies:\n"
                         "      check: {specifier: ^3, version: 3.0.0}\n"
                         "packages:\n"
                         "  '@a/left@1.0.0': {resolution: {integrity: sha512-A}}\n"
                         "  deep@2.0.0: {resolution: {integrity: sha512-B}}\n"
                         "  check@3.0.0: {}\n"
                         "  only-dev@4.0.0: {}\n"
                         "snapshots:\n"
                         "  '@a/left@1.0.0(deep@2.0.0)':\n"
                         "    dependencies: {deep: 2.0.0}\n"
                         "  deep@2.0.0: {}\n"
                         "  check@3.0.0:\n"
                         "    dependencies: {only-dev: 4.0.0}\n"
                         "  only-dev@4.0.0: {}\n",
                         NULL, expected);
    assert_packages_refused("pnpm-lock.yaml", "lockfileVersion: 4\n",
                            "pnpm-lock.yaml:1: lockfileVersion 4 is not read: 5, 6 and 9 are");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_says_what_the_project_asks_for),
        cmocka_unit_test(a_lock_file_tells_where_each_version_is_installed),
        cmocka_unit_test(an_old_lock_file_has_packages_within_packages),
        cmocka_unit_test(something_else_is_no_lock_file),
        cmocka_unit_test(a_text_of_yarn_leads_from_what_was_asked_to_what_is_there),
        cmocka_unit_test(yaml_of_yarn_names_its_workspaces),
        cmocka_unit_test(pnpm_is_read_in_all_its_spellings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
