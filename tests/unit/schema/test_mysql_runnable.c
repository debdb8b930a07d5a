/* SQL as dumps hold it, for a server that gets one statement at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../../../src/schema/mysql_runnable.h"

static void assert_runnable(const char *text, const char *expected)
{
    char *copy = memory_copy_text(text);

    mysql_runnable(copy, strlen(copy));
    assert_string_equal(copy, expected);
    free(copy);
}

static void nobody_is_named_as_its_maker(void **state)
{
    (void)state;
    assert_runnable("CREATE DEFINER=`a`@`%` VIEW v", "CREATE                 VIEW v");
    assert_runnable("CREATE DEFINER = 'a'@localhost TRIGGER t",
                    "CREATE                         TRIGGER t");
    assert_runnable("ALTER DEFINER=CURRENT_USER() EVENT e",
                    "ALTER                        EVENT e");
    assert_runnable("create or replace definer=a@b procedure p()",
                    "create or replace             procedure p()");
}

static void the_word_alone_stays(void **state)
{
    static const char *const texts[] = {
        "CREATE SQL SECURITY DEFINER VIEW v AS SELECT 1",
        "CREATE TABLE t (definer int)",
        "SELECT * FROM t WHERE definer = 'a' AND b",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET new.definer = 'x' ;",
        "INSERT INTO a VALUES ('CREATE DEFINER=a@b VIEW')",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_runnable(texts[i], texts[i]);
}

static void the_frames_of_comments_that_run_are_blanks(void **state)
{
    (void)state;
    assert_runnable("/*!40101 SET a = 1 */;", "         SET a = 1   ;");
    assert_runnable("/*!50001 CREATE */ /*!50013 DEFINER=`r`@`h` SQL SECURITY DEFINER */\n"
                    "/*!50001 VIEW `v` AS SELECT 1 */;",
                    "         CREATE                             SQL SECURITY DEFINER   \n"
                    "         VIEW `v` AS SELECT 1   ;");
    assert_runnable("/*M!100616 SET a = 1 */;", "           SET a = 1   ;");
}

/* What MariaDB's dumps begin with is for its client. */
static void other_comments_stay(void **state)
{
    static const char *const texts[] = { "/*M!999999\\- enable the sandbox mode */ \nSELECT 1",
                                         "/* CREATE DEFINER=a@b */ SELECT '/*!1 */'" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_runnable(texts[i], texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_named_as_its_maker),
        cmocka_unit_test(the_word_alone_stays),
        cmocka_unit_test(the_frames_of_comments_that_run_are_blanks),
        cmocka_unit_test(other_comments_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
