/* What it takes until something may go out: the rules as a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/memory.h>
#include <pilab/release/approval.h>

#define MOST 16

/* A question in words, its parts separated by blanks. */
struct row {
    const char *stage;  /* NULL: no environment; "gone": one that is no longer there */
    const char *rules;  /* NULL: the stage's; "security*1 @ADMIN*1 *2" */
    const char *policy; /* four_eyes */
    enum approval_risk risk;
    const char *members; /* "olga=OWNER" */
    const char *wrote;   /* requester first, then "alice@3": editors with their last revision */
    const char *votes;   /* "carla", "!dan" rejects, "erin~" lapsed, "bob@1" for another revision,
                            "olga%" self-approved */
    bool met;
    const char *sentence;
};

/* Carla and dan are of security, erin and dan of qa. */
static const char *security[] = { "carla", "dan" };
static const char *qa[] = { "erin", "dan" };
static const struct group_settings groups[] = {
    {"qa",        qa,       2},
    { "Security", security, 2},
};

struct built {
    struct approval_question question;
    struct approval_settings rules[MOST];
    struct approval_member members[MOST];
    struct approval_editor editors[MOST];
    struct approval_vote votes[MOST];
};

static char *next_word(char **rest)
{
    return strtok_r(NULL, " ", rest);
}

static void read_rules(struct built *built, char *text)
{
    char *rest = NULL;

    built->question.own_rules = true;
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = next_word(&rest)) {
        struct approval_settings *rule = &built->rules[built->question.rule_count++];
        char *star = strchr(word, '*');

        *star = '\0';
        rule->count = (size_t)atoi(star + 1);
        rule->role = *word == '@' ? word + 1 : NULL;
        rule->group = *word != '@' && *word != '\0' ? word : NULL;
    }
}

static void read_members(struct built *built, char *text)
{
    char *rest = NULL;

    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = next_word(&rest)) {
        struct approval_member *member = &built->members[built->question.member_count++];
        char *equals = strchr(word, '=');

        *equals = '\0';
        member->login = word;
        assert_true(project_role_parse(equals + 1, &member->role, NULL));
    }
}

static void read_authors(struct built *built, char *text)
{
    char *rest = NULL;

    built->question.requester = strtok_r(text, " ", &rest);
    for (char *word = next_word(&rest); word != NULL; word = next_word(&rest)) {
        struct approval_editor *editor = &built->editors[built->question.editor_count++];
        char *at = strchr(word, '@');

        *at = '\0';
        *editor = (struct approval_editor){ word, atoi(at + 1) };
    }
}

static void read_votes(struct built *built, char *text)
{
    char *rest = NULL;

    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = next_word(&rest)) {
        struct approval_vote *vote = &built->votes[built->question.vote_count++];
        size_t end;

        *vote = (struct approval_vote){ .login = word, .rev = 4 };
        if (*word == '!') {
            vote->rejects = true;
            vote->login++;
        }
        end = strcspn(word, "~@%");
        if (word[end] == '~')
            vote->lapsed_why = "rev 4 by alice";
        if (word[end] == '@')
            vote->rev = atoi(word + end + 1);
        vote->self_approved = word[end] == '%';
        word[end] = '\0';
    }
}

static void build(const struct row *row, struct arena *arena, struct built *built)
{
    struct approval_question *question = &built->question;
    bool gone = row->stage != NULL && strcmp(row->stage, "gone") == 0;

    *built = (struct built){ 0 };
    *question = (struct approval_question){ .environment = row->stage,
                                            .stage = gone ? NULL : row->stage,
                                            .rules = built->rules,
                                            .risk = row->risk,
                                            .four_eyes = row->policy,
                                            .members = built->members,
                                            .groups = groups,
                                            .group_count = 2,
                                            .rev = 4,
                                            .editors = built->editors,
                                            .votes = built->votes };
    if (row->rules != NULL)
        read_rules(built, arena_text(arena, row->rules));
    read_members(built, arena_text(arena, row->members));
    read_authors(built, arena_text(arena, row->wrote));
    read_votes(built, arena_text(arena, row->votes));
}

#define TEAM  "alice=CONTRIBUTOR bob=ADMIN carla=ADMIN dan=CONTRIBUTOR erin=CONTRIBUTOR olga=OWNER"
#define ALONE "olga=OWNER"
#define QUIET APPROVAL_RISK_UNKNOWN

