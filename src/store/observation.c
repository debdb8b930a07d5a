#include <pilab/store/observation.h>

#include <string.h>

#include "rows.h"

const char *const store_observation_verdicts[] = { "same", "differs", "could_not_ask", NULL };

#define OBSERVATION_SELECT                                                                         \
    "SELECT o.id, o.project_id, o.number, o.module_id, o.environment_id, m.name, e.name,"          \
    "       o.verdict, o.absent, o.expected, o.version, o.commit_id, o.image, o.source, o.place,"  \
    "       o.why, o.first_at, o.last_at"                                                          \
    " FROM observations o"                                                                         \
    " JOIN modules m ON m.id = o.module_id"                                                        \
    " JOIN environments e ON e.id = o.environment_id"

static const char observation_insert[] =
    "INSERT INTO observations"
    " (id, project_id, number, module_id, environment_id, verdict, absent, expected, version,"
    "  commit_id, image, source, place, why, first_at, last_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char observation_next_number[] = "SELECT COALESCE(MAX(number), 0) + 1"
                                              " FROM observations"
                                              " WHERE project_id = ?";

static const char observation_goes_on[] = "UPDATE observations"
                                          " SET last_at = ?"
                                          " WHERE id = ?";

static const char observation_of_cell[] = OBSERVATION_SELECT " WHERE o.module_id = ?"
                                                             "   AND o.environment_id = ?"
                                                             " ORDER BY o.number DESC"
                                                             " LIMIT 1";

static const char observations_by_number[] =
    OBSERVATION_SELECT " WHERE o.project_id = ?1"
                       "   AND o.number < ?2"
                       "   AND (?3 IS NULL OR o.module_id = ?3)"
                       "   AND (?4 IS NULL OR o.environment_id = ?4)"
                       " ORDER BY o.number DESC"
                       " LIMIT ?5";

static const char observations_latest[] =
    OBSERVATION_SELECT " WHERE o.project_id = ?1"
                       "   AND (SELECT COUNT(*)"
                       "        FROM observations later"
                       "        WHERE later.module_id = o.module_id"
                       "          AND later.environment_id = o.environment_id"
                       "          AND later.number > o.number) < ?2"
                       " ORDER BY o.module_id, o.environment_id, o.number DESC";

static void read_observation(struct statement *statement, struct arena *arena, void *item)
{
    struct store_observation *observation = item;

    id_take(statement, observation->id);
    observation->project_id = statement_take_text(statement, arena);
    observation->number = statement_take_integer(statement);
    observation->module_id = statement_take_text(statement, arena);
    observation->environment_id = statement_take_text(statement, arena);
    observation->module = statement_take_text(statement, arena);
    observation->environment = statement_take_text(statement, arena);
    observation->verdict = statement_take_text(statement, arena);
    observation->absent = statement_take_bool(statement);
    observation->expected = statement_take_text(statement, arena);
    observation->version = statement_take_text(statement, arena);
    observation->commit = statement_take_text(statement, arena);
    observation->image = statement_take_text(statement, arena);
    observation->source = statement_take_text(statement, arena);
    observation->place = statement_take_text(statement, arena);
    observation->why = statement_take_text(statement, arena);
    observation->first_at = statement_take_integer(statement);
    observation->last_at = statement_take_integer(statement);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool says_the_same(const struct store_observation *a, const struct store_observation *b)
{
    return same_text(a->verdict, b->verdict) && a->absent == b->absent &&
           same_text(a->expected, b->expected) && same_text(a->version, b->version) &&
           same_text(a->commit, b->commit) && same_text(a->image, b->image) &&
           same_text(a->source, b->source) && same_text(a->place, b->place) &&
           same_text(a->why, b->why);
}

static bool go_on(struct connection *connection, struct store_observation *observation,
                  const struct store_observation *there, struct error *error)
{
    struct statement *statement;

    memcpy(observation->id, there->id, sizeof observation->id);
    observation->number = there->number;
    observation->first_at = there->first_at;
    statement = statement_open(connection, observation_goes_on, error);
    statement_put_integer(statement, observation->last_at);
    statement_put_text(statement, observation->id);
    return row_change(&statement, "observation of", there->module, error);
}

static bool add(struct connection *connection, struct store_observation *observation,
                struct error *error)
{
    struct statement *statement = statement_open(connection, observation_next_number, error);

    observation->id[0] = '\0';
    statement_put_text(statement, observation->project_id);
    if (!row_integer(&statement, &observation->number, error) ||
        !id_settle(connection, observation->id, error))
        return false;
    observation->first_at = observation->last_at;
    statement = statement_open(connection, observation_insert, error);
    statement_put_text(statement, observation->id);
    statement_put_text(statement, observation->project_id);
    statement_put_integer(statement, observation->number);
    statement_put_text(statement, observation->module_id);
    statement_put_text(statement, observation->environment_id);
    statement_put_text(statement, observation->verdict);
    statement_put_integer(statement, observation->absent);
    statement_put_text(statement, observation->expected);
    statement_put_text(statement, observation->version);
    statement_put_text(statement, observation->commit);
    statement_put_text(statement, observation->image);
    statement_put_text(statement, observation->source);
    statement_put_text(statement, observation->place);
    statement_put_text(statement, observation->why);
    statement_put_integer(statement, observation->first_at);
    statement_put_integer(statement, observation->last_at);
    return row_add(&statement, "observation of", observation->module_id, error);
}

bool store_observation_keep(struct connection *connection, struct store_observation *observation,
                            bool *changed, struct error *error)
{
    struct store_observation there;
    struct statement *statement;
    struct arena *arena;
    bool found, ok;

    *changed = false;
    if (!word_check("verdict", observation->verdict, store_observation_verdicts, error))
        return false;
    arena = arena_new();
    statement = statement_open(connection, observation_of_cell, error);
    statement_put_text(statement, observation->module_id);
    statement_put_text(statement, observation->environment_id);
    ok = row_read(&statement, read_observation, arena, &there, &found, error);
    /* Two may ask at once; the later answer stays. */
    if (ok && found && there.last_at > observation->last_at) {
        observation->number = there.number;
    } else if (ok && found && says_the_same(&there, observation)) {
        ok = go_on(connection, observation, &there, error);
    } else if (ok) {
        ok = add(connection, observation, error);
        *changed = ok;
    }
    arena_free(&arena);
    return ok;
}

bool store_observation_list(struct connection *connection, const char *project_id,
                            const char *module_id, const char *environment_id,
                            const struct store_page *page, struct arena *arena,
                            struct store_observations *list, struct error *error)
{
    struct cursor cursor = { .list = "observation", .major = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, observations_by_number, error);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, cursor.major);
    statement_put_text(statement, module_id);
    statement_put_text(statement, environment_id);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_observation, arena, &rows, error))
        return false;
    *list = (struct store_observations){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].number;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}

bool store_observation_latest(struct connection *connection, const char *project_id,
                              struct arena *arena, struct store_observations *list,
                              struct error *error)
{
    struct statement *statement = statement_open(connection, observations_latest, error);
    struct rows rows;

    statement_put_text(statement, project_id);
    statement_put_integer(statement, STORE_OBSERVATIONS_OF_CELL);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_observation, arena, &rows, error))
        return false;
    *list = (struct store_observations){ .items = rows.items, .count = rows.count };
    return true;
}
