/* CycloneDX and SPDX, and what all formats have in common. */
#include "package_support.h"

#include <string.h>

static void cyclonedx_names_packages_by_address(void **state)
{
    (void)state;
    assert_packages_read(
        "bom.json",
        "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\",\n"
        " \"metadata\": {\"component\": {\"bom-ref\": \"app\", \"name\": \"app\"}},\n"
        " \"components\": [\n"
        "  {\"bom-ref\": \"a\", \"name\": \"core\", \"group\": \"@actions\", \"version\": "
        "\"1.0.0\",\n"
        "   \"purl\": \"pkg:npm/%40actions/core@1.0.0?x=y\", \"licenses\": [{\"license\": "
        "{\"id\": \"MIT\"}}]},\n"
        "  {\"bom-ref\": \"b\", \"name\": \"slf4j-api\", \"purl\": "
        "\"pkg:maven/org.slf4j/slf4j-api@2.0.1\",\n"
        "   \"scope\": \"optional\", \"licenses\": [{\"expression\": \"MIT OR "
        "Apache-2.0\"}],\n"
        "   \"components\": [{\"name\": \"inner\", \"version\": \"1\"}]},\n"
        "  {\"type\": \"file\", \"name\": \"/etc/passwd\"}],\n"
        " \"dependencies\": [{\"ref\": \"app\", \"dependsOn\": [\"a\"]}, {\"ref\": \"a\", "
        "\"dependsOn\": [\"b\"]}]}",
        NULL,
        "@actions/core 1.0.0 runtime direct [MIT]\n"
        "org.slf4j:slf4j-api 2.0.1 optional transitive [MIT OR Apache-2.0]\n"
        "inner 1 runtime transitive\n");
}

static void spdx_tells_relations_apart(void **state)
{
    (void)state;
    assert_packages_read(
        "app.spdx.json",
        "{\"spdxVersion\": \"SPDX-2.3\", \"packages\": [\n"
        " {\"SPDXID\": \"SPDXRef-app\", \"name\": \"app\"},\n"
        " {\"SPDXID\": \"SPDXRef-a\", \"name\": \"pip:Typing_Ext\", \"versionInfo\": \"4.0\",\n"
        "  \"licenseConcluded\": \"NOASSERTION\", \"licenseDeclared\": \"PSF-2.0\", "
        "\"externalRefs\": [\n"
        "   {\"referenceType\": \"purl\", \"referenceLocator\": \"pkg:pypi/Typing_Ext@4.9.0\"}]},\n"
        " {\"SPDXID\": \"SPDXRef-b\", \"name\": \"b\", \"versionInfo\": \"1\"}],\n"
        " \"relationships\": [\n"
        "  {\"spdxElementId\": \"SPDXRef-DOCUMENT\", \"relationshipType\": \"DESCRIBES\", "
        "\"relatedSpdxElement\": \"SPDXRef-app\"},\n"
        "  {\"spdxElementId\": \"SPDXRef-app\", \"relationshipType\": \"DEPENDS_ON\", "
        "\"relatedSpdxElement\": \"SPDXRef-a\"},\n"
        "  {\"spdxElementId\": \"SPDXRef-b\", \"relationshipType\": \"DEV_DEPENDENCY_OF\", "
        "\"relatedSpdxElement\": \"SPDXRef-app\"}]}",
        NULL,
        "typing-ext 4.9.0 runtime direct [PSF-2.0]\n"
        "b 1 dev direct\n");
    assert_packages_refused("sbom.json", "{\"a\": 1}", "sbom.json:1: neither CycloneDX nor SPDX 2");
}

