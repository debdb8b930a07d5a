#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/git/changes.h>
#include <pilab/git/history.h>

#include "../../support/fixture_case.h"

static struct error error;

static struct object_id patch_id(const struct object_id *commit, const char *directory)
{
    struct object_id id;
    if (!changes_patch_id(fixture_open(fixture), commit, directory, &id, &error))
        fail_msg("%s", error.message);
    return id;
}

static bool same_patch(const struct object_id *a, const struct object_id *b)
{
    struct object_id x = patch_id(a, NULL), y = patch_id(b, NULL);
    return object_id_equal(&x, &y);
}

static void add_lines(struct strbuf *out, const char *word, int count)
{
    for (int i = 0; i < count; i++)
        strbuf_printf(out, "%s %d\n", word, i);
}

/* A file whose middle both branches have, with `head` other lines before it. */
static void write_numbered(const char *path, int head, const char *middle)
{
    struct strbuf text = STRBUF_INIT;
    add_lines(&text, "head", head);
    add_lines(&text, "before", 5);
    strbuf_add(&text, middle);
    add_lines(&text, "after", 5);
    builder_write(build, path, text.data);
    strbuf_release(&text);
}

static void a_pick_at_another_place_has_the_same_id(void **state)
{
    (void)state;
    write_numbered("a.c", 0, "old\n");
    builder_commit(build, "One");
    builder_branch(build, "release");
    write_numbered("a.c", 300, "old\n");
    builder_write(build, "other", "x\n");
    builder_commit(build, "Much above it");
    write_numbered("a.c", 300, "new\n");
    struct object_id backport = builder_commit(build, "Change it");
    builder_switch(build, "main");
    write_numbered("a.c", 0, "new\n");
    struct object_id original = builder_commit(build, "Change it");
    assert_true(same_patch(&original, &backport));
}

static void blanks_do_not_matter_and_letters_do(void **state)
{
    (void)state;
    builder_write(build, "a", "x\n");
    builder_commit(build, "One");
    builder_write(build, "a", "x\n    if (y) z();\n");
    struct object_id spaces = builder_commit(build, "Spaces");
    builder_revert(build, &spaces);
    builder_write(build, "a", "x\n\tif (y)  z();\n");
    struct object_id tab = builder_commit(build, "Tab");
    builder_revert(build, &tab);
    builder_write(build, "a", "x\n    if (y) zz();\n");
    struct object_id other = builder_commit(build, "Other");
    assert_true(same_patch(&spaces, &tab));
    assert_false(same_patch(&spaces, &other));
}

/* A page break is no blank for git, whatever the C library says. */
static void a_form_feed_is_a_letter(void **state)
{
    (void)state;
    struct strbuf theirs = STRBUF_INIT;
    builder_write(build, "a", "x\n");
    builder_commit(build, "One");
    builder_branch(build, "release");
    builder_write(build, "a", "x\ny\fz\n");
    struct object_id with = builder_commit(build, "A page ends");
    builder_switch(build, "main");
    builder_write(build, "a", "x\nyz\n");
    struct object_id without = builder_commit(build, "It goes on");
    assert_false(same_patch(&with, &without));
    fixture_git(fixture, &theirs, (const char *const[]){ "cherry", "release", "main", NULL });
    assert_int_equal(theirs.data[0], '+');
    strbuf_release(&theirs);
}

static void the_path_belongs_to_the_change(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    struct object_id a = builder_commit(build, "A");
    builder_write(build, "b", "1\n");
    struct object_id b = builder_commit(build, "B");
    builder_write_bytes(build, "a", "1\n", 2, 0100755);
    struct object_id mode = builder_commit(build, "Mode");
    assert_false(same_patch(&a, &b));
    struct object_id id = patch_id(&mode, NULL);
    assert_false(object_id_is_zero(&id));
}

