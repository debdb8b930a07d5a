#include <config.h> /* memmem is a system extension */

#include <pilab/drift/env_reads.h>

#include <string.h>

#include "ascii.h"

/* How the name stands behind what reads it. */
enum read_form {
    READ_BARE,  /* process.env.NAME */
    READ_INDEX, /* ENV["NAME"] */
    READ_CALL   /* getenv("NAME"), with a default behind a comma */
};

struct read_pattern {
    const char *extensions; /* of the language, each between blanks */
    const char *prefix;
    enum read_form form;
    bool asks; /* it answers whether the variable is there: nothing breaks without */
};

#define SCRIPT " js jsx ts tsx mjs cjs mts cts vue svelte "
#define JVM    " java kt kts scala groovy "

/* clang-format off */
static const struct read_pattern patterns[] = {
    { SCRIPT, "process.env.", READ_BARE, false },
    { SCRIPT, "process.env[", READ_INDEX, false },
    { SCRIPT, "import.meta.env.", READ_BARE, false },
    { SCRIPT, ".getOrThrow(", READ_CALL, false },
    { " py ", "os.environ[", READ_INDEX, false },
    { " py ", "os.environ.get(", READ_CALL, false },
    { " py ", "os.getenv(", READ_CALL, false },
    { JVM, "System.getenv(", READ_CALL, false },
    { " go ", "os.Getenv(", READ_CALL, false },
    { " go ", "os.LookupEnv(", READ_CALL, true },
    { " rb ", "ENV[", READ_INDEX, false },
    { " rb ", "ENV.fetch(", READ_CALL, false },
    { " rb ", "ENV.key?(", READ_CALL, true },
    { " php ", "getenv(", READ_CALL, false },
    { " php ", "$_ENV[", READ_INDEX, false },
    { " php ", "env(", READ_CALL, false },
    { " c cc cpp ", "getenv(", READ_CALL, false },
    { " rs ", "env::var(", READ_CALL, false },
    { " rs ", "env::var_os(", READ_CALL, false },
    { " cs ", "Environment.GetEnvironmentVariable(", READ_CALL, false },
};
/* clang-format on */

#define PATTERNS (sizeof patterns / sizeof *patterns)

/* ".ts" as " ts ", to be found in a pattern's list; false: it has none that is short enough. */
static bool extension_of(const char *path, char word[16])
{
    const char *dot = strrchr(path, '.');
    size_t length;

    if (dot == NULL || strchr(dot, '/') != NULL)
        return false;
    length = strlen(dot + 1);
    if (length == 0 || length > 12)
        return false;
    word[0] = ' ';
    memcpy(word + 1, dot + 1, length);
    word[length + 1] = ' ';
    word[length + 2] = '\0';
    return true;
}

bool env_reads_knows(const char *path)
{
    char word[16];

    if (!extension_of(path, word))
        return false;
    for (size_t i = 0; i < PATTERNS; i++) {
        if (strstr(patterns[i].extensions, word) != NULL)
            return true;
    }
    return false;
}

