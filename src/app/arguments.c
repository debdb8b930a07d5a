#include <pilab/app/arguments.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#define NEAR_ENOUGH  3
#define LONGEST_WORD 64
#define NOTE_PAGES   "html markdown csv"

/* An option as it was given; the names are those of the tables. */
struct given_option {
    const char *name;
    char *value; /* NULL: a flag */
};

struct arguments {
    struct vector positional; /* char * */
    struct vector options;    /* struct given_option, in the order of the command line */
};

/* One reading of a command line. */
struct parser {
    const struct option_spec *tables[2];
    size_t counts[2];
    const char *const *words;
    size_t word_count, next;
    struct arguments *arguments;
};

unsigned word_distance(const char *a, const char *b)
{
    unsigned row[LONGEST_WORD + 1];
    size_t n = strlen(a), m = strlen(b);

    if (n > LONGEST_WORD || m > LONGEST_WORD)
        return LONGEST_WORD;
    for (size_t j = 0; j <= m; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned above = row[j];
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);

            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[m];
}

static const struct option_spec *find_option(const struct parser *parser, const char *name,
                                             size_t length, char letter)
{
    for (int table = 0; table < 2; table++) {
        for (size_t i = 0; i < parser->counts[table]; i++) {
            const struct option_spec *option = &parser->tables[table][i];

            if (letter != '\0'
                    ? option->letter == letter
                    : strlen(option->name) == length && strncmp(option->name, name, length) == 0)
                return option;
        }
    }
    return NULL;
}

static bool unknown_option(const struct parser *parser, const char *word, struct error *error)
{
    size_t dashes = strspn(word, "-"), length = strcspn(word, "=");
    char *name = memory_copy_bytes(word + dashes, length - dashes);
    const char *nearest = NULL;
    unsigned best = NEAR_ENOUGH;

    for (int table = 0; table < 2; table++) {
        for (size_t i = 0; i < parser->counts[table]; i++) {
            unsigned distance = word_distance(name, parser->tables[table][i].name);

            if (distance < best) {
                best = distance;
                nearest = parser->tables[table][i].name;
            }
        }
    }
    free(name);
    error_set(error, ERROR_USAGE, "there is no option %.*s", (int)length, word);
    return nearest != NULL ? error_hint(error, "did you mean --%s?", nearest)
                           : error_hint(error, "--help lists the options");
}

static bool allowed(const char *choices, const char *value)
{
    size_t length = strlen(value);

    while (choices != NULL && *choices != '\0') {
        size_t word = strcspn(choices, " ");

        if (word == length && strncmp(choices, value, length) == 0)
            return true;
        choices += word;
        choices += strspn(choices, " ");
    }
    return false;
}

static void set_option(struct arguments *arguments, const char *name, const char *value)
{
    struct given_option *given = vector_add(&arguments->options);

    given->name = name;
    given->value = value != NULL ? memory_copy_text(value) : NULL;
}

/* `value` is what stood after '=' or the letter; NULL: the next word, when one is needed. */
static bool refuse_choice(const struct option_spec *option, const char *value, struct error *error)
{
    error_set(error, ERROR_USAGE, "--%s cannot be '%s'", option->name, value);
    /* What people look for in a report, and what its notes can be. */
    if (strcmp(option->name, "format") == 0 && allowed(NOTE_PAGES, value))
        return error_hint(error,
                          "it is one of: %s. Release notes can be written so: "
                          "`pilab note export --format %s`",
                          option->choices, value);
    return error_hint(error, "it is one of: %s", option->choices);
}

static bool take_option(struct parser *parser, const struct option_spec *option, const char *word,
                        const char *value, struct error *error)
{
    if (option->value == NULL) {
        if (value != NULL)
            return error_set(error, ERROR_USAGE, "--%s takes no value", option->name);
        set_option(parser->arguments, option->name, NULL);
        return true;
    }
    if (value == NULL) {
        if (parser->next >= parser->word_count) {
            error_set(error, ERROR_USAGE, "%s needs a value", word);
            return error_hint(error, "%s %s", word, option->value);
        }
        value = parser->words[parser->next++];
    }
    if (option->choices != NULL && !allowed(option->choices, value)) {
        return refuse_choice(option, value, error);
    }
    set_option(parser->arguments, option->name, value);
    return true;
}

static bool take_long(struct parser *parser, const char *word, struct error *error)
{
    size_t length = strcspn(word + 2, "=");
    const struct option_spec *option = find_option(parser, word + 2, length, '\0');

    if (option == NULL)
        return unknown_option(parser, word, error);
    return take_option(parser, option, word, word[2 + length] == '=' ? word + 3 + length : NULL,
                       error);
}

/* "-w", "-ws" for two flags, "-ofile" or "-o file" for a value. */
static bool take_short(struct parser *parser, const char *word, struct error *error)
{
    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        const struct option_spec *option = find_option(parser, NULL, 0, *letter);

        if (option == NULL)
            return unknown_option(parser, word, error);
        if (option->value != NULL)
            return take_option(parser, option, word, letter[1] != '\0' ? letter + 1 : NULL, error);
        if (!take_option(parser, option, word, NULL, error))
            return false;
    }
    return true;
}

