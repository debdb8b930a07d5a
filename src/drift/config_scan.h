/*
 * How a difference of two configuration documents becomes an item: its name, its values, what it
 * would break. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_CONFIG_SCAN_H
#define PILAB_DRIFT_CONFIG_SCAN_H

#include <pilab/document/diff.h>
#include <pilab/drift/builder.h>

#include "mask_tree.h"

/* The changes of one list without names, and what is known of them once it was asked for. */
struct config_list {
    size_t from, to; /* the first, and what follows the last; 0 and 0: of no list yet */
    /* The additions, from 1, by the key that they set, and what is behind each of them under the
     * same key, 0 being the end; NULL: not asked for. */
    struct map *came;
    size_t *behind;
    size_t secret;    /* no addition before it is a secret that nothing was paired with */
    struct map *gone; /* what its entries that went would be once they were open; NULL: not asked */
};

/* One configuration of one module while it is being compared. */
struct config_scan {
    struct report_builder *builder;
    const struct module_input *module;
    const struct config_input *config;
    const struct map *services;    /* that the documents name; config_services makes it */
    const char *default_service;   /* of what stands outside of them */
    struct references *references; /* of the module's current documents */
    struct config_commits *commits;
    struct secret_nodes *secrets; /* of both documents */
    const struct tree_diff *diff; /* of both; NULL: one is not there */
    struct config_list *list;     /* of the diff, the one at hand; see config_list_of */
};

/* How an item is called. Texts live in the report's arena or the documents'. */
struct config_name {
    const char *path, *key, *category, *service;
    bool flat; /* of a document without nesting: dotenv, properties */
};

/* The services that a configuration names on either side: under `env`, and under `services` as
 * Compose has them. Keys and values are their names; the caller frees. */
struct map *config_services(const struct config_input *config);

/* The name of a change. The step "value" below an entry that is known by its name is left out:
 * people speak of env.service_auth.UPI_ENABLED. */
struct config_name config_name_of(const struct config_scan *scan, const struct tree_change *change);

/* The value of an added or removed {name: X, value: V} entry is V; of everything else itself. */
const struct node *config_value_node(const struct tree_change *change, const struct node *node);

struct value_place config_place_of(const struct config_scan *scan,
                                   const struct tree_change *change);

/* Fills `value` with what may be shown of a node (NULL: absent). Returns what kind of secret it
 * holds. */
enum secret_kind config_value_show(struct report_builder *builder, struct drift_value *value,
                                   const struct node *node, struct value_place place);

/* Whether what stood and stands under a key (NULL: nothing) is a number, or a path without a host,
 * and the key speaks of nothing that either may lead to, such as a port. */
bool config_value_leads_nowhere(const char *key, const struct node *previous,
                                const struct node *current);

/* config_list.c: the list of a change that is a list's item, of the scan's diff. It is the one at
 * hand until another is asked for, or it is released. */
struct config_list *config_list_of(const struct config_scan *scan,
                                   const struct tree_change *change);
void config_list_release(struct config_list *list);

/* An entry KEY=VALUE of a list of variables, as Compose and container arguments write them. */
struct config_pair {
    const char *key;   /* in the report's arena */
    const char *value; /* within the node */
};

/* Whether a node is such an entry. */
bool config_pair_read(struct arena *arena, const struct node *node, struct config_pair *pair);
/* The addition that belongs to the removal at `index`: the same key in the same list, or two
 * secrets without a name. Its index, or the number of changes. `taken` tells which were found
 * before. */
size_t config_pair_find(const struct config_scan *scan, size_t index, const bool *taken);
/* Whether both sides of an entry that is no variable are compared by their values: "--option=X" of
 * a command, a literal of a Kustomization. */
bool config_pair_fits(const struct tree_change *change, const struct node *previous,
                      const struct node *current);
/* Whether both are secrets without a name, such as what follows "--token". */
bool config_pair_secrets(const struct config_scan *scan, const struct node *previous,
                         const struct node *current);

/* One difference of a value. */
struct config_sides {
    const struct node *previous, *current; /* NULL where absent */
    struct value_place place;
    const struct tree_change *change; /* of the scan's diff; NULL: a whole file comes or goes */
};

/* config_opened.c: marks of what a change opens by leaving something out: MARK_OPENED, MARK_PLAIN,
 * MARK_WRITABLE. NULL change: none. */
unsigned config_opened(const struct config_scan *scan, const struct tree_change *change);

/* MARK_ACCOUNT for a user beside whom a host, a database or a password stands in the map `around`
 * (NULL: none), and no image: whom something signs in as. Of a change: where it stands; NULL: none.
 */
unsigned config_account(const struct node *around, const char *key);
unsigned config_account_at(const struct tree_change *change);

/* Looks within a map, a list or a file that comes, goes or gives way to something else, so that the
 * item is judged by the values that it holds as well; to be called before it is judged. */
void config_look_within(const struct config_scan *scan, const struct drift_item *item,
                        const struct config_sides *sides);

/* config_environment.c: the other environment that the new value names and the old one did not;
 * NULL: none. In production any that comes before it counts. */
const char *config_foreign_environment(const struct drift_input *input, const char *previous,
                                       const char *current);
/* config_text.c: the same within a text that is a document by its key's ending, "application.yaml",
 * and can be read as such on both sides. */
void config_look_into_text(const struct config_scan *scan, const struct drift_item *item,
                           const struct config_sides *sides);
/* Raises an item's attention where the target would break. `previous` and `current` are its values,
 * NULL where absent. */
void config_raise_attention(const struct config_scan *scan, struct drift_item *item,
                            const struct config_name *name, const struct node *previous,
                            const struct node *current);

#endif
