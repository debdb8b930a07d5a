/*
 * Patterns over paths. `separator` is '/' for files and '.' for configuration paths.
 *
 * `*` any run within a segment, `**` any number of whole segments (also none: "a/" and "**" match
 * "a" too; where it is only a part of a segment it is `*`), `?` one character within a segment,
 * `[a-z]` a class and `[!a-z]` its opposite, neither ever the separator, `{a,b}` alternatives,
 * which may nest, be empty and hold separators, `\` takes the next character as it is. A bracket or
 * brace without its partner stands for itself. Characters are those of UTF-8; an invalid byte is
 * one.
 *
 * Linear in pattern × text: no pattern can make it slow.
 */
#ifndef PILAB_BASE_GLOB_H
#define PILAB_BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

bool glob_match(const char *pattern, const char *text, char separator);
/* The same, ASCII letters alike in either case. */
bool glob_match_fold(const char *pattern, const char *text, char separator);

/* A pattern that is tried on many texts, translated once. Threads may share it. */
struct glob;

struct glob *glob_new(const char *pattern, char separator, bool fold);
void glob_free(struct glob **glob);
bool glob_test(const struct glob *glob, const char *text);

/* Many patterns that are tried on many texts. What a character leads to is worked out once and
 * kept, up to a limit, so that most texts cost a look at each byte, however many patterns there
 * are. A set belongs to one thread at a time. */
struct glob_set;

struct glob_set *glob_set_new(char separator, bool fold);
void glob_set_free(struct glob_set **set);
/* Returns the pattern's number; one that is there already keeps the number that it has. */
size_t glob_set_add(struct glob_set *set, const char *pattern);
/* For each number whether that pattern matches; valid until the set is used again. */
const bool *glob_set_test(struct glob_set *set, const char *text) __attribute__((returns_nonnull));

#endif
