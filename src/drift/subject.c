#include <pilab/drift/subject.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/category_rules.h>
#include <pilab/drift/merge_wording.h>
#include <pilab/drift/span.h>

#include "ascii.h"

enum { TITLE_BYTES_MAX = 300, BRACKET_BYTES_MAX = 60 };

struct parser {
    struct arena *arena;
    const struct ticket_options *tickets;
    struct subject *out;
    struct span rest; /* of the title */
};

static const char *request_text(struct parser *parser, char sign, struct span digits)
{
    return span_join(parser->arena,
                     (struct span[]){
                         {&sign, 1},
                         digits
    },
                     2);
}

/* The content of "(…)" or "[…]" that `text` ends with. */
static bool last_bracket(struct span text, struct span *content, size_t *start)
{
    size_t at = text.length;
    char open;

    if (text.length < 3 || (text.at[at - 1] != ')' && text.at[at - 1] != ']'))
        return false;
    open = text.at[at - 1] == ')' ? '(' : '[';
    for (at--; at > 0 && text.length - at <= BRACKET_BYTES_MAX; at--) {
        if (text.at[at - 1] == open) {
            *content = span_trim(span_slice(text, at, text.length - 1));
            *start = at - 1;
            return true;
        }
    }
    return false;
}

/* "#12", "!45". */
static bool is_request(struct span text)
{
    return text.length > 1 && (text.at[0] == '#' || text.at[0] == '!') &&
           span_digits(span_from(text, 1)) == text.length - 1;
}

/* "MB-234", "MB-234, MB-235", "fix #12", "closes MB-1". */
static bool is_reference_list(struct span text, const struct ticket_options *tickets)
{
    static const char *const words[] = { "fixes", "fixed", "fix", "closes", "resolves", "refs" };
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_starts_fold(text, words[i])) {
            text = span_trim(span_from(text, strlen(words[i])));
            break;
        }
    }
    if (text.length == 0)
        return false;
    while (text.length > 0) {
        size_t length = ticket_key_length(text, tickets, false);

        if (length == 0 && text.at[0] == '#')
            length = 1 + span_digits(span_from(text, 1));
        if (length <= 1)
            return false;
        text = span_from(text, length);
        while (text.length > 0 && strchr(", &/", text.at[0]))
            text = span_from(text, 1);
    }
    return true;
}

/* Takes "(#12)", "(!45)", "[MB-234]", "(fixes #12)" off the end. `tickets` NULL: only requests. */
static struct span strip_end(struct span text, const struct ticket_options *tickets,
                             bool references, struct span *request)
{
    struct span content;
    size_t start;

    text = span_trim(text);
    while (last_bracket(text, &content, &start) && start > 0) {
        if (is_request(content)) {
            if (request && request->length == 0)
                *request = content;
        } else if (!references || !is_reference_list(content, tickets)) {
            break;
        }
        text = span_trim(span_slice(text, 0, start));
    }
    return text;
}

/* "[release-2.1]", "[2.1]", "[backport]", "[cherry-pick]". */
static bool is_backport_mark(struct span text)
{
    static const char *const marks[] = { "backport", "cherry-pick", "cherrypick", "cherry pick",
                                         "release-", "release/",    "release ",   "branch-" };
    size_t i;

    for (i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (span_starts_fold(text, marks[i]))
            return true;
    }
    if (text.length > 0 && (text.at[0] == 'v' || text.at[0] == 'V'))
        text = span_from(text, 1);
    return text.length > 1 && ascii_is_digit(text.at[0]) && span_find_char(text, '.') != SPAN_NONE;
}

/* "2", "2/4", "Part 2 of 4", "N/N": which of several commits it is. */
static bool is_sequence_mark(struct span text)
{
    size_t digits = 0, others = 0, i;

    if (span_starts_fold(text, "part "))
        text = span_from(text, 5);
    for (i = 0; i < text.length; i++) {
        if (ascii_is_digit(text.at[i]) || ascii_lower(text.at[i]) == 'n')
            digits++;
        else if (!strchr("/ of", text.at[i]))
            others++;
    }
    return digits > 0 && digits <= 6 && others == 0;
}

static bool is_draft_mark(struct span text)
{
    return span_equal_fold(text, "wip") || span_equal_fold(text, "draft");
}

static struct span behind_separators(struct span text)
{
    while (text.length > 0 && strchr(" \t:;-|,", text.at[0]))
        text = span_from(text, 1);
    return text;
}

