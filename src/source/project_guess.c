#include <pilab/source/project_guess.h>

#include "path_below.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>
#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/base/vector.h>

/* --- What a file says of the module that it lies in ------------------------------------------- */

enum { BACKEND, FRONTEND, DATABASE, INFRASTRUCTURE, LIBRARY, TYPE_COUNT };

static const char *const type_names[TYPE_COUNT] = { "BACKEND", "FRONTEND", "DATABASE",
                                                    "INFRASTRUCTURE", "LIBRARY" };

/* Points for a type, given once however many files match. Relative to the module's folder. */
static const struct type_sign {
    const char *pattern;
    int type, points;
} file_signs[] = {
  /* clang-format off */
    { "{go.mod,Cargo.toml,pom.xml,Gemfile,composer.json,mix.exs,build.sbt}", BACKEND, 4 },
    { "{build.gradle,build.gradle.kts,pyproject.toml,requirements.txt,setup.py,Pipfile}",
      BACKEND, 4 },
    { "*.{csproj,fsproj,sln}", BACKEND, 4 },
    { "{src/main/java,src/main/kotlin,src/main/scala}/**", BACKEND, 3 },
    { "{cmd,internal}/**/*.go", BACKEND, 3 },
    { "package.json", BACKEND, 2 },
    { "{nest-cli,tsconfig.server}.json", BACKEND, 4 },
    { "{server,src/server,src/main}.{js,ts}", BACKEND, 2 },
    { "{angular.json,next.config.*,nuxt.config.*,vite.config.*,svelte.config.*,vue.config.js}",
      FRONTEND, 7 },
    { "{index.html,public/index.html,src/index.html}", FRONTEND, 5 },
    { "src/**/*.{tsx,jsx,vue,svelte}", FRONTEND, 5 },
    { "{pubspec.yaml,ionic.config.json,capacitor.config.*}", FRONTEND, 8 },
    { "**/AndroidManifest.xml", FRONTEND, 8 },
    { "{,*/}*.xcodeproj/**", FRONTEND, 8 },
    { "{,db/,sql/,src/}{migration,migrations,changelog}/**/*.{sql,xml,yaml,yml}", DATABASE, 3 },
    { "{flyway.conf,flyway.toml,liquibase.properties,sqitch.plan,atlas.hcl}", DATABASE, 7 },
    { "{schema,tables,views,procedures,packages,functions}/**/*.sql", DATABASE, 4 },
    { "{V,v}[0-9]*__*.sql", DATABASE, 4 },
    { "**/*.tf", INFRASTRUCTURE, 5 },
    { "{Pulumi.yaml,cdk.json,terragrunt.hcl,Vagrantfile,ansible.cfg,playbook.yml,site.yml}",
      INFRASTRUCTURE, 7 },
    { "{roles,playbooks}/**/*.{yml,yaml}", INFRASTRUCTURE, 4 },
    { "{Chart.yaml,helmfile.yaml,kustomization.yaml}", INFRASTRUCTURE, 3 },
    { "charts/*/Chart.yaml", INFRASTRUCTURE, 3 },
    { "{base,overlays}/**/kustomization.{yaml,yml}", INFRASTRUCTURE, 3 },
  /* clang-format on */
};

