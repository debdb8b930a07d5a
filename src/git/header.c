#include <config.h> /* memrchr is a system extension */

#include "header.h"
#include "internal.h"

#include <string.h>

#define PARENT_LINE_LENGTH (sizeof("parent \n") - 1 + OBJECT_ID_HEX_SIZE - 1)

bool header_is(const char *line, const char *end, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(end - line) >= length && memcmp(line, word, length) == 0;
}

/* The last second of the year 9999: what lies beyond is damage, not a time. */
#define LAST_SECOND INT64_C(253402300799)

static int64_t parse_seconds(const char *text, const char *end)
{
    int64_t seconds = 0;
    for (; text < end && *text >= '0' && *text <= '9'; text++) {
        seconds = seconds * 10 + (*text - '0');
        if (seconds > LAST_SECOND)
            return 0;
    }
    return seconds * 1000;
}

struct signature signature_parse(const char *text, const char *end)
{
    struct signature out = { .name = text, .email = end };
    const char *close = memrchr(text, '>', (size_t)(end - text));
    const char *open = memchr(text, '<', (size_t)((close ? close : end) - text));
    const char *name_end = open ? open : close ? close : end;
    while (name_end > text && name_end[-1] == ' ')
        name_end--;
    out.name_length = (size_t)(name_end - text);
    if (open) {
        out.email = open + 1;
        out.email_length = (size_t)((close ? close : end) - out.email);
    }
    if (close) {
        const char *time = close + 1;
        while (time < end && *time == ' ')
            time++;
        out.time = parse_seconds(time, end);
    }
    return out;
}

const char *header_next(const char *line, const char *end)
{
    for (;;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        if (!newline)
            return end;
        line = newline + 1;
        if (line == end || *line != ' ')
            return line;
    }
}

bool commit_links_parse(const char *text, size_t length, struct commit_links *out)
{
    const char *end = text + length;
    const size_t tree_line = sizeof("tree \n") - 1 + OBJECT_ID_HEX_SIZE - 1;
    *out = (struct commit_links){ .time = 0 };
    if (!header_is(text, end, "tree ") || length < tree_line ||
        !object_id_parse_prefix(text + 5, length - 5, &out->tree))
        return false;
    const char *line = text + tree_line;
    out->parents = line;
    while (header_is(line, end, "parent ") && (size_t)(end - line) >= PARENT_LINE_LENGTH) {
        out->parent_count++;
        line += PARENT_LINE_LENGTH;
    }
    for (; line < end && *line != '\n'; line = header_next(line, end)) {
        if (!header_is(line, end, "committer "))
            continue;
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        out->time = signature_parse(line + 10, stop ? stop : end).time;
        break;
    }
    return true;
}

bool commit_links_parent(const struct commit_links *links, size_t index, struct object_id *out)
{
    const char *line = links->parents + index * PARENT_LINE_LENGTH;
    return object_id_parse_prefix(line + 7, OBJECT_ID_HEX_SIZE - 1, out);
}

/* Reads a commit and its links, which point into *object. */
static bool read_links(struct repository *repository, const struct object_id *commit,
                       struct object *object, struct commit_links *links, struct error *error)
{
    if (!object_read(repository, commit, GIT_OBJECT_COMMIT, object, error))
        return false;
    if (commit_links_parse(object->data, object->size, links))
        return true;
    char hex[OBJECT_ID_HEX_SIZE];
    object_release(object);
    return error_set(error, ERROR_CORRUPT, "commit %s is malformed", object_id_hex(commit, hex));
}

bool commit_tree(struct repository *repository, const struct object_id *commit,
                 struct object_id *tree, struct error *error)
{
    struct object object;
    struct commit_links links;
    if (!read_links(repository, commit, &object, &links, error))
        return false;
    *tree = links.tree;
    object_release(&object);
    return true;
}

bool commit_trees(struct repository *repository, const struct object_id *commit,
                  struct object_id *tree, struct object_id *parent_tree, size_t *parent_count,
                  struct error *error)
{
    struct object object;
    struct commit_links links;
    struct object_id parent;
    if (!read_links(repository, commit, &object, &links, error))
        return false;
    *tree = links.tree;
    *parent_count = links.parent_count;
    *parent_tree = (struct object_id){ { 0 } };
    bool has_parent = links.parent_count > 0 && commit_links_parent(&links, 0, &parent);
    object_release(&object);
    return !has_parent || commit_tree(repository, &parent, parent_tree, error);
}
