#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/digest.h>

static void sha256_gives_the_published_answers(void **state)
{
    char out[SHA256_HEX_SIZE];

    (void)state; /* FIPS 180-4 examples */
    assert_string_equal(sha256_hex("", 0, out),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(sha256_hex("abc", 3, out),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(sha256_hex(NULL, 0, out),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hmac_gives_the_known_answer(void **state)
{
    unsigned char key[32];
    char out[SHA256_HEX_SIZE];

    (void)state;
    /* RFC 4231, test case 1; HMAC fills a short key up with zeros. */
    memset(key, 0, sizeof key);
    memset(key, 0x0b, 20);
    assert_string_equal(hmac_sha256_hex(key, "Hi There", 8, out),
                        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

static void bytes_become_lower_case_digits(void **state)
{
    static const unsigned char bytes[] = { 0x00, 0x0f, 0xa5, 0xff };
    char out[9];

    (void)state;
    assert_string_equal(hex_encode(bytes, 4, out), "000fa5ff");
    assert_string_equal(hex_encode(bytes, 0, out), "");
}

static void digits_in_either_case_become_bytes(void **state)
{
    static const unsigned char expected[] = { 0x00, 0x0f, 0xa5, 0xff };
    unsigned char out[4];

    (void)state;
    assert_true(hex_decode("000fA5Ff", out, 4));
    assert_memory_equal(out, expected, 4);
    assert_true(hex_decode("", out, 0));
}

static void other_texts_are_no_digits(void **state)
{
    static const char *const wrong[] = { "",         "000fa5f",  "000fa5ff0", "000fa5fg",
                                         "000fa5g0", "000fa5f ", "0x0fa5ff" };
    unsigned char out[4];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(hex_decode(wrong[i], out, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_answers),
        cmocka_unit_test(hmac_gives_the_known_answer),
        cmocka_unit_test(bytes_become_lower_case_digits),
        cmocka_unit_test(digits_in_either_case_become_bytes),
        cmocka_unit_test(other_texts_are_no_digits),
    };

    return cmocka_run_group_tests_name("base/digest", tests, NULL, NULL);
}
