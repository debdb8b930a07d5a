#include <config.h> /* nftw is a system extension */

#include "scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

static _Noreturn void fail(const char *path)
{
    perror(path);
    exit(EXIT_FAILURE);
}

char *scratch_new(void)
{
    const char *parent = getenv("TMPDIR");
    char *directory = memory_printf("%s/pilab-test-XXXXXX", parent && *parent ? parent : "/tmp");

    if (!mkdtemp(directory))
        fail(directory);
    return directory;
}

/* A test may have locked its directories. */
static int unlock_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)place;
    return type == FTW_D || type == FTW_DNR ? chmod(path, 0700) : 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

void scratch_remove(char **directory)
{
    if (nftw(*directory, unlock_entry, 16, FTW_PHYS) != 0 ||
        nftw(*directory, remove_entry, 16, FTW_PHYS | FTW_DEPTH) != 0)
        fail(*directory);
    free(*directory);
    *directory = NULL;
}

char *scratch_path(const char *directory, const char *name)
{
    return path_join(directory, name);
}

char *scratch_file(const char *directory, const char *name, const char *content)
{
    return scratch_file_bytes(directory, name, content, strlen(content));
}

char *scratch_file_bytes(const char *directory, const char *name, const void *bytes, size_t length)
{
    char *path = path_join(directory, name);
    char *parent = memory_copy_bytes(path, (size_t)(path_base_name(path) - path));
    FILE *file = file_make_directories(parent, 0755, NULL) ? fopen(path, "wb") : NULL;

    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        fail(path);
    free(parent);
    return path;
}

char *scratch_read(const char *path)
{
    struct strbuf content = STRBUF_INIT;
    struct error error;

    if (!file_read(path, 64 * 1024 * 1024, true, &content, &error)) {
        fprintf(stderr, "%s\n", error.message);
        exit(EXIT_FAILURE);
    }
    return strbuf_steal(&content);
}

size_t scratch_count(const char *directory)
{
    DIR *stream = opendir(directory);
    size_t count = 0;

    if (!stream)
        fail(directory);
    while (readdir(stream))
        count++;
    closedir(stream);
    return count - 2;
}
