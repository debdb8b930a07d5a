#include <pilab/app/verify.h>

#include <string.h>
#include <strings.h>

#include <pilab/app/manifest.h>
#include <pilab/app/release.h>
#include <pilab/app/use_cases.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/base/vector.h>

#include "observation.h"
#include "observers.h"
#include "verify_config.h"

#define USUAL_WIDTH 100

/* One verification on its way. `call` is a copy, whose arena is the caller's. */
struct verifying {
    struct call call;
    const struct verify_ask *ask;
    struct state_spec spec;
    struct manifest_state state;
    const char *subject;
    const struct environment_settings *environment;
    struct project_settings settings;
    struct observer_answer *answers;
    int64_t at;
};

/* --- What should run, and where --------------------------------------------------------------- */

static bool parse_subject(struct verifying *verifying, struct error *error)
{
    struct call *call = &verifying->call;

    if (!state_spec_parse(verifying->ask->subject, call->settings->working_directory, NULL, NULL,
                          call->arena, &verifying->spec, error))
        return false;
    if (verifying->spec.kind == STATE_REVISION || verifying->spec.kind == STATE_PATH) {
        verifying->spec.kind = STATE_ENVIRONMENT;
        verifying->spec.name = verifying->spec.text;
    }
    if (verifying->spec.kind == STATE_ENVIRONMENT || verifying->spec.kind == STATE_RELEASE ||
        verifying->spec.kind == STATE_BASELINE)
        return true;
    error_set(error, ERROR_USAGE, "'%s' is nothing that can be verified", verifying->spec.text);
    return error_hint(error, "env:UAT, release:NAME and baseline:NAME are");
}

/* Where a release goes is said by itself. */
static bool find_place(struct verifying *verifying, const char **place, struct error *error)
{
    struct store_release release;

    *place = verifying->ask->environment;
    if (*place == NULL && verifying->spec.kind == STATE_RELEASE) {
        if (!release_find(&verifying->call, verifying->spec.name, &release, error))
            return false;
        *place = release.target;
    }
    if (*place == NULL)
        *place = verifying->state.environment;
    if (*place != NULL)
        return true;
    error_set(error, ERROR_USAGE, "it is not known where %s should run", verifying->subject);
    return error_hint(error, "--in ENVIRONMENT says it");
}

static bool check_record(struct verifying *verifying, struct error *error)
{
    if (!verifying->ask->record)
        return true;
    if (verifying->spec.kind != STATE_ENVIRONMENT || verifying->spec.at != 0 ||
        verifying->ask->environment != NULL) {
        error_set(error, ERROR_USAGE, "only what an environment runs now can be recorded");
        return error_hint(error, "pilab verify env:UAT --record");
    }
    return call_check(&verifying->call, PERMISSION_DEPLOY, error) &&
           call_check_writable(&verifying->call, error);
}

static bool find(struct verifying *verifying, struct error *error)
{
    struct call *call = &verifying->call;
    char at[TIMESTAMP_SIZE];
    const char *place;

    if (!parse_subject(verifying, error) || !check_record(verifying, error) ||
        !manifest_resolve_state(call, &verifying->spec, &verifying->state, error))
        return false;
    verifying->subject = verifying->spec.text;
    if (verifying->spec.kind == STATE_ENVIRONMENT)
        verifying->subject =
            verifying->spec.at == 0
                ? arena_printf(call->arena, "env:%s", verifying->state.environment)
                : arena_printf(call->arena, "env:%s@%s", verifying->state.environment,
                               timestamp_format(verifying->spec.at, at));
    return find_place(verifying, &place, error) &&
           observers_find(call, place, &verifying->settings, &verifying->environment, error);
}

/* --- Asking ----------------------------------------------------------------------------------- */

static void build(const struct verifying *verifying, const struct observer_answer *answers,
                  size_t count, struct arena *arena, struct verification *out)
{
    verify_build(&verifying->state, answers, count, arena, out);
    out->subject = verifying->subject;
    out->environment = verifying->environment->name;
    out->at = verifying->at;
}

/* Its arena is its own: the call's belongs to the thread that waits for all of them. */
static void tell(void *context, const struct observer_answer *answers, size_t count)
{
    const struct verifying *verifying = context;
    struct arena *arena = arena_new();
    struct verification so_far;

    build(verifying, answers, count, arena, &so_far);
    verifying->ask->so_far(verifying->ask->context, &so_far);
    arena_free(&arena);
}

static bool ask_observers(struct verifying *verifying, struct verification *out,
                          struct error *error)
{
    const struct observers_listener listener = { tell, verifying };

    if (!observers_ask(&verifying->call, &verifying->settings, verifying->environment,
                       verifying->ask->so_far != NULL ? &listener : NULL, verifying->call.arena,
                       &verifying->answers, error))
        return false;
    build(verifying, verifying->answers, verifying->environment->observer_count,
          verifying->call.arena, out);
    return true;
}

