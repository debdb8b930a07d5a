#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/tui/theme.h>

#include "theme_builtin.h"

#define THEME_SIZE_MAXIMUM (64 * 1024)

/* Colours as they are written, before a terminal is known. */
#define COLOR_RGB 0x1000000 /* flag: the rest is 0xrrggbb */

struct rule {
    struct look look;
    size_t line; /* where it was set; 0: not at all */
};

struct theme {
    /* DEPTH_DIRECT holds what was said without a suffix. */
    struct rule rules[ROLE_COUNT][DEPTH_COUNT];
};

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_NORMAL] = "normal",
    [ROLE_DIM] = "dim",
    [ROLE_STRONG] = "strong",
    [ROLE_ACCENT] = "accent",
    [ROLE_TITLE] = "title",
    [ROLE_PRODUCTION] = "production",
    [ROLE_TAB] = "tab",
    [ROLE_TAB_CURRENT] = "tab.current",
    [ROLE_LINE] = "line",
    [ROLE_HINT] = "hint",
    [ROLE_HINT_KEY] = "hint.key",
    [ROLE_JOB] = "job",
    [ROLE_COLUMN] = "list.column",
    [ROLE_GROUP] = "list.group",
    [ROLE_SELECTED] = "list.selected",
    [ROLE_SELECTED_IDLE] = "list.selected-idle",
    [ROLE_MARKED] = "list.marked",
    [ROLE_MATCH] = "match",
    [ROLE_DIALOG] = "dialog",
    [ROLE_DIALOG_TITLE] = "dialog.title",
    [ROLE_INPUT] = "input",
    [ROLE_INFO] = "message.info",
    [ROLE_SUCCESS] = "message.success",
    [ROLE_WARNING] = "message.warning",
    [ROLE_ERROR] = "message.error",
    [ROLE_SEVERITY_CRITICAL] = "severity.critical",
    [ROLE_SEVERITY_HIGH] = "severity.high",
    [ROLE_SEVERITY_MEDIUM] = "severity.medium",
    [ROLE_SEVERITY_LOW] = "severity.low",
    [ROLE_SEVERITY_INFO] = "severity.info",
    [ROLE_BLOCKER] = "attention.blocker",
    [ROLE_REVIEW] = "attention.review",
    [ROLE_UNKNOWN] = "unknown",
    [ROLE_ADDED] = "change.added",
    [ROLE_REMOVED] = "change.removed",
    [ROLE_MODIFIED] = "change.modified",
    [ROLE_PATCH_FILE] = "patch.file",
    [ROLE_PATCH_HUNK] = "patch.hunk",
    [ROLE_HEADING] = "text.heading",
    [ROLE_TICKET] = "text.ticket",
    [ROLE_CODE] = "text.code",
};

static const char *const depth_suffixes[] = {
    [DEPTH_MONO] = ".mono", [DEPTH_8] = ".8", [DEPTH_16] = ".16", [DEPTH_256] = ".256"
};

static const struct {
    const char *name;
    unsigned attribute;
} attribute_names[] = {
    {"bold",       LOOK_BOLD     },
    { "dim",       LOOK_DIM      },
    { "italic",    LOOK_ITALIC   },
    { "underline", LOOK_UNDERLINE},
    { "reverse",   LOOK_REVERSE  },
};

static const char *const color_names[] = { "black", "red",     "green", "yellow",
                                           "blue",  "magenta", "cyan",  "white" };

const char *role_name(enum role role)
{
    return role_names[role];
}

bool role_parse(const char *text, size_t length, enum role *role)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (strlen(role_names[i]) == length && memcmp(role_names[i], text, length) == 0) {
            *role = (enum role)i;
            return true;
        }
    }
    return false;
}

/* A word of one line, and the place after it. */
struct word {
    const char *text;
    size_t length;
};

static struct word next_word(const char **cursor, const char *end)
{
    struct word word;

