/*
 * The main() of a fuzz target outside a fuzzing build: runs it over the files of its corpus, each a
 * case. tests/fuzz/corpus/<target>/ under the source tree, or the files named as arguments.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_LIMIT = 1 << 20, PATH_LIMIT = 4096 };

static bool replay(const char *path)
{
    bool ok = false;
    uint8_t *data = malloc(INPUT_LIMIT);
    FILE *file = fopen(path, "rb");

    if (data != NULL && file != NULL) {
        size_t size = fread(data, 1, INPUT_LIMIT, file);
        /* A copy of the exact size, so that the sanitizers see a read past its end. */
        uint8_t *input = malloc(size > 0 ? size : 1);
        ok = input != NULL && !ferror(file);
        if (ok) {
            if (size > 0) {
                memcpy(input, data, size);
            }
            (void)LLVMFuzzerTestOneInput(input, size);
        }
        free(input);
    } else {
        printf("# %s: %s\n", path, strerror(errno));
    }
    if (file != NULL) {
        fclose(file);
    }
    free(data);
    return ok;
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, not_hidden, alphasort);
    int failures = 0;

    if (count <= 0 || chdir(folder) != 0) {
        printf("no corpus in %s\n", folder);
        return 77;
    }
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        bool ok = replay(entries[i]->d_name);
        failures += !ok;
        printf("%s %d - %s\n", ok ? "ok" : "not ok", i + 1, entries[i]->d_name);
        fflush(stdout);
        free(entries[i]);
    }
    free(entries);
    return failures > 0;
}

int main(int argc, char **argv)
{
    const char *source = getenv("PILAB_SOURCE");
    const char *name = strrchr(argv[0], '/');
    char folder[PATH_LIMIT];

    if (argc > 1) {
        bool ok = true;
        for (int i = 1; i < argc; i++) {
            ok = replay(argv[i]) && ok;
        }
        return ok ? 0 : 1;
    }
    snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", source != NULL ? source : ".",
             name != NULL ? name + 1 : argv[0]);
    return replay_folder(folder);
}
