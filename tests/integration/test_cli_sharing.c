/* Several people on one machine, each under their own account, with one store. */
#include <config.h> /* nftw and pipe2 are system extensions */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/json_schema.h"
#include "../support/other_people.h"
#include "../support/release_fixture.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

#define MOST_WORDS    16
#define PROGRAM_LIMIT (512u << 20)
#define TEAM_NUMBER   "1879048500"
#define BOB_LOGIN     "uid-1879048002"
#define EVE_LOGIN     "uid-1879048003"

struct team {
    struct fixture_repository *fixture;
    char *folder;  /* that everybody passes */
    char *program; /* a copy that everybody can run */
    char *place;   /* the store's folder, Ada's */
    char *store;
    char *project; /* pilab.yaml */
    int status;    /* of the last command */
    struct strbuf said;
};

/* --- People at their keyboards ---------------------------------------------------------------- */

struct command_line {
    struct team *team;
    const char *words[MOST_WORDS];
    int out;
};

static int run_words_as(void *context)
{
    struct command_line *line = context;
    char *home = memory_printf("%s/home-%u", line->team->folder, (unsigned)geteuid());
    char *variables[] = {
        memory_printf("HOME=%s", home),
        memory_printf("PILAB_STORE=%s", line->team->store),
        memory_printf("PATH=%s", getenv("PATH")),
        memory_copy_text("LANG=C.UTF-8"),
        memory_copy_text("TZ=UTC"),
        NULL,
    };
    int nothing = open("/dev/null", O_RDONLY);

    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(line->out, STDOUT_FILENO) < 0 ||
        dup2(line->out, STDERR_FILENO) < 0 || chdir(home) != 0)
        return 98;
    execve(line->team->program, (char *const *)line->words, variables);
    return 97;
}

