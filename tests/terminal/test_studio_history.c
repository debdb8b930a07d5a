#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/run_program.h"
#include "../support/scratch.h"
#include "studio_world.h"

/* The main job in the terminal over this project's own history: in a clone of its own, where two
 * tags stand nine commits apart. What the screen says is held against what git says. */

#define COMMITS   9 /* along the first parents */
#define PREVIOUS  "v0.1.0"
#define CURRENT   "v0.2.0"
#define RANGE     PREVIOUS ".." CURRENT
#define ROWS      48
#define COLUMNS   160
#define SHORT_ID  12 /* characters of an id on the page of a change */
#define BRIEF_ID  8  /* and where there is less room */
#define MOST_SEEN 256
#define ADDED     100 /* characters of an added line that are looked for */

struct history {
    struct sandbox *sandbox;
    struct harness *harness;
    struct vt *vt;
};

/* What git says, without the line's end; valid until the next question. NULL when it refuses. */
static const char *ask_git(const struct history *history, const char *const words[])
{
    const struct run *run = run_words(history->sandbox, words);

    if (run->status != 0)
        return NULL;
    run->out.data[strcspn(run->out.data, "\n")] = '\0';
    return run->out.data;
}

#define GIT(history, ...) ask_git(history, (const char *const[]){ "git", __VA_ARGS__, NULL })

/* All lines that git says; the caller frees. */
static char *git_lines(const struct history *history, const char *const words[])
{
    const struct run *run = run_words(history->sandbox, words);

    assert_int_equal(run->status, 0);
    return memory_copy_text(run->out.data);
}

#define GIT_LINES(history, ...)                                                                    \
    git_lines(history, (const char *const[]){ "git", __VA_ARGS__, NULL })

static long git_count(const struct history *history, const char *option)
{
    const char *count = option == NULL ? GIT(history, "rev-list", "--count", RANGE)
                                       : GIT(history, "rev-list", "--count", option, RANGE);

    assert_non_null(count);
    return strtol(count, NULL, 10);
}

/* A clone with nothing but the two tags. NULL, or why there is none. */
static const char *clone_sources(struct history *history)
{
    const char *source = getenv("PILAB_SOURCE");
    char *folder = scratch_path(sandbox_files(history->sandbox), "history");
    char *base = memory_printf("HEAD~%d", COMMITS);
    const char *why = NULL;
    char *git = memory_printf("%s/.git", source == NULL ? ".." : source);
    const char *const there[] = { "/bin/sh", "-c", "test -e \"$0\" && git --version", git, NULL };

    if (run_words(history->sandbox, there)->status != 0)
        why = "the sources are no git checkout, or there is no git";
    else if (GIT(history, "clone", "-q", "--no-checkout", "--no-tags",
                 source == NULL ? ".." : source, folder) == NULL)
        why = "git does not clone the sources";
    sandbox_enter(history->sandbox, folder);
    harness_enter(history->harness, folder);
    if (why == NULL && GIT(history, "rev-parse", "--verify", "-q", base) == NULL)
        why = "the history is too short";
    if (why == NULL && (GIT(history, "tag", PREVIOUS, base) == NULL ||
                        GIT(history, "tag", CURRENT, "HEAD") == NULL))
        why = "git does not tag the clone";
    free(folder);
    free(base);
    free(git);
    return why;
}

static int set_up(void **state)
{
    static struct history history;

    history = (struct history){ .sandbox = sandbox_new(), .harness = harness_new() };
    *state = &history;
    return 0;
}

static int tear_down(void **state)
{
    struct history *history = *state;

    vt_free(&history->vt);
    harness_free(&history->harness);
    sandbox_free(&history->sandbox);
    return 0;
}

/* The number that follows `words` on the screen. */
static long shown_number(struct vt *vt, const char *words)
{
    const char *at;
    int row = vt_find(vt, words);

    if (row < 0)
        assert_shown(vt, words);
    at = strstr(vt_row(vt, row), words) + strlen(words);
    return strtol(at, NULL, 10);
}

static bool holds(const char *lines, char letter)
{
    bool begins = true;

    for (; *lines != '\0'; lines++) {
        if (begins && *lines == letter)
            return true;
        begins = *lines == '\n';
    }
    return false;
}

