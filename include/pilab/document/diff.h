/*
 * What changed between two configuration documents, as paths into their trees.
 *
 * Lists of maps are matched by what names their entries, not by position. Something names them when
 * every entry on both sides has it, with values that differ from each other on each side. Tried in
 * this order:
 *   1. the rules of the caller;
 *   2. the keys `name`, `key`, `id`;
 *   3. the built-in rules for this list;
 *   4. for Kubernetes objects, apiVersion, kind, namespace and name;
 *   5. any other key with strings, in lists of four or more, the first by the alphabet;
 *   6. the keys of 1 to 3 once more, when a name may occur several times: then the name and an
 *      ordinal tell the entries apart, equal entries being paired first.
 * What has no names is compared by content: a single entry with a single entry, longer lists as
 * bags of values. When one side of a list is empty, the other's entries carry their names all the
 * same.
 *
 * `five_steps_only` leaves out what other tools do not know (3, 6, names opposite an empty list)
 * and guesses (5) before it asks Kubernetes (4): dyff's rules, for comparison.
 *
 * Changes stand in the order of the previous tree, additions after what they were added beside; an
 * order change follows the changes of its list. A diff borrows the nodes of both documents: it must
 * not outlive them.
 */
#ifndef PILAB_DOCUMENT_DIFF_H
#define PILAB_DOCUMENT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/document/document.h>
#include <pilab/document/node.h>

enum change_kind {
    CHANGE_ADDED,    /* current only */
    CHANGE_REMOVED,  /* previous only */
    CHANGE_MODIFIED, /* same kind, another value */
    CHANGE_TYPE,     /* another kind, or another tag */
    CHANGE_ORDER     /* same entries in another order: previous and current are lists of what both
                        sides have, in their orders; names where the list is matched by name */
};

struct path_step {
    enum path_step_kind { STEP_KEY, STEP_NAMED, STEP_INDEX } kind;
    const char *key;  /* KEY: the map's key. NAMED: what names the entry: "name", or several keys
                         joined: "containerPort+protocol"; "metadata.name" of Kubernetes objects */
    const char *name; /* NAMED: the value: "UPI_ENABLED", "80/TCP", "v1/Service/shop/api" */
    size_t index;     /* INDEX: from 0 */
    size_t ordinal;   /* NAMED: 0, or which of several entries with this name, from 1 */
};

struct tree_change {
    enum change_kind kind;
    const struct path_step *steps; /* from the document's root; none: the whole document */
    size_t step_count;
    const struct node *previous, *current; /* NULL where there is none */
    bool list_item;        /* an item without a name came or went; the path is that of its list */
    size_t document_index; /* in previous; of an added document in current */
    /* The documents that it is between; NULL: there is none on that side. */
    const struct node *previous_root, *current_root;
    /* What paired the documents: "apps/v1/Deployment/shop/api"; NULL: their positions. */
    const char *document;
    /* What each side's document is wherever it stands: "Deployment/shop/api", and "#2" of those
     * that are no Kubernetes objects; NULL: not on that side. */
    const char *previous_object, *current_object;
};

/* How the entries of one list are named. */
struct list_rule {
    /* A key: every list under that key. With a '.' or '*': a glob over the list's path, as
     * tree_change_path writes it (base/glob.h with '.'). */
    const char *list;
    /* One or more keys joined by '+', most telling first: the shortest run of them that tells the
     * entries apart is used. Every entry must have the first; a missing other counts as empty. */
    const char *keys;
};

struct tree_diff_options {
    bool five_steps_only;
    bool ignore_order;             /* leave CHANGE_ORDER out */
    const struct list_rule *rules; /* tried before everything else */
    size_t rule_count;
};

struct tree_diff {
    struct arena *arena;
    struct tree_change *changes;
    size_t count;
};

/* The built-in rules: the patch merge keys of Kubernetes and those of some well-known files. */
const struct list_rule *list_rules(size_t *count);

/* Compares all documents of both texts. Those that have a Kubernetes identity (apiVersion, kind,
 * metadata.namespace, metadata.name) are paired by it, those that have none by their positions
 * among each other; what has no partner is added or removed as a whole. NULL options: the defaults.
 * Never fails. */
struct tree_diff *tree_diff_documents(const struct document *previous,
                                      const struct document *current,
                                      const struct tree_diff_options *options);
void tree_diff_free(struct tree_diff **diff); /* *diff may be NULL */

/* "added", "removed", "modified", "type_changed", "order". */
const char *change_kind_name(enum change_kind kind);

/* Appends "/env/service_auth/name=UPI_ENABLED/value": RFC 6901 with named steps; ~ and / within a
 * step are ~0 and ~1, a second entry of the same name is "name=X#2". Unescaped otherwise. */
void tree_change_pointer(struct strbuf *out, const struct tree_change *change);

/* Appends "env.service_auth.UPI_ENABLED.value", for people and for globs: a step that is empty or
 * holds '.', '"', '\', a blank or a control character stands in double quotes, with \ before " and
 * \. An index is its number. */
void tree_change_path(struct strbuf *out, const struct tree_change *change);

#endif
