/*
 * schema [TABLES [COLUMNS]]
 * schema --write FOLDER [TABLES [COLUMNS]]
 *
 * Two schemas as text as pg_dump writes it, of which five things differ: reads and compares them,
 * and prints, in time of the processor, "read_ms N" (both), "compare_ms N", "changes N" and
 * "peak_kib N"; or writes them as FOLDER/a.sql and FOLDER/b.sql, for programs to compare.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <pilab/base/file.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/postgresql.h>

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void add_table(struct strbuf *out, int table, int columns, bool second)
{
    strbuf_printf(out, "CREATE TABLE public.t%d (\n    id bigint NOT NULL", table);
    for (int i = 1; i < columns; i++) {
        const char *type = i % 4 == 0 ? "numeric(10,2) DEFAULT 0" : i % 3 == 0 ? "integer" : "text";
        if (second && table == 500 && i == 7)
            type = "uuid";
        strbuf_printf(out, ",\n    c%d %s%s", i, type, i % 5 == 0 ? " NOT NULL" : "");
    }
    strbuf_printf(out, second && table == 100 ? ",\n    added text);\n" : "\n);\n");
    strbuf_printf(out, "ALTER TABLE ONLY public.t%d ADD CONSTRAINT t%d_pkey PRIMARY KEY (id);\n",
                  table, table);
    strbuf_printf(out, "CREATE INDEX t%d_c1 ON public.t%d USING btree (c1);\n", table, table);
    strbuf_printf(out, "CREATE INDEX t%d_c2 ON public.t%d USING btree (lower(c2));\n", table,
                  table);
    strbuf_printf(out, "CREATE INDEX t%d_c4 ON public.t%d USING btree (c4) WHERE (c4 > %d);\n",
                  table, table, second && table == 300);
    strbuf_printf(out, "ALTER TABLE public.t%d ADD CONSTRAINT t%d_c8 CHECK (c8 >= 0);\n", table,
                  table);
    strbuf_printf(out, "COMMENT ON TABLE public.t%d IS 'table %d';\n", table, table);
}

static void add_schema(struct strbuf *text, int tables, int columns, bool second)
{
    for (int i = 0; i < tables; i++)
        if (!second || i != 700)
            add_table(text, i, columns, second);
    for (int i = 0; i < tables; i += 10)
        strbuf_printf(text,
                      "CREATE VIEW public.v%d AS SELECT id, c1 FROM public.t%d WHERE c3 > %d;\n", i,
                      i == 700 ? 0 : i, second && i == 200);
}

static int write_texts(const char *folder, int tables, int columns)
{
    static const char *const names[] = { "a.sql", "b.sql" };
    struct error error = { 0 };

    for (int i = 0; i < 2; i++) {
        struct strbuf text = STRBUF_INIT;
        char *path = path_join(folder, names[i]);
        bool ok;

        add_schema(&text, tables, columns, i == 1);
        ok = file_write_atomic(path, text.data, text.length, 0600, &error);
        free(path);
        strbuf_release(&text);
        if (!ok) {
            fprintf(stderr, "schema: %s\n", error.message);
            return 1;
        }
    }
    return 0;
}

static struct schema *read_side(int tables, int columns, bool second, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    struct schema *schema;

    add_schema(&text, tables, columns, second);
    schema = schema_read_postgresql(second ? "second" : "first", text.data, text.length, error);
    strbuf_release(&text);
    return schema;
}

static int compare(int tables, int columns)
{
    struct error error = { 0 };
    double start = now_ms();
    struct schema *previous = read_side(tables, columns, false, &error);
    struct schema *current = previous ? read_side(tables, columns, true, &error) : NULL;
    double read = now_ms();
    struct rusage usage;

    if (!current) {
        fprintf(stderr, "schema: %s\n", error.message);
        schema_free(&previous);
        return 1;
    }
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    double compared = now_ms();
    getrusage(RUSAGE_SELF, &usage);
    printf("read_ms %.1f\ncompare_ms %.1f\nall_ms %.1f\nchanges %zu\npeak_kib %ld\n", read - start,
           compared - read, compared - start, diff->count, usage.ru_maxrss);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    return 0;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 2 && strcmp(argv[1], "--write") == 0 ? argv[2] : NULL;
    int first = folder != NULL ? 3 : 1;
    int tables = argc > first ? atoi(argv[first]) : 1000;
    int columns = argc > first + 1 ? atoi(argv[first + 1]) : 20;

    return folder != NULL ? write_texts(folder, tables, columns) : compare(tables, columns);
}
