#include <pilab/app/release.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>
#include <pilab/app/stored.h>
#include <pilab/store/deployment.h>

#define MOST_TRIES 1000

static bool is_number(const char *name)
{
    const char *digits = name + (*name == '#');

    return *digits != '\0' && strspn(digits, "0123456789") == strlen(digits);
}

static void hint_open(struct call *call, struct error *error)
{
    struct store_page page = { .limit = 8 };
    struct strbuf names = STRBUF_INIT;
    struct store_releases list;

    if (store_release_list(call->connection, call->project->id, true, &page, call->arena, &list,
                           NULL)) {
        for (size_t i = 0; i < list.count; i++)
            strbuf_printf(&names, "%s%s", i > 0 ? ", " : "", list.items[i].name);
        if (list.count > 0)
            error_hint(error, "open: %s; `pilab release list --all` shows the others", names.data);
        else
            error_hint(error, "there is no open release: `pilab release cut NAME --to ENV` makes "
                              "one");
    }
    strbuf_release(&names);
}

bool release_find(struct call *call, const char *name, struct store_release *release,
                  struct error *error)
{
    int64_t number;
    bool ok;

    if (is_number(name))
        ok = stored_number(name, "release", &number, error) &&
             store_release_find_number(call->connection, call->project->id, number, call->arena,
                                       release, error);
    else
        ok = store_release_find(call->connection, call->project->id, name, call->arena, release,
                                error);
    if (!ok && error != NULL && error->code == ERROR_NOT_FOUND)
        hint_open(call, error);
    return ok;
}

/* --- A name for the next ---------------------------------------------------------------------- */

static bool is_taken(struct call *call, const char *name, struct arena *arena)
{
    struct store_release release;

    return store_release_find(call->connection, call->project->id, name, arena, &release, NULL);
}

/* "R2025.03" → "R2025.04", "R9" → "R10"; a name without digits gets ".2". */
static const char *counted_up(const char *name, struct arena *arena)
{
    size_t end = strlen(name), start;
    long long number;

    while (end > 0 && !isdigit((unsigned char)name[end - 1]))
        end--;
    for (start = end; start > 0 && isdigit((unsigned char)name[start - 1]) && end - start < 9;)
        start--;
    if (start == end)
        return arena_printf(arena, "%s.2", name);
    number = strtoll(arena_bytes(arena, name + start, end - start), NULL, 10) + 1;
    return arena_printf(arena, "%.*s%0*lld%s", (int)start, name, (int)(end - start), number,
                        name + end);
}

const char *release_propose_name(struct call *call, struct arena *arena)
{
    char now[TIMESTAMP_SIZE];
    const char *name;

    timestamp_format(clock_now(&call->clock), now);
    name = arena_printf(arena, "R%.4s.%.2s", now, now + 5);
    for (int i = 0; i < MOST_TRIES && is_taken(call, name, arena); i++)
        name = counted_up(name, arena);
    return name;
}

bool release_open_to(struct call *call, const char *target_id, struct arena *arena,
                     const char **sentence, struct error *error)
{
    struct strbuf names = STRBUF_INIT;
    struct store_releases list;
    const char *target = NULL;
    size_t count = 0;

    *sentence = NULL;
    if (!store_release_list(call->connection, call->project->id, true, NULL, arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.items[i].target_id, target_id) != 0)
            continue;
        strbuf_printf(&names, "%s%s", count++ > 0 ? ", " : "", list.items[i].name);
        target = list.items[i].target;
    }
    if (count > 0)
        *sentence = arena_printf(arena, "%s %s open and go%s to %s as well", names.data,
                                 count == 1 ? "is" : "are", count == 1 ? "es" : "", target);
    strbuf_release(&names);
    return true;
}
