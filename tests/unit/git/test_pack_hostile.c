/* Packs that lie about what is in them, and packs that go away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <pilab/base/file.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/history.h>

#include "../../../src/git/pack.h"
#include "../../support/fixture_case.h"

enum { BLOB = 3, OFFSET_DELTA = 6, REFERENCE_DELTA = 7 };

/* A pack in the making: at most one object for each first byte of an id, in the order of ids. */
struct packing {
    struct strbuf pack, ids, offsets;
    uint32_t fanout[256];
    uint32_t count;
};

static void add_32(struct strbuf *out, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        strbuf_add_char(out, (char)(number >> shift));
}

static void packing_start(struct packing *packing)
{
    *packing = (struct packing){ .pack = STRBUF_INIT, .ids = STRBUF_INIT, .offsets = STRBUF_INIT };
    strbuf_add(&packing->pack, "PACK");
    add_32(&packing->pack, 2);
    add_32(&packing->pack, 0); /* the count, when it is known */
}

/* The id of an object is its first byte, twenty times. */
static struct object_id id_of(unsigned char first)
{
    struct object_id id;
    memset(id.bytes, first, sizeof(id.bytes));
    return id;
}

static void add_header(struct strbuf *pack, unsigned type, uint64_t size)
{
    unsigned char byte = (unsigned char)(type << 4 | (size & 15));
    for (size >>= 4; size > 0; size >>= 7) {
        strbuf_add_char(pack, (char)(byte | 0x80));
        byte = size & 0x7f;
    }
    strbuf_add_char(pack, (char)byte);
}

static void add_packed(struct strbuf *pack, const void *bytes, size_t size)
{
    unsigned char out[512];
    uLongf length = sizeof(out);
    assert_int_equal(compress(out, &length, bytes, size), Z_OK);
    strbuf_add_bytes(pack, out, length);
}

/* Says `size` of what is `length` bytes; `base` only for a delta. Returns where it begins. */
static size_t packing_add(struct packing *packing, unsigned char first, unsigned type,
                          const struct object_id *base, uint64_t size, const void *bytes,
                          size_t length)
{
    struct object_id id = id_of(first);
    size_t at = packing->pack.length;
    strbuf_add_bytes(&packing->ids, id.bytes, sizeof(id.bytes));
    add_32(&packing->offsets, (uint32_t)at);
    for (unsigned i = first; i < 256; i++)
        packing->fanout[i]++;
    packing->count++;
    add_header(&packing->pack, type, size);
    if (type == REFERENCE_DELTA)
        strbuf_add_bytes(&packing->pack, base->bytes, sizeof(base->bytes));
    add_packed(&packing->pack, bytes, length);
    return at;
}

static void write_file(const char *folder, const char *name, const struct strbuf *bytes)
{
    char *path = path_join(folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes->data, 1, bytes->length, file), bytes->length);
    assert_int_equal(fclose(file), 0);
    free(path);
}

/* Checksums stay zero: nobody looks at them while reading. */
static void packing_end(struct packing *packing, const char *folder)
{
    static const char zeros[2 * OBJECT_ID_SIZE];
    struct strbuf index = STRBUF_INIT, count = STRBUF_INIT;
    add_32(&count, packing->count);
    memcpy(packing->pack.data + 8, count.data, 4);
    strbuf_add_bytes(&packing->pack, zeros, OBJECT_ID_SIZE);
    strbuf_add_bytes(&index, "\377tOc\0\0\0\2", 8);
    for (int i = 0; i < 256; i++)
        add_32(&index, packing->fanout[i]);
    strbuf_add_bytes(&index, packing->ids.data, packing->ids.length);
    for (uint32_t i = 0; i < packing->count; i++)
        add_32(&index, 0);
    strbuf_add_bytes(&index, packing->offsets.data, packing->offsets.length);
    strbuf_add_bytes(&index, zeros, sizeof(zeros));
    write_file(folder, "pack-odd.pack", &packing->pack);
    write_file(folder, "pack-odd.idx", &index);
    strbuf_release(&packing->pack);
    strbuf_release(&packing->ids);
    strbuf_release(&packing->offsets);
    strbuf_release(&count);
    strbuf_release(&index);
}

