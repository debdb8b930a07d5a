#include <pilab/demo/demo.h>

#include "deployments.h"
#include "embedded.h"
#include "images.h"
#include "story.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

/* How pilab.yaml describes a module; the stories have the same names. */
struct module_lines {
    const char *name, *type, *lines;
};

/* clang-format off */
static const struct module_lines module_lines[] = {
    { "mb-auth-service", "BACKEND",
      "    dependencies: auto\n    image: " DEMO_REGISTRY "/mb/auth\n" },
    { "mb-payment-service", "BACKEND",
      "    dependencies: auto\n    image: " DEMO_REGISTRY "/mb/payment\n" },
    { "mb-notify-service", "BACKEND",
      "    dependencies: auto\n    image: " DEMO_REGISTRY "/mb/notify\n" },
    { "mb-ledger-db", "DATABASE",
      "    migrations: {path: db/migrations, dialect: postgresql}\n"
      "    schema: {path: db/migrations, dialect: postgresql}\n" },
    { "mb-web", "FRONTEND",
      "    dependencies: auto\n    image: " DEMO_REGISTRY "/mb/web\n" },
    { "mb-platform", "INFRASTRUCTURE", "" },
};
/* clang-format on */

#define MODULE_COUNT (sizeof(module_lines) / sizeof(*module_lines))

static const char project_head[] =
    "# The sample project. `pilab demo` made it; everything in it is made up.\n"
    "pilab: 1\n"
    "project: {name: Mobile Banking, code: MB, tickets: [MB, OPS], four_eyes: auto}\n"
    "environments:\n"
    "  - {name: DEV,  stage: DEV}\n"
    "  - {name: SIT,  stage: SIT,  from: [DEV]}\n"
    "  - {name: UAT,  stage: UAT,  from: [SIT]}\n"
    "  - name: PROD\n"
    "    stage: PROD\n"
    "    from: [UAT]\n"
    "    observe:\n"
    "      - type: file\n"
    "        name: the cluster\n";

/* What really runs in production, as a probe there would have written it down: somebody has put a
 * payment service there by hand that nobody recorded, and the platform says nothing of itself. */
static const char observed_name[] = "observed-prod.json";
static const char observed_file[] = "{\n"
                                    "  \"mb-auth-service\": \"v2.0.6\",\n"
                                    "  \"mb-payment-service\": \"v2.0.6\",\n"
                                    "  \"mb-notify-service\": \"v2.0.5\",\n"
                                    "  \"mb-ledger-db\": \"v2.0.5\",\n"
                                    "  \"mb-web\": \"v2.0.5\"\n"
                                    "}\n";

/* How the authentication service is configured there, as the same probe read it: as its repository
 * says, but for a session that somebody has made longer by hand. */
static const char seen_name[] = "observed-prod-auth.yaml";
static const char seen_file[] =
    "replicas: 6\n"
    "resources:\n"
    "  limits: { cpu: \"1\", memory: 1Gi }\n"
    "env:\n"
    "  service_auth:\n"
    "    - name: DATABASE_URL\n"
    "      value: \"postgres://auth:prod-only@db.prod.example.org/auth\"\n"
    "    - name: JWT_SIGNING_KEY\n"
    "      value: \"not-a-real-key-for-prod\"\n"
    "    - name: SESSION_TIMEOUT\n"
    "      value: \"60\"\n";

static const char project_tail[] = "expected_differences:\n"
                                   "  - {type: config, path: \"**.replicas\"}\n"
                                   "  - {type: config, path: \"**.resources.**\"}\n"
                                   "  - {type: config, path: \"**.ingress.host\"}\n"
                                   "  - {type: config, path: \"**.LOG_LEVEL\"}\n"
                                   "  - {type: config, path: \"**.API_ENDPOINT\"}\n"
                                   "  - {type: config, path: \"**.DATABASE_URL\"}\n"
                                   "  - {type: config, path: \"**.JWT_SIGNING_KEY\"}\n";

static const char *story_of(const char *module)
{
    for (size_t i = 0; i < embedded_story_count; i++)
        if (strcmp(embedded_stories[i].module, module) == 0)
            return embedded_stories[i].text;
    return "";
}

static void add_module_lines(struct strbuf *out, const struct module_lines *lines,
                             const char *repository)
{
    strbuf_printf(out, "  - name: %s\n    type: %s\n    repository: ", lines->name, lines->type);
    escape_json(out, repository, strlen(repository)); /* a JSON string is a YAML string */
    strbuf_printf(out,
                  "\n    tags: \"v{version}\"\n"
                  "    config: [deploy/values.yaml, \"deploy/values-{env}.yaml\"]\n%s",
                  lines->lines);
}

