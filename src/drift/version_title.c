#include "version_title.h"

#include "ascii.h"

/* ---- of what is released ---- */

/* "2.1", "v2.1.0-rc1". */
static bool is_version(struct span word)
{
    size_t digits;

    if (span_starts(word, "v"))
        word = span_from(word, 1);
    digits = span_digits(word);
    return digits > 0 && digits + 1 < word.length && word.at[digits] == '.' &&
           ascii_is_digit(word.at[digits + 1]);
}

bool version_title_is_release(const char *title)
{
    static const char *const fillers[] = { "release", "version", "bump",      "cut",
                                           "prepare", "update",  "set",       "to",
                                           "for",     "the",     "tag",       "new",
                                           "start",   "begin",   "releasing", "bumping" };
    struct span rest = span_trim(span_of(title));
    bool version = false;

    while (rest.length > 0) {
        size_t end = span_find_char(rest, ' ');
        struct span word = span_slice(rest, 0, end);
        size_t i = 0;

        while (i < sizeof fillers / sizeof fillers[0] && !span_equal_fold(word, fillers[i]))
            i++;
        if (is_version(word))
            version = true;
        else if (i == sizeof fillers / sizeof fillers[0])
            return false;
        rest = span_trim(end == SPAN_NONE ? span_from(rest, rest.length) : span_from(rest, end));
    }
    return version;
}

/* ---- of what it is made with ---- */

/* Names of what checks, tests and builds: a word of a dependency's name. */
static bool is_tool(struct span word)
{
    static const char *const tools[] = {
        "action",    "actions", "ava",     "checkstyle", "codecov",    "codeql",   "commitlint",
        "cypress",   "dev",     "eslint",  "flake8",     "golangci",   "husky",    "jasmine",
        "jest",      "junit",   "karma",   "lint",       "linter",     "mocha",    "mockito",
        "mypy",      "nyc",     "phpunit", "playwright", "precommit",  "prettier", "pylint",
        "pytest",    "rspec",   "rubocop", "ruff",       "shellcheck", "sonar",    "spotless",
        "stylelint", "test",    "testing", "tests",      "tslint",     "types",    "vitest",
    };
    size_t i;

    for (i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        if (span_equal_fold(word, tools[i]))
            return true;
    }
    return false;
}

bool version_title_names_tool(struct span name)
{
    while (name.length > 0) {
        size_t length = 0;

        while (length < name.length && ascii_is_alnum(name.at[length]))
            length++;
        if (is_tool(span_slice(name, 0, length)))
            return true;
        name = span_from(name, length < name.length ? length + 1 : length);
    }
    return false;
}

/* Takes the first word off when it is one of `words`. */
static bool take_word(struct span *text, const char *const *words, size_t count)
{
    struct span word = span_slice(*text, 0, span_find_char(*text, ' '));
    size_t i;

    for (i = 0; i < count; i++) {
        if (span_equal_fold(word, words[i])) {
            *text = span_trim(span_from(*text, word.length));
            return true;
        }
    }
    return false;
}

/* "Bump x from 1.2 to 1.3", "Update x to v2", "Bump x in DEPS": its name, "x"; else empty. */
static struct span updated_dependency(struct span title)
{
    static const char *const leads[] = { "bump",   "bumps",   "bumped",  "roll",    "rolls",
                                         "update", "updates", "upgrade", "upgrades" };
    static const char *const own[] = { "version", "versions", "to", "the" };
    const struct span none = { title.at, 0 };
    struct span name, version;
    size_t to, from, in;

    if (!take_word(&title, leads, sizeof leads / sizeof leads[0]) ||
        take_word(&title, own, sizeof own / sizeof own[0]))
        return none;
    in = span_find(title, " in DEPS");
    if (in != SPAN_NONE)
        return span_slice(title, 0, in);
    to = span_find(title, " to ");
    if (to == SPAN_NONE)
        return none;
    version = span_trim(span_from(title, to + 4));
    if (span_starts_fold(version, "v"))
        version = span_from(version, 1);
    if (span_digits(version) == 0)
        return none;
    name = span_slice(title, 0, to);
    from = span_find(name, " from ");
    return from == SPAN_NONE ? name : span_slice(name, 0, from);
}

/* "cherry-pick 9 changes from chromium": where from, unless that is a branch of its own. */
static struct span picked_dependency(struct span title)
{
    static const char *const leads[] = { "cherry-pick", "cherry-picks", "cherry-picked" };
    static const char *const branches[] = { "main", "master", "develop", "trunk", "upstream" };
    const struct span none = { title.at, 0 };
    struct span name;
    size_t from;

    if (!take_word(&title, leads, sizeof leads / sizeof leads[0]))
        return none;
    from = span_find(title, " from ");
    if (from == SPAN_NONE)
        return none;
    name = span_trim(span_from(title, from + 6));
    if (take_word(&name, branches, sizeof branches / sizeof branches[0]) ||
        span_find_char(name, ' ') != SPAN_NONE || span_starts_fold(name, "release"))
        return none;
    return name;
}

struct span version_title_dependency(struct span title)
{
    struct span name = updated_dependency(title);

    return name.length > 0 ? name : picked_dependency(title);
}