/* A bracket at the beginning: a label, a ticket or a branch goes away, anything else stays. */
static bool take_bracket(struct parser *parser)
{
    struct span text = parser->rest;
    size_t end = text.length > 0 && (text.at[0] == '[' || text.at[0] == '(')
                     ? span_find_char(text, text.at[0] == '[' ? ']' : ')')
                     : SPAN_NONE;
    struct span content;

    if (end == SPAN_NONE || end > BRACKET_BYTES_MAX || end + 1 >= text.length)
        return false;
    content = span_trim(span_slice(text, 1, end));
    if (category_label_known(content)) {
        if (!parser->out->label)
            parser->out->label = span_to_arena_lower(content, parser->arena);
    } else if (is_draft_mark(content)) {
        parser->out->draft = true;
    } else if (is_backport_mark(content)) {
        parser->out->backport = true;
    } else if (!is_reference_list(content, parser->tickets) && !is_sequence_mark(content)) {
        return false;
    }
    parser->rest = behind_separators(span_from(text, end + 1));
    return true;
}

/* The length of "MB-234", "#12", "MB-1, MB-2" at the beginning. */
static size_t leading_tickets(struct span text, const struct ticket_options *tickets)
{
    size_t at = 0;
    size_t end = 0;

    for (;;) {
        struct span rest = span_from(text, at);
        size_t length = ticket_key_length(rest, tickets, tickets && tickets->key_count > 0);

        if (length == 0 && rest.length > 1 && rest.at[0] == '#')
            length = span_digits(span_from(rest, 1)) > 0 ? 1 + span_digits(span_from(rest, 1)) : 0;
        if (length == 0)
            return end;
        end = at + length;
        at = end;
        while (at < text.length && strchr(", &/", text.at[at]))
            at++;
        if (at == end || at == text.length)
            return end;
    }
}

/* "MB-234: …", "MB-234 - …", "MB-234 …", "Fixes #12: …". */
static bool take_ticket(struct parser *parser)
{
    static const char *const words[] = { "fixes ", "fixed ", "fix ", "closes ", "resolves " };
    struct span text = parser->rest;
    size_t i, length;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_starts_fold(text, words[i])) {
            text = span_trim(span_from(text, strlen(words[i])));
            break;
        }
    }
    length = leading_tickets(text, parser->tickets);
    if (length == 0)
        return false;
    text = span_from(text, length);
    if (i < sizeof words / sizeof words[0] &&
        (span_trim(text).length == 0 || !strchr(":-", span_trim(text).at[0])))
        return false; /* "Fix #12 in the parser" says something only as a whole */
    text = behind_separators(text);
    if (text.length == 0)
        return false;
    parser->rest = text;
    return true;
}

/* "feat(auth)!: …" of Conventional Commits, "BUGFIX: …", "WIP: …", "Backport: …". */
static bool take_type(struct parser *parser)
{
    struct span text = parser->rest;
    size_t length = 0, after;
    struct span word, scope = { text.at, 0 };
    bool bang = false;

    while (length < text.length && (ascii_is_letter(text.at[length]) || text.at[length] == '-'))
        length++;
    word = span_slice(text, 0, length);
    after = length;
    if (after < text.length && text.at[after] == '(') {
        size_t close = span_find_char(text, ')');

        if (close == SPAN_NONE || close > BRACKET_BYTES_MAX)
            return false;
        scope = span_trim(span_slice(text, after + 1, close));
        after = close + 1;
    }
    if (after < text.length && text.at[after] == '!') {
        bang = true;
        after++;
    }
    if (length == 0 || after + 1 >= text.length || text.at[after] != ':')
        return false;
    if (is_draft_mark(word)) {
        parser->out->draft = true;
    } else if (span_equal_fold(word, "backport") || span_equal_fold(word, "cherry-pick")) {
        parser->out->backport = true;
    } else if (category_type_known(word)) {
        if (!parser->out->type) {
            parser->out->type = span_to_arena_lower(word, parser->arena);
            parser->out->bang = bang;
            if (scope.length > 0 && !is_reference_list(scope, parser->tickets))
                parser->out->scope = span_to_arena(scope, parser->arena);
        }
    } else {
        parser->out->bang = parser->out->bang || bang;
        return false;
    }
    parser->rest = span_from(text, after + 1);
    return true;
}

