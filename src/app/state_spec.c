#include <pilab/app/state_spec.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/document/document.h>

static const struct state_prefix {
    const char *prefix;
    enum state_kind kind;
    bool numbered;
} state_prefixes[] = {
    {"env:",       STATE_ENVIRONMENT, false},
    { "observed:", STATE_OBSERVED,    false},
    { "release:",  STATE_RELEASE,     false},
    { "baseline:", STATE_BASELINE,    false},
    { "snapshot:", STATE_SNAPSHOT,    true },
    { "report:",   STATE_REPORT,      true },
};

static bool looks_like_path(const char *text)
{
    return *text == '/' || strncmp(text, "./", 2) == 0 || strncmp(text, "../", 3) == 0 ||
           strcmp(text, ".") == 0 || strcmp(text, "..") == 0;
}

static bool comparable_file(const char *path)
{
    enum document_format format;

    return file_is_directory(path) || document_format_of(path, &format);
}

static bool parse_number(struct state_spec *spec, struct error *error)
{
    char *end;
    const char *digits = spec->name + (*spec->name == '#');

    errno = 0;
    spec->number = strtoll(digits, &end, 10);
    if (*digits < '0' || *digits > '9' || *end != '\0' || errno != 0 || spec->number <= 0) {
        error_set(error, ERROR_USAGE, "'%s' needs a number", spec->text);
        return error_hint(error, "for example report:42");
    }
    return true;
}

static bool parse_moment(struct state_spec *spec, struct arena *arena, struct error *error)
{
    const char *at = strrchr(spec->name, '@');

    if (at == NULL)
        return true;
    if (!timestamp_parse(at + 1, &spec->at, error)) {
        if (error != NULL)
            error->code = ERROR_USAGE;
        error_prefix(error, "%s", spec->text);
        return error_hint(error, "for example env:UAT@2025-01-22T14:30:00Z");
    }
    if (at == spec->name)
        return error_set(error, ERROR_USAGE, "'%s' names no environment", spec->text);
    spec->name = arena_bytes(arena, spec->name, (size_t)(at - spec->name));
    return true;
}

static bool parse_prefixed(const struct state_prefix *prefix, struct arena *arena,
                           struct state_spec *spec, struct error *error)
{
    spec->kind = prefix->kind;
    spec->name = spec->text + strlen(prefix->prefix);
    if (*spec->name == '\0')
        return error_set(error, ERROR_USAGE, "'%s' names nothing", spec->text);
    if (prefix->numbered)
        return parse_number(spec, error);
    return prefix->kind != STATE_ENVIRONMENT || parse_moment(spec, arena, error);
}

bool state_spec_parse(const char *text, const char *directory,
                      bool (*is_revision)(void *context, const char *text), void *context,
                      struct arena *arena, struct state_spec *out, struct error *error)
{
    struct state_spec spec = { .kind = STATE_REVISION, .text = arena_text(arena, text) };
    char *path;
    bool there;

    if (*text == '\0') {
        error_set(error, ERROR_USAGE, "a side of the comparison is empty");
        return error_hint(error, "name a version, a branch, a file or a state like env:SIT; a "
                                 "variable of the shell may have no value");
    }
    spec.name = spec.text;
    for (size_t i = 0; i < sizeof state_prefixes / sizeof *state_prefixes; i++) {
        if (strncmp(text, state_prefixes[i].prefix, strlen(state_prefixes[i].prefix)) != 0)
            continue;
        if (!parse_prefixed(&state_prefixes[i], arena, &spec, error))
            return false;
        *out = spec;
        return true;
    }
    path = path_join(directory, text);
    there = file_exists(path);
    /* A file that nobody could compare (HEAD in a bare repository) is no reading of a revision. */
    if (there && !looks_like_path(text) && !comparable_file(path) && is_revision != NULL &&
        is_revision(context, text))
        there = false;
    if (looks_like_path(text) || there) {
        spec.kind = STATE_PATH;
        spec.name = arena_text(arena, path);
    }
    free(path);
    if (there && !looks_like_path(text) && is_revision != NULL && is_revision(context, text)) {
        error_set(error, ERROR_AMBIGUOUS, "'%s' is a file here and a revision", text);
        return error_hint(error, "./%s is the file, refs/heads/%s or refs/tags/%s the revision",
                          text, text, text);
    }
    *out = spec;
    return true;
}

bool state_operands(const char *const *words, size_t count, struct arena *arena,
                    const char **previous, const char **current, struct error *error)
{
    const char *dots;

    *previous = *current = NULL;
    if (count == 0)
        return true;
    if (count > 2)
        return error_set(error, ERROR_USAGE, "a comparison has two sides, not %zu", count);
    if (count == 2) {
        *previous = arena_text(arena, words[0]);
        *current = arena_text(arena, words[1]);
        return true;
    }
    dots = looks_like_path(words[0]) ? NULL : strstr(words[0], "..");
    if (dots == NULL) {
        *previous = arena_text(arena, words[0]);
        *current = "HEAD";
        return true;
    }
    if (dots[2] == '.') {
        error_set(error, ERROR_USAGE, "'%s' has three dots", words[0]);
        return error_hint(error, "A..B compares A with B; what A has and B lacks is told as well");
    }
    *previous = dots == words[0] ? "HEAD" : arena_bytes(arena, words[0], (size_t)(dots - words[0]));
    *current = dots[2] == '\0' ? "HEAD" : arena_text(arena, dots + 2);
    return true;
}
