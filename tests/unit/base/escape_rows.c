#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "escape_rows.h"

#include <string.h>

void check(void (*escape)(struct strbuf *, const char *, size_t), const struct row *rows,
           size_t count)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < count; i++) {
        strbuf_clear(&out);
        strbuf_add(&out, "[");
        escape(&out, rows[i].text, strlen(rows[i].text));
        assert_string_equal(out.data + 1, rows[i].escaped);
    }
    strbuf_release(&out);
}