    while (*cursor < end && (**cursor == ' ' || **cursor == '\t'))
        (*cursor)++;
    word.text = *cursor;
    while (*cursor < end && **cursor != ' ' && **cursor != '\t')
        (*cursor)++;
    word.length = (size_t)(*cursor - word.text);
    return word;
}

static bool word_is(struct word word, const char *text)
{
    return strlen(text) == word.length && memcmp(word.text, text, word.length) == 0;
}

static bool parse_number(struct word word, int base, long *number)
{
    char digits[8];
    char *end;

    if (word.length == 0 || word.length >= sizeof digits)
        return false;
    memcpy(digits, word.text, word.length);
    digits[word.length] = '\0';
    if (strspn(digits, "0123456789abcdefABCDEF") != word.length)
        return false;
    *number = strtol(digits, &end, base);
    return *end == '\0';
}

static bool parse_color(struct word word, int32_t *color, struct error *error)
{
    struct word rest = { word.text + 1, word.length - 1 };
    struct word plain = word;
    int32_t bright = 0;
    long number;

    *color = LOOK_DEFAULT;
    if (word_is(word, "default"))
        return true;
    if (word.length == 7 && word.text[0] == '#' && parse_number(rest, 16, &number)) {
        *color = COLOR_RGB | (int32_t)number;
        return true;
    }
    if (parse_number(word, 10, &number) && number <= 255) {
        *color = (int32_t)number;
        return true;
    }
    if (word.length > 7 && memcmp(word.text, "bright-", 7) == 0) {
        plain = (struct word){ word.text + 7, word.length - 7 };
        bright = 8;
    }
    for (int32_t i = 0; i < 8; i++) {
        if (word_is(plain, color_names[i])) {
            *color = i + bright;
            return true;
        }
    }
    error_set(error, ERROR_INVALID, "\"%.*s\" is no colour", (int)word.length, word.text);
    return error_hint(error, "colours are default, red or bright-red, 0 to 255, or #rrggbb");
}

static bool parse_attributes(struct word word, unsigned *attributes, struct error *error)
{
    const char *end = word.text + word.length;

    while (word.text < end) {
        const char *comma = memchr(word.text, ',', (size_t)(end - word.text));
        struct word one = { word.text, (size_t)((comma == NULL ? end : comma) - word.text) };
        bool known = false;

        for (size_t i = 0; i < sizeof attribute_names / sizeof attribute_names[0]; i++) {
            if (word_is(one, attribute_names[i].name)) {
                *attributes |= attribute_names[i].attribute;
                known = true;
            }
        }
        if (!known) {
            error_set(error, ERROR_INVALID, "\"%.*s\" is no attribute", (int)one.length, one.text);
            return error_hint(error, "attributes are bold, dim, italic, underline, reverse, "
                                     "with commas between and no blanks");
        }
        word.text += one.length + (comma != NULL);
    }
    return true;
}

/* "severity.critical.16" is a role and a depth. */
static bool parse_role(struct word word, enum role *role, enum color_depth *depth,
                       struct error *error)
{
    *depth = DEPTH_DIRECT;
    for (size_t i = 0; i < sizeof depth_suffixes / sizeof depth_suffixes[0]; i++) {
        size_t length = strlen(depth_suffixes[i]);

        if (word.length > length &&
            memcmp(word.text + word.length - length, depth_suffixes[i], length) == 0) {
            *depth = (enum color_depth)i;
            word.length -= length;
            break;
        }
    }
    if (role_parse(word.text, word.length, role))
        return true;
    return error_set(error, ERROR_INVALID, "there is no role \"%.*s\"", (int)word.length,
                     word.text);
}

static bool parse_rule(struct theme *theme, const char *line, const char *end, size_t number,
                       struct error *error)
{
    struct word name = next_word(&line, end);
    struct word equals = next_word(&line, end);
    struct word foreground = next_word(&line, end);
    struct word background = next_word(&line, end);
    struct word attributes = next_word(&line, end);
    struct word rest = next_word(&line, end);
    struct look look = { LOOK_DEFAULT, LOOK_DEFAULT, 0 };
    enum color_depth depth;
    enum role role;
    struct rule *rule;

