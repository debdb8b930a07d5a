#include "likeness.h"
#include "internal.h"
#include "span_print.h"
#include "workers.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

/* git's scale and limits (diffcore.h, diffcore-rename.c). */
#define WHOLE        60000u
#define ALIKE        30000u /* 50 % */
#define SAME_NAME    45000u /* half way from there to the whole */
#define BEST_OF_EACH 4
#define MANY_FILES   64 /* from so many on they are read by several threads */

/* A file that was added or deleted. */
struct candidate {
    struct file_change *change;
    const struct object_id *blob;
    struct span_print print;
    bool readable;
    bool paired;
};

struct side {
    struct candidate *files; /* by path */
    size_t count;
    struct candidate several; /* stands for a base name that is not the only one of its kind */
};

struct matching {
    struct side old, new;
};

/* One pair among the best of an added file. */
struct score {
    size_t old, new; /* new is NO_FILE: nothing is here */
    unsigned score;
    bool same_name;
};

#define NO_FILE ((size_t)-1)

/* --- Reading -------------------------------------------------------------------------------- */

static struct candidate *candidate_at(struct matching *matching, size_t index)
{
    return index < matching->old.count ? &matching->old.files[index]
                                       : &matching->new.files[index - matching->old.count];
}

static void read_one(void *context, struct worker *worker, size_t index)
{
    struct candidate *candidate = candidate_at(context, index);
    struct object object;
    if (!blob_read(worker->repository, candidate->blob, LIKENESS_SIZE_LIMIT, &object, NULL) ||
        object.size > LIKENESS_SIZE_LIMIT)
        return;
    candidate->print = span_print_of(object.data, object.size, worker->arena);
    candidate->readable = true;
    object_release(&object);
}

/* Only regular files are renamed with changes. */
static void collect(struct side *side, struct vector *changes, enum file_status status)
{
    side->files = memory_array(changes->count + 1, sizeof(*side->files));
    for (size_t i = 0; i < changes->count; i++) {
        struct file_change *change = vector_at(changes, i);
        uint32_t mode = status == FILE_ADDED ? change->new_mode : change->old_mode;
        if (change->status != status || (mode & MODE_KIND) != MODE_FILE)
            continue;
        side->files[side->count++] = (struct candidate){
            .change = change,
            .blob = status == FILE_ADDED ? &change->new_blob : &change->old_blob,
        };
    }
}

/* --- Scores --------------------------------------------------------------------------------- */

static const char *base_of(const struct candidate *candidate)
{
    return path_base_name(candidate->change->path);
}

/* Sizes alone may say that two files cannot be alike enough. */
static bool sizes_allow(const struct candidate *old, const struct candidate *new, unsigned least)
{
    uint64_t a = old->print.size, b = new->print.size;
    uint64_t larger = a > b ? a : b, difference = a > b ? a - b : b - a;
    return old->readable && new->readable &&b > 0 && larger *(WHOLE - least) >= difference *WHOLE;
}

static unsigned score_of(const struct candidate *old, const struct candidate *new, uint64_t copied)
{
    uint64_t larger = old->print.size > new->print.size ? old->print.size : new->print.size;
    return (unsigned)(copied * WHOLE / larger);
}

static uint64_t bytes_copied(const struct span_print *old, const struct span_print *new)
{
    uint64_t copied = 0;
    for (size_t i = 0, k = 0; i < old->count && k < new->count;) {
        const struct span *a = &old->spans[i], *b = &new->spans[k];
        if (a->hash == b->hash)
            copied += a->bytes < b->bytes ? a->bytes : b->bytes;
        i += a->hash <= b->hash;
        k += b->hash <= a->hash;
    }
    return copied;
}

/* The added file takes over the deleted one's side; that one's own change goes later. */
static void pair(struct candidate *old, struct candidate *new, unsigned score)
{
    old->paired = new->paired = true;
    new->change->status = FILE_RENAMED;
    new->change->old_path = old->change->path;
    new->change->old_blob = old->change->old_blob;
    new->change->old_mode = old->change->old_mode;
    new->change->likeness = score * 100 / WHOLE;
}

