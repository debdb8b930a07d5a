#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <pilab/tui/markdown_roles.h>

static void lines_look_like_what_they_are(void **state)
{
    static const struct {
        const char *line;
        enum role role;
    } cases[] = {
        {"# Release Notes",  ROLE_HEADING},
        { "   ###### Six",   ROLE_HEADING},
        { "##",              ROLE_HEADING},
        { "#no heading",     ROLE_NORMAL },
        { "####### seven",   ROLE_NORMAL },
        { "    # four",      ROLE_NORMAL },
        { "> quoted",        ROLE_DIM    },
        { "```sh",           ROLE_CODE   },
        { "~~~",             ROLE_CODE   },
        { "`code` in text",  ROLE_NORMAL },
        { "- MB-234 a line", ROLE_NORMAL },
        { "<<<<<<< mine",    ROLE_WARNING},
        { "=======",         ROLE_NORMAL },
        { ">>>>>>> theirs",  ROLE_WARNING},
        { ">>>>>>>> eight",  ROLE_DIM    },
        { "",                ROLE_NORMAL },
        { "   ",             ROLE_NORMAL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (markdown_line_role(NULL, cases[i].line, strlen(cases[i].line)) != cases[i].role)
            fail_msg("\"%s\" does not look so", cases[i].line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_look_like_what_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