    if (!word_is(equals, "=") || background.length == 0 || rest.length > 0) {
        error_set(error, ERROR_INVALID, "a line is \"role = foreground background attributes\"");
        return false;
    }
    if (!parse_role(name, &role, &depth, error) ||
        !parse_color(foreground, &look.foreground, error) ||
        !parse_color(background, &look.background, error) ||
        !parse_attributes(attributes, &look.attributes, error))
        return false;
    rule = &theme->rules[role][depth];
    if (rule->line > 0)
        return error_set(error, ERROR_INVALID, "\"%.*s\" is set already, on line %zu",
                         (int)name.length, name.text, rule->line);
    *rule = (struct rule){ look, number };
    return true;
}

static const char *line_end(const char *line, const char *end)
{
    const char *newline = memchr(line, '\n', (size_t)(end - line));

    if (newline == NULL)
        newline = end;
    return newline;
}

/* The content of a line: without a comment, a carriage return, and blanks around it. A `#` starts a
 * comment at the beginning of a line only, since colours have one too. */
static const char *trim(const char **line, const char *end)
{
    while (*line < end && isspace((unsigned char)**line))
        (*line)++;
    if (*line < end && **line == '#')
        return *line;
    while (end > *line && isspace((unsigned char)end[-1]))
        end--;
    return end;
}

static bool parse_lines(struct theme *theme, const char *name, const char *text, size_t length,
                        struct error *error)
{
    const char *end = text + length;
    bool header = false;
    size_t number = 0;

    while (text < end) {
        const char *next = line_end(text, end);
        const char *line = text;
        const char *stop = trim(&line, next);
        bool fine = true;

        number++;
        text = next + 1;
        if (line == stop)
            continue;
        if (header)
            fine = parse_rule(theme, line, stop, number, error);
        else if ((size_t)(stop - line) != strlen("theme 1") || memcmp(line, "theme 1", 7) != 0)
            fine = error_set(error, ERROR_INVALID, "the first line must be \"theme 1\"");
        header = true;
        if (!fine)
            return error_prefix(error, "%s:%zu", name, number);
    }
    return header || error_set(error, ERROR_INVALID, "%s: the theme is empty", name);
}

/* What a theme leaves out looks as in the theme `dark`, a role with all its variants at a time. */
static void inherit(struct theme *theme, const struct theme *parent)
{
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        bool said = false;

        for (size_t depth = 0; depth < DEPTH_COUNT; depth++)
            said |= theme->rules[role][depth].line > 0;
        if (!said)
            memcpy(theme->rules[role], parent->rules[role], sizeof theme->rules[role]);
    }
}

struct theme *theme_parse(const char *name, const char *text, size_t length, struct error *error)
{
    struct theme *theme = memory_new(sizeof *theme);
    const struct theme_builtin *dark = &theme_builtins[0];

    if (!parse_lines(theme, name, text, length, error)) {
        theme_free(&theme);
        return NULL;
    }
    if (text != dark->text) {
        struct theme *parent = theme_parse(dark->name, dark->text, strlen(dark->text), error);

        if (parent == NULL) {
            theme_free(&theme);
            return NULL;
        }
        inherit(theme, parent);
        theme_free(&parent);
    }
    return theme;
}

void theme_free(struct theme **theme)
{
    free(*theme);
    *theme = NULL;
}

static struct theme *load_file(const char *path, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    struct theme *theme = NULL;

    if (file_read(path, THEME_SIZE_MAXIMUM, true, &text, error))
        theme = theme_parse(path, text.data, text.length, error);
    strbuf_release(&text);
    return theme;
}

/* The theme of that name in a directory. False when it is not there: then look further; a theme
 * that is there and wrong is NULL with the error. */
