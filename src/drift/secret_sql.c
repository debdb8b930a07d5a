/*
 * Passwords in statements of SQL that stand in any text, a script, a command, a value: PASSWORD
 * '…', IDENTIFIED BY '…'.
 */
#include "secrets.h"

#include <string.h>

#include "ascii.h"

/* How far before the word others tell that it is SQL, and between IDENTIFIED and its value. */
#define LOOK_BEHIND 200
#define LOOK_AHEAD  80

static bool is_word_at(const char *text, size_t length, size_t at, const char *word)
{
    size_t size = strlen(word);
    bool starts = at == 0 || !(ascii_is_alnum(text[at - 1]) || text[at - 1] == '_');

    return starts && length - at >= size && ascii_alike(text + at, word, size) &&
           (length - at == size || !(ascii_is_alnum(text[at + size]) || text[at + size] == '_'));
}

/* Whether one of the words stands before, on the same line. */
static bool follows_statement(const char *text, size_t length, size_t at)
{
    static const char *const words[] = { "alter", "create", "encrypted", "options", "login" };

    for (size_t left = LOOK_BEHIND; at > 0 && left > 0 && text[at - 1] != '\n'; left--) {
        at--;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (is_word_at(text, length, at, words[i]))
                return true;
        }
    }
    return false;
}

static size_t skip_blanks(const char *text, size_t length, size_t at)
{
    while (at < length && ascii_is_blank(text[at]))
        at++;
    return at;
}

/* A string that starts there, with a prefix or without, and as program text escapes it. */
static bool string_at(const char *text, size_t length, size_t at, size_t *start, size_t *size)
{
    char quote;

    if (at < length && (text[at] == 'E' || text[at] == 'e' || text[at] == 'N' || text[at] == 'n'))
        at++;
    while (at < length && text[at] == '\\')
        at++;
    if (at >= length || !(text[at] == '\'' || text[at] == '"'))
        return false;
    quote = text[at++];
    *start = at;
    while (at < length && text[at] != quote && text[at] != '\n' && text[at] != '\\')
        at++;
    *size = at - *start;
    return *size > 0 && at < length && !secret_reference(text + *start, *size);
}

static bool is_all_upper(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!ascii_is_upper(text[i]))
            return false;
    }
    return true;
}

/* IDENTIFIED [WITH plugin] BY '…': where the string starts; 0: there is none. */
static size_t behind_identified(const char *text, size_t length, size_t at)
{
    static const char *const words[] = { "by", "as", "using" };
    size_t end = length - at > LOOK_AHEAD ? at + LOOK_AHEAD : length;

    for (; at < end && !strchr("'\";\n", text[at]); at++) {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (is_word_at(text, length, at, words[i])) {
                at = skip_blanks(text, length, at + strlen(words[i]));
                if (is_word_at(text, length, at, "password"))
                    at = skip_blanks(text, length, at + strlen("password"));
                return at;
            }
        }
    }
    return 0;
}

bool secret_statement_at(const char *text, size_t length, size_t at, size_t *start, size_t *size)
{
    size_t end;

    if (is_word_at(text, length, at, "identified")) {
        end = behind_identified(text, length, at + strlen("identified"));
        return end > 0 && string_at(text, length, end, start, size);
    }
    if (!is_word_at(text, length, at, "password"))
        return false;
    end = at + strlen("password");
    return end < length && ascii_is_blank(text[end]) &&
           string_at(text, length, skip_blanks(text, length, end), start, size) &&
           (is_all_upper(text + at, strlen("password")) || follows_statement(text, length, at));
}

/* How much of the text one of the words begins; 0: none does. */
static size_t begins(const char *text, size_t length, const char *const *words)
{
    for (; *words; words++) {
        size_t size = strlen(*words);

        if (length > size && ascii_alike(text, *words, size))
            return size;
    }
    return 0;
}

bool secret_hash(const char *text, size_t length)
{
    static const char *const forms[] = {
        "$2a$",    "$2b$",    "$2x$",    "$2y$",   "$1$",    "$5$",    "$6$",    "$7$",
        "$y$",     "$gy$",    "$apr1$",  "$P$",    "$H$",    "$S$",    "$argon", "$scrypt$",
        "$pbkdf2", "$bcrypt", "{sha",    "{ssha",  "{md5}",  "{smd5}", "{crypt", "{bcrypt",
        "{argon2", "{pbkdf2", "{scrypt", "pbkdf2", "scrypt", "argon2", "bcrypt", "sha1$",
        "sha256$", "sha512$", "scram-",  NULL
    };
    static const char *const numbers[] = { "*", "md5", "0x", "\\x", NULL };
    size_t at = begins(text, length, numbers), first = at;

    if (begins(text, length, forms) > 0)
        return length >= 16 && (memchr(text, '$', length) || memchr(text, ':', length) ||
                                memchr(text, '}', length));
    while (at < length && (ascii_is_digit(text[at]) ||
                           (ascii_lower(text[at]) >= 'a' && ascii_lower(text[at]) <= 'f')))
        at++;
    return at == length && at - first >= 32;
}
