#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "../../support/patience.h"

#include "escape_rows.h"

#define ESC      "\x1b"
#define BEL      "\x07"
#define ACUTE    "\xcc\x81"         /* U+0301, combining */
#define OVERRIDE "\xe2\x80\xae"     /* U+202E, right-to-left override */
#define ZWJ      "\xe2\x80\x8d"     /* U+200D, zero width joiner */
#define CSI      "\xc2\x9b"         /* U+009B, the C1 form of ESC [ */
#define TAG      "\xf3\xa0\x80\x81" /* U+E0001 */
#define E_ACUTE  "\xc3\xa9"         /* U+00E9 */
#define ROCKET   "\xf0\x9f\x9a\x80"

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

/* --- Terminal --------------------------------------------------------------------------------- */

static void check_terminal(const struct row *rows, size_t count, unsigned flags)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < count; i++) {
        strbuf_clear(&out);
        escape_terminal(&out, rows[i].text, strlen(rows[i].text), flags);
        assert_string_equal(out.data, rows[i].escaped);
    }
    strbuf_release(&out);
}

static void controls_are_shown(void **state)
{
    static const struct row rows[] = {
        {"",                          ""                },
        { "Fix the login",            "Fix the login"   },
        { "x" ESC "]0;title" BEL "y", "x^[]0;title^Gy"  },
        { ESC "[2J",                  "^[[2J"           },
        { ESC "]52;c;aGk=" ESC "\\",  "^[]52;c;aGk=^[\\"},
        { "ok\rFAKE",                 "ok^MFAKE"        },
        { "a\b\b",                    "a^H^H"           },
        { "a\nb\tc",                  "a^Jb^Ic"         },
        { "\x7f",                     "^?"              },
        { "\x01\x1f",                 "^A^_"            },
        { CSI "2J",                   "<U+009B>2J"      },
        { "\x9b"
          "2J",              "\\x9B2J"         },
        { "\xc0\xaf",                 "\\xC0\\xAF"      },
        { "caf" E_ACUTE,              "caf" E_ACUTE     },
        { ROCKET,                     ROCKET            },
        { "\xef\xbf\xbf",             "<U+FFFF>"        },
        { "\xcd\xb8",                 "<U+0378>"        }, /* unassigned */
    };

    (void)state;
    check_terminal(rows, COUNT(rows), 0);
}

static void nul_is_shown_too(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    escape_terminal(&out, "a\0b", 3, 0);
    assert_string_equal(out.data, "a^@b");
    strbuf_release(&out);
}

static void deceptive_characters_are_shown_and_counted(void **state)
{
    struct strbuf out = STRBUF_INIT;
    static const char text[] = "a" OVERRIDE "b" ZWJ "c" TAG CSI;

    (void)state;
    assert_int_equal(escape_terminal(&out, text, strlen(text), 0), 3);
    assert_string_equal(out.data, "a<U+202E>b<U+200D>c<U+E0001><U+009B>");
    assert_int_equal(escape_terminal(&out, "plain", 5, 0), 0);
    strbuf_release(&out);
}

static void a_base_carries_at_most_four_marks(void **state)
{
    static const struct row rows[] = {
        {"e" ACUTE "x",                                      "e" ACUTE "x"              },
        { "e" ACUTE ACUTE ACUTE ACUTE,                       "e" ACUTE ACUTE ACUTE ACUTE},
        { "e" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "f" ACUTE,
         "e" ACUTE ACUTE ACUTE ACUTE "<U+0301><U+0301>f" ACUTE                          },
        { ACUTE "x",                                         "<U+0301>x"                }, /* it would stand on what was printed before */
        { "\x1b" ACUTE,                                      "^[<U+0301>"               },
        { OVERRIDE ACUTE,                                    "<U+202E><U+0301>"         },
    };

    (void)state;
    check_terminal(rows, COUNT(rows), 0);
}

static void a_thousand_marks_take_the_width_they_are_given(void **state)
{
    struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "e");
    strbuf_add_repeat(&text, ACUTE, 1000);
    escape_terminal(&out, text.data, text.length, 0);
    assert_int_equal(text_width(out.data, out.length), 1 + 996 * 8);
    strbuf_release(&text);
    strbuf_release(&out);
}

static void lines_can_be_kept(void **state)
{
    static const struct row rows[] = {
        {"a\nb",           "a\nb"              },
        { "\tx",           "        x"         },
        { "abc\tx",        "abc     x"         },
        { "12345678\tx",   "12345678        x" },
        { "abc\n\tx",      "abc\n        x"    },
        { ROCKET "\tx",    ROCKET "      x"    }, /* two columns */
        { "e" ACUTE "\tx", "e" ACUTE "       x"},
        { ESC "\tx",       "^[      x"         },
        { "a\r\nb",        "a^M\nb"            },
        { "a\n" ACUTE,     "a\n<U+0301>"       },
    };

    (void)state;
    check_terminal(rows, COUNT(rows), ESCAPE_LINES);
}

