#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "demo_world.h"

/* What keys do that a person has not thought about: Tab on the `:` line, what is proposed, Esc
 * while something is said, `!` where nothing lasts. */

static struct vt *open_manifest(const struct demo_world *demo)
{
    struct vt *vt = demo_world_open(demo, 24, 80);

    studio_type(vt, "2", "v2.0.5    5c");
    assert_true(vt_wait_gone(vt, " .."));
    return vt;
}

static void tab_knows_what_each_word_of_a_command_may_be(void **state)
{
    static const struct {
        const char *typed, *shown;
    } lines[] = {
        {"manifest history mb-w",                ":manifest history mb-web"                  },
        { "manifest history mb-web ",            " DEV  PROD  SIT  UAT"                      },
        { "drift --from S",                      ":drift --from SIT"                         },
        { "drift --from SIT --to=U",             ":drift --from SIT --to=UAT"                },
        { "manifest compare env:UAT rel",        ":manifest compare env:UAT release:R2025.03"},
        { "manifest show --format c",            ":manifest show --format csv"               },
        { "manifest show --det",                 ":manifest show --details"                  },
        { "release update R2025.03 mb-w",        ":release update R2025.03 mb-web"           },
        { "release update R2025.03 mb-web mb-a",
         ":release update R2025.03 mb-web mb-auth-service"                                   },
        { "note show ",                          ":note show 1"                              },
    };
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":", ":");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_true(vt_type(vt, "\025"));
        assert_true(vt_type(vt, lines[i].typed));
        studio_type(vt, "\t", lines[i].shown);
    }
    vt_send(vt, "\033");
    studio_leave(&vt);
}

static void what_is_proposed_gives_way_to_typing(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "gg\r", "Release R2025.03");
    studio_type(vt, "\033", "Waits for you");
    studio_type(vt, "2", "v2.0.5    5c");
    studio_type(vt, "$!r", "Cut a release from UAT to PROD");
    studio_type(vt, "R9", " R9");
    assert_not_shown(vt, "R2025.04");
    assert_not_shown(vt, "R2025.03R9");
    studio_type(vt, "\033", "would get");
    studio_leave(&vt);
}

static void a_filter_leaves_the_cursor_on_its_module(void **state)
{
    struct vt *vt = open_manifest(*state);

    studio_type(vt, "jjjj", "▶mb-web");
    studio_type(vt, "fsit:v2.0.8-rc.1", "filter: sit:v2.0.8-rc.1");
    assert_true(vt_wait_gone(vt, "mb-ledger-db"));
    assert_shown(vt, "▶mb-web");
    studio_type(vt, "\025payment", "▶mb-payment-service");
    studio_type(vt, "\025mb uta:", "column 4: there is no field \"uta\"");
    assert_shown(vt, "▶mb-web");
    studio_type(vt, "\033", "gv verify");
    assert_shown(vt, "▶mb-web");
    studio_leave(&vt);
}

static void nothing_to_do_is_said_in_a_line(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "!", "There is nothing to do here that lasts; ? shows the keys");
    assert_shown(vt, "goes by itself");
    studio_leave(&vt);
}

/* Esc is back while something is said that goes by itself, and only takes an error away. */
static void a_message_does_not_change_what_esc_means(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "[Verdict]");
    studio_type(vt, "!s", "Kept as report");
    assert_shown(vt, "goes by itself");
    studio_type(vt, "\033", "What would");
    studio_type(vt, "2", "mb-web");
    studio_type(vt, "\r", "mb-auth-service in DEV");
    studio_type(vt, ":nonsense\r", "Esc dismisses");
    vt_send(vt, "\033");
    assert_true(vt_wait_gone(vt, "Esc dismisses"));
    assert_shown(vt, "mb-auth-service in DEV");
    studio_leave(&vt);
}

static void lists_of_what_is_kept_are_filtered_by_fields(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "3", " State ");
    studio_type(vt, "fbase:UAT severity>=high module:mb-web", "severity>=high module:mb-web");
    assert_shown(vt, "▶ 3");
    studio_type(vt, "\025target:PROD", "Nothing matches");
    studio_type(vt, "\0334", "Wait for you");
    studio_type(vt, "fmodule:mb-auth", "filter: module:mb-auth");
    assert_shown(vt, "▶ 1");
    studio_type(vt, "\025state:published", "Nothing matches");
    studio_type(vt, "\025rel\t", "filter: release:");
    studio_type(vt, "\033", "Wait for you");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(tab_knows_what_each_word_of_a_command_may_be),
        CASE(what_is_proposed_gives_way_to_typing),
        CASE(a_filter_leaves_the_cursor_on_its_module),
        CASE(nothing_to_do_is_said_in_a_line),
        CASE(a_message_does_not_change_what_esc_means),
        CASE(lists_of_what_is_kept_are_filtered_by_fields),
    };

    return cmocka_run_group_tests_name("studio ways", tests, NULL, NULL);
}
