#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/strbuf.h>

#include "../../support/documents.h"

/* A plain scalar and what it is: kind and canonical value. */
struct row {
    const char *text;
    enum node_kind kind;
    const char *value;
};

static void assert_rows(enum yaml_schema schema, const struct row *rows, size_t count)
{
    const struct document_options options = { .schema = schema };
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < count; i++)
        strbuf_printf(&text, "- %s\n", rows[i].text);
    struct document *document = read_document_with(DOCUMENT_YAML, text.data, text.length, &options);
    assert_int_equal(document->roots[0]->count, count);
    for (size_t i = 0; i < count; i++) {
        const struct node *node = document->roots[0]->children[i];
        if (node->kind != rows[i].kind || strcmp(node->value, rows[i].value) != 0)
            fail_msg("%s is %s %s, not %s %s", rows[i].text, node_kind_name(node->kind),
                     node->value, node_kind_name(rows[i].kind), rows[i].value);
        assert_string_equal(node->text, rows[i].text);
    }
    document_free(&document);
    strbuf_release(&text);
}

static void all_schemas_agree_on_the_common_part(void **state)
{
    static const struct row rows[] = {
        {"",                         NODE_NULL,    "null"                   },
        { "~",                       NODE_NULL,    "null"                   },
        { "NULL",                    NODE_NULL,    "null"                   },
        { "True",                    NODE_BOOL,    "true"                   },
        { "FALSE",                   NODE_BOOL,    "false"                  },
        { "tRUE",                    NODE_STRING,  "tRUE"                   },
        { "0",                       NODE_INTEGER, "0"                      },
        { "-0",                      NODE_INTEGER, "0"                      },
        { "+12",                     NODE_INTEGER, "12"                     },
        { "-7",                      NODE_INTEGER, "-7"                     },
        { "0x1F",                    NODE_INTEGER, "31"                     },
        { "0xG",                     NODE_STRING,  "0xG"                    },
        { "0x",                      NODE_STRING,  "0x"                     },
        { "0x10000000000000000",     NODE_STRING,  "0x10000000000000000"    },
        { "12345678901234567890123", NODE_INTEGER, "12345678901234567890123"},
        { "1.10",                    NODE_FLOAT,   "1.1"                    },
        { "1.0",                     NODE_FLOAT,   "1.0"                    },
        { "1.",                      NODE_FLOAT,   "1.0"                    },
        { ".5",                      NODE_FLOAT,   "0.5"                    },
        { "-0.0",                    NODE_FLOAT,   "0.0"                    },
        { "100.250",                 NODE_FLOAT,   "100.25"                 },
        { "0.0001",                  NODE_FLOAT,   "0.0001"                 },
        { "0.00001",                 NODE_FLOAT,   "1e-05"                  },
        { "1.5e+300",                NODE_FLOAT,   "1.5e+300"               },
        { "123456.0e+10",            NODE_FLOAT,   "1234560000000000.0"     },
        { "123456.0e+12",            NODE_FLOAT,   "1.23456e+17"            },
        { "1.0e-00000000002",        NODE_FLOAT,   "0.01"                   },
        { "25.0e+9999999999",        NODE_FLOAT,   "25e+9999999999"         },
        { ".inf",                    NODE_FLOAT,   ".inf"                   },
        { "+.INF",                   NODE_FLOAT,   ".inf"                   },
        { "-.Inf",                   NODE_FLOAT,   "-.inf"                  },
        { ".NaN",                    NODE_FLOAT,   ".nan"                   },
        { "1.2.3",                   NODE_STRING,  "1.2.3"                  },
        { "v1.2",                    NODE_STRING,  "v1.2"                   },
        { "100m",                    NODE_STRING,  "100m"                   },
        { ".",                       NODE_STRING,  "."                      },
        { "+",                       NODE_STRING,  "+"                      },
        { "1.5e+",                   NODE_STRING,  "1.5e+"                  },
        { "2024-01-02",              NODE_STRING,  "2024-01-02"             },
        { "2024-01-02T10:00:00Z",    NODE_STRING,  "2024-01-02T10:00:00Z"   },
        { "10.0.0.1",                NODE_STRING,  "10.0.0.1"               },
    };
    (void)state;
    assert_rows(YAML_1_1, rows, sizeof rows / sizeof rows[0]);
    assert_rows(YAML_1_2, rows, sizeof rows / sizeof rows[0]);
    assert_rows(YAML_HELM, rows, sizeof rows / sizeof rows[0]);
}

