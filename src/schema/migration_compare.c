#include <string.h>

#include <pilab/base/map.h>

#include "migration_sequence.h"

/* Two sets while they are paired. */
struct pairing {
    const struct migration_set *previous, *current;
    struct arena *arena;
    const struct migration **partners; /* of each of current */
    bool *taken;                       /* of previous */
    struct vector pairs;               /* struct migration_pair */
};

static const char *key_of(const struct pairing *pairing, const struct migration *migration)
{
    return arena_printf(pairing->arena, "%s|%s", migration_sequence(migration, pairing->arena),
                        migration->id);
}

/* By their files first: one that stays where it is stays what it is, whatever is in it. Changesets
 * have their file in their id. */
static void pair_by(struct pairing *pairing, bool by_file)
{
    struct map *keys = map_new();

    for (size_t i = 0; i < pairing->previous->count; i++) {
        struct migration *migration = &pairing->previous->list[i];
        bool changeset = migration->layout == MIGRATION_LIQUIBASE;

        if (!pairing->taken[i] && !(by_file && changeset))
            map_put(keys, by_file ? migration->file : key_of(pairing, migration), migration);
    }
    for (size_t i = 0; i < pairing->current->count; i++) {
        const struct migration *migration = &pairing->current->list[i];
        const struct migration *partner;
        size_t index;

        if (pairing->partners[i] != NULL || (by_file && migration->layout == MIGRATION_LIQUIBASE))
            continue;
        partner = map_get(keys, by_file ? migration->file : key_of(pairing, migration));
        if (partner == NULL)
            continue;
        index = (size_t)(partner - pairing->previous->list);
        if (pairing->taken[index])
            continue;
        pairing->taken[index] = true;
        pairing->partners[i] = partner;
    }
    map_free(&keys);
}

/* --- What differs between two ------------------------------------------------------------------
 */

/* Steps over blanks, comments and the ends of parts. */
struct walk {
    const struct migration_part *parts;
    size_t count, part;
    struct sql_scan scan;
    bool open;
};

static bool next_token(struct walk *walk, struct sql_token *token)
{
    for (;;) {
        if (!walk->open) {
            if (walk->part >= walk->count)
                return false;
            sql_scan_start(&walk->scan, DIALECT_UNKNOWN, walk->parts[walk->part].text,
                           walk->parts[walk->part].length);
            walk->open = true;
        }
        if (!sql_scan_next(&walk->scan, token)) {
            walk->open = false;
            walk->part++;
        } else if (token->kind != SQL_BLANK &&
                   (token->kind != SQL_COMMENT || token->start[1] == '*')) {
            /* A block comment may be one that MySQL runs, or a hint: it counts. */
            return true;
        }
    }
}

static bool same_statements(const struct migration *previous, const struct migration *current)
{
    struct walk a = { .parts = previous->up, .count = previous->up_count };
    struct walk b = { .parts = current->up, .count = current->up_count };
    struct sql_token left, right;

    if (previous->layout == MIGRATION_PGROLL || current->layout == MIGRATION_PGROLL ||
        previous->unread != NULL || current->unread != NULL)
        return false;
    for (;;) {
        bool more_left = next_token(&a, &left), more_right = next_token(&b, &right);

        if (!more_left || !more_right)
            return more_left == more_right;
        if (left.length != right.length || memcmp(left.start, right.start, left.length) != 0)
            return false;
    }
}

static struct migration_pair *add_pair(struct pairing *pairing,
                                       enum migration_difference difference,
                                       const struct migration *previous,
                                       const struct migration *current)
{
    struct migration_pair *pair = vector_add(&pairing->pairs);

    *pair = (struct migration_pair){ .difference = difference,
                                     .previous = previous,
                                     .current = current };
    return pair;
}

static bool runs_again(const struct migration *migration)
{
    return migration->kind == MIGRATION_REPEATABLE || migration->kind == MIGRATION_ALWAYS;
}

