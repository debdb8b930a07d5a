#include <pilab/git/kept.h>

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/git/commit.h>
#include <pilab/git/shape.h>

#include "changes.h"
#include "history_owner.h"
#include "internal.h"
#include "kept_bytes.h"
#include "paths.h"
#include "workers.h"

/* Counted up when what is written changes, or how it is found out: renames, twins. */
#define FORM 1

/* Of both sides. */
#define BIT_COUNTS       1u
#define BIT_TWINS        2u
#define BIT_AHEAD_MEETS  4u
#define BIT_BEHIND_MEETS 8u
#define ALL_BITS         15u

/* Of the files. */
#define BIT_CAPPED 1u

/* A commit takes its id, the length of its text and the number of its files; a change its status,
 * path, modes and a blob.
 */
#define LEAST_COMMIT (OBJECT_ID_SIZE + 2)
#define LEAST_CHANGE 5

bool kept_possible(struct repository *repository)
{
    struct arena *arena = arena_new();
    struct repository_shape shape = repository_shape(repository, arena);
    bool possible =
        !shape.shallow && !shape.partial && !shape.lost_alternate && shape.replaced == 0;
    arena_free(&arena);
    return possible;
}

static void digest_range(const struct kept_range *range, const char *what, unsigned flags,
                         unsigned char key[KEPT_KEY_SIZE])
{
    _Static_assert(KEPT_KEY_SIZE == crypto_hash_sha256_BYTES, "the key is a SHA-256");
    const unsigned char numbers[] = { FORM, (unsigned char)flags, range->first_parent };
    char *directory = paths_clean(range->directory);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)what, strlen(what) + 1);
    crypto_hash_sha256_update(&state, numbers, sizeof(numbers));
    crypto_hash_sha256_update(&state, range->previous.bytes, OBJECT_ID_SIZE);
    crypto_hash_sha256_update(&state, range->current.bytes, OBJECT_ID_SIZE);
    crypto_hash_sha256_update(&state, (const unsigned char *)directory, strlen(directory));
    crypto_hash_sha256_final(&state, key);
    free(directory);
}

void kept_sides_key(const struct kept_range *range, unsigned char key[KEPT_KEY_SIZE])
{
    digest_range(range, "sides", 0, key);
}

void kept_files_key(const struct kept_range *range, unsigned flags,
                    unsigned char key[KEPT_KEY_SIZE])
{
    digest_range(range, "files", flags, key);
}

/* --- Lists of files --------------------------------------------------------------------------- */

static void put_list(struct kept_writer *writer, const struct file_change_list *files, bool lines)
{
    kept_put_number(writer, files->count);
    for (size_t i = 0; i < files->count; i++)
        kept_put_change(writer, &files->changes[i], lines);
}

static void take_list(struct kept_reader *reader, struct arena *arena,
                      struct file_change_list *files)
{
    files->count = kept_take_count(reader, LEAST_CHANGE);
    files->changes = arena_array(arena, files->count, sizeof(*files->changes));
    for (size_t i = 0; i < files->count && !reader->broken; i++)
        kept_take_change(reader, &files->changes[i]);
}

static bool not_understood(struct error *error)
{
    return error_set(error, ERROR_INVALID, "what was kept cannot be used");
}

bool kept_files_write(const struct file_change_list *files, struct strbuf *out)
{
    struct kept_writer writer;
    bool whole = files->unread == 0;
    kept_writer_start(&writer, out);
    kept_put_number(&writer, files->likeness_capped ? BIT_CAPPED : 0);
    put_list(&writer, files, true);
    kept_writer_end(&writer, whole);
    return whole;
}

bool kept_files_read(const struct strbuf *bytes, struct arena *arena, struct file_change_list *out,
                     struct error *error)
{
    struct kept_reader reader;
    struct file_change_list files = { .count = 0 };
    kept_reader_start(&reader, bytes, arena);
    uint64_t bits = kept_take_number(&reader);
    files.likeness_capped = bits & BIT_CAPPED;
    take_list(&reader, arena, &files);
    if (!kept_reader_end(&reader) || bits > BIT_CAPPED)
        return not_understood(error);
    changes_sum(&files);
    *out = files;
    return true;
}

/* --- Writing sides ---------------------------------------------------------------------------- */

static bool side_is_whole(const struct history *side)
{
    bool whole = side->problem_count == 0 && side->ends == 0;
    for (size_t i = 0; i < side->count && whole; i++)
        whole = side->commits[i].raw && side->commits[i].files_known &&
                side->commits[i].files.unread == 0;
    return whole;
}

static void put_commit(struct kept_writer *writer, const struct commit *commit, bool counts)
{
    kept_put_id(writer, &commit->id);
    kept_put_number(writer, commit->raw_length);
    kept_put_text(writer, commit->raw, commit->raw_length);
    put_list(writer, &commit->files, false);
    if (!counts)
        return;
    kept_put_number(writer, commit->files.insertions);
    kept_put_number(writer, commit->files.deletions);
}