static void a_directory_limits_the_id_to_a_module(void **state)
{
    (void)state;
    builder_write(build, "auth/a", "1\n");
    struct object_id alone = builder_commit(build, "Alone");
    builder_remove(build, "auth/a");
    builder_commit(build, "Away");
    builder_write(build, "auth/a", "1\n");
    builder_write(build, "pay/a", "1\n");
    struct object_id both = builder_commit(build, "Both");
    assert_false(same_patch(&alone, &both));
    struct object_id x = patch_id(&alone, "auth"), y = patch_id(&both, "auth/");
    assert_true(object_id_equal(&x, &y));
    x = patch_id(&alone, "pay");
    assert_true(object_id_is_zero(&x));
}

static void merges_and_empty_commits_have_none(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    builder_commit(build, "One");
    struct object_id empty = builder_commit(build, "Nothing");
    builder_branch(build, "side");
    builder_write(build, "b", "1\n");
    builder_commit(build, "Side");
    builder_switch(build, "main");
    builder_write(build, "c", "1\n");
    builder_commit(build, "Main");
    struct object_id merge = builder_merge(build, "side", "Merge");
    struct object_id id = patch_id(&empty, NULL);
    assert_true(object_id_is_zero(&id));
    id = patch_id(&merge, NULL);
    assert_true(object_id_is_zero(&id));
}

/* Two branches from one commit: the release has picks of every kind, and commits of its own. */
static void build_release(struct object_id *base)
{
    char path[32];
    write_numbered("a.c", 0, "old\n");
    builder_write_bytes(build, "logo", "\0\1", 2, 0100644);
    builder_write(build, "doomed", "1\n2\n");
    *base = builder_commit(build, "Base");
    builder_branch(build, "release");
    write_numbered("a.c", 40, "old\n");
    builder_commit(build, "Only here");
    builder_switch(build, "main");
    struct object_id picks[16];
    size_t count = 0;
    write_numbered("a.c", 0, "new\n");
    picks[count++] = builder_commit(build, "Change text");
    builder_write_bytes(build, "logo", "\0\2", 2, 0100644);
    picks[count++] = builder_commit(build, "Change the logo");
    builder_remove(build, "doomed");
    picks[count++] = builder_commit(build, "Remove");
    builder_link(build, "link", "a.c");
    picks[count++] = builder_commit(build, "Link");
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof(path), "src/f%d", i);
        builder_write(build, path, "1\n");
        picks[count++] = builder_commit(build, "Add");
        builder_write(build, path, "1\n2\n");
        builder_commit(build, "Not picked");
    }
    builder_switch(build, "release");
    for (size_t i = 0; i < count; i++)
        builder_pick(build, &picks[i], i % 2 == 0);
    /* The same subject and files, but another change. */
    builder_write(build, "src/f0", "1\nother\n");
    builder_commit(build, "Not picked");
}

static struct history *side(struct repository *repository, const char *from, const char *to)
{
    struct object_id a = fixture_resolve(fixture, from), b = fixture_resolve(fixture, to);
    struct history *history = history_read(repository, &a, &b, NULL, NULL, &error);
    assert_non_null(history);
    return history;
}

static struct object_id *ids_of(const struct history *history)
{
    struct object_id *ids = arena_array(history->arena, history->count, sizeof(struct object_id));
    for (size_t i = 0; i < history->count; i++)
        ids[i] = history->commits[i].id;
    return ids;
}

static void twins_are_those_that_git_cherry_finds(void **state)
{
    (void)state;
    struct object_id base;
    struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;
    size_t twins[64];
    build_release(&base);
    struct repository *repository = fixture_open(fixture);
    struct history *left = side(repository, "release", "main");
    struct history *right = side(repository, "main", "release");
    struct object_id *left_ids = ids_of(left), *right_ids = ids_of(right);
    assert_true(changes_twins(repository, left_ids, left->count, right_ids, right->count, NULL,
                              twins, NULL, &error));
    size_t found = 0;
    for (size_t i = left->count; i > 0; i--) { /* git-cherry(1) lists the oldest first */
        char hex[OBJECT_ID_HEX_SIZE];
        bool twin = twins[i - 1] != NO_TWIN;
        strbuf_printf(&ours, "%c %s\n", twin ? '-' : '+', object_id_hex(&left_ids[i - 1], hex));
        found += twin;
        if (twin)
            assert_string_equal(right->commits[twins[i - 1]].message->subject,
                                left->commits[i - 1].message->subject);
    }
    assert_int_equal(found, 10);
    fixture_git(fixture, &theirs, (const char *const[]){ "cherry", "release", "main", NULL });
    assert_string_equal(ours.data, theirs.data);
    history_free(&left);
    history_free(&right);
    strbuf_release(&ours);
    strbuf_release(&theirs);
}