static void compare_pair(struct pairing *pairing, const struct migration *previous,
                         const struct migration *current)
{
    struct migration_pair *pair;

    if (strcmp(previous->digest, current->digest) != 0) {
        pair = add_pair(pairing, runs_again(current) ? MIGRATION_REPEATED : MIGRATION_CHANGED,
                        previous, current);
        pair->cosmetic = same_statements(previous, current);
        if (pair->cosmetic)
            pair->detail = "only comments and blanks differ; its checksum does, too";
    } else if (strcmp(previous->file, current->file) != 0) {
        pair = add_pair(pairing, MIGRATION_RENAMED, previous, current);
        pair->detail = arena_printf(pairing->arena, "it was %s", previous->file);
    } else if (strcmp(previous->down_digest, current->down_digest) != 0) {
        pair = add_pair(pairing, MIGRATION_DOWN_CHANGED, previous, current);
        pair->detail = previous->down_digest[0] == '\0'  ? "a way back was added"
                       : current->down_digest[0] == '\0' ? "its way back was taken away"
                                                         : "only its way back changed";
    }
}

/* --- Order ------------------------------------------------------------------------------------ */

/* The last version of each sequence that previous has. */
static struct map *last_versions(const struct pairing *pairing)
{
    struct map *lasts = map_new();

    for (size_t i = 0; i < pairing->previous->count; i++) {
        struct migration *migration = &pairing->previous->list[i];
        const char *sequence = migration_sequence(migration, pairing->arena);
        const struct migration *last = map_get(lasts, sequence);

        if (migration->kind == MIGRATION_VERSIONED && migration->version[0] != '\0' &&
            migration->layout != MIGRATION_LIQUIBASE &&
            (last == NULL || migration_version_compare(last->version, migration->version) < 0))
            map_put(lasts, sequence, migration);
    }
    return lasts;
}

static void add_new(struct pairing *pairing, const struct map *lasts,
                    const struct migration *migration)
{
    const struct migration *last = map_get(lasts, migration_sequence(migration, pairing->arena));
    struct migration_pair *pair;

    if (last == NULL || migration->kind != MIGRATION_VERSIONED || migration->version[0] == '\0' ||
        migration->layout == MIGRATION_LIQUIBASE ||
        migration_version_compare(migration->version, last->version) >= 0) {
        add_pair(pairing, MIGRATION_NEW, NULL, migration);
        return;
    }
    pair = add_pair(pairing, MIGRATION_OUT_OF_ORDER, NULL, migration);
    pair->detail = arena_printf(pairing->arena, "before %s, which is there already", last->version);
}

const struct migration_pair *migration_set_compare(const struct migration_set *previous,
                                                   const struct migration_set *current,
                                                   struct arena *arena, size_t *count)
{
    struct pairing pairing = {
        .previous = previous,
        .current = current,
        .arena = arena,
        .partners = arena_array(arena, current->count, sizeof *pairing.partners),
        .taken = arena_array(arena, previous->count, sizeof *pairing.taken),
    };
    struct map *lasts;
    const struct migration_pair *pairs;

    vector_init(&pairing.pairs, sizeof(struct migration_pair));
    pair_by(&pairing, true);
    pair_by(&pairing, false);
    lasts = last_versions(&pairing);
    for (size_t i = 0; i < previous->count; i++) {
        if (!pairing.taken[i])
            add_pair(&pairing, MIGRATION_REMOVED, &previous->list[i], NULL);
    }
    for (size_t i = 0; i < current->count; i++) {
        if (pairing.partners[i] != NULL)
            compare_pair(&pairing, pairing.partners[i], &current->list[i]);
        else
            add_new(&pairing, lasts, &current->list[i]);
    }
    map_free(&lasts);
    *count = pairing.pairs.count;
    pairs = vector_to_arena(&pairing.pairs, arena);
    vector_release(&pairing.pairs);
    return pairs;
}

static const char *const difference_names[] = {
    [MIGRATION_NEW] = "new",
    [MIGRATION_CHANGED] = "changed",
    [MIGRATION_REPEATED] = "repeated",
    [MIGRATION_OUT_OF_ORDER] = "out_of_order",
    [MIGRATION_REMOVED] = "removed",
    [MIGRATION_RENAMED] = "renamed",
    [MIGRATION_DOWN_CHANGED] = "down_changed",
};

const char *migration_difference_name(enum migration_difference difference)
{
    return difference_names[difference];
}
