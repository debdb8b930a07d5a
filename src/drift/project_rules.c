#include "project_rules.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

/* What differences of a type are said to be: the words that database_words,
 * database_schema_words and dependency_words write. Code speaks in the words of its people: any. Of
 * the other types nothing is said. */
static const char *const words_by_type[DRIFT_TYPE_COUNT] = {
    [DRIFT_DATABASE] =
        "creates drops renames alters writes-rows removes-rows other adds-column drops-column "
        "adds-constraint drops-constraint loses-data cuts locks rewrites breaks may-fail "
        "needs-value changes-type opaque opens powers wide unchecked unguarded lenient server-wide "
        "rights alone unread number-gone leaves runs-code no-restore halts as-owner hijacked "
        "numbers weakens acts-as cascades swallows small-deed lost-for-good credential edited "
        "looks-edited edited-unseen "
        "out-of-order removed renamed runs-again way-back-changed no-operation remark "
        "would-lose-data would-lock would-fail",
    [DRIFT_DEPENDENCY] =
        "upgrade-major upgrade-minor upgrade-patch upgrade-breaking upgrade-calendar "
        "upgrade-prerelease upgrade-build downgrade-major downgrade-minor downgrade-patch "
        "downgrade-prerelease downgrade-build other-version more-versions fewer-versions "
        "license-changed license-strict content-changed commit-changed other-origin mirror address "
        "now-shipped no-longer-shipped",
};

/* --- Globs ----------------------------------------------------------------------------------- */

/* Behind the class that begins here; NULL: it has no end. A ] that comes first stands for itself.
 */
static const char *behind_class(const char *at)
{
    const char *first;

    at++;
    at += *at == '!' || *at == '^';
    for (first = at; *at != '\0'; at++) {
        if (*at == ']' && at > first)
            return at + 1;
        at += *at == '\\' && at[1] != '\0';
    }
    return NULL;
}

/* The sign that lacks its partner; '\0': none does. */
static char open_sign(const char *pattern)
{
    size_t braces = 0;

    while (*pattern != '\0') {
        if (*pattern == '[') {
            pattern = behind_class(pattern);
            if (pattern == NULL)
                return '[';
            continue;
        }
        if (*pattern == '\\' && pattern[1] != '\0')
            pattern++;
        else if (*pattern == '{')
            braces++;
        else if (*pattern == '}' && braces > 0)
            braces--;
        pattern++;
    }
    return braces > 0 ? '{' : '\0';
}

bool project_glob_check(struct project_reader *reader, const struct node *map, const char *key,
                        const char *pattern)
{
    const struct node *node = node_get(map, key);
    char sign = pattern != NULL && reader->whole ? open_sign(pattern) : '\0';

    if (sign == '\0')
        return true;
    project_refuse(reader, node != NULL ? node : map, "%s has a %c without its %c: '%s'", key, sign,
                   sign == '[' ? ']' : '}', pattern);
    return error_hint(reader->error, "`\\%c` is the sign itself", sign);
}

/* --- Words ----------------------------------------------------------------------------------- */

/* Asked of the lists that look into differences, so that a star means the same. */
static bool is_known(const char *word, const char *known)
{
    struct word_lists *lists = word_lists_new();
    size_t number = word_lists_add(lists, word);
    uint64_t *found = memory_array(word_lists_size(lists), sizeof *found);
    bool is;

    word_lists_find(lists, known, found);
    is = word_lists_found(found, number);
    free(found);
    word_lists_free(&lists);
    return is;
}

static bool check_words(struct project_reader *reader, const struct node *map, const char *words,
                        enum drift_type type)
{
    const char *known = words_by_type[type];
    const struct node *node = node_get(map, "words");

    if (words == NULL || !reader->whole || type == DRIFT_CODE)
        return true;
    if (known == NULL) {
        project_refuse(reader, node != NULL ? node : map,
                       "words: nothing is said of differences of type %s", drift_type_name(type));
        return error_hint(reader->error, "category, path, key, previous and current find them");
    }
    for (words += strspn(words, " "); *words != '\0'; words += strspn(words, " ")) {
        size_t length = strcspn(words, " ");
        const char *word = arena_bytes(reader->arena, words, length);

        if (!is_known(word, known)) {
            project_refuse(reader, node != NULL ? node : map,
                           "words: no difference of type %s is said to be '%s'",
                           drift_type_name(type), word);
            return error_hint(reader->error, "there are: %s", known);
        }
        words += length;
    }
    return true;
}

bool project_rule_check(struct project_reader *reader, const struct node *map,
                        const struct rule *rule)
{
    const struct rule *builtin = rules_builtin_find(rule->id);
    enum drift_type type =
        builtin != NULL && (rule->columns & COLUMN_TYPE) == 0 ? builtin->type : rule->type;

    return project_glob_check(reader, map, "path", rule->path) &&
           project_glob_check(reader, map, "except", rule->except) &&
           project_glob_check(reader, map, "key", rule->key) &&
           check_words(reader, map, rule->words, type);
}
