#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pilab/source/well_known.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void assert_each(bool (*is)(const struct well_known *names, const char *path), bool expected,
                        const char *const *paths, size_t count)
{
    struct well_known *names = well_known_new();

    for (size_t i = 0; i < count; i++) {
        if (is(names, paths[i]) != expected)
            fail_msg("%s should be %s", paths[i], expected ? "taken" : "left");
    }
    well_known_free(&names);
    assert_null(names);
}

static void helm_charts_are_read_but_for_their_templates_and_trials(void **state)
{
    static const char *const taken[] = {
        "values.yaml",
        "chart/values.yml",
        "charts/auth/values.yaml",
        "charts/auth/values-uat.yaml",
        "charts/auth/values.prod.yaml",
        "charts/auth/values_dr.yaml",
        "deploy/prod-values.yaml",
        "helm/auth/values/uat.yaml",
        "helm/auth/values/eu/uat.yml",
        "helmfile.yaml",
    };
    static const char *const left[] = {
        "charts/auth/Chart.yaml",
        "charts/auth/requirements.yaml",
        "charts/auth/templates/deployment.yaml",
        "charts/auth/templates/tests/values.yaml",
        "charts/auth/ci/minimal-values.yaml",
        "charts/auth/values.schema.json",
        "charts/auth/values.example.yaml",
        "charts/auth/README.md",
        "values.txt",
    };

    (void)state;
    assert_each(well_known_config, true, taken, COUNT(taken));
    assert_each(well_known_config, false, left, COUNT(left));
}

static void dotenv_files_are_read_but_for_samples(void **state)
{
    static const char *const taken[] = {
        ".env",           ".env.production", ".env.local",      "services/pay/.env.uat",
        "config/uat.env", "prod.env",        ".ENV.Production",
    };
    static const char *const left[] = {
        ".env.example", ".env.sample", "app/.env.template",  ".env.dist", "example.env",
        ".envrc",       "env",         ".env.local.example",
    };

    (void)state;
    assert_each(well_known_config, true, taken, COUNT(taken));
    assert_each(well_known_config, false, left, COUNT(left));
}

static void settings_of_frameworks_are_read(void **state)
{
    static const char *const taken[] = {
        "src/main/resources/application.yml",
        "src/main/resources/application-prod.properties",
        "src/main/resources/bootstrap.yaml",
        "src/Web/appsettings.json",
        "src/Web/appsettings.Production.json",
        "docker-compose.yml",
        "docker-compose.prod.yml",
        "docker-compose-uat.yaml",
        "compose.yaml",
        "config/database.yml",
        "config/environments/uat.json",
        "app/conf/routes.properties",
        "config.yaml",
        "service/config-uat.json",
        "settings.json",
        "serverless.yml",
        "group_vars/prod.yml",
        "inventory/host_vars/db1.yaml",
    };
    static const char *const left[] = {
        "src/test/resources/application.yml",
        "src/main/resources/messages_de.properties",
        "src/main/resources/application.txt",
        "config/locales/en.yml",
        "app/i18n/de.json",
        "config/settings.sample.json",
        "gradle/wrapper/gradle-wrapper.properties",
        "application.conf",
        "openapi.yaml",
        "src/model.json",
    };

    (void)state;
    assert_each(well_known_config, true, taken, COUNT(taken));
    assert_each(well_known_config, false, left, COUNT(left));
}

static void what_is_deployed_to_a_cluster_is_read(void **state)
{
    static const char *const taken[] = {
        "k8s/deployment.yaml",
        "kubernetes/base/service.yml",
        "deploy/sit/auth.yaml",
        "deployments/uat/config.json",
        "overlays/uat/kustomization.yaml",
        "overlays/test/replicas.yaml",
        "environments/test/app.yaml",
        "clusters/prod/apps.yaml",
        "argocd/apps/auth.yaml",
        "kustomization.yaml",
    };
    static const char *const left[] = {
        "deploy/grafana/dashboards/latency.json",
        "deploy/run.sh",
        "k8s/.yamllint.yaml",
        "test/k8s/deployment.yaml",
        "test/fixtures/overlays/test/a.yaml",
        "examples/k8s/deployment.yaml",
        "docs/deploy/values.yaml",
        "vendor/lib/deploy/values.yaml",
        "node_modules/x/config/a.json",
    };

    (void)state;
    assert_each(well_known_config, true, taken, COUNT(taken));
    assert_each(well_known_config, false, left, COUNT(left));
}

static void tools_and_lock_files_are_no_configuration(void **state)
{
    static const char *const left[] = {
        "package.json",
        "config/package.json",
        "web/package-lock.json",
        "npm-shrinkwrap.json",
        "tsconfig.json",
        "config/tsconfig.build.json",
        "composer.json",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
        ".github/workflows/deploy.yml",
        ".gitlab-ci.yml",
        "config/.travis.yml",
        ".vscode/settings.json",
        ".eslintrc.json",
        "config/.eslintrc.yaml",
        ".pre-commit-config.yaml",
        "mkdocs.yml",
        "codecov.yml",
        "deploy/renovate.json.txt",
        "sonar-project.properties",
        "Makefile",
        "",
    };

    (void)state;
    assert_each(well_known_config, false, left, COUNT(left));
}

static void only_values_are_typed_as_helm_does(void **state)
{
    static const char *const helm[] = { "values.yaml", "deploy/values-{env}.yaml",
                                        "charts/a/uat-values.yml", "values/uat.yaml" };
    static const char *const other[] = { "deploy/app.yaml", "values.json", "k8s/evalues/x.yaml",
                                         "values" };

    (void)state;
    assert_each(well_known_helm_values, true, helm, COUNT(helm));
    assert_each(well_known_helm_values, false, other, COUNT(other));
}

static void files_for_secrets_are_known_by_their_names(void **state)
{
    static const char *const secrets[] = {
        "secrets.yaml",       "deploy/secret.yml",          "deploy/secrets.enc.yaml",
        "values-secret.yaml", "deploy/values.secrets.yaml", "uat_secrets.properties",
        "secrets/db.yaml",    "secrets-uat.json",           "config/credentials.yml",
        ".env.secret",        "k8s/db-credentials.yaml",    "Secrets/App.yaml",
    };
    static const char *const other[] = { "values.yaml", "deploy/secretary.yaml", "nosecrets.yaml",
                                         "deploy/secretsx/a.yaml" };

    (void)state;
    assert_each(well_known_secrets, true, secrets, COUNT(secrets));
    assert_each(well_known_secrets, false, other, COUNT(other));
}

static void freeing_nothing_is_fine(void **state)
{
    struct well_known *none = NULL;

    (void)state;
    well_known_free(&none);
    well_known_free(NULL);
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(helm_charts_are_read_but_for_their_templates_and_trials),
        cmocka_unit_test(dotenv_files_are_read_but_for_samples),
        cmocka_unit_test(settings_of_frameworks_are_read),
        cmocka_unit_test(what_is_deployed_to_a_cluster_is_read),
        cmocka_unit_test(tools_and_lock_files_are_no_configuration),
        cmocka_unit_test(only_values_are_typed_as_helm_does),
        cmocka_unit_test(files_for_secrets_are_known_by_their_names),
        cmocka_unit_test(freeing_nothing_is_fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
