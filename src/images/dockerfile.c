#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/images/dockerfile.h>

#include "use_parts.h"

struct dockerfile {
    struct arena *arena;
    const char *name;
    struct dockerfile_scan scan;
    struct map *defaults; /* of ARG before the first FROM: values of const char * */
    struct map *own;      /* of ARG and ENV within the stage */
    struct map *stages;   /* their names in small letters */
    size_t stage_count;
    const char *stage; /* the one at hand: its name, or its number */
    bool has_unknown;  /* an instruction that Docker does not know */
    struct vector *uses;
    struct error *error;
};

/* --- Words ------------------------------------------------------------------------------------ */

/* The next word at *text, without its quotes; NULL at the end. In the arena. */
static char *next_word(struct dockerfile *file, const char **text)
{
    struct strbuf word = STRBUF_INIT;
    const char *c = *text + strspn(*text, " \t");
    char quote = '\0', *copy;

    if (*c == '\0')
        return NULL;
    for (; *c != '\0' && (quote != '\0' || (*c != ' ' && *c != '\t')); c++) {
        if (quote == '\0' && (*c == '"' || *c == '\''))
            quote = *c;
        else if (quote != '\0' && *c == quote)
            quote = '\0';
        else
            strbuf_add_char(&word, *c);
    }
    copy = strbuf_to_arena(&word, file->arena);
    strbuf_release(&word);
    *text = c;
    return copy;
}

static const char *default_of(void *context, const char *name)
{
    struct dockerfile *file = context;

    return map_get(file->defaults, name);
}

static const char *own_of(void *context, const char *name)
{
    struct dockerfile *file = context;

    return map_get(file->own, name);
}

static const char *small(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);

    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* --- Instructions ----------------------------------------------------------------------------- */

static bool is_number(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* An image, unless it is a stage of the file itself, or nothing at all. */
static bool add_image(struct dockerfile *file, const char *text, const char *place, unsigned line,
                      image_variable look_up)
{
    struct image_use use = {
        .kind = IMAGE_USE_DOCKERFILE, .place = place, .file = file->name, .line = line, .text = text
    };
    const char *missing = NULL;
    struct error why = { 0 };
    const char *whole =
        image_text_expand(file->arena, text, look_up, file, &missing, &use.variable);

    if (missing != NULL)
        use.why = arena_printf(file->arena, "needs the argument %s", missing);
    else if (strcasecmp(whole, "scratch") == 0 || map_has(file->stages, small(file->arena, whole)))
        return true;
    else if (!image_reference_parse(file->arena, whole, &use.reference, &why))
        use.why = arena_text(file->arena, why.message);
    return image_use_add(file->arena, file->uses, &use, file->error);
}

/* FROM [--platform=…] image [AS name] */
static bool read_from(struct dockerfile *file, const char *rest, unsigned line)
{
    const char *image = next_word(file, &rest), *as, *name = NULL;
    const char *number = arena_printf(file->arena, "stage %zu", file->stage_count++);
    bool ok;

    while (image != NULL && strncmp(image, "--", 2) == 0)
        image = next_word(file, &rest);
    if (image == NULL)
        return error_set(file->error, ERROR_INVALID, "%s:%u: FROM names no image", file->name,
                         line);
    as = next_word(file, &rest);
    if (as != NULL && strcasecmp(as, "as") == 0)
        name = next_word(file, &rest);
    file->stage = name != NULL ? name : number;
    map_free(&file->own);
    file->own = map_new();
    ok = add_image(file, image, file->stage, line, default_of);
    if (name != NULL)
        map_put(file->stages, small(file->arena, name), file);
    return ok;
}

/* ARG name[=value] …; within a stage a name alone takes the value from before the stages. */
static void read_arguments(struct dockerfile *file, const char *rest)
{
    bool before = file->stage_count == 0;
    char *word;

    while ((word = next_word(file, &rest)) != NULL) {
        size_t length = strcspn(word, "=");
        const char *missing, *used, *value = NULL;
        char *name = arena_bytes(file->arena, word, length);

        if (word[length] == '=')
            value = image_text_expand(file->arena, word + length + 1, before ? default_of : own_of,
                                      file, &missing, &used);
        else if (!before)
            value = map_get(file->defaults, name);
        if (value != NULL)
            map_put(before ? file->defaults : file->own, name, arena_text(file->arena, value));
    }
}

/* COPY --from=image …, RUN --mount=type=bind,from=image … */
static bool read_options(struct dockerfile *file, const char *rest, const char *verb, unsigned line)
{
    char *word;

    while ((word = next_word(file, &rest)) != NULL && strncmp(word, "--", 2) == 0) {
        const char *from = strncmp(word, "--mount=", 8) == 0 ? strstr(word, "from=") : NULL;
        char *image;

        if (strncmp(word, "--from=", 7) == 0)
            from = word + 2;
        if (from == NULL || (from[-1] != ',' && from[-1] != '=' && from[-1] != '-'))
            continue;
        image = arena_bytes(file->arena, from + 5, strcspn(from + 5, ","));
        if (is_number(image) || *image == '\0')
            continue;
        if (!add_image(file, image, arena_printf(file->arena, "%s/%s %s", file->stage, verb, image),
                       line, own_of))
            return false;
    }
    return true;
}

static bool is_instruction(const char *verb)
{
    static const char *const verbs[] = {
        "ADD",    "ARG",   "CMD",        "COPY",       "ENTRYPOINT",  "ENV",
        "EXPOSE", "FROM",  "LABEL",      "MAINTAINER", "HEALTHCHECK", "ONBUILD",
        "RUN",    "SHELL", "STOPSIGNAL", "USER",       "VOLUME",      "WORKDIR",
    };

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcasecmp(verb, verbs[i]) == 0)
            return true;
    }
    return false;
}

