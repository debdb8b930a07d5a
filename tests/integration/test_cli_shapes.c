#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/run_program.h"
#include "../support/scratch.h"

/* Repositories of every shape, made by git itself, and what the program says of them beside what
 * git says. */

/* Three commits between v1 and v2: one for services/auth, one for lib, one that moves a file of
 * services/pay and changes it. */
static const char base_repository[] =
    "git init -q -b main base && cd base && mkdir -p services/auth services/pay lib && "
    "seq 1 50 >services/auth/a.txt && seq 1 50 >services/pay/p.txt && echo l >lib/l.txt && "
    "git add . && git commit -qm 'Begin' && git tag v1 && "
    "seq 1 60 >services/auth/a.txt && git commit -qam 'SHOP-1 auth' && "
    "echo x >>lib/l.txt && git commit -qam 'SHOP-2 lib' && "
    "git mv services/pay/p.txt services/pay/q.txt && echo 51 >>services/pay/q.txt && "
    "git commit -qam 'SHOP-3 pay' && git tag v2";

struct world {
    struct sandbox *sandbox;
    struct strbuf git; /* what the last shell printed */
};

static int setup(void **state)
{
    struct world *world = memory_new(sizeof *world);

    world->sandbox = sandbox_new();
    sandbox_set(world->sandbox, "GIT_AUTHOR_NAME=Ada");
    sandbox_set(world->sandbox, "GIT_AUTHOR_EMAIL=ada@example.org");
    sandbox_set(world->sandbox, "GIT_COMMITTER_NAME=Ada");
    sandbox_set(world->sandbox, "GIT_COMMITTER_EMAIL=ada@example.org");
    sandbox_set(world->sandbox, "GIT_AUTHOR_DATE=2025-01-01T00:00:00Z");
    sandbox_set(world->sandbox, "GIT_COMMITTER_DATE=2025-01-01T00:00:00Z");
    sandbox_enter(world->sandbox, sandbox_files(world->sandbox));
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    strbuf_release(&world->git);
    free(world);
    return 0;
}

/* In the folder for files; what it prints stays in world->git. */
static void shell(struct world *world, const char *script)
{
    const char *const words[] = { "sh", "-c", script, NULL };
    const struct run *run;

    sandbox_enter(world->sandbox, sandbox_files(world->sandbox));
    run = run_words(world->sandbox, words);
    if (run->status != 0)
        fail_msg("%s: %s", script, run->err.data);
    strbuf_clear(&world->git);
    strbuf_add_bytes(&world->git, run->out.data, run->out.length);
}

static void enter(struct world *world, const char *folder)
{
    char *path = scratch_path(sandbox_files(world->sandbox), folder);

    sandbox_enter(world->sandbox, path);
    free(path);
}

static const struct run *drift_in(struct world *world, const char *folder, const char *range,
                                  const char *option)
{
    enter(world, folder);
    return run_pilab(world->sandbox, "drift", range, option, NULL);
}

/* The report comes, and says this. */
static void assert_report(struct world *world, const char *folder, const char *range,
                          const char *part)
{
    const struct run *run = drift_in(world, folder, range, NULL);

    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    assert_says(&run->out, part);
}

static void assert_refused(struct world *world, const char *folder, const char *range,
                           const char *part)
{
    const struct run *run = drift_in(world, folder, range, NULL);

    assert_int_equal(run->status, 1);
    assert_string_equal(run->out.data, "");
    assert_says(&run->err, part);
}

/* As in any other clone: all commits, all files, nothing to complain of. */
static void assert_like_any_other(struct world *world, const char *folder)
{
    const struct run *run = drift_in(world, folder, "v1..v2", NULL);

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "3 commits = 3 in notes");
    assert_says(&run->out, "services/auth/a.txt");
    assert_says(&run->out, "+10 \xe2\x88\x92"
                           "0");
    assert_says_not(&run->out, "Problems");
}

/* --- Where objects lie ---------------------------------------------------------------------- */

