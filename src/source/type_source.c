#include <pilab/source/type_source.h>

#include "database_source.h"
#include "dependency_source.h"
#include "image_source.h"
#include "infrastructure_source.h"

static const struct type_source *const sources[DRIFT_TYPE_COUNT] = {
    [DRIFT_DATABASE] = &database_source,
    [DRIFT_INFRASTRUCTURE] = &infrastructure_source,
    [DRIFT_IMAGE] = &image_source,
    [DRIFT_DEPENDENCY] = &dependency_source,
};

const struct type_source *type_source(enum drift_type type)
{
    return sources[type];
}

bool type_sources_claim(const char *path)
{
    for (int type = 0; type < DRIFT_TYPE_COUNT; type++) {
        if (sources[type] != NULL && sources[type]->claims(path))
            return true;
    }
    return false;
}

bool type_sources_read(struct module_reader *reader, const struct place *previous,
                       const struct place *current, struct error *error)
{
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++) {
        enum drift_type type = (enum drift_type)i;

        if (sources[i] == NULL || !module_reader_wants(reader, type))
            continue;
        error_clear(error);
        /* What keeps the files from being known has been told already. */
        if (reader->files_unknown) {
            module_reader_source(reader, type, SOURCE_FAILED, "the files are not known");
            continue;
        }
        if (!sources[i]->read(reader, previous, current, error) &&
            !module_reader_failed(reader, &type, 1, sources[i]->what, error))
            return false;
    }
    return true;
}
