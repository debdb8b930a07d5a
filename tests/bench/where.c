/*
 * where make DIRECTORY MODULES COMMITS   makes bare repositories, and pilab.yaml beside them
 * where deploy STORE DEPLOYMENTS         deploys that many versions into every cell of the project
 *
 * What `pilab where` is measured on: modules with a main line of a tag every so often, a release
 * branch with a commit picked over, and environments that went from version to version.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/demo/builder.h>
#include <pilab/git/repository.h>
#include <pilab/store/deployment.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/project.h>
#include <pilab/store/store.h>
#include <pilab/store/tenant.h>

enum { VERSIONS = 20, FILES = 40, ENVIRONMENTS = 8 };

#define BEGIN_AT INT64_C(1704067200000) /* 2024-01-01 */
#define HOUR     INT64_C(3600000)

static const char *const environment_names[ENVIRONMENTS] = { "DEV", "SIT",      "UAT",  "PERF",
                                                             "SEC", "PRE_PROD", "PROD", "DR" };

static int fail(const struct error *error)
{
    fprintf(stderr, "where: %s\n", error->message);
    return 1;
}

/* --- Repositories ----------------------------------------------------------------------------- */

/* Every 125th adds a file of its own; the one that is picked over changes a file as the older
 * release has it. */
static struct object_id add_commit(struct builder *build, long module, long number)
{
    char *path = number % 125 == 0
                     ? memory_printf("src/own/file%ld.c", number)
                     : memory_printf("src/part%ld/file%ld.c", number % 7, number % FILES);
    char *text = memory_printf("/* module %ld */\nint value = %ld;\n", module, number);
    char *message =
        memory_printf("fix(part%ld): [SHOP-%ld] change number %ld\n\nIt was %ld before.",
                      number % 7, 100 + number / 3, number, number - 1);
    struct object_id id;

    builder_write(build, path, text);
    id = builder_commit(build, message);
    free(path);
    free(text);
    free(message);
    return id;
}

static bool make_repository(const char *path, long module, long commits, struct error *error)
{
    struct builder *build = builder_new(path, true, error);
    struct object_id picked = { { 0 } };

    if (build == NULL)
        return false;
    builder_pack(build);
    for (long i = 0; i < commits; i++) {
        struct object_id id = add_commit(build, module, i);

        if (i == commits - commits / 8)
            picked = id;
        if ((i + 1) % (commits / VERSIONS) == 0) {
            char *tag = memory_printf("v1.%ld.0", (i + 1) / (commits / VERSIONS));

            builder_tag(build, tag);
            free(tag);
        }
        if (i == commits / 2) {
            builder_branch(build, "release/1.10");
            builder_switch(build, "main");
        }
    }
    builder_switch(build, "release/1.10");
    builder_write(build, "release.txt", "release\n");
    builder_commit(build, "Begin the release");
    builder_pick(build, &picked, false);
    builder_tag(build, "v1.10.1");
    return builder_free(&build, error);
}

static int make(const char *directory, long modules, long commits)
{
    char *file = memory_printf("%s/pilab.yaml", directory);
    struct error error = { 0 };
    FILE *out = fopen(file, "w");
    bool ok = out != NULL && repository_library_start(&error);

    free(file);
    if (!ok)
        return fail(&error);
    fputs("pilab: 1\nproject: {name: Shop, code: SHOP, tickets: [SHOP]}\nenvironments:\n", out);
    for (int i = 0; i < ENVIRONMENTS; i++)
        fprintf(out, "  - {name: %s, stage: %s%s%s%s}\n", environment_names[i],
                environment_names[i], i > 0 ? ", from: [" : "",
                i > 0 ? environment_names[i - 1] : "", i > 0 ? "]" : "");
    fputs("modules:\n", out);
    for (long i = 0; ok && i < modules; i++) {
        char *path = memory_printf("%s/m%02ld.git", directory, i);

        fprintf(out, "  - {name: m%02ld, repository: '%s', tags: 'v{version}'}\n", i, path);
        ok = make_repository(path, i, commits, &error);
        free(path);
    }
    repository_library_stop();
    return fclose(out) == 0 && ok ? 0 : fail(&error);
}

/* --- Deployments ------------------------------------------------------------------------------ */

/* Every environment is some versions behind the one before it; the last but one takes the release
 * branch. */
static char *version_of(long number, long deployments, int environment)
{
    long version = number * VERSIONS / deployments + 1 - environment;

    if (environment == ENVIRONMENTS - 2 && number == deployments - 1)
        return memory_copy_text("1.10.1");
    return memory_printf("1.%ld.0", version > 1 ? version : 1);
}

static bool deploy_cell(struct connection *connection, const char *project,
                        const struct store_module *module,
                        const struct store_environment *environment, int index, long deployments,
                        struct error *error)
{
    bool ok = true;

    for (long i = 0; ok && i < deployments; i++) {
        char *version = version_of(i, deployments, index);
        struct store_deployment deployment = { .project_id = project,
                                               .module_id = module->id,
                                               .environment_id = environment->id,
                                               .version = version,
                                               .status = DEPLOYMENT_DEPLOYED,
                                               .actor = "deploy-bot",
                                               .started_at = BEGIN_AT + (i * 9 + index) * HOUR };

        ok = store_deployment_add(connection, &deployment, error);
        free(version);
    }
    return ok;
}

static bool deploy_all(struct connection *connection, struct arena *arena, long deployments,
                       struct error *error)
{
    struct store_tenants tenants;
    struct store_projects projects;
    struct store_modules modules;
    struct store_environments environments;
    const char *project;
    bool ok =
        store_tenant_list(connection, NULL, arena, &tenants, error) &&
        store_project_list(connection, tenants.items[0].id, NULL, NULL, arena, &projects, error);

    if (!ok)
        return false;
    project = projects.items[0].id;
    ok = store_module_list(connection, project, NULL, arena, &modules, error) &&
         store_environment_list(connection, project, NULL, arena, &environments, error) &&
         store_begin(connection, NULL, error);
    for (size_t i = 0; ok && i < modules.count * environments.count; i++)
        ok = deploy_cell(connection, project, &modules.items[i / environments.count],
                         &environments.items[i % environments.count], (int)(i % environments.count),
                         deployments, error);
    ok = ok && store_commit(connection, error);
    store_rollback(connection);
    return ok;
}

static int deploy(const char *path, long deployments)
{
    struct store_options options = { .path = path };
    struct arena *arena = arena_new();
    struct connection *connection = NULL;
    struct store *store = NULL;
    struct error error = { 0 };
    bool ok = store_open(&options, NULL, &store, &error) &&
              (connection = store_connect(store, NULL, NULL, &error)) != NULL &&
              deploy_all(connection, arena, deployments, &error);

    connection_close(&connection);
    store_close(&store);
    arena_free(&arena);
    return ok ? 0 : fail(&error);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "make") == 0)
        return make(argv[2], strtol(argv[3], NULL, 10), strtol(argv[4], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "deploy") == 0)
        return deploy(argv[2], strtol(argv[3], NULL, 10));
    fputs("usage: where make DIRECTORY MODULES COMMITS | where deploy STORE DEPLOYMENTS\n", stderr);
    return 64;
}
