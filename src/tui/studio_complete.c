#include "studio_internal.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/command.h>
#include <pilab/app/known_names.h>
#include <pilab/base/memory.h>
#include <pilab/tui/theme.h>

/* What Tab offers on the `:` line: verbs, then what each word of the command may be. */

#define OFFERED 200 /* of each kind: more than a person looks through */

/* What is being completed: the last word of the line, and what it may begin with itself. */
struct completing {
    struct studio *studio;
    struct completions *completions;
    const char *prefix; /* "--to=" when the value hangs on its option, else "" */
    struct arena *arena;
};

/* A word as it has to be typed. */
static void offer(const struct completing *completing, const char *word)
{
    struct strbuf line = STRBUF_INIT, whole = STRBUF_INIT;

    studio_line_word(&line, word);
    strbuf_printf(&whole, "%s%s", completing->prefix, line.data);
    completions_add(completing->completions, whole.data);
    strbuf_release(&whole);
    strbuf_release(&line);
}

/* --- What there is ---------------------------------------------------------------------------- */

/* Names with something before them: "release:R1". */
struct kept_names {
    const struct completing *completing;
    const char *before;
};

static void offer_name(void *to, const char *name)
{
    const struct kept_names *names = to;

    offer(names->completing, arena_printf(names->completing->arena, "%s%s", names->before, name));
}

static void offer_known(const struct completing *completing, enum known_kind kind,
                        const char *before)
{
    struct kept_names names = { completing, before };

    known_names(&completing->studio->call, kind, OFFERED, offer_name, &names);
}

static void offer_environments(const struct completing *completing)
{
    offer_known(completing, KNOWN_ENVIRONMENTS, "");
}

static void offer_modules(const struct completing *completing)
{
    offer_known(completing, KNOWN_MODULES, "");
}

/* A module's name stands for its repository. */
static void offer_repositories(const struct completing *completing)
{
    offer_known(completing, KNOWN_MODULES, "");
    offer_known(completing, KNOWN_REPOSITORIES, "");
}

static void offer_releases(const struct completing *completing)
{
    offer_known(completing, KNOWN_RELEASES, "");
}

static void offer_baselines(const struct completing *completing)
{
    offer_known(completing, KNOWN_BASELINES, "");
}

static void offer_notes(const struct completing *completing)
{
    offer_known(completing, KNOWN_NOTES, "");
}

static void offer_reports(const struct completing *completing)
{
    offer_known(completing, KNOWN_REPORTS, "");
}

static void offer_states(const struct completing *completing)
{
    const struct surroundings *around = completing->studio->around;

    for (size_t i = 0; around != NULL && i < around->state_count; i++)
        offer(completing, around->states[i].spec);
    offer_known(completing, KNOWN_RELEASES, "release:");
    offer_known(completing, KNOWN_BASELINES, "baseline:");
}

static void offer_themes(const struct completing *completing)
{
    const char *name;

    for (size_t i = 0; (name = theme_builtin_name(i)) != NULL; i++)
        offer(completing, name);
}

static void offer_roles(const struct completing *completing)
{
    static const char *const roles[] = { "OWNER", "ADMIN", "CONTRIBUTOR", "VIEWER" };

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        offer(completing, roles[i]);
}

/* By what an argument, an option or its value is called; the first that fits. */
static const struct {
    const char *verb; /* that it is of; NULL: of any */
    const char *name;
    void (*offer)(const struct completing *completing);
} sources[] = {
    {"variable compare",  "previous",    offer_environments},
    { "variable compare", "current",     offer_environments},
    { NULL,               "previous",    offer_states      },
    { NULL,               "current",     offer_states      },
    { NULL,               "states",      offer_states      },
    { NULL,               "environment", offer_environments},
    { NULL,               "ENV",         offer_environments},
    { NULL,               "ENVIRONMENT", offer_environments},
    { NULL,               "module",      offer_modules     },
    { NULL,               "modules",     offer_modules     },
    { NULL,               "MODULE",      offer_modules     },
    { NULL,               "repository",  offer_repositories},
    { NULL,               "release",     offer_releases    },
    { NULL,               "baseline",    offer_baselines   },
    { NULL,               "note",        offer_notes       },
    { NULL,               "report",      offer_reports     },
    { NULL,               "theme",       offer_themes      },
    { NULL,               "role",        offer_roles       },
};

static bool offer_named(const struct completing *completing, const struct command *command,
                        const char *name)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (strcmp(sources[i].name, name) != 0 ||
            (sources[i].verb != NULL && strcmp(sources[i].verb, command->verb) != 0))
            continue;
        sources[i].offer(completing);
        return true;
    }
    return false;
}

