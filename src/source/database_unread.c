/* Which statements of migrations nobody understands. */
#include <pilab/drift/mask.h>

#include "database_source.h"

/* What nobody understands may do anything; a statement of a kind that we do not judge is told, and
 * that is all. */
static void report_statement(struct module_reader *reader, const struct migration_set *set,
                             const char *what, const struct sql_operation *operation)
{
    struct error error = { 0 };

    error_set(&error, ERROR_INVALID, "%s",
              mask_sql_message(reader->arena, set->dialect.dialect, operation->refused));
    error_hint(&error,
               "Read the statement yourself: what it does is not known. If it is of another "
               "dialect, say so in `migrations` of the module.");
    module_reader_problem(reader, DRIFT_DATABASE, what, &error, operation->well_formed);
}

void database_report_unread(struct module_reader *reader, const struct migration_set *set,
                            const char *label)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct migration *migration = &set->list[i];
        const char *last = NULL;

        for (size_t k = 0; migration->unread == NULL && k < migration->operation_count; k++) {
            const struct sql_operation *operation = &migration->operations[k];

            if (operation->refused == NULL || operation->text == last)
                continue;
            last = operation->text; /* one statement may be several operations */
            report_statement(reader, set,
                             arena_printf(reader->arena, "%s:%u at %s", migration->file,
                                          operation->line, label),
                             operation);
        }
    }
}
