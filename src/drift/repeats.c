#include <pilab/drift/repeats.h>

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/mask.h>

/* A secret of which nothing is shown may be another one at every place; with a fingerprint, as in
 * stored reports, the same is known to be the same. */
static bool hides_all(const struct drift_value *value)
{
    return value->masked && value->text != NULL && strcmp(value->text, MASK_TEXT) == 0;
}

/* Files are listed one by one, unless one commit makes many of them worth a look. */
static bool may_repeat(const struct drift_item *item)
{
    if (item->expected || item->suppressed)
        return false;
    return item->type == DRIFT_CODE ? item->attention != ATTENTION_NONE && item->commit != NULL
                                    : item->type == DRIFT_CONFIG && item->key != NULL &&
                                          !hides_all(&item->previous) && !hides_all(&item->current);
}

static void add_text(struct strbuf *out, const char *text)
{
    strbuf_add(out, text != NULL ? text : "");
    strbuf_add_char(out, '\0');
}

static void add_value(struct strbuf *out, const struct drift_value *value)
{
    strbuf_printf(out, "%d %d ", value->present, (int)value->kind);
    add_text(out, value->text);
}

/* Equal for items that a person reads as the same change. */
static void write_likeness(struct strbuf *out, const struct drift_item *item)
{
    strbuf_clear(out);
    strbuf_printf(out, "%d %d %d ", (int)item->type, (int)item->severity, (int)item->attention);
    add_text(out, item->module);
    add_text(out, item->attention_reason);
    strbuf_printf(out, "%d ",
                  item->decision != NULL ? 1 + (int)item->decision->kind * DECISION_STATE_COUNT +
                                               (int)item->decision->state
                                         : 0);
    if (item->type == DRIFT_CODE) {
        add_text(out, item->commit);
        return;
    }
    add_text(out, item->service);
    add_text(out, item->key);
    strbuf_printf(out, "%d %d ", (int)item->change_type, (int)item->detail);
    add_value(out, &item->previous);
    add_value(out, &item->current);
}

static const char *file_of(const struct drift_item *item)
{
    if (item->type == DRIFT_CODE)
        return item->path;
    return item->current_at.file != NULL ? item->current_at.file : item->previous_at.file;
}

/* Counts the item with the first one that is like it. */
static void join(struct drift_repeat *repeats, const struct drift_report *report, size_t index,
                 struct map *firsts, struct map *files, struct strbuf *buffer)
{
    const char *file = file_of(&report->items[index]);
    struct drift_repeat *first;

    write_likeness(buffer, &report->items[index]);
    first = map_get_bytes(firsts, buffer->data, buffer->length);
    if (first == NULL) {
        first = &repeats[index];
        map_put_bytes(firsts, buffer->data, buffer->length, first);
    } else {
        first->places++;
        repeats[index].first = first->first;
    }
    if (file == NULL)
        return;
    strbuf_clear(buffer);
    strbuf_printf(buffer, "%zu ", first->first);
    strbuf_add(buffer, file);
    if (!map_has_bytes(files, buffer->data, buffer->length)) {
        map_put_bytes(files, buffer->data, buffer->length, first);
        first->files++;
    }
}

/* Everyone gets the numbers of its first; too few stand alone again. */
static void settle(struct drift_repeat *repeats, const struct drift_report *report)
{
    for (size_t i = report->item_count; i-- > 0;) {
        const struct drift_repeat *first = &repeats[repeats[i].first];

        if (first->places < DRIFT_REPEATS_FROM)
            repeats[i] = (struct drift_repeat){ .first = i,
                                                .places = 1,
                                                .files = file_of(&report->items[i]) != NULL };
        else if (first != &repeats[i])
            repeats[i] = *first;
    }
}

struct drift_repeat *drift_repeats(const struct drift_report *report, struct arena *arena)
{
    struct drift_repeat *repeats = arena_alloc(arena, (report->item_count + 1) * sizeof *repeats);
    struct map *firsts = map_new(), *files = map_new();
    struct strbuf buffer = STRBUF_INIT;

    for (size_t i = 0; i < report->item_count; i++)
        repeats[i] = (struct drift_repeat){ .first = i, .places = 1 };
    for (size_t i = 0; i < report->item_count; i++) {
        if (may_repeat(&report->items[i]))
            join(repeats, report, i, firsts, files, &buffer);
    }
    settle(repeats, report);
    strbuf_release(&buffer);
    map_free(&files);
    map_free(&firsts);
    return repeats;
}
