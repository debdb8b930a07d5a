#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "project_example.h"

#include <string.h>

const char project_example[] =
    "pilab: 1\n"
    "project: {name: Mobile Banking, code: MB, tickets: [MB, OPS], four_eyes: auto}\n"
    "environments:                      # column order\n"
    "  - {name: DEV,  stage: DEV}\n"
    "  - {name: SIT,  stage: SIT,  from: [DEV]}\n"
    "  - {name: UAT,  stage: UAT,  from: [SIT]}\n"
    "  - {name: PROD, stage: PROD, from: [UAT]}\n"
    "modules:\n"
    "  - name: mb-auth-service\n"
    "    type: BACKEND                  # BACKEND FRONTEND DATABASE\n"
    "    repository: ssh://git@git.example/mb/auth.git\n"
    "    path: .                        # its part of a monorepo\n"
    "    tags: \"v{version}\"             # how a version becomes a tag\n"
    "    config: [deploy/values.yaml, \"deploy/values-{env}.yaml\"]   # later wins\n"
    "    migrations: {path: db/migrations, dialect: postgresql}\n"
    "    dependencies: auto\n"
    "    image: registry.example/mb/auth\n"
    "    infrastructure:                # plans, states and variables of Terraform\n"
    "      plan: infra/tfplan.json\n"
    "      state: infra/main.tfstate\n"
    "      tfvars: [infra/common.tfvars, \"infra/{env}.tfvars\"]\n"
    "    schema:                        # of its database: a dump, a snapshot; or live\n"
    "      path: db/structure.sql\n"
    "      dialect: postgresql\n"
    "      live: {UAT: service=uat, SIT: \"postgresql://app@db.example/sit\"}\n"
    "expected_differences:              # meant to differ\n"
    "  - {type: config, path: \"**.replicas\"}\n"
    "not_examined: [infrastructure]\n"
    "rules: []\n";

void must_read(const char *text, struct arena *arena, struct project_settings *settings)
{
    struct error error;

    if (!project_file_read("pilab.yaml", text, strlen(text), arena, settings, &error))
        fail_msg("%s (in)\n%s", error.message, text);
}

void must_refuse_bytes(const char *text, size_t length, const char *message, const char *hint)
{
    struct arena *arena = arena_new();
    struct project_settings settings = { .name = "untouched" };
    struct error error;

    if (project_file_read("pilab.yaml", text, length, arena, &settings, &error))
        fail_msg("it was read, where \"%s\" was expected:\n%s", message, text);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_string_equal(error.message, message);
    if (hint != NULL)
        assert_string_equal(error.hint, hint);
    assert_string_equal(settings.name, "untouched");
    arena_free(&arena);
}

void must_refuse(const char *text, const char *message)
{
    must_refuse_bytes(text, strlen(text), message, NULL);
}
