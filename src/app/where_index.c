#include "where_index.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/drift/subject.h>
#include <pilab/drift/tickets.h>

/* Counted up with every change of the words or of what they mean. */
#define INDEX_FORM "where 1"

enum { PREFIX_DIGITS = 7 };

/* --- Words ------------------------------------------------------------------------------------ */

/* FNV-1a: a word that two subjects share costs one look at the message, no more. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

const char *where_word_subject(const char *same, bool reverted, char out[WHERE_WORD_SIZE])
{
    snprintf(out, WHERE_WORD_SIZE, "%c:%016llx", reverted ? 'q' : 's',
             (unsigned long long)hash_of(same));
    return out;
}

const char *where_word_commit(char kind, const char *hex, char out[WHERE_WORD_SIZE])
{
    if (strlen(hex) < PREFIX_DIGITS)
        return NULL;
    snprintf(out, WHERE_WORD_SIZE, "%c:%.*s", kind, PREFIX_DIGITS, hex);
    for (char *c = out; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return out;
}

void where_word_add(struct vector *words, struct arena *arena, const char *word,
                    const struct object_id *commit)
{
    struct cache_index_word *added = vector_add(words);

    added->word = arena_text(arena, word);
    memcpy(added->commit, commit->bytes, OBJECT_ID_SIZE);
    added->id_length = OBJECT_ID_SIZE;
}

/* "Reverts owner/repo#12", as GitHub writes it into the request. */
static void add_reverted_request(struct where_index *index, const struct commit *commit)
{
    struct span body = span_of(commit->message->body), line;

    while (span_next_line(&body, &line)) {
        size_t hash = span_starts(line, "Reverts ") ? span_find_char(line, '#') : SPAN_NONE;
        size_t digits = hash != SPAN_NONE ? span_digits(span_from(line, hash + 1)) : 0;
        char word[WHERE_WORD_SIZE];

        if (digits == 0 || digits > PREFIX_DIGITS + 2)
            continue;
        snprintf(word, sizeof word, "r:%.*s", (int)digits + 1, line.at + hash);
        where_word_add(&index->words, index->arena, word, &commit->id);
    }
}

/* What a message says, as words. */
static void add_words(void *context, const struct commit *commit)
{
    struct where_index *index = context;
    const struct commit_message *message = commit->message;
    struct arena *arena = arena_new();
    struct ticket_set tickets;
    struct subject subject;
    char word[WHERE_WORD_SIZE];

    subject_read(arena, message, commit->parent_count > 1, &index->tickets, &subject);
    tickets_find(arena, message, &subject, &index->tickets, &tickets);
    for (size_t i = 0; i < tickets.count; i++)
        where_word_add(&index->words, index->arena,
                       arena_printf(arena, "t:%s", tickets.tickets[i].id), &commit->id);
    if (commit->parent_count < 2)
        where_word_add(&index->words, index->arena, where_word_subject(subject.same, false, word),
                       &commit->id);
    for (size_t i = 0; i < message->picked_count; i++) {
        if (where_word_commit('p', message->picked_from[i], word) != NULL)
            where_word_add(&index->words, index->arena, word, &commit->id);
    }
    for (size_t i = 0; i < message->revert_count; i++) {
        if (where_word_commit('r', message->reverts[i], word) != NULL)
            where_word_add(&index->words, index->arena, word, &commit->id);
    }
    if (message->reverted_subject != NULL)
        where_word_add(&index->words, index->arena,
                       where_word_subject(subject_same(arena, message->reverted_subject), true,
                                          word),
                       &commit->id);
    add_reverted_request(index, commit);
    arena_free(&arena);
}

/* --- The state of a repository ---------------------------------------------------------------- */

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct object_id));
}

/* Every commit that something leads to, sorted and each once. */
static void collect_tips(const struct where_index *index, const struct vector *extra,
                         struct vector *tips)
{
    size_t kept = 0;
    struct object_id *ids;