/* Both outputs come together in `said`. */
static int as(struct team *team, uid_t who, ...)
{
    struct command_line line = { .team = team, .words = { "pilab" } };
    char bytes[4096];
    pid_t process;
    va_list words;
    ssize_t got;
    int ends[2];

    va_start(words, who);
    for (size_t i = 1; (line.words[i] = va_arg(words, const char *)) != NULL; i++)
        assert_true(i + 1 < MOST_WORDS);
    va_end(words);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    line.out = ends[1];
    process = person_starts(who, run_words_as, &line);
    close(ends[1]);
    strbuf_clear(&team->said);
    while ((got = read(ends[0], bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR)) {
        if (got > 0)
            strbuf_add_bytes(&team->said, bytes, (size_t)got);
    }
    close(ends[0]);
    team->status = person_ended(process);
    return team->status;
}

#define DOES(team, ...)                                                                            \
    do {                                                                                           \
        if (as(team, __VA_ARGS__, NULL) != 0)                                                      \
            fail_msg("status %d: %s", (team)->status, (team)->said.data);                          \
    } while (0)

#define MAY_NOT(team, part, ...)                                                                   \
    do {                                                                                           \
        if (as(team, __VA_ARGS__, NULL) == 0)                                                      \
            fail_msg("it worked: %s", (team)->said.data);                                          \
        assert_says(&(team)->said, part);                                                          \
    } while (0)

/* --- Setting up ------------------------------------------------------------------------------- */

static int give_to_ada(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return lchown(path, ADA, (gid_t)ADA);
}

static char *folder_of(struct team *team, const char *name, uid_t owner)
{
    char *path = scratch_path(team->folder, name);

    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(chown(path, owner, (gid_t)owner), 0);
    return path;
}

/* The build's folder need not be one that others can enter. */
static void copy_program(struct team *team)
{
    char *built = build_path("pilab");
    struct strbuf bytes = STRBUF_INIT;
    struct error error = { 0 };

    team->program = scratch_path(team->folder, "pilab");
    if (!file_read(built, PROGRAM_LIMIT, true, &bytes, &error) ||
        !file_write_atomic(team->program, bytes.data, bytes.length, 0755, &error))
        fail_msg("%s", error.message);
    strbuf_release(&bytes);
    free(built);
}

static int team_setup(void **state)
{
    struct team *team = memory_new(sizeof *team);

    fixture_library_start(NULL);
    team->said = (struct strbuf)STRBUF_INIT;
    team->fixture = release_fixture_new();
    team->folder = scratch_new();
    *state = team;
    return 0;
}

static int team_teardown(void **state)
{
    struct team *team = *state;

    fixture_free(&team->fixture);
    scratch_remove(&team->folder);
    strbuf_release(&team->said);
    free(team->program);
    free(team->place);
    free(team->store);
    free(team->project);
    free(team);
    return fixture_library_stop(NULL);
}

/* Ada has a project in a store of her own, and a folder for it that the others can reach. */
static void settle(struct team *team)
{
    static const uid_t everybody[] = { ADA, BOB, EVE };
    char *above;

    people_need(team->folder);
    copy_program(team);
    for (size_t i = 0; i < 3; i++) {
        char *name = memory_printf("home-%u", (unsigned)everybody[i]);

        free(folder_of(team, name, everybody[i]));
        free(name);
    }
    team->place = folder_of(team, "team", ADA);
    team->store = scratch_path(team->place, "pilab.db");
    team->project = release_fixture_project(team->fixture, team->folder);
    assert_int_equal(chown(team->project, ADA, (gid_t)ADA), 0);
    above = memory_copy_text(fixture_path(team->fixture));
    *strrchr(above, '/') = '\0';
    assert_int_equal(nftw(above, give_to_ada, 16, FTW_PHYS), 0);
    free(above);
    DOES(team, ADA, "project", "import", team->project);
}

static void settle_shared(struct team *team)
{
    settle(team);
    DOES(team, ADA, "store", "share", TEAM_NUMBER);
    DOES(team, ADA, "member", "add", BOB_LOGIN, "--role", "ADMIN");
}

static char *private_file(struct team *team, const char *name, uid_t owner, const char *text)
{
    char *path = scratch_file(team->folder, name, text);

    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(chown(path, owner, (gid_t)owner), 0);
    return path;
}

static void assert_access(const char *path, gid_t group, mode_t mode)
{
    struct stat status;

    assert_int_equal(lstat(path, &status), 0);
    if ((status.st_mode & 07777) != mode || status.st_gid != group)
        fail_msg("%s has mode %04o and group %u", path, (unsigned)(status.st_mode & 07777),
                 (unsigned)status.st_gid);
}

/* --- The cases -------------------------------------------------------------------------------- */

static void two_people_work_in_turn_under_their_own_names(void **state)
{
    struct team *team = *state;
    char *text;

    settle_shared(team);
    text = private_file(team, "note.md", BOB, "# By Bob\n");
    DOES(team, ADA, "manifest", "set", "shop-api", "PROD", "1.0.0");
    DOES(team, BOB, "manifest", "set", "shop-api", "UAT", "1.0.1");
    DOES(team, ADA, "manifest", "set", "shop-api", "DEV", "1.1.0");
    DOES(team, ADA, "note", "generate", "--from", "UAT", "--to", "PROD", "--release", "R1");
    DOES(team, BOB, "note", "edit", "1", "--file", text, "--message", "shorter");
    DOES(team, ADA, "note", "show", "1");
    assert_string_equal(team->said.data, "# By Bob\n");
    DOES(team, ADA, "note", "generate", "--from", "UAT", "--to", "PROD", "--release", "R2");
    DOES(team, BOB, "note", "review", "2");
    MAY_NOT(team, "asked for it", ADA, "note", "approve", "2");
    DOES(team, BOB, "note", "approve", "2");
    DOES(team, ADA, "note", "show", "2", "--approvals");
    assert_says(&team->said, "APPROVE  rev 1  " BOB_LOGIN " (ADMIN)");
    DOES(team, BOB, "manifest", "show", "--json");
    assert_says(&team->said, "1.0.1");
    DOES(team, BOB, "audit", "verify");
    DOES(team, ADA, "audit", "verify");
    DOES(team, ADA, "audit", "list", "--json");
    assert_says(&team->said, "\"uid-1879048001\"");
    assert_says(&team->said, "\"" BOB_LOGIN "\"");
    assert_says(&team->said, "\"store.share\"");
    assert_access(team->place, TEAM, 02770);
    assert_access(team->store, TEAM, 0660);
    free(text);
}

static void who_is_not_of_it_is_kept_out(void **state)
{
    struct team *team = *state;

    settle(team);
    MAY_NOT(team, "belongs to another user", BOB, "manifest", "show");
    assert_says(&team->said, "pilab store share GROUP");
    DOES(team, ADA, "store", "share", TEAM_NUMBER);
    MAY_NOT(team, "does not know the user " BOB_LOGIN, BOB, "manifest", "show");
    assert_says(&team->said, "pilab member add " BOB_LOGIN);
    DOES(team, ADA, "member", "add", BOB_LOGIN, "--role", "OWNER");
    DOES(team, BOB, "manifest", "show");
    DOES(team, BOB, "member", "add", EVE_LOGIN); /* known to the store, and not of the group */
    MAY_NOT(team, "is shared with the group " TEAM_NUMBER ", and you are not in it", EVE,
            "manifest", "show");
    DOES(team, ADA, "store", "status");
    assert_says(&team->said, EVE_LOGIN " (not in the group)");
}

static void only_the_owner_shares_and_only_with_their_own_group(void **state)
{
    struct team *team = *state;

    settle(team);
    MAY_NOT(team, "you are not in the group root", ADA, "store", "share", "root");
    MAY_NOT(team, "this machine has no group \"nowhere\"", ADA, "store", "share", "nowhere");
    assert_access(team->place, (gid_t)ADA, 0700);
    assert_access(team->store, (gid_t)ADA, 0600);
    DOES(team, ADA, "store", "share", TEAM_NUMBER);
    DOES(team, ADA, "member", "add", BOB_LOGIN, "--role", "OWNER");
    MAY_NOT(team, "you may not", BOB, "store", "unshare");
    MAY_NOT(team, "you may not", BOB, "store", "share", TEAM_NUMBER);
    DOES(team, ADA, "audit", "list", "--action", "access.refused", "--json");
    assert_says(&team->said, "store.share");
    DOES(team, ADA, "store", "share", TEAM_NUMBER);
    assert_says(&team->said, "already");
}

static void a_folder_with_other_things_or_out_of_reach_is_not_shared(void **state)
{
    struct team *team = *state;
    char *other;

    settle(team);
    other = scratch_file(team->place, "letters.txt", "dear");
    MAY_NOT(team, "also holds what is not the store's (letters.txt)", ADA, "store", "share",
            TEAM_NUMBER);
    assert_says(&team->said, "mkdir -m 700 DIR");
    assert_int_equal(unlink(other), 0);
    assert_int_equal(chown(team->folder, ADA, (gid_t)ADA), 0);
    assert_int_equal(chmod(team->folder, 0700), 0);
    MAY_NOT(team, "they may not pass", ADA, "store", "share", TEAM_NUMBER);
    assert_access(team->place, (gid_t)ADA, 0700);
    assert_access(team->store, (gid_t)ADA, 0600);
    free(other);
}

static void taken_back_it_is_closed_and_can_be_shared_again(void **state)
{
    struct team *team = *state;
    char *key = NULL;

    settle_shared(team);
    key = memory_printf("%s.key", team->store);
    DOES(team, BOB, "manifest", "show");
    DOES(team, ADA, "store", "unshare");
    assert_access(team->place, (gid_t)ADA, 0700);
    assert_access(team->store, (gid_t)ADA, 0600);
    assert_access(key, (gid_t)ADA, 0600);
    MAY_NOT(team, "belongs to another user", BOB, "manifest", "show");
    DOES(team, ADA, "manifest", "show");
    DOES(team, ADA, "store", "unshare");
    assert_says(&team->said, "is not shared");
    DOES(team, ADA, "store", "share", TEAM_NUMBER);
    DOES(team, BOB, "manifest", "show");
    free(key);
}

static void modes_that_went_wrong_are_told_and_set_right(void **state)
{
    struct team *team = *state;

    settle_shared(team);
    assert_int_equal(chmod(team->store, 0666), 0);
    MAY_NOT(team, "can be written by others", ADA, "manifest", "show");
    MAY_NOT(team, "belongs to another user", BOB, "manifest", "show");
    assert_int_equal(as(team, ADA, "doctor", "--json", NULL), 1);
    assert_says(&team->said, "can be written by others");
    assert_int_equal(chmod(team->store, 0600), 0);
    assert_int_equal(chmod(team->place, 0700), 0);
    DOES(team, ADA, "store", "status");
    assert_says(&team->said, "the folder has mode 0700");
    assert_says(&team->said, "pilab.db has mode 0600");
    assert_int_equal(as(team, ADA, "doctor", "--json", NULL), 1);
    assert_says(&team->said, "pilab store share " TEAM_NUMBER);
    DOES(team, ADA, "store", "share", TEAM_NUMBER);
    DOES(team, BOB, "store", "status", "--json");
    assert_text_follows_schema(team->said.data, "store-1.json");
    assert_says(&team->said, "\"shared_with\": \"" TEAM_NUMBER "\"");
    assert_says(&team->said, "\"problems\": []");
    as(team, BOB, "doctor", "--json", NULL);
    assert_says(&team->said, "shared with the group " TEAM_NUMBER);
}

static void a_key_of_secrets_is_of_all_of_them(void **state)
{
    struct team *team = *state;
    char *of_ada, *of_bob;

    settle_shared(team);
    of_ada = private_file(team, "ada", ADA, "hunter2-hunter2");
    of_bob = private_file(team, "bob", BOB, "hunter2-hunter2");
    DOES(team, ADA, "secrets", "init");
    DOES(team, ADA, "variable", "set", "TOKEN", "--secret", "-e", "UAT", "--value-file", of_ada);
    DOES(team, BOB, "variable", "set", "TOKEN", "--secret", "-e", "PROD", "--value-file", of_bob);
    DOES(team, BOB, "secrets", "status");
    assert_says(&team->said, "2 secrets");
    assert_says_not(&team->said, "another user");
    DOES(team, ADA, "secrets", "check");
    DOES(team, ADA, "variable", "compare", "UAT", "PROD", "--json");
    assert_says_not(&team->said, "hunter2");
    DOES(team, ADA, "secrets", "rekey");
    DOES(team, BOB, "secrets", "status");
    assert_says_not(&team->said, "unusable");
    DOES(team, BOB, "variable", "set", "TOKEN", "--secret", "-e", "DEV", "--value-file", of_bob);
    DOES(team, ADA, "store", "unshare");
    DOES(team, ADA, "secrets", "check");
    DOES(team, ADA, "store", "share", TEAM_NUMBER);
    DOES(team, BOB, "secrets", "status");
    assert_says(&team->said, "3 secrets");
    free(of_ada);
    free(of_bob);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, team_setup, team_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(two_people_work_in_turn_under_their_own_names),
        CASE(who_is_not_of_it_is_kept_out),
        CASE(only_the_owner_shares_and_only_with_their_own_group),
        CASE(a_folder_with_other_things_or_out_of_reach_is_not_shared),
        CASE(taken_back_it_is_closed_and_can_be_shared_again),
        CASE(modes_that_went_wrong_are_told_and_set_right),
        CASE(a_key_of_secrets_is_of_all_of_them),
    };

    return cmocka_run_group_tests_name("a shared store", tests, NULL, NULL);
}
