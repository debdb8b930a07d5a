#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <git2.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/history.h>

#include "../../../src/git/delta.h"
#include "../../../src/git/inflate.h"
#include "../../../src/git/pack.h"
#include "../../support/chance.h"
#include "../../support/fixture_case.h"

/* Sixty versions of a file of 300 lines: most of them will stand as deltas. */
static void build_history(void)
{
    struct random random = random_seeded(7);
    for (int version = 0; version < 60; version++) {
        struct strbuf text = STRBUF_INIT;
        for (int line = 0; line < 300; line++)
            strbuf_printf(&text, "line %d of %u\n", line,
                          line == version ? (unsigned)chance(&random, 1000) : 0);
        builder_write(build, "src/long.txt", text.data);
        builder_write(build, "src/deep/short.txt", text.data + text.length - 20);
        builder_commit(build, "Change a line");
        strbuf_release(&text);
    }
    fixture_open(fixture);
}

/* Packs all there is into one pack at `folder`. */
static void pack_all(git_repository *git, const char *folder)
{
    git_packbuilder *packer = NULL;
    git_revwalk *walk = NULL;
    assert_int_equal(git_packbuilder_new(&packer, git), 0);
    assert_int_equal(git_revwalk_new(&walk, git), 0);
    assert_int_equal(git_revwalk_push_head(walk), 0);
    assert_int_equal(git_packbuilder_insert_walk(packer, walk), 0);
    assert_int_equal(git_packbuilder_write(packer, folder, 0644, NULL, NULL), 0);
    git_packbuilder_free(packer);
    git_revwalk_free(walk);
}

struct check {
    git_odb *objects;
    struct pack_set *packs;
    size_t read, missed;
};

static int check_object(const git_oid *oid, void *payload)
{
    struct check *check = payload;
    struct object_id id;
    struct packed packed;
    git_odb_object *object = NULL;
    memcpy(id.bytes, oid->id, OBJECT_ID_SIZE);
    if (pack_set_read(check->packs, &id, PACKED_LIMIT, &packed) != PACK_READ) {
        check->missed++;
        return 0;
    }
    assert_int_equal(git_odb_read(&object, check->objects, oid), 0);
    assert_int_equal(packed.type, git_odb_object_type(object));
    assert_int_equal(packed.size, git_odb_object_size(object));
    assert_memory_equal(packed.data, git_odb_object_data(object), packed.size);
    git_odb_object_free(object);
    packed_release(&packed);
    check->read++;
    return 0;
}

/* The objects of the fixture through the packs at `folder`. */
static struct check check_all(git_repository *git, const char *folder)
{
    struct check check = { .packs = pack_set_open(folder) };
    assert_int_equal(git_repository_odb(&check.objects, git), 0);
    assert_int_equal(git_odb_foreach(check.objects, check_object, &check), 0);
    git_odb_free(check.objects);
    pack_set_free(&check.packs);
    return check;
}

static git_repository *open_plain(void)
{
    git_repository *git = NULL;
    assert_int_equal(git_repository_open(&git, fixture_path(fixture)), 0);
    return git;
}

static char *only_pack(const char *folder)
{
    glob_t found;
    char *pattern = path_join(folder, "*.pack");
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    free(pattern);
    char *path = strdup(found.gl_pathv[0]);
    globfree(&found);
    return path;
}

static void objects_are_those_that_libgit2_reads(void **state)
{
    (void)state;
    build_history();
    git_repository *git = open_plain();
    char *folder = fixture_directory();
    struct stat status;
    pack_all(git, folder);
    struct check check = check_all(git, folder);
    assert_int_equal(check.missed, 0);
    assert_true(check.read > 60 * 4);
    char *pack = only_pack(folder);
    assert_int_equal(stat(pack, &status), 0);
    assert_true(status.st_size < 60 * 5000); /* there are deltas in it */
    free(pack);
    git_repository_free(git);
    fixture_directory_free(&folder);
}

static void a_folder_without_packs_holds_nothing(void **state)
{
    (void)state;
    build_history();
    git_repository *git = open_plain();
    char *folder = fixture_directory();
    assert_int_equal(check_all(git, folder).read, 0);
    assert_int_equal(check_all(git, "/nonexistent").read, 0);
    git_repository_free(git);
    fixture_directory_free(&folder);
}

