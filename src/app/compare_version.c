/*
 * The tag that a version is, in the form of the project or in a usual one.
 */
#include <pilab/app/compare_plan.h>

#include <stdlib.h>
#include <string.h>

#include "remotes.h"

static const char tag_mark[] = "{version}";

static const char *fill_version(struct call *call, const char *pattern, const char *version)
{
    const char *mark = strstr(pattern, tag_mark);

    if (mark == NULL)
        return pattern;
    return arena_printf(call->arena, "%.*s%s%s", (int)(mark - pattern), pattern, version,
                        mark + sizeof tag_mark - 1);
}

/* The forms in which a version may be a tag, the likeliest first; ends with NULL. */
static void usual_forms(struct call *call, const struct module_settings *module,
                        const char *forms[6])
{
    forms[0] = "{version}";
    forms[1] = "v{version}";
    forms[2] = arena_printf(call->arena, "%s-{version}", module->name);
    forms[3] = arena_printf(call->arena, "%s/v{version}", module->name);
    forms[4] = arena_printf(call->arena, "release-{version}");
    forms[5] = NULL;
}

/* The tag in the form that the project names; NULL when it names none, or there is no such tag. */
static const char *named_tag(struct call *call, struct repository *repository,
                             const struct module_settings *module, const char *version)
{
    const char *tag = module->tags != NULL ? fill_version(call, module->tags, version) : NULL;
    struct object_id id;

    return tag != NULL && repository_resolve(repository, tag, &id, NULL) ? tag : NULL;
}

const char *compare_version_revision(struct call *call, struct repository *repository,
                                     const struct module_settings *module, const char *version)
{
    const char *named = named_tag(call, repository, module, version), *forms[6];
    struct object_id id;

    if (named != NULL)
        return named;
    usual_forms(call, module, forms);
    for (size_t i = 0; forms[i] != NULL; i++) {
        const char *tag = fill_version(call, forms[i], version);

        if (repository_resolve(repository, tag, &id, NULL))
            return tag;
    }
    return version;
}

bool compare_version_certain(struct call *call, struct repository *repository,
                             const struct module_settings *module, const char *version,
                             struct error *error)
{
    const char *first = NULL, *forms[6];
    struct object_id id, other;

    if (named_tag(call, repository, module, version) != NULL)
        return true;
    usual_forms(call, module, forms);
    for (size_t i = 0; forms[i] != NULL; i++) {
        const char *tag = fill_version(call, forms[i], version);

        struct error failure = { 0 };

        if (!repository_resolve(repository, tag, &other, &failure)) {
            if (failure.code != ERROR_AMBIGUOUS)
                continue;
            *error = failure;
            return false;
        }
        if (first == NULL) {
            first = tag;
            id = other;
        } else if (!object_id_equal(&id, &other)) {
            error_set(error, ERROR_AMBIGUOUS,
                      "version %s of %s is tagged twice, as %s and as %s, at different commits",
                      version, module->name, first, tag);
            return error_hint(error, "say which form counts: tags: \"%s\" in the module's settings",
                              forms[i]);
        }
    }
    return true;
}

const char *compare_local_repository(struct call *call, const char *url, struct error *error)
{
    const struct repository_access access = call_remotes(call);
    char *path;
    const char *copy = NULL;

    if (repository_access_path(&access, url, REPOSITORY_FRESH, &path, &call->progress, error))
        copy = arena_text(call->arena, path);
    free(path);
    return copy;
}

const char *compare_version_commit(struct call *call, const struct module_settings *module,
                                   const char *version)
{
    struct settings offline = *call->settings;
    struct call quiet = *call;
    struct repository *repository = NULL;
    const char *path, *commit = NULL;
    struct error ambiguous = { 0 };
    struct object_id id;
    char hex[OBJECT_ID_HEX_SIZE];

    offline.offline = true;
    quiet.settings = &offline;
    if (module->repository == NULL || !repository_library_start(NULL))
        return NULL;
    path = compare_local_repository(&quiet, module->repository, NULL);
    if (path != NULL && repository_open(&repository, path, NULL) &&
        compare_version_certain(call, repository, module, version, &ambiguous) &&
        repository_resolve(repository, compare_version_revision(call, repository, module, version),
                           &id, NULL))
        commit = arena_text(call->arena, object_id_hex(&id, hex));
    repository_free(&repository);
    repository_library_stop();
    return commit;
}
