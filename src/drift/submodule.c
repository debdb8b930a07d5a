#include <pilab/drift/submodule.h>

#include <string.h>

static const char *const names[SUBMODULE_MOVE_COUNT] = {
    [SUBMODULE_ADDED] = "added",     [SUBMODULE_REMOVED] = "removed",
    [SUBMODULE_FORWARD] = "forward", [SUBMODULE_BACK] = "back",
    [SUBMODULE_ASIDE] = "aside",     [SUBMODULE_STAYS] = "stays",
    [SUBMODULE_UNKNOWN] = "unknown",
};

const char *submodule_move_name(enum submodule_move move)
{
    return names[move];
}

bool submodule_move_parse(const char *name, enum submodule_move *move)
{
    for (int i = 0; i < SUBMODULE_MOVE_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *move = (enum submodule_move)i;
            return true;
        }
    }
    return false;
}

bool submodule_url_changed(const struct drift_submodule *submodule)
{
    return submodule->previous_url != NULL && submodule->current_url != NULL &&
           strcmp(submodule->previous_url, submodule->current_url) != 0;
}

static void add_commits(struct strbuf *out, size_t count, const char *where)
{
    strbuf_printf(out, "%zu commit%s %s", count, count == 1 ? "" : "s", where);
}

void submodule_words(const struct drift_submodule *submodule, struct strbuf *out)
{
    switch (submodule->move) {
    case SUBMODULE_ADDED:
        strbuf_add(out, "a submodule");
        break;
    case SUBMODULE_REMOVED:
        strbuf_add(out, "no submodule any more");
        break;
    case SUBMODULE_FORWARD:
        add_commits(out, submodule->ahead, "forward");
        break;
    case SUBMODULE_BACK:
        add_commits(out, submodule->behind, "back");
        break;
    case SUBMODULE_ASIDE:
        add_commits(out, submodule->ahead, "forward");
        strbuf_printf(out, ", %zu back", submodule->behind);
        break;
    case SUBMODULE_UNKNOWN:
        strbuf_add(out, "how far is not known");
        break;
    case SUBMODULE_STAYS:
    case SUBMODULE_MOVE_COUNT:
        break;
    }
    if (submodule_url_changed(submodule))
        strbuf_printf(out, "%sanother url", out->length > 0 ? ", " : "");
}

const char *submodule_concern(const struct drift_submodule *submodule, struct arena *arena)
{
    if (submodule_url_changed(submodule))
        return arena_printf(arena, "it comes from another place: %s instead of %s",
                            submodule->current_url, submodule->previous_url);
    if (submodule->move != SUBMODULE_BACK && submodule->move != SUBMODULE_ASIDE)
        return NULL;
    return arena_printf(arena, "%zu commit%s of it would be taken back", submodule->behind,
                        submodule->behind == 1 ? "" : "s");
}

struct drift_submodule *submodule_copy(const struct drift_submodule *submodule, struct arena *arena)
{
    struct drift_submodule *copy = arena_alloc(arena, sizeof *copy);

    *copy = *submodule;
    copy->path = arena_text(arena, submodule->path);
    copy->previous_url = arena_text(arena, submodule->previous_url);
    copy->current_url = arena_text(arena, submodule->current_url);
    copy->why = arena_text(arena, submodule->why);
    copy->commits = arena_array(arena, submodule->commit_count, sizeof *copy->commits);
    for (size_t i = 0; i < submodule->commit_count; i++) {
        copy->commits[i].id = arena_text(arena, submodule->commits[i].id);
        copy->commits[i].subject = arena_text(arena, submodule->commits[i].subject);
        copy->commits[i].author_name = arena_text(arena, submodule->commits[i].author_name);
    }
    return copy;
}
