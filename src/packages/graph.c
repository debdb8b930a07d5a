#include "reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

struct package_need {
    size_t package;
    const char *key;
};

struct package_root {
    const char *key;
    enum package_scope scope;
};

void package_graph_start(struct package_graph *graph)
{
    graph->by_key = map_new();
    vector_init(&graph->needs, sizeof(struct package_need));
    vector_init(&graph->roots, sizeof(struct package_root));
}

void package_graph_release(struct package_graph *graph)
{
    map_free(&graph->by_key);
    vector_release(&graph->needs);
    vector_release(&graph->roots);
}

void package_graph_key(struct package_graph *graph, const char *key, size_t package)
{
    if (package != SIZE_MAX)
        map_keep_bytes(graph->by_key, key, strlen(key), (void *)(uintptr_t)(package + 1));
}

void package_graph_need(struct package_graph *graph, size_t package, const char *key)
{
    const struct package_need need = { package, key };

    if (package != SIZE_MAX && key != NULL)
        vector_push(&graph->needs, &need);
}

void package_graph_root(struct package_graph *graph, const char *key, enum package_scope scope)
{
    const struct package_root root = { key, scope };

    if (key != NULL)
        vector_push(&graph->roots, &root);
}

size_t package_graph_find(const struct package_graph *graph, const char *key)
{
    uintptr_t found = (uintptr_t)map_get(graph->by_key, key);

    return found != 0 ? found - 1 : SIZE_MAX;
}

/* A walk over everything that some roots lead to. */
struct walk {
    const struct package_graph *graph;
    size_t *first_need; /* of each package; SIZE_MAX: it needs nothing */
    bool *reached;
    size_t *queue, queued;
};

static void reach(struct walk *walk, const char *key)
{
    size_t package = package_graph_find(walk->graph, key);

    if (package != SIZE_MAX && !walk->reached[package]) {
        walk->reached[package] = true;
        walk->queue[walk->queued++] = package;
    }
}

static void walk_start(struct walk *walk, const struct package_graph *graph, size_t count)
{
    *walk = (struct walk){ .graph = graph,
                           .first_need = memory_array(count, sizeof *walk->first_need),
                           .reached = memory_array(count, sizeof *walk->reached),
                           .queue = memory_array(count, sizeof *walk->queue) };
    for (size_t i = 0; i < count; i++)
        walk->first_need[i] = SIZE_MAX;
    for (size_t i = graph->needs.count; i-- > 0;) {
        const struct package_need *need = vector_at(&graph->needs, i);
        walk->first_need[need->package] = i;
    }
}

static void walk_end(struct walk *walk)
{
    free(walk->first_need);
    free(walk->reached);
    free(walk->queue);
}

static void walk_run(struct walk *walk)
{
    const struct vector *needs = &walk->graph->needs;

    for (size_t done = 0; done < walk->queued; done++) {
        size_t package = walk->queue[done];

        for (size_t i = walk->first_need[package]; i < needs->count; i++) {
            const struct package_need *need = vector_at(needs, i);
            if (need->package != package)
                break;
            reach(walk, need->key);
        }
    }
}

static bool is_shipped(enum package_scope scope)
{
    return scope > PACKAGE_DEV;
}

void package_graph_settle(const struct package_graph *graph, struct package_reader *reader,
                          bool complete)
{
    size_t count = reader->packages.count;
    enum package_scope *asked; /* by the project, of each package; + 1, 0: nobody asks */
    struct walk shipped, developed;
    bool any = false;

    if (graph->roots.count == 0 || count == 0)
        return;
    asked = memory_array(count, sizeof *asked);
    walk_start(&shipped, graph, count);
    walk_start(&developed, graph, count);
    for (size_t i = 0; i < graph->roots.count; i++) {
        const struct package_root *root = vector_at(&graph->roots, i);
        size_t package = package_graph_find(graph, root->key);

        if (package == SIZE_MAX)
            continue;
        any = true;
        if (asked[package] < root->scope + 1)
            asked[package] = root->scope + 1;
        reach(is_shipped(root->scope) ? &shipped : &developed, root->key);
    }
    walk_run(&shipped);
    walk_run(&developed);
    for (size_t i = 0; i < count && any; i++) {
        struct package *package = package_reader_at(reader, i);

        if (asked[i] > 0) {
            package->relation = PACKAGE_DIRECT;
            package->scope = asked[i] - 1;
        } else if (package->relation == PACKAGE_UNTOLD && complete) {
            package->relation = PACKAGE_TRANSITIVE;
        }
        /* Where other roots may be, what these do not reach may be shipped all the same. */
        if (shipped.reached[i] && package->scope == PACKAGE_DEV)
            package->scope = PACKAGE_RUNTIME;
        else if (developed.reached[i] && !shipped.reached[i] && (complete || asked[i] > 0))
            package->scope = PACKAGE_DEV;
    }
    walk_end(&shipped);
    walk_end(&developed);
    free(asked);
}