/* "fixup! …", "✨ …", ":bug: …". */
static bool take_mark(struct parser *parser)
{
    static const char *const drafts[] = { "fixup! ", "squash! ", "amend! " };
    size_t length = category_mark_length(parser->rest);
    size_t i;

    for (i = 0; i < sizeof drafts / sizeof drafts[0]; i++) {
        if (span_starts(parser->rest, drafts[i])) {
            parser->out->draft = true;
            parser->rest = span_from(parser->rest, strlen(drafts[i]));
            return true;
        }
    }
    if (length == 0 || length >= parser->rest.length)
        return false;
    if (!parser->out->label)
        parser->out->label = span_to_arena(span_slice(parser->rest, 0, length), parser->arena);
    parser->rest = span_from(parser->rest, length);
    return true;
}

static bool take_one(struct parser *parser)
{
    return take_bracket(parser) || take_ticket(parser) || take_type(parser) || take_mark(parser);
}

/* Takes everything off the beginning that is not the title, unless nothing would be left. */
static void strip_start(struct parser *parser)
{
    struct span before;

    do {
        before = parser->rest = span_trim(parser->rest);
        if (!take_one(parser) || span_trim(parser->rest).length == 0) {
            parser->rest = before;
            return;
        }
    } while (parser->rest.length < before.length);
}

/* 'Revert "feat: X (#12)"' reads better as 'Revert "X"'. */
static bool read_quoted(struct parser *parser)
{
    static const char *const words[] = { "Revert \"", "Reapply \"" };
    struct span text = parser->rest;
    struct subject inner = { 0 };
    struct parser quoted = { parser->arena, parser->tickets, &inner, text };
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t start = strlen(words[i]);

        if (!span_starts(text, words[i]) || text.length < start + 2 || !span_ends(text, "\""))
            continue;
        quoted.rest =
            strip_end(span_slice(text, start, text.length - 1), parser->tickets, true, NULL);
        strip_start(&quoted);
        parser->out->title = arena_printf(parser->arena, "%s%.*s\"", words[i],
                                          (int)quoted.rest.length, quoted.rest.at);
        return true;
    }
    return false;
}

static void add_folded(struct strbuf *out, struct span text)
{
    size_t i;

    for (i = 0; i < text.length; i++) {
        if (!ascii_is_space(text.at[i]))
            strbuf_add_char(out, ascii_lower(text.at[i]));
        else if (out->length > 0 && out->data[out->length - 1] != ' ')
            strbuf_add_char(out, ' ');
    }
}

/* Without request numbers at the end, branches at the beginning, and the full stop. */
static struct span bare_subject(struct span text)
{
    text = strip_end(text, NULL, false, NULL);
    while (text.length > 0 && text.at[0] == '[') {
        size_t end = span_find_char(text, ']');

        if (end == SPAN_NONE || !is_backport_mark(span_slice(text, 1, end)))
            break;
        text = span_trim(span_from(text, end + 1));
    }
    while (text.length > 0 && text.at[text.length - 1] == '.')
        text.length--;
    return text;
}

const char *subject_same(struct arena *arena, const char *subject)
{
    struct span text = bare_subject(span_cut(span_of(subject), SUBJECT_BYTES_MAX));
    struct strbuf folded = STRBUF_INIT;
    const char *result;
    size_t quotes = 0;

    /* what a revert quotes is bared too */
    while (text.length > 10 && span_ends(text, "\"") &&
           (span_starts(text, "Revert \"") || span_starts(text, "Reapply \""))) {
        size_t open = span_find_char(text, '"') + 1;

        add_folded(&folded, span_slice(text, 0, open));
        text = bare_subject(span_slice(text, open, text.length - 1));
        quotes++;
    }
    add_folded(&folded, text);
    strbuf_add_repeat(&folded, "\"", quotes);
    result = strbuf_to_arena(&folded, arena);
    strbuf_release(&folded);
    return result;
}

void subject_read(struct arena *arena, const struct commit_message *message, bool merge_commit,
                  const struct ticket_options *tickets, struct subject *out)
{
    struct parser parser = {
        arena, tickets, out, {NULL, 0}
    };
    struct merge_wording wording;
    struct span request = { "", 0 };

    *out = (struct subject){ 0 };
    parser.rest = span_trim(span_cut(span_of(message->subject), SUBJECT_BYTES_MAX));
    if (merge_wording_read(arena, message, merge_commit, &wording)) {
        out->merge = true;
        out->request = wording.request;
        out->branch = wording.branch;
        out->shared_branch = wording.branch && branch_is_shared(wording.branch, tickets);
        out->request_title = wording.title != NULL;
        out->title_below = wording.title_below;
        if (wording.title)
            parser.rest = span_trim(span_cut(span_of(wording.title), SUBJECT_BYTES_MAX));
    }
    out->written = span_to_arena(parser.rest, arena);
    out->same = subject_same(arena, out->written);
    parser.rest = strip_end(parser.rest, tickets, true, &request);
    if (!out->request && request.length > 0)
        out->request = request_text(&parser, request.at[0], span_from(request, 1));
    strip_start(&parser);
    if (read_quoted(&parser))
        return;
    if (span_ends(parser.rest, ".") && !span_ends(parser.rest, ".."))
        parser.rest.length--;
    if (parser.rest.length == 0)
        parser.rest = span_trim(span_of(message->subject));
    out->title = span_to_arena(span_cut(parser.rest, SUBJECT_BYTES_MAX), arena);
}