struct cache {
    struct map *map;
    struct object_id ids[64];
    size_t saved, loaded;
};

static bool load_id(void *context, const struct object_id *commit, const char *directory,
                    struct object_id *id)
{
    struct cache *cache = context;
    const struct object_id *known = map_get_bytes(cache->map, commit->bytes, OBJECT_ID_SIZE);
    assert_string_equal(directory, "");
    if (!known)
        return false;
    cache->loaded++;
    *id = *known;
    return true;
}

static void save_id(void *context, const struct object_id *commit, const char *directory,
                    const struct object_id *id)
{
    struct cache *cache = context;
    assert_string_equal(directory, "");
    cache->ids[cache->saved] = *id;
    map_put_bytes(cache->map, commit->bytes, OBJECT_ID_SIZE, &cache->ids[cache->saved++]);
}

static void many_ids_are_kept_and_the_same_on_all_threads(void **state)
{
    (void)state;
    struct object_id base, first[64], again[64];
    build_release(&base);
    struct cache cache = { .map = map_new() };
    struct patch_id_options options = {
        .load = load_id, .save = save_id, .context = &cache, .threads = 1
    };
    struct repository *repository = fixture_open(fixture);
    struct history *history = side(repository, "release", "main");
    struct object_id *commits = ids_of(history);
    size_t count = history->count;
    assert_true(changes_patch_ids(repository, commits, count, &options, first, NULL, &error));
    assert_int_equal(cache.saved, count);
    assert_true(changes_patch_ids(repository, commits, count, &options, again, NULL, &error));
    assert_int_equal(cache.saved, count);
    assert_int_equal(cache.loaded, count);
    assert_memory_equal(first, again, count * sizeof(*first));
    struct patch_id_options threads = { .threads = 4 };
    assert_true(changes_patch_ids(repository, commits, count, &threads, again, NULL, &error));
    assert_memory_equal(first, again, count * sizeof(*first));
    struct object_id single = patch_id(&commits[0], NULL);
    assert_true(object_id_equal(&single, &first[0]));
    history_free(&history);
    map_free(&cache.map);
}

static void a_commit_that_cannot_be_read_is_never_a_twin(void **state)
{
    (void)state;
    struct object_id id;
    size_t twins[1];
    builder_write(build, "a", "1\n");
    builder_commit(build, "One");
    builder_write(build, "a", "2\n");
    struct object_id tree = builder_tree(build);
    struct object_id second = builder_commit(build, "Two");
    fixture_open(fixture);
    fixture_lose_object(fixture, &tree);
    struct repository *repository = fixture_open(fixture);
    assert_false(changes_patch_id(repository, &second, NULL, &id, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_true(changes_patch_ids(repository, &second, 1, NULL, &id, NULL, &error));
    assert_true(object_id_is_zero(&id));
    assert_true(changes_twins(repository, &second, 1, &second, 1, NULL, twins, NULL, &error));
    assert_true(twins[0] == NO_TWIN);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_pick_at_another_place_has_the_same_id),
        CASE(blanks_do_not_matter_and_letters_do),
        CASE(a_form_feed_is_a_letter),
        CASE(the_path_belongs_to_the_change),
        CASE(a_directory_limits_the_id_to_a_module),
        CASE(merges_and_empty_commits_have_none),
        CASE(twins_are_those_that_git_cherry_finds),
        CASE(many_ids_are_kept_and_the_same_on_all_threads),
        CASE(a_commit_that_cannot_be_read_is_never_a_twin),
    };
    return cmocka_run_group_tests_name("git/patch_id", tests, fixture_library_start,
                                       fixture_library_stop);
}
