#include "where_patches.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/git/changes.h>

/* Object ids name content: the same commit has the same patch id in every repository. */
static const char any_repository[] = "";

static bool load_patch(void *context, const struct object_id *commit, const char *directory,
                       struct object_id *patch_id)
{
    unsigned char patch[CACHE_ID_LIMIT];
    size_t length;

    if (!cache_get_patch_id(context, any_repository, directory, commit->bytes, sizeof commit->bytes,
                            patch, &length) ||
        (length != 0 && length != sizeof patch_id->bytes))
        return false;
    *patch_id = (struct object_id){ { 0 } };
    memcpy(patch_id->bytes, patch, length);
    return true;
}

static void save_patch(void *context, const struct object_id *commit, const char *directory,
                       const struct object_id *patch_id)
{
    cache_put_patch_id(context, any_repository, directory, commit->bytes, sizeof commit->bytes,
                       patch_id->bytes, object_id_is_zero(patch_id) ? 0 : sizeof patch_id->bytes);
}

static struct patch_id_options patch_options(const struct relatives *relatives)
{
    struct patch_id_options options = { .directory = relatives->directory,
                                        .threads = relatives->call->settings->threads };

    if (relatives->index->cache != NULL) {
        options.load = load_patch;
        options.save = save_patch;
        options.context = relatives->index->cache;
    }
    return options;
}

/* The commits asked for, without merges, as places in the list. */
static size_t *asked_places(const struct relatives *relatives, size_t *count)
{
    size_t *places = memory_array(relatives->list.count + 1, sizeof *places);

    *count = 0;
    for (size_t i = 0; i < relatives->list.count; i++) {
        const struct relative *relative = relatives_at(relatives, i);

        if (relative->asked && relative->commit.parent_count < 2)
            places[(*count)++] = i;
    }
    return places;
}

/* Those that make the same change are of one patch; its number is the first one's place. */
static bool group_asked(struct relatives *relatives, const size_t *places, size_t count,
                        const struct object_id *ids, struct error *error)
{
    struct patch_id_options options = patch_options(relatives);
    struct object_id *patches = memory_array(count + 1, sizeof *patches);
    bool ok = changes_patch_ids(relatives->index->repository, ids, count, &options, patches,
                                &relatives->call->progress, error);

    for (size_t i = 0; ok && i < count; i++) {
        struct relative *relative = relatives_at(relatives, places[i]);

        if (object_id_is_zero(&patches[i]))
            continue;
        relative->patch = places[i];
        for (size_t k = 0; k < i; k++) {
            if (object_id_equal(&patches[k], &patches[i])) {
                relative->patch = relatives_at(relatives, places[k])->patch;
                break;
            }
        }
    }
    free(patches);
    return ok;
}

/* What versions that lack one of the commits asked for hold beyond it. */
static void collect_beyond(const struct relatives *relatives, const size_t *places, size_t count,
                           const size_t *versions, size_t version_count, struct vector *beyond)
{
    const struct commit_graph *graph = relatives->graph;
    size_t *tips = memory_array(count + 1, sizeof *tips);
    size_t words = commit_graph_words(version_count);
    uint64_t *held = commit_graph_stamp(graph, versions, version_count), *below;

    for (size_t i = 0; i < count; i++)
        tips[i] = relatives_at(relatives, places[i])->number;
    below = commit_graph_stamp(graph, tips, count);
    for (size_t number = 0; number < commit_graph_count(graph); number++) {
        bool wanted = false;

        if (commit_graph_parent_count(graph, number) > 1)
            continue;
        for (size_t i = 0; !wanted && i < count; i++) {
            if (commit_graph_stamped(below, count, number, i))
                continue;
            for (size_t word = 0; !wanted && word < words; word++)
                wanted = (held[number * words + word] & ~held[tips[i] * words + word]) != 0;
        }
        if (wanted)
            vector_push(beyond, commit_graph_id(graph, number));
    }
    free(tips);
    free(held);
    free(below);
}

static bool add_twins(struct relatives *relatives, const size_t *places,
                      const struct vector *beyond, const size_t *twins, struct error *error)
{
    for (size_t i = 0; i < beyond->count; i++) {
        const struct object_id *id = vector_at(beyond, i);
        struct relative *twin;

        if (twins[i] == NO_TWIN)
            continue;
        if (!relatives_add(relatives, id, &twin, error))
            return false;
        for (size_t k = 0; twin == NULL && k < relatives->list.count; k++) {
            if (object_id_equal(&relatives_at(relatives, k)->commit.id, id))
                twin = relatives_at(relatives, k);
        }
        if (twin->patch == SIZE_MAX)
            twin->patch = relatives_at(relatives, places[twins[i]])->patch;
    }
    return true;
}

/* Comparing many commits takes longer than anything else here, and its result never changes: it is
 * kept under what was compared. "w:<digest>" leads to the first commit asked for once it is done,
 * "w:<digest>:<n>" to the twins of the n-th. */