    for (size_t i = 0; i < index->references->count; i++)
        vector_push(tips, &index->references->references[i].commit);
    for (size_t i = 0; i < extra->count; i++)
        vector_push(tips, vector_at(extra, i));
    vector_sort(tips, compare_ids);
    ids = tips->items;
    for (size_t i = 0; i < tips->count; i++) {
        if (kept == 0 || !object_id_equal(&ids[kept - 1], &ids[i]))
            ids[kept++] = ids[i];
    }
    tips->count = kept;
}

static char *state_of(const struct vector *tips, bool shallow)
{
    char digest[SHA256_HEX_SIZE];

    sha256_hex(tips->items != NULL ? tips->items : "", tips->count * sizeof(struct object_id),
               digest);
    return memory_printf("%s%s", digest, shallow ? " shallow" : "");
}

/* The words depend on which tickets the project has. */
static char *subject_of(const struct ticket_options *tickets)
{
    struct strbuf subject = STRBUF_INIT;

    strbuf_add(&subject, INDEX_FORM);
    for (size_t i = 0; i < tickets->key_count; i++)
        strbuf_printf(&subject, " %s", tickets->keys[i]);
    return strbuf_steal(&subject);
}

/* --- Life ------------------------------------------------------------------------------------- */

static bool take_part(void *context, const void *bytes, size_t length)
{
    return commit_graph_read(context, bytes, length);
}

static bool read_graph(struct where_index *index)
{
    if (index->graph_read)
        return true;
    index->graph_read = true;
    commit_graph_free(&index->graph);
    index->graph = commit_graph_new();
    if (cache_index_parts(index->cache, index->number, take_part, index->graph))
        return true;
    commit_graph_free(&index->graph);
    index->graph = commit_graph_new();
    return false;
}

static bool extend(struct call *call, struct where_index *index, const struct vector *tips,
                   struct error *error)
{
    index->graph_read = true;
    return commit_graph_extend(index->graph, index->repository, tips->items, tips->count, add_words,
                               index, &index->missing, &call->progress, error);
}

/* Adds to the cache what is new, or all of it. An index of a history that has holes is not kept:
 * they may be filled without any branch moving. */
static bool keep(struct where_index *index, const struct cache_index *key, int64_t number,
                 const char *before, const char *state, size_t from)
{
    struct strbuf part = STRBUF_INIT;

    if (index->cache == NULL || index->missing > 0 || repository_is_shallow(index->repository))
        return false;
    if (from < commit_graph_count(index->graph))
        commit_graph_write(index->graph, from, &part);
    index->number = cache_index_add(index->cache, key, number, before, state, part.data,
                                    part.length, index->words.items, index->words.count);
    strbuf_release(&part);
    return index->number != 0;
}

static bool build(struct call *call, struct where_index *index, const struct cache_index *key,
                  const struct vector *tips, const char *state, struct error *error)
{
    commit_graph_free(&index->graph);
    index->graph = commit_graph_new();
    vector_clear(&index->words);
    if (!extend(call, index, tips, error))
        return false;
    if (keep(index, key, 0, NULL, state, 0))
        vector_clear(&index->words);
    return true;
}

/* What is in the cache and what came since. False without an error: it must be built anew. */
static bool update(struct call *call, struct where_index *index, const struct cache_index *key,
                   const struct vector *tips, const char *before, const char *state,
                   bool *cancelled, struct error *error)
{
    int64_t number = index->number;
    size_t from;

    if (!read_graph(index))
        return false;
    from = commit_graph_count(index->graph);
    if (!extend(call, index, tips, error)) {
        *cancelled = true;
        return false;
    }
    if (!keep(index, key, number, before, state, from))
        return false;
    vector_clear(&index->words);
    return true;
}