/* clang-format off */
static const struct row rows[] = {
    /* what is usual for a stage */
    { "DEV", NULL, NULL, QUIET, TEAM, "alice", "", true, "nobody has to approve what goes to DEV" },
    { "SIT", NULL, NULL, QUIET, TEAM, "alice", "", true, "nobody has to approve what goes to SIT" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "bob", true, "approved by bob" },
    { "PERF", NULL, NULL, QUIET, TEAM, "alice", "olga", true, "approved by olga" },
    { "SEC", NULL, NULL, QUIET, TEAM, "alice", "carla", true, "approved by carla" },
    { "PRE_PROD", NULL, NULL, QUIET, TEAM, "alice", "", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { NULL, NULL, NULL, QUIET, TEAM, "alice", "", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { "PROD", NULL, NULL, QUIET, TEAM, "alice", "bob", false,
      "waits for: 1 of those who may approve (carla, olga)" },
    { "PROD", NULL, NULL, QUIET, TEAM, "alice", "bob olga", true, "approved by bob, olga" },
    { "DR", NULL, NULL, QUIET, TEAM, "alice", "", false,
      "waits for: 1 of ADMIN or OWNER (bob, carla, olga), "
      "1 of those who may approve (bob, carla, olga)" },
    { "gone", NULL, NULL, QUIET, TEAM, "alice", "bob carla", true, "approved by bob, carla" },
    { "gone", NULL, NULL, QUIET, TEAM, "alice", "bob", false,
      "waits for: 1 of those who may approve (carla, olga)" },

    /* who may not */
    { "UAT", NULL, NULL, QUIET, TEAM, "bob", "", false,
      "waits for: 1 of those who may approve (carla, olga); barred: bob (asked for it)" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice carla@3 olga@2", "", false,
      "waits for: 1 of those who may approve (bob)"
      "; barred: carla (edited rev 3), olga (edited rev 2)" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "alice", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { "UAT", NULL, NULL, QUIET, TEAM, "bob", "bob", false,
      "waits for: 1 of those who may approve (carla, olga); barred: bob (asked for it)" },
    { "UAT", NULL, NULL, QUIET, "alice=CONTRIBUTOR bob=ADMIN", "bob", "", false,
      "waits for: 1 of those who may approve (nobody left); barred: bob (asked for it)" },
    { "UAT", NULL, NULL, QUIET, "alice=CONTRIBUTOR vera=VIEWER", "bob", "vera", false,
      "waits for: 1 of those who may approve (nobody left)" },

    /* votes that do not count */
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "bob~", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "bob@3", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "zoe", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { "PROD", NULL, NULL, QUIET, TEAM, "alice", "bob bob", false,
      "waits for: 1 of those who may approve (carla, olga)" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "bob !carla", false, "rejected by carla" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "!carla~ bob", true, "approved by bob" },
    { "UAT", NULL, NULL, QUIET, TEAM, "alice", "!carla@3 bob", true, "approved by bob" },

    /* one's own rules: each holds by itself, and a person counts once */
    { "DEV", "*1", NULL, QUIET, TEAM, "alice", "", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { "PROD", "", NULL, QUIET, TEAM, "alice", "", true,
      "nobody has to approve what goes to PROD" },
    { "PROD", "security*1 @ADMIN*1", NULL, QUIET, TEAM, "alice", "", false,
      "waits for: 1 of security (carla, dan), 1 of ADMIN or OWNER (bob, carla, olga)" },
    { "PROD", "security*1 @ADMIN*1", NULL, QUIET, TEAM, "alice", "dan", false,
      "waits for: 1 of ADMIN or OWNER (bob, carla, olga)" },
    { "PROD", "security*1 @ADMIN*1", NULL, QUIET, TEAM, "alice", "carla", false,
      "waits for: 1 of ADMIN or OWNER (bob, dan, olga)" },
    { "PROD", "security*1 @ADMIN*1", NULL, QUIET, TEAM, "alice", "carla dan", true,
      "approved by carla, dan" },
    { "PROD", "security*1 @ADMIN*1", NULL, QUIET, TEAM, "alice", "bob olga", false,
      "waits for: 1 of security (carla, dan)" },
    { "PROD", "SECURITY*2", NULL, QUIET, TEAM, "alice dan@2", "carla", false,
      "waits for: 1 of SECURITY (nobody left); barred: dan (edited rev 2)" },
    { "UAT", "security*1 qa*1", NULL, QUIET, TEAM, "alice", "dan", false,
      "waits for: 1 of qa (carla, erin)" },
    { "UAT", "security*1 qa*1", NULL, QUIET, TEAM, "alice", "dan erin", true,
      "approved by dan, erin" },
    { "UAT", "security*1 qa*1", NULL, QUIET, TEAM, "alice", "erin dan", true,
      "approved by erin, dan" },
    { "UAT", "security*1 qa*1", NULL, QUIET, TEAM, "alice", "dan carla", true,
      "approved by dan, carla" },
    { "UAT", "nobody*1", NULL, QUIET, TEAM, "alice", "olga", false,
      "waits for: 1 of nobody (nobody left)" },
    { "UAT", "@OWNER*1", NULL, QUIET, TEAM, "alice", "bob carla", false,
      "waits for: 1 of OWNER (olga)" },
    { "UAT", "@CONTRIBUTOR*2", NULL, QUIET, TEAM, "alice", "dan erin", true,
      "approved by dan, erin" },
    /* whoever a rule names may fill a place that names nobody */
    { "UAT", "qa*1 *1", NULL, QUIET, TEAM, "alice", "dan erin", true, "approved by dan, erin" },
    { "UAT", "security*1", NULL, QUIET, "carla=VIEWER olga=OWNER", "olga", "carla", false,
      "waits for: 1 of security (nobody left)" },

    /* risk */
    { "SIT", NULL, NULL, APPROVAL_RISK_LOW, TEAM, "alice", "", true,
      "nobody has to approve what goes to SIT" },
    { "SIT", NULL, NULL, APPROVAL_RISK_MODERATE, TEAM, "alice", "", true,
      "nobody has to approve what goes to SIT" },
    { "SIT", NULL, NULL, APPROVAL_RISK_HIGH, TEAM, "alice", "", false,
      "waits for: 1 of those who may approve (bob, carla, olga)" },
    { "UAT", NULL, NULL, APPROVAL_RISK_HIGH, TEAM, "alice", "bob", false,
      "waits for: 1 of those who may approve (carla, olga)" },
    { "PROD", NULL, NULL, APPROVAL_RISK_HIGH, TEAM, "alice", "bob carla", true,
      "approved by bob, carla" },
    { "SIT", NULL, NULL, APPROVAL_RISK_CRITICAL, TEAM, "alice", "bob carla", false,
      "waits for: 1 of OWNER (olga)" },
    { "PROD", NULL, NULL, APPROVAL_RISK_CRITICAL, TEAM, "alice", "bob carla olga", true,
      "approved by bob, carla, olga" },
    { "UAT", "@OWNER*1", NULL, APPROVAL_RISK_CRITICAL, TEAM, "alice", "olga bob", false,
      "waits for: 1 of those who may approve (carla)" },

    /* four eyes */
    { "UAT", NULL, "auto", QUIET, ALONE, "olga olga@2", "", false,
      "waits for: 1 of those who may approve (olga)" },
    { "PROD", NULL, "auto", QUIET, ALONE, "olga", "olga%", true, "approved by olga" },
    { "PROD", NULL, "auto", APPROVAL_RISK_CRITICAL, ALONE, "olga", "olga%", true,
      "approved by olga" },
    /* one who may only read is the second pair of eyes that the rule asks for */
    { "UAT", NULL, "auto", QUIET, "olga=OWNER vera=VIEWER", "olga", "", false,
      "waits for: 1 of those who may approve (nobody left); barred: olga (asked for it)" },
    { "UAT", NULL, "on", QUIET, ALONE, "olga", "", false,
      "waits for: 1 of those who may approve (nobody left); barred: olga (asked for it)" },
    { "UAT", NULL, "off", QUIET, TEAM, "bob bob@2", "bob%", true, "approved by bob" },
    { "PROD", NULL, "off", QUIET, TEAM, "bob", "bob%", false,
      "waits for: 1 of those who may approve (carla, olga)" },
    { "UAT", NULL, "auto", QUIET, TEAM, "olga", "olga%", false,
      "waits for: 1 of those who may approve (bob, carla); barred: olga (asked for it)" },
};
/* clang-format on */

static void every_row_of_the_table_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new();
        struct approval_standing standing;
        struct built built;

        build(&rows[i], arena, &built);
        approval_judge(&built.question, arena, &standing);
        if (strcmp(standing.sentence, rows[i].sentence) != 0 || standing.met != rows[i].met)
            fail_msg("row %zu: %s, \"%s\"\nexpected \"%s\"", i, standing.met ? "met" : "not met",
                     standing.sentence, rows[i].sentence);
        assert_true(standing.got <= standing.needed);
        arena_free(&arena);
    }
}

static void judge(const struct row *row, struct arena *arena, struct built *built,
                  struct approval_standing *standing)
{
    build(row, arena, built);
    approval_judge(&built->question, arena, standing);
}

static void what_does_not_count_says_why(void **state)
{
    static const struct row row = { .stage = "UAT",
                                    .members = TEAM,
                                    .wrote = "olga erin@2",
                                    .votes = "bob~ carla@3 dan zoe olga%" };
    static const char *const expected[][2] = {
        {"bob",    "rev 4 by alice"                                    },
        { "carla", "for rev 3"                                         },
        { "dan",   "is named by no rule any more"                      },
        { "zoe",   "is no active member any more"                      },
        { "olga",  "approved their own text, and is not alone any more"},
    };
    struct arena *arena = arena_new();
    struct approval_standing standing;
    struct built built;

    (void)state;
    judge(&row, arena, &built, &standing);
    assert_int_equal(standing.lapsed_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < standing.lapsed_count; i++) {
        assert_string_equal(standing.lapsed[i].login, expected[i][0]);
        assert_string_equal(standing.lapsed[i].why, expected[i][1]);
    }
    arena_free(&arena);
}

static void a_demand_says_who_filled_it(void **state)
{
    static const struct row row = { .stage = "PROD",
                                    .rules = "security*1 @ADMIN*2",
                                    .members = TEAM,
                                    .wrote = "alice",
                                    .votes = "carla dan" };
    struct arena *arena = arena_new();
    struct approval_standing standing;
    struct built built;

    (void)state;
    judge(&row, arena, &built, &standing);
    assert_int_equal(standing.needed, 3);
    assert_int_equal(standing.got, 2);
    assert_int_equal(standing.demand_count, 2);
    assert_string_equal(standing.demands[0].group, "security");
    assert_null(standing.demands[0].role);
    assert_int_equal(standing.demands[0].got, 1);
    assert_string_equal(standing.demands[0].by[0], "dan");
    assert_false(standing.demands[0].usual);
    assert_string_equal(standing.demands[1].role, "ADMIN");
    assert_int_equal(standing.demands[1].got, 1);
    assert_string_equal(standing.demands[1].by[0], "carla");
    assert_int_equal(standing.demands[1].may_count, 2);
    assert_string_equal(standing.demands[1].may[0], "bob");
    arena_free(&arena);
}

static void who_may_approve_is_told_before(void **state)
{
    static const struct row row = { .stage = "UAT",
                                    .rules = "security*2",
                                    .members = TEAM,
                                    .wrote = "alice dan@2",
                                    .votes = "carla" };
    static const struct {
        const char *login;
        enum error_code code;
        const char *message;
    } people[] = {
        {"carla",  ERROR_CONFLICT, "carla has decided on revision 4 already"                         },
        { "dan",   ERROR_DENIED,   "dan may not approve this: edited rev 2, and four eyes are needed"},
        { "alice", ERROR_DENIED,
         "alice may not approve this: asked for it, and four eyes are needed"                        },
        { "erin",  ERROR_DENIED,   "erin may not approve this: no rule names them"                   },
        { "zoe",   ERROR_DENIED,   "zoe may not approve this: no rule names them"                    },
    };
    struct arena *arena = arena_new();
    struct approval_standing standing;
    struct built built;
    bool self;

    (void)state;
    judge(&row, arena, &built, &standing);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct error error = { 0 };

        assert_false(approval_may(&built.question, &standing, people[i].login, &self, &error));
        assert_int_equal(error.code, people[i].code);
        assert_string_equal(error.message, people[i].message);
    }
    assert_true(approval_may(&built.question, &standing, "bob", &self, NULL));
    assert_false(self);
    assert_true(approval_names(&built.question, &standing, "dan"));
    assert_false(approval_names(&built.question, &standing, "bob"));
    arena_free(&arena);
}

static void who_approves_their_own_text_is_marked(void **state)
{
    static const struct row row = {
        .stage = "PROD", .members = ALONE, .wrote = "olga", .votes = ""
    };
    struct arena *arena = arena_new();
    struct approval_standing standing;
    struct built built;
    bool self = false;

    (void)state;
    judge(&row, arena, &built, &standing);
    assert_false(standing.four_eyes);
    assert_int_equal(standing.barred_count, 0);
    assert_true(approval_may(&built.question, &standing, "olga", &self, NULL));
    assert_true(self);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_table_holds),
        cmocka_unit_test(what_does_not_count_says_why),
        cmocka_unit_test(a_demand_says_who_filled_it),
        cmocka_unit_test(who_may_approve_is_told_before),
        cmocka_unit_test(who_approves_their_own_text_is_marked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
