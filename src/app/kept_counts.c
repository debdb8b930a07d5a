#include <pilab/app/kept_counts.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/store/cache.h>
#include <pilab/store/cache_kept.h>

/* Object ids name content: the same commit has the same counts in every repository. */
static const char any_repository[] = "";
/* Versions of files have a scope of their own: no repository has this name. */
static const char of_versions[] = "versions of files";

struct kept_counts {
    struct cache *cache;
    pthread_mutex_t lock;
};

struct kept_counts *kept_counts_open(const struct settings *settings, bool make)
{
    char *path = path_join(settings->cache_directory, "cache.db");
    struct kept_counts *counts = NULL;
    struct cache *cache;

    if ((make || file_exists(path)) && cache_open(path, &cache, NULL, NULL)) {
        counts = memory_new(sizeof *counts);
        counts->cache = cache;
        pthread_mutex_init(&counts->lock, NULL);
    }
    free(path);
    return counts;
}

void kept_counts_close(struct kept_counts **counts)
{
    if (*counts == NULL)
        return;
    cache_close(&(*counts)->cache);
    pthread_mutex_destroy(&(*counts)->lock);
    free(*counts);
    *counts = NULL;
}

static const char *folder(const char *directory)
{
    return directory != NULL ? directory : "";
}

static bool load(void *context, const struct object_id *commit, const char *directory,
                 uint64_t *insertions, uint64_t *deletions, uint64_t *files)
{
    struct kept_counts *counts = context;
    struct cache_counts found;
    bool known;

    pthread_mutex_lock(&counts->lock);
    known = cache_get_counts(counts->cache, any_repository, folder(directory), commit->bytes,
                             sizeof commit->bytes, &found);
    pthread_mutex_unlock(&counts->lock);
    if (!known)
        return false;
    *insertions = found.insertions;
    *deletions = found.deletions;
    *files = found.files;
    return true;
}

static void save(void *context, const struct object_id *commit, const char *directory,
                 uint64_t insertions, uint64_t deletions, uint64_t files)
{
    struct kept_counts *counts = context;
    struct cache_counts found = { insertions, deletions, files };

    pthread_mutex_lock(&counts->lock);
    cache_put_counts(counts->cache, any_repository, folder(directory), commit->bytes,
                     sizeof commit->bytes, &found);
    pthread_mutex_unlock(&counts->lock);
}

static bool load_patch(void *context, const struct object_id *commit, const char *directory,
                       struct object_id *patch_id)
{
    struct kept_counts *counts = context;
    unsigned char patch[CACHE_ID_LIMIT];
    size_t length;
    bool known;

    pthread_mutex_lock(&counts->lock);
    known = cache_get_patch_id(counts->cache, any_repository, folder(directory), commit->bytes,
                               sizeof commit->bytes, patch, &length);
    pthread_mutex_unlock(&counts->lock);
    if (!known || (length != 0 && length != sizeof patch_id->bytes))
        return false;
    *patch_id = (struct object_id){ { 0 } };
    if (length > 0)
        memcpy(patch_id->bytes, patch, sizeof patch_id->bytes);
    return true;
}

static void save_patch(void *context, const struct object_id *commit, const char *directory,
                       const struct object_id *patch_id)
{
    struct kept_counts *counts = context;
    size_t length = object_id_is_zero(patch_id) ? 0 : sizeof patch_id->bytes;

    pthread_mutex_lock(&counts->lock);
    cache_put_patch_id(counts->cache, any_repository, folder(directory), commit->bytes,
                       sizeof commit->bytes, patch_id->bytes, length);
    pthread_mutex_unlock(&counts->lock);
}

static bool load_lines(void *context, const unsigned char key[LINE_KEY_SIZE],
                       struct line_numbers *numbers)
{
    struct kept_counts *counts = context;
    struct cache_counts found;
    bool known;

    pthread_mutex_lock(&counts->lock);
    known = cache_get_counts(counts->cache, of_versions, "", key, LINE_KEY_SIZE, &found);
    pthread_mutex_unlock(&counts->lock);
    if (known)
        *numbers = (struct line_numbers){ found.files == 0, found.insertions, found.deletions };
    return known;
}

/* What is binary counts as no file of lines. */
static void save_lines(void *context, const unsigned char key[LINE_KEY_SIZE],
                       const struct line_numbers *numbers)
{
    struct kept_counts *counts = context;
    struct cache_counts found = { numbers->insertions, numbers->deletions, !numbers->binary };

    pthread_mutex_lock(&counts->lock);
    cache_put_counts(counts->cache, of_versions, "", key, LINE_KEY_SIZE, &found);
    pthread_mutex_unlock(&counts->lock);
}

static bool load_range(void *context, const unsigned char key[KEPT_KEY_SIZE], struct strbuf *out)
{
    struct kept_counts *counts = context;
    bool known;

    pthread_mutex_lock(&counts->lock);
    known = cache_get_kept(counts->cache, key, out);
    pthread_mutex_unlock(&counts->lock);
    return known;
}

static void save_range(void *context, const unsigned char key[KEPT_KEY_SIZE],
                       const struct strbuf *bytes)
{
    struct kept_counts *counts = context;

    pthread_mutex_lock(&counts->lock);
    cache_put_kept(counts->cache, key, bytes);
    pthread_mutex_unlock(&counts->lock);
}

void kept_counts_use(struct kept_counts *counts, struct comparison_request *request)
{
    if (counts == NULL)
        return;
    request->history.load_counts = load;
    request->history.save_counts = save;
    request->history.counts_context = counts;
    request->patches.load = load_patch;
    request->patches.save = save_patch;
    request->patches.context = counts;
    request->lines = (struct line_store){ load_lines, save_lines, counts };
    request->ranges = (struct kept_store){ load_range, save_range, counts };
}
