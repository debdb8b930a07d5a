#include "migrations.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/source/migration_document.h>

static struct migration_scene *read_files(const struct vector *files, const char *dialect,
                                          struct arena *arena)
{
    struct migration_scene *scene = memory_new(sizeof *scene);
    const struct migration_options options = { .dialect = dialect };

    scene->arena = arena;
    for (size_t i = 0; i < files->count; i++)
        migration_document_read(vector_at(files, i), arena);
    migration_set_read(files->items, files->count, &options, arena, &scene->set);
    migration_read_operations(&scene->set, NULL, arena);
    return scene;
}

struct migration_scene *migrations_of(const char *dialect, ...)
{
    struct vector files;
    struct migration_scene *scene;
    va_list arguments;
    const char *path;

    vector_init(&files, sizeof(struct migration_file));
    va_start(arguments, dialect);
    while ((path = va_arg(arguments, const char *)) != NULL) {
        const char *text = va_arg(arguments, const char *);
        const struct migration_file file = { .path = path, .text = text, .length = strlen(text) };

        vector_push(&files, &file);
    }
    va_end(arguments);
    scene = read_files(&files, dialect, arena_new());
    vector_release(&files);
    return scene;
}

static int compare_files(const void *left, const void *right)
{
    const struct migration_file *a = left, *b = right;

    return strcmp(a->path, b->path);
}

struct migration_scene *migrations_in(const char *folder, const char *dialect)
{
    struct arena *arena = arena_new();
    struct migration_scene *scene;
    struct vector files;
    DIR *directory = opendir(folder);
    struct dirent *entry;

    vector_init(&files, sizeof(struct migration_file));
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        char *path = path_join(folder, entry->d_name);
        struct strbuf text = STRBUF_INIT;

        if (entry->d_name[0] != '.' && !file_is_directory(path) &&
            file_read(path, (size_t)1 << 20, true, &text, NULL)) {
            const struct migration_file file = { .path = arena_text(arena, entry->d_name),
                                                 .text = strbuf_to_arena(&text, arena),
                                                 .length = text.length };
            vector_push(&files, &file);
        }
        strbuf_release(&text);
        free(path);
    }
    if (directory != NULL)
        closedir(directory);
    vector_sort(&files, compare_files);
    scene = read_files(&files, dialect, arena);
    vector_release(&files);
    return scene;
}

void migrations_free(struct migration_scene **scene)
{
    arena_free(&(*scene)->arena);
    free(*scene);
    *scene = NULL;
}

char *migrations_told(const struct migration_scene *scene)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < scene->set.count; i++) {
        const struct migration *migration = &scene->set.list[i];

        strbuf_printf(&out, "%s %s %s '%s' %s%s %s: %s\n", migration_layout_name(migration->layout),
                      migration_kind_name(migration->kind), migration->id, migration->title,
                      migration->file, migration->no_transaction ? " alone" : "",
                      migration_way_back_name(migration->way_back), migration->rollback_why);
    }
    for (size_t i = 0; i < scene->set.problem_count; i++) {
        const struct migration_problem *problem = &scene->set.problems[i];

        strbuf_printf(&out, "! %s:%u: %s\n", problem->file, problem->line, problem->message);
    }
    return strbuf_steal(&out);
}

static const struct {
    unsigned mark;
    const char *name;
} marks[] = {
    {SQL_LOSES_DATA,    "loses-data"  },
    { SQL_CHANGES_DATA, "changes-data"},
    { SQL_LOCKS,        "locks"       },
    { SQL_REWRITES,     "rewrites"    },
    { SQL_BREAKS,       "breaks"      },
    { SQL_MAY_FAIL,     "may-fail"    },
    { SQL_TYPE_CHANGES, "type"        },
    { SQL_NOT_NULL,     "not-null"    },
    { SQL_OPAQUE,       "opaque"      },
    { SQL_OPENS,        "opens"       },
    { SQL_POWERS,       "powers"      },
    { SQL_WIDE,         "wide"        },
    { SQL_UNCHECKED,    "unchecked"   },
    { SQL_UNGUARDED,    "unguarded"   },
    { SQL_LENIENT,      "lenient"     },
    { SQL_SERVER,       "server-wide" },
    { SQL_CUTS,         "cuts"        },
    { SQL_RIGHTS,       "rights"      },
    { SQL_ALONE,        "alone"       },
    { SQL_UNREAD,       "unread"      },
    { SQL_NUMBER_GONE,  "number-gone" },
    { SQL_LEAVES,       "leaves"      },
    { SQL_RUNS,         "runs-code"   },
    { SQL_NO_RESTORE,   "no-restore"  },
    { SQL_HALTS,        "halts"       },
    { SQL_DEFINER,      "as-owner"    },
    { SQL_HIJACKED,     "hijacked"    },
    { SQL_NUMBERS,      "numbers"     },
    { SQL_WEAKENS,      "weakens"     },
    { SQL_ACTS_AS,      "acts-as"     },
    { SQL_CASCADES,     "cascades"    },
};