static void a_field_is_one_line(void **state)
{
    static const struct row rows[] = {
        {"a  b",             "a b"         },
        { "a\nb\n\n\tc",     "a b c"       },
        { "  a",             " a"          },
        { "a\r\nb",          "a b"         },
        { "ok\rFAKE",        "ok^MFAKE"    },
        { "a \r",            "a ^M"        },
        { "path\n\"x\"" ESC, "path \"x\"^["},
    };

    (void)state;
    check_terminal(rows, COUNT(rows), ESCAPE_BLANKS);
    check_terminal(rows, COUNT(rows), ESCAPE_BLANKS | ESCAPE_LINES);
}

static void an_ascii_terminal_gets_ascii(void **state)
{
    static const struct row rows[] = {
        {"caf" E_ACUTE,       "caf<U+00E9>"},
        { ROCKET,             "<U+1F680>"  },
        { "e" ACUTE,          "e<U+0301>"  },
        { "\xff",             "\\xFF"      },
        { "\xf4\x8f\xbf\xbd", "<U+10FFFD>" },
    };

    (void)state;
    check_terminal(rows, COUNT(rows), ESCAPE_ASCII);
    setlocale(LC_ALL, "C");
    check_terminal(rows, COUNT(rows), ESCAPE_ASCII);
}

static void a_stream_keeps_its_characters_in_any_locale(void **state)
{
    static const struct row rows[] = {
        {"caf" E_ACUTE " \xe6\x97\xa5", "caf" E_ACUTE " \xe6\x97\xa5"},
        { CSI OVERRIDE,                 "<U+009B><U+202E>"           },
        { ACUTE,                        "<U+0301>"                   },
    };

    (void)state;
    setlocale(LC_ALL, "C");
    check_terminal(rows, COUNT(rows), 0);
}

/* Whether a terminal would act on anything in the text. */
static bool acts(const char *text, size_t length, unsigned flags)
{
    const char *cursor = text, *end = text + length;

    while (cursor < end) {
        int32_t c = utf8_decode(&cursor, end);
        bool newline = c == '\n' && flags & ESCAPE_LINES && !(flags & ESCAPE_BLANKS);
        if (c < 0 || (c < 0x20 && !newline) || (c >= 0x7f && c < 0xa0) ||
            codepoint_deceptive((uint32_t)c) || (flags & ESCAPE_ASCII && c >= 0x80))
            return true;
    }
    return false;
}

static void nothing_that_a_terminal_acts_on_is_left(void **state)
{
    struct random random = random_seeded(20250122);
    struct strbuf out = STRBUF_INIT;

    (void)state;
    for (size_t round = 0; round < 2000; round++) {
        unsigned char bytes[64];
        struct strbuf characters = STRBUF_INIT;
        random_bytes(&random, bytes, sizeof bytes);
        for (size_t i = 0; i + 3 < sizeof bytes; i += 4)
            strbuf_add_codepoint(&characters,
                                 (bytes[i] * 65536u + bytes[i + 1] * 256u + bytes[i + 2]) %
                                     (bytes[i + 3] % 2 ? 0x300u : 0x110000u));
        for (unsigned flags = 0; flags < 8; flags++) {
            strbuf_clear(&out);
            escape_terminal(&out, (const char *)bytes, sizeof bytes, flags);
            assert_false(acts(out.data, out.length, flags));
            strbuf_clear(&out);
            escape_terminal(&out, characters.data, characters.length, flags);
            assert_false(acts(out.data, out.length, flags));
        }
        strbuf_release(&characters);
    }
    strbuf_release(&out);
}

static void megabytes_in_a_line_take_a_moment(void **state)
{
    static const char *const units[] = {
        "a", " ", ESC, "\xff", E_ACUTE, ACUTE, "\xe6\x97\xa5", OVERRIDE, ROCKET, "_", "`"
    };

    (void)state;
    for (size_t i = 0; i < COUNT(units); i++) {
        struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
        int64_t start;
        strbuf_add_repeat(&text, units[i], 2 * 1024 * 1024 / strlen(units[i]));
        start = clock_monotonic();
        escape_terminal(&out, text.data, text.length, ESCAPE_BLANKS);
        strbuf_clear(&out);
        escape_markdown(&out, text.data, text.length);
        /* Generous, for slow machines and sanitizers; what grows with the square takes minutes. */
        assert_true(clock_monotonic() - start < patience(5000));
        strbuf_release(&text);
        strbuf_release(&out);
    }
}

