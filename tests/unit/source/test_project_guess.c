#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/source/gitops.h>
#include <pilab/source/gitops_document.h>
#include <pilab/source/project_guess.h>

#define FILES(...)                                                                                 \
    &(const struct path_list)                                                                      \
    {                                                                                              \
        (const char *const[]){ __VA_ARGS__ },                                                      \
            sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)                    \
    }

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free((struct arena **)state);
    return 0;
}

static void assert_type(const char *expected, const char *name, const struct path_list *files)
{
    const char *type = project_guess_type(name, files, "");

    if ((type == NULL) != (expected == NULL) || (type != NULL && strcmp(type, expected) != 0))
        fail_msg("%s: %s", name, type != NULL ? type : "nothing");
}

static void types_are_guessed_from_name_and_files(void **state)
{
    (void)state;
    assert_type("BACKEND", "auth-service", FILES("go.mod", "cmd/auth/main.go"));
    assert_type("BACKEND", "orders", FILES("pom.xml", "src/main/java/App.java"));
    assert_type("BACKEND", "pay",
                FILES("build.gradle", "src/main/resources/db/migration/V1__init.sql"));
    assert_type("FRONTEND", "mb-web", FILES("package.json", "src/App.tsx", "index.html"));
    assert_type("FRONTEND", "banking-app", FILES("pubspec.yaml", "lib/main.dart"));
    assert_type("FRONTEND", "portal", FILES("angular.json", "package.json"));
    assert_type("DATABASE", "mb-ledger-db", FILES("migrations/001_init.sql"));
    assert_type("DATABASE", "ledger", FILES("liquibase.properties", "changelog/1.xml"));
    assert_type("INFRASTRUCTURE", "platform", FILES("main.tf", "modules/vpc/main.tf"));
    assert_type("INFRASTRUCTURE", "charts", FILES("charts/auth/Chart.yaml"));
    assert_type("LIBRARY", "pay-common", FILES("pom.xml"));
    assert_type("LIBRARY", "design-sdk", FILES("package.json"));
    assert_type(NULL, "stuff", FILES("README.md"));
}

