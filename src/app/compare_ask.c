#include <pilab/app/compare_ask.h>

#include <string.h>

#include <pilab/app/release.h>
#include <pilab/app/state_spec.h>

static const char release_prefix[] = "release:";

/* One, and not a range of two: a release's name has no dots in a row. */
static bool is_release(const char *word)
{
    return strncmp(word, release_prefix, sizeof release_prefix - 1) == 0 &&
           strstr(word, "..") == NULL;
}

/* --path as often as one likes: one a line. */
static const char *paths_asked(const struct arguments *arguments, struct arena *arena)
{
    const char *paths = arguments_option_at(arguments, "path", 0), *more;

    for (size_t i = 1; (more = arguments_option_at(arguments, "path", i)) != NULL; i++)
        paths = arena_printf(arena, "%s\n%s", paths, more);
    return paths;
}

/* --type as often as one likes; none: all. */
static bool is_asked(const struct arguments *arguments, enum drift_type type)
{
    const char *name = arguments_option_at(arguments, "type", 0);

    for (size_t i = 1; name != NULL; i++) {
        if (strcmp(name, drift_type_name(type)) == 0)
            return true;
        name = arguments_option_at(arguments, "type", i);
    }
    return arguments_option_at(arguments, "type", 0) == NULL;
}

bool compare_ask_read(const struct arguments *arguments, struct arena *arena,
                      struct compare_ask *ask, struct error *error)
{
    const char *words[2] = { arguments_at(arguments, 0), arguments_at(arguments, 1) };

    *ask = (struct compare_ask){ .from = arguments_option(arguments, "from"),
                                 .to = arguments_option(arguments, "to"),
                                 .as_is = arguments_flag(arguments, "as-is"),
                                 .directory = paths_asked(arguments, arena),
                                 .module = arguments_option(arguments, "module"),
                                 .counts = arguments_flag(arguments, "counts"),
                                 .first_parent = arguments_flag(arguments, "first-parent"),
                                 .registries = arguments_flag(arguments, "registries") };
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++)
        ask->types[i] = is_asked(arguments, (enum drift_type)i);
    if ((ask->from == NULL) != (ask->to == NULL)) {
        error_set(error, ERROR_USAGE, "--%s is missing", ask->from == NULL ? "from" : "to");
        return error_hint(error, "--from SIT --to UAT tells what UAT would get from SIT");
    }
    if (ask->from != NULL && arguments_count(arguments) > 0)
        return error_set(error, ERROR_USAGE, "give either --from and --to or two states, not both");
    if (ask->from != NULL && ask->as_is) {
        error_set(error, ERROR_USAGE, "--from and --to tell a promotion, --as-is tells none");
        return error_hint(error, "env:%s env:%s --as-is compares the two as they are", ask->from,
                          ask->to);
    }
    if (ask->from != NULL) {
        ask->previous = arena_printf(arena, "env:%s", ask->to);
        ask->current = arena_printf(arena, "env:%s", ask->from);
        return true;
    }
    if (arguments_count(arguments) == 1 && is_release(words[0])) {
        ask->release = words[0] + sizeof release_prefix - 1;
        return true;
    }
    if (!state_operands(words, arguments_count(arguments), arena, &ask->previous, &ask->current,
                        error))
        return false;
    ask->alone = arguments_count(arguments) == 1 && strcmp(ask->previous, words[0]) == 0;
    return true;
}

bool compare_ask_settle(struct call *call, struct compare_ask *ask, struct error *error)
{
    struct store_release release;

    if (ask->release == NULL)
        return true;
    if (!call_open_store(call, false, error) ||
        (call->project == NULL && !call_choose_project(call, NULL, error)) ||
        !call_check(call, PERMISSION_READ, error) ||
        !release_find(call, ask->release, &release, error))
        return false;
    ask->previous = arena_printf(call->arena, "env:%s", release.target);
    ask->current = arena_printf(call->arena, "release:%s", release.name);
    return true;
}

void compare_ask_all(struct compare_ask *ask)
{
    *ask = (struct compare_ask){ .file_counts = true };
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++)
        ask->types[i] = true;
}