static void clones_of_all_kinds_are_read_alike(void **state)
{
    struct world *world = *state;

    shell(world, base_repository);
    shell(world, "git clone -q --bare base bare.git && git clone -q --shared base shared && "
                 "git clone -q --reference base file://$PWD/base reference && "
                 "git -C base worktree add -q ../linked v1 2>/dev/null && "
                 "cp -r base sparse && cd sparse && git sparse-checkout init --cone --sparse-index "
                 "&& git sparse-checkout set lib");
    assert_like_any_other(world, "base");
    assert_like_any_other(world, "bare.git");
    assert_like_any_other(world, "shared");
    assert_like_any_other(world, "reference");
    assert_like_any_other(world, "linked");
    assert_like_any_other(world, "sparse");
    assert_like_any_other(world, "base/services/auth");
}

static void borrowed_objects_that_are_gone_are_named(void **state)
{
    struct world *world = *state;

    shell(world, base_repository);
    shell(world, "git clone -q --shared base shared && mv base away");
    assert_refused(world, "shared", "v1..v2", "missing");
}

static void a_clone_without_contents_says_so_once(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "git -C base config uploadpack.allowFilter true && "
                 "git clone -q --no-checkout --filter=blob:none file://$PWD/base partial && "
                 "git -C partial count-objects -v | grep in-pack");
    run = drift_in(world, "partial", "v1..v2", "--counts");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "3 commits = 3 in notes");
    assert_says(&run->out, "lines of 3 commits");
    assert_says(&run->out, "the clone is partial (blob:none)");
    assert_says(&run->out, "services/pay/q.txt");
    /* nothing was fetched, and what git says brings all */
    char *before = memory_copy_text(world->git.data);
    shell(world, "git -C partial count-objects -v | grep in-pack");
    assert_string_equal(world->git.data, before);
    free(before);
    shell(world, "cd partial && git fetch -q --refetch --no-filter");
    assert_like_any_other(world, "partial");
}

static void a_clone_without_directories_still_tells_its_commits(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "git -C base config uploadpack.allowFilter true && "
                 "git clone -q --no-checkout --filter=tree:0 file://$PWD/base partial");
    run = drift_in(world, "partial", "v1..v2", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "3 commits = 3 in notes");
    assert_says(&run->out, "Problems  1");
    assert_says(&run->out, "the clone is partial (tree:0)");
}

/* --- Where history ends --------------------------------------------------------------------- */

/* Two tips without their history: whether one is in the other cannot be told, and nothing is called
 * lost. */
static void a_shallow_clone_calls_nothing_lost(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "git init -q shallow && cd shallow && git fetch -q --depth=1 file://$PWD/../base "
                 "tag v1 tag v2");
    run = drift_in(world, "shallow", "v1..v2", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "the history of v2 ends too early");
    assert_says(&run->out, "Problems  2"); /* what the tips changed, and what is in which */
    assert_says(&run->out, "git fetch --unshallow");
    assert_says_not(&run->out, "would be lost");
    run = drift_in(world, "shallow", "v1..v2", "--json");
    assert_says(&run->out, "\"unsure\": true");
}

static void a_damaged_commit_calls_nothing_lost(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world,
          "cd base && o=$(git rev-parse v2~1) && f=.git/objects/$(echo $o | cut -c1-2)/$(echo "
          "$o | cut -c3-) && chmod u+w $f && echo rubbish >$f");
    run = drift_in(world, "base", "v1..v2", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "PARTIAL");
    assert_says(&run->out, "is missing or damaged");
    assert_says_not(&run->out, "would be lost");
}

static void histories_without_a_common_commit_say_so(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "cd base && git checkout -q --orphan other && git commit -qm 'Begin anew' && "
                 "! git merge-base v2 other");
    run = drift_in(world, "base", "v2..other", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "have no commit in common");
    run = drift_in(world, "base", "v1..v2", NULL);
    assert_says_not(&run->out, "in common");
}

static void both_directions_of_diverged_sides_are_shown(void **state)
{
    struct world *world = *state;

    shell(world, base_repository);
    shell(world, "cd base && git checkout -q -b fix v1 && echo f >fix.txt && git add . && "
                 "git commit -qm 'SHOP-4 hotfix' && "
                 "git rev-list --count --left-right fix...v2 | tr '\\t' ' '");
    assert_string_equal(world->git.data, "1 3\n");
    assert_report(world, "base", "fix..v2", "3 commits = 3 in notes");
    assert_report(world, "base", "fix..v2", "1 commit of fix is not in v2");
}

