/*
 * The words of a command line, read by the specification of its row. POSIX utility conventions with
 * long options: "--name value", "--name=value", "-n value", "-nvalue", "-ab" for two flags; "--"
 * ends options.
 */
#ifndef PILAB_APP_ARGUMENTS_H
#define PILAB_APP_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>

struct argument_spec {
    const char *name; /* "previous", shown as PREVIOUS */
    bool optional;
    bool many; /* the last one only: takes all that is left */
    const char *help;
};

struct option_spec {
    const char *name;    /* without dashes */
    char letter;         /* or 0 */
    const char *value;   /* what its value is called, "FILE"; NULL: a flag */
    const char *choices; /* "auto always never": the values allowed; NULL: any */
    const char *help;    /* one line, no full stop */
};

struct arguments;

/* `words` are those after the verb. `common` are options that every command takes. Positional words
 * beyond the specification, a missing one, an unknown option (with the nearest name), a missing
 * value and a value that is not among the choices are ERROR_USAGE. */
bool arguments_parse(const struct argument_spec *specs, size_t spec_count,
                     const struct option_spec *options, size_t option_count,
                     const struct option_spec *common, size_t common_count,
                     const char *const *words, size_t word_count, struct arguments **out,
                     struct error *error);
void arguments_free(struct arguments **arguments);

/* How many of the words are options of these, with their values, in front of a word that is none:
 * what stands before the verb in `pilab --project MB drift`. 0 when an unknown option is among them
 * or no other word follows. */
size_t arguments_leading(const struct option_spec *options, size_t option_count,
                         const char *const *words, size_t word_count);

size_t arguments_count(const struct arguments *arguments);
/* NULL beyond the last. */
const char *arguments_at(const struct arguments *arguments, size_t index);
/* The last value given, or NULL. */
const char *arguments_option(const struct arguments *arguments, const char *name);
/* Of an option that may be given several times, in the order of the command line; NULL beyond the
 * last. */
const char *arguments_option_at(const struct arguments *arguments, const char *name, size_t index);
bool arguments_flag(const struct arguments *arguments, const char *name);
/* A whole number between the limits; `fallback` when the option is not given. */
bool arguments_number(const struct arguments *arguments, const char *name, int64_t fallback,
                      int64_t least, int64_t most, int64_t *out, struct error *error);

/* What is wrong with the value of an option (or, with NULL, of an argument) is wrong with the
 * command line: the error becomes ERROR_USAGE and begins with the option. False. */
bool arguments_refuse(const char *name, struct error *error);

/* Edit distance for "did you mean": small numbers are near. */
unsigned word_distance(const char *a, const char *b);

#endif
