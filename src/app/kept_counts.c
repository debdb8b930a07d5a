#include <pilab/app/kept_counts.h>

#include <pthread.h>
#include <stdlib.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/store/cache.h>

/* Object ids name content: the same commit has the same counts in every repository. */
static const char any_repository[] = "";

struct kept_counts {
    struct cache *cache;
    pthread_mutex_t lock;
};

struct kept_counts *kept_counts_open(const struct settings *settings)
{
    char *path = path_join(settings->cache_directory, "cache.db");
    struct kept_counts *counts = NULL;
    struct cache *cache;

    if (cache_open(path, &cache, NULL, NULL)) {
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

void kept_counts_use(struct kept_counts *counts, struct history_options *options)
{
    if (counts == NULL)
        return;
    options->load_counts = load;
    options->save_counts = save;
    options->counts_context = counts;
}
