/*
 * Any bytes as CSV: what is read is UTF-8, and what is written of it reads back as the same rows,
 * but for what a document shows instead of writing it.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/utf8.h>
#include <pilab/document/csv.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void write_rows(const struct csv *csv, struct strbuf *out)
{
    for (size_t i = 0; i < csv->count; i++)
        csv_add_row(out, csv->rows[i].fields, csv->rows[i].count);
}

/* Shown once, nothing is left to be shown: from the second writing on the bytes stay. */
static void check_written(const struct csv *csv, struct arena *arena)
{
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct csv again = { 0 };

    write_rows(csv, &first);
    must(csv_read("fuzz", first.data, first.length, arena, &again, NULL));
    must(again.count == csv->count);
    for (size_t i = 0; i < csv->count; i++)
        must(again.rows[i].count == csv->rows[i].count);
    write_rows(&again, &second);
    must(first.length == second.length && memcmp(first.data, second.data, first.length) == 0);
    strbuf_release(&first);
    strbuf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct error error = { 0 };
    struct csv csv;

    if (!csv_read("fuzz", (const char *)data, size, arena, &csv, &error)) {
        must(error.code != ERROR_NONE);
    } else {
        for (size_t i = 0; i < csv.count; i++) {
            must(csv.rows[i].count > 0 && csv.rows[i].line > 0);
            for (size_t j = 0; j < csv.rows[i].count; j++)
                must(utf8_valid(csv.rows[i].fields[j], strlen(csv.rows[i].fields[j])));
        }
        check_written(&csv, arena);
    }
    arena_free(&arena);
    return 0;
}