static bool load_from(const char *directory, const char *name, struct theme **theme,
                      struct error *error)
{
    char *file = memory_printf("%s.theme", name);
    char *path = path_join(directory, file);
    bool there = file_exists(path);

    if (there)
        *theme = load_file(path, error);
    free(path);
    free(file);
    return there;
}

static bool load_from_config(const char *name, struct theme **theme, struct error *error)
{
    char *home = path_config_home(NULL);
    char *directory = home == NULL ? NULL : path_join(home, "themes");
    bool there = directory != NULL && load_from(directory, name, theme, error);

    free(directory);
    free(home);
    return there;
}

struct theme *theme_load(const char *name, struct error *error)
{
    const char *directory = getenv("PILAB_THEMES_DIR");
    struct theme *theme = NULL;

    if (name == NULL || name[0] == '\0')
        name = "dark";
    if (strchr(name, '/') != NULL)
        return load_file(name, error);
    if (directory != NULL && directory[0] == '/' && load_from(directory, name, &theme, error))
        return theme;
    if (load_from_config(name, &theme, error) || load_from(PILAB_THEMES_DIR, name, &theme, error))
        return theme;
    for (const struct theme_builtin *builtin = theme_builtins; builtin->name != NULL; builtin++)
        if (strcmp(builtin->name, name) == 0)
            return theme_parse(name, builtin->text, strlen(builtin->text), error);
    error_set(error, ERROR_NOT_FOUND, "there is no theme \"%s\"", name);
    error_hint(error,
               "built in are dark, light and mono; others are looked for in %s, or give a "
               "path with a slash",
               PILAB_THEMES_DIR);
    return NULL;
}

/* A colour as written, in the numbers of a depth. */
static int32_t color_at(int32_t color, enum color_depth depth)
{
    if (color == LOOK_DEFAULT || depth == DEPTH_MONO)
        return LOOK_DEFAULT;
    if (depth == DEPTH_DIRECT)
        return (color & COLOR_RGB) != 0 ? color & 0xffffff : (int32_t)color_palette(color);
    if ((color & COLOR_RGB) != 0)
        return color_nearest((uint32_t)color & 0xffffff, depth);
    if (color >= 16 && depth < DEPTH_256)
        return color_nearest(color_palette(color), depth);
    return depth == DEPTH_8 ? color & 7 : color;
}

/* The look of a role alone: what was said for that depth, or the nearest thing that was said. */
static struct look role_look(const struct theme *theme, enum role role, enum color_depth depth)
{
    const struct rule *rules = theme->rules[role];
    enum color_depth said = depth;
    struct look look;

    if (rules[said].line == 0 && depth == DEPTH_8 && rules[DEPTH_16].line > 0)
        said = DEPTH_16;
    if (rules[said].line == 0)
        said = DEPTH_DIRECT;
    if (rules[said].line == 0)
        return (struct look){ LOOK_DEFAULT, LOOK_DEFAULT, 0 };
    look = rules[said].look;
    look.foreground = color_at(look.foreground, depth);
    look.background = color_at(look.background, depth);
    return look;
}

struct look theme_look(const struct theme *theme, enum role role, enum role overlay,
                       enum color_depth depth)
{
    struct look look = role_look(theme, role, depth);
    struct look over;

    if (overlay == ROLE_NORMAL)
        return look;
    over = role_look(theme, overlay, depth);
    if ((over.attributes & LOOK_REVERSE) != 0)
        return over;
    if (look.foreground == LOOK_DEFAULT ||
        (over.foreground != LOOK_DEFAULT && over.background != LOOK_DEFAULT))
        look.foreground = over.foreground;
    if (over.background != LOOK_DEFAULT)
        look.background = over.background;
    look.attributes |= over.attributes;
    return look;
}

const char *theme_builtin_name(size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (theme_builtins[i].name == NULL)
            return NULL;
    return theme_builtins[index].name;
}
