#include <pilab/release/manifest.h>

#include <string.h>

#include <pilab/release/verify.h>

enum manifest_sight manifest_sight(const struct store_observation *seen, const char *running)
{
    bool same =
        running != NULL && seen->expected != NULL && verify_same_version(running, seen->expected);

    if (strcmp(seen->verdict, "could_not_ask") == 0)
        return MANIFEST_NOT_ASKED;
    if (same || (running == NULL && seen->expected == NULL))
        return strcmp(seen->verdict, "same") == 0 ? MANIFEST_SEEN_SAME : MANIFEST_SEEN_OTHER;
    /* Something was recorded since. */
    if (seen->absent)
        return running == NULL ? MANIFEST_SEEN_SAME : MANIFEST_SEEN_OTHER;
    return running != NULL && verify_same_version(running, seen->version) ? MANIFEST_SEEN_SAME
                                                                          : MANIFEST_SEEN_OTHER;
}

static enum manifest_sight judge(const struct manifest_cell *cell)
{
    if (cell->seen.latest == NULL)
        return MANIFEST_UNSEEN;
    return manifest_sight(cell->seen.latest, cell->running != NULL ? cell->running->version : NULL);
}

static bool saw(const struct store_observation *observation)
{
    return observation->version != NULL || observation->commit != NULL || observation->absent;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_another(const struct store_observation *a, const struct store_observation *b)
{
    return a->absent != b->absent || !same_text(a->version, b->version) ||
           !same_text(a->commit, b->commit) || !same_text(a->image, b->image);
}

static void take(struct manifest_cell *cell, const struct store_observation *observation)
{
    struct manifest_seen *seen = &cell->seen;

    if (seen->latest == NULL)
        seen->latest = observation;
    if (!saw(observation))
        return;
    if (seen->seen == NULL)
        seen->seen = observation;
    else if (seen->before == NULL && is_another(seen->seen, observation))
        seen->before = observation;
}

static size_t find_row(const struct manifest *manifest, const char *id)
{
    for (size_t i = 0; i < manifest->row_count; i++) {
        if (strcmp(manifest->rows[i].id, id) == 0)
            return i;
    }
    return MANIFEST_NONE;
}

static size_t find_column(const struct manifest *manifest, const char *id)
{
    for (size_t i = 0; i < manifest->column_count; i++) {
        if (strcmp(manifest->columns[i].id, id) == 0)
            return i;
    }
    return MANIFEST_NONE;
}

void manifest_set_observations(struct manifest *manifest, const struct store_observations *list)
{
    for (size_t i = 0; i < list->count; i++) {
        size_t row = find_row(manifest, list->items[i].module_id);
        size_t column = find_column(manifest, list->items[i].environment_id);

        if (row != MANIFEST_NONE && column != MANIFEST_NONE)
            take(manifest_cell_at(manifest, row, column), &list->items[i]);
    }
    for (size_t column = 0; column < manifest->column_count; column++) {
        struct manifest_column *counted = &manifest->columns[column];

        counted->seen_same = counted->seen_other = counted->not_asked = 0;
        for (size_t row = 0; row < manifest->row_count; row++) {
            struct manifest_cell *cell = manifest_cell_at(manifest, row, column);

            cell->seen.sight = judge(cell);
            counted->seen_same += cell->seen.sight == MANIFEST_SEEN_SAME;
            counted->seen_other += cell->seen.sight == MANIFEST_SEEN_OTHER;
            counted->not_asked += cell->seen.sight == MANIFEST_NOT_ASKED;
        }
    }
}

bool manifest_is_stale(const struct manifest *manifest, size_t row, size_t column, int64_t now)
{
    const struct store_observation *latest = manifest_cell_at(manifest, row, column)->seen.latest;
    int64_t limit = manifest->columns[column].observe_stale;

    return latest != NULL && now - latest->last_at > (limit > 0 ? limit : MANIFEST_STALE);
}

static const char *seen_version(const struct store_observation *seen)
{
    if (seen->absent)
        return "nothing";
    return seen->version != NULL ? seen->version : seen->commit;
}

void manifest_seen_words(const struct manifest *manifest, size_t row, size_t column,
                         struct strbuf *out)
{
    const struct manifest_seen *seen = &manifest_cell_at(manifest, row, column)->seen;

    switch (seen->sight) {
    case MANIFEST_UNSEEN:
        return;
    case MANIFEST_SEEN_SAME:
        strbuf_add(out, "as recorded");
        return;
    case MANIFEST_NOT_ASKED:
        strbuf_printf(out, "could not ask: %s",
                      seen->latest->why != NULL ? seen->latest->why : "nobody knows why");
        return;
    case MANIFEST_SEEN_OTHER:
        break;
    }
    if (seen->seen != NULL)
        strbuf_printf(out, "%s runs there", seen_version(seen->seen));
    if (seen->latest->why != NULL)
        strbuf_printf(out, "%s%s", seen->seen != NULL ? ": " : "", seen->latest->why);
}