static bool build_module(struct demo_world *world, size_t index, const char *directory,
                         struct vector *deployments, struct error *error)
{
    const char *name = module_lines[index].name;
    struct demo_module *module = &world->modules[index];
    struct story_outcome story;
    module->name = name;
    module->repository = arena_printf(world->arena, "%s/%s.git", directory, name);
    if (file_exists(module->repository)) {
        error_set(error, ERROR_EXISTS, "%s is there already", module->repository);
        return error_hint(error, "give an empty folder");
    }
    struct builder *builder = builder_new(module->repository, true, error);
    if (!builder)
        return false;
    builder_pack(builder);
    bool ok = story_run(name, story_of(name), world->end_at, builder, world->arena, &story, error);
    if (!builder_free(&builder, ok ? error : NULL) || !ok)
        return false;
    const char *images = arena_printf(world->arena, "%s/images", directory);
    if (!images_of_module(images, name, &story, error))
        return false;
    module->commits = story.commits;
    module->tags = story.tag_count;
    deployments_of_module(name, &story, world->end_at, deployments);
    return true;
}

/* Cut in the evening, when SIT had everything that it is made of; since then SIT has moved on. */
static void plan_release(struct demo_world *world)
{
    world->release = (struct demo_release){
        .name = "R2025.03",
        .from = "SIT",
        .to = "UAT",
        .cut_at = deployments_cut_at(world->end_at),
        .planned_at = deployments_cut_at(world->end_at) + 2 * 24 * 60 * INT64_C(60000),
    };
}

/* Without a network: what the registry has lies beside the repositories. */
static void add_registry_lines(struct strbuf *out, const char *directory)
{
    char *folder = path_join(directory, "images");
    strbuf_add(out, "registries:\n  - {name: " DEMO_REGISTRY ", folder: ");
    escape_json(out, folder, strlen(folder));
    strbuf_add(out, "}\n");
    free(folder);
}

/* The rest of the entry of production: where the files are, and what they say of which module. */
static void add_observers(struct strbuf *out, const char *path, const char *seen)
{
    strbuf_add(out, "        path: ");
    escape_json(out, path, strlen(path));
    strbuf_add(out, "\n        modules: {");
    for (size_t i = 0; i < MODULE_COUNT; i++) {
        const char *name = module_lines[i].name;

        if (strcmp(module_lines[i].type, "INFRASTRUCTURE") != 0)
            strbuf_printf(out, "%s%s: /%s", i > 0 ? ", " : "", name, name);
    }
    strbuf_add(out, "}\n"
                    "      - type: file\n"
                    "        name: the settings there\n"
                    "        path: ");
    escape_json(out, seen, strlen(seen));
    strbuf_add(out, "\n        module: mb-auth-service\n"
                    "        format: yaml\n"
                    "        file: deploy/values-prod.yaml\n");
}

static bool write_project(struct demo_world *world, const char *directory, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    const char *observed = arena_printf(world->arena, "%s/%s", directory, observed_name);
    const char *seen = arena_printf(world->arena, "%s/%s", directory, seen_name);

    if (!file_write_atomic(observed, observed_file, sizeof observed_file - 1, 0644, error) ||
        !file_write_atomic(seen, seen_file, sizeof seen_file - 1, 0644, error))
        return false;
    strbuf_add(&text, project_head);
    add_observers(&text, observed, seen);
    strbuf_add(&text, "modules:\n");
    for (size_t i = 0; i < MODULE_COUNT; i++)
        add_module_lines(&text, &module_lines[i], world->modules[i].repository);
    add_registry_lines(&text, directory);
    strbuf_add(&text, project_tail);
    world->project_path = arena_printf(world->arena, "%s/pilab.yaml", directory);
    world->project_file = strbuf_to_arena(&text, world->arena);
    bool ok = file_write_atomic(world->project_path, text.data, text.length, 0644, error);
    strbuf_release(&text);
    return ok;
}

struct demo_world *demo_build(const char *directory, const struct demo_options *options,
                              const struct progress *progress, struct error *error)
{
    struct arena *arena = arena_new();
    struct demo_world *world = arena_alloc(arena, sizeof(*world));
    struct vector deployments;
    vector_init(&deployments, sizeof(struct demo_deployment));
    world->arena = arena;
    world->end_at = options && options->end_at ? options->end_at : DEMO_END_AT;
    world->modules = arena_array(arena, MODULE_COUNT, sizeof(*world->modules));
    world->module_count = MODULE_COUNT;
    bool ok = file_make_directories(directory, 0755, error);
    char *absolute = ok ? realpath(directory, NULL) : NULL;
    if (ok && !absolute)
        ok = error_set(error, ERROR_IO, "%s cannot be used", directory);
    for (size_t i = 0; ok && i < MODULE_COUNT; i++) {
        progress_report(progress, "building the sample world", i, MODULE_COUNT);
        ok = progress_check(progress, error) &&
             build_module(world, i, absolute, &deployments, error);
    }
    if (ok) {
        world->deployments = deployments_finish(&deployments, arena);
        world->deployment_count = deployments.count;
        plan_release(world);
        world->compared_at = deployments_compared_at(world->end_at);
        ok = write_project(world, absolute, error);
    }
    if (!ok)
        demo_world_free(&world);
    vector_release(&deployments);
    free(absolute);
    return world;
}

void demo_world_free(struct demo_world **world)
{
    if (!*world)
        return;
    struct arena *arena = (*world)->arena;
    *world = NULL;
    arena_free(&arena);
}
