#include "schema.h"

#include <stdint.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

#include "number.h"

#define IN_1_1  (1U << YAML_1_1)
#define IN_1_2  (1U << YAML_1_2)
#define IN_HELM (1U << YAML_HELM)
#define IN_ALL  (IN_1_1 | IN_1_2 | IN_HELM)

struct word {
    const char *text;
    enum node_kind kind;
    const char *value;
    unsigned schemas;
};

/* Words that are not strings. PyYAML, too, reads y and n as strings under 1.1. */
static const struct word words[] = {
    {"",       NODE_NULL,  "null",  IN_ALL          },
    { "~",     NODE_NULL,  "null",  IN_ALL          },
    { "null",  NODE_NULL,  "null",  IN_ALL          },
    { "Null",  NODE_NULL,  "null",  IN_ALL          },
    { "NULL",  NODE_NULL,  "null",  IN_ALL          },
    { "true",  NODE_BOOL,  "true",  IN_ALL          },
    { "True",  NODE_BOOL,  "true",  IN_ALL          },
    { "TRUE",  NODE_BOOL,  "true",  IN_ALL          },
    { "false", NODE_BOOL,  "false", IN_ALL          },
    { "False", NODE_BOOL,  "false", IN_ALL          },
    { "FALSE", NODE_BOOL,  "false", IN_ALL          },
    { "yes",   NODE_BOOL,  "true",  IN_1_1 | IN_HELM},
    { "Yes",   NODE_BOOL,  "true",  IN_1_1 | IN_HELM},
    { "YES",   NODE_BOOL,  "true",  IN_1_1 | IN_HELM},
    { "no",    NODE_BOOL,  "false", IN_1_1 | IN_HELM},
    { "No",    NODE_BOOL,  "false", IN_1_1 | IN_HELM},
    { "NO",    NODE_BOOL,  "false", IN_1_1 | IN_HELM},
    { "on",    NODE_BOOL,  "true",  IN_1_1 | IN_HELM},
    { "On",    NODE_BOOL,  "true",  IN_1_1 | IN_HELM},
    { "ON",    NODE_BOOL,  "true",  IN_1_1 | IN_HELM},
    { "off",   NODE_BOOL,  "false", IN_1_1 | IN_HELM},
    { "Off",   NODE_BOOL,  "false", IN_1_1 | IN_HELM},
    { "OFF",   NODE_BOOL,  "false", IN_1_1 | IN_HELM},
    { "y",     NODE_BOOL,  "true",  IN_HELM         },
    { "Y",     NODE_BOOL,  "true",  IN_HELM         },
    { "n",     NODE_BOOL,  "false", IN_HELM         },
    { "N",     NODE_BOOL,  "false", IN_HELM         },
    { ".inf",  NODE_FLOAT, ".inf",  IN_ALL          },
    { ".Inf",  NODE_FLOAT, ".inf",  IN_ALL          },
    { ".INF",  NODE_FLOAT, ".inf",  IN_ALL          },
    { "+.inf", NODE_FLOAT, ".inf",  IN_ALL          },
    { "+.Inf", NODE_FLOAT, ".inf",  IN_ALL          },
    { "+.INF", NODE_FLOAT, ".inf",  IN_ALL          },
    { "-.inf", NODE_FLOAT, "-.inf", IN_ALL          },
    { "-.Inf", NODE_FLOAT, "-.inf", IN_ALL          },
    { "-.INF", NODE_FLOAT, "-.inf", IN_ALL          },
    { ".nan",  NODE_FLOAT, ".nan",  IN_ALL          },
    { ".NaN",  NODE_FLOAT, ".nan",  IN_ALL          },
    { ".NAN",  NODE_FLOAT, ".nan",  IN_ALL          },
};

enum { WORD_LENGTH_MAX = 5 };

struct number_rules {
    bool underscores;    /* 1_000 */
    bool bare_octal;     /* 0755; a leading zero makes no decimal integer */
    bool letter_octal;   /* 0o755 */
    bool binary;         /* 0b101 */
    bool signed_radix;   /* -0x1F */
    bool upper_prefix;   /* 0X1F */
    bool sexagesimal;    /* 1:30 */
    bool strict_float;   /* a float needs its point, an exponent its sign */
    bool zero_led_float; /* 08 is the float 8 */
};

/* 1.1: https://yaml.org/type/int.html and float.html as PyYAML reads them; 1.2: section 10.3.2;
 * Helm: sigs.k8s.io/yaml, whose numbers are what Go's strconv takes. */
static const struct number_rules number_rules[] = {
    [YAML_1_1] = {.underscores = true,
                  .bare_octal = true,
                  .binary = true,
                  .signed_radix = true,
                  .sexagesimal = true,
                  .strict_float = true},
    [YAML_1_2] = { .letter_octal = true                 },
    [YAML_HELM] = {   .underscores = true,
                  .bare_octal = true,
                  .letter_octal = true,
                  .binary = true,
                  .signed_radix = true,
                  .upper_prefix = true,
                  .zero_led_float = true },
};

static const struct scalar a_string = { NODE_STRING, NULL };

