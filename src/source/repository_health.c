#include <config.h> /* nftw is a system extension */

#include <pilab/source/repository_health.h>

#include <ftw.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/git/mirror.h>

#define FILE_LIMIT 65536
/* News that are kept; the oldest give way. */
#define MOST_NEWS 20

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

/* --- News ------------------------------------------------------------------------------------- */

static const char *const event_names[] = {
    [MIRROR_TAG_MOVED] = "tag_moved",
    [MIRROR_TAG_GONE] = "tag_gone",
    [MIRROR_REPLACED] = "replaced",
    [MIRROR_REMADE] = "remade",
};

#define EVENT_COUNT (sizeof event_names / sizeof *event_names)

const char *repository_novelty_name(enum mirror_event event)
{
    return event_names[event];
}

void repository_novelty_words(struct strbuf *out, const struct repository_novelty *novelty)
{
    switch (novelty->event) {
    case MIRROR_TAG_MOVED:
        strbuf_printf(out, "tag %s has moved: it was %.7s and is %.7s", novelty->name,
                      novelty->before, novelty->after);
        break;
    case MIRROR_TAG_GONE:
        strbuf_printf(out, "tag %s is gone: it was %.7s", novelty->name, novelty->before);
        break;
    case MIRROR_REPLACED:
        strbuf_printf(out,
                      "another history stands at this address: %.7s has nothing in common with "
                      "%.7s, which was there before",
                      novelty->after, novelty->before);
        break;
    case MIRROR_REMADE:
        strbuf_printf(out, "the mirror here was damaged and was made anew: %s", novelty->name);
        break;
    }
}

static json_t *novelty_object(const struct repository_novelty *novelty)
{
    json_t *object = json_object();

    json_put_text(object, "event", event_names[novelty->event]);
    json_put_text(object, "name", novelty->name);
    json_put_text(object, "before", novelty->before);
    json_put_text(object, "after", novelty->after);
    json_put_integer(object, "at", novelty->at);
    return object;
}

/* The new ones before those that are there. */
static void add_news(json_t *object, const struct repository_attempt *attempt)
{
    json_t *before = json_object_get(object, "news"), *news;

    if (attempt->news_count == 0)
        return;
    news = json_array();
    for (size_t i = 0; i < attempt->news_count && i < MOST_NEWS; i++)
        json_array_append_new(news, novelty_object(&attempt->news[i]));
    for (size_t i = 0; i < json_array_size(before) && json_array_size(news) < MOST_NEWS; i++)
        json_array_append(news, json_array_get(before, i));
    json_object_set_new(object, "news", news);
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

static const char *text_or_empty(const json_t *object, const char *name, struct arena *arena)
{
    const char *value = text(object, name, arena);

    return value != NULL ? value : "";
}

static bool read_event(const json_t *object, enum mirror_event *event)
{
    const char *name = json_string_value(json_object_get(object, "event"));

    for (size_t i = 0; name != NULL && i < EVENT_COUNT; i++) {
        if (strcmp(name, event_names[i]) == 0) {
            *event = (enum mirror_event)i;
            return true;
        }
    }
    return false;
}

static void read_news(const json_t *object, struct repository_health *health, struct arena *arena)
{
    const json_t *news = json_object_get(object, "news");
    size_t count = json_array_size(news);

    health->news = arena_array(arena, count, sizeof *health->news);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(news, i);
        struct repository_novelty *novelty = &health->news[health->news_count];

        if (!read_event(item, &novelty->event))
            continue;
        novelty->name = text_or_empty(item, "name", arena);
        novelty->before = text_or_empty(item, "before", arena);
        novelty->after = text_or_empty(item, "after", arena);
        novelty->at = number(item, "at");
        health->news_count++;
    }
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
    read_news(object, &health, arena);
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

static void note_outcome(json_t *object, const struct repository_attempt *attempt,
                         const char *mirror)
{
    json_put_integer(object, "tried_at", attempt->tried_at);
    json_object_del(object, "code");
    json_object_del(object, "why");
    json_object_del(object, "hint");
    if (attempt->refused != NULL) {
        note_failure(object, attempt->refused);
        return;
    }
    json_put_integer(object, "synced_at", attempt->tried_at);
    json_put_integer(object, "milliseconds", attempt->milliseconds);
    json_put_integer(object, "bytes", size_of(mirror));
}

void repository_health_note(const char *cache_directory, const char *address,
                            const struct repository_attempt *attempt)
{
    bool cancelled = attempt->refused != NULL && attempt->refused->code == ERROR_CANCELLED;
    char *mirror, *path, *text;
    json_t *object;

    if (cancelled && attempt->news_count == 0)
        return;
    mirror = mirror_of(cache_directory, address);
    path = memory_printf("%s.json", mirror);
    object = load(path);
    if (object == NULL)
        object = json_object();
    json_put_text(object, "address", address);
    if (!cancelled)
        note_outcome(object, attempt, mirror);
    add_news(object, attempt);
    text = json_dumps(object, JSON_COMPACT);
    if (text != NULL)
        file_write_atomic(path, text, strlen(text), 0600, NULL);
    free(text);
    json_decref(object);
    free(path);
    free(mirror);
}

void repository_health_forget(const char *cache_directory, const char *address)
{
    char *mirror = mirror_of(cache_directory, address), *path = memory_printf("%s.json", mirror);

    unlink(path);
    free(path);
    free(mirror);
}
