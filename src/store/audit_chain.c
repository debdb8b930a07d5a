#include "audit_chain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>

#define HEX_SIZE (SHA256_HEX_SIZE - 1)

/* --- Lines ------------------------------------------------------------------------------------ */

/* A canonical line has these members in this order and nothing else, so that one pass over its
 * bytes reads it: faster than a JSON parser, and stricter. */
enum member_kind { MEMBER_TEXT, MEMBER_INTEGER, MEMBER_DIGEST };

static const struct {
    const char *key;
    enum member_kind kind;
    bool may_be_null;
    size_t place; /* in struct audit_line */
} members[] = {
    {"{\"action\":",   MEMBER_TEXT,    false, offsetof(struct audit_line, texts[AUDIT_ACTION]) },
    { ",\"actor\":",   MEMBER_TEXT,    false, offsetof(struct audit_line, texts[AUDIT_ACTOR])  },
    { ",\"at\":",      MEMBER_INTEGER, false, offsetof(struct audit_line, at)                  },
    { ",\"body\":",    MEMBER_DIGEST,  true,  offsetof(struct audit_line, body)                },
    { ",\"object\":",  MEMBER_TEXT,    true,  offsetof(struct audit_line, texts[AUDIT_OBJECT]) },
    { ",\"prev\":",    MEMBER_DIGEST,  false, offsetof(struct audit_line, prev)                },
    { ",\"project\":", MEMBER_TEXT,    true,  offsetof(struct audit_line, texts[AUDIT_PROJECT])},
    { ",\"seq\":",     MEMBER_INTEGER, false, offsetof(struct audit_line, seq)                 },
    { ",\"tenant\":",  MEMBER_TEXT,    true,  offsetof(struct audit_line, texts[AUDIT_TENANT]) },
};

struct reader {
    const char *at;
    const char *end;
};

static bool skip_literal(struct reader *reader, const char *literal)
{
    size_t length = strlen(literal);

    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, literal, length) != 0)
        return false;
    reader->at += length;
    return true;
}

static bool read_string(struct reader *reader, struct audit_literal *literal)
{
    if (!skip_literal(reader, "\""))
        return false;
    literal->bytes = reader->at;
    while (reader->at < reader->end && *reader->at != '"')
        reader->at += *reader->at == '\\' && reader->end - reader->at > 1 ? 2 : 1;
    literal->length = (size_t)(reader->at - literal->bytes);
    return skip_literal(reader, "\"");
}

static bool read_integer(struct reader *reader, int64_t *value)
{
    const char *start = reader->at;
    int64_t number = 0;

    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        if (number > (INT64_MAX - 9) / 10)
            return false;
        number = number * 10 + (*reader->at++ - '0');
    }
    *value = number;
    return reader->at > start;
}

static bool read_member(struct reader *reader, size_t index, struct audit_line *line)
{
    void *place = (char *)line + members[index].place;
    struct audit_literal *literal = place;

    if (!skip_literal(reader, members[index].key))
        return false;
    if (members[index].may_be_null && skip_literal(reader, "null"))
        return true;
    if (members[index].kind == MEMBER_INTEGER)
        return read_integer(reader, place);
    return read_string(reader, literal) &&
           (members[index].kind == MEMBER_TEXT || literal->length == HEX_SIZE);
}

bool audit_line_read(const char *text, size_t length, struct audit_line *line)
{
    struct reader reader = { text, text + length };

    *line = (struct audit_line){ 0 };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (!read_member(&reader, i, line))
            return false;
    }
    return skip_literal(&reader, "}") && reader.at == reader.end;
}

/* Whether a column says what the line says. Most texts need no escaping and are compared as they
 * stand; for the others the column is written as JSON, in the one way that audit_append writes. */
static bool literal_says(const struct audit_literal *literal, const char *column)
{
    struct strbuf written = STRBUF_INIT;
    json_t *text;
    bool same;

    if (literal->bytes == NULL || column == NULL)
        return literal->bytes == NULL && column == NULL;
    if (memchr(literal->bytes, '\\', literal->length) == NULL)
        return strlen(column) == literal->length &&
               memcmp(literal->bytes, column, literal->length) == 0;
    text = json_text(column);
    json_write_canonical(&written, text);
    json_decref(text);
    same = written.length == literal->length + 2 &&
           memcmp(written.data + 1, literal->bytes, literal->length) == 0;
    strbuf_release(&written);
    return same;
}

