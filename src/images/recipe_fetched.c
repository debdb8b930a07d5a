/*
 * Files that a Dockerfile fetches and runs, without a look at what they are.
 */
#include <config.h> /* memmem is a GNU extension */

#include "recipe_fetched.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>
#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>

#include "recipe_parts.h"

static const char blanks[] = " \t\"'()";

/* The next word of a command; its length, 0: there is none. */
static size_t next_word(const char **at)
{
    *at += strspn(*at, blanks);
    return strcspn(*at, blanks);
}

static bool is_word(const char *at, size_t length, const char *word)
{
    return strlen(word) == length && strncasecmp(at, word, length) == 0;
}

static bool is_any(const char *at, size_t length, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_word(at, length, words[i]))
            return true;
    }
    return false;
}

/* Without the folders in front: where it stands differs when the folder is entered. */
static const char *base_of(const char *at, size_t *length)
{
    size_t from = *length;

    while (from > 0 && at[from - 1] != '/')
        from--;
    *length -= from;
    return at + from;
}

/* "curl", "/usr/bin/wget", behind what may stand in front of a command. */
static const char *command_of(const char *text, size_t *length)
{
    static const char *const before[] = { "RUN",  "sudo", "then", "do", "else", "if",
                                          "exec", "time", "{",    "!",  "env",  "while" };

    while ((*length = next_word(&text)) > 0 && (is_any(text, *length, before, COUNT(before)) ||
                                                *text == '-' || memchr(text, '=', *length) != NULL))
        text += *length;
    return text;
}

/* Where curl or wget put it: -o x, -ox, --output=x, > x, or the end of the address. */
static const char *target_of(const char *text, bool wget, size_t *found)
{
    const char *address = NULL, *target = NULL;
    size_t length, address_length = 0;
    char letter = wget ? 'O' : 'o';
    bool next = false;

    for (; (length = next_word(&text)) > 0; text += length) {
        const char *equal = memchr(text, '=', length);

        if (next || (*text == '>' && length > 1)) {
            target = text + (next ? 0 : strspn(text, ">"));
            *found = length - (size_t)(target - text);
        } else if (equal != NULL && strncmp(text, "--output", 8) == 0) {
            target = equal + 1;
            *found = length - (size_t)(target - text);
        } else if (memmem(text, length, "://", 3) != NULL) {
            address = text;
            address_length = length;
        }
        next = (*text == '>' && length == 1) || is_word(text, length, "--output") ||
               is_word(text, length, "--output-document") ||
               (*text == '-' && length > 1 && text[1] != '-' && text[length - 1] == letter);
    }
    if (target == NULL && address != NULL) {
        target = address;
        *found = address_length;
        if (memchr(target, '?', *found) != NULL)
            *found = (size_t)((const char *)memchr(target, '?', *found) - target);
    }
    return target;
}

/* What a shell or the like is given to run, or a script that is called itself; NULL: nothing. */
static const char *script_of(const char *command, size_t length, size_t *found)
{
    static const char *const runners[] = { "sh",   "bash",   "zsh",     "ash",     "dash",
                                           "ksh",  "python", "python2", "python3", "perl",
                                           "ruby", "node",   "php",     "source",  "." };
    static const char *const endings[] = { ".sh", ".bash", ".py", ".pl", ".run" };
    const char *at = command + length;
    size_t base = length;
    const char *name = base_of(command, &base);

    if (is_any(name, base, runners, COUNT(runners))) {
        while ((*found = next_word(&at)) > 0 && *at == '-') {
            if (is_word(at, *found, "-c"))
                return NULL;
            at += *found;
        }
        return *found > 0 ? at : NULL;
    }
    for (size_t i = 0; i < COUNT(endings); i++) {
        size_t end = strlen(endings[i]);

        if (base > end && strncmp(name + base - end, endings[i], end) == 0) {
            *found = length;
            return command;
        }
    }
    return NULL;
}

/* Sums and signatures that are looked at. */
static bool is_check(const char *text)
{
    static const char *const checks[] = { "sha256sum",    "sha512sum", "sha1sum",     "shasum",
                                          "gpg --verify", "gpgv",      "cosign",      "minisign",
                                          "md5sum",       "b2sum",     "openssl dgst" };

    for (size_t i = 0; i < COUNT(checks); i++) {
        if (strstr(text, checks[i]) != NULL)
            return true;
    }
    return false;
}

static void look_at_command(struct map **fetched, const char *text,
                            void (*ran)(void *context, const char *fetch), void *context)
{
    size_t length, found = 0, name_length;
    const char *command = command_of(text, &length), *file, *name;

    name_length = length;
    name = base_of(command, &name_length);
    if (is_check(text)) {
        map_free(fetched);
        *fetched = map_new();
    } else if (is_word(name, name_length, "curl") || is_word(name, name_length, "wget")) {
        file = target_of(command + length, is_word(name, name_length, "wget"), &found);
        if (file != NULL && (file = base_of(file, &found)) != NULL && found > 0)
            map_put_bytes(*fetched, file, found, (void *)(uintptr_t)text);
    } else if ((file = script_of(command, length, &found)) != NULL) {
        const char *fetch;

        file = base_of(file, &found);
        fetch = found > 0 ? map_get_bytes(*fetched, file, found) : NULL;
        if (fetch != NULL) {
            ran(context, fetch);
            map_put_bytes(*fetched, file, found, NULL); /* once is enough */
        }
    }
}

void recipe_look_at_fetched(const char *instruction, void (*ran)(void *context, const char *fetch),
                            void *context)
{
    struct map *fetched = map_new();
    size_t size = strlen(instruction) + 1;
    struct strbuf copy = STRBUF_INIT;
    char *end;

    strbuf_add_bytes(&copy, instruction, size - 1);
    for (char *at = copy.data; at < copy.data + size; at = end + 1) {
        end = at + strcspn(at, ";&|");
        *end = '\0';
        look_at_command(&fetched, at, ran, context);
    }
    strbuf_release(&copy);
    map_free(&fetched);
}
