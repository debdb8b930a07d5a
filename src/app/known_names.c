#include <pilab/app/known_names.h>

#include <inttypes.h>
#include <stdio.h>

#include <pilab/app/manifest.h>
#include <pilab/app/release.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/note.h>
#include <pilab/store/report.h>

#include "repo_parts.h"

/* Whom names are offered to. */
struct taker {
    void (*offer)(void *to, const char *name);
    void *to;
};

static void offer_number(const struct taker *taker, int64_t number)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRId64, number);
    taker->offer(taker->to, text);
}

static void environments(struct call *call, const struct store_page *page,
                         const struct taker *taker)
{
    struct store_environments list;

    if (!store_environment_list(call->connection, call->project->id, page, call->arena, &list,
                                NULL))
        return;
    for (size_t i = 0; i < list.count; i++)
        taker->offer(taker->to, list.items[i].name);
}

static void modules(struct call *call, const struct store_page *page, const struct taker *taker)
{
    struct store_modules list;

    if (!store_module_list(call->connection, call->project->id, page, call->arena, &list, NULL))
        return;
    for (size_t i = 0; i < list.count; i++)
        taker->offer(taker->to, list.items[i].name);
}

static void repositories(struct call *call, const struct store_page *page,
                         const struct taker *taker)
{
    struct vector repos;

    vector_init(&repos, sizeof(struct repo));
    if (repos_of_project(call, &repos, NULL))
        for (size_t i = 0; i < repos.count && i < (size_t)page->limit; i++)
            taker->offer(taker->to, ((struct repo *)vector_at(&repos, i))->address);
    repos_release(&repos);
}

static void releases(struct call *call, const struct store_page *page, const struct taker *taker)
{
    struct store_releases list;

    if (!release_list_newest(call, page->limit, call->arena, &list, NULL))
        return;
    for (size_t i = 0; i < list.count; i++)
        taker->offer(taker->to, list.items[i].name);
}

static void baselines(struct call *call, const struct store_page *page, const struct taker *taker)
{
    struct store_baselines list;

    if (!manifest_baselines(call, page->limit, call->arena, &list, NULL))
        return;
    for (size_t i = 0; i < list.count; i++)
        taker->offer(taker->to, list.items[i].name);
}

static void notes(struct call *call, const struct store_page *page, const struct taker *taker)
{
    struct store_notes list;

    if (!store_note_list(call->connection, call->project->id, NULL, page, call->arena, &list, NULL))
        return;
    for (size_t i = 0; i < list.count; i++)
        offer_number(taker, list.items[i].number);
}

static void reports(struct call *call, const struct store_page *page, const struct taker *taker)
{
    struct store_reports list;

    if (!store_report_list(call->connection, call->project->id, NULL, NULL, page, call->arena,
                           &list, NULL))
        return;
    for (size_t i = 0; i < list.count; i++)
        offer_number(taker, list.items[i].number);
}

static void (*const kinds[])(struct call *call, const struct store_page *page,
                             const struct taker *taker) = {
    [KNOWN_ENVIRONMENTS] = environments, [KNOWN_MODULES] = modules,     [KNOWN_RELEASES] = releases,
    [KNOWN_REPOSITORIES] = repositories, [KNOWN_BASELINES] = baselines, [KNOWN_NOTES] = notes,
    [KNOWN_REPORTS] = reports,
};

void known_names(const struct call *call, enum known_kind kind, size_t most,
                 void (*offer)(void *to, const char *name), void *to)
{
    const struct taker taker = { offer, to };
    const struct store_page page = { .limit = most };
    struct call reading = *call;

    if (call->project == NULL)
        return;
    reading.arena = arena_new();
    kinds[kind](&reading, &page, &taker);
    arena_free(&reading.arena);
}
