#include <pilab/drift/builder.h>

#include <stdlib.h>

#include <pilab/base/glob.h>
#include <pilab/base/memory.h>

struct prepared {
    const struct expected_difference *expected;
    struct glob *dotted, *slashed; /* the path with '.' and with '/' as separator */
    struct glob *module;           /* NULL: all */
};

struct expected_set {
    struct vector rows; /* struct prepared */
};

static bool is_side(const char *pattern, const struct drift_side *side)
{
    return side->environment && glob_match_fold(pattern, side->environment, '\0');
}

static bool holds_here(const struct expected_difference *expected, const struct drift_input *input)
{
    return !expected->environment || is_side(expected->environment, &input->previous) ||
           is_side(expected->environment, &input->current);
}

struct expected_set *expected_set_new(const struct drift_input *input)
{
    struct expected_set *set = memory_new(sizeof *set);

    vector_init(&set->rows, sizeof(struct prepared));
    for (size_t i = 0; i < input->expected_count; i++) {
        const struct expected_difference *expected = &input->expected[i];
        struct prepared *row;

        if (!holds_here(expected, input))
            continue;
        row = vector_add(&set->rows);
        row->expected = expected;
        row->dotted = glob_new(expected->path, '.', false);
        row->slashed = glob_new(expected->path, '/', false);
        row->module = expected->module ? glob_new(expected->module, '/', false) : NULL;
    }
    return set;
}

void expected_set_free(struct expected_set **set)
{
    if (!*set)
        return;
    for (size_t i = 0; i < (*set)->rows.count; i++) {
        struct prepared *row = vector_at(&(*set)->rows, i);

        glob_free(&row->dotted);
        glob_free(&row->slashed);
        glob_free(&row->module);
    }
    vector_release(&(*set)->rows);
    free(*set);
    *set = NULL;
}

const struct expected_difference *expected_set_find(const struct expected_set *set,
                                                    enum drift_type type, const char *module,
                                                    const char *path)
{
    for (size_t i = 0; i < set->rows.count; i++) {
        const struct prepared *row = vector_at(&set->rows, i);

        if ((row->expected->any_type || row->expected->type == type) &&
            (!row->module || glob_test(row->module, module)) &&
            glob_test(type == DRIFT_CONFIG ? row->dotted : row->slashed, path))
            return row->expected;
    }
    return NULL;
}