static long count_lines(const char *lines)
{
    long count = 0;

    for (; *lines != '\0'; lines++)
        count += *lines == '\n';
    return count;
}

static void the_verdict_counts_what_git_counts(const struct history *history)
{
    char *files = GIT_LINES(history, "diff", "--name-status", "--no-renames", PREVIOUS, CURRENT);
    long commits = git_count(history, NULL), paths = count_lines(files);
    char *balance = memory_printf(" %ld commits = ", commits);
    struct vt *vt = history->vt;

    studio_type(vt, "", "▶Compare the last two versions now: " PREVIOUS " → " CURRENT);
    studio_type(vt, "\r", "[Verdict]");
    assert_shown(vt, PREVIOUS " → " CURRENT);
    assert_shown(vt, balance);
    assert_shown(vt, "0 unexplained");
    /* What is on both sides of a renaming is one difference. */
    if (holds(files, 'D') && holds(files, 'A'))
        assert_in_range(shown_number(vt, " Code "), (paths + 1) / 2, paths);
    else
        assert_int_equal(shown_number(vt, " Code "), paths);
    free(balance);
    free(files);
}

/* Adds the ids in the list of commits on the screen; each must be of the range. */
static size_t add_commits(struct vt *vt, const char *log, char seen[][SHORT_ID + 1], size_t count)
{
    int row = vt_find(vt, "Commits");

    assert_true(row >= 0);
    while (++row < vt_rows(vt) - 1) {
        char id[SHORT_ID + 1];
        size_t known = 0;

        if (sscanf(vt_row(vt, row), " %12[0-9a-f] ", id) != 1 || strlen(id) != SHORT_ID)
            continue;
        assert_non_null(strstr(log, id));
        while (known < count && strcmp(seen[known], id) != 0)
            known++;
        if (known == count && count < MOST_SEEN)
            memcpy(seen[count++], id, sizeof id);
    }
    return count;
}

static void every_commit_is_in_one_of_the_changes(const struct history *history)
{
    static char seen[MOST_SEEN][SHORT_ID + 1];
    char *log = GIT_LINES(history, "log", "--format=%H %s", "--no-merges", RANGE);
    struct vt *vt = history->vt;
    size_t count = 0;
    long changes;

    studio_type(vt, "gt", "[Changes ");
    changes = shown_number(vt, "[Changes ");
    assert_in_range(changes, 1, count_lines(log));
    for (long i = 1; i <= changes; i++) {
        char *position = memory_printf(" %ld/%ld ", i, changes);

        studio_type(vt, i == 1 ? "" : "j", position);
        studio_type(vt, "\r", "▸ Change ");
        count = add_commits(vt, log, seen, count);
        studio_type(vt, "\033", "[Changes ");
        free(position);
    }
    if (strstr(log, " Revert ") == NULL)
        assert_int_equal(count, count_lines(log));
    free(log);
}

/* The last file that the range adds, or else changes, with its counted lines as the screen has
 * them. Its path is short enough to be shown whole. */
static char *choose_file(const struct history *history, bool added, char **counts)
{
    char *lines = GIT_LINES(history, "diff", "--numstat", "--no-renames",
                            added ? "--diff-filter=A" : "--diff-filter=M", PREVIOUS, CURRENT, "--",
                            "*.c", "*.h");
    char path[ADDED], *chosen = NULL;
    long plus, minus;

    for (char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (sscanf(line, "%ld %ld %99s", &plus, &minus, path) != 3 || strlen(path) > ADDED - 2)
            continue;
        free(chosen);
        free(*counts);
        chosen = memory_copy_text(path);
        *counts = memory_printf("+%ld −%ld", plus, minus);
    }
    free(lines);
    return chosen;
}