/* --- Same names ----------------------------------------------------------------------------- */

/* The only file of each base name, or `several`. */
static struct map *index_names(struct side *side)
{
    struct map *names = map_new();
    for (size_t i = 0; i < side->count; i++)
        if (map_put(names, base_of(&side->files[i]), &side->files[i]))
            map_put(names, base_of(&side->files[i]), &side->several);
    return names;
}

static void pair_same_names(struct matching *matching)
{
    struct map *old_names = index_names(&matching->old), *new_names = index_names(&matching->new);
    for (size_t i = 0; i < matching->old.count; i++) {
        struct candidate *old = &matching->old.files[i];
        struct candidate *new = map_get(new_names, base_of(old));
        if (!new || new == &matching->new.several || map_get(old_names, base_of(old)) != old ||
            !sizes_allow(old, new, SAME_NAME))
            continue;
        unsigned score = score_of(old, new, bytes_copied(&old->print, &new->print));
        if (score >= SAME_NAME)
            pair(old, new, score);
    }
    map_free(&old_names);
    map_free(&new_names);
}

/* --- The most alike ------------------------------------------------------------------------- */

/* Which deleted files have a hash, and how many bytes of it. */
struct posting {
    uint32_t file, bytes;
};

struct postings {
    struct posting *postings; /* by hash */
    size_t *starts;           /* SPAN_HASHES + 1 of them */
};

static struct postings index_spans(const struct side *side)
{
    struct postings index = { .starts = memory_array(SPAN_HASHES + 1, sizeof(*index.starts)) };
    size_t *next = memory_array(SPAN_HASHES + 1, sizeof(*next));
    for (size_t i = 0; i < side->count; i++)
        for (size_t k = 0; !side->files[i].paired && k < side->files[i].print.count; k++)
            index.starts[side->files[i].print.spans[k].hash + 1]++;
    for (size_t hash = 1; hash <= SPAN_HASHES; hash++)
        next[hash] = index.starts[hash] += index.starts[hash - 1];
    index.postings = memory_array(index.starts[SPAN_HASHES] + 1, sizeof(*index.postings));
    for (size_t i = 0; i < side->count; i++) {
        for (size_t k = 0; !side->files[i].paired && k < side->files[i].print.count; k++) {
            const struct span *span = &side->files[i].print.spans[k];
            index.postings[next[span->hash]++] = (struct posting){ (uint32_t)i, span->bytes };
        }
    }
    free(next);
    return index;
}

/* How many bytes of the file each deleted one has. */
static void sum_copied(const struct postings *index, const struct span_print *print,
                       uint64_t *copied)
{
    for (size_t i = 0; i < print->count; i++) {
        const struct span *span = &print->spans[i];
        for (size_t k = index->starts[span->hash]; k < index->starts[span->hash + 1]; k++) {
            const struct posting *posting = &index->postings[k];
            copied[posting->file] += posting->bytes < span->bytes ? posting->bytes : span->bytes;
        }
    }
}

/* The better one first; places where nothing is come last. */
static int compare_scores(const void *left, const void *right)
{
    const struct score *a = left, *b = right;
    if (a->new == NO_FILE || b->new == NO_FILE)
        return (a->new == NO_FILE) - (b->new == NO_FILE);
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return b->same_name - a->same_name;
}

/* In the place of the worst of the best, if it is better. */
static void keep_if_better(struct score *best, const struct score *score)
{
    size_t worst = 0;
    for (size_t i = 1; i < BEST_OF_EACH; i++)
        if (compare_scores(&best[i], &best[worst]) > 0)
            worst = i;
    if (compare_scores(&best[worst], score) > 0)
        best[worst] = *score;
}

