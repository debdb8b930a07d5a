#include <pilab/base/strbuf.h>

#include "mysql_work.h"

void mysql_problem(struct mysql_work *work, const char *format, ...)
{
    struct strbuf message = STRBUF_INIT;
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&message, format, arguments);
    va_end(arguments);
    schema_add_problem(work->schema, &work->place, message.data, NULL);
    strbuf_release(&message);
}
