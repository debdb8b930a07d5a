#include "where_question.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/drift/subject.h>
#include <pilab/drift/tickets.h>
#include <pilab/git/message.h>

enum { HEX_LEAST = 7, HEX_MOST = 40, QUESTION_MOST = 1024 };

/* The one ticket that a text is, as commit messages are read: a key, a number, an advisory, or the
 * address of one of these. */
static const struct ticket *ticket_in(const char *text, const struct ticket_options *tickets,
                                      struct arena *arena)
{
    struct commit_message *message = commit_message_parse(arena, text, strlen(text));
    struct ticket_set *found = arena_alloc(arena, sizeof *found);
    struct subject subject;

    if (strpbrk(text, " \t\n") != NULL)
        return NULL;
    subject_read(arena, message, false, tickets, &subject);
    tickets_find(arena, message, &subject, tickets, found);
    return found->count == 1 ? &found->tickets[0] : NULL;
}

static bool is_ticket(const char *text, const struct ticket_options *tickets, struct arena *arena,
                      struct where_question *question)
{
    const struct ticket *ticket;
    size_t length = strlen(text);
    char *upper = arena_text(arena, text);

    for (size_t i = 0; i < length; i++)
        upper[i] = (char)toupper((unsigned char)text[i]);
    /* "mb-234" as people type it; the whole text must be the key. */
    if (ticket_key_length(span_of(upper), tickets, false) == length) {
        question->subject = upper;
        question->kind = WHERE_TICKET;
        return true;
    }
    ticket = ticket_in(text, tickets, arena);
    if (ticket == NULL || (strstr(text, "://") == NULL && strcasecmp(ticket->id, text) != 0 &&
                           !(ticket->kind == TICKET_NUMBER && strncasecmp(text, "gh-", 3) == 0)))
        return false;
    question->subject = ticket->id;
    question->kind = ticket->kind == TICKET_ADVISORY ? WHERE_ADVISORY : WHERE_TICKET;
    return true;
}

static size_t hex_length(const char *text)
{
    return strspn(text, "0123456789abcdefABCDEF");
}

static bool is_commit(const char *text)
{
    size_t length = strlen(text);

    return hex_length(text) == length && length >= HEX_LEAST && length <= HEX_MOST;
}

const char *where_migration_number(const char *name, struct arena *arena)
{
    const char *slash = strrchr(name, '/');
    size_t digits, zeros;

    name = slash != NULL ? slash + 1 : name;
    if (strchr("VvUuBb", *name) != NULL && isdigit((unsigned char)name[1]))
        name++;
    digits = strspn(name, "0123456789");
    if (digits == 0 || (name[digits] != '\0' && strchr("_-.", name[digits]) == NULL))
        return NULL;
    /* 1_2 and 1.2 of Flyway are one number with parts. */
    while ((name[digits] == '.' || name[digits] == '_') && isdigit((unsigned char)name[digits + 1]))
        digits += 1 + strspn(name + digits + 1, "0123456789");
    zeros = strspn(name, "0");
    if (zeros >= digits)
        zeros = digits - 1;
    return arena_bytes(arena, name + zeros, digits - zeros);
}

/* "V43__upi.sql", "V43", "0043_upi", "20250122_upi": what runners of migrations call their files.
 */
static bool is_migration(const char *text)
{
    size_t length = strlen(text), digits;
    const char *slash = strrchr(text, '/');
    const char *name = slash != NULL ? slash + 1 : text;
    bool lettered = (*name == 'V' || *name == 'U') && isdigit((unsigned char)name[1]);

    if (length > 4 && strcasecmp(text + length - 4, ".sql") == 0)
        return true;
    name += lettered;
    digits = strspn(name, "0123456789");
    if (lettered && name[digits] == '\0')
        return true;
    return digits > 0 && name[digits] == '_' && (digits >= 3 || name[digits + 1] == '_');
}

static bool is_version(const char *text)
{
    const char *number = *text == 'v' || *text == 'V' ? text + 1 : text;

    return isdigit((unsigned char)*number) && strchr(number, '.') != NULL &&
           strpbrk(text, "/ ") == NULL;
}

static void recognise(const char *text, const struct ticket_options *tickets, struct arena *arena,
                      struct where_question *question)
{
    question->subject = arena_text(arena, text);
    if (is_ticket(text, tickets, arena, question))
        return;
    if (is_migration(text))
        question->kind = WHERE_MIGRATION;
    else if (is_commit(text))
        question->kind = WHERE_COMMIT;
    else if (is_version(text))
        question->kind = WHERE_VERSION;
    else {
        question->kind = WHERE_KEY;
        question->may_be_version = true;
    }
}

static bool take_kind(const char *text, const char *kind, const struct ticket_options *tickets,
                      struct arena *arena, struct where_question *question, struct error *error)
{
    if (!where_kind_parse(kind, &question->kind, error))
        return false;
    question->forced = true;
    question->subject = arena_text(arena, text);
    if (question->kind == WHERE_TICKET || question->kind == WHERE_ADVISORY) {
        enum where_kind asked = question->kind;

        /* A bare number is one of the forge's. */
        if (!is_ticket(text, tickets, arena, question) && text[strspn(text, "0123456789")] == '\0')
            question->subject = arena_printf(arena, "#%s", text);
        question->kind = asked;
    }
    if (question->kind == WHERE_COMMIT && !is_commit(text)) {
        error_set(error, ERROR_USAGE, "'%s' is no commit", text);
        return error_hint(error, "a commit is named by 7 to 40 of its hexadecimal digits");
    }
    return true;
}

bool where_question_read(const char *text, const char *kind, const struct ticket_options *tickets,
                         struct arena *arena, struct where_question *question, struct error *error)
{
    *question = (struct where_question){ .text = arena_text(arena, text) };
    if (*text == '\0' || strlen(text) > QUESTION_MOST) {
        error_set(error, ERROR_USAGE,
                  *text == '\0' ? "nothing is asked for" : "what is asked for is too long");
        return error_hint(error, "ask for a ticket, a commit, a CVE, a configuration key, a "
                                 "migration or a version: pilab where MB-234");
    }
    if (kind != NULL)
        return take_kind(text, kind, tickets, arena, question, error);
    recognise(text, tickets, arena, question);
    return true;
}
