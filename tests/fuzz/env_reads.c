/*
 * Any bytes as the source of a program, in each language that is looked at: what is read of it are
 * names that stand in it, on the lines that they are told to be on. The first byte chooses.
 */
#include <config.h> /* memmem is a system extension */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/drift/env_reads.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void check(const struct env_read *read, const char *text, size_t length)
{
    const char *line = text, *end = text + length;

    must(read->line > 0 && read->name[0] != '\0');
    for (unsigned i = 1; i < read->line; i++) {
        line = memchr(line, '\n', (size_t)(end - line));
        must(line != NULL);
        line++;
    }
    must(memmem(line, (size_t)(end - line), read->name, strlen(read->name)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = { "a.js", "a.py",  "a.go", "A.java", "a.rb",
                                         "a.rs", "a.php", "a.sh", "A.cs",   "a.kt" };
    const char *text = (const char *)data + 1;
    struct arena *arena = arena_new();
    struct vector reads;

    vector_init(&reads, sizeof(struct env_read));
    if (size > 0)
        env_reads_find(paths[data[0] % (sizeof paths / sizeof *paths)], text, size - 1, arena,
                       &reads);
    for (size_t i = 0; i < reads.count; i++)
        check(vector_at(&reads, i), text, size - 1);
    vector_release(&reads);
    arena_free(&arena);
    return 0;
}
