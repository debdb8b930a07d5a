#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/keymap.h>

void keymap_add(struct keymap *keymap, const struct key_table *table)
{
    if (table != NULL && keymap->count < KEYMAP_MAXIMUM)
        keymap->tables[keymap->count++] = table;
}

bool key_alternative(const char **keys, struct key_sequence *sequence)
{
    const char *start = *keys + strspn(*keys, " ");
    size_t length = strcspn(start, " ");
    const char *end = start + length;
    int32_t named = key_parse(start, length);

    *sequence = (struct key_sequence){ 0 };
    *keys = end;
    if (length == 0)
        return false;
    if (named != KEYCODE_NONE) {
        sequence->keys[sequence->count++] = named;
        return true;
    }
    while (start < end && sequence->count < KEY_SEQUENCE_MAXIMUM)
        sequence->keys[sequence->count++] = utf8_decode(&start, end);
    return true;
}

static bool begins_with(const struct key_sequence *whole, const struct key_sequence *start)
{
    return start->count <= whole->count &&
           memcmp(whole->keys, start->keys, start->count * sizeof start->keys[0]) == 0;
}

static bool same_sequence(const struct key_sequence *a, const struct key_sequence *b)
{
    return a->count == b->count && begins_with(a, b);
}

/* How a row answers what was typed: the best of its alternatives. */
static enum key_result match_row(const struct key_row *row, const struct key_sequence *typed)
{
    enum key_result result = KEY_RESULT_NONE;
    const char *keys = row->keys;
    struct key_sequence sequence;

    while (key_alternative(&keys, &sequence)) {
        if (!begins_with(&sequence, typed))
            continue;
        if (sequence.count > typed->count || (row->flags & KEYS_PREFIX) != 0)
            result = KEY_RESULT_MORE;
        else
            return KEY_RESULT_MATCH;
    }
    return result;
}

static bool names_prefix(const struct key_row *row, const struct key_sequence *typed)
{
    const char *keys = row->keys;
    struct key_sequence sequence;

    if ((row->flags & KEYS_PREFIX) == 0)
        return false;
    while (key_alternative(&keys, &sequence))
        if (same_sequence(&sequence, typed))
            return true;
    return false;
}

enum key_result keymap_match(const struct keymap *keymap, const struct key_sequence *typed,
                             struct key_match *match)
{
    enum key_result result = KEY_RESULT_NONE;

    *match = (struct key_match){ 0 };
    for (size_t t = 0; t < keymap->count; t++) {
        const struct key_table *table = keymap->tables[t];

        for (size_t i = 0; i < table->count; i++) {
            const struct key_row *row = &table->rows[i];
            enum key_result found = match_row(row, typed);

            /* A longer sequence of an earlier table keeps a later table's shorter one waiting. */
            if (found == KEY_RESULT_MATCH && result == KEY_RESULT_NONE) {
                *match = (struct key_match){ t, row };
                return KEY_RESULT_MATCH;
            }
            if (found == KEY_RESULT_MORE) {
                result = KEY_RESULT_MORE;
                if (match->row == NULL && names_prefix(row, typed))
                    *match = (struct key_match){ t, row };
            }
        }
    }
    return result;
}

/* Whether a row of an earlier table has these keys, as a whole sequence or as a beginning it keeps
 * for itself. */
static bool is_taken(const struct keymap *keymap, size_t tables,
                     const struct key_sequence *sequence)
{
    for (size_t t = 0; t < tables; t++)
        for (size_t i = 0; i < keymap->tables[t]->count; i++) {
            const struct key_row *row = &keymap->tables[t]->rows[i];
            const char *keys = row->keys;
            struct key_sequence other;

            while ((row->flags & KEYS_PREFIX) == 0 && key_alternative(&keys, &other))
                if (begins_with(sequence, &other))
                    return true;
        }
    return false;
}

void keymap_continue(const struct keymap *keymap, const struct key_sequence *prefix,
                     void (*visit)(void *context, size_t table, const struct key_row *row,
                                   int32_t next),
                     void *context)
{
    for (size_t t = 0; t < keymap->count; t++) {
        const struct key_table *table = keymap->tables[t];

        for (size_t i = 0; i < table->count; i++) {
            const char *keys = table->rows[i].keys;
            struct key_sequence sequence;

            if ((table->rows[i].flags & KEYS_PREFIX) != 0)
                continue;
            while (key_alternative(&keys, &sequence))
                if (sequence.count == prefix->count + 1 && begins_with(&sequence, prefix) &&
                    !is_taken(keymap, t, &sequence))
                    visit(context, t, &table->rows[i], sequence.keys[prefix->count]);
        }
    }
}

void keymap_free_keys(const struct keymap *keymap, size_t table, const struct key_row *row,
                      struct strbuf *out)
{
    size_t start = out->length;
    const char *keys = row->keys;
    struct key_sequence sequence;

    for (;;) {
        const char *from = keys + strspn(keys, " ");

        if (!key_alternative(&keys, &sequence))
            return;
        if (is_taken(keymap, table, &sequence))
            continue;
        if (out->length > start)
            strbuf_add(out, " ");
        strbuf_add_bytes(out, from, (size_t)(keys - from));
    }
}

void key_row_name(const struct key_row *row, struct strbuf *out)
{
    strbuf_add_bytes(out, row->keys, strcspn(row->keys, " "));
}

static bool check_row(const struct key_table *table, const struct key_row *row, struct error *error)
{
    const char *keys = row->keys;
    struct key_sequence sequence;
    bool any = false;

    while (key_alternative(&keys, &sequence)) {
        any = true;
        if ((row->flags & KEYS_LASTING) != 0 && sequence.keys[0] != '!')
            return error_set(error, ERROR_INTERNAL, "%s: \"%s\" lasts, but is not behind '!'",
                             table->name, row->keys);
    }
    if (!any)
        return error_set(error, ERROR_INTERNAL, "%s: a row has no keys", table->name);
    if (row->label == NULL || row->label[0] == '\0' || row->help == NULL || row->help[0] == '\0')
        return error_set(error, ERROR_INTERNAL, "%s: \"%s\" has no label or help", table->name,
                         row->keys);
    return true;
}

/* Two rows of one table must not want the same keys, nor one the beginning of the other's. */
static bool check_pair(const struct key_table *table, const struct key_row *a,
                       const struct key_row *b, struct error *error)
{
    const char *a_keys = a->keys;
    struct key_sequence first;
    struct key_sequence second;

    if (((a->flags | b->flags) & KEYS_PREFIX) != 0)
        return true;
    while (key_alternative(&a_keys, &first)) {
        const char *b_keys = b->keys;

        while (key_alternative(&b_keys, &second))
            if (begins_with(&first, &second) || begins_with(&second, &first))
                return error_set(error, ERROR_INTERNAL,
                                 "%s: \"%s\" and \"%s\" are in each other's way", table->name,
                                 a->keys, b->keys);
    }
    return true;
}

bool keymap_check(const struct keymap *keymap, struct error *error)
{
    for (size_t t = 0; t < keymap->count; t++) {
        const struct key_table *table = keymap->tables[t];

        for (size_t i = 0; i < table->count; i++) {
            if (!check_row(table, &table->rows[i], error))
                return false;
            for (size_t j = i + 1; j < table->count; j++)
                if (!check_pair(table, &table->rows[i], &table->rows[j], error))
                    return false;
        }
    }
    return true;
}
