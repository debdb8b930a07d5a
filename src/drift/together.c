#include <pilab/drift/together.h>

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/vector.h>

/* All items of one commit or ticket. */
struct bond {
    const char *commit, *ticket;
    struct vector items; /* const struct drift_item * */
    unsigned types;      /* bit set over enum drift_type */
};

/* --- What one commit or ticket holds ---------------------------------------------------------- */

/* "#12" is another request in each repository; "MB-12" is one ticket. */
static const char *name_of(struct arena *arena, const char *ticket, const char *module)
{
    return *ticket == '#' || *ticket == '!' ? arena_printf(arena, "%s %s", ticket, module) : ticket;
}

static struct bond *bond_of(struct arena *arena, struct map *bonds, const char *name)
{
    struct bond *bond = map_get(bonds, name);

    if (bond != NULL)
        return bond;
    bond = arena_alloc(arena, sizeof *bond);
    vector_init(&bond->items, sizeof(const struct drift_item *));
    map_put(bonds, name, bond);
    return bond;
}

static void tie(struct bond *bond, const struct drift_item *item)
{
    vector_push(&bond->items, &item);
    bond->types |= 1U << item->type;
}

static void tie_item(struct drift_together *together, const struct drift_item *item)
{
    struct arena *arena = together->arena;

    if (item->commit != NULL) {
        struct bond *bond = bond_of(arena, together->commits, item->commit);

        bond->commit = item->commit;
        tie(bond, item);
    }
    for (size_t i = 0; i < item->ticket_count; i++) {
        const char *ticket = item->tickets[i];
        struct bond *bond = bond_of(arena, together->tickets, name_of(arena, ticket, item->module));

        bond->ticket = ticket;
        tie(bond, item);
    }
}

static bool is_shared(const struct bond *bond)
{
    return (bond->types & (bond->types - 1)) != 0;
}

/* What a ticket holds need not be told of each of its commits. */
static bool has_ticket(const struct bond *bond)
{
    for (size_t i = 0; i < bond->items.count; i++) {
        const struct drift_item *item = *(const struct drift_item **)vector_at(&bond->items, i);

        if (item->ticket_count == 0)
            return false;
    }
    return true;
}

static size_t add_groups(struct together_group *groups, const struct map *bonds, bool commits)
{
    size_t count = 0;

    for (size_t i = 0; i < map_count(bonds); i++) {
        const struct bond *bond = map_value_at(bonds, i);

        if (is_shared(bond) && !(commits && has_ticket(bond)))
            groups[count++] = (struct together_group){ .commit = bond->commit,
                                                       .ticket = bond->ticket,
                                                       .items = bond->items.items,
                                                       .count = bond->items.count };
    }
    return count;
}

struct drift_together *drift_together_new(const struct drift_report *report)
{
    struct arena *arena = arena_new();
    struct drift_together *together = arena_alloc(arena, sizeof *together);
    struct together_group *groups;

    together->arena = arena;
    together->commits = map_new();
    together->tickets = map_new();
    for (size_t i = 0; i < report->item_count; i++)
        tie_item(together, &report->items[i]);
    groups = arena_array(arena, map_count(together->tickets) + map_count(together->commits),
                         sizeof *groups);
    together->count = add_groups(groups, together->tickets, false);
    together->count += add_groups(groups + together->count, together->commits, true);
    together->groups = groups;
    return together;
}

static void release_bonds(struct map **bonds)
{
    for (size_t i = 0; i < map_count(*bonds); i++)
        vector_release(&((struct bond *)map_value_at(*bonds, i))->items);
    map_free(bonds);
}

void drift_together_free(struct drift_together **together)
{
    struct arena *arena;

    if (*together == NULL)
        return;
    arena = (*together)->arena;
    release_bonds(&(*together)->commits);
    release_bonds(&(*together)->tickets);
    *together = NULL;
    arena_free(&arena);
}

/* --- What goes with one difference, or one change --------------------------------------------- */

struct finding {
    const struct drift_item *but; /* neither it nor its type; NULL: everything */
    struct map *seen;             /* by id */
    struct vector found;          /* struct together_item */
};

/* That a key and the file that it stands in changed together says nothing. */
static bool is_own_file(const struct drift_item *item, const struct drift_item *file)
{
    const char *path =
        item->current_at.file != NULL ? item->current_at.file : item->previous_at.file;

    return file->type == DRIFT_CODE && path != NULL && strcmp(path, file->path) == 0 &&
           strcmp(item->module, file->module) == 0;
}

static void find(struct finding *finding, const struct map *bonds, const char *id)
{
    const struct bond *bond = id != NULL ? map_get(bonds, id) : NULL;

    for (size_t i = 0; bond != NULL && i < bond->items.count; i++) {
        const struct drift_item *item = *(const struct drift_item **)vector_at(&bond->items, i);

        if ((finding->but != NULL &&
             (finding->but->type == item->type || is_own_file(finding->but, item))) ||
            map_put(finding->seen, item->id, finding) != NULL)
            continue;
        vector_push(&finding->found, &(struct together_item){ item, bond->ticket });
    }
}

static int rank(const struct together_item *item)
{
    return 2 * (item->item->type == DRIFT_CODE) + (item->ticket != NULL);
}

static int by_rank(const void *a, const void *b)
{
    const struct together_item *left = a, *right = b;

    if (rank(left) != rank(right))
        return rank(left) - rank(right);
    return (left->item > right->item) - (left->item < right->item);
}

static const struct together_item *take(struct finding *finding, struct arena *arena, size_t *count)
{
    const struct together_item *items;

    vector_sort(&finding->found, by_rank);
    *count = finding->found.count;
    items = vector_to_arena(&finding->found, arena);
    vector_release(&finding->found);
    map_free(&finding->seen);
    return items;
}

const struct together_item *drift_together_with(const struct drift_together *together,
                                                const struct drift_item *item, struct arena *arena,
                                                size_t *count)
{
    struct finding finding = { .but = item, .seen = map_new() };

    vector_init(&finding.found, sizeof(struct together_item));
    find(&finding, together->commits, item->commit);
    for (size_t i = 0; i < item->ticket_count; i++)
        find(&finding, together->tickets, name_of(arena, item->tickets[i], item->module));
    return take(&finding, arena, count);
}

const struct together_item *drift_together_of_change(const struct drift_together *together,
                                                     const struct drift_change *change,
                                                     struct arena *arena, size_t *count)
{
    struct finding finding = { .seen = map_new() };

    vector_init(&finding.found, sizeof(struct together_item));
    for (size_t i = 0; i < change->commit_count; i++)
        find(&finding, together->commits, change->commits[i]);
    for (size_t i = 0; i < change->ticket_count; i++) {
        for (size_t k = 0; k < change->service_count; k++)
            find(&finding, together->tickets,
                 name_of(arena, change->tickets[i].id, change->services[k]));
    }
    return take(&finding, arena, count);
}
