#include <string.h>
#include <strings.h>

#include <pilab/base/name_words.h>

#include "sql_cursor.h"

/* Words that say so: "logged", but not "blog"; "useraudit", too. */
static bool is_sign(const char *word, size_t length)
{
    static const struct {
        const char *word;
        bool begins, ends;
    } signs[] = {
        {"audit",      true,  true },
        { "histor",    true,  false},
        { "history",   false, true },
        { "log",       false, false},
        { "logs",      false, false},
        { "logged",    false, false},
        { "logger",    false, false},
        { "logging",   false, false},
        { "changelog", false, false},
        { "mask",      true,  false},
        { "secur",     true,  false},
        { "protect",   true,  false},
        { "prevent",   false, false},
        { "prevents",  false, false},
        { "guard",     false, false},
        { "guards",    false, false},
        { "safeguard", true,  false},
    };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t of_sign = strlen(signs[i].word);

        if (length < of_sign)
            continue;
        if ((signs[i].begins || length == of_sign) &&
            strncasecmp(word, signs[i].word, of_sign) == 0)
            return true;
        if (signs[i].ends && strncasecmp(word + length - of_sign, signs[i].word, of_sign) == 0)
            return true;
    }
    return false;
}

bool sql_name_guards(const char *name)
{
    size_t length;

    for (; (length = name_word(&name)) > 0; name += length) {
        if (is_sign(name, length))
            return true;
    }
    return false;
}
