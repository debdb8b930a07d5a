#include <pilab/release/verify.h>

#include <pilab/base/json.h>

static json_t *expected_json(const struct manifest_entry_state *expected)
{
    json_t *object = json_object();

    json_put_text(object, "version", expected->version);
    json_put_text(object, "commit", expected->commit);
    json_put_text(object, "image", expected->image);
    json_put_text(object, "config_revision", expected->config_revision);
    return object;
}

static json_t *observed_json(const struct observation *seen)
{
    json_t *object;

    if (seen == NULL)
        return json_null();
    object = json_object();
    json_put_text(object, "version", seen->version);
    json_put_text(object, "said", seen->said);
    json_put_text(object, "image", seen->image);
    json_put_text(object, "digest", seen->digest);
    json_put_text(object, "commit", seen->commit);
    json_put_text(object, "config_revision", seen->config_revision);
    json_put_text(object, "place", seen->place);
    json_put_text(object, "changed_by", seen->author);
    json_put_time(object, "changed_at", seen->since);
    json_put_bool(object, "absent", seen->absent);
    json_put_text(object, "unsettled", seen->unsettled);
    return object;
}

/* Values are not repeated here: some are secret, and `pilab drift` shows them. */
static json_t *configuration_json(const struct verify_cell *cell)
{
    json_t *object, *keys;

    if (!cell->configured)
        return json_null();
    object = json_object();
    keys = json_array();
    for (size_t i = 0; i < cell->key_count; i++)
        json_append(keys, json_text(cell->keys[i]));
    json_put_bool(object, "compared", cell->compared);
    json_put_integer(object, "differences", (int64_t)cell->differences);
    json_put(object, "keys", keys);
    return object;
}

static json_t *cell_json(const struct verify_cell *cell)
{
    json_t *object = json_object();

    json_put_text(object, "module", cell->expected->module);
    json_put_text(object, "verdict", verify_verdict_name(cell->verdict));
    json_put_text(object, "why", cell->why);
    json_put(object, "expected", expected_json(cell->expected));
    json_put(object, "observed", observed_json(cell->observed));
    json_put(object, "configuration", configuration_json(cell));
    json_put_text(object, "source", cell->source != NULL ? cell->source->label : NULL);
    json_put_time(object, "at", cell->source != NULL ? cell->source->at : 0);
    return object;
}

static const char *state_of(const struct observer_answer *answer)
{
    if (answer->at == 0)
        return "waiting";
    return answer->failure.code == ERROR_NONE ? "answered" : "failed";
}

static json_t *answer_json(const struct observer_answer *answer)
{
    bool failed = answer->failure.code != ERROR_NONE;
    json_t *object = json_object();

    json_put_text(object, "source", answer->label);
    json_put_text(object, "type", observer_type_name(answer->observer->type));
    json_put_text(object, "state", state_of(answer));
    json_put_time(object, "at", answer->at);
    json_put_integer(object, "seen", (int64_t)answer->count);
    json_put_text(object, "revision", answer->revision);
    json_put_text(object, "code", failed ? error_code_name(answer->failure.code) : NULL);
    json_put_text(object, "message", failed ? answer->failure.message : NULL);
    json_put_text(object, "hint",
                  failed && answer->failure.hint[0] != '\0' ? answer->failure.hint : NULL);
    return object;
}

/* Whoever wants to know where a foreign workload is finds it here. */
static json_t *others_json(const struct verification *verification)
{
    json_t *list = json_array();

    for (size_t i = 0; i < verification->answer_count; i++) {
        for (size_t k = 0; k < verification->answers[i].count; k++) {
            const struct observation *item = &verification->answers[i].items[k];
            json_t *object;

            if (!item->foreign)
                continue;
            object = json_object();
            json_put_text(object, "name", item->module);
            json_put_text(object, "version", item->version);
            json_put_text(object, "place", item->place);
            json_put_text(object, "source", verification->answers[i].label);
            json_append(list, object);
        }
    }
    return list;
}

json_t *verify_to_json(const struct verification *verification)
{
    json_t *object = json_object(), *counts = json_object(), *cells = json_array();
    json_t *answers = json_array();

    for (int i = 0; i < VERIFY_VERDICT_COUNT; i++)
        json_put_integer(counts, verify_verdict_name((enum verify_verdict)i),
                         (int64_t)verification->counts[i]);
    for (size_t i = 0; i < verification->count; i++)
        json_append(cells, cell_json(&verification->cells[i]));
    for (size_t i = 0; i < verification->answer_count; i++)
        json_append(answers, answer_json(&verification->answers[i]));
    json_put_text(object, "schema", "pilab.verify/1");
    json_put_text(object, "subject", verification->subject);
    json_put_text(object, "label", verification->label);
    json_put_text(object, "environment", verification->environment);
    json_put_time(object, "at", verification->at);
    json_put_text(object, "verdict", verify_verdict_name(verify_whole(verification)));
    json_put(object, "counts", counts);
    json_put(object, "modules", cells);
    json_put(object, "observers", answers);
    json_put(object, "foreign", others_json(verification));
    return object;
}