/* The rows of the screen below the first "@@" are the lines of git's own patch. */
static void assert_patch(struct vt *vt, const char *patch)
{
    int row = vt_find(vt, "@@");
    const char *line = strstr(patch, "\n@@");
    size_t margin, compared = 0;

    assert_true(row >= 0);
    assert_non_null(line);
    margin = strspn(vt_row(vt, row), " ");
    line = strchr(line + 1, '\n');
    while (++row < vt_rows(vt) - 1 && line != NULL && line[1] != '\0') {
        size_t length = strcspn(++line, "\n");
        const char *shown = vt_row(vt, row);
        size_t wanted = length;

        while (wanted > 0 && isspace((unsigned char)line[wanted - 1]))
            wanted--;
        shown += strlen(shown) < margin ? strlen(shown) : margin;
        assert_int_equal(strlen(shown), wanted);
        assert_memory_equal(shown, line, wanted);
        compared++;
        line = strchr(line, '\n');
    }
    assert_true(compared > 0);
}

static void a_patch_is_what_git_shows(const struct history *history)
{
    char *counts = NULL, *path = choose_file(history, true, &counts);
    char *find, *selected, *patch;
    struct vt *vt = history->vt;

    if (path == NULL)
        path = choose_file(history, false, &counts);
    if (path == NULL) {
        print_message("no source file changed: no patch is opened\n");
        return;
    }
    patch = GIT_LINES(history, "diff", "--no-indent-heuristic", PREVIOUS, CURRENT, "--", path);
    find = memory_printf("/%s\r", path);
    studio_type(vt, "gtgt", "[Code ");
    vt_send(vt, find);
    /* The selected row has the path and, at its end, the counts. */
    selected = memory_printf(" %s ", path);
    while (strstr(vt_row(vt, vt_find(vt, "▶")), selected) == NULL)
        if (!vt_wait_idle(vt))
            assert_shown(vt, "▶ (the file that was looked for)");
    assert_non_null(strstr(vt_row(vt, vt_find(vt, "▶")), counts));
    studio_type(vt, "p", "diff --git a/");
    assert_patch(vt, patch);
    studio_type(vt, "\033", "[Code ");
    free(find);
    free(selected);
    free(patch);
    free(path);
    free(counts);
}

static void the_balance_has_every_commit(const struct history *history)
{
    char *log = GIT_LINES(history, "log", "--format=%H", RANGE);
    struct vt *vt = history->vt;

    studio_type(vt, "b", "▸ Balance ");
    for (char *id = strtok(log, "\n"); id != NULL; id = strtok(NULL, "\n")) {
        char *find = memory_printf("/%.*s\r", BRIEF_ID, id);

        id[BRIEF_ID] = '\0';
        studio_type(vt, find, id);
        assert_not_shown(vt, "not found");
        free(find);
    }
    studio_type(vt, "\033", "[Code ");
    free(log);
}

static void the_notes_are_there_in_every_form(const struct history *history)
{
    long commits = git_count(history, NULL);
    char *line = memory_printf("%ld commits = ", commits);
    char *row = memory_printf("%8ld  commits", commits);
    char *field = memory_printf("\"commits\": %ld,", commits);
    struct vt *vt = history->vt;

    studio_type(vt, "!n", "[Read]");
    assert_shown(vt, "Release Notes - " CURRENT);
    assert_shown(vt, line);
    studio_type(vt, "gt", "[Markdown]");
    assert_shown(vt, "# Release Notes - " CURRENT);
    assert_shown(vt, "**Changes since:** " PREVIOUS);
    studio_type(vt, "gtgt", "[Balance]");
    assert_shown(vt, row);
    studio_type(vt, "gt", "[JSON]");
    assert_shown(vt, "\"schema\": \"pilab.notes/1\"");
    assert_shown(vt, "\"version\": \"" CURRENT "\"");
    studio_type(vt, "/\"balance\":\r", field);
    assert_shown(vt, "\"unexplained\": 0");
    free(line);
    free(row);
    free(field);
}

static void over_this_projects_own_history(void **state)
{
    struct history *history = *state;
    const char *why = clone_sources(history);

    if (why != NULL) {
        print_message("skipped: %s\n", why);
        skip();
    }
    history->vt = harness_start(history->harness, ROWS, COLUMNS, "pilab", NULL);
    the_verdict_counts_what_git_counts(history);
    every_commit_is_in_one_of_the_changes(history);
    a_patch_is_what_git_shows(history);
    the_balance_has_every_commit(history);
    the_notes_are_there_in_every_form(history);
    studio_leave(&history->vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(over_this_projects_own_history, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("studio over its own history", tests, NULL, NULL);
}
