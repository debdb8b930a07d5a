/* Characters that a character set of MySQL does not have, and room that they take. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>

#include "diff_parts.h"

/* Those with more than one byte for some characters; all others have one. */
static const struct {
    const char *name;
    long width; /* bytes of a character, at most */
    bool has_all, has_basic;
} sets[] = {
    {"utf8mb4",  4, true,  true },
    { "utf16",   4, true,  true },
    { "utf16le", 4, true,  true },
    { "utf32",   4, true,  true },
    { "gb18030", 4, true,  true },
    { "utf8mb3", 3, false, true },
    { "utf8",    3, false, true },
    { "ucs2",    2, false, true },
    { "ujis",    3, false, false},
    { "eucjpms", 3, false, false},
    { "gbk",     2, false, false},
    { "gb2312",  2, false, false},
    { "big5",    2, false, false},
    { "sjis",    2, false, false},
    { "cp932",   2, false, false},
    { "euckr",   2, false, false},
};

/* COUNT(sets): one byte for each character. */
static size_t find_set(const char *name)
{
    size_t at = 0;

    while (at < COUNT(sets) && strcasecmp(sets[at].name, name) != 0)
        at++;
    return at;
}

/* NULL: it is not known. */
static const char *set_of(const struct schema_object *column)
{
    const char *own = schema_get(column, SCHEMA_CHARACTER_SET);

    return own != NULL ? own : schema_get(column->owner, SCHEMA_CHARACTER_SET);
}

static bool begins(const char *type, const char *word)
{
    return strncasecmp(type, word, strlen(word)) == 0;
}

bool diff_is_of_characters(const struct schema_object *column)
{
    const char *type = schema_get(column, SCHEMA_TYPE);

    return type != NULL &&
           (begins(type, "char") || begins(type, "varchar") || begins(type, "enum(") ||
            begins(type, "set(") || (strlen(type) >= 4 && begins(type + strlen(type) - 4, "text")));
}

static bool holds(const char *set, const char *before)
{
    size_t from = find_set(before), to = find_set(set);

    if (strcasecmp(set, before) == 0 || strcasecmp(set, "binary") == 0 ||
        strcasecmp(before, "ascii") == 0)
        return true;
    if (to == COUNT(sets))
        return false;
    return sets[to].has_all || (sets[to].has_basic && (from == COUNT(sets) || !sets[from].has_all));
}

bool diff_set_narrows(const struct schema_object *previous, const struct schema_object *current)
{
    const char *before = set_of(previous), *after = set_of(current);

    return before != NULL && after != NULL && diff_is_of_characters(previous) &&
           diff_is_of_characters(current) && !holds(after, before);
}

bool diff_table_set_narrows(const struct schema_diff *diff, const struct schema_object *previous,
                            const struct schema_object *current)
{
    for (const struct schema_object *part = current->parts; part != NULL; part = part->next) {
        const struct schema_object *before =
            part->kind == SCHEMA_COLUMN
                ? schema_find_part(diff->previous, previous, SCHEMA_COLUMN, part->name)
                : NULL;

        if (before != NULL && diff_set_narrows(before, part))
            return true;
    }
    return false;
}

/* Types whose room is counted in bytes, and not in characters. */
static long room_of(const char *type)
{
    return strcasecmp(type, "tinytext") == 0     ? 255
           : strcasecmp(type, "text") == 0       ? 65535
           : strcasecmp(type, "mediumtext") == 0 ? 16777215
                                                 : 0;
}

bool diff_text_overflows(const struct schema_object *previous, const struct schema_object *current)
{
    const char *from = schema_get(previous, SCHEMA_TYPE), *to = schema_get(current, SCHEMA_TYPE);
    const char *set = set_of(current), *size = from != NULL ? strchr(from, '(') : NULL;
    long room = to != NULL ? room_of(to) : 0, width = 4;
    size_t at = set != NULL ? find_set(set) : COUNT(sets);

    if (size == NULL || room == 0 || !(begins(from, "varchar") || begins(from, "char")))
        return false;
    if (set != NULL)
        width = at < COUNT(sets) ? sets[at].width : 1;
    return strtol(size + 1, NULL, 10) > room / width;
}