static void assert_parts(struct arena *arena, const char *expected, const struct path_list *files)
{
    struct strbuf text = STRBUF_INIT;
    size_t count;
    struct project_part *parts = project_guess_parts(files, arena, &count);

    for (size_t i = 0; i < count; i++)
        strbuf_printf(&text, "%s=%s ", parts[i].name, parts[i].path);
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

static void parts_of_a_monorepo_are_what_is_built_by_itself(void **state)
{
    assert_parts(*state, "auth=services/auth pay=services/pay ",
                 FILES("go.work", "services/auth/go.mod", "services/auth/ui/package.json",
                       "services/pay/Dockerfile", "tools/lint/go.mod", "docs/package.json"));
    assert_parts(*state, "a=modules/a b=modules/b ",
                 FILES("pom.xml", "modules/pom.xml", "modules/a/pom.xml", "modules/b/pom.xml"));
    assert_parts(*state, "auth-ui=auth/ui pay-ui=pay/ui ",
                 FILES("auth/ui/package.json", "pay/ui/package.json"));
    assert_parts(*state, "auth=charts/auth pay=charts/pay ",
                 FILES("charts/auth/Chart.yaml", "charts/pay/Chart.yaml"));
}

static void one_service_has_no_parts(void **state)
{
    assert_parts(*state, "",
                 FILES("Dockerfile", "deploy/chart/Chart.yaml", "go.mod", "e2e/package.json"));
    assert_parts(*state, "", FILES("README.md", "charts/one/Chart.yaml"));
    assert_parts(*state, "", FILES("web/package.json", "web/node_modules/x/package.json"));
}

static void assert_config(struct arena *arena, const char *expected, const char *directory,
                          const struct path_list *files)
{
    static const char *const environments[] = { "DEV", "UAT", "PROD", "PRE-PROD" };
    struct well_known *names = well_known_new();
    struct strbuf text = STRBUF_INIT;
    size_t count;
    const char **config =
        project_guess_config(names, files, directory, environments, 4, arena, &count);

    for (size_t i = 0; i < count; i++)
        strbuf_printf(&text, "%s ", config[i]);
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
    well_known_free(&names);
}

static void layers_are_found_by_the_names_of_environments(void **state)
{
    assert_config(*state, "deploy/values.yaml deploy/values-{env}.yaml ", "",
                  FILES("deploy/values-dev.yaml", "deploy/values-pre-prod.yaml",
                        "deploy/values-uat.yaml", "deploy/values.yaml"));
    assert_config(*state, ".env .env.{env} ", "", FILES(".env", ".env.dev", ".env.prod"));
    assert_config(*state,
                  "src/main/resources/application.yml src/main/resources/application-{env}.yml ",
                  "",
                  FILES("src/main/resources/application-uat.yml",
                        "src/main/resources/application.yml"));
    assert_config(*state, "config/default.json config/{env}.json ", "",
                  FILES("config/default.json", "config/dev.json", "config/prod.json"));
    assert_config(*state, "base/kustomization.yaml overlays/{env}/kustomization.yaml ", "",
                  FILES("base/kustomization.yaml", "overlays/dev/kustomization.yaml"));
    assert_config(*state, "appsettings.json appsettings.{env}.json ", "",
                  FILES("appsettings.Prod.json", "appsettings.json"));
    assert_config(*state, "values.yaml values-{env}.yaml ", "svc/auth",
                  FILES("svc/auth/values-dev.yaml", "svc/auth/values.yaml",
                        "svc/pay/values-uat.yaml"));
    assert_config(*state, "deploy/values.yaml ", "", FILES("deploy/values.yaml", "go.mod"));
    assert_config(*state, "", "", FILES("README.md", "developer.md"));
}

static void migrations_are_where_they_usually_are(void **state)
{
    const char *path = NULL, *dialect = NULL;

    assert_true(
        project_guess_migrations(FILES("a.txt", "src/main/resources/db/migration/V1__a.sql"), "",
                                 *state, &path, &dialect));
    assert_string_equal(path, "src/main/resources/db/migration");
    assert_null(dialect);
    assert_true(project_guess_migrations(FILES("svc/db/migrations/postgresql/1.sql"), "svc", *state,
                                         &path, &dialect));
    assert_string_equal(path, "db/migrations");
    assert_string_equal(dialect, "postgresql");
    assert_false(project_guess_migrations(FILES("migrations/README.md", "x.sql"), "", *state, &path,
                                          &dialect));
}

#define TEXTS(...)                                                                                 \
    (const char *const[]){ __VA_ARGS__ },                                                          \
        sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)

static void tag_forms_are_told_by_the_tags_that_exist(void **state)
{
    struct arena *arena = *state;

    assert_string_equal(project_guess_tags("auth", TEXTS("v1.0", "v1.1", "1.2"), NULL, 0, arena),
                        "v{version}");
    assert_string_equal(project_guess_tags("auth", TEXTS("1.0", "1.1-rc1"), NULL, 0, arena),
                        "{version}");
    assert_string_equal(project_guess_tags("auth",
                                           TEXTS("pay-v1.0", "pay-v1.1", "auth-v1.0", "v0.1"), NULL,
                                           0, arena),
                        "auth-v{version}");
    assert_string_equal(project_guess_tags("auth", TEXTS("@bank/auth@1.0.0", "@bank/pay@2.0.0"),
                                           NULL, 0, arena),
                        "@bank/auth@{version}");
    assert_string_equal(project_guess_tags("auth", TEXTS("services/auth/v1.0.0"), NULL, 0, arena),
                        "services/auth/v{version}");
    assert_string_equal(project_guess_tags("auth", TEXTS("release-1.0", "release-1.1"), NULL, 0,
                                           arena),
                        "release-{version}");
    /* The versions that run decide. */
    assert_string_equal(project_guess_tags("auth", TEXTS("v1.0", "v1.1", "build-7", "build-8"),
                                           TEXTS("7", "8"), arena),
                        "build-{version}");
    assert_null(project_guess_tags("auth", TEXTS("pay-1.0", "nightly"), NULL, 0, arena));
    assert_null(project_guess_tags("auth", NULL, 0, NULL, 0, arena));
}

