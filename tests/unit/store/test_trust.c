/* Which modes of a file and its folder are trusted, and which are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../src/store/trust.h"

#define ADA  1001
#define BOB  1002
#define TEAM 500
#define CREW 501

struct trust_case {
    const char *what;
    struct trust_facts facts;
    enum trust_verdict verdict;
};

static void assert_judged(const struct trust_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum trust_verdict verdict = trust_judge(&cases[i].facts);

        if (verdict != cases[i].verdict)
            fail_msg("%s: %d, and not %d", cases[i].what, (int)verdict, (int)cases[i].verdict);
    }
}

#define JUDGE(cases) assert_judged(cases, sizeof(cases) / sizeof *(cases))

/* clang-format off */
/* Who opens, in the group?, folder (owner, group, mode), file (owner, group, mode). */
static void one_persons_store_is_theirs_alone(void **state)
{
    static const struct trust_case cases[] = {
        { "mine",                 { ADA, false, ADA, ADA, 0700,  ADA, ADA, 0600 }, TRUST_OWN },
        { "others may read",      { ADA, false, ADA, ADA, 0755,  ADA, ADA, 0644 }, TRUST_OWN },
        { "in root's folder",     { ADA, false, 0, 0, 0755,      ADA, ADA, 0600 }, TRUST_OWN },
        { "in a sticky folder",   { ADA, false, 0, 0, 01777,     ADA, ADA, 0600 }, TRUST_OWN },
        { "write-protected",      { ADA, false, ADA, ADA, 0700,  ADA, ADA, 0400 }, TRUST_OWN },
        { "folder of a group",    { ADA, true, ADA, TEAM, 0770,  ADA, ADA, 0600 }, TRUST_OPEN_FOLDER },
        { "folder of the world",  { ADA, true, ADA, ADA, 0777,   ADA, ADA, 0600 }, TRUST_OPEN_FOLDER },
        { "somebody's folder",    { ADA, true, BOB, BOB, 0755,   ADA, ADA, 0600 }, TRUST_FOREIGN_FOLDER },
        { "somebody's file",      { ADA, true, ADA, ADA, 0700,   BOB, BOB, 0600 }, TRUST_FOREIGN_FILE },
        { "root's file",          { ADA, true, ADA, ADA, 0700,   0, 0, 0600 },     TRUST_FOREIGN_FILE },
        { "a group writes it",    { ADA, true, ADA, ADA, 0700,   ADA, TEAM, 0660 }, TRUST_OPEN_FILE },
        { "the world writes it",  { ADA, true, ADA, ADA, 0700,   ADA, ADA, 0602 }, TRUST_OPEN_FILE },
        { "sticky, and written",  { ADA, true, 0, 0, 01777,      ADA, ADA, 0606 }, TRUST_OPEN_FILE },
    };

    (void)state;
    JUDGE(cases);
}

static void a_groups_store_is_the_groups_alone(void **state)
{
    static const struct trust_case cases[] = {
        { "its owner",            { ADA, true, ADA, TEAM, 02770,  ADA, TEAM, 0660 }, TRUST_SHARED },
        { "another member",       { BOB, true, ADA, TEAM, 02770,  ADA, TEAM, 0660 }, TRUST_SHARED },
        { "root",                 { 0, true, ADA, TEAM, 02770,    ADA, TEAM, 0660 }, TRUST_SHARED },
        { "in root's folder",     { BOB, true, 0, TEAM, 02770,    ADA, TEAM, 0660 }, TRUST_SHARED },
        { "no member",            { BOB, false, ADA, TEAM, 02770, ADA, TEAM, 0660 }, TRUST_NO_MEMBER },
        { "its owner, put out",   { ADA, false, ADA, TEAM, 02770, ADA, TEAM, 0660 }, TRUST_NO_MEMBER },
        { "not set-group-ID",     { ADA, true, ADA, TEAM, 0770,   ADA, TEAM, 0660 }, TRUST_OPEN_FOLDER },
        { "others pass",          { ADA, true, ADA, TEAM, 02771,  ADA, TEAM, 0660 }, TRUST_OPEN_FOLDER },
        { "others look",          { ADA, true, ADA, TEAM, 02774,  ADA, TEAM, 0660 }, TRUST_OPEN_FOLDER },
        { "others write",         { ADA, true, ADA, TEAM, 02772,  ADA, TEAM, 0660 }, TRUST_OPEN_FOLDER },
        { "sticky",               { ADA, true, ADA, TEAM, 03770,  ADA, TEAM, 0660 }, TRUST_OPEN_FILE },
        { "set-user-ID",          { ADA, true, ADA, TEAM, 06770,  ADA, TEAM, 0660 }, TRUST_OPEN_FOLDER },
        { "the group reads only", { ADA, true, ADA, TEAM, 02750,  ADA, TEAM, 0660 }, TRUST_OPEN_FILE },
        { "another group's file", { ADA, true, ADA, TEAM, 02770,  ADA, CREW, 0660 }, TRUST_OPEN_FOLDER },
        { "others read it",       { ADA, true, ADA, TEAM, 02770,  ADA, TEAM, 0664 }, TRUST_OPEN_FOLDER },
        { "others write it",      { ADA, true, ADA, TEAM, 02770,  ADA, TEAM, 0666 }, TRUST_OPEN_FOLDER },
        { "the group reads it",   { ADA, true, ADA, TEAM, 02770,  ADA, TEAM, 0640 }, TRUST_OPEN_FOLDER },
        { "a private file in it", { BOB, true, ADA, TEAM, 02770,  ADA, TEAM, 0600 }, TRUST_FOREIGN_FOLDER },
        { "it can be run",        { ADA, true, ADA, TEAM, 02770,  ADA, TEAM, 0770 }, TRUST_OPEN_FOLDER },
    };

    (void)state;
    JUDGE(cases);
}
/* clang-format on */

static void a_key_is_read_by_the_group_and_by_nobody_else(void **state)
{
    (void)state;
    assert_true(trust_key_is_shared(TEAM, TEAM, 0640));
    assert_true(trust_key_is_shared(TEAM, TEAM, 0660));
    assert_true(trust_key_is_shared(TEAM, TEAM, 0440));
    assert_false(trust_key_is_shared(TEAM, TEAM, 0600));
    assert_false(trust_key_is_shared(TEAM, CREW, 0640));
    assert_false(trust_key_is_shared(TEAM, TEAM, 0644));
    assert_false(trust_key_is_shared(TEAM, TEAM, 0642));
    assert_false(trust_key_is_shared(TEAM, TEAM, 0641));
    assert_false(trust_key_is_shared(TEAM, TEAM, 0740));
    assert_false(trust_key_is_shared(TEAM, TEAM, 02640));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_persons_store_is_theirs_alone),
        cmocka_unit_test(a_groups_store_is_the_groups_alone),
        cmocka_unit_test(a_key_is_read_by_the_group_and_by_nobody_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