/* Whole words of the module's name. */
static const struct name_sign {
    const char *word;
    int type, points;
} name_signs[] = {
  /* clang-format off */
    { "db", DATABASE, 8 },              { "database", DATABASE, 8 },
    { "schema", DATABASE, 6 },          { "schemas", DATABASE, 6 },
    { "migrations", DATABASE, 8 },      { "sql", DATABASE, 6 },
    { "liquibase", DATABASE, 8 },       { "flyway", DATABASE, 8 },
    { "web", FRONTEND, 4 },             { "ui", FRONTEND, 6 },
    { "frontend", FRONTEND, 8 },        { "fe", FRONTEND, 6 },
    { "spa", FRONTEND, 6 },             { "portal", FRONTEND, 3 },
    { "webapp", FRONTEND, 5 },          { "website", FRONTEND, 6 },
    { "android", FRONTEND, 8 },         { "ios", FRONTEND, 8 },
    { "mobile", FRONTEND, 2 },          { "app", FRONTEND, 1 },
    { "infra", INFRASTRUCTURE, 8 },     { "infrastructure", INFRASTRUCTURE, 8 },
    { "terraform", INFRASTRUCTURE, 9 }, { "ansible", INFRASTRUCTURE, 9 },
    { "helm", INFRASTRUCTURE, 6 },      { "charts", INFRASTRUCTURE, 6 },
    { "chart", INFRASTRUCTURE, 6 },     { "k8s", INFRASTRUCTURE, 6 },
    { "kubernetes", INFRASTRUCTURE, 6 }, { "gitops", INFRASTRUCTURE, 8 },
    { "ops", INFRASTRUCTURE, 4 },       { "deploy", INFRASTRUCTURE, 4 },
    { "deployment", INFRASTRUCTURE, 4 }, { "platform", INFRASTRUCTURE, 1 },
    { "network", INFRASTRUCTURE, 2 },
    { "lib", LIBRARY, 9 },              { "libs", LIBRARY, 9 },
    { "library", LIBRARY, 9 },          { "common", LIBRARY, 6 },
    { "commons", LIBRARY, 6 },          { "shared", LIBRARY, 6 },
    { "sdk", LIBRARY, 8 },              { "utils", LIBRARY, 7 },
    { "util", LIBRARY, 7 },             { "bom", LIBRARY, 7 },
    { "starter", LIBRARY, 6 },          { "parent", LIBRARY, 6 },
    { "client", LIBRARY, 3 },           { "proto", LIBRARY, 5 },
    { "contracts", LIBRARY, 5 },
    { "service", BACKEND, 3 },          { "svc", BACKEND, 4 },
    { "api", BACKEND, 4 },              { "backend", BACKEND, 8 },
    { "be", BACKEND, 4 },               { "server", BACKEND, 5 },
    { "gateway", BACKEND, 4 },          { "worker", BACKEND, 4 },
    { "bff", BACKEND, 5 },              { "batch", BACKEND, 4 },
    { "job", BACKEND, 3 },              { "jobs", BACKEND, 3 },
    { "consumer", BACKEND, 4 },         { "adapter", BACKEND, 2 },
    { "connector", BACKEND, 2 },
  /* clang-format on */
};

const char *path_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);

    if (length == 0)
        return path;
    return strncmp(path, directory, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

static bool is_joint(char c)
{
    return strchr("-_./@ ", c) != NULL; /* the NUL at the end is one, too */
}

/* Whether a word stands in a name as a whole one. */
static const char *find_word(const char *name, const char *word, size_t length)
{
    for (const char *at = name; *at != '\0'; at++) {
        if ((at == name || is_joint(at[-1])) && strncasecmp(at, word, length) == 0 &&
            is_joint(at[length]))
            return at;
    }
    return NULL;
}

static bool any_matches(const struct path_list *files, const char *directory, const char *pattern)
{
    struct glob *glob = glob_new(pattern, '/', true);
    bool found = false;

    for (size_t i = 0; i < files->count && !found; i++) {
        const char *path = path_below(files->paths[i], directory);

        found = path != NULL && glob_test(glob, path);
    }
    glob_free(&glob);
    return found;
}

const char *project_guess_type(const char *name, const struct path_list *files,
                               const char *directory)
{
    int points[TYPE_COUNT] = { 0 }, best = -1;

    for (size_t i = 0; i < COUNT(file_signs); i++) {
        if (any_matches(files, directory, file_signs[i].pattern))
            points[file_signs[i].type] += file_signs[i].points;
    }
    for (size_t i = 0; i < COUNT(name_signs); i++) {
        if (find_word(name, name_signs[i].word, strlen(name_signs[i].word)) != NULL)
            points[name_signs[i].type] += name_signs[i].points;
    }
    for (int type = 0; type < TYPE_COUNT; type++) {
        if (points[type] > 0 && (best < 0 || points[type] > points[best]))
            best = type;
    }
    return best >= 0 ? type_names[best] : NULL;
}

/* --- Parts of a monorepo ---------------------------------------------------------------------- */

/* A folder with one of these is built by itself. */
static const char *const build_files[] = {
    "package.json",   "pom.xml",          "go.mod",           "Cargo.toml", "build.gradle",
    "pyproject.toml", "setup.py",         "build.gradle.kts", "Dockerfile", "composer.json",
    "Gemfile",        "requirements.txt", "mix.exs",
};

/* Nothing below these is a part, unless there is nothing else (`charts`). */
static const char *const helpers[] = {
    "test",  "tests",    "e2e",      "example",   "examples",  "sample",      "samples",
    "doc",   "docs",     "tool",     "tools",     "script",    "scripts",     "hack",
    "build", "dist",     "target",   "vendor",    "testdata",  "third_party", "node_modules",
    "ci",    "fixtures", "template", "templates", "benchmark", "benchmarks",  "integration-tests",
};

static const char *const deployments[] = { "chart",      "charts", "helm",       "deploy",
                                           "deployment", "k8s",    "kubernetes", "docker" };

static bool is_one_of(const char *word, size_t length, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == length && strncasecmp(word, words[i], length) == 0)
            return true;
    }
    return false;
}