/* Dockerfile.common, which others are put together with: no image is built of it alone. */
static bool is_part(const struct dockerfile *file)
{
    const char *slash = strrchr(file->name, '/'), *name = slash != NULL ? slash + 1 : file->name;

    return !file->has_unknown && strcasecmp(name, "Dockerfile") != 0 &&
           strcasecmp(name, "Containerfile") != 0;
}

static bool read_one(struct dockerfile *file, const char *text, unsigned line)
{
    const char *rest = text;
    const char *verb = next_word(file, &rest);

    file->has_unknown = file->has_unknown || !is_instruction(verb);
    if (strcasecmp(verb, "FROM") == 0)
        return read_from(file, rest, line);
    if (strcasecmp(verb, "ARG") == 0)
        read_arguments(file, rest);
    if (strcasecmp(verb, "COPY") != 0 && strcasecmp(verb, "RUN") != 0 &&
        strcasecmp(verb, "ADD") != 0)
        return true;
    return file->stage_count == 0 || read_options(file, rest, small(file->arena, verb), line);
}

/* No image can be built of it: it may have been cut when it was written. */
static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r\n\xef\xbb\xbf", text[i]) == NULL)
            return false;
    }
    return true;
}

bool image_uses_in_dockerfile(struct arena *arena, const char *name, const char *text,
                              size_t length, struct vector *uses, struct error *error)
{
    struct dockerfile file = { .arena = arena,
                               .name = arena_text(arena, name),
                               .defaults = map_new(),
                               .own = map_new(),
                               .stages = map_new(),
                               .uses = uses,
                               .error = error };
    struct strbuf instruction = STRBUF_INIT;
    unsigned line = 0;
    bool ok = true;

    if (length > IMAGE_DOCKERFILE_MAX)
        ok = error_set(error, ERROR_LIMIT, "%s: larger than %zu KiB", name,
                       IMAGE_DOCKERFILE_MAX >> 10);
    else if (memchr(text, '\0', length) != NULL)
        ok = error_set(error, ERROR_INVALID, "%s: no text, for it holds NUL bytes", name);
    else if (is_blank(text, length))
        ok = error_set(error, ERROR_INVALID, "%s: it is empty", name);
    dockerfile_scan_start(&file.scan, text, length);
    while (ok && dockerfile_scan_next(&file.scan, &instruction, &line)) {
        ok = read_one(&file, instruction.data, line);
        dockerfile_scan_here(&file.scan, instruction.data, NULL);
    }
    if (ok && file.stage_count == 0 && !is_part(&file)) {
        ok = error_set(error, ERROR_INVALID, "%s: no image can be built of it: there is no FROM",
                       name);
        error_hint(error, "look at how its lines begin: an instruction that is misspelt is not "
                          "known");
    }
    strbuf_release(&instruction);
    map_free(&file.defaults);
    map_free(&file.own);
    map_free(&file.stages);
    return ok;
}