static char *pack_folder(void)
{
    return path_join(fixture_git_path(fixture), "objects/pack");
}

#define MEGABYTE ((size_t)1 << 20)

/* From five bytes to so many, by instructions that may not fit that. */
static const unsigned char to_five[] = { 5, 5, 0x90, 5 };
static const unsigned char to_many[] = { 5, 0x80, 0x80, 0x80, 0x10, 0x90, 5 }; /* 32 MB, it says */

static void size_is_judged_before_anything_is_unpacked(void **state)
{
    (void)state;
    struct object_id base = id_of(1), small = id_of(2), many = id_of(3), large = id_of(4);
    struct packing packing;
    struct packed packed;
    char *folder = pack_folder();
    packing_start(&packing);
    packing_add(&packing, 1, BLOB, NULL, 5, "hello", 5);
    packing_add(&packing, 2, REFERENCE_DELTA, &base, sizeof(to_five), to_five, sizeof(to_five));
    packing_add(&packing, 3, REFERENCE_DELTA, &base, sizeof(to_many), to_many, sizeof(to_many));
    packing_add(&packing, 4, BLOB, NULL, 17 * MEGABYTE, "no 17 megabytes", 15);
    strbuf_add_bytes(&packing.pack, to_many, sizeof(to_many));
    for (int i = 0; i < 20000; i++) /* as if there were enough for so much */
        strbuf_add_char(&packing.pack, 'x');
    packing_end(&packing, folder);

    struct pack_set *set = pack_set_open(folder);
    assert_int_equal(pack_set_read(set, &small, 5, &packed), PACK_READ);
    assert_memory_equal(packed.data, "hello", 6);
    packed_release(&packed);
    assert_int_equal(pack_set_read(set, &small, 4, &packed), PACK_TOO_LARGE);
    assert_int_equal(packed.size, 5);
    /* Neither could be unpacked: they say more than they have. */
    assert_int_equal(pack_set_read(set, &many, 16 * MEGABYTE, &packed), PACK_TOO_LARGE);
    assert_int_equal(packed.size, 32 * MEGABYTE);
    assert_int_equal(pack_set_read(set, &large, 16 * MEGABYTE, &packed), PACK_TOO_LARGE);
    assert_int_equal(packed.size, 17 * MEGABYTE);
    assert_int_equal(pack_set_read(set, &many, PACKED_LIMIT, &packed), PACK_ELSEWHERE);
    assert_int_equal(pack_set_read(set, &large, PACKED_LIMIT, &packed), PACK_ELSEWHERE);
    pack_set_free(&set);
    free(folder);
}

/* The known block that a chain stands on is let go of when the object is too large. */
static void what_is_too_large_holds_nothing(void **state)
{
    (void)state;
    struct object_id base = id_of(1), many = id_of(3);
    struct packing packing;
    struct packed packed;
    char *folder = pack_folder();
    packing_start(&packing);
    packing_add(&packing, 1, BLOB, NULL, 5, "hello", 5);
    packing_add(&packing, 3, REFERENCE_DELTA, &base, sizeof(to_many), to_many, sizeof(to_many));
    packing_end(&packing, folder);
    struct pack_set *set = pack_set_open(folder);
    assert_int_equal(pack_set_read(set, &base, 5, &packed), PACK_READ);
    packed_release(&packed);
    assert_int_equal(pack_set_read(set, &many, MEGABYTE, &packed), PACK_TOO_LARGE);
    assert_null(packed.block);
    packed_release(&packed);
    pack_set_free(&set);
    free(folder);
}

