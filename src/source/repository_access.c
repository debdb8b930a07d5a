#include <pilab/source/repository_access.h>

#include <stdlib.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/git/mirror.h>

/* Who is cut off may still work with what was fetched before. */
static bool hint_offline(const char *address, const struct mirror_options *options,
                         struct error *error)
{
    char *path = mirror_path(address, options), *hint;

    if (error != NULL && error->code == ERROR_NETWORK && file_is_directory(path)) {
        hint = memory_printf("%s%s--offline takes what was fetched before", error->hint,
                             error->hint[0] != '\0' ? "; " : "");
        error_hint(error, "%s", hint);
        free(hint);
    }
    free(path);
    return false;
}

static bool update(const struct repository_access *access, const char *address,
                   const struct mirror_options *options, char **path,
                   const struct progress *progress, struct error *error)
{
    struct error refused = { 0 };

    if (mirror_update(address, options, path, progress, &refused))
        return true;
    if (refused.code == ERROR_UNVERIFIED && access->meet != NULL) {
        if (!access->meet(access->context, address, progress, error))
            return false;
        error_clear(&refused);
        if (mirror_update(address, options, path, progress, &refused))
            return true;
    }
    if (error != NULL)
        *error = refused;
    return hint_offline(address, options, error);
}

bool repository_access_path(const struct repository_access *access, const char *address,
                            enum repository_freshness freshness, char **path,
                            const struct progress *progress, struct error *error)
{
    struct mirror_options options = { .cache_directory = access->cache_directory,
                                      .offline = access->offline,
                                      .ssh = access->ssh };
    enum remote_kind kind;

    *path = NULL;
    if (!remote_check(address, &kind, error))
        return false;
    if (kind == REMOTE_PATH) {
        *path = memory_copy_text(address);
        return true;
    }
    if (freshness == REPOSITORY_ANY) {
        char *mirror = mirror_path(address, &options);

        options.offline |= file_is_directory(mirror);
        free(mirror);
    }
    return update(access, address, &options, path, progress, error);
}

bool repository_access_open(const struct repository_access *access, const char *address,
                            enum repository_freshness freshness, struct repository **repository,
                            const struct progress *progress, struct error *error)
{
    char *path;
    bool ok = repository_access_path(access, address, freshness, &path, progress, error) &&
              repository_open(repository, path, error);

    free(path);
    return ok;
}
