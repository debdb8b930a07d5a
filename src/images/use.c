#include "use_parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>

static size_t name_length(const char *text)
{
    size_t length = 0;

    if (isdigit((unsigned char)*text))
        return 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return length;
}

struct expansion {
    struct arena *arena;
    struct strbuf out;
    image_variable look_up;
    void *context;
    const char *missing, *used;
};

/* The end of ${…}, over those within; NULL: there is none. */
static const char *closing(const char *text)
{
    int depth = 0;

    for (; *text != '\0'; text++) {
        if (strncmp(text, "${", 2) == 0)
            depth++;
        else if (*text == '}' && --depth == 0)
            return text;
    }
    return NULL;
}

static const char *value_of(struct expansion *expansion, const char *name)
{
    const char *value =
        expansion->look_up != NULL ? expansion->look_up(expansion->context, name) : NULL;

    if (value != NULL && expansion->used == NULL)
        expansion->used = name;
    return value;
}

/* What stands behind the name within the braces: ":-default", "-default", ":+other", "+other",
 * ":?words", "?words", or nothing. A default may hold variables, but only one level of them. */
static void put_braced(struct expansion *expansion, const char *name, const char *rest)
{
    bool empty_is_none = *rest == ':';
    const char *value = value_of(expansion, name), *missing, *used;
    char what = rest[empty_is_none];
    bool set = value != NULL && (*value != '\0' || !empty_is_none);

    if (what == '+') {
        if (set)
            strbuf_add(&expansion->out, rest + empty_is_none + 1);
    } else if (set) {
        strbuf_add(&expansion->out, value);
    } else if (what == '-') {
        const char *other = rest + empty_is_none + 1;

        if (strstr(other, "${") != NULL && expansion->missing == NULL)
            expansion->missing = name;
        else
            strbuf_add(&expansion->out,
                       image_text_expand(expansion->arena, other, expansion->look_up,
                                         expansion->context, &missing, &used));
        if (expansion->used == NULL)
            expansion->used = name;
    } else if (expansion->missing == NULL) {
        expansion->missing = name;
    }
}

static const char *put_variable(struct expansion *expansion, const char *text)
{
    const char *end, *name, *value;
    size_t length;

    if (text[1] == '$') {
        strbuf_add_char(&expansion->out, '$');
        return text + 2;
    }
    if (text[1] == '{' && (end = closing(text)) != NULL) {
        char *inside = arena_bytes(expansion->arena, text + 2, (size_t)(end - text) - 2);

        length = name_length(inside);
        if (length > 0) {
            put_braced(expansion, arena_bytes(expansion->arena, inside, length), inside + length);
            return end + 1;
        }
    }
    length = name_length(text + 1);
    if (length == 0) {
        strbuf_add_char(&expansion->out, '$');
        return text + 1;
    }
    name = arena_bytes(expansion->arena, text + 1, length);
    value = value_of(expansion, name);
    if (value != NULL)
        strbuf_add(&expansion->out, value);
    else if (expansion->missing == NULL)
        expansion->missing = name;
    return text + 1 + length;
}

const char *image_text_expand(struct arena *arena, const char *text, image_variable look_up,
                              void *context, const char **missing, const char **used)
{
    struct expansion expansion = {
        .arena = arena, .out = STRBUF_INIT, .look_up = look_up, .context = context
    };
    const char *whole;

    while (*text != '\0') {
        if (*text == '$')
            text = put_variable(&expansion, text);
        else
            strbuf_add_char(&expansion.out, *text++);
    }
    whole = strbuf_to_arena(&expansion.out, arena);
    strbuf_release(&expansion.out);
    *missing = expansion.missing;
    *used = expansion.used;
    return whole;
}

bool image_use_add(struct arena *arena, struct vector *uses, const struct image_use *use,
                   struct error *error)
{
    struct image_use *added;
    struct error why = { 0 };

    if (uses->count >= IMAGE_USES_MAX)
        return error_set(error, ERROR_LIMIT, "%s: names more than %d images", use->file,
                         IMAGE_USES_MAX);
    added = vector_add(uses);
    *added = *use;
    if (added->why == NULL && added->reference.repository == NULL) {
        added->known = image_reference_parse(arena, added->text, &added->reference, &why);
        if (!added->known)
            added->why = arena_text(arena, why.message);
    }
    added->known = added->why == NULL && added->reference.repository != NULL;
    return true;
}

bool image_is_dockerfile(const char *path)
{
    static const char *const names[] = { "Dockerfile", "Containerfile" };
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    size_t length = strlen(name);

    for (size_t i = 0; i < 2; i++) {
        size_t known = strlen(names[i]);

        if (strcasecmp(name, names[i]) == 0 ||
            (strncasecmp(name, names[i], known) == 0 && name[known] == '.' &&
             strcasecmp(name + known, ".dockerignore") != 0) ||
            (length > known + 1 && name[length - known - 1] == '.' &&
             strcasecmp(name + length - known, names[i]) == 0))
            return true;
    }
    return false;
}

const char *image_use_kind_name(enum image_use_kind kind)
{
    static const char *const names[IMAGE_USE_KIND_COUNT] = {
        [IMAGE_USE_VALUES] = "values",         [IMAGE_USE_COMPOSE] = "compose",
        [IMAGE_USE_KUBERNETES] = "kubernetes", [IMAGE_USE_KUSTOMIZE] = "kustomize",
        [IMAGE_USE_DOCKERFILE] = "dockerfile", [IMAGE_USE_PROJECT] = "project",
    };

    return names[kind];
}