static const char twins_subject[] = "where twins 1";
static const char twins_state[] = "-";

static char *twins_word(const struct relatives *relatives, const struct object_id *ids,
                        size_t count, const struct vector *beyond)
{
    struct strbuf compared = STRBUF_INIT;
    char digest[SHA256_HEX_SIZE];

    strbuf_add(&compared, relatives->directory);
    strbuf_add_char(&compared, '\n');
    strbuf_add_bytes(&compared, ids, count * sizeof *ids);
    strbuf_add_bytes(&compared, beyond->items, beyond->count * sizeof *ids);
    sha256_hex(compared.data, compared.length, digest);
    strbuf_release(&compared);
    return memory_printf("w:%s", digest);
}

/* What is kept of a comparison. */
struct kept_twins {
    const struct vector *beyond;
    struct map *places; /* id → where it stands in `beyond` */
    size_t *twins;
    size_t count; /* of the commits asked for */
    bool known;
};

static void take_twin(void *context, const char *word, const unsigned char *commit, size_t length)
{
    struct kept_twins *kept = context;
    const char *number = strchr(word + 2, ':');
    const size_t *place = map_get_bytes(kept->places, commit, length);
    size_t asked = number != NULL ? strtoul(number + 1, NULL, 10) : 0;

    if (number == NULL)
        kept->known = true;
    else if (place != NULL && asked < kept->count)
        kept->twins[*place] = asked;
}

static bool load_twins(const struct relatives *relatives, const char *word, size_t count,
                       const struct vector *beyond, size_t *twins)
{
    struct cache_index key = { relatives->index->path, twins_subject };
    struct kept_twins kept = { beyond, NULL, twins, count, false };
    struct strbuf state = STRBUF_INIT;
    int64_t number = 0;
    size_t *places;

    if (relatives->index->cache != NULL)
        number = cache_index_find(relatives->index->cache, &key, &state);
    strbuf_release(&state);
    if (number == 0)
        return false;
    kept.places = map_new();
    places = memory_array(beyond->count + 1, sizeof *places);
    for (size_t i = 0; i < beyond->count; i++) {
        places[i] = i;
        twins[i] = NO_TWIN;
        map_put_bytes(kept.places, vector_at(beyond, i), sizeof(struct object_id), &places[i]);
    }
    cache_index_words(relatives->index->cache, number, word, true, take_twin, &kept);
    map_free(&kept.places);
    free(places);
    return kept.known;
}

static void save_twins(const struct relatives *relatives, const char *word,
                       const struct object_id *first, const struct vector *beyond,
                       const size_t *twins)
{
    struct cache_index key = { relatives->index->path, twins_subject };
    struct strbuf state = STRBUF_INIT;
    struct vector words;
    int64_t number;

    if (relatives->index->cache == NULL)
        return;
    vector_init(&words, sizeof(struct cache_index_word));
    where_word_add(&words, relatives->arena, word, first);
    for (size_t i = 0; i < beyond->count; i++) {
        if (twins[i] != NO_TWIN)
            where_word_add(&words, relatives->arena,
                           arena_printf(relatives->arena, "%s:%zu", word, twins[i]),
                           vector_at(beyond, i));
    }
    number = cache_index_find(relatives->index->cache, &key, &state);
    cache_index_add(relatives->index->cache, &key, number, twins_state, twins_state, NULL, 0,
                    words.items, words.count);
    strbuf_release(&state);
    vector_release(&words);
}

static bool compare_patches(struct relatives *relatives, const struct object_id *ids, size_t count,
                            const struct vector *beyond, size_t *twins, struct error *error)
{
    struct patch_id_options options = patch_options(relatives);
    char *word = twins_word(relatives, ids, count, beyond);
    bool ok = load_twins(relatives, word, count, beyond, twins);

    if (!ok) {
        ok = changes_twins(relatives->index->repository, beyond->items, beyond->count, ids, count,
                           &options, twins, &relatives->call->progress, error);
        if (ok)
            save_twins(relatives, word, ids, beyond, twins);
    }
    free(word);
    return ok;
}

bool where_patches_find(struct relatives *relatives, const size_t *versions, size_t version_count,
                        struct error *error)
{
    size_t count, *places = asked_places(relatives, &count), *twins;
    struct object_id *ids = memory_array(count + 1, sizeof *ids);
    struct vector beyond;
    bool ok;

    vector_init(&beyond, sizeof(struct object_id));
    for (size_t i = 0; i < count; i++)
        ids[i] = relatives_at(relatives, places[i])->commit.id;
    if (count > 0)
        collect_beyond(relatives, places, count, versions, version_count, &beyond);
    twins = memory_array(beyond.count + 1, sizeof *twins);
    ok = beyond.count == 0 || (group_asked(relatives, places, count, ids, error) &&
                               compare_patches(relatives, ids, count, &beyond, twins, error) &&
                               add_twins(relatives, places, &beyond, twins, error));
    vector_release(&beyond);
    free(places);
    free(twins);
    free(ids);
    return ok;
}
