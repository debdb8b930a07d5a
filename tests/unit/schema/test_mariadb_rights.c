#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pilab/base/arena.h>

#include "../../../src/schema/live_mariadb_rights.h"

struct world {
    struct arena *arena;
    struct mariadb_rights rights;
};

static int setup(void **state)
{
    static struct world world;

    world.arena = arena_new();
    mariadb_rights_init(&world.rights, world.arena, "shop_eu");
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    mariadb_rights_release(&world->rights);
    arena_free(&world->arena);
    return 0;
}

static unsigned seen(const struct mariadb_rights *rights)
{
    return rights->everywhere & ~rights->revoked;
}

static void rights_of_the_server_and_of_the_database_count(void **state)
{
    struct mariadb_rights *rights = &((struct world *)*state)->rights;

    mariadb_rights_take(rights, "GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD 'x ON y'");
    mariadb_rights_take(rights, "GRANT `reader` TO `u`@`%`");
    mariadb_rights_take(rights, "GRANT PROXY ON ''@'' TO 'root'@'localhost'");
    mariadb_rights_take(rights, "GRANT SELECT, TRIGGER ON `shop`.* TO `u`@`%`");
    mariadb_rights_take(rights, "GRANT EXECUTE ON PROCEDURE `shop_eu`.`p` TO `u`@`%`");
    assert_int_equal(seen(rights), 0);
    mariadb_rights_take(rights, "GRANT SELECT, SHOW VIEW ON `shop\\_eu`.* TO `u`@`%`");
    assert_int_equal(seen(rights), MARIADB_SEES_COLUMNS);
    mariadb_rights_take(rights, "GRANT TRIGGER, EVENT ON `sh%`.* TO `u`@`%` WITH GRANT OPTION");
    assert_int_equal(seen(rights),
                     MARIADB_SEES_COLUMNS | MARIADB_SEES_TRIGGERS | MARIADB_SEES_EVENTS);
    mariadb_rights_take(rights, "GRANT SELECT ON `mysql`.`proc` TO `u`@`%`");
    assert_int_equal(seen(rights), MARIADB_SEES_ALL);
}

static void a_pattern_of_other_databases_gives_nothing(void **state)
{
    struct mariadb_rights *rights = &((struct world *)*state)->rights;

    mariadb_rights_take(rights, "GRANT ALL PRIVILEGES ON `shop\\_e`.* TO `u`@`%`");
    mariadb_rights_take(rights, "GRANT ALL PRIVILEGES ON `%x`.* TO `u`@`%`");
    mariadb_rights_take(rights, "GRANT ALL PRIVILEGES ON `shop\\_eux`.* TO `u`@`%`");
    assert_int_equal(seen(rights), 0);
    mariadb_rights_take(rights, "GRANT ALL PRIVILEGES ON `shop_eu`.* TO `u`@`%`");
    assert_int_equal(seen(rights), MARIADB_SEES_ALL);
}

static void what_is_taken_away_again_is_not_seen(void **state)
{
    struct mariadb_rights *rights = &((struct world *)*state)->rights;

    mariadb_rights_take(rights, "GRANT SELECT, INSERT, TRIGGER, EVENT ON *.* TO `u`@`%`");
    mariadb_rights_take(rights, "GRANT SHOW_ROUTINE,SYSTEM_USER ON *.* TO `u`@`%`");
    assert_int_equal(seen(rights), MARIADB_SEES_ALL);
    mariadb_rights_take(rights, "REVOKE TRIGGER ON `other`.* FROM `u`@`%`");
    assert_int_equal(seen(rights), MARIADB_SEES_ALL);
    mariadb_rights_take(rights, "REVOKE TRIGGER ON `shop_eu`.* FROM `u`@`%`");
    assert_false(mariadb_rights_have(rights, MARIADB_SEES_TRIGGERS));
    assert_true(mariadb_rights_have(rights, MARIADB_SEES_COLUMNS));
}

static void a_right_on_columns_is_none_on_the_table(void **state)
{
    struct mariadb_rights *rights = &((struct world *)*state)->rights;

    mariadb_rights_take(rights, "GRANT SELECT (`a`, `b ON c`), DELETE ON `shop_eu`.`t` TO `u`@`%`");
    mariadb_rights_take(rights, "GRANT SELECT (`id`), INSERT ON `shop_eu`.`o``s` TO `u`@`%`");
    mariadb_rights_take(rights, "GRANT SELECT ON `shop`.`x` TO `u`@`%`");
    assert_false(mariadb_rights_see_table(rights, "t"));
    assert_false(mariadb_rights_see_table(rights, "x"));
    assert_true(mariadb_rights_see_table(rights, "o`s"));
    assert_false(mariadb_rights_have(rights, MARIADB_SEES_COLUMNS));
}

static void lines_that_are_no_grants_give_nothing(void **state)
{
    static const char *const lines[] = {
        "",
        "GRANT",
        "GRANT ",
        "GRANT SELECT ON",
        "GRANT SELECT ON `shop_eu",
        "REVOKE ",
        "GRANT SELECT ( ON *.* TO x",
        "GRANT SELECT ON `shop_eu`",
        "SET DEFAULT ROLE `r` FOR `u`",
    };
    struct mariadb_rights *rights = &((struct world *)*state)->rights;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        mariadb_rights_take(rights, lines[i]);
    assert_int_equal(seen(rights), 0);
    assert_int_equal(rights->tables.count, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(rights_of_the_server_and_of_the_database_count),
        CASE(a_pattern_of_other_databases_gives_nothing),
        CASE(what_is_taken_away_again_is_not_seen),
        CASE(a_right_on_columns_is_none_on_the_table),
        CASE(lines_that_are_no_grants_give_nothing),
    };

    return cmocka_run_group_tests_name("rights of users of MariaDB and MySQL", tests, NULL, NULL);
}
