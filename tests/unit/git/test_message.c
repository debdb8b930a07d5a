#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/message.h>

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct commit_message *parse(const char *text)
{
    return commit_message_parse(arena, text, strlen(text));
}

static void assert_trailer(const struct commit_message *message, size_t index, const char *key,
                           const char *value)
{
    assert_true(index < message->trailer_count);
    assert_string_equal(message->trailers[index].key, key);
    assert_string_equal(message->trailers[index].value, value);
}

static void a_subject_is_the_first_paragraph_in_one_line(void **state)
{
    (void)state;
    struct commit_message *message = parse("\n\nAdd biometric\n  authentication  \n\nThe body.\n");
    assert_string_equal(message->subject, "Add biometric authentication");
    assert_string_equal(message->body, "The body.");
    assert_int_equal(message->trailer_count, 0);
}

static void an_empty_message_has_empty_parts(void **state)
{
    (void)state;
    struct commit_message *message = parse("");
    assert_string_equal(message->subject, "");
    assert_string_equal(message->body, "");
    assert_int_equal(message->revert_depth, 0);
    assert_null(message->reverted_subject);
}

static void paragraphs_of_the_body_stay_apart(void **state)
{
    (void)state;
    struct commit_message *message = parse("S\n\nOne\ntwo\n\n\n  three\n\nfour\n");
    assert_string_equal(message->body, "One\ntwo\n\n  three\n\nfour");
}

static void trailers_are_taken_out_of_the_body(void **state)
{
    (void)state;
    struct commit_message *message = parse("Fix login\n\nIt failed.\n\n"
                                           "Fixes: MB-250\n"
                                           "Signed-off-by: Ada Example <ada@example.org>\n");
    assert_string_equal(message->body, "It failed.");
    assert_int_equal(message->trailer_count, 2);
    assert_trailer(message, 0, "Fixes", "MB-250");
    assert_trailer(message, 1, "Signed-off-by", "Ada Example <ada@example.org>");
}

static void a_trailer_goes_on_in_indented_lines(void **state)
{
    (void)state;
    struct commit_message *message = parse("S\n\nRefs: MB-1,\n  MB-2\nAcked-by: B\n");
    assert_int_equal(message->trailer_count, 2);
    assert_trailer(message, 0, "Refs", "MB-1, MB-2");
    assert_trailer(message, 1, "Acked-by", "B");
}

static void prose_with_a_colon_is_no_trailer_block(void **state)
{
    (void)state;
    struct commit_message *message = parse("S\n\nThis does two things: it adds\nand removes.\n");
    assert_int_equal(message->trailer_count, 0);
    assert_string_equal(message->body, "This does two things: it adds\nand removes.");
}

static void an_address_is_no_trailer(void **state)
{
    (void)state;
    struct commit_message *message = parse("S\n\nhttps://tracker.example.org/browse/MB-1\n");
    assert_int_equal(message->trailer_count, 0);
    assert_string_equal(message->body, "https://tracker.example.org/browse/MB-1");
}

static void a_signed_block_may_hold_some_other_lines(void **state)
{
    (void)state;
    struct commit_message *message =
        parse("S\n\nBody.\n\n[ada: fixed a typo]\nReviewed-by: Bo\nSigned-off-by: Cy\n");
    assert_int_equal(message->trailer_count, 2);
    assert_trailer(message, 0, "Reviewed-by", "Bo");
    assert_string_equal(message->body, "Body.\n\n[ada: fixed a typo]");
}

static void a_number_sign_also_makes_a_trailer(void **state)
{
    (void)state;
    struct commit_message *message = parse("S\n\nCloses #123\nRefs #7\n");
    assert_int_equal(message->trailer_count, 2);
    assert_trailer(message, 0, "Closes", "#123");
    assert_trailer(message, 1, "Refs", "#7");
}

static void a_breaking_change_is_a_trailer_of_one_paragraph(void **state)
{
    (void)state;
    struct commit_message *message = parse("feat!: new login\n\nText.\n\n"
                                           "BREAKING CHANGE: the old endpoint\nis gone.\n\n"
                                           "Refs: MB-255\n");
    assert_string_equal(message->body, "Text.");
    assert_int_equal(message->trailer_count, 2);
    assert_trailer(message, 0, "BREAKING CHANGE", "the old endpoint is gone.");
    assert_trailer(message, 1, "Refs", "MB-255");
}

static void a_breaking_change_may_stand_last(void **state)
{
    (void)state;
    struct commit_message *message = parse("feat: x\n\nBREAKING-CHANGE: all is new\nfor you\n");
    assert_trailer(message, 0, "BREAKING-CHANGE", "all is new for you");
    assert_string_equal(message->body, "");
}

static void lines_may_end_like_those_of_windows(void **state)
{
    (void)state;
    struct commit_message *message = parse("Subject\r\n\r\nBody\r\n\r\nFixes: MB-1\r\n");
    assert_string_equal(message->subject, "Subject");
    assert_string_equal(message->body, "Body");
    assert_trailer(message, 0, "Fixes", "MB-1");
}

