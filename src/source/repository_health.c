#include <config.h> /* nftw is a system extension */

#include <pilab/source/repository_health.h>

#include <ftw.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/git/mirror.h>

#define FILE_LIMIT 65536

static char *mirror_of(const char *cache_directory, const char *address)
{
    const struct mirror_options options = { .cache_directory = cache_directory };

    return mirror_path(address, &options);
}

/* --- The size of a mirror --------------------------------------------------------------------- */

/* nftw hands over no context. */
static _Thread_local int64_t measured;

static int measure(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)path;
    (void)where;
    if (kind == FTW_F)
        measured += status->st_blocks * 512;
    return 0;
}

static int64_t size_of(const char *path)
{
    measured = 0;
    nftw(path, measure, 16, FTW_PHYS);
    return measured;
}

/* --- The file --------------------------------------------------------------------------------- */

static json_t *load(const char *path)
{
    struct strbuf text = STRBUF_INIT;
    json_t *object = NULL;

    if (file_read(path, FILE_LIMIT, false, &text, NULL))
        object = json_loadb(text.data, text.length, 0, NULL);
    strbuf_release(&text);
    if (json_is_object(object))
        return object;
    json_decref(object);
    return NULL;
}

static int64_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static const char *text(const json_t *object, const char *name, struct arena *arena)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value != NULL ? arena_text(arena, value) : NULL;
}

struct repository_health repository_health_read(const char *cache_directory, const char *address,
                                                struct arena *arena)
{
    struct repository_health health = { 0 };
    char *mirror = mirror_of(cache_directory, address), *path = memory_printf("%s.json", mirror);
    json_t *object = load(path);

    if (object != NULL)
        health = (struct repository_health){ .tried_at = number(object, "tried_at"),
                                             .synced_at = number(object, "synced_at"),
                                             .milliseconds = number(object, "milliseconds"),
                                             .bytes = number(object, "bytes"),
                                             .code = text(object, "code", arena),
                                             .why = text(object, "why", arena),
                                             .hint = text(object, "hint", arena) };
    json_decref(object);
    free(path);
    free(mirror);
    return health;
}

static void note_failure(json_t *object, const struct error *refused)
{
    json_put_text(object, "code", error_code_name(refused->code));
    json_put_text(object, "why", refused->message);
    json_put_text(object, "hint", refused->hint);
}

void repository_health_note(const char *cache_directory, const char *address, int64_t tried_at,
                            int64_t milliseconds, const struct error *refused)
{
    char *mirror = mirror_of(cache_directory, address), *path = memory_printf("%s.json", mirror);
    json_t *object;
    char *text;

    if (refused != NULL && refused->code == ERROR_CANCELLED)
        goto out;
    object = load(path);
    if (object == NULL)
        object = json_object();
    json_put_text(object, "address", address);
    json_put_integer(object, "tried_at", tried_at);
    json_object_del(object, "code");
    json_object_del(object, "why");
    json_object_del(object, "hint");
    if (refused != NULL) {
        note_failure(object, refused);
    } else {
        json_put_integer(object, "synced_at", tried_at);
        json_put_integer(object, "milliseconds", milliseconds);
        json_put_integer(object, "bytes", size_of(mirror));
    }
    text = json_dumps(object, JSON_COMPACT);
    if (text != NULL)
        file_write_atomic(path, text, strlen(text), 0600, NULL);
    free(text);
    json_decref(object);
out:
    free(path);
    free(mirror);
}
