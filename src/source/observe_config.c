#include "observe_parts.h"
#include "pattern_marks.h"

#include <string.h>

#include <pilab/git/repository.h>

#define FILE_LIMIT (4u << 20)

bool observed_format_parse(const char *name, enum document_format *format)
{
    static const struct {
        const char *name;
        enum document_format format;
    } formats[] = {
        {"yaml",        DOCUMENT_YAML      },
        { "json",       DOCUMENT_JSON      },
        { "dotenv",     DOCUMENT_DOTENV    },
        { "properties", DOCUMENT_PROPERTIES},
    };

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *format = formats[i].format;
            return true;
        }
    }
    return false;
}

/* What of the same module was seen before by this observer: its documents are layers. */
static struct observation *configured(struct observing *observing, const char *module)
{
    for (size_t i = 0; i < observing->items.count; i++) {
        struct observation *item = vector_at(&observing->items, i);

        if (item->file_count > 0 && strcmp(item->module, module) == 0)
            return item;
    }
    return NULL;
}

void observing_add_file(struct observing *observing, const char *module, const char *place,
                        enum document_format format, const char *text, size_t length)
{
    struct observation *item = configured(observing, module);
    struct observed_file *files;
    size_t before = item != NULL ? item->file_count : 0;

    if (item == NULL)
        item = observing_add(observing, module, NULL, place);
    files = arena_array(observing->arena, before + 1, sizeof *files);
    for (size_t i = 0; i < before; i++)
        files[i] = item->files[i];
    files[before] = (struct observed_file){ .name = arena_text(observing->arena, place),
                                            .format = format,
                                            .text = arena_bytes(observing->arena, text, length),
                                            .length = length,
                                            .stands_for = observing->observer->file };
    item->files = files;
    item->file_count = before + 1;
}

void observing_unconfigured(struct observing *observing, const char *module, const char *place,
                            const char *why)
{
    struct observation *item = configured(observing, module);

    if (item == NULL)
        item = observing_add(observing, module, NULL, place);
    item->files = NULL;
    item->file_count = 0;
    item->unread = arena_text(observing->arena, why);
}

bool observing_whole(struct observing *observing, const char *name, const char *text, size_t length,
                     struct error *error)
{
    const struct observer_settings *observer = observing->observer;
    const char *place = observer->path != NULL ? observer->path : name;
    enum document_format format;

    if (!observed_format_parse(observer->format, &format))
        return error_set(error, ERROR_INVALID, "%s is no format of configuration",
                         observer->format);
    observing_add_file(observing, observer->module, place, format, text, length);
    return true;
}

/* --- The files of a GitOps repository --------------------------------------------------------- */

/* What the repository calls a module of the project. */
static const char *name_there(const struct observing *observing, const char *module)
{
    const struct observer_settings *observer = observing->observer;

    for (size_t i = 0; i < observer->module_count; i++) {
        if (strcmp(observer->modules[i].module, module) == 0)
            return observer->modules[i].place;
    }
    return module;
}

struct head {
    struct repository *repository;
    struct object_id commit;
};

/* The environment is looked for in each of its usual spellings. False only when a file that is
 * there cannot be had; `*path` is NULL when there is none. */
static bool read_file(struct observing *observing, const struct head *head, const char *pattern,
                      const char *module, struct strbuf *text, const char **path,
                      struct error *error)
{
    struct arena *arena = observing->arena;
    const char *environment = observing->observer->environment != NULL
                                  ? observing->observer->environment
                                  : observing->request->environment;
    const char *spellings[SPELLINGS];
    const char *named = pattern_fill(arena, pattern, MODULE_MARK, name_there(observing, module));

    pattern_spell(arena, environment, spellings);
    while (*named == '/' || strncmp(named, "./", 2) == 0)
        named += *named == '/' ? 1 : 2;
    for (size_t i = 0; i < SPELLINGS; i++) {
        struct error missing = { 0 };

        *path = pattern_fill(arena, named, ENVIRONMENT_MARK, spellings[i]);
        if (repository_read_file(head->repository, &head->commit, *path, FILE_LIMIT, text,
                                 &missing))
            return true;
        if (missing.code != ERROR_NOT_FOUND) {
            *error = missing;
            return false;
        }
    }
    *path = NULL;
    return true;
}

/* A pattern that leads to nothing is no configuration that is the same. */
static void refuse_none(struct observing *observing, const char *module)
{
    const struct observer_settings *observer = observing->observer;
    struct strbuf why = STRBUF_INIT;

    strbuf_add(&why, "no file of its configuration is there: ");
    for (size_t i = 0; i < observer->configuration_count; i++)
        strbuf_printf(&why, "%s%s", i > 0 ? ", " : "", observer->configuration[i]);
    observing_unconfigured(observing, module, observer->configuration[0], why.data);
    strbuf_release(&why);
}

static bool was_seen(const struct observing *observing, const char *module)
{
    for (size_t i = 0; i < observing->items.count; i++) {
        const struct observation *item = vector_at(&observing->items, i);

        if (strcmp(item->module, module) == 0)
            return true;
    }
    return false;
}

/* What cannot be read is said of its module: half of its layers would be another configuration. */
static void read_module(struct observing *observing, const struct head *head, const char *module)
{
    const struct observer_settings *observer = observing->observer;

    for (size_t i = 0; i < observer->configuration_count; i++) {
        enum document_format format;
        struct strbuf text = STRBUF_INIT;
        struct error error = { 0 };
        const char *path = NULL;

        if (read_file(observing, head, observer->configuration[i], module, &text, &path, &error) &&
            path != NULL && !document_format_of(path, &format))
            error_set(&error, ERROR_UNSUPPORTED, "the name of %s does not say which format it has",
                      path);
        if (error.code == ERROR_NONE && path != NULL)
            observing_add_file(observing, module, path, format, text.data, text.length);
        strbuf_release(&text);
        if (error.code == ERROR_NONE)
            continue;
        observing_unconfigured(observing, module, path, error.message);
        return;
    }
    if (configured(observing, module) == NULL && was_seen(observing, module))
        refuse_none(observing, module);
}

bool observe_gitops_configuration(struct observing *observing, struct error *error)
{
    const struct observe_request *request = observing->request;
    struct head head = { 0 };
    bool ok;

    if (!repository_library_start(error))
        return false;
    /* It was brought up to date a moment ago; the same commit is read, whatever came since. */
    ok = repository_access_open(request->access, observing->observer->repository, REPOSITORY_ANY,
                                &head.repository, observing->progress, error) &&
         repository_resolve(head.repository, observing->revision, &head.commit, error);
    for (size_t i = 0; ok && i < request->module_count; i++) {
        ok = progress_check(observing->progress, error);
        if (ok)
            read_module(observing, &head, request->modules[i].name);
    }
    repository_free(&head.repository);
    repository_library_stop();
    return ok;
}
