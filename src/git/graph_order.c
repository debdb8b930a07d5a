#include <pilab/git/graph.h>

#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* Tips while they are put into order. */
struct ordering {
    const struct commit_graph *graph;
    const size_t *tips;
    size_t count;
    size_t *at;   /* of commits: the first of the tips that lead there, from 1; 0: none */
    size_t *next; /* of tips: the next one that leads to the same commit, from 1; 0: none */
    bool *seen;   /* of commits */
    struct vector open;
};

/* Numbers of tips are put in from the last one, so that each commit's come in their order. */
static void link_tips(struct ordering *ordering)
{
    for (size_t i = ordering->count; i-- > 0;) {
        if (ordering->tips[i] == GRAPH_NONE)
            continue;
        ordering->next[i] = ordering->at[ordering->tips[i]];
        ordering->at[ordering->tips[i]] = i + 1;
    }
}

static void see(struct ordering *ordering, size_t number, struct vector *found)
{
    if (ordering->seen[number])
        return;
    ordering->seen[number] = true;
    vector_push(&ordering->open, &number);
    if (ordering->at[number] > 0)
        vector_push(found, &number);
}

static int compare_numbers(const void *a, const void *b)
{
    size_t first = *(const size_t *)a, second = *(const size_t *)b;

    return first != second ? (first < second ? -1 : 1) : 0;
}

/* Commits with tips that this one holds and that nobody has seen, parents before children. */
static void find_below(struct ordering *ordering, size_t number, struct vector *found)
{
    vector_clear(found);
    see(ordering, number, found);
    while (ordering->open.count > 0) {
        size_t at = *(size_t *)vector_at(&ordering->open, --ordering->open.count);
        size_t parents = commit_graph_parent_count(ordering->graph, at);

        for (size_t i = 0; i < parents; i++)
            see(ordering, commit_graph_parent(ordering->graph, at, i), found);
    }
    vector_sort(found, compare_numbers);
}

void commit_graph_order(const struct commit_graph *graph, const size_t *tips, size_t tip_count,
                        size_t *order)
{
    size_t commits = commit_graph_count(graph), placed = 0;
    struct ordering ordering = { .graph = graph,
                                 .tips = tips,
                                 .count = tip_count,
                                 .at = memory_array(commits + 1, sizeof *ordering.at),
                                 .next = memory_array(tip_count + 1, sizeof *ordering.next),
                                 .seen = memory_array(commits + 1, sizeof *ordering.seen) };
    struct vector found;

    vector_init(&ordering.open, sizeof(size_t));
    vector_init(&found, sizeof(size_t));
    link_tips(&ordering);
    for (size_t i = 0; i < tip_count; i++) {
        if (tips[i] == GRAPH_NONE) {
            order[placed++] = i;
            continue;
        }
        find_below(&ordering, tips[i], &found);
        for (size_t k = 0; k < found.count; k++) {
            size_t tip = ordering.at[*(size_t *)vector_at(&found, k)];

            for (; tip > 0; tip = ordering.next[tip - 1])
                order[placed++] = tip - 1;
        }
    }
    vector_release(&ordering.open);
    vector_release(&found);
    free(ordering.at);
    free(ordering.next);
    free(ordering.seen);
}