static void put_side(struct kept_writer *writer, const struct history *side, bool counts)
{
    kept_put_number(writer, side->count);
    for (size_t i = 0; i < side->count; i++)
        put_commit(writer, &side->commits[i], counts);
}

bool kept_sides_write(const struct kept_sides *sides, struct strbuf *out)
{
    struct kept_writer writer;
    if (!side_is_whole(sides->ahead) || !side_is_whole(sides->behind))
        return false;
    kept_writer_start(&writer, out);
    kept_put_number(&writer, (sides->counts ? BIT_COUNTS : 0) | (sides->twins ? BIT_TWINS : 0) |
                                 (sides->ahead->meets ? BIT_AHEAD_MEETS : 0) |
                                 (sides->behind->meets ? BIT_BEHIND_MEETS : 0));
    put_side(&writer, sides->ahead, sides->counts);
    put_side(&writer, sides->behind, false);
    for (size_t i = 0; sides->twins && i < sides->ahead->count; i++)
        kept_put_number(&writer, sides->twins[i] == NO_TWIN ? 0 : sides->twins[i] + 1);
    kept_writer_end(&writer, true);
    return true;
}

/* --- Reading sides ---------------------------------------------------------------------------- */

static struct history *take_side(struct kept_reader *reader, bool counts)
{
    struct history *side = &history_owner_new()->history;
    side->count = kept_take_count(reader, LEAST_COMMIT);
    side->commits = arena_array(side->arena, side->count, sizeof(*side->commits));
    for (size_t i = 0; i < side->count && !reader->broken; i++) {
        struct commit *commit = &side->commits[i];
        kept_take_id(reader, &commit->id);
        commit->raw_length = (size_t)kept_take_number(reader);
        commit->raw = kept_take_text(reader, commit->raw_length);
        take_list(reader, side->arena, &commit->files);
        if (!counts)
            continue;
        commit->files.insertions = kept_take_number(reader);
        commit->files.deletions = kept_take_number(reader);
    }
    return side;
}

static const size_t *take_twins(struct kept_reader *reader, const struct kept_sides *sides,
                                struct arena *arena)
{
    size_t *twins = arena_array(arena, sides->ahead->count, sizeof(*twins));
    for (size_t i = 0; i < sides->ahead->count && !reader->broken; i++) {
        uint64_t number = kept_take_number(reader);
        reader->broken = reader->broken || number > sides->behind->count;
        twins[i] = number == 0 ? NO_TWIN : (size_t)number - 1;
    }
    return twins;
}

bool kept_sides_decode(const struct strbuf *bytes, struct arena *arena, struct kept_sides *out)
{
    struct kept_reader reader;
    kept_reader_start(&reader, bytes, arena);
    uint64_t bits = kept_take_number(&reader);
    out->counts = bits & BIT_COUNTS;
    out->ahead = take_side(&reader, out->counts);
    out->behind = take_side(&reader, false);
    out->ahead->meets = bits & BIT_AHEAD_MEETS;
    out->behind->meets = bits & BIT_BEHIND_MEETS;
    if (bits & BIT_TWINS)
        out->twins = take_twins(&reader, out, arena);
    return kept_reader_end(&reader) && bits <= ALL_BITS;
}

struct parsing {
    struct commit *commits;
    atomic_bool broken;
};

/* All but the files, which are known. */
static void parse_one(void *context, struct worker *worker, size_t index)
{
    struct parsing *parsing = context;
    struct commit *commit = &parsing->commits[index];
    struct commit known = *commit;
    if (!commit_parse(known.raw, known.raw_length, &known.id, worker->arena, commit))
        atomic_store(&parsing->broken, true);
    commit->files = known.files;
    commit->files_known = true;
    commit->raw = known.raw;
    commit->raw_length = known.raw_length;
}

static bool parse_side(struct repository *repository, struct history *side, unsigned threads,
                       const struct progress *progress, struct error *error)
{
    struct history_owner *owner = (struct history_owner *)side;
    struct parsing parsing = { .commits = side->commits };
    struct work work = { .what = "reading commits",
                         .count = side->count,
                         .threads = threads,
                         .item = parse_one,
                         .context = &parsing };
    return workers_run(repository, &work, owner->arenas, progress, error) &&
           (!atomic_load(&parsing.broken) || not_understood(error));
}

bool kept_sides_read(struct repository *repository, const struct strbuf *bytes, unsigned threads,
                     struct arena *arena, struct kept_sides *out, const struct progress *progress,
                     struct error *error)
{
    *out = (struct kept_sides){ .ahead = NULL };
    bool ok = (kept_sides_decode(bytes, arena, out) || not_understood(error)) &&
              parse_side(repository, out->ahead, threads, progress, error) &&
              parse_side(repository, out->behind, threads, progress, error);
    if (!ok) {
        history_free(&out->ahead);
        history_free(&out->behind);
    }
    return ok;
}