/* What is marked must say why. */
static void tell_marks(struct strbuf *out, unsigned bits, const char *why)
{
    if (bits != 0 && why == NULL)
        fail_msg("%s: nothing says why", out->data);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if ((bits & marks[i].mark) != 0)
            strbuf_printf(out, " !%s", marks[i].name);
    }
    strbuf_add_char(out, '\n');
}

static void tell_column(struct strbuf *out, const struct sql_column *column)
{
    strbuf_printf(out, "%s %s%s", column->name, column->type, column->not_null ? " not null" : "");
    if (column->default_text != NULL)
        strbuf_printf(out, " = %s", column->default_text);
}

static void tell_change(struct strbuf *out, const struct sql_change *change)
{
    strbuf_printf(out, "  %s", change->words);
    if (change->constraint != SQL_NO_CONSTRAINT)
        strbuf_printf(out, " %s", sql_constraint_kind_name(change->constraint));
    if (change->name != NULL)
        strbuf_printf(out, " %s", change->name);
    if (change->new_name != NULL)
        strbuf_printf(out, " -> %s", change->new_name);
    if (change->target != NULL)
        strbuf_printf(out, " to %s", change->target);
    if (change->column.type != NULL && change->column.type[0] != '\0') {
        strbuf_add(out, ": ");
        tell_column(out, &change->column);
    } else if (change->column.default_text != NULL) {
        strbuf_printf(out, " = %s", change->column.default_text);
    }
    tell_marks(out, change->marks, change->why);
}

static void tell_operation(struct strbuf *out, const struct sql_operation *operation)
{
    strbuf_add(out, operation->words);
    if (operation->object != NULL)
        strbuf_printf(out, " %s", operation->object);
    if (operation->table != NULL)
        strbuf_printf(out, " on %s", operation->table);
    if (operation->new_name != NULL)
        strbuf_printf(out, " -> %s", operation->new_name);
    for (size_t i = 0; i < operation->column_count; i++) {
        strbuf_add(out, i == 0 ? " (" : ", ");
        tell_column(out, &operation->columns[i]);
    }
    strbuf_add(out, operation->column_count > 0 ? ")" : "");
    for (size_t i = 0; i < operation->reference_count; i++)
        strbuf_printf(out, " ref %s", operation->references[i]);
    tell_marks(out, operation->marks, operation->why);
    for (size_t i = 0; i < operation->change_count; i++)
        tell_change(out, &operation->changes[i]);
}

char *operations_told(const struct migration_scene *scene)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < scene->set.count; i++) {
        const struct migration *migration = &scene->set.list[i];

        for (size_t k = 0; k < migration->operation_count; k++) {
            strbuf_printf(&out, "%s:%u ", migration->file, migration->operations[k].line);
            tell_operation(&out, &migration->operations[k]);
        }
    }
    return strbuf_steal(&out);
}

char *statement_told(const char *dialect, const char *sql)
{
    struct migration_scene *scene = migrations_of(dialect, "1_x.sql", sql, NULL);
    struct strbuf out = STRBUF_INIT;
    const struct migration *migration = scene->set.list;

    for (size_t k = 0; k < migration->operation_count; k++)
        tell_operation(&out, &migration->operations[k]);
    migrations_free(&scene);
    return strbuf_steal(&out);
}

char *differences_told(const struct migration_scene *previous,
                       const struct migration_scene *current)
{
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;
    size_t count;
    const struct migration_pair *pairs =
        migration_set_compare(&previous->set, &current->set, arena, &count);

    for (size_t i = 0; i < count; i++) {
        const struct migration *one = pairs[i].current ? pairs[i].current : pairs[i].previous;

        strbuf_printf(&out, "%s %s%s%s\n", migration_difference_name(pairs[i].difference),
                      one->file, pairs[i].detail ? ": " : "",
                      pairs[i].detail ? pairs[i].detail : "");
    }
    arena_free(&arena);
    return strbuf_steal(&out);
}