static bool lies_in(const char *folder, const char *const *words, size_t count)
{
    while (*folder != '\0') {
        size_t length = strcspn(folder, "/");

        if (folder[0] == '.' || is_one_of(folder, length, words, count))
            return true;
        folder += length + (folder[length] == '/');
    }
    return false;
}

static bool builds(const char *file)
{
    size_t length = strlen(file);

    if (is_one_of(file, length, build_files, COUNT(build_files)))
        return true;
    return length > 7 && strcasecmp(file + length - 7, ".csproj") == 0;
}

/* A file lies in the folder itself, or anywhere below it. */
static bool is_below(const char *folder, const char *parent)
{
    return path_below(folder, parent) != NULL && *parent != '\0';
}

static void add_folder(struct vector *folders, struct arena *arena, const char *path, size_t length)
{
    for (size_t i = 0; i < folders->count; i++) {
        const char *known = *(const char **)vector_at(folders, i);

        if (strlen(known) == length && memcmp(known, path, length) == 0)
            return;
    }
    *(const char **)vector_add(folders) = arena_bytes(arena, path, length);
}

/* Folders other than the root in which something is built; in charts when `charts`. */
static void find_folders(const struct path_list *files, bool charts, struct arena *arena,
                         struct vector *folders)
{
    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->paths[i], *slash = strrchr(path, '/');
        char *folder;

        if (slash == NULL || !(charts ? strcmp(slash + 1, "Chart.yaml") == 0 : builds(slash + 1)))
            continue;
        folder = arena_bytes(arena, path, (size_t)(slash - path));
        if (lies_in(folder, helpers, COUNT(helpers)) ||
            (!charts && lies_in(folder, deployments, COUNT(deployments))))
            continue;
        add_folder(folders, arena, folder, strlen(folder));
    }
}

/* A folder that only holds two or more others ("services/pom.xml") is none itself. */
static bool only_gathers(const struct vector *folders, const char *folder)
{
    size_t inside = 0;

    for (size_t i = 0; i < folders->count; i++) {
        const char *other = *(const char **)vector_at(folders, i),
                   *rest = path_below(other, folder);

        inside += is_below(other, folder) && strchr(rest, '/') == NULL;
    }
    return inside > 1;
}

static bool is_outermost(const struct vector *folders, const char *folder)
{
    for (size_t i = 0; i < folders->count; i++) {
        const char *other = *(const char **)vector_at(folders, i);

        if (is_below(folder, other) && !only_gathers(folders, other))
            return false;
    }
    return true;
}

/* "ui" twice, in two folders: they are told apart by the folder above. */
static void name_parts(struct project_part *parts, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        parts[i].name = path_base_name(parts[i].path);
    for (size_t i = 0; i < count; i++) {
        bool twice = false;

        for (size_t j = 0; j < count; j++)
            twice = twice || (i != j && strcmp(path_base_name(parts[j].path), parts[i].name) == 0);
        if (twice) {
            char *name = arena_text(arena, parts[i].path);

            for (char *c = name; *c != '\0'; c++)
                *c = *c == '/' ? '-' : *c;
            parts[i].name = name;
        }
    }
}

struct project_part *project_guess_parts(const struct path_list *files, struct arena *arena,
                                         size_t *count)
{
    struct vector folders, parts;
    struct project_part *out;
    bool root_builds = false;

    vector_init(&folders, sizeof(const char *));
    vector_init(&parts, sizeof(struct project_part));
    find_folders(files, false, arena, &folders);
    for (size_t i = 0; i < files->count; i++)
        root_builds =
            root_builds || (strchr(files->paths[i], '/') == NULL && builds(files->paths[i]));
    if (folders.count == 0 && !root_builds)
        find_folders(files, true, arena, &folders);
    for (size_t i = 0; i < folders.count; i++) {
        const char *folder = *(const char **)vector_at(&folders, i);

        if (is_outermost(&folders, folder) && !only_gathers(&folders, folder))
            ((struct project_part *)vector_add(&parts))->path = folder;
    }
    *count = parts.count > 1 ? parts.count : 0;
    out = *count > 0 ? vector_to_arena(&parts, arena) : NULL;
    if (out != NULL)
        name_parts(out, *count, arena);
    vector_release(&folders);
    vector_release(&parts);
    return out;
}

const char *project_name_of(const char *path, struct arena *arena)
{
    size_t length = strlen(path);
    const char *start;

    while (length > 0 && path[length - 1] == '/')
        length--;
    if (length > 4 && strncmp(path + length - 4, ".git", 4) == 0) {
        length -= 4;
        if (path[length - 1] == '/') /* "auth/.git" */
            length--;
    }
    start = path + length;
    while (start > path && start[-1] != '/' && start[-1] != ':')
        start--;
    return arena_bytes(arena, start, (size_t)(path + length - start));
}