/* --- Shell and file names --------------------------------------------------------------------- */

static void a_shell_word_is_quoted_when_it_needs_it(void **state)
{
    static const struct row rows[] = {
        {"",                 "''"                               },
        { "v2.0.7",          "v2.0.7"                           },
        { "refs/heads/main", "refs/heads/main"                  },
        { "--output=x",      "--output=x"                       },
        { "a b",             "'a b'"                            },
        { "$(id)",           "'$(id)'"                          },
        { "it's",            "'it'\\''s'"                       },
        { "~",               "'~'"                              },
        { "=ls",             "'=ls'"                            },
        { "a\nb",            "'a\nb'"                           },
        { E_ACUTE,           "'" E_ACUTE "'"                    },
        { "a" ESC "b",       "'a'\"$(printf '\\033')\"'b'"      },
        { OVERRIDE,          "''\"$(printf '\\342\\200\\256')\""},
    };

    (void)state;
    check(escape_shell, rows, COUNT(rows));
}

/* What sh makes of a word: the bytes that printf gets, at most size. */
static size_t ask_shell(const char *word, char *out, size_t size)
{
    char *command = memory_printf("printf %%s %s", word);
    int ends[2], status;
    size_t length = 0;
    ssize_t got;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while ((got = read(ends[0], out + length, size - length)) > 0)
        length += (size_t)got;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    free(command);
    return length;
}

static void a_shell_reads_the_word_as_it_was(void **state)
{
    static const char *const texts[] = {
        "a b",
        "$HOME `id` $(id) \\ \" ' ! * ? [a] {b} ~ # ; & | < >",
        "a\nb",
        "\n",
        "x" ESC "[2J\x7f\t\r",
        "\xff\xc3" OVERRIDE "'\x01'%s\\n",
        E_ACUTE ROCKET,
        "'''",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct strbuf word = STRBUF_INIT;
        char out[256];
        escape_shell(&word, texts[i], strlen(texts[i]));
        assert_false(acts(word.data, word.length, ESCAPE_LINES));
        assert_int_equal(ask_shell(word.data, out, sizeof out), strlen(texts[i]));
        assert_memory_equal(out, texts[i], strlen(texts[i]));
        strbuf_release(&word);
    }
}

static void no_shell_word_holds_a_nul(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    escape_shell(&out, "a\0b", 3);
    assert_int_equal(strlen(out.data), out.length);
    strbuf_release(&out);
}

static void a_file_name_is_tame(void **state)
{
    static const struct row rows[] = {
        {"v2.0.7",                 "v2.0.7"             },
        { "../../.ssh/x",          "ssh-x"              },
        { "-rf",                   "rf"                 },
        { ".hidden",               "hidden"             },
        { "",                      "unnamed"            },
        { "...",                   "unnamed"            },
        { "///",                   "unnamed"            },
        { "Release Notes (final)", "Release-Notes-final"},
        { "a  /  b",               "a-b"                },
        { "caf" E_ACUTE,           "caf"                },
        { "a\nb" ESC,              "a-b"                },
        { "a.",                    "a"                  },
        { "x_1-2.tar.gz",          "x_1-2.tar.gz"       },
    };
    struct strbuf out = STRBUF_INIT, longer = STRBUF_INIT;

    (void)state;
    check(slug_file_name, rows, COUNT(rows));
    strbuf_add_repeat(&longer, "x", 300);
    slug_file_name(&out, longer.data, longer.length);
    assert_int_equal(out.length, 100);
    strbuf_release(&out);
    strbuf_release(&longer);
}

#define IN_UTF8(test) cmocka_unit_test_setup(test, use_utf8)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_UTF8(controls_are_shown),
        IN_UTF8(nul_is_shown_too),
        IN_UTF8(deceptive_characters_are_shown_and_counted),
        IN_UTF8(a_base_carries_at_most_four_marks),
        IN_UTF8(a_thousand_marks_take_the_width_they_are_given),
        IN_UTF8(lines_can_be_kept),
        IN_UTF8(a_field_is_one_line),
        IN_UTF8(an_ascii_terminal_gets_ascii),
        IN_UTF8(a_stream_keeps_its_characters_in_any_locale),
        IN_UTF8(nothing_that_a_terminal_acts_on_is_left),
        IN_UTF8(megabytes_in_a_line_take_a_moment),
        IN_UTF8(a_shell_word_is_quoted_when_it_needs_it),
        IN_UTF8(a_shell_reads_the_word_as_it_was),
        IN_UTF8(no_shell_word_holds_a_nul),
        IN_UTF8(a_file_name_is_tame),
    };

    return cmocka_run_group_tests_name("base/escape", tests, NULL, NULL);
}
