#include <pilab/app/compare_ask.h>

#include <string.h>

#include <pilab/app/state_spec.h>

bool compare_ask_read(const struct arguments *arguments, struct arena *arena,
                      struct compare_ask *ask, struct error *error)
{
    const char *type = arguments_option(arguments, "type");
    const char *words[2] = { arguments_at(arguments, 0), arguments_at(arguments, 1) };

    *ask = (struct compare_ask){ .from = arguments_option(arguments, "from"),
                                 .to = arguments_option(arguments, "to"),
                                 .directory = arguments_option(arguments, "path"),
                                 .module = arguments_option(arguments, "module"),
                                 .counts = arguments_flag(arguments, "counts"),
                                 .first_parent = arguments_flag(arguments, "first-parent") };
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++)
        ask->types[i] = type == NULL || strcmp(type, drift_type_name((enum drift_type)i)) == 0;
    if ((ask->from == NULL) != (ask->to == NULL)) {
        error_set(error, ERROR_USAGE, "--%s is missing", ask->from == NULL ? "from" : "to");
        return error_hint(error, "--from SIT --to UAT tells what UAT would get from SIT");
    }
    if (ask->from != NULL && arguments_count(arguments) > 0)
        return error_set(error, ERROR_USAGE, "give either --from and --to or two states, not both");
    if (ask->from != NULL) {
        ask->previous = arena_printf(arena, "env:%s", ask->to);
        ask->current = arena_printf(arena, "env:%s", ask->from);
        return true;
    }
    return state_operands(words, arguments_count(arguments), arena, &ask->previous, &ask->current,
                          error);
}

void compare_ask_all(struct compare_ask *ask)
{
    *ask = (struct compare_ask){ .file_counts = true };
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++)
        ask->types[i] = true;
}
