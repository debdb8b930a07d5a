#include <pilab/app/note_concerns.h>

#include <jansson.h>

#include <pilab/notes/json.h>

#define MOST_NAMED 3

static size_t add_blockers(struct strbuf *out, const struct note *note)
{
    size_t count = 0;

    for (size_t i = 0; i < note->item_count; i++) {
        const struct note_item *item = &note->items[i];

        if (item->attention != ATTENTION_BLOCKER)
            continue;
        if (count++ < MOST_NAMED)
            strbuf_printf(out, "%s%s", count > 1 ? ", " : "", item->path);
    }
    if (count > MOST_NAMED)
        strbuf_printf(out, " and %zu more", count - MOST_NAMED);
    return count;
}

static size_t count_problems(const struct note *note)
{
    size_t count = 0;

    for (size_t i = 0; i < note->problem_count; i++)
        count += !note->problems[i].warning;
    return count;
}

static const char *words_of(struct arena *arena, const struct note *note)
{
    struct strbuf names = STRBUF_INIT, text = STRBUF_INIT;
    size_t blockers = add_blockers(&names, note), problems = count_problems(note);
    const char *words = NULL;

    if (blockers > 0)
        strbuf_printf(&text, "%zu blocker%s (%s)", blockers, blockers == 1 ? "" : "s", names.data);
    if (problems > 0)
        strbuf_printf(&text, "%s%zu problem%s", blockers > 0 ? " and " : "", problems,
                      problems == 1 ? "" : "s");
    if (text.length > 0)
        words = arena_printf(arena, "Its report has %s.", text.data);
    strbuf_release(&names);
    strbuf_release(&text);
    return words;
}

bool note_concerns(struct call *call, const struct note_flow *flow, const char **words,
                   struct error *error)
{
    struct store_revision text = flow->text;
    struct note *note;
    json_t *json;

    *words = NULL;
    if (text.content == NULL && !store_note_revision(call->connection, flow->note.id,
                                                     flow->note.rev, call->arena, &text, error))
        return false;
    json = json_loads(text.content, 0, NULL);
    if (json == NULL)
        return error_set(error, ERROR_CORRUPT, "note %lld is no JSON",
                         (long long)flow->note.number);
    note = note_from_json(json, error);
    json_decref(json);
    if (note == NULL)
        return false;
    *words = words_of(call->arena, note);
    note_free(&note);
    return true;
}
