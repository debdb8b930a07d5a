/* Until when a difference is ignored. */
#include "app_support.h"

#include <pilab/app/decision.h>

#define DAY  INT64_C(86400000)
#define NOON (INT64_C(20109) * DAY + DAY / 2) /* 2025-01-21T12:00:00Z */

static void an_end_is_said_as_people_say_it(void **state)
{
    const struct {
        const char *text;
        int64_t until;
    } ends[] = {
        {"1d",                    NOON / DAY * DAY + 2 * DAY  },
        { "30 days",              NOON / DAY * DAY + 31 * DAY },
        { "2 weeks",              NOON / DAY * DAY + 15 * DAY },
        { "3 MONTHS",             NOON / DAY * DAY + 91 * DAY },
        { "1y",                   NOON / DAY * DAY + 366 * DAY},
        { "2025-01-21",           NOON / DAY * DAY + DAY      },
        { "2025-01-21T13:00:00Z", NOON + 3600000              },
    };
    const char *const wrong[] = {
        "",           "d",   "0d", "-1d", "3 fortnights", "36501d", "101y", "99999999999999999999d",
        "2025-02-30", "soon"
    };
    struct error error;
    int64_t until;

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (!decision_until_parse(ends[i].text, NOON, &until, &error))
            fail_msg("%s: %s", ends[i].text, error.message);
        assert_int_equal(until, ends[i].until);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (decision_until_parse(wrong[i], NOON, &until, &error))
            fail_msg("'%s' was taken", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_is_said_as_people_say_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
