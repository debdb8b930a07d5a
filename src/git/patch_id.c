/*
 * Patch ids: what a commit changes, whatever the place in the file and the blanks. Two commits have
 * the same one exactly when git-patch-id(1) and git-cherry(1) take them for the same change: names,
 * modes of new and deleted files, and lines with three of context, without blanks and positions.
 */
#include "changes.h"
#include "header.h"
#include "internal.h"
#include "paths.h"
#include "lines.h"
#include "workers.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/git/changes.h>

#define CONTEXT_LINES 3

static void add_number(struct strbuf *out, uint32_t number)
{
    strbuf_printf(out, "%o\n", number);
}

/* The part that the names alone decide. */
static void add_names(struct strbuf *out, const struct file_change *change)
{
    strbuf_add(out, change->path);
    strbuf_add_char(out, '\0');
    if (change->old_mode == 0)
        add_number(out, change->new_mode);
    else if (change->new_mode == 0)
        add_number(out, change->old_mode);
    strbuf_add_char(out, change->old_mode == 0 ? 'A' : change->new_mode == 0 ? 'D' : 'M');
}

/* What git takes for a blank, in any locale: form feeds are none. */
static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

static void add_stripped(struct strbuf *out, char sign, const char *text, size_t length)
{
    strbuf_reserve(out, length + 2);
    if (sign != GIT_DIFF_LINE_CONTEXT)
        strbuf_add_char(out, sign);
    for (size_t i = 0; i < length; i++)
        if (!is_blank(text[i]))
            out->data[out->length++] = text[i];
    out->data[out->length] = '\0';
}

static int add_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                    const git_diff_line *line, void *payload)
{
    (void)delta;
    (void)hunk;
    if (line->origin == GIT_DIFF_LINE_CONTEXT || line->origin == GIT_DIFF_LINE_ADDITION ||
        line->origin == GIT_DIFF_LINE_DELETION)
        add_stripped(payload, line->origin, line->content, line->content_len);
    return 0;
}

/* All lines of a new or deleted file. */
static void add_whole(struct strbuf *out, char sign, const struct content *content)
{
    const char *end = content->data + content->size;
    for (const char *p = content->data; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *next = newline ? newline + 1 : end;
        add_stripped(out, sign, p, (size_t)(next - p));
        p = next;
    }
}

static bool add_compared(struct strbuf *out, const struct content *old, const struct content *new)
{
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_FORCE_TEXT;
    options.context_lines = CONTEXT_LINES;
    return text_diff(content_text(old), content_text(new), &options, NULL, add_line, out) == 0;
}

static bool add_content(struct repository *repository, const struct file_change *change,
                        struct strbuf *out, struct error *error)
{
    struct content old = { .data = "" }, new = { .data = "" };
    bool ok = content_load(repository, &change->old_blob, change->old_mode, &old, error) &&
              content_load(repository, &change->new_blob, change->new_mode, &new, error);
    if (ok && (content_is_binary(&old) || content_is_binary(&new))) {
        strbuf_add_bytes(out, change->old_blob.bytes, OBJECT_ID_SIZE);
        strbuf_add_bytes(out, change->new_blob.bytes, OBJECT_ID_SIZE);
    } else if (ok && change->old_mode == 0) {
        add_whole(out, GIT_DIFF_LINE_ADDITION, &new);
    } else if (ok && change->new_mode == 0) {
        add_whole(out, GIT_DIFF_LINE_DELETION, &old);
    } else if (ok && !object_id_equal(&change->old_blob, &change->new_blob)) {
        ok = add_compared(out, &old, &new) ||
             error_set(error, ERROR_IO, "%s cannot be compared", change->path);
    }
    content_release(&old);
    content_release(&new);
    return ok;
}