static void yaml_1_1_has_its_own_booleans_and_numbers(void **state)
{
    static const struct row rows[] = {
        {"yes",                              NODE_BOOL,    "true"                           },
        { "Off",                             NODE_BOOL,    "false"                          },
        { "y",                               NODE_STRING,  "y"                              },
        { "0755",                            NODE_INTEGER, "493"                            },
        { "-0755",                           NODE_INTEGER, "-493"                           },
        { "0o17",                            NODE_STRING,  "0o17"                           },
        { "0b101",                           NODE_INTEGER, "5"                              },
        { "-0x1f",                           NODE_INTEGER, "-31"                            },
        { "0X1F",                            NODE_STRING,  "0X1F"                           },
        { "1_000",                           NODE_INTEGER, "1000"                           },
        { "1_0.2_5",                         NODE_FLOAT,   "10.25"                          },
        { "_1",                              NODE_STRING,  "_1"                             },
        { "08",                              NODE_STRING,  "08"                             },
        { "09.5",                            NODE_FLOAT,   "9.5"                            },
        { "1e3",                             NODE_STRING,  "1e3"                            },
        { "1.5e3",                           NODE_STRING,  "1.5e3"                          },
        { "1.5e+3",                          NODE_FLOAT,   "1500.0"                         },
        { "1:30",                            NODE_INTEGER, "90"                             },
        { "-1:30",                           NODE_INTEGER, "-90"                            },
        { "190:20:30.15",                    NODE_FLOAT,   "685230.15"                      },
        { "1:60",                            NODE_STRING,  "1:60"                           },
        { "1:030",                           NODE_STRING,  "1:030"                          },
        { "0:30",                            NODE_STRING,  "0:30"                           },
        { "8080:80",                         NODE_STRING,  "8080:80"                        },
        { "22:22",                           NODE_INTEGER, "1342"                           },
        { "1:30x",                           NODE_STRING,  "1:30x"                          },
        { "1:30.x",                          NODE_STRING,  "1:30.x"                         },
        { "99999999999:30",                  NODE_STRING,  "99999999999:30"                 },
        { "4294967295:00:00:00:00:00:00:00", NODE_STRING,  "4294967295:00:00:00:00:00:00:00"},
    };
    (void)state;
    assert_rows(YAML_1_1, rows, sizeof rows / sizeof rows[0]);
}

static void yaml_1_2_keeps_to_the_core_schema(void **state)
{
    static const struct row rows[] = {
        {"yes",    NODE_STRING,  "yes"   },
        { "off",   NODE_STRING,  "off"   },
        { "0755",  NODE_INTEGER, "755"   },
        { "0o755", NODE_INTEGER, "493"   },
        { "0b101", NODE_STRING,  "0b101" },
        { "-0x1F", NODE_STRING,  "-0x1F" },
        { "1_000", NODE_STRING,  "1_000" },
        { "1e3",   NODE_FLOAT,   "1000.0"},
        { "1:30",  NODE_STRING,  "1:30"  },
        { "08",    NODE_INTEGER, "8"     },
    };
    (void)state;
    assert_rows(YAML_1_2, rows, sizeof rows / sizeof rows[0]);
}

static void helm_reads_as_go_does(void **state)
{
    static const struct row rows[] = {
        {"yes",    NODE_BOOL,    "true"  },
        { "y",     NODE_BOOL,    "true"  },
        { "N",     NODE_BOOL,    "false" },
        { "0755",  NODE_INTEGER, "493"   },
        { "0o17",  NODE_INTEGER, "15"    },
        { "0O17",  NODE_INTEGER, "15"    },
        { "0B11",  NODE_INTEGER, "3"     },
        { "0X1f",  NODE_INTEGER, "31"    },
        { "1_000", NODE_INTEGER, "1000"  },
        { "1e3",   NODE_FLOAT,   "1000.0"},
        { "08",    NODE_FLOAT,   "8.0"   },
        { "1:30",  NODE_STRING,  "1:30"  },
        { "22:22", NODE_STRING,  "22:22" },
    };
    (void)state;
    assert_rows(YAML_HELM, rows, sizeof rows / sizeof rows[0]);
}

static void quoted_scalars_are_strings_in_every_schema(void **state)
{
    (void)state;
    assert_reads(DOCUMENT_YAML, "- \"1\"\n- 'true'\n- \"\"\n- |-\n  12\n",
                 "[\"1\",\"true\",\"\",\"12\"]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_schemas_agree_on_the_common_part),
        cmocka_unit_test(yaml_1_1_has_its_own_booleans_and_numbers),
        cmocka_unit_test(yaml_1_2_keeps_to_the_core_schema),
        cmocka_unit_test(helm_reads_as_go_does),
        cmocka_unit_test(quoted_scalars_are_strings_in_every_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
