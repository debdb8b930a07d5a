/*
 * names REPOSITORY FROM TO
 *
 * Prints which files each commit of FROM..TO touches, against its first parent, as
 * `git log --name-only --diff-merges=first-parent` does: the job that lists are painted from.
 */
#include <stdio.h>

#include <pilab/base/error.h>
#include <pilab/git/history.h>
#include <pilab/git/repository.h>

static void print_commit(const struct commit *commit)
{
    char hex[OBJECT_ID_HEX_SIZE];

    puts(object_id_hex(&commit->id, hex));
    for (size_t i = 0; i < commit->files.count; i++) {
        puts(commit->files.changes[i].path);
    }
}

static bool print_names(struct repository *repository, const char *from, const char *to,
                        struct error *error)
{
    const struct history_options options = { .files = true, .threads = 1 };
    struct object_id first, last;

    if (!repository_resolve(repository, from, &first, error) ||
        !repository_resolve(repository, to, &last, error)) {
        return false;
    }
    struct history *history = history_read(repository, &first, &last, &options, NULL, error);
    for (size_t i = 0; history != NULL && i < history->count; i++) {
        print_commit(&history->commits[i]);
    }
    bool ok = history != NULL;
    history_free(&history);
    return ok;
}

int main(int argc, char **argv)
{
    struct repository *repository = NULL;
    struct error error;

    if (argc != 4) {
        fputs("usage: names REPOSITORY FROM TO\n", stderr);
        return 64;
    }
    error_clear(&error);
    bool ok = repository_library_start(&error) && repository_open(&repository, argv[1], &error) &&
              print_names(repository, argv[2], argv[3], &error);
    if (!ok) {
        fprintf(stderr, "names: %s\n", error.message);
    }
    repository_free(&repository);
    repository_library_stop();
    return ok ? 0 : 1;
}
