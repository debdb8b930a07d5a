/*
 * Secrets in command lines and in lists of arguments: what follows an option that names one.
 */
#include <config.h> /* memmem is a system extension */

#include "secrets.h"

#include <string.h>

#include <pilab/drift/rules.h>

#include "ascii.h"

#define NAME_MAX_LENGTH 128
/* How far before an option its program is looked for. */
#define PROGRAM_DISTANCE 2048

/* Options that say nothing by themselves, by the program they belong to. */
static const struct short_option {
    const char *program, *option;
    bool joined; /* "-pX" */
    bool user;   /* "name:password" */
} short_options[] = {
  /* clang-format off */
    { "curl",      "-u",     false, true  },
    { "curl",      "--user", false, true  },
    { "mysql",     "-p",     true,  false },
    { "mariadb",   "-p",     true,  false },
    { "mysqldump", "-p",     true,  false },
    { "mysqladmin", "-p",    true,  false },
    { "sshpass",   "-p",     false, false },
    { "sshpass",   "-p",     true,  false },
    { "login",     "-p",     false, false },
    { "redis-cli", "-a",     false, false },
    { "sqlcmd",    "-P",     false, false },
    { "ldapsearch", "-w",    false, false },
  /* clang-format on */
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool is_name(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '-' || c == '.';
}

/* The name of "--db-password"; false when the text is anything else. */
static bool option_name(const char *text, size_t length, char name[NAME_MAX_LENGTH])
{
    size_t dashes = 0;

    while (dashes < length && text[dashes] == '-')
        dashes++;
    if (dashes == 0 || dashes > 2 || dashes == length || length - dashes >= NAME_MAX_LENGTH)
        return false;
    for (size_t i = dashes; i < length; i++) {
        if (!is_name(text[i]))
            return false;
    }
    memcpy(name, text + dashes, length - dashes);
    name[length - dashes] = '\0';
    return true;
}

/* "--secret id=npm" of a build and "-password -x" hold none. */
static bool is_secret_of(const char *name, const char *value, size_t length)
{
    if (length == 0 || value[0] == '-' || (length > 3 && memcmp(value, "id=", 3) == 0))
        return false;
    return secret_key(name) && secret_worthy(name, value, length);
}

bool secret_follows(const char *before, const char *argument, size_t length)
{
    char name[NAME_MAX_LENGTH];

    return before != NULL && option_name(before, strlen(before), name) &&
           is_secret_of(name, argument, length);
}

/* ---- within a text ---- */

struct command {
    const char *text;
    size_t length;
};

static bool starts_word(const struct command *command, size_t at)
{
    return at == 0 || strchr(" \t\r\n\"'`[(,=;|&", command->text[at - 1]);
}

/* Whether a program is called before this place on the same line. */
static bool is_called(const struct command *command, size_t at, const char *program)
{
    size_t size = strlen(program), from = at;

    while (from > 0 && at - from < PROGRAM_DISTANCE && command->text[from - 1] != '\n')
        from--;
    for (size_t i = from; i + size < at; i++) {
        if (memcmp(command->text + i, program, size) == 0 &&
            (i == from || strchr(" \t/\"'(;|&", command->text[i - 1])) &&
            strchr(" \t\"'", command->text[i + size]))
            return true;
    }
    return false;
}

/* Where the argument behind an option that ends at `at` starts, and the quote around it ('\0':
 * none): after blanks, or in a list after a quote, a comma and a quote. 0: there is none. */
static size_t next_argument(const struct command *command, size_t at, char *quote)
{
    size_t from = at;
    bool comma = false;

    *quote = '\0';
    while (at < command->length && command->text[at] != '\0' &&
           strchr(" \t,\"'\\", command->text[at])) {
        if (command->text[at] == ',')
            comma = true;
        else if (command->text[at] == '"' || command->text[at] == '\'') {
            bool closes = !comma && (from == at || command->text[at - 1] == '\\');

            *quote = closes ? '\0' : command->text[at];
            at++;
            if (*quote != '\0')
                break;
            continue;
        }
        at++;
    }
    if (at == from || at >= command->length)
        return 0;
    return comma || *quote != '\0' || ascii_is_blank(command->text[at - 1]) ? at : 0;
}

static size_t argument_size(const struct command *command, size_t at, char quote)
{
    size_t end = at;

    while (end < command->length && command->text[end] != '\n' &&
           !(quote != '\0' ? command->text[end] == quote || command->text[end] == '\\'
                           : strchr(" \t\r\"'`;|\\", command->text[end]) != NULL))
        end++;
    return end - at;
}

static const struct short_option *short_option(const struct command *command, size_t at,
                                               size_t size)
{
    for (size_t i = 0; i < COUNT(short_options); i++) {
        const struct short_option *row = &short_options[i];
        size_t length = strlen(row->option);
        bool fits = row->joined ? size > length : size == length;

        if (fits && memcmp(command->text + at, row->option, length) == 0 &&
            is_called(command, at, row->program))
            return row;
    }
    return NULL;
}

/* What of an argument is secret: all, or what is behind the name of a user. */
static bool take(const struct command *command, const struct short_option *row, size_t *start,
                 size_t *size)
{
    if (row->user) {
        const char *colon = memchr(command->text + *start, ':', *size);

        if (colon == NULL)
            return false;
        *size -= (size_t)(colon + 1 - (command->text + *start));
        *start = (size_t)(colon + 1 - command->text);
    }
    return *size > 0 && !secret_reference(command->text + *start, *size);
}

/* The option that starts at `at` and is `size` long. */
static bool option_at(const struct command *command, size_t at, size_t size, size_t *start,
                      size_t *found)
{
    const struct short_option *row = short_option(command, at, size);
    char name[NAME_MAX_LENGTH], quote;

    if (row != NULL && row->joined) {
        *start = at + strlen(row->option);
        *found = argument_size(command, *start, '\0');
        return take(command, row, start, found);
    }
    if (row == NULL && (!option_name(command->text + at, size, name) || !secret_key(name)))
        return false;
    *start = next_argument(command, at + size, &quote);
    if (*start == 0)
        return false;
    *found = argument_size(command, *start, quote);
    return row != NULL ? take(command, row, start, found)
                       : is_secret_of(name, command->text + *start, *found);
}

bool secret_argument(const char *text, size_t length, size_t from, size_t *start, size_t *size)
{
    const struct command command = { text, length };

    for (size_t at = from; at < length; at++) {
        size_t end = at;

        if (text[at] != '-' || !starts_word(&command, at))
            continue;
        while (end < length && is_name(text[end]))
            end++;
        if (option_at(&command, at, end - at, start, size))
            return true;
        at = end - 1;
    }
    return false;
}
