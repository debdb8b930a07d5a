#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/drift/word_lists.h>

#define COUNT(array) (sizeof array / sizeof array[0])

static const char *const odd_lists[] = {
    "security",   "",
    " ",          "  security   bug ",
    "bug bugs",   "CVE-* ghsa-*",
    "*",          "sec*",
    "**",         "*security",
    "sécurité",   "use-after-free",
    "a",          "A* b",
    "security",   "2fa x",
    "re.view/ed", "fix(login)",
    "feat fixes", "cve-2024-3094",
};

static const char *const odd_texts[] = {
    "",
    "security",
    "Security: fix it",
    "a security",
    "security-service and spring-security",
    "@security .security /security -security _security",
    "security. Security, security-",
    "fix(security): x",
    "fix(security)!: a bug",
    "fix(security) a bug",
    "fix(security",
    "fix(security\n): bug",
    "fix (security): x",
    "feat(bug): x\nfix(a)!: bugs",
    "CVE-2024-3094 ghsa-abcd",
    "cve- CVE",
    "sécurité",
    "Sécurité",
    "\xff\xfe security \xff",
    "\xffsecurity",
    "use-after-free in re.view/ed",
    "2FA 2fa2 x2 X",
    "...security///bug---",
    "a.b.c A b",
    "a-",
    "((security))",
    "bug\tbugs\rfeat",
    "fixes(#12): fixes",
    "Revert \"feat(security): x\"",
};

/* --- the same once more, as plainly as it can be said ---------------------------------------- */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool letter(char c)
{
    return (small(c) >= 'a' && small(c) <= 'z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

static bool joint(char c)
{
    return c != '\0' && strchr("-_/.@", c) != NULL;
}

static size_t plain_length(const char *text)
{
    size_t length = 0;

    while (letter(text[length]) || (joint(text[length]) && letter(text[length + 1])))
        length++;
    return length;
}

static bool plain_equal(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (small(a[i]) != small(b[i]))
            return false;
    }
    return true;
}

static bool plain_among(const char *words, const char *text, size_t size)
{
    while (*(words += strspn(words, " ")) != '\0') {
        size_t length = strcspn(words, " ");
        bool open = words[length - 1] == '*';

        if ((open ? size + 1 >= length : size == length) &&
            plain_equal(words, text, open ? length - 1 : length))
            return true;
        words += length;
    }
    return false;
}

static bool plain_find(const char *words, const char *text)
{
    while (*text != '\0') {
        size_t size = plain_length(text), scope;

        if (size == 0) {
            text += joint(*text) ? 1 + plain_length(text + 1) : 1;
            continue;
        }
        if (plain_among(words, text, size))
            return true;
        text += size;
        scope = *text == '(' ? strcspn(text, ")\n") : 0;
        if (scope > 0 && text[scope] == ')' &&
            (text[scope + 1] == ':' || (text[scope + 1] == '!' && text[scope + 2] == ':')))
            text += scope + 1;
    }
    return false;
}

/* --------------------------------------------------------------------------------------------- */

static bool found_alone(const char *words, const char *text)
{
    struct word_lists *lists = word_lists_new();
    size_t number = word_lists_add(lists, words);
    uint64_t found = 0;

    assert_int_equal(word_lists_size(lists), 1);
    word_lists_find(lists, text, &found);
    word_lists_free(&lists);
    assert_null(lists);
    return word_lists_found(&found, number);
}

static void words_are_found_whole_only(void **state)
{
    static const struct {
        const char *text;
        bool found;
    } cases[] = {
        {"a security hole",                 true },
        { "Security: fix it",               true },
        { "(security)",                     true },
        { "[security] fix",                 true },
        { "insecurity",                     false},
        { "spring-security",                false},
        { "security-service",               false},
        { "src/security.c",                 false},
        { "@security",                      false},
        { ".security",                      false},
        { "fix(security): x",               false},
        { "fix(security)!: x",              false},
        { "Revert \"feat(security): x\"",   false},
        { "fix(login): x\n\nfor security.", true },
        { "s\xc3\xa9"
          "curity",                false},
        { "",                               false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (found_alone("other security", cases[i].text) != cases[i].found)
            fail_msg("\"%s\"", cases[i].text);
    }
}

static void lists_together_find_what_each_finds_alone(void **state)
{
    struct word_lists *lists = word_lists_new();
    size_t numbers[COUNT(odd_lists)];

    (void)state;
    for (size_t i = 0; i < COUNT(odd_lists); i++)
        numbers[i] = word_lists_add(lists, odd_lists[i]);
    assert_int_equal(numbers[14], numbers[0]); /* the same words */
    for (size_t k = 0; k < COUNT(odd_texts); k++) {
        uint64_t found = 0;

        word_lists_find(lists, odd_texts[k], &found);
        for (size_t i = 0; i < COUNT(odd_lists); i++) {
            bool expected = plain_find(odd_lists[i], odd_texts[k]);

            if (word_lists_found(&found, numbers[i]) != expected ||
                found_alone(odd_lists[i], odd_texts[k]) != expected)
                fail_msg("\"%s\" and \"%s\"", odd_lists[i], odd_texts[k]);
        }
    }
    word_lists_free(&lists);
}

static void a_text_is_found_line_by_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(odd_texts); i++) {
        for (size_t k = 0; k < COUNT(odd_texts); k++) {
            struct word_lists *lists = word_lists_new();
            uint64_t whole = 0, parts = 0;
            char text[200];

            for (size_t list = 0; list < COUNT(odd_lists); list++)
                word_lists_add(lists, odd_lists[list]);
            snprintf(text, sizeof text, "%s\n%s\n", odd_texts[i], odd_texts[k]);
            word_lists_find(lists, text, &whole);
            word_lists_find(lists, odd_texts[i], &parts);
            word_lists_find(lists, odd_texts[k], &parts);
            if (whole != parts)
                fail_msg("\"%s\"", text);
            word_lists_free(&lists);
        }
    }
}

static void there_may_be_any_number_of_lists(void **state)
{
    struct word_lists *lists = word_lists_new();
    static char words[200][16];
    uint64_t found[4] = { 0 };

    (void)state;
    assert_int_equal(word_lists_size(lists), 0);
    for (size_t i = 0; i < COUNT(words); i++) {
        snprintf(words[i], sizeof words[i], "w%zu x", i);
        assert_int_equal(word_lists_add(lists, words[i]), i);
    }
    assert_int_equal(word_lists_size(lists), 4);
    word_lists_find(lists, "w0 W64, w199", found);
    for (size_t i = 0; i < COUNT(words); i++)
        assert_int_equal(word_lists_found(found, i), i == 0 || i == 64 || i == 199);
    word_lists_find(lists, "x", found);
    for (size_t i = 0; i < COUNT(words); i++)
        assert_true(word_lists_found(found, i));
    word_lists_free(&lists);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_whole_only),
        cmocka_unit_test(lists_together_find_what_each_finds_alone),
        cmocka_unit_test(a_text_is_found_line_by_line),
        cmocka_unit_test(there_may_be_any_number_of_lists),
    };

    return cmocka_run_group_tests_name("drift/word_lists", tests, NULL, NULL);
}