static void files_are_known_by_their_names(void **state)
{
    static const struct {
        const char *path, *title;
    } rows[] = {
        {"package-lock.json",            "npm lock file"      },
        { "web/yarn.lock",               "Yarn lock file"     },
        { "pnpm-lock.yaml",              "pnpm lock file"     },
        { "a/b/pom.xml",                 "Maven project"      },
        { "buildscript-gradle.lockfile", "Gradle lock file"   },
        { "requirements.txt",            "Python requirements"},
        { "dev-requirements.txt",        "Python requirements"},
        { "requirements/prod.txt",       "Python requirements"},
        { "gemfile.lock",                "Bundler lock file"  },
        { "dist/app.cdx.json",           "bill of materials"  },
        { "App.csproj",                  "NuGet references"   },
        { "go.sum",                      NULL                 },
        { "my-package.json",             NULL                 },
        { "tsconfig.json",               NULL                 },
        { "deploy/values.yaml",          NULL                 },
        { "notes.txt",                   NULL                 },
        { "settings.toml",               NULL                 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct package_format *format = package_format_of(rows[i].path);

        if (rows[i].title == NULL && format != NULL)
            fail_msg("%s is taken for a %s", rows[i].path, format->title);
        if (rows[i].title != NULL) {
            assert_non_null(format);
            assert_string_equal(format->title, rows[i].title);
        }
    }
}

/* No reader may fall over what people have by accident or on purpose. */
static void every_format_survives_what_is_none(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "[",
        "{\"packages\": {\"node_modules/\": 1, \"node_modules/a\": null}}",
        "\xFF\xFE",
        "a: &x [*x]",
        "<project>",
        "[[a]]\n[a.b]\n",
        "{\"packages\": [1, null, {\"name\": {}}], \"dependencies\": {\"a\": {\"dependencies\": "
        "3}}}",
        "\"@\":\n  version \"\"\n",
        "@\n",
        "lockfileVersion: 9\npackages: {'@': {}, '': {}, 'a@(': 1}\n",
        "{\"bomFormat\": \"CycloneDX\", \"components\": [3, {\"purl\": \"pkg:/@\"}, {\"purl\": "
        "\"pkg:npm/\"}]}",
        "{\"spdxVersion\": 1, \"packages\": [{}], \"relationships\": [{}]}",
        "require (\nreplace => => =>\n)",
        "GEM\n    (\n      x\nDEPENDENCIES\n  \n",
        ":::=\n=\n::\n",
        "[[package]]\nname = 3\ndependencies = {a = 1}\nsource = \"x\"\n",
        "-r\n-r .\n==\n[x]\n",
    };
    size_t count;
    const struct package_format *formats = package_formats(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            struct error error = { 0 };
            struct package_list *list =
                package_list_read(&formats[i], "file", texts[k], strlen(texts[k]), NULL, &error);

            assert_true(list != NULL || error.message[0] != '\0');
            for (size_t n = 0; list != NULL && n < list->count; n++)
                assert_true(list->packages[n].name[0] != '\0');
            package_list_free(&list);
        }
    }
}

static void what_is_too_deep_is_refused(void **state)
{
    static const struct {
        const char *name, *open;
    } rows[] = {
        {"package-lock.json", "{\"dependencies\":{\"a\":"},
        { "bom.json",         "{\"components\":["        },
        { "yarn.lock",        "__metadata: "             },
        { "Cargo.lock",       "a = ["                    },
        { "pom.xml",          "<project>"                },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *more = i == 2 ? "[" : i == 3 ? "[" : rows[i].open;
        struct strbuf text = STRBUF_INIT;
        struct error error = { 0 };
        struct package_list *list;

        strbuf_add(&text, rows[i].open);
        strbuf_add_repeat(&text, more, 100000);
        list = package_list_read(package_format_of(rows[i].name), rows[i].name, text.data,
                                 text.length, NULL, &error);
        assert_null(list);
        assert_non_null(strstr(error.message, "deep"));
        strbuf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cyclonedx_names_packages_by_address),
        cmocka_unit_test(spdx_tells_relations_apart),
        cmocka_unit_test(files_are_known_by_their_names),
        cmocka_unit_test(every_format_survives_what_is_none),
        cmocka_unit_test(what_is_too_deep_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