static bool scope_says_more(const char *scope, const char *module)
{
    struct span name = span_of(module);
    struct span word = span_of(scope);
    size_t i;

    if (span_starts_fold(word, "deps"))
        return false;
    for (i = 0; i < name.length; i++) {
        if (span_starts_fold(span_from(name, i), scope))
            return false;
    }
    return word.length > 0;
}

/* "[mb-web] Log in", "mb-web: log in": who reads the title knows the module. */
static struct span without_module(struct span title, const char *module)
{
    const char *slash = strrchr(module, '/');
    struct span name = span_of(slash ? slash + 1 : module);
    bool bracket = title.length > 0 && title.at[0] == '[';
    const char *end = bracket ? "] " : ": ";
    struct span rest = span_from(title, bracket ? 1 : 0);

    if (name.length == 0 || rest.length < name.length + 3 ||
        !ascii_alike(rest.at, name.at, name.length) ||
        !span_starts(span_from(rest, name.length), end))
        return title;
    return span_trim(span_from(rest, name.length + 2));
}

const char *subject_title(struct arena *arena, const struct subject *subject, const char *module)
{
    struct span title = without_module(span_of(subject->title), module);
    struct span cut = span_cut(title, TITLE_BYTES_MAX);
    struct span more = span_of(cut.length < title.length ? "…" : "");
    size_t word = 0;

    if (subject->scope && scope_says_more(subject->scope, module))
        return span_join(arena,
                         (struct span[]){ span_of(subject->scope), span_of(": "), cut, more }, 4);
    while (word < cut.length && ascii_is_lower(cut.at[word]))
        word++;
    /* only a plain word: iOS, kubectl's flags and file names stay as they are */
    if (subject->type && word > 1 && word < cut.length && cut.at[word] == ' ') {
        char capital = ascii_upper(cut.at[0]);

        return span_join(arena,
                         (struct span[]){
                             {&capital, 1},
                             span_from(cut, 1), more
        },
                         3);
    }
    return span_join(arena, (struct span[]){ cut, more }, 2);
}

/* The bytes of "[MB-1] ", "(MB-1) ", "MB-1: " or "MB-1 " at the beginning. */
static size_t ticket_mark(struct span text, const char *ticket)
{
    bool bracket = text.length > 0 && (text.at[0] == '[' || text.at[0] == '(');
    size_t at = bracket ? 1 : 0;
    struct span rest;

    if (!span_starts_fold(span_from(text, at), ticket))
        return 0;
    at += strlen(ticket);
    rest = span_from(text, at);
    if (bracket && (rest.length == 0 || (rest.at[0] != ']' && rest.at[0] != ')')))
        return 0;
    if (bracket)
        rest = span_from(rest, 1);
    else if (rest.length > 0 && !strchr(" :", rest.at[0]))
        return 0;
    rest = behind_separators(rest);
    return rest.length > 0 ? text.length - rest.length : 0;
}

const char *subject_without_ticket(struct arena *arena, const char *title, const char *ticket)
{
    struct span text = span_of(title);
    struct span scope = { text.at, 0 };
    size_t colon, mark;

    if (!ticket || !*ticket)
        return title;
    while ((mark = ticket_mark(text, ticket)) > 0)
        text = span_from(text, mark);
    colon = span_find(text, ": ");
    if (colon != SPAN_NONE && colon <= BRACKET_BYTES_MAX) {
        struct span rest = span_from(text, colon + 2);

        while ((mark = ticket_mark(rest, ticket)) > 0)
            rest = span_from(rest, mark);
        if (rest.length < text.length - colon - 2) {
            scope = span_slice(text, 0, colon + 2);
            text = rest;
        }
    }
    return span_join(arena, (struct span[]){ scope, text }, 2);
}