static bool bring_up_to_date(struct call *call, struct where_index *index,
                             const struct vector *tips, struct error *error)
{
    struct cache_index key = { index->path, index->subject };
    char *state = state_of(tips, repository_is_shallow(index->repository));
    struct strbuf before = STRBUF_INIT;
    bool cancelled = false;
    bool ok = true;

    if (index->cache != NULL)
        index->number = cache_index_find(index->cache, &key, &before);
    if (index->number == 0 || strcmp(before.data, state) != 0) {
        ok = index->number != 0 &&
             update(call, index, &key, tips, before.data, state, &cancelled, error);
        if (!ok && !cancelled) {
            index->number = 0;
            ok = build(call, index, &key, tips, state, error);
        }
    }
    strbuf_release(&before);
    free(state);
    return ok;
}

/* Names are no reason to answer nothing. */
static void read_people(struct call *call, struct where_index *index)
{
    struct error error = { 0 };
    struct object_id head;

    if (repository_resolve(index->repository, "HEAD", &head, NULL) &&
        !mailmap_read(index->repository, &head, &index->people, &error))
        log_write(call->log, LOG_WARNING, "%s: .mailmap: %s", index->path, error.message);
}

bool where_index_open(struct call *call, struct cache *cache, const char *path,
                      const struct ticket_options *tickets, const struct vector *extra,
                      struct where_index *index, struct error *error)
{
    struct vector tips;
    bool ok;

    *index = (struct where_index){ .path = path,
                                   .arena = arena_new(),
                                   .tickets = *tickets,
                                   .cache = cache,
                                   .subject = subject_of(tickets),
                                   .graph = commit_graph_new() };
    vector_init(&index->words, sizeof(struct cache_index_word));
    vector_init(&tips, sizeof(struct object_id));
    ok = repository_open(&index->repository, path, error);
    if (ok) {
        index->references = repository_references(index->repository, error);
        ok = index->references != NULL;
    }
    if (ok) {
        read_people(call, index);
        collect_tips(index, extra, &tips);
        ok = bring_up_to_date(call, index, &tips, error);
    }
    vector_release(&tips);
    return ok;
}

void where_index_close(struct where_index *index)
{
    commit_graph_free(&index->graph);
    mailmap_free(&index->people);
    reference_list_free(&index->references);
    repository_free(&index->repository);
    vector_release(&index->words);
    arena_free(&index->arena);
    free(index->subject);
    index->subject = NULL;
}

const struct commit_graph *where_index_graph(struct where_index *index)
{
    if (index->number != 0)
        read_graph(index);
    return index->graph;
}

/* --- Finding ---------------------------------------------------------------------------------- */

struct visiting {
    void (*visit)(void *context, const char *word, const struct object_id *commit);
    void *context;
};

static void visit_one(void *context, const char *word, const unsigned char *commit, size_t length)
{
    struct visiting *visiting = context;
    struct object_id id;

    if (length != sizeof id.bytes)
        return;
    memcpy(id.bytes, commit, sizeof id.bytes);
    visiting->visit(visiting->context, word, &id);
}

static void visit_words(struct where_index *index, const char *word, bool prefix,
                        struct visiting *visiting)
{
    const struct cache_index_word *words = index->words.items;

    if (index->number != 0)
        cache_index_words(index->cache, index->number, word, prefix, visit_one, visiting);
    for (size_t i = 0; i < index->words.count; i++) {
        if (prefix ? strncmp(words[i].word, word, strlen(word)) == 0
                   : strcmp(words[i].word, word) == 0)
            visit_one(visiting, words[i].word, words[i].commit, words[i].id_length);
    }
}

static void add_found(void *context, const char *word, const struct object_id *commit)
{
    struct vector *commits = context;

    (void)word;
    for (size_t i = 0; i < commits->count; i++) {
        if (object_id_equal(vector_at(commits, i), commit))
            return;
    }
    vector_push(commits, commit);
}

void where_index_find(struct where_index *index, const char *word, struct vector *commits)
{
    visit_words(index, word, false, &(struct visiting){ add_found, commits });
}

void where_index_visit(struct where_index *index, const char *prefix,
                       void (*visit)(void *context, const char *word,
                                     const struct object_id *commit),
                       void *context)
{
    visit_words(index, prefix, true, &(struct visiting){ visit, context });
}
