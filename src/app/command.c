#include <pilab/app/command.h>

#include <string.h>

#define NEAR_ENOUGH 4

/* How many of the words are the verb; 0: it is another one. */
static size_t verb_matches(const struct command *command, const char *const *words, size_t count)
{
    const char *verb = command->verb;
    size_t noun = strcspn(verb, " ");

    if (count == 0 || strlen(words[0]) != noun || strncmp(verb, words[0], noun) != 0)
        return 0;
    if (verb[noun] == '\0')
        return 1;
    if (count >= 2 && strcmp(verb + noun + 1, words[1]) == 0)
        return 2;
    return 0;
}

static bool noun_matches(const struct command *command, const char *word)
{
    size_t noun = strcspn(command->verb, " ");

    return strlen(word) == noun && strncmp(command->verb, word, noun) == 0;
}

/* Of a short word little is left after three mistakes: "foo" is not "demo". */
static unsigned most_mistakes(const char *word)
{
    size_t half = strlen(word) / 2 + 1;

    return half < NEAR_ENOUGH ? (unsigned)half : NEAR_ENOUGH;
}

/* "baseline": said without its noun, where only one has it; else NULL. */
static const char *only_noun_of(const char *word)
{
    const char *found = NULL;

    for (size_t i = 0; i < command_count(); i++) {
        const char *verb = command_at(i)->verb, *blank = strchr(verb, ' ');

        if (blank == NULL || strcmp(blank + 1, word) != 0)
            continue;
        if (found != NULL)
            return NULL;
        found = verb;
    }
    return found;
}

/* "report shwo": the noun is right, so its verbs are what helps. */
static bool unknown_verb(const char *const *words, size_t word_count, struct error *error)
{
    size_t count = command_count();
    const char *nearest = only_noun_of(words[0]);
    unsigned best = most_mistakes(words[0]);
    struct strbuf verbs = STRBUF_INIT;

    for (size_t i = 0; i < count; i++) {
        unsigned distance = word_distance(words[0], command_at(i)->verb);

        if (noun_matches(command_at(i), words[0]))
            strbuf_printf(&verbs, "%s%s", verbs.length > 0 ? ", " : "", command_at(i)->verb);
        if (distance < best) {
            best = distance;
            nearest = command_at(i)->verb;
        }
    }
    if (verbs.length > 0) {
        error_set(error, ERROR_USAGE, "'%s' cannot be done with '%s'",
                  word_count > 1 ? words[1] : "nothing", words[0]);
        error_hint(error, "there is: %s", verbs.data);
    } else {
        error_set(error, ERROR_USAGE, "there is no command '%s'", words[0]);
        if (nearest != NULL)
            error_hint(error, "did you mean `pilab %s`?", nearest);
        else
            error_hint(error, "`pilab help` lists the commands");
    }
    strbuf_release(&verbs);
    return false;
}

const struct command *command_find(const char *const *words, size_t count, size_t *used,
                                   struct error *error)
{
    const struct command *by_noun = NULL;
    size_t rows = command_count();

    if (count == 0) {
        error_set(error, ERROR_USAGE, "no command was given");
        error_hint(error, "`pilab help` lists the commands");
        return NULL;
    }
    for (size_t i = 0; i < rows; i++) {
        *used = verb_matches(command_at(i), words, count);
        if (*used > 0)
            return command_at(i);
        if (command_at(i)->noun_default && noun_matches(command_at(i), words[0]))
            by_noun = command_at(i);
    }
    if (by_noun != NULL && (count == 1 || words[1][0] == '-')) {
        *used = 1;
        return by_noun;
    }
    unknown_verb(words, count, error);
    return NULL;
}

/* Whether an approval rule names somebody is known only with the thing that is to be approved: who
 * approves is checked again by the use case, which reads the rules. */
static const struct permission_circumstances at_the_door = { .named_by_rule = true };

static bool run_checked(const struct command *command, struct call *call,
                        const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    if (command->scope == SCOPE_STORE || command->scope == SCOPE_PROJECT) {
        if (!call_open_store(call, command->durable && command->scope == SCOPE_STORE, error))
            return false;
    }
    if (command->scope == SCOPE_PROJECT && call->project == NULL &&
        !call_choose_project(call, NULL, error))
        return false;
    if (call->project != NULL && !call_check_in(call, command->permission, &at_the_door, error))
        return false;
    if (command->durable && call->store != NULL && !call_check_writable(call, error))
        return false;
    return command->run(call, arguments, result, error);
}

bool command_run(const struct command *command, struct call *call,
                 const struct arguments *arguments, struct result *result, struct error *error)
{
    int64_t start = clock_monotonic();
    bool ok = run_checked(command, call, arguments, result, error);
    long long took = (long long)(clock_monotonic() - start);

    if (ok)
        log_write(call->log, LOG_INFO, "%s: done in %lld ms", command->verb, took);
    else
        log_write(call->log, LOG_FAILURE, "%s: %s after %lld ms: %s", command->verb,
                  error != NULL ? error_code_name(error->code) : "failed", took,
                  error != NULL ? error->message : "");
    return ok;
}