static void names_come_from_paths_and_addresses(void **state)
{
    struct arena *arena = *state;

    assert_string_equal(project_name_of("/src/auth", arena), "auth");
    assert_string_equal(project_name_of("/src/auth/.git", arena), "auth");
    assert_string_equal(project_name_of("ssh://git@git.example/mb/auth.git/", arena), "auth");
    assert_string_equal(project_name_of("git@git.example:auth.git", arena), "auth");
    assert_string_equal(project_name_of("", arena), "");
}

/* --- GitOps ----------------------------------------------------------------------------------- */

static void assert_match(struct arena *arena, const char *pattern, const char *path,
                         const char *environment, const char *module)
{
    const char *found_environment, *found_module;

    if (!gitops_match(pattern, path, arena, &found_environment, &found_module))
        fail_msg("%s does not match %s", path, pattern);
    assert_string_equal(found_environment, environment);
    assert_string_equal(found_module, module);
}

static void patterns_find_environment_and_module_in_paths(void **state)
{
    struct arena *arena = *state;
    const char *environment, *module;

    assert_match(arena, "envs/{env}/{module}/values.yaml", "envs/uat/auth/values.yaml", "uat",
                 "auth");
    assert_match(arena, "{env}/{module}.yaml", "prod/mb-pay.yaml", "prod", "mb-pay");
    assert_match(arena, "apps/{module}/values-{env}.yaml", "apps/a-b/values-pre-prod.yaml",
                 "pre-prod", "a-b");
    assert_match(arena, "{env}/*/{env}-{module}.yaml", "uat/x/uat-pay-api.yaml", "uat", "pay-api");
    assert_false(gitops_match("envs/{env}/{module}.yaml", "envs/uat/deep/auth.yaml", arena,
                              &environment, &module));
    assert_false(gitops_match("{env}/{env}-{module}.yaml", "uat/sit-pay.yaml", arena, &environment,
                              &module));
    assert_false(gitops_match("{env}/{module}.yaml", "uat/.yaml", arena, &environment, &module));
}

static void assert_version(struct arena *arena, const char *expected, const char *name,
                           const char *text, const char *key)
{
    struct error error = { 0 };
    const char *version = gitops_version(name, text, strlen(text), key, "auth", arena, &error);

    if (version == NULL || strcmp(version, expected) != 0)
        fail_msg("%s: %s %s", text, version != NULL ? version : "nothing", error.message);
}

static void versions_stand_where_the_tools_put_them(void **state)
{
    struct arena *arena = *state;
    struct error error = { 0 };

    assert_version(arena, "2.10", "values.yaml", "image: {repository: x, tag: 2.10}\n", NULL);
    assert_version(arena, "1.2.3", "a.json", "{\"version\": \"1.2.3\"}", NULL);
    assert_version(arena, "v7", "app.yaml",
                   "kind: Application\nspec: {source: {targetRevision: v7}}\n", NULL);
    assert_version(arena, "9.1", "kustomization.yaml",
                   "images:\n- {name: side, newTag: '1'}\n- {name: reg/auth, newTag: '9.1'}\n",
                   NULL);
    assert_version(arena, "3.0", "v.yaml", "image: reg.example:5000/mb/auth:3.0@sha256:00\n", NULL);
    assert_version(arena, "4.0", "v.yaml", "auth: {image: {tag: '4.0'}}\n", NULL);
    assert_version(arena, "5.0", "v.yaml", "a: {b: {c: '5.0'}}\n", "a.b.c");
    assert_version(arena, "6.0", ".env", "VERSION=6.0\n", "VERSION");
    assert_null(gitops_version("v.yaml", "a: 1\n", 5, NULL, "auth", arena, &error));
    assert_int_equal(error.code, ERROR_NONE);
    assert_null(gitops_version("v.yaml", "a: [\n", 5, NULL, "auth", arena, &error));
    assert_int_equal(error.code, ERROR_INVALID);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(types_are_guessed_from_name_and_files),
        CASE(parts_of_a_monorepo_are_what_is_built_by_itself),
        CASE(one_service_has_no_parts),
        CASE(layers_are_found_by_the_names_of_environments),
        CASE(migrations_are_where_they_usually_are),
        CASE(tag_forms_are_told_by_the_tags_that_exist),
        CASE(names_come_from_paths_and_addresses),
        CASE(patterns_find_environment_and_module_in_paths),
        CASE(versions_stand_where_the_tools_put_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