static void find_best(const struct matching *matching, const struct postings *index, size_t number,
                      uint64_t *copied, struct score *best)
{
    const struct candidate *new = &matching->new.files[number];
    memset(copied, 0, matching->old.count * sizeof(*copied));
    sum_copied(index, &new->print, copied);
    for (size_t i = 0; i < BEST_OF_EACH; i++)
        best[i] = (struct score){ .new = NO_FILE };
    for (size_t i = 0; i < matching->old.count; i++) {
        const struct candidate *old = &matching->old.files[i];
        if (old->paired)
            continue;
        struct score score = { .old = i, .new = number };
        if (sizes_allow(old, new, ALIKE))
            score.score = score_of(old, new, copied[i]);
        score.same_name = strcmp(base_of(old), base_of(new)) == 0;
        keep_if_better(best, &score);
    }
}

static void take_best(struct matching *matching, struct score *scores, size_t count)
{
    sort_stable(scores, count, sizeof(*scores), compare_scores);
    for (size_t i = 0; i < count; i++) {
        struct score *score = &scores[i];
        if (score->new == NO_FILE || score->score < ALIKE)
            break;
        struct candidate *old = &matching->old.files[score->old];
        struct candidate *new = &matching->new.files[score->new];
        if (!old->paired && !new->paired)
            pair(old, new, score->score);
    }
}

static bool pair_most_alike(struct matching *matching, const struct progress *progress,
                            struct error *error)
{
    struct postings index = index_spans(&matching->old);
    uint64_t *copied = memory_array(matching->old.count + 1, sizeof(*copied));
    struct score *scores = memory_array(matching->new.count *BEST_OF_EACH + 1, sizeof(*scores));
    size_t count = 0;
    bool ok = true;
    for (size_t i = 0; i < matching->new.count &&ok; i++) {
        if (matching->new.files[i].paired)
            continue;
        ok = progress_check(progress, error);
        find_best(matching, &index, i, copied, &scores[count]);
        count += BEST_OF_EACH;
    }
    if (ok)
        take_best(matching, scores, count);
    free(scores);
    free(copied);
    free(index.postings);
    free(index.starts);
    return ok;
}

/* --- All of it ------------------------------------------------------------------------------ */

static size_t count_unpaired(const struct side *side)
{
    size_t count = 0;
    for (size_t i = 0; i < side->count; i++)
        count += !side->files[i].paired;
    return count;
}

static void drop_paired(struct vector *changes, const struct side *old)
{
    size_t kept = 0, next = 0;
    for (size_t i = 0; i < changes->count; i++) {
        struct file_change *change = vector_at(changes, i);
        bool is_candidate = next < old->count && old->files[next].change == change;
        bool gone = is_candidate && old->files[next].paired;
        next += is_candidate;
        if (!gone)
            *(struct file_change *)vector_at(changes, kept++) = *change;
    }
    changes->count = kept;
}

static bool read_candidates(struct repository *repository, struct matching *matching,
                            unsigned threads, struct arena *arenas[WORKERS_LIMIT],
                            const struct progress *progress, struct error *error)
{
    size_t count = matching->old.count + matching->new.count;
    struct work work = { .what = "finding renames",
                         .count = count,
                         .threads = count >= MANY_FILES ? threads : 1,
                         .item = read_one,
                         .context = matching };
    return workers_run(repository, &work, arenas, progress, error);
}

bool likeness_pair(struct repository *repository, struct vector *changes, unsigned threads,
                   bool *capped, const struct progress *progress, struct error *error)
{
    struct matching matching = { .old = { .count = 0 } };
    struct arena *arenas[WORKERS_LIMIT] = { NULL };
    bool ok = true;
    *capped = false;
    collect(&matching.old, changes, FILE_DELETED);
    collect(&matching.new, changes, FILE_ADDED);
    if (matching.old.count > 0 && matching.new.count > 0) {
        ok = read_candidates(repository, &matching, threads, arenas, progress, error);
        if (ok) {
            pair_same_names(&matching);
            *capped = (uint64_t)count_unpaired(&matching.old) * count_unpaired(&matching.new) >
                      LIKENESS_PAIR_LIMIT;
            ok = *capped || pair_most_alike(&matching, progress, error);
        }
        if (ok)
            drop_paired(changes, &matching.old);
    }
    for (unsigned i = 0; i < WORKERS_LIMIT; i++)
        arena_free(&arenas[i]);
    free(matching.old.files);
    free(matching.new.files);
    return ok;
}