static void first_parents_are_those_of_git(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world,
          "cd base && git checkout -q -b side v1 && echo s >s && git add . && "
          "git commit -qm 'SHOP-5 one' && echo t >s && git commit -qam 'SHOP-6 two' && "
          "git checkout -q main && git merge -q --no-ff -m 'Merge side' side && git tag v3 && "
          "git rev-list --first-parent --count v1..v3");
    assert_string_equal(world->git.data, "4\n");
    run = drift_in(world, "base", "v1..v3", "--first-parent");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "4 commits = 4 in notes");
    /* The merge says what its branch brought, for nothing else does. */
    assert_says(&run->out, "Merge side");
}

/* --- Names ---------------------------------------------------------------------------------- */

static void twin_tags_are_what_they_are_called(void **state)
{
    struct world *world = *state;

    shell(world, base_repository);
    shell(world, "cd base && git tag auth/v9 v1 && git tag v9 v2~1 && git tag 9 v2 && "
                 "git branch 9 v1");
    assert_report(world, "base", "auth/v9..v9", "2 commits = 2 in notes");
    assert_report(world, "base", "v9..tags/9", "1 commit = 1 in notes");
    assert_refused(world, "base", "v9..9", "9 is a tag");
}

/* In a project a version is no tag's name yet: 1.2 may be 1.2 and v1.2. */
static void a_version_that_two_tags_claim_is_asked_about(void **state)
{
    static const char describe[] =
        "cd base && printf 'pilab: 1\\nproject: {name: Shop, code: SHOP}\\nmodules:\\n"
        "  - {name: auth, repository: \"'$PWD'\", %s path: [services/auth, lib]}\\n' >pilab.yaml";
    struct world *world = *state;
    char *undecided = memory_printf(describe, ""),
         *decided = memory_printf(describe, "tags: \"v{version}\",");
    const struct run *run;

    shell(world, base_repository);
    shell(world, "cd base && git tag 1.1 v1 && git tag v1.2 v2~1 && git tag 1.2 v2");
    shell(world, undecided);
    enter(world, "base");
    run = run_pilab(world->sandbox, "project", "import", "pilab.yaml", "--yes", NULL);
    assert_int_equal(run->status, 0);
    run = run_pilab(world->sandbox, "--project", "SHOP", "drift", "1.1..1.2", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "version 1.2 of auth is tagged twice, as 1.2 and as v1.2");
    assert_says(&run->err, "say which form counts");
    shell(world, decided);
    enter(world, "base");
    run = run_pilab(world->sandbox, "project", "import", "pilab.yaml", "--yes", NULL);
    assert_int_equal(run->status, 0);
    run = run_pilab(world->sandbox, "--project", "SHOP", "drift", "1.1..1.2", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "2 commits = 2 in notes");
    run = run_pilab(world->sandbox, "--project", "SHOP", "project", "export", NULL);
    assert_says(&run->out, "path: [services/auth, lib]");
    free(undecided);
    free(decided);
}

static void people_have_the_names_of_the_newer_state(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "cd base && printf 'Ada Lovelace <lovelace@example.org> <ada@example.org>\\n' "
                 ">.mailmap && git add . && git commit -qm 'Say who is who' && git tag v3 && "
                 "git log --use-mailmap -1 --format=%aN\\ %aE v2");
    assert_string_equal(world->git.data, "Ada Lovelace lovelace@example.org\n");
    run = drift_in(world, "base", "v1..v3", "--json");
    assert_says(&run->out, "\"author_name\": \"Ada Lovelace\"");
    assert_says(&run->out, "\"author\": \"lovelace@example.org\"");
    assert_says_not(&run->out, "\"author\": \"ada@example.org\"");
    run = drift_in(world, "base", "v1..v2", "--json");
    assert_says(&run->out, "\"author\": \"ada@example.org\"");
    /* a bare repository has it where its HEAD stands */
    shell(world, "git clone -q --bare base bare.git");
    run = drift_in(world, "bare.git", "v1..v2", "--json");
    assert_says(&run->out, "\"author\": \"lovelace@example.org\"");
}

