#include <config.h> /* memrchr is a system extension */

#include "parts.h"

#include <stdarg.h>
#include <string.h>

#include <pilab/base/json_pointer.h>

#include "attributes.h"

const char *member_text(const struct node *map, const char *key)
{
    const struct node *member = node_get(map, key);

    return member && member->kind == NODE_STRING ? member->text : NULL;
}

const char *member_scalar(const struct node *map, const char *key)
{
    const struct node *member = node_get(map, key);

    return member && member->kind != NODE_NULL ? member->value : NULL;
}

bool member_is_true(const struct node *map, const char *key)
{
    const struct node *member = node_get(map, key);

    return member && member->kind == NODE_BOOL && strcmp(member->value, "true") == 0;
}

static const struct node *filled_member(const struct node *map, const char *key,
                                        enum node_kind kind)
{
    const struct node *member = node_get(map, key);

    return member && member->kind == kind && member->count > 0 ? member : NULL;
}

const struct node *member_list(const struct node *map, const char *key)
{
    return filled_member(map, key, NODE_LIST);
}

const struct node *member_map(const struct node *map, const char *key)
{
    return filled_member(map, key, NODE_MAP);
}

bool fail_at_node(const struct node *node, struct error *error, const char *what)
{
    return error_set(error, ERROR_INVALID, "%s:%u: %s", node->file, node->line, what);
}

/* Behind the last '/', or all of it. */
static const char *last_part(struct arena *arena, const char *text, size_t length)
{
    const char *slash = memrchr(text, '/', length);

    return slash ? arena_bytes(arena, slash + 1, (size_t)(text + length - slash - 1))
                 : arena_bytes(arena, text, length);
}

const char *provider_name(struct arena *arena, const char *provider)
{
    static const char word[] = "provider.";
    const char *start, *stop;

    if (!provider)
        return "";
    start = strstr(provider, "[\"");
    if (start) {
        start += 2;
        stop = strchr(start, '"');
        return last_part(arena, start, stop ? (size_t)(stop - start) : strlen(start));
    }
    start = strstr(provider, word);
    if (!start)
        return last_part(arena, provider, strlen(provider));
    start += sizeof word - 1;
    return arena_bytes(arena, start, strcspn(start, "."));
}

/* Behind a step of an address, its index included: keys may hold dots and brackets. */
static const char *after_step(const char *step)
{
    bool quoted = false;

    for (; *step && (quoted || *step != '.'); step++) {
        if (quoted && *step == '\\' && step[1])
            step++;
        else if (*step == '"')
            quoted = !quoted;
    }
    return *step ? step + 1 : step;
}

const char *address_module(struct arena *arena, const char *address)
{
    const char *end = address;

    while (strncmp(end, "module.", strlen("module.")) == 0)
        end = after_step(after_step(end));
    return end > address + 1 ? arena_bytes(arena, address, (size_t)(end - address - 1)) : NULL;
}

static bool add_step(struct strbuf *out, const struct node *step)
{
    if (step->kind == NODE_MAP) {
        const struct node *value = node_get(step, "value");

        return value && add_step(out, value);
    }
    if (step->kind != NODE_STRING && step->kind != NODE_INTEGER)
        return false;
    json_pointer_add(out, step->value);
    return true;
}

bool steps_pointer(struct strbuf *out, const struct node *steps)
{
    if (steps->kind != NODE_LIST)
        return false;
    for (size_t i = 0; i < steps->count; i++) {
        if (!add_step(out, steps->children[i]))
            return false;
    }
    return true;
}

struct terraform_changes *changes_new(void)
{
    struct arena *arena = arena_new();
    struct terraform_changes *changes = arena_alloc(arena, sizeof *changes);

    changes->arena = arena;
    return changes;
}

void changes_warn(struct terraform_changes *changes, struct vector *warnings, const char *format,
                  ...)
{
    struct strbuf text = STRBUF_INIT;
    const char *warning;
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    warning = strbuf_to_arena(&text, changes->arena);
    vector_push(warnings, &warning);
    strbuf_release(&text);
}