static bool take_words(struct parser *parser, struct error *error)
{
    bool options_over = false;

    while (parser->next < parser->word_count) {
        const char *word = parser->words[parser->next++];
        bool ok = true;

        if (!options_over && strcmp(word, "--") == 0) {
            options_over = true;
        } else if (!options_over && strncmp(word, "--", 2) == 0) {
            ok = take_long(parser, word, error);
        } else if (!options_over && word[0] == '-' && word[1] != '\0') {
            ok = take_short(parser, word, error);
        } else {
            char *copy = memory_copy_text(word);

            vector_push(&parser->arguments->positional, &copy);
        }
        if (!ok)
            return false;
    }
    return true;
}

size_t arguments_leading(const struct option_spec *options, size_t option_count,
                         const char *const *words, size_t word_count)
{
    const struct parser parser = {
        .tables = {options,       NULL},
          .counts = { option_count, 0   }
    };
    size_t taken = 0;

    while (taken < word_count && words[taken][0] == '-') {
        const char *word = words[taken];
        bool is_long = word[1] == '-';
        const struct option_spec *option =
            is_long ? find_option(&parser, word + 2, strcspn(word + 2, "="), '\0')
            : word[1] != '\0' && word[2] == '\0' ? find_option(&parser, NULL, 0, word[1])
                                                 : NULL;

        if (option == NULL)
            return 0;
        taken += option->value != NULL && !(is_long && strchr(word, '=') != NULL) ? 2 : 1;
    }
    return taken < word_count ? taken : 0;
}

static bool check_count(const struct argument_spec *specs, size_t count,
                        const struct arguments *arguments, struct error *error)
{
    size_t given = arguments->positional.count;

    for (size_t i = given; i < count; i++) {
        if (specs[i].optional)
            continue;
        error_set(error, ERROR_USAGE, "%s is missing", specs[i].name);
        return error_hint(error, "%s: %s", specs[i].name, specs[i].help);
    }
    if (given > count && (count == 0 || !specs[count - 1].many)) {
        error_set(error, ERROR_USAGE, "'%s' is one word too many", arguments_at(arguments, count));
        return error_hint(error, "--help shows what the command takes");
    }
    return true;
}

bool arguments_parse(const struct argument_spec *specs, size_t spec_count,
                     const struct option_spec *options, size_t option_count,
                     const struct option_spec *common, size_t common_count,
                     const char *const *words, size_t word_count, struct arguments **out,
                     struct error *error)
{
    struct arguments *arguments = memory_new(sizeof *arguments);
    struct parser parser = {
        .tables = {options,       common      },
        .counts = { option_count, common_count},
        .words = words,
        .word_count = word_count,
        .arguments = arguments
    };

    vector_init(&arguments->positional, sizeof(char *));
    vector_init(&arguments->options, sizeof(struct given_option));
    /* Asking for help is never wrong, however little else was given. */
    if (!take_words(&parser, error) ||
        (!arguments_flag(arguments, "help") && !check_count(specs, spec_count, arguments, error))) {
        arguments_free(&arguments);
        return false;
    }
    *out = arguments;
    return true;
}

void arguments_free(struct arguments **arguments)
{
    if (*arguments == NULL)
        return;
    /* Somebody may have given a secret, which is refused only later. */
    for (size_t i = 0; i < (*arguments)->positional.count; i++)
        memory_wipe(*(char **)vector_at(&(*arguments)->positional, i));
    vector_release(&(*arguments)->positional);
    for (size_t i = 0; i < (*arguments)->options.count; i++)
        memory_wipe(((struct given_option *)vector_at(&(*arguments)->options, i))->value);
    vector_release(&(*arguments)->options);
    free(*arguments);
    *arguments = NULL;
}

size_t arguments_count(const struct arguments *arguments)
{
    return arguments->positional.count;
}

const char *arguments_at(const struct arguments *arguments, size_t index)
{
    if (index >= arguments->positional.count)
        return NULL;
    return *(char **)vector_at(&arguments->positional, index);
}

const char *arguments_option_at(const struct arguments *arguments, const char *name, size_t index)
{
    for (size_t i = 0; i < arguments->options.count; i++) {
        const struct given_option *given = vector_at(&arguments->options, i);

        if (strcmp(given->name, name) == 0 && index-- == 0)
            return given->value;
    }
    return NULL;
}

const char *arguments_option(const struct arguments *arguments, const char *name)
{
    for (size_t i = arguments->options.count; i-- > 0;) {
        const struct given_option *given = vector_at(&arguments->options, i);

        if (strcmp(given->name, name) == 0)
            return given->value;
    }
    return NULL;
}

bool arguments_flag(const struct arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->options.count; i++) {
        const struct given_option *given = vector_at(&arguments->options, i);

        if (strcmp(given->name, name) == 0)
            return true;
    }
    return false;
}

bool arguments_number(const struct arguments *arguments, const char *name, int64_t fallback,
                      int64_t least, int64_t most, int64_t *out, struct error *error)
{
    const char *text = arguments_option(arguments, name);
    char *end;
    long long number;

    *out = fallback;
    if (text == NULL)
        return true;
    errno = 0;
    number = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || errno != 0 || number < least || number > most)
        return error_set(error, ERROR_USAGE,
                         "--%s is a whole number from %" PRId64 " to %" PRId64 ", not '%s'", name,
                         least, most, text);
    *out = number;
    return true;
}

bool arguments_refuse(const char *name, struct error *error)
{
    if (error != NULL)
        error->code = ERROR_USAGE;
    return name != NULL ? error_prefix(error, "--%s", name) : false;
}