static bool hash_changes(struct repository *repository, const struct vector *changes,
                         struct object_id *out, struct error *error)
{
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES];
    struct strbuf text = STRBUF_INIT;
    bool ok = true;
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < changes->count && ok; i++) {
        const struct file_change *change = vector_at(changes, i);
        strbuf_clear(&text);
        add_names(&text, change);
        ok = add_content(repository, change, &text, error);
        strbuf_add_char(&text, '\0');
        crypto_hash_sha256_update(&state, (const unsigned char *)text.data, text.length);
    }
    crypto_hash_sha256_final(&state, digest);
    if (ok)
        memcpy(out->bytes, digest, OBJECT_ID_SIZE);
    strbuf_release(&text);
    return ok;
}

/* `directory` has been through paths_clean. */
static bool identify(struct repository *repository, const struct object_id *commit,
                     const char *directory, struct object_id *out, struct error *error)
{
    struct object_id tree, parent_tree;
    size_t parents;
    struct vector changes;
    *out = (struct object_id){ { 0 } };
    if (!commit_trees(repository, commit, &tree, &parent_tree, &parents, error))
        return false;
    if (parents > 1)
        return true;
    struct arena *arena = arena_new();
    vector_init(&changes, sizeof(struct file_change));
    bool ok = changes_compare(repository, &parent_tree, &tree, directory, arena, &changes, error) &&
              (changes.count == 0 || hash_changes(repository, &changes, out, error));
    vector_release(&changes);
    arena_free(&arena);
    return ok;
}

bool changes_patch_id(struct repository *repository, const struct object_id *commit,
                      const char *directory, struct object_id *patch_id, struct error *error)
{
    char *clean = paths_clean(directory);
    bool ok = identify(repository, commit, clean, patch_id, error);
    free(clean);
    return ok;
}

/* --- Many commits --------------------------------------------------------------------------- */

struct identifying {
    const struct patch_id_options *options;
    const struct object_id *commits;
    struct object_id *out;
    char *directory;
    pthread_mutex_t cache;
};

static bool load_id(struct identifying *job, size_t index)
{
    const struct patch_id_options *options = job->options;
    if (!options->load)
        return false;
    pthread_mutex_lock(&job->cache);
    bool known =
        options->load(options->context, &job->commits[index], job->directory, &job->out[index]);
    pthread_mutex_unlock(&job->cache);
    return known;
}

static void save_id(struct identifying *job, size_t index)
{
    const struct patch_id_options *options = job->options;
    if (!options->save)
        return;
    pthread_mutex_lock(&job->cache);
    options->save(options->context, &job->commits[index], job->directory, &job->out[index]);
    pthread_mutex_unlock(&job->cache);
}

/* What cannot be read has no id: it is never taken for shipped. */
static void identify_one(void *context, struct worker *worker, size_t index)
{
    struct identifying *job = context;
    if (load_id(job, index))
        return;
    if (identify(worker->repository, &job->commits[index], job->directory, &job->out[index], NULL))
        save_id(job, index);
    else
        job->out[index] = (struct object_id){ { 0 } };
}

bool changes_patch_ids(struct repository *repository, const struct object_id *commits, size_t count,
                       const struct patch_id_options *options, struct object_id *patch_ids,
                       const struct progress *progress, struct error *error)
{
    static const struct patch_id_options plain = { .threads = 0 };
    struct arena *arenas[WORKERS_LIMIT];
    struct identifying job = { .options = options ? options : &plain,
                               .commits = commits,
                               .out = patch_ids };
    job.directory = paths_clean(job.options->directory);
    struct work work = { .what = "comparing changes",
                         .count = count,
                         .threads = job.options->threads,
                         .item = identify_one,
                         .context = &job };
    pthread_mutex_init(&job.cache, NULL);
    bool ok = workers_run(repository, &work, arenas, progress, error);
    pthread_mutex_destroy(&job.cache);
    for (unsigned i = 0; i < WORKERS_LIMIT; i++)
        arena_free(&arenas[i]);
    free(job.directory);
    return ok;
}