/* Whatever byte is wrong: an object is read as it is, or not at all. */
static void a_damaged_pack_gives_nothing_that_is_wrong(void **state)
{
    (void)state;
    build_history();
    git_repository *git = open_plain();
    char *folder = fixture_directory();
    struct random random = random_seeded(11);
    pack_all(git, folder);
    char *pack = only_pack(folder);
    int file = open(pack, O_RDWR | O_CLOEXEC);
    size_t missed = 0;
    struct stat status;
    if (file < 0) {
        assert_int_equal(chmod(pack, 0600), 0);
        file = open(pack, O_RDWR | O_CLOEXEC);
    }
    assert_true(file >= 0 && fstat(file, &status) == 0);
    for (int i = 0; i < 40; i++) {
        off_t at = (off_t)(12 + chance(&random, (uint64_t)status.st_size - 32));
        unsigned char byte, wrong;
        assert_int_equal(pread(file, &byte, 1, at), 1);
        wrong = (unsigned char)(byte ^ (1 + chance(&random, 255)));
        assert_int_equal(pwrite(file, &wrong, 1, at), 1);
        missed += check_all(git, folder).missed;
        assert_int_equal(pwrite(file, &byte, 1, at), 1);
    }
    assert_true(missed > 0);
    assert_int_equal(check_all(git, folder).missed, 0);
    assert_int_equal(ftruncate(file, status.st_size / 2), 0);
    assert_true(check_all(git, folder).missed > 0);
    close(file);
    free(pack);
    git_repository_free(git);
    fixture_directory_free(&folder);
}

/* "0123456789" with its first five bytes and "xy" behind. */
static const unsigned char sound[] = { 10, 7, 0x90, 5, 2, 'x', 'y' };

static void a_delta_copies_and_inserts(void **state)
{
    (void)state;
    unsigned char out[7];
    size_t size;
    assert_true(delta_check(sound, sizeof(sound), 10, &size));
    assert_int_equal(size, 7);
    delta_apply(sound, sizeof(sound), (const unsigned char *)"0123456789", out);
    assert_memory_equal(out, "01234xy", 7);
}

static void a_delta_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const struct {
        unsigned char bytes[8];
        size_t size;
    } bad[] = {
        {{ 10, 8, 0x90, 5, 2, 'x', 'y' },     7}, /* gives less than it says */
        { { 10, 6, 0x90, 5, 2, 'x', 'y' },    7}, /* gives more */
        { { 9, 7, 0x90, 5, 2, 'x', 'y' },     7}, /* stands on another base */
        { { 10, 11, 0x90, 11 },               4}, /* copies beyond the base */
        { { 10, 5, 0x91, 6, 5 },              5}, /* the same from within it */
        { { 10, 7, 0x90, 5, 3, 'x', 'y' },    7}, /* inserts what is not there */
        { { 10, 7, 0x90, 5, 2, 'x', 'y', 0 }, 8}, /* a reserved instruction */
        { { 10, 7, 0x90 },                    3}, /* ends within an instruction */
        { { 0x80, 0x80 },                     2}, /* ends within a number */
        { { 10 },                             1},
        { { 0 },                              0},
    };
    size_t size;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_false(delta_check(bad[i].bytes, bad[i].size, 10, &size));
}

/* "hello" by zlib. */
static const unsigned char packed_hello[] = { 0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
                                              0x07, 0x00, 0x06, 0x2c, 0x02, 0x15 };

static void a_stream_unpacks_to_its_size_or_not_at_all(void **state)
{
    (void)state;
    struct inflater *inflater = inflater_new();
    unsigned char out[16], damaged[sizeof(packed_hello)];
    size_t size = sizeof(packed_hello);
    assert_true(inflater_run(inflater, packed_hello, size, out, 5));
    assert_memory_equal(out, "hello", 5);
    assert_false(inflater_run(inflater, packed_hello, size, out, 4));
    assert_false(inflater_run(inflater, packed_hello, size, out, 6));
    assert_false(inflater_run(inflater, packed_hello, size - 1, out, 5));
    memcpy(damaged, packed_hello, size);
    damaged[size - 1] ^= 1; /* its checksum */
    assert_false(inflater_run(inflater, damaged, size, out, 5));
    assert_true(inflater_run(inflater, packed_hello, size, out, 5));
    inflater_free(&inflater);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(objects_are_those_that_libgit2_reads),
        CASE(a_folder_without_packs_holds_nothing),
        CASE(a_damaged_pack_gives_nothing_that_is_wrong),
        cmocka_unit_test(a_delta_copies_and_inserts),
        cmocka_unit_test(a_delta_that_does_not_fit_is_refused),
        cmocka_unit_test(a_stream_unpacks_to_its_size_or_not_at_all),
    };
    return cmocka_run_group_tests_name("git/pack", tests, fixture_library_start,
                                       fixture_library_stop);
}
