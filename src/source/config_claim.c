/*
 * Which files the project's own settings make configuration. Who reads the rest by well-known names
 * must leave them alone: they were read with their layers, or are those of another environment.
 */
#include <pilab/source/reader.h>

#include <string.h>

#include <pilab/base/glob.h>

#include "pattern_marks.h"

struct config_claim {
    struct glob *glob;
    struct glob *beside; /* the files of its folder, when it is a file of Helm values; or NULL */
};

/* Helm values of one folder are layers of one chart: where the project names some of them, the
 * others are not for this comparison. */
static struct glob *beside(const struct module_reader *reader, const char *pattern)
{
    const char *slash = strrchr(pattern, '/');

    if (!well_known_helm_values(reader->names, pattern))
        return NULL;
    if (slash == NULL)
        return glob_new("*", '/', false);
    if (memchr(pattern, '{', (size_t)(slash - pattern)) != NULL)
        return NULL;
    return glob_new(arena_printf(reader->arena, "%.*s/*", (int)(slash - pattern), pattern), '/',
                    false);
}

void module_reader_claim_config(struct module_reader *reader, const char *path)
{
    const char *pattern = pattern_fill(reader->arena, path, ENVIRONMENT_MARK, "*");
    struct config_claim *claim = vector_add(&reader->claims);

    claim->glob = glob_new(pattern, '/', false);
    claim->beside = beside(reader, pattern);
}

bool module_reader_config_claims(const struct module_reader *reader, const char *path)
{
    for (size_t i = 0; i < reader->claims.count; i++) {
        const struct config_claim *claim = vector_at(&reader->claims, i);

        if (glob_test(claim->glob, path) ||
            (claim->beside != NULL && glob_test(claim->beside, path) &&
             well_known_helm_values(reader->names, path)))
            return true;
    }
    return false;
}

void module_reader_claims_start(struct module_reader *reader)
{
    vector_init(&reader->claims, sizeof(struct config_claim));
}

void module_reader_claims_release(struct module_reader *reader)
{
    for (size_t i = 0; i < reader->claims.count; i++) {
        struct config_claim *claim = vector_at(&reader->claims, i);

        glob_free(&claim->glob);
        glob_free(&claim->beside);
    }
    vector_release(&reader->claims);
}
