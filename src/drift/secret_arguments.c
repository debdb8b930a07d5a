/*
 * Secrets in command lines and in lists of arguments: what follows an option that names one.
 */
#include <config.h> /* memmem is a system extension */

#include "secrets.h"

#include <string.h>

#include <pilab/base/array.h>
#include <pilab/drift/rules.h>

#include "ascii.h"

#define NAME_MAX_LENGTH 128
/* How far before an option its program is looked for. */
#define PROGRAM_DISTANCE 2048
/* Of a password that no program announces: how long it is at least, and how far it is looked at. */
#define MIXED_MIN  8
#define GUESS_SIZE 128

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
    { "ldapadd",   "-w",     false, false },
    { "ldapmodify", "-w",    false, false },
    { "ldapwhoami", "-w",    false, false },
    { "mongo",     "-p",     false, false },
    { "mongosh",   "-p",     false, false },
    { "mongodump", "-p",     false, false },
    { "openssl",   "-k",     false, false },
    { "openssl",   "-K",     false, false },
    { "zip",       "-P",     false, false },
    { "unzip",     "-P",     false, false },
  /* clang-format on */
};

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

/* A capital, a small letter and a digit, and nothing that stands in paths, ports and settings. */
static bool is_mixed(const char *text, size_t length)
{
    bool upper = false, lower = false, digit = false;

    for (size_t i = 0; i < length; i++) {
        upper = upper || ascii_is_upper(text[i]);
        lower = lower || ascii_is_lower(text[i]);
        digit = digit || ascii_is_digit(text[i]);
        if (!ascii_is_alnum(text[i]) && !memchr("!@#%^&*_+?~-", text[i], 12))
            return false;
    }
    return length >= MIXED_MIN && upper && lower && digit;
}

/* "admin:X", of which the password is behind the colon; NULL: it is none. */
static const char *behind_user(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && (ascii_is_alnum(text[at]) || memchr("_.@-", text[at], 4)))
        at++;
    return at > 0 && at < length && text[at] == ':' && is_mixed(text + at + 1, length - at - 1)
               ? text + at + 1
               : NULL;
}

static bool is_user_option(const char *text, size_t length)
{
    return (length == 2 && memcmp(text, "-u", 2) == 0) ||
           (length == 6 && memcmp(text, "--user", 6) == 0);
}

bool secret_follows(const char *before, const char *argument, size_t length)
{
    char name[NAME_MAX_LENGTH];

    if (before == NULL)
        return false;
    if (is_user_option(before, strlen(before)))
        return behind_user(argument, length) != NULL;
    return option_name(before, strlen(before), name) && is_secret_of(name, argument, length);
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
        if (command->text[i] == *program && memcmp(command->text + i, program, size) == 0 &&
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

/* "-pX" and "--user=admin:X" of a program that is not named there, as an entry of a list: what is
 * plainly a password, and no port, path or number of a user. */
static bool guess_at(const struct command *command, size_t at, size_t size, size_t *start,
                     size_t *found)
{
    const char *text = command->text, *password;
    size_t value = at + size;
    char quote = '\0';
    struct command near = *command;

    if (size > 2 && memcmp(text + at, "-p", 2) == 0)
        value = at + 2;
    else if (!is_user_option(text + at, size))
        return false;
    else if (value < command->length && text[value] == '=')
        value++;
    else
        value = next_argument(command, value, &quote);
    if (value == 0)
        return false;
    if (command->length - value > GUESS_SIZE)
        near.length = value + GUESS_SIZE;
    *found = argument_size(&near, value, quote);
    while (*found > 0 && strchr(",]})", text[value + *found - 1]))
        (*found)--;
    *start = value;
    if (value == at + 2)
        return is_mixed(text + value, *found);
    password = behind_user(text + value, *found);
    if (password == NULL)
        return false;
    *found -= (size_t)(password - (text + value));
    *start = (size_t)(password - text);
    return true;
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
    if (row == NULL && guess_at(command, at, size, start, found))
        return true;
    if (row == NULL && (!option_name(command->text + at, size, name) || !secret_key(name)))
        return false;
    *start = next_argument(command, at + size, &quote);
    if (row != NULL && at + size < command->length && command->text[at + size] == '=') {
        *start = at + size + 1;
        quote = '\0';
    }
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

bool secret_program(const char *entry)
{
    const char *slash = strrchr(entry, '/'), *name = slash != NULL ? slash + 1 : entry;

    for (size_t i = 0; i < COUNT(short_options); i++) {
        if (strcmp(short_options[i].program, name) == 0)
            return true;
    }
    return false;
}

bool secret_follows_program(const char *program, const char *before, const char *argument)
{
    struct strbuf line = STRBUF_INIT;
    size_t from = 0, start, size, entry;
    bool found = false;

    if (strlen(program) > NAME_MAX_LENGTH || *argument == '\0')
        return false;
    if (before == NULL || *before != '-' || strlen(before) > NAME_MAX_LENGTH)
        before = "";
    strbuf_printf(&line, "%s %s ", program, before);
    entry = line.length;
    strbuf_add(&line, argument);
    while (!found && secret_argument(line.data, line.length, from, &start, &size)) {
        found = start >= entry;
        from = start + size;
    }
    strbuf_release(&line);
    return found;
}