static const struct word *find_word(enum yaml_schema schema, const char *text, size_t length)
{
    if (length > WORD_LENGTH_MAX)
        return NULL;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const struct word *word = &words[i];
        if (word->text[0] == text[0] && (word->schemas & (1U << schema)) &&
            strcmp(word->text, text) == 0)
            return word;
    }
    return NULL;
}

static struct scalar an_integer(const char *value)
{
    return value ? (struct scalar){ NODE_INTEGER, value } : a_string;
}

static unsigned radix_of(const struct number_rules *rules, char letter)
{
    switch (letter) {
    case 'x':
        return 16;
    case 'o':
        return rules->letter_octal ? 8 : 0;
    case 'b':
        return rules->binary ? 2 : 0;
    case 'X':
        return rules->upper_prefix ? 16 : 0;
    case 'O':
        return rules->upper_prefix ? 8 : 0;
    case 'B':
        return rules->upper_prefix ? 2 : 0;
    default:
        return 0;
    }
}

/* Base 60: minutes and seconds of one or two digits below 60 after the first part. The seconds of a
 * float carry the fraction. */
static struct scalar resolve_sexagesimal(struct arena *arena, const char *text, size_t length)
{
    const char *cursor = text;
    const char *end = text + length;
    bool negative = *cursor == '-';
    uint64_t value = 0;

    if (*cursor == '+' || *cursor == '-')
        cursor++;
    for (bool first = true;; first = false) {
        uint64_t part = 0;
        size_t digits = 0;
        for (; cursor < end && *cursor >= '0' && *cursor <= '9'; cursor++, digits++) {
            if (part > UINT32_MAX)
                return a_string;
            part = part * 10 + (uint64_t)(*cursor - '0');
        }
        if (digits == 0 || (!first && (digits > 2 || part >= 60)) ||
            value > (UINT64_MAX - part) / 60)
            return a_string;
        value = value * 60 + part;
        if (cursor == end || *cursor != ':')
            break;
        cursor++;
    }
    const char *sign = negative ? "-" : "";
    if (cursor == end)
        return an_integer(arena_printf(arena, "%s%llu", sign, (unsigned long long)value));

    if (*cursor != '.')
        return a_string;

    const char *whole = arena_printf(arena, "%s%llu%s", sign, (unsigned long long)value, cursor);
    struct decimal decimal;
    if (!decimal_scan(whole, strlen(whole), &decimal) || decimal.exponent)
        return a_string;
    return (struct scalar){ NODE_FLOAT, decimal_float(arena, &decimal) };
}

static struct scalar resolve_decimal(const struct number_rules *rules, struct arena *arena,
                                     const char *text, size_t length)
{
    struct decimal decimal;

    if (!decimal_scan(text, length, &decimal))
        return a_string;
    bool zero_led = decimal.whole_length > 1 && decimal.whole[0] == '0';
    if (decimal_is_integer(&decimal) && !(rules->bare_octal && zero_led))
        return an_integer(decimal_integer(arena, &decimal));
    if (decimal_is_integer(&decimal) && !rules->zero_led_float)
        return a_string;
    if (rules->strict_float &&
        (!decimal.has_point ||
         (decimal.exponent && decimal.exponent[0] != '+' && decimal.exponent[0] != '-')))
        return a_string;
    return (struct scalar){ NODE_FLOAT, decimal_float(arena, &decimal) };
}

static struct scalar resolve_number(const struct number_rules *rules, struct arena *arena,
                                    const char *text, size_t length)
{
    size_t sign = text[0] == '-' || text[0] == '+';
    const char *digits = text + sign;
    size_t count = length - sign;
    bool negative = text[0] == '-';

    if (count > 2 && digits[0] == '0' && (!sign || rules->signed_radix)) {
        unsigned base = radix_of(rules, digits[1]);
        if (base)
            return an_integer(radix_integer(arena, negative, digits + 2, count - 2, base));
    }
    if (rules->bare_octal && count > 1 && digits[0] == '0') {
        const char *value = radix_integer(arena, negative, digits + 1, count - 1, 8);
        if (value)
            return an_integer(value);
    }
    if (rules->sexagesimal && memchr(digits, ':', count))
        return digits[0] == '0' && !memchr(digits, '.', count)
                   ? a_string
                   : resolve_sexagesimal(arena, text, length);
    return resolve_decimal(rules, arena, text, length);
}

struct scalar schema_resolve(enum yaml_schema schema, struct arena *arena, const char *text,
                             size_t length)
{
    const struct number_rules *rules = &number_rules[schema];
    const struct word *word = find_word(schema, text, length);

    if (word)
        return (struct scalar){ word->kind, word->value };
    size_t sign = text[0] == '-' || text[0] == '+';
    if (!((text[sign] >= '0' && text[sign] <= '9') || text[sign] == '.'))
        return a_string;
    if (!rules->underscores || !memchr(text, '_', length))
        return resolve_number(rules, arena, text, length);

    struct strbuf plain = STRBUF_INIT;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '_')
            strbuf_add_char(&plain, text[i]);
    }
    struct scalar scalar = resolve_number(rules, arena, plain.data, plain.length);
    strbuf_release(&plain);
    return scalar;
}