/* --- Recording -------------------------------------------------------------------------------- */

/* Why what was seen of a module is nothing to be written down; NULL: it is. */
static const char *refuse_record(const struct verifying *verifying, const struct verify_cell *cell)
{
    const struct observation *seen = cell->observed;

    if (seen->absent)
        return "that nothing runs is no version";
    if (seen->version == NULL)
        return "its version was not seen";
    if (seen->unsettled != NULL)
        return seen->unsettled;
    for (size_t i = 0; i < verifying->environment->observer_count; i++) {
        for (size_t k = 0; k < verifying->answers[i].count; k++) {
            const struct observation *other = &verifying->answers[i].items[k];

            if (strcmp(other->module, seen->module) == 0 &&
                !verify_same_version(other->version, seen->version))
                return "not all who look at it see the same";
        }
    }
    return NULL;
}

static void add_record(struct verifying *verifying, const struct verify_cell *cell,
                       struct vector *records, struct vector *entries)
{
    struct arena *arena = verifying->call.arena;
    struct verify_record *record = vector_add(records);
    const struct observation *seen = cell->observed;
    struct manifest_entry *entry;

    *record = (struct verify_record){ .module = cell->expected->module,
                                      .previous = cell->expected->version,
                                      .version = seen->version,
                                      .why = refuse_record(verifying, cell) };
    if (record->why != NULL)
        return;
    entry = vector_add(entries);
    *entry = (struct manifest_entry){
        .module = cell->expected->module,
        .environment = verifying->environment->name,
        .version = seen->version,
        .commit = seen->commit,
        .image = seen->image != NULL ? seen->image : seen->digest,
        .actor = seen->author != NULL ? seen->author : "observed",
        .reason =
            arena_printf(arena, MANIFEST_OBSERVED "%s%s%s", cell->source->label,
                         seen->place != NULL ? ", " : "", seen->place != NULL ? seen->place : ""),
        .status = DEPLOYMENT_DEPLOYED,
    };
}

/* A commit cut short is no id of one: the repository knows the whole, when it is known here. */
static bool find_commits(struct call *call, struct vector *entries, struct vector *records,
                         struct error *error)
{
    for (size_t i = 0, next = 0; i < records->count; i++) {
        struct verify_record *record = vector_at(records, i);
        struct manifest_entry *entry;

        if (record->why != NULL)
            continue;
        entry = vector_at(entries, next++);
        if (entry->commit != NULL && strlen(entry->commit) < 40)
            entry->commit = NULL;
        if (!manifest_find_commit(call, entry, &record->unknown, error))
            return false;
    }
    return true;
}

static bool record(struct verifying *verifying, struct verify_outcome *outcome, struct error *error)
{
    const struct verification *verification = &outcome->verification;
    struct vector records, entries;
    bool ok;

    vector_init(&records, sizeof(struct verify_record));
    vector_init(&entries, sizeof(struct manifest_entry));
    for (size_t i = 0; i < verification->count; i++) {
        const struct verify_cell *cell = &verification->cells[i];

        if (cell->verdict == VERIFY_DIFFERS && cell->observed != NULL)
            add_record(verifying, cell, &records, &entries);
    }
    ok = entries.count == 0 || (find_commits(&verifying->call, &entries, &records, error) &&
                                manifest_record_all(&verifying->call, entries.items, entries.count,
                                                    &outcome->recorded, error));
    outcome->records = vector_to_arena(&records, verifying->call.arena);
    outcome->record_count = records.count;
    vector_release(&records);
    vector_release(&entries);
    return ok;
}

/* --- All of it -------------------------------------------------------------------------------- */

/* Who said "green" and when is evidence. */
static bool audit(struct verifying *verifying, const struct verify_outcome *outcome,
                  struct error *error)
{
    const struct verification *verification = &outcome->verification;
    struct call *call = &verifying->call;
    json_t *body = json_object(), *counts = json_object();
    bool ok;

    for (int i = 0; i < VERIFY_VERDICT_COUNT; i++)
        json_put_integer(counts, verify_verdict_name((enum verify_verdict)i),
                         (int64_t)verification->counts[i]);
    json_put_text(body, "subject", verification->subject);
    json_put_text(body, "environment", verification->environment);
    json_put_text(body, "verdict", verify_verdict_name(verify_whole(verification)));
    json_put(body, "counts", counts);
    json_put_integer(body, "observers", (int64_t)verification->answer_count);
    json_put_integer(body, "failed", (int64_t)verification->failed);
    json_put_integer(body, "recorded", (int64_t)outcome->recorded);
    ok = call_audit(call, "environment.verify",
                    arena_printf(call->arena, "environment:%s", verification->environment), body,
                    error);
    json_decref(body);
    return ok;
}

/* Whether what was seen is held against what the environment should run: the verdict over another
 * state (an earlier one, a release, a baseline) says nothing of it. */
