#include <pilab/source/repository_access.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/source/project_guess.h>
#include <pilab/source/repository_health.h>

/* Who is cut off may still work with what was fetched before. */
static bool hint_offline(const char *address, const struct mirror_options *options,
                         struct error *error)
{
    char *path = mirror_path(address, options), *hint;

    if (error != NULL && (error->code == ERROR_NETWORK || error->code == ERROR_IO) &&
        file_is_directory(path)) {
        hint = memory_printf("%s%s--offline takes what was fetched before", error->hint,
                             error->hint[0] != '\0' ? "; " : "");
        error_hint(error, "%s", hint);
        free(hint);
    }
    free(path);
    return false;
}

/* Nobody can be asked here: what to run where somebody can. */
static bool hint_meeting(const char *address, struct error *error)
{
    struct strbuf word = STRBUF_INIT;

    escape_shell(&word, address, strlen(address));
    error_hint(error, "in a terminal, this shows its fingerprint and asks: pilab repo test %s",
               word.data);
    strbuf_release(&word);
    return false;
}

/* Something done with a remote: once, and once more when its host was unknown and is known now. */
static bool meet_and_do(const struct repository_access *access, const char *address,
                        bool (*act)(void *context, struct error *error), void *context,
                        const struct progress *progress, struct error *error)
{
    struct error refused = { 0 };

    if (act(context, &refused))
        return true;
    if (refused.code == ERROR_UNVERIFIED && access->meet != NULL) {
        if (!access->meet(access->context, address, progress, error))
            return false;
        return act(context, error);
    }
    if (error != NULL)
        *error = refused;
    return refused.code == ERROR_UNVERIFIED ? hint_meeting(address, error) : false;
}

/* --- News ------------------------------------------------------------------------------------- */

/* Heard while a mirror is updated. */
struct hearing {
    struct arena *arena;
    struct vector news; /* of struct repository_novelty */
    int64_t at;
};

static const char *hex_of(const struct object_id *id, struct arena *arena)
{
    char hex[OBJECT_ID_HEX_SIZE];

    return object_id_is_zero(id) ? "" : arena_text(arena, object_id_hex(id, hex));
}

static void hear(void *context, const struct mirror_news *news)
{
    struct hearing *hearing = context;
    struct repository_novelty *novelty = vector_add(&hearing->news);

    *novelty = (struct repository_novelty){ .event = news->event,
                                            .name = arena_text(hearing->arena, news->name),
                                            .before = hex_of(&news->before, hearing->arena),
                                            .after = hex_of(&news->after, hearing->arena),
                                            .at = hearing->at };
}

/* --- Progress --------------------------------------------------------------------------------- */

/* Says which repository a transfer is of, unless whoever asked for it knows a better name. */
struct naming {
    const struct progress *listener;
    char name[TRANSFER_SUBJECT_SIZE];
    struct progress progress;
};

static void name_transfer(void *context, const char *what, const struct transfer_state *state)
{
    const struct naming *naming = context;
    struct transfer_state named = *state;

    if (named.subject[0] == '\0')
        memcpy(named.subject, naming->name, sizeof named.subject);
    progress_transfer(naming->listener, what, &named);
}

static void pass_report(void *context, const char *what, uint64_t done, uint64_t total)
{
    const struct naming *naming = context;

    progress_report(naming->listener, what, done, total);
}

static bool pass_wait(void *context)
{
    const struct naming *naming = context;

    return naming->listener == NULL || naming->listener->wait == NULL ||
           naming->listener->wait(naming->listener->context);
}

static void naming_start(struct naming *naming, const char *address,
                         const struct progress *listener)
{
    struct arena *arena = arena_new();

    *naming = (struct naming){ .listener = listener };
    snprintf(naming->name, sizeof naming->name, "%s", project_name_of(address, arena));
    naming->progress = (struct progress){ .report = pass_report,
                                          .context = naming,
                                          .cancel = listener != NULL ? listener->cancel : NULL,
                                          .transfer = name_transfer,
                                          .wait = pass_wait };
    arena_free(&arena);
}

/* --- Fetching --------------------------------------------------------------------------------- */

struct fetching {
    const char *address;
    const struct mirror_options *options;
    char **path;
    const struct progress *progress;
};

static bool fetch(void *context, struct error *error)
{
    const struct fetching *fetching = context;

    return mirror_update(fetching->address, fetching->options, fetching->path, fetching->progress,
                         error);
}

static bool update(const struct repository_access *access, const char *address,
                   struct mirror_options *options, char **path, const struct progress *progress,
                   struct error *error)
{
    struct naming naming;
    struct fetching fetching = { address, options, path, &naming.progress };
    struct hearing hearing = { .arena = arena_new(), .at = clock_now(&access->clock) };
    int64_t start = clock_monotonic();
    struct error refused = { 0 };
    bool ok;

    naming_start(&naming, address, progress);
    vector_init(&hearing.news, sizeof(struct repository_novelty));
    options->tell = hear;
    options->tell_context = &hearing;
    ok = meet_and_do(access, address, fetch, &fetching, progress, &refused);
    if (!options->offline)
        repository_health_note(access->cache_directory, address,
                               &(struct repository_attempt){ .tried_at = hearing.at,
                                                             .milliseconds =
                                                                 clock_monotonic() - start,
                                                             .refused = ok ? NULL : &refused,
                                                             .news = hearing.news.items,
                                                             .news_count = hearing.news.count });
    vector_release(&hearing.news);
    arena_free(&hearing.arena);
    if (!ok && error != NULL)
        *error = refused;
    return ok || hint_offline(address, options, error);
}

bool repository_access_path(const struct repository_access *access, const char *address,
                            enum repository_freshness freshness, char **path,
                            const struct progress *progress, struct error *error)
{
    struct mirror_options options = { .cache_directory = access->cache_directory,
                                      .offline = access->offline,
                                      .ssh = access->ssh,
                                      .credentials = access->credentials };
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

/* --- Without fetching ------------------------------------------------------------------------- */

struct asking {
    const char *address;
    struct mirror_options options;
    struct arena *arena;
    struct remote_summary *summary;
    const struct progress *progress;
};

static bool ask_remote(void *context, struct error *error)
{
    struct asking *asking = context;

    return remote_summarize(asking->address, &asking->options, asking->arena, asking->summary,
                            asking->progress, error);
}

bool repository_access_summarize(const struct repository_access *access, const char *address,
                                 struct arena *arena, struct remote_summary *summary,
                                 const struct progress *progress, struct error *error)
{
    struct asking asking = {
        .address = address,
        .options = {.cache_directory = access->cache_directory,
                    .ssh = access->ssh,
                    .credentials = access->credentials},
        .arena = arena,
        .summary = summary,
        .progress = progress
    };

    return meet_and_do(access, address, ask_remote, &asking, progress, error);
}
