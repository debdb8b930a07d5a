#include <pilab/app/observe.h>

#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/app/manifest.h>
#include <pilab/app/project.h>
#include <pilab/app/use_cases.h>
#include <pilab/app/verify.h>
#include <pilab/base/array.h>
#include <pilab/base/json.h>

/* --- Asking ----------------------------------------------------------------------------------- */

static bool is_wanted(const struct environment_settings *environment,
                      const char *const *environments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(environments[i], environment->name) == 0)
            return true;
    }
    return count == 0;
}

/* One that cannot be asked at all keeps none of the others from being asked. */
static bool refresh_one(struct call *call, const char *environment, bool by_itself,
                        struct observe_round *round, struct error *error)
{
    struct arena *arena = arena_new();
    const struct verify_ask ask = { .subject = arena_printf(arena, "env:%s", environment),
                                    .by_itself = by_itself };
    struct verify_outcome outcome;
    bool ok = verify_run(call, &ask, arena, &outcome, error);

    if (ok) {
        round->environments++;
        round->changed += outcome.changed;
        round->differ += outcome.verification.counts[VERIFY_DIFFERS];
        round->unasked += outcome.verification.counts[VERIFY_UNASKED];
    }
    arena_free(&arena);
    return ok;
}

bool observe_refresh(struct call *call, const char *const *environments, size_t count,
                     bool by_itself, struct observe_round *round, struct error *error)
{
    struct project_settings settings;
    size_t wanted = 0;

    *round = (struct observe_round){ 0 };
    if (!project_load(call, &settings, error))
        return false;
    for (size_t i = 0; i < settings.environment_count; i++) {
        const struct environment_settings *environment = &settings.environments[i];

        if (environment->observer_count == 0 || !is_wanted(environment, environments, count))
            continue;
        wanted++;
        if (!progress_check(&call->progress, error) ||
            !refresh_one(call, environment->name, by_itself, round, error))
            return false;
    }
    if (wanted > 0)
        return true;
    error_set(error, ERROR_NOT_FOUND,
              "no observer is set up for %s: nobody looks at what really runs there",
              count > 0 ? environments[0] : "any environment");
    return error_hint(error,
                      "set one up: in Setup, Environments, or as `observe` of one in pilab.yaml "
                      "(`pilab project import`)");
}

/* --- What was seen ---------------------------------------------------------------------------- */

bool observe_history(struct call *call, const char *module, const char *environment, size_t limit,
                     struct arena *arena, struct store_observations *list, struct error *error)
{
    struct store_page page = { .limit = limit };
    struct store_environment there;
    struct store_module what;

    return manifest_find_module(call, module, &what, error) &&
           store_environment_find(call->connection, call->project->id, environment, call->arena,
                                  &there, error) &&
           store_observation_list(call->connection, call->project->id, what.id, there.id, &page,
                                  arena, list, error);
}

/* --- The commands ----------------------------------------------------------------------------- */

/* clang-format off */
static const struct result_column observation_columns[] = {
    { "number",      "No",          CELL_NUMBER, 2 },
    { "module",      "Module",      CELL_TEXT,   0 },
    { "environment", "Environment", CELL_TEXT,   0 },
    { "seen",        "Seen",        CELL_TEXT,   0 },
    { "verdict",     "Verdict",     CELL_WORDS,  0 },
    { "first_at",    "Since",       CELL_TIME,   1 },
    { "last_at",     "Last seen",   CELL_TIME,   0 },
    { "why",         "Why",         CELL_TEXT,   1 },
    { "source",      "Source",      CELL_TEXT,   3 },
};
/* clang-format on */

static const char *seen_word(const struct store_observation *row)
{
    if (row->absent)
        return "nothing";
    if (row->version != NULL)
        return row->version;
    return row->commit != NULL ? row->commit : "?";
}

static json_t *observation_json(const struct store_observation *row)
{
    json_t *object = json_object();

    json_put_integer(object, "number", row->number);
    json_put_text(object, "module", row->module);
    json_put_text(object, "environment", row->environment);
    json_put_text(object, "seen", seen_word(row));
    json_put_text(object, "verdict", row->verdict);
    json_put_text(object, "expected", row->expected);
    json_put_text(object, "version", row->version);
    json_put_bool(object, "absent", row->absent);
    json_put_text(object, "commit", row->commit);
    json_put_text(object, "image", row->image);
    json_put_text(object, "source", row->source);
    json_put_text(object, "place", row->place);
    json_put_text(object, "why", row->why);
    json_put_time(object, "first_at", row->first_at);
    json_put_time(object, "last_at", row->last_at);
    return object;
}

bool app_observe_list(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    const char *module = arguments_at(arguments, 0), *name = arguments_at(arguments, 1);
    struct store_environment environment = { .name = NULL };
    struct store_module what = { .name = NULL };
    struct store_observations list;
    struct store_page page;

    if (!listing_page(arguments, &page, error) ||
        (module != NULL && !manifest_find_module(call, module, &what, error)) ||
        (name != NULL && !store_environment_find(call->connection, call->project->id, name,
                                                 call->arena, &environment, error)) ||
        !store_observation_list(call->connection, call->project->id,
                                module != NULL ? what.id : NULL,
                                name != NULL ? environment.id : NULL, &page, call->arena, &list,
                                error))
        return false;
    listing_start(call, result, "observations", observation_columns, COUNT(observation_columns),
                  list.next,
                  "Nobody has looked yet. `pilab observe refresh` asks what really runs.");
    for (size_t i = 0; i < list.count; i++)
        json_append(result->items, observation_json(&list.items[i]));
    return true;
}

bool app_observe_refresh(struct call *call, const struct arguments *arguments,
                         struct result *result, struct error *error)
{
    const char *name = arguments_at(arguments, 0);
    struct store_environment environment;
    struct observe_round round;

    if (name != NULL && !store_environment_find(call->connection, call->project->id, name,
                                                call->arena, &environment, error))
        return false;
    if (name != NULL)
        name = environment.name;
    if (!observe_refresh(call, &name, name != NULL, false, &round, error))
        return false;
    result->kind = RESULT_OBJECT;
    result->broken = round.unasked > 0;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.observe/1");
    json_put_integer(result->object, "environments", (int64_t)round.environments);
    json_put_integer(result->object, "changed", (int64_t)round.changed);
    json_put_integer(result->object, "differ", (int64_t)round.differ);
    json_put_integer(result->object, "could_not_ask", (int64_t)round.unasked);
    strbuf_printf(&result->text,
                  "asked in %zu environment%s: %zu module%s not seen like that before, %zu differ, "
                  "%zu could not be asked\n",
                  round.environments, round.environments == 1 ? "" : "s", round.changed,
                  round.changed == 1 ? "" : "s", round.differ, round.unasked);
    if (round.unasked > 0)
        strbuf_printf(&result->text, "`pilab verify env:%s` says why\n",
                      name != NULL ? name : "NAME");
    return true;
}
