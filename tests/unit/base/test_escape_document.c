#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include <pilab/base/escape.h>

#include "escape_rows.h"

#define ESC         "\x1b"
#define OVERRIDE    "\xe2\x80\xae"     /* U+202E, right-to-left override */
#define ZWJ         "\xe2\x80\x8d"     /* U+200D, zero width joiner */
#define CSI         "\xc2\x9b"         /* U+009B, the C1 form of ESC [ */
#define TAG         "\xf3\xa0\x80\x81" /* U+E0001 */
#define E_ACUTE     "\xc3\xa9"         /* U+00E9 */
#define REPLACEMENT "\xef\xbf\xbd"
#define ROCKET      "\xf0\x9f\x9a\x80"
#define WOMAN       "\xf0\x9f\x91\xa9"
#define JSON_ESCAPE "\\u"

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

/* --- Markdown --------------------------------------------------------------------------------- */

static void markup_in_running_text_is_text(void **state)
{
    static const struct row rows[] = {
        {"",                           ""                                             },
        { "Fix the login.",            "Fix the login."                               },
        { "*bold* _it_ `code` ~~no~~", "\\*bold\\* \\_it\\_ \\`code\\` \\~\\~no\\~\\~"},
        { "[a](http://x)",             "\\[a\\](http://x)"                            },
        { "![a](b)",                   "!\\[a\\](b)"                                  },
        { "<script>&amp;",             "&lt;script&gt;&amp;amp;"                      },
        { "C:\\temp",                  "C:\\\\temp"                                   },
        { "snake_case_name",           "snake_case_name"                              },
        { "a__b",                      "a__b"                                         },
        { "_a_",                       "\\_a\\_"                                      },
        { "a_ b",                      "a\\_ b"                                       },
        { "__init__.py",               "\\_\\_init\\_\\_.py"                          },
        { "a|b",                       "a|b"                                          },
        { "done!",                     "done\\!"                                      }, /* a link may follow */
        { "a\nb\r\nc",                 "a b c"                                        },
        { "a  \n b",                   "a b"                                          },
        { ESC "[2J",                   "^\\[\\[2J"                                    },
        { "\x1c_",                     "^\\\\\\_"                                     },
        { OVERRIDE "x",                "&lt;U+202E&gt;x"                              },
        { "\xff",                      REPLACEMENT                                    },
        { WOMAN ZWJ ROCKET,            WOMAN ZWJ ROCKET                               },
        { "a" ZWJ "b",                 "a&lt;U+200D&gt;b"                             },
        { WOMAN "\xef\xbf\xbf" ZWJ,    WOMAN "&lt;U+FFFF&gt;&lt;U+200D&gt;"           },
    };

    (void)state;
    check(escape_markdown, rows, COUNT(rows));
}

static void a_text_starts_no_block(void **state)
{
    static const struct row rows[] = {
        {"# Title",          "\\# Title"      },
        { "#123 fixed",      "#123 fixed"     },
        { "###",             "\\###"          },
        { "- item",          "\\- item"       },
        { "-",               "\\-"            },
        { "--force is gone", "--force is gone"},
        { "-- x",            "\\-- x"         },
        { "---",             "\\---"          },
        { "---\r\n",         "\\--- "         },
        { "+ item",          "\\+ item"       },
        { "===",             "\\==="          },
        { "1. first",        "1\\. first"     },
        { "1) first",        "1\\) first"     },
        { "1.2.3 is out",    "1.2.3 is out"   },
        { "2025.",           "2025\\."        },
        { "42",              "42"             },
        { "> quote",         "&gt; quote"     },
        { "***",             "\\*\\*\\*"      },
        { "___",             "\\_\\_\\_"      },
        { "```",             "\\`\\`\\`"      },
        { "    code",        " code"          },
        { "\n\n# Title",     " \\# Title"     },
        { "a - b",           "a - b"          },
    };

    (void)state;
    check(escape_markdown, rows, COUNT(rows));
}

static void a_cell_keeps_its_columns(void **state)
{
    static const struct row rows[] = {
        {"a|b",    "a\\|b"    },
        { "a\\|b", "a\\\\\\|b"},
        { "a\nb",  "a b"      },
        { "*",     "\\*"      },
    };

    (void)state;
    check(escape_markdown_cell, rows, COUNT(rows));
}

