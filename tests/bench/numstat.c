/*
 * numstat REPOSITORY FROM TO: compares our line counts with git's, file by file.
 *
 * Reads from standard input what git says,
 *
 *   git log -z --format=%x01%H --numstat -M100% --no-merges FROM..TO
 *   git diff -z --numstat -M100% FROM TO
 *
 * (exact renames, which is what ours are), prints each row that differs, git's first, and at last
 *
 *   rows <how many> different <how many>
 *
 * With -d it compares the two trees instead of the history. -t THREADS as in history_options.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/changes.h>
#include <pilab/git/history.h>

#define COUNTS_SIZE 48

struct comparison {
    struct arena *arena;
    struct map *theirs; /* "<commit> <path>" -> "12\t3" */
    size_t rows, different;
};

static const char *row_key(struct strbuf *key, const char *commit, const char *path)
{
    strbuf_clear(key);
    strbuf_printf(key, "%s %s", commit, path);
    return key->data;
}

static void read_input(struct strbuf *out)
{
    char buffer[65536];
    size_t length;

    while ((length = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
        strbuf_add_bytes(out, buffer, length);
    }
    strbuf_add_char(out, '\0');
}

/* Fields end in NUL: "<1><commit>", "\n12\t3\tpath", or "12\t3\t", "old", "new" for a rename. */
static void read_theirs(struct comparison *comparison, const struct strbuf *input)
{
    const char *at = input->data, *end = at + input->length;
    const char *commit = "";
    struct strbuf key = STRBUF_INIT;

    for (; at < end; at += strlen(at) + 1) {
        const char *row = at + (*at == '\n');
        const char *first = strchr(row, '\t');
        const char *second = first != NULL ? strchr(first + 1, '\t') : NULL;

        if (*row == '\001') {
            commit = row + 1;
            continue;
        }
        if (second == NULL) {
            continue;
        }
        const char *path = second + 1;
        if (*path == '\0') { /* a rename: the two names are fields of their own */
            at += strlen(at) + 1;
            at += strlen(at) + 1;
            path = at;
        }
        map_put(comparison->theirs, row_key(&key, commit, path),
                arena_bytes(comparison->arena, row, (size_t)(second - row)));
    }
    strbuf_release(&key);
}

static void ours_of(const struct file_change *change, char counts[COUNTS_SIZE])
{
    if (change->unread) {
        snprintf(counts, COUNTS_SIZE, "?\t?");
    } else if (change->binary) {
        snprintf(counts, COUNTS_SIZE, "-\t-");
    } else {
        snprintf(counts, COUNTS_SIZE, "%" PRIu64 "\t%" PRIu64, change->insertions,
                 change->deletions);
    }
}

static void compare_file(struct comparison *comparison, const char *commit,
                         const struct file_change *change)
{
    struct strbuf key = STRBUF_INIT;
    char ours[COUNTS_SIZE];
    const char *theirs = map_get(comparison->theirs, row_key(&key, commit, change->path));

    ours_of(change, ours);
    comparison->rows++;
    if (theirs == NULL || strcmp(theirs, ours) != 0) {
        comparison->different++;
        printf("%s\t%s\t%s %s\n", theirs != NULL ? theirs : "none\tnone", ours, commit,
               change->path);
    }
    strbuf_release(&key);
}

static bool compare_history(struct comparison *comparison, struct repository *repository,
                            const struct object_id *from, const struct object_id *to,
                            unsigned threads, struct error *error)
{
    const struct history_options options = { .counts = true, .threads = threads };
    struct history *history = history_read(repository, from, to, &options, NULL, error);

    if (history == NULL) {
        return false;
    }
    for (size_t i = 0; i < history->count; i++) {
        const struct commit *commit = &history->commits[i];
        char hex[OBJECT_ID_HEX_SIZE];

        object_id_hex(&commit->id, hex);
        for (size_t k = 0; commit->parent_count < 2 && k < commit->files.count; k++) {
            compare_file(comparison, hex, &commit->files.changes[k]);
        }
    }
    history_free(&history);
    return true;
}

static bool compare_trees(struct comparison *comparison, struct repository *repository,
                          const struct object_id *from, const struct object_id *to,
                          unsigned threads, struct error *error)
{
    struct file_change_list files;

    if (!changes_between(repository, from, to, NULL, CHANGES_RENAMES | CHANGES_COUNTS, threads,
                         comparison->arena, &files, NULL, error)) {
        return false;
    }
    for (size_t i = 0; i < files.count; i++) {
        compare_file(comparison, "", &files.changes[i]);
    }
    return true;
}

static bool compare(const char *path, const char *from, const char *to, bool trees,
                    unsigned threads, struct error *error)
{
    struct comparison comparison = { .arena = arena_new(), .theirs = map_new() };
    struct strbuf input = STRBUF_INIT;
    struct repository *repository = NULL;
    struct object_id first, last;
    bool ok = repository_open(&repository, path, error) &&
              repository_resolve(repository, from, &first, error) &&
              repository_resolve(repository, to, &last, error);

    if (ok) {
        read_input(&input);
        read_theirs(&comparison, &input);
        ok = trees ? compare_trees(&comparison, repository, &first, &last, threads, error)
                   : compare_history(&comparison, repository, &first, &last, threads, error);
    }
    if (ok) {
        printf("rows %zu different %zu\n", comparison.rows, comparison.different);
    }
    repository_free(&repository);
    strbuf_release(&input);
    map_free(&comparison.theirs);
    arena_free(&comparison.arena);
    return ok;
}

int main(int argc, char **argv)
{
    struct error error;
    bool trees = false;
    unsigned threads = 0;
    int option;

    while ((option = getopt(argc, argv, "dt:")) != -1) {
        if (option == 't') {
            threads = (unsigned)strtoul(optarg, NULL, 10);
        } else if (option == 'd') {
            trees = true;
        } else {
            return 64;
        }
    }
    if (argc - optind != 3) {
        fputs("usage: numstat [-d] [-t THREADS] REPOSITORY FROM TO\n", stderr);
        return 64;
    }
    error_clear(&error);
    bool ok = repository_library_start(&error) &&
              compare(argv[optind], argv[optind + 1], argv[optind + 2], trees, threads, &error);
    if (!ok) {
        fprintf(stderr, "numstat: %s\n", error.message);
    }
    repository_library_stop();
    return ok ? 0 : 1;
}
