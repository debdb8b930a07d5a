/*
 * Migrations in tests: sets of texts of our own or of a folder, and what was read as lines that can
 * be compared.
 */
#ifndef TESTS_SUPPORT_MIGRATIONS_H
#define TESTS_SUPPORT_MIGRATIONS_H

#include <pilab/base/strbuf.h>
#include <pilab/schema/migration.h>

/* A set and the arena that it lives in. */
struct migration_scene {
    struct arena *arena;
    struct migration_set set;
};

/* From pairs of path and text, NULL at the end. Operations are read. The texts are borrowed. */
struct migration_scene *migrations_of(const char *dialect, ...);
/* The files of a folder (names only as paths, without the folder), sorted. */
struct migration_scene *migrations_in(const char *folder, const char *dialect);
void migrations_free(struct migration_scene **scene);

/* One line for each migration: "V 1 file [back]". */
char *migrations_told(const struct migration_scene *scene);
/* One line for each operation and change: "file:line WORDS object (columns) !marks". */
char *operations_told(const struct migration_scene *scene);
/* The statement's operations alone. */
char *statement_told(const char *dialect, const char *sql);
/* One line for each difference: "new file: detail". */
char *differences_told(const struct migration_scene *previous,
                       const struct migration_scene *current);

#define assert_told(told, expected)                                                                \
    do {                                                                                           \
        char *told_text = (told);                                                                  \
        assert_string_equal(told_text, expected);                                                  \
        free(told_text);                                                                           \
    } while (0)

#endif