static bool is_about_now(const struct verifying *verifying)
{
    return verifying->spec.kind == STATE_ENVIRONMENT && verifying->spec.at == 0 &&
           strcasecmp(verifying->state.environment, verifying->environment->name) == 0;
}

/* What was seen stays, with who asked. A store that can only be read keeps nothing. */
static bool keep(struct verifying *verifying, struct verify_outcome *outcome, struct error *error)
{
    struct call *call = &verifying->call;
    bool ok;

    if (!call_check_writable(call, NULL))
        return true;
    if (!call_begin(call, PERMISSION_READ, NULL, error))
        return false;
    ok = (!is_about_now(verifying) ||
          observations_keep(call, &outcome->verification, &outcome->changed, error)) &&
         ((verifying->ask->by_itself && outcome->changed == 0) ||
          audit(verifying, outcome, error)) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    return ok;
}

bool verify_run(struct call *call, const struct verify_ask *ask, struct arena *arena,
                struct verify_outcome *outcome, struct error *error)
{
    struct verifying verifying = { .call = *call, .ask = ask, .at = clock_now(&call->clock) };

    *outcome = (struct verify_outcome){ 0 };
    verifying.call.arena = arena;
    return find(&verifying, error) && ask_observers(&verifying, &outcome->verification, error) &&
           verify_compare_configuration(&verifying.call, &verifying.state, verifying.answers,
                                        &outcome->verification, error) &&
           (!ask->record || record(&verifying, outcome, error)) && keep(&verifying, outcome, error);
}

json_t *verify_outcome_json(const struct verify_outcome *outcome)
{
    json_t *object = verify_to_json(&outcome->verification), *list = json_array();

    for (size_t i = 0; i < outcome->record_count; i++) {
        const struct verify_record *record = &outcome->records[i];
        json_t *item = json_object();

        json_put_text(item, "module", record->module);
        json_put_text(item, "previous", record->previous);
        json_put_text(item, "version", record->version);
        json_put_bool(item, "recorded", record->why == NULL);
        json_put_text(item, "why", record->why);
        json_put_bool(item, "unknown_version", record->unknown);
        json_append(list, item);
    }
    json_put(object, "records", list);
    return object;
}

/* --- The command ------------------------------------------------------------------------------ */

/* What is drawn, again for another width. */
struct drawn {
    struct verify_outcome outcome;
    int64_t now;
};

static void draw_record(struct strbuf *out, const struct verify_record *record, size_t width)
{
    struct strbuf line = STRBUF_INIT;

    rich_word(&line, record->why == NULL ? RICH_GOOD : RICH_WARNING,
              record->why == NULL ? "recorded " : "not recorded ");
    rich_text(&line, RICH_NAME, record->module, true);
    if (record->version != NULL) {
        strbuf_add_char(&line, ' ');
        rich_text(&line, RICH_PLAIN, record->version, true);
    }
    if (record->why != NULL) {
        strbuf_add(&line, ": ");
        rich_text(&line, RICH_PLAIN, record->why, true);
    } else {
        strbuf_add(&line, ", where the manifest had ");
        rich_text(&line, RICH_PLAIN, record->previous != NULL ? record->previous : "nothing", true);
    }
    if (record->unknown) {
        strbuf_add(&line, "; ");
        rich_word(&line, RICH_WARNING, "warning:");
        strbuf_add(&line, " its repository, as far as it is known here, has no such version, and "
                          "comparing it will fail until it has");
    }
    rich_wrap(out, line.data, 1, width - 1);
    strbuf_release(&line);
}

static void draw(struct strbuf *out, const void *subject, size_t width)
{
    const struct drawn *drawn = subject;
    const struct verify_text_options options = { width, true, drawn->now };

    verify_render_text(out, &drawn->outcome.verification, &options);
    for (size_t i = 0; i < drawn->outcome.record_count; i++)
        draw_record(out, &drawn->outcome.records[i], width);
}

bool app_verify(struct call *call, const struct arguments *arguments, struct result *result,
                struct error *error)
{
    const struct verify_ask ask = { .subject = arguments_at(arguments, 0),
                                    .environment = arguments_option(arguments, "in"),
                                    .record = arguments_flag(arguments, "record") };
    enum verify_verdict whole;
    struct drawn *drawn;

    result->arena = arena_new();
    drawn = arena_alloc(result->arena, sizeof *drawn);
    if (!verify_run(call, &ask, result->arena, &drawn->outcome, error))
        return false;
    drawn->now = clock_now(&call->clock);
    result->kind = RESULT_OBJECT;
    result->object = verify_outcome_json(&drawn->outcome);
    result->draw = draw;
    result->subject = drawn;
    draw(&result->text, drawn, call->columns > 0 ? call->columns : USUAL_WIDTH);
    whole = verify_whole(&drawn->outcome.verification);
    result->differences = result->fail = whole == VERIFY_DIFFERS;
    result->broken = whole != VERIFY_DIFFERS && whole != VERIFY_SAME;
    return true;
}