static void replaced_commits_are_followed_and_said(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "cd base && git replace v2~1 $(git commit-tree -p v1 -m 'SHOP-9 instead' "
                 "v2~1^{tree}) && git rev-list --count v1..v2");
    assert_string_equal(world->git.data, "2\n");
    run = drift_in(world, "base", "v1..v2", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "2 commits = 2 in notes");
    assert_says(&run->out, "instead");
    assert_says(&run->out, "1 object is replaced by git-replace");
    shell(world, "cd base && git replace -d $(git replace) && mkdir -p .git/info && "
                 "echo $(git rev-parse v2~1 v1) >.git/info/grafts");
    assert_report(world, "base", "v1..v2", "info/grafts gives other parents to 1 commit");
}

/* --- Parts ---------------------------------------------------------------------------------- */

static void several_paths_are_one_part(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "cd base && git log --format=%s v1..v2 -- lib services/auth/a.txt | wc -l");
    assert_int_equal(atoi(world->git.data), 2);
    enter(world, "base");
    run = run_pilab(world->sandbox, "drift", "v1..v2", "--path", "lib", "--path",
                    "services/auth/a.txt", "--path", "./lib/", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "2 commits = 2 in notes");
    assert_says(&run->out, "Files  2");
    run = run_pilab(world->sandbox, "drift", "v1..v2", "--path", "lib", "--path", "nowhere", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "there is no file or folder nowhere");
}

static void a_module_may_have_several_paths(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "cd base && printf 'pilab: 1\\nproject: {name: Shop, code: SHOP}\\nmodules:\\n"
                 "  - {name: auth, path: [services/auth, lib]}\\n"
                 "  - {name: pay, path: services/pay}\\n' >pilab.yaml");
    run = drift_in(world, "base", "v1..v2", "--json");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"detail\": \"2 commits, 2 files\"");
    assert_says(&run->out, "\"detail\": \"1 commit, 1 file\"");
}

static void a_renamed_file_says_how_much_stayed(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, base_repository);
    shell(world, "cd base && git diff -M --name-status v1 v2 -- services/pay | cut -f1");
    assert_string_equal(world->git.data, "R097\n");
    run = drift_in(world, "base", "v1..v2", "--json");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"likeness\": 97");
    assert_says(&run->out, "\"old_path\": \"services/pay/p.txt\"");
    assert_report(world, "base", "v1..v2",
                  "services/pay/q.txt \xe2\x86\x90 services/pay/p.txt (97%)");
}

/* --- Submodules ----------------------------------------------------------------------------- */

static const char submodules[] =
    "git init -q -b main sub && cd sub && for i in 1 2 3 4; do echo $i >f && git add . && "
    "git commit -qm \"SUB-$i change\" && git tag s$i; done && git checkout -q -b aside s2 && "
    "echo a >f && git commit -qam 'SUB-5 aside' && git tag s5 && git checkout -q main && cd .. && "
    "git init -q -b main super && cd super && echo r >r && git add . && git commit -qm Begin && "
    "git tag v0 && git -c protocol.file.allow=always submodule --quiet add ../sub libs/sub && "
    "pin() { git -C libs/sub checkout -q $1 && git add . && git commit -qm \"pin $1\" && "
    "git tag $2; } && pin s2 v1 && pin s4 v2 && pin s1 v3 && pin s4 v4 && "
    "git -C libs/sub -c protocol.file.allow=always fetch -q origin tag s5 && pin s5 v5 && "
    "git config -f .gitmodules submodule.libs/sub.url ../moved && git commit -qam 'other url' && "
    "git tag v6 && git rm -qf libs/sub && git commit -qam removed && git tag v7";

static void a_submodule_says_how_far_it_moved(void **state)
{
    struct world *world = *state;

    shell(world, submodules);
    assert_report(world, "super", "v0..v1", "libs/sub  a submodule");
    assert_report(world, "super", "v1..v2", "libs/sub  2 commits forward");
    assert_report(world, "super", "v2..v3", "libs/sub  3 commits back");
    assert_report(world, "super", "v2..v3", "3 commits of it would be taken back");
    assert_report(world, "super", "v4..v5", "libs/sub  1 commit forward, 2 back");
    assert_report(world, "super", "v5..v6", "libs/sub  another url");
    assert_report(world, "super", "v5..v6", "../moved instead of ../sub");
    assert_report(world, "super", "v6..v7", "libs/sub  no submodule any more");
}

