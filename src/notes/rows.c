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

/* What the key is looked for by: whose it is, and its name. */
static void write_key(struct strbuf *out, const struct note *note, const struct note_item *item)
{
    strbuf_clear(out);
    add_text(out, note_words_service(note, item));
    add_text(out, item->key);
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
    write_key(buffer, note, item);
    add_content(buffer, item);
    like = map_get_bytes(rows, buffer->data, buffer->length);
    if (like == NULL)
        map_put_bytes(rows, buffer->data, buffer->length, row);
    return like;
}

/* A key that two rows share tells nothing: both are called by their paths. */
static void name_row(const struct note *note, struct map *keys, struct note_row *row,
                     struct strbuf *buffer)
{
    struct note_row *other;

    row->name = row->item->key != NULL ? row->item->key : row->item->path;
    if (row->item->key == NULL || row->item->path == NULL)
        return;
    write_key(buffer, note, row->item);
    other = map_put_bytes(keys, buffer->data, buffer->length, row);
    if (other == NULL)
        return;
    row->name = row->item->path;
    other->name = other->item->path != NULL ? other->item->path : other->name;
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
        name_row(note, keys, row, &buffer);
        (*count)++;
    }
    /* A path would be only one of the places. */
    for (size_t i = 0; i < *count; i++)
        if (rows[i].places > 1)
            rows[i].name = rows[i].item->key;
    strbuf_release(&buffer);
    map_free(&keys);
    map_free(&likes);
    return rows;
}
