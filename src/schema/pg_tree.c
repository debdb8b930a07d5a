#include "pg_tree.h"

#include <stdint.h>
#include <stdlib.h>

#include <pilab/base/arena.h>
#include <pilab/base/digest.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>

/* What the library writes is its own, but what a tree holds comes from outside: whoever walks it
 * does so on the stack. */
#define DEPTH_MAX 2000

/* A list or an object that is not closed yet. */
struct level {
    const char *name;
    size_t first; /* of what is in it, among the pending ones */
    bool list;
};

struct reading {
    char *at;
    struct arena *arena;
    struct vector
        pending;          /* struct pg_node: what the open levels hold so far, one behind another */
    struct vector levels; /* struct level */
    const char *wrong;
};

static bool fail(struct reading *reading, const char *why)
{
    reading->wrong = why;
    return false;
}

/* The library escapes control characters so, and nothing else: no pairs of surrogates. */
static bool read_code(struct reading *reading, char **to)
{
    uint32_t code = 0;
    for (int i = 0; i < 4; i++, reading->at++) {
        int digit = hex_value(*reading->at);
        if (digit < 0)
            return fail(reading, "its tree has an escape without four digits");
        code = code * 16 + (uint32_t)digit;
    }
    if (code == 0 || (code >= 0xd800 && code < 0xe000))
        return fail(reading, "its tree has an escape that is no character");
    *to += utf8_encode(code, *to); /* at most three bytes in the place of six */
    return true;
}

static bool read_escape(struct reading *reading, char **to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char sign = *reading->at++;
    if (sign == 'u')
        return read_code(reading, to);
    const char *known = sign ? strchr(from, sign) : NULL;
    if (!known)
        return fail(reading, "its tree has an escape that is not known");
    *(*to)++ = into[known - from];
    return true;
}

/* A text is unescaped where it stands, and ends where its last quote was. */
static bool read_text(struct reading *reading, const char **text)
{
    char *start = ++reading->at, *to = start + strcspn(start, "\"\\");
    reading->at = to;
    while (*reading->at != '"') {
        if (!*reading->at)
            return fail(reading, "its tree has a text without an end");
        if (*reading->at != '\\') {
            *to++ = *reading->at++;
            continue;
        }
        reading->at++;
        if (!read_escape(reading, &to))
            return false;
    }
    *to = '\0';
    reading->at++;
    *text = start;
    return true;
}

static bool read_word(struct reading *reading, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(reading->at, word, length) != 0)
        return fail(reading, "its tree has a word that is not known");
    reading->at += length;
    return true;
}

/* Digits stay where they are: what follows them is no digit. */
static bool read_number(struct reading *reading, struct pg_node *node)
{
    size_t length = strspn(reading->at, "+-.0123456789eE");
    if (!length)
        return fail(reading, "its tree has no value");
    *node = (struct pg_node){ .name = node->name, .kind = PG_NUMBER, .text = reading->at };
    reading->at += length;
    return true;
}

static bool open_level(struct reading *reading, const char *name)
{
    if (reading->levels.count >= DEPTH_MAX)
        return fail(reading, "it is nested too deeply to be read");
    struct level *level = vector_add(&reading->levels);
    *level = (struct level){ name, reading->pending.count, *reading->at == '[' };
    reading->at++;
    return true;
}

/* What was in it moves to where it stays, and it becomes one value of the level around it. */
static void close_level(struct reading *reading)
{
    struct level level = *(struct level *)vector_at(&reading->levels, reading->levels.count - 1);
    size_t count = reading->pending.count - level.first;
    struct pg_node node = { .name = level.name,
                            .kind = level.list ? PG_LIST : PG_OBJECT,
                            .count = (unsigned)count };
    if (count) {
        struct pg_node *nodes = arena_array(reading->arena, count, sizeof(*nodes));
        memcpy(nodes, vector_at(&reading->pending, level.first), count * sizeof(*nodes));
        node.nodes = nodes;
    }
    reading->pending.count = level.first;
    reading->levels.count--;
    vector_push(&reading->pending, &node);
}

/* A value, or the beginning of one. */
static bool read_value(struct reading *reading, const char *name)
{
    struct pg_node node = { .name = name, .kind = PG_TEXT };
    char sign = *reading->at;
    if (sign == '{' || sign == '[')
        return open_level(reading, name);
    if (sign == '"') {
        if (!read_text(reading, &node.text))
            return false;
    } else if (sign == 't' || sign == 'f' || sign == 'n') {
        node.kind = sign == 't' ? PG_TRUE : PG_NOTHING;
        if (!read_word(reading, sign == 't' ? "true" : sign == 'f' ? "false" : "null"))
            return false;
    } else if (!read_number(reading, &node)) {
        return false;
    }
    vector_push(&reading->pending, &node);
    return true;
}

static void skip_blanks(struct reading *reading)
{
    while (*reading->at == ' ' || *reading->at == '\n' || *reading->at == '\t' ||
           *reading->at == '\r')
        reading->at++;
}

/* The next value of the level that is open, or its end. */
static bool read_next(struct reading *reading, const struct level *level)
{
    bool first = reading->pending.count == level->first;
    const char *name = "";
    if (*reading->at == (level->list ? ']' : '}')) {
        reading->at++;
        close_level(reading);
        return true;
    }
    if (!first && *reading->at++ != ',')
        return fail(reading, "its tree has a value without a comma before it");
    skip_blanks(reading);
    if (level->list)
        return read_value(reading, name);
    if (*reading->at != '"' || !read_text(reading, &name))
        return fail(reading, "its tree has a member without a name");
    skip_blanks(reading);
    if (*reading->at++ != ':')
        return fail(reading, "its tree has a member without a value");
    skip_blanks(reading);
    return read_value(reading, name);
}

const struct pg_node *pg_tree_read(char *text, struct arena *arena, const char **wrong)
{
    struct reading reading = { .at = text, .arena = arena };
    struct pg_node *root = NULL;
    vector_init(&reading.pending, sizeof(struct pg_node));
    vector_init(&reading.levels, sizeof(struct level));
    bool fine = utf8_valid(text, strlen(text)) || fail(&reading, "it is not UTF-8");
    skip_blanks(&reading);
    fine = fine && read_value(&reading, "");
    while (fine && reading.levels.count) {
        skip_blanks(&reading);
        fine = read_next(&reading, vector_at(&reading.levels, reading.levels.count - 1));
    }
    if (fine) {
        root = arena_alloc(arena, sizeof(*root));
        *root = *(struct pg_node *)vector_at(&reading.pending, 0);
    }
    *wrong = reading.wrong;
    vector_release(&reading.pending);
    vector_release(&reading.levels);
    return root;
}

const struct pg_node *pg_tree_with(struct arena *arena, const struct pg_node *object,
                                   const struct pg_node *member)
{
    unsigned count = object ? object->count : 0, at = 0;
    struct pg_node *copy = arena_alloc(arena, sizeof(*copy));
    struct pg_node *nodes = arena_array(arena, count + 1, sizeof(*nodes));
    if (count)
        memcpy(nodes, object->nodes, count * sizeof(*nodes));
    while (at < count && strcmp(nodes[at].name, member->name) != 0)
        at++;
    nodes[at] = *member;
    *copy = (struct pg_node){ .name = object ? object->name : "",
                              .kind = PG_OBJECT,
                              .count = at == count ? count + 1 : count,
                              .nodes = nodes };
    return copy;
}