static void code_is_fenced_as_it_needs(void **state)
{
    static const struct row rows[] = {
        {"",          ""                   },
        { "x",        "`x`"                },
        { "a`b",      "``a`b``"            },
        { "a```b`c",  "````a```b`c````"    },
        { "`",        "`` ` ``"            },
        { " a ",      "`  a  `"            },
        { "a\nb",     "`a b`"              },
        { "<b>&*",    "`<b>&*`"            },
        { ESC "\xff", "`^[" REPLACEMENT "`"},
        { OVERRIDE,   "`<U+202E>`"         },
        { "a|b",      "`a|b`"              },
    };
    static const struct row cells[] = {
        {"a|b", "`a\\|b`"},
        { "ab", "`ab`"   },
    };

    (void)state;
    check(escape_markdown_code, rows, COUNT(rows));
    check(escape_markdown_cell_code, cells, COUNT(cells));
}

/* --- HTML, CSV, JSON -------------------------------------------------------------------------- */

static void html_is_text(void **state)
{
    static const struct row rows[] = {
        {"<script>alert('x')</script>",   "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"},
        { "a & \"b\"",                    "a &amp; &quot;b&quot;"                          },
        { "]]>",                          "]]&gt;"                                         },
        { "\x0b",                         "^K"                                             }, /* XML 1.0 has no place for it */
        { "a\tb\nc\r\nd\re",              "a\tb\nc\nd^Me"                                  },
        { "\x7f" CSI "\xef\xbf\xbe",      "^?&lt;U+009B&gt;&lt;U+FFFE&gt;"                 },
        { "\xc3",                         REPLACEMENT                                      },
        { OVERRIDE,                       "&lt;U+202E&gt;"                                 },
        { "\xd9\x85\xe2\x80\x8c\xdb\x8c", "\xd9\x85\xe2\x80\x8c\xdb\x8c"                   }, /* Persian needs it */
        { E_ACUTE ROCKET,                 E_ACUTE ROCKET                                   },
    };
    struct strbuf out = STRBUF_INIT;

    (void)state;
    check(escape_html, rows, COUNT(rows));
    escape_html(&out, "a\0b", 3);
    assert_string_equal(out.data, "a^@b");
    strbuf_release(&out);
}

static void no_csv_field_is_a_formula(void **state)
{
    static const struct row rows[] = {
        {"",                   "\"\""                  },
        { "plain",             "\"plain\""             },
        { "a,\"b\"",           "\"a,\"\"b\"\"\""       },
        { "=cmd|'/c calc'!A1", "\"'=cmd|'/c calc'!A1\""},
        { "+1",                "\"'+1\""               },
        { "-1",                "\"'-1\""               },
        { "@SUM(A1)",          "\"'@SUM(A1)\""         },
        { "\t=1",              "\"'\t=1\""             },
        { "\r=1",              "\"'^M=1\""             },
        { "\n=1",              "\"'\n=1\""             },
        { "\xef\xbc\x9d"
          "1",        "\"'\xef\xbc\x9d"
          "1\""                 },
        { "a=b",               "\"a=b\""               },
        { "a\r\nb",            "\"a\nb\""              },
        { ESC "x\xff",         "\"^[x" REPLACEMENT "\""},
    };

    (void)state;
    check(escape_csv, rows, COUNT(rows));
}

static void json_text_is_a_literal(void **state)
{
    static const struct row rows[] = {
        {"",              "\"\""                                      },
        { "a \"b\" \\ /", "\"a \\\"b\\\" \\\\ /\""                    },
        { "\b\f\n\r\t",   "\"\\b\\f\\n\\r\\t\""                       },
        { ESC "\x7f",     "\"" JSON_ESCAPE "001b" JSON_ESCAPE "007f\""},
        { CSI,            "\"" JSON_ESCAPE "009b\""                   },
        { OVERRIDE,       "\"" JSON_ESCAPE "202e\""                   },
        { "\xe2\x80\xa8", "\"" JSON_ESCAPE "2028\""                   },
        { TAG,            "\"" JSON_ESCAPE "db40" JSON_ESCAPE "dc01\""},
        { E_ACUTE ROCKET, "\"" E_ACUTE ROCKET "\""                    },
        { "\xff",         "\"" REPLACEMENT "\""                       },
    };
    struct strbuf out = STRBUF_INIT;

    (void)state;
    check(escape_json, rows, COUNT(rows));
    escape_json(&out, "a\0b", 3);
    assert_string_equal(out.data, "\"a" JSON_ESCAPE "0000b\"");
    strbuf_release(&out);
}

#define IN_UTF8(test) cmocka_unit_test_setup(test, use_utf8)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_UTF8(markup_in_running_text_is_text),
        IN_UTF8(a_text_starts_no_block),
        IN_UTF8(a_cell_keeps_its_columns),
        IN_UTF8(code_is_fenced_as_it_needs),
        IN_UTF8(html_is_text),
        IN_UTF8(no_csv_field_is_a_formula),
        IN_UTF8(json_text_is_a_literal),
    };

    return cmocka_run_group_tests_name("base/escape_document", tests, NULL, NULL);
}