/* --- Words of a command ----------------------------------------------------------------------- */

static void offer_value(const struct completing *completing, const struct command *command,
                        const struct option_spec *option)
{
    const char *choice = option->choices;

    while (choice != NULL && *choice != '\0') {
        size_t length = strcspn(choice, " ");

        offer(completing, arena_bytes(completing->arena, choice, length));
        choice += length + strspn(choice + length, " ");
    }
    if (option->choices == NULL && !offer_named(completing, command, option->name))
        offer_named(completing, command, option->value);
}

/* An option of the command or of all commands; `length` bytes of `name`, without its dashes. */
static const struct option_spec *find_option(const struct command *command, const char *name,
                                             size_t length)
{
    size_t common_count;
    const struct option_spec *common = command_common_options(&common_count);

    for (size_t i = 0; i < command->option_count + common_count; i++) {
        const struct option_spec *option =
            i < command->option_count ? &command->options[i] : &common[i - command->option_count];

        if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
            return option;
    }
    return NULL;
}

static const struct option_spec *find_letter(const struct command *command, char letter)
{
    size_t common_count;
    const struct option_spec *common = command_common_options(&common_count);

    for (size_t i = 0; i < command->option_count; i++)
        if (command->options[i].letter == letter)
            return &command->options[i];
    for (size_t i = 0; i < common_count; i++)
        if (common[i].letter == letter)
            return &common[i];
    return NULL;
}

/* The option whose value the next word is; NULL: the next word is none. */
static const struct option_spec *waiting_option(const struct command *command, const char *word,
                                                size_t length)
{
    const struct option_spec *option = NULL;

    if (length > 2 && word[0] == '-' && word[1] == '-' && memchr(word, '=', length) == NULL)
        option = find_option(command, word + 2, length - 2);
    else if (length == 2 && word[0] == '-')
        option = find_letter(command, word[1]);
    return option != NULL && option->value != NULL ? option : NULL;
}

static void offer_options(struct completing *completing, const struct command *command)
{
    for (size_t i = 0; i < command->option_count; i++)
        completions_add(completing->completions,
                        arena_printf(completing->arena, "--%s", command->options[i].name));
}

/* The value behind "--option=", or the options themselves. */
static void offer_hanging(struct completing *completing, const struct command *command,
                          const char *word)
{
    const char *equals = strchr(word, '=');
    const struct option_spec *option;

    if (equals == NULL || strncmp(word, "--", 2) != 0) {
        offer_options(completing, command);
        return;
    }
    option = find_option(command, word + 2, (size_t)(equals - word) - 2);
    if (option == NULL || option->value == NULL)
        return;
    completing->prefix = arena_bytes(completing->arena, word, (size_t)(equals - word) + 1);
    offer_value(completing, command, option);
}

/* `rest` are the words behind the verb; the last one, perhaps empty, is being typed. */
static void offer_word(struct completing *completing, const struct command *command,
                       const char *rest)
{
    const struct option_spec *waiting = NULL;
    size_t position = 0;
    const char *blank;

    rest += strspn(rest, " ");
    while ((blank = strchr(rest, ' ')) != NULL) {
        bool is_value = waiting != NULL;

        waiting = is_value ? NULL : waiting_option(command, rest, (size_t)(blank - rest));
        position += !is_value && *rest != '-';
        rest = blank + strspn(blank, " ");
    }
    if (waiting != NULL) {
        offer_value(completing, command, waiting);
    } else if (*rest == '-') {
        offer_hanging(completing, command, rest);
    } else {
        size_t last = command->argument_count == 0 ? 0 : command->argument_count - 1;

        if (position > last && command->argument_count > 0 && command->arguments[last].many)
            position = last;
        if (position >= command->argument_count ||
            !offer_named(completing, command, command->arguments[position].name))
            offer_options(completing, command);
    }
}

void studio_complete(void *context, const char *line, struct completions *completions)
{
    struct completing completing = { context, completions, "", arena_new() };
    const char *last = strrchr(line, ' ');
    size_t count = command_count(), before = last != NULL ? (size_t)(last - line) + 1 : 0;
    const struct command *whole = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct command *command = command_at(i);
        size_t length = strlen(command->verb);

        if (before <= length && strncmp(command->verb, line, strlen(line)) == 0)
            completions_add(completions, command->verb + before);
        /* "note" is the beginning of "note list"; the longest verb is meant. */
        if (before > length && strncmp(command->verb, line, length) == 0 && line[length] == ' ' &&
            (whole == NULL || strlen(whole->verb) < length))
            whole = command;
    }
    if (whole != NULL)
        offer_word(&completing, whole, line + strlen(whole->verb));
    arena_free(&completing.arena);
}