/* --- The chain -------------------------------------------------------------------------------- */

void audit_chain_begin(struct audit_chain *chain, const struct audit_checkpoint *expected,
                       struct audit_verdict *verdict)
{
    *chain = (struct audit_chain){ .expected = expected, .verdict = verdict };
    *verdict = (struct audit_verdict){ .intact = true, .hash = AUDIT_START_HASH };
}

bool audit_chain_break(struct audit_chain *chain, int64_t seq, const char *format, ...)
{
    va_list arguments;

    chain->verdict->intact = false;
    chain->verdict->broken_seq = seq;
    va_start(arguments, format);
    vsnprintf(chain->verdict->reason, sizeof chain->verdict->reason, format, arguments);
    va_end(arguments);
    return false;
}

static bool check_place(struct audit_chain *chain, const struct audit_line *line, int64_t seq)
{
    if (line->seq != seq)
        return audit_chain_break(chain, seq,
                                 "entry %" PRId64 " is missing: entry %" PRId64
                                 " stands in its place",
                                 seq, line->seq);
    if (memcmp(line->prev.bytes, chain->verdict->hash, HEX_SIZE) != 0)
        return audit_chain_break(chain, seq,
                                 "entry %" PRId64 " does not continue entry %" PRId64
                                 ": one of the two has been changed",
                                 seq, seq - 1);
    return true;
}

static bool check_body(struct audit_chain *chain, const struct audit_line *line,
                       const struct audit_found *found)
{
    char digest[SHA256_HEX_SIZE];

    if (found->body == NULL) {
        chain->verdict->bodies_absent += line->body.bytes != NULL;
        return true;
    }
    if (line->body.bytes == NULL)
        return audit_chain_break(chain, line->seq,
                                 "entry %" PRId64 " has a body that its line does not know",
                                 line->seq);
    sha256_hex(found->body, found->body_length, digest);
    if (memcmp(digest, line->body.bytes, HEX_SIZE) != 0)
        return audit_chain_break(chain, line->seq, "the body of entry %" PRId64 " has been changed",
                                 line->seq);
    chain->verdict->bodies++;
    return true;
}

static bool check_columns(struct audit_chain *chain, const struct audit_line *line,
                          const struct audit_found *found)
{
    bool agree = line->at == found->at;

    for (size_t i = 0; agree && i < AUDIT_TEXT_COUNT; i++)
        agree = literal_says(&line->texts[i], found->texts[i]);
    return agree ||
           audit_chain_break(chain, line->seq,
                             "entry %" PRId64 " has been changed: its columns do not say what its "
                             "line says",
                             line->seq);
}

bool audit_chain_add(struct audit_chain *chain, const struct audit_found *found)
{
    struct audit_verdict *verdict = chain->verdict;
    int64_t seq = verdict->count + 1;
    char hash[SHA256_HEX_SIZE];
    struct audit_line line;

    if (!audit_line_read(found->line, found->line_length, &line))
        return audit_chain_break(chain, seq,
                                 "entry %" PRId64 " has been changed: it is not an audit line",
                                 seq);
    if (!check_place(chain, &line, seq))
        return false;
    sha256_hex(found->line, found->line_length, hash);
    if (found->hash != NULL && strcmp(found->hash, hash) != 0)
        return audit_chain_break(chain, seq,
                                 "entry %" PRId64 " has been changed: its hash is not the one kept",
                                 seq);
    if ((found->has_columns && !check_columns(chain, &line, found)) ||
        !check_body(chain, &line, found))
        return false;
    if (chain->expected != NULL && chain->expected->count == seq &&
        strcmp(chain->expected->hash, hash) != 0)
        return audit_chain_break(chain, seq,
                                 "entry %" PRId64 " is not the one that the checkpoint names", seq);
    verdict->count = seq;
    memcpy(verdict->hash, hash, sizeof hash);
    return true;
}

bool audit_chain_end(struct audit_chain *chain)
{
    int64_t count = chain->verdict->count;

    if (chain->expected == NULL || chain->expected->count <= count)
        return true;
    return audit_chain_break(chain, count + 1,
                             "entries %" PRId64 " to %" PRId64
                             " are gone: the checkpoint counted %" PRId64,
                             count + 1, chain->expected->count, chain->expected->count);
}