/* Two deltas that stand on each other; the tree names one of them. */
static void deltas_in_a_circle_are_damage_and_no_end_of_memory(void **state)
{
    (void)state;
    struct object_id one = id_of(0xa1), two = id_of(0xb2), commit, tree;
    struct object_id before = fixture_commit(fixture, "f", "1\n", "One");
    struct strbuf bytes = STRBUF_INIT;
    struct file_change_list list;
    struct arena *arena = arena_new();
    struct packing packing;
    struct error error = { 0 };
    char *folder = pack_folder(), text[300], tree_hex[OBJECT_ID_HEX_SIZE];
    packing_start(&packing);
    packing_add(&packing, 0xa1, REFERENCE_DELTA, &two, sizeof(to_five), to_five, sizeof(to_five));
    packing_add(&packing, 0xb2, REFERENCE_DELTA, &one, sizeof(to_five), to_five, sizeof(to_five));
    packing_end(&packing, folder);
    strbuf_add_bytes(&bytes, "100644 f\0", 9);
    strbuf_add_bytes(&bytes, one.bytes, sizeof(one.bytes));
    tree = fixture_raw_tree(fixture, bytes.data, bytes.length);
    int length = snprintf(text, sizeof(text),
                          "tree %s\nauthor A <a@example.org> 1735689600 +0000\n"
                          "committer A <a@example.org> 1735689600 +0000\n\nOdd\n",
                          object_id_hex(&tree, tree_hex));
    commit = fixture_raw_commit(fixture, text, (size_t)length);
    struct repository *repository = fixture_open(fixture);
    assert_true(changes_between(repository, &before, &commit, "", CHANGES_COUNTS, 1, arena, &list,
                                NULL, &error));
    assert_int_equal(list.count, 1);
    assert_true(list.changes[0].unread);
    strbuf_clear(&bytes);
    assert_false(repository_read_file(repository, &commit, "f", MEGABYTE, &bytes, &error));
    fixture_assert_error(&error, ERROR_CORRUPT, "deltas that never end", "");
    strbuf_release(&bytes);
    arena_free(&arena);
    free(folder);
}

/* A commit that was made after the repository had been opened. */
static struct object_id commit_later(const char *tree)
{
    struct strbuf out = STRBUF_INIT;
    struct object_id id;
    fixture_git(fixture, &out,
                (const char *const[]){ "-c", "user.name=A", "-c", "user.email=a@example.org",
                                       "commit-tree", "-m", "Later", tree, NULL });
    strbuf_truncate(&out, OBJECT_ID_HEX_SIZE - 1);
    assert_true(object_id_parse(out.data, &id));
    fixture_git(fixture, &out,
                (const char *const[]){ "update-ref", "refs/heads/later", out.data, NULL });
    strbuf_release(&out);
    return id;
}

/* `git gc` makes one pack of all and takes the others away, while somebody reads. */
static void packs_may_be_replaced_while_they_are_read(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct repository *repository;
    struct object_id one = fixture_commit(fixture, "f", "1\n", "One");
    struct object_id two = fixture_commit(fixture, "f", "2\n", "Two"), later;
    fixture_open(fixture);
    fixture_git(fixture, &text, (const char *const[]){ "repack", "-q", "-a", "-d", NULL });
    assert_true(repository_open(&repository, fixture_path(fixture), &error));
    strbuf_clear(&text);
    assert_true(repository_read_file(repository, &two, "f", MEGABYTE, &text, &error));
    later = commit_later("HEAD~1^{tree}");
    fixture_git(fixture, &text, (const char *const[]){ "gc", "-q", "--prune=now", NULL });
    const struct object_id *const commits[] = { &one, &two, &later };
    strbuf_clear(&text);
    for (size_t i = 0; i < 3; i++)
        assert_true(repository_read_file(repository, commits[i], "f", MEGABYTE, &text, &error));
    assert_string_equal(text.data, "1\n2\n1\n");
    repository_free(&repository);
    strbuf_release(&text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(size_is_judged_before_anything_is_unpacked),
        CASE(what_is_too_large_holds_nothing),
        CASE(deltas_in_a_circle_are_damage_and_no_end_of_memory),
        CASE(packs_may_be_replaced_while_they_are_read),
    };
    return cmocka_run_group_tests_name("git/pack_hostile", tests, fixture_library_start,
                                       fixture_library_stop);
}
