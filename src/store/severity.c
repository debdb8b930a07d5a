/* Severities, which reports and their items share: words outside, numbers that sort in the tables.
 */
#include "report.h"

#include "rows.h"

const char *const store_severities[] = { "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL", NULL };

void severity_put(struct statement *statement, const char *severity)
{
    if (severity == NULL)
        statement_put_null(statement);
    else
        statement_put_integer(statement, word_index(store_severities, severity));
}

const char *severity_take(struct statement *statement)
{
    const char *digit = statement_view_text(statement, NULL);

    if (digit == NULL || *digit < '0' || *digit >= '0' + STORE_SEVERITY_COUNT)
        return NULL;
    return store_severities[*digit - '0'];
}
