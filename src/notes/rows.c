#include "rows.h"
#include "words.h"

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>

static void add_text(struct strbuf *out, const char *text)
{
    strbuf_add(out, text != NULL ? text : "");
    strbuf_add_char(out, text != NULL ? '\0' : '\1');
}

static bool is_of(const struct note_item *item, const char *category)
{
    return item->category != NULL && strcmp(item->category, category) == 0;
}

/* A variable is known by its name wherever it is set. Of other settings the last part says nothing:
 * each part of a chart has a "tag", and an "enabled". */
static const char *name_of(const struct note_item *item)
{
    bool by_path = item->type == DRIFT_CONFIG && item->path != NULL && !is_of(item, "env");

    return by_path || item->key == NULL ? item->path : item->key;
}

/* What items in several places are called: a tag that goes from one version to the next says enough
 * by its values, "enabled" that becomes true does not. */
static const char *name_in_all_places(const struct note_item *item)
{
    return item->key != NULL && is_of(item, "image") ? item->key : name_of(item);
}

/* What a name is looked for by: whose it is, and the name. */
static void write_key(struct strbuf *out, const struct note *note, const struct note_item *item,
                      const char *name)
{
    strbuf_clear(out);
    add_text(out, note_words_service(note, item));
    add_text(out, name);
}

/* Everything that is told of an item but where it is. */
static void add_content(struct strbuf *out, const struct note_item *item)
{
    add_text(out, item->previous);
    add_text(out, item->current);
    add_text(out, item->reason);
    strbuf_printf(out, "%d %d %d %d", (int)item->change_type, (int)item->attention, item->breaking,
                  item->security);
}

/* The row that tells the same as the item, or NULL. Items without a key are told by their paths. */
static struct note_row *row_like(const struct note *note, const struct note_item *item,
                                 struct map *rows, struct note_row *row, struct strbuf *buffer)
{
    struct note_row *like;

    if (item->key == NULL)
        return NULL;
    write_key(buffer, note, item, name_in_all_places(item));
    add_content(buffer, item);
    like = map_get_bytes(rows, buffer->data, buffer->length);
    if (like == NULL)
        map_put_bytes(rows, buffer->data, buffer->length, row);
    return like;
}

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* A key that two rows share tells nothing: they are called by their paths, and where these are the
 * same, by the file that they are in, too. */
static const char *name_beside(const struct note_item *item, const struct note_item *other,
                               struct arena *arena)
{
    if (item->path == NULL)
        return name_of(item);
    if (item->file == NULL || !is_same_text(item->path, other->path) ||
        is_same_text(item->file, other->file))
        return item->path;
    return arena_printf(arena, "%s (%s)", item->path, item->file);
}

static void name_row(const struct note *note, struct map *keys, struct note_row *row,
                     struct arena *arena, struct strbuf *buffer)
{
    struct note_row *other;

    row->name = name_of(row->item);
    if (row->item->key == NULL || row->item->path == NULL)
        return;
    write_key(buffer, note, row->item, row->name);
    other = map_put_bytes(keys, buffer->data, buffer->length, row);
    if (other == NULL)
        return;
    row->name = name_beside(row->item, other->item, arena);
    other->name = name_beside(other->item, row->item, arena);
}

struct note_row *note_rows(const struct note *note, enum note_section section, bool fold,
                           struct arena *arena, size_t *count)
{
    size_t first, items = note_section_items(note, section, &first);
    struct note_row *rows = arena_array(arena, items + 1, sizeof *rows);
    struct map *likes = map_new(), *keys = map_new();
    struct strbuf buffer = STRBUF_INIT;

    *count = 0;
    for (size_t i = first; i < first + items; i++) {
        struct note_row *row = &rows[*count], *like;

        *row = (struct note_row){ .item = &note->items[i], .places = 1 };
        like = fold ? row_like(note, row->item, likes, row, &buffer) : NULL;
        if (like != NULL) {
            like->places++;
            continue;
        }
        name_row(note, keys, row, arena, &buffer);
        (*count)++;
    }
    /* A path would be only one of the places. */
    for (size_t i = 0; i < *count; i++)
        if (rows[i].places > 1)
            rows[i].name = name_in_all_places(rows[i].item);
    strbuf_release(&buffer);
    map_free(&keys);
    map_free(&likes);
    return rows;
}
