#include "named_files.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/file.h>
#include <pilab/document/document.h>
#include <pilab/packages/formats.h>
#include <pilab/source/place.h>
#include <pilab/source/type_source.h>
#include <pilab/terraform/file.h>

#include "one_side.h"

static void take(struct named_files *named, enum drift_type type)
{
    /* Of two that are of two types, the one whose files hold secrets decides. */
    if (named->known && named->type == DRIFT_INFRASTRUCTURE)
        return;
    named->known = true;
    named->type = type;
}

/* A name that is well known says it before all content. */
static bool claimed(const char *path, enum drift_type *type)
{
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++) {
        const struct type_source *source = type_source((enum drift_type)i);

        if (source != NULL && source->claims(path)) {
            *type = (enum drift_type)i;
            return true;
        }
    }
    return false;
}

static void recognise(struct named_files *named, int side, const char *path)
{
    const char *name = path_base_name(path);
    struct strbuf text = STRBUF_INIT;
    enum drift_type type;
    bool known = claimed(name, &type);
    bool there = file_read(path, PLACE_FILE_LIMIT, true, &text, NULL);

    if (known && type == DRIFT_DEPENDENCY)
        named->formats[side] = package_format_of(name);
    if (!known && there && terraform_recognise(text.data, text.length)) {
        known = true;
        type = DRIFT_INFRASTRUCTURE;
    }
    if (!known && there) {
        named->formats[side] = package_format_recognise(name, text.data, text.length);
        known = named->formats[side] != NULL;
        type = DRIFT_DEPENDENCY;
    }
    strbuf_release(&text);
    if (known)
        take(named, type);
}

/* Who asks for configuration alone takes a manifest that could be one for that. What says itself
 * which of its values are secret is never. */
static bool asked_as_config(const struct module_reader *reader)
{
    const struct comparison_module *module = reader->module;
    enum document_format format;

    for (size_t i = 0; i < 2; i++) {
        if (reader->named.formats[i] != NULL &&
            reader->named.formats[i]->kind != PACKAGE_FILE_MANIFEST)
            return false;
    }
    return reader->named.type == DRIFT_DEPENDENCY && !reader->request->alone &&
           !module_reader_wants(reader, reader->named.type) &&
           document_format_of(module->previous, &format) &&
           document_format_of(module->current, &format);
}

void named_files_recognise(struct module_reader *reader)
{
    const struct comparison_module *module = reader->module;

    if (file_is_directory(module->previous))
        return;
    recognise(&reader->named, 0, module->previous);
    recognise(&reader->named, 1, module->current);
    if (asked_as_config(reader))
        reader->named = (struct named_files){ .known = false };
}

static bool refuse_type(const struct module_reader *reader, struct error *error)
{
    const char *type = drift_type_name(reader->named.type);

    error_set(error, ERROR_UNSUPPORTED, "%s and %s are no configuration: they belong to the %s",
              reader->module->previous, reader->module->current,
              type_source(reader->named.type)->what);
    return error_hint(error, "compare them as such: --type %s, or no --type at all", type);
}

static bool is_sql(const char *path)
{
    size_t length = strlen(path);

    return length > 4 && strcasecmp(path + length - 4, ".sql") == 0;
}

bool named_files_check(const struct module_reader *reader, struct error *error)
{
    const struct comparison_module *module = reader->module;
    bool sql = is_sql(module->previous) || is_sql(module->current);

    if (file_is_directory(module->previous))
        return true;
    if (reader->request->alone && reader->named.known && reader->named.type != DRIFT_INFRASTRUCTURE)
        return one_side_refuse(module->current, error);
    if (reader->named.known)
        return module_reader_wants(reader, reader->named.type) || refuse_type(reader, error);
    if (!sql &&
        (module_reader_wants(reader, DRIFT_CONFIG) ||
         module_reader_wants(reader, DRIFT_INFRASTRUCTURE) ||
         module_reader_wants(reader, DRIFT_IMAGE) || module_reader_wants(reader, DRIFT_DEPENDENCY)))
        return true;
    error_set(error, ERROR_UNSUPPORTED,
              sql ? "%s is compared as a schema, and not here" : "of %s nothing is read",
              is_sql(module->previous) ? module->previous : module->current);
    if (sql || module_reader_wants(reader, DRIFT_DATABASE))
        return error_hint(error,
                          "`pilab schema diff A B` compares files of SQL, snapshots, folders "
                          "of migrations and databases");
    return error_hint(error, "code is compared between two versions of a repository; leave --type "
                             "out");
}