static bool is_name(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* What follows a bare name or an index decides: "||", "??", "or", "?" give another value. */
static bool has_default(const char *at, const char *end)
{
    at = skip_blanks(at, end);
    if (end - at >= 2 && (memcmp(at, "||", 2) == 0 || memcmp(at, "??", 2) == 0))
        return true;
    if (at < end && *at == '?')
        return true;
    return end - at >= 3 && memcmp(at, "or", 2) == 0 && !is_name(at[2]);
}

/* Reads the name behind the prefix; NULL: it is computed. */
static const char *name_at(enum read_form form, const char *at, const char *end, size_t *length,
                           bool *optional)
{
    const char *name;
    char quote = '\0', close = form == READ_INDEX ? ']' : ')';

    if (form != READ_BARE) {
        at = skip_blanks(at, end);
        if (at == end || (*at != '"' && *at != '\'' && *at != '`'))
            return NULL;
        quote = *at++;
    }
    name = at;
    while (at < end && is_name(*at))
        at++;
    *length = (size_t)(at - name);
    if (*length == 0 || ascii_is_digit(*name))
        return NULL;
    if (form == READ_BARE) {
        *optional = has_default(at, end);
        return name;
    }
    if (at == end || *at != quote)
        return NULL;
    at = skip_blanks(at + 1, end);
    if (at == end)
        return name;
    if (*at != ',' && *at != close)
        return NULL;
    *optional = *at == ',' || (*at == close && has_default(at + 1, end));
    return name;
}

static bool is_comment(const char *line, const char *end)
{
    line = skip_blanks(line, end);
    return line < end &&
           (*line == '#' || *line == '*' ||
            (end - line >= 2 && line[0] == '/' && (line[1] == '/' || line[1] == '*')));
}

/* What one text is searched for: each pattern of its language, and where it comes next. */
struct search {
    struct {
        const struct read_pattern *pattern;
        const char *at; /* NULL: nowhere any more */
    } next[PATTERNS];
    size_t count;
    const char *text, *end;
    const char *line, *line_end; /* of the place that was found last */
    unsigned number;             /* of that line */
    bool comment;                /* it is one */
};

static const char *find(const struct search *search, const char *from, const char *prefix)
{
    return memmem(from, (size_t)(search->end - from), prefix, strlen(prefix));
}

static void search_begin(struct search *search, const char *extension)
{
    for (size_t i = 0; i < PATTERNS; i++) {
        if (strstr(patterns[i].extensions, extension) == NULL)
            continue;
        search->next[search->count].pattern = &patterns[i];
        search->next[search->count].at = find(search, search->text, patterns[i].prefix);
        search->count += search->next[search->count].at != NULL;
    }
}

/* The next place of any of them; NULL: there is none. */
static const char *search_step(struct search *search, const struct read_pattern **pattern)
{
    size_t first = search->count;
    const char *at;

    for (size_t i = 0; i < search->count; i++)
        if (search->next[i].at != NULL &&
            (first == search->count || search->next[i].at < search->next[first].at))
            first = i;
    if (first == search->count)
        return NULL;
    *pattern = search->next[first].pattern;
    at = search->next[first].at;
    search->next[first].at = find(search, at + 1, (*pattern)->prefix);
    return at;
}

/* On to the line of a place that is not before the last one. */
static void search_line(struct search *search, const char *at)
{
    while (at >= search->line_end) {
        const char *newline;

        search->line = search->number > 0 ? search->line_end + 1 : search->text;
        newline = memchr(search->line, '\n', (size_t)(search->end - search->line));
        search->line_end = newline != NULL ? newline : search->end;
        search->number++;
        search->comment = is_comment(search->line, search->line_end);
    }
}

/* The read that starts there. False: it is the end of another word, in a comment, or the name is
 * computed. */
static bool read_at(const struct search *search, const struct read_pattern *pattern, const char *at,
                    struct arena *arena, struct env_read *read)
{
    bool other = false;
    size_t length;
    const char *name;

    if (search->comment || (at > search->line && is_name(at[-1]) && is_name(*pattern->prefix)))
        return false;
    name = name_at(pattern->form, at + strlen(pattern->prefix), search->line_end, &length, &other);
    if (name == NULL)
        return false;
    read->name = arena_bytes(arena, name, length);
    read->line = search->number;
    read->optional = pattern->asks || other;
    return true;
}

void env_reads_find(const char *path, const char *text, size_t length, struct arena *arena,
                    struct vector *reads)
{
    struct search search = { .text = text, .end = text + length, .line_end = text };
    const struct read_pattern *pattern;
    const char *at;
    char extension[16];

    if (length == 0 || !extension_of(path, extension))
        return;
    search_begin(&search, extension);
    while ((at = search_step(&search, &pattern)) != NULL) {
        struct env_read read;

        search_line(&search, at);
        if (read_at(&search, pattern, at, arena, &read))
            vector_push(reads, &read);
    }
}
