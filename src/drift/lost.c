#include <pilab/drift/lost.h>

#include <string.h>

#include <pilab/base/vector.h>

bool drift_commit_lost(const struct drift_commit *commit)
{
    return commit->twin == NULL && !commit->unsure && commit->disposition != DISPOSITION_MERGE;
}

bool drift_commit_secures(const struct drift_commit *commit)
{
    return commit->security || commit->category == CATEGORY_SECURITY;
}

size_t drift_code_lost_count(const struct drift_code *code)
{
    size_t count = 0;

    for (size_t i = 0; i < code->behind_count; i++)
        count += drift_commit_lost(&code->behind[i]);
    return count;
}

size_t drift_lost_count(const struct drift_report *report)
{
    size_t count = 0;

    for (size_t i = 0; i < report->code_count; i++)
        count += drift_code_lost_count(&report->codes[i]);
    return count;
}

/* How soon a reader must see it: a release branch has commits like "prepare 1.0.1", too. */
static int rank(const struct drift_commit *commit)
{
    return drift_commit_secures(commit) ? 0 : commit->category == CATEGORY_INTERNAL ? 2 : 1;
}

static int by_rank(const void *a, const void *b)
{
    const struct drift_lost *left = a, *right = b;

    return rank(left->commit) - rank(right->commit);
}

struct drift_lost *drift_lost_list(const struct drift_report *report, struct arena *arena,
                                   size_t *count)
{
    struct drift_lost *list = arena_array(arena, drift_lost_count(report), sizeof *list);

    *count = 0;
    for (size_t i = 0; i < report->code_count; i++) {
        const struct drift_code *code = &report->codes[i];

        for (size_t j = 0; j < code->behind_count; j++) {
            if (drift_commit_lost(&code->behind[j]))
                list[(*count)++] = (struct drift_lost){ code, &code->behind[j] };
        }
    }
    sort_stable(list, *count, sizeof *list, by_rank);
    return list;
}

const struct drift_commit *drift_lost_maybe_kept(const struct drift_lost *lost)
{
    for (size_t i = 0; i < lost->code->commit_count; i++) {
        const struct drift_commit *commit = &lost->code->commits[i];

        if (commit->maybe_shipped != NULL && strcmp(commit->maybe_shipped, lost->commit->id) == 0)
            return commit;
    }
    return NULL;
}

bool drift_report_goes_back(const struct drift_report *report)
{
    for (size_t i = 0; i < report->code_count; i++) {
        if (report->codes[i].commit_count > 0 || report->codes[i].module_added)
            return false;
    }
    return drift_lost_count(report) > 0;
}