static void picks_come_last_first(void **state)
{
    (void)state;
    struct commit_message *message =
        parse("S\n\nBody\n\n"
              "(cherry picked from commit 1111111111111111111111111111111111111111)\n"
              "Signed-off-by: Ada\n"
              "(cherry picked from commit 2222222)\n");
    assert_int_equal(message->picked_count, 2);
    assert_string_equal(message->picked_from[0], "2222222");
    assert_string_equal(message->picked_from[1], "1111111111111111111111111111111111111111");
    assert_int_equal(message->trailer_count, 1);
    assert_string_equal(message->body, "Body");
}

static void a_pick_without_an_id_is_no_pick(void **state)
{
    (void)state;
    assert_int_equal(parse("S\n\n(cherry picked from commit zzz)\n")->picked_count, 0);
}

static void a_revert_names_its_commit_and_subject(void **state)
{
    (void)state;
    struct commit_message *message =
        parse("Revert \"Add \"smart\" login\"\n\n"
              "This reverts commit 0123456789abcdef0123456789abcdef01234567.\n");
    assert_int_equal(message->revert_depth, 1);
    assert_string_equal(message->reverted_subject, "Add \"smart\" login");
    assert_int_equal(message->revert_count, 1);
    assert_string_equal(message->reverts[0], "0123456789abcdef0123456789abcdef01234567");
}

static void a_revert_of_a_merge_names_the_merge(void **state)
{
    (void)state;
    struct commit_message *message =
        parse("Revert \"Merge x\"\n\nThis reverts commit 01234567, reversing\n"
              "changes made to 89abcdef.\n");
    assert_int_equal(message->revert_count, 1);
    assert_string_equal(message->reverts[0], "01234567");
}

static void reverts_nest(void **state)
{
    (void)state;
    struct commit_message *message = parse("Revert \"Revert \"Add login\" (#4)\" (#5)\n");
    assert_int_equal(message->revert_depth, 2);
    assert_string_equal(message->reverted_subject, "Add login");
    message = parse("Reapply \"Add login\"\n");
    assert_int_equal(message->revert_depth, 2);
    assert_string_equal(message->reverted_subject, "Add login");
    message = parse("Revert \"Reapply \"Add login\"\"\n");
    assert_int_equal(message->revert_depth, 3);
}

static void a_conventional_revert_counts_too(void **state)
{
    (void)state;
    struct commit_message *message = parse("revert: feat: add login\n");
    assert_int_equal(message->revert_depth, 1);
    assert_string_equal(message->reverted_subject, "feat: add login");
}

static void text_ends_at_a_nul(void **state)
{
    (void)state;
    struct commit_message *message = commit_message_parse(arena, "ok\0hidden\n", 10);
    assert_string_equal(message->subject, "ok");
}

static void hostile_bytes_stay_as_they_are(void **state)
{
    (void)state;
    assert_string_equal(parse("\033]0;pwned\007 ok\rFAKE \xff\xfe\n")->subject,
                        "\033]0;pwned\007 ok\rFAKE \xff\xfe");
}

static void a_subject_of_ten_megabytes_is_read(void **state)
{
    (void)state;
    size_t length = (size_t)10 << 20;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, 'x', length);
    assert_int_equal(strlen(commit_message_parse(arena, text, length)->subject), length);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subject_is_the_first_paragraph_in_one_line),
        cmocka_unit_test(an_empty_message_has_empty_parts),
        cmocka_unit_test(paragraphs_of_the_body_stay_apart),
        cmocka_unit_test(trailers_are_taken_out_of_the_body),
        cmocka_unit_test(a_trailer_goes_on_in_indented_lines),
        cmocka_unit_test(prose_with_a_colon_is_no_trailer_block),
        cmocka_unit_test(an_address_is_no_trailer),
        cmocka_unit_test(a_signed_block_may_hold_some_other_lines),
        cmocka_unit_test(a_number_sign_also_makes_a_trailer),
        cmocka_unit_test(a_breaking_change_is_a_trailer_of_one_paragraph),
        cmocka_unit_test(a_breaking_change_may_stand_last),
        cmocka_unit_test(lines_may_end_like_those_of_windows),
        cmocka_unit_test(picks_come_last_first),
        cmocka_unit_test(a_pick_without_an_id_is_no_pick),
        cmocka_unit_test(a_revert_names_its_commit_and_subject),
        cmocka_unit_test(a_revert_of_a_merge_names_the_merge),
        cmocka_unit_test(reverts_nest),
        cmocka_unit_test(a_conventional_revert_counts_too),
        cmocka_unit_test(text_ends_at_a_nul),
        cmocka_unit_test(hostile_bytes_stay_as_they_are),
        cmocka_unit_test(a_subject_of_ten_megabytes_is_read),
    };
    return cmocka_run_group_tests_name("git/message", tests, begin, end);
}