static void the_commits_between_two_pins_are_listed(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, submodules);
    run = drift_in(world, "super", "v1..v2", "--json");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"category\": \"submodule\"");
    assert_says(&run->out, "\"move\": \"forward\"");
    assert_says(&run->out, "\"message\": \"SUB-3 change\"");
    assert_says(&run->out, "\"message\": \"SUB-4 change\"");
    assert_says_not(&run->out, "\"message\": \"SUB-2 change\"");
}

static void the_people_of_a_submodule_are_named_by_itself(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, submodules);
    shell(world, "cd sub && echo 'Ada Lovelace <al@example.org> <ada@example.org>' >.mailmap && "
                 "git add . && git commit -qm 'SUB-6 who is who' && git tag s6 && cd ../super && "
                 "git checkout -q v5 && git submodule --quiet update --init && cd libs/sub && "
                 "git -c protocol.file.allow=always fetch -q origin tag s6 && "
                 "git checkout -q s6 && cd ../.. && git commit -qam 'pin s6' && git tag v8");
    run = drift_in(world, "super", "v2..v8", "--json");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\"author_name\": \"Ada Lovelace\"");
    assert_says(&run->out, "\"author_name\": \"Ada\""); /* of the repository above */
}

static void another_url_is_told_where_everything_is_asked_for(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, submodules);
    enter(world, "super");
    run = run_pilab(world->sandbox, "drift", "v5..v6", "--path", ".", "--path", "r", NULL);
    assert_says(&run->out, "libs/sub  another url");
}

static void a_submodule_that_is_not_here_says_so(void **state)
{
    struct world *world = *state;
    const struct run *run;

    shell(world, submodules);
    shell(world, "git clone -q super alone");
    assert_report(world, "alone", "v1..v2", "libs/sub  how far is not known");
    run = drift_in(world, "alone", "v1..v2", "--json");
    assert_says(&run->out, "neither one of the project's modules nor checked out");
}

/* --- What cannot be read -------------------------------------------------------------------- */

static void what_cannot_be_read_is_refused_in_words(void **state)
{
    struct world *world = *state;

    shell(world, base_repository);
    shell(world, "git init -q --object-format=sha256 sha256 && cp -r base reftable && "
                 "git -C reftable config core.repositoryformatversion 1 && "
                 "git -C reftable config extensions.refStorage reftable && git init -q empty");
    assert_refused(world, "sha256", "v1..v2", "names its objects by SHA-256");
    assert_refused(world, "reftable", "v1..v2", "keeps its references in a reftable");
    assert_refused(world, "empty", "v1..v2", "empty has no revision v1");
    assert_refused(world, "empty", "HEAD~1..HEAD", "");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(clones_of_all_kinds_are_read_alike),
        CASE(borrowed_objects_that_are_gone_are_named),
        CASE(a_clone_without_contents_says_so_once),
        CASE(a_clone_without_directories_still_tells_its_commits),
        CASE(a_shallow_clone_calls_nothing_lost),
        CASE(a_damaged_commit_calls_nothing_lost),
        CASE(histories_without_a_common_commit_say_so),
        CASE(both_directions_of_diverged_sides_are_shown),
        CASE(first_parents_are_those_of_git),
        CASE(twin_tags_are_what_they_are_called),
        CASE(a_version_that_two_tags_claim_is_asked_about),
        CASE(people_have_the_names_of_the_newer_state),
        CASE(replaced_commits_are_followed_and_said),
        CASE(several_paths_are_one_part),
        CASE(a_module_may_have_several_paths),
        CASE(a_renamed_file_says_how_much_stayed),
        CASE(a_submodule_says_how_far_it_moved),
        CASE(the_commits_between_two_pins_are_listed),
        CASE(the_people_of_a_submodule_are_named_by_itself),
        CASE(another_url_is_told_where_everything_is_asked_for),
        CASE(a_submodule_that_is_not_here_says_so),
        CASE(what_cannot_be_read_is_refused_in_words),
    };

    return cmocka_run_group_tests_name("repositories of every shape", tests, NULL, NULL);
}
