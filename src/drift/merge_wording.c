#include <pilab/drift/merge_wording.h>

#include <string.h>

#include <pilab/drift/span.h>

#include "ascii.h"

struct wording {
    struct arena *arena;
    const struct commit_message *message;
    struct merge_wording *out;
};

/* A form is recognised by how the subject begins; what follows is handed over. */
struct form {
    const char *prefix;
    bool any_commit; /* no ordinary commit begins so */
    bool (*read)(struct wording *wording, struct span rest);
};

static const char *request_of(struct wording *wording, char sign, struct span text)
{
    size_t digits = span_digits(text);

    return digits == 0 ? NULL : arena_printf(wording->arena, "%c%.*s", sign, (int)digits, text.at);
}

static bool known_trailer(const char *key)
{
    static const char *const known[] = { "fixes",  "closes", "refs", "resolves",       "jira",
                                         "ticket", "issue",  "bug",  "breaking change" };
    size_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (span_equal_fold(span_of(key), known[i]))
            return true;
    }
    return strchr(key, '-') != NULL;
}

/* The first line of the body. A title like "feat: log in", alone in its paragraph, has the form of
 * a trailer and was taken for one. */
static const char *title_below(struct wording *wording)
{
    struct span body = span_trim(span_of(wording->message->body));
    const struct trailer *trailer = wording->message->trailers;
    struct span line;

    if (span_next_line(&body, &line) && span_trim(line).length > 0) {
        wording->out->title_below = true;
        return span_to_arena(span_trim(line), wording->arena);
    }
    if (wording->message->trailer_count > 0 && !known_trailer(trailer->key))
        return arena_printf(wording->arena, "%s: %s", trailer->key, trailer->value);
    return NULL;
}

static struct span unquoted(struct span text)
{
    if (text.length >= 2 && (text.at[0] == '\'' || text.at[0] == '"') &&
        text.at[text.length - 1] == text.at[0])
        return span_slice(text, 1, text.length - 1);
    return text;
}

/* A branch name without "origin/" or "owner:". */
static void set_branch(struct wording *wording, struct span name)
{
    static const char *const remotes[] = { "refs/heads/", "refs/remotes/", "origin/", "upstream/" };
    size_t colon = span_find_char(name, ':');
    size_t i;

    if (colon != SPAN_NONE)
        name = span_from(name, colon + 1);
    for (i = 0; i < sizeof remotes / sizeof remotes[0]; i++) {
        if (span_starts(name, remotes[i]))
            name = span_from(name, strlen(remotes[i]));
    }
    if (name.length > 0)
        wording->out->branch = span_to_arena(name, wording->arena);
}

/* The word or quoted text that `text` begins with. */
static struct span first_name(struct span text)
{
    text = span_trim(text);
    if (text.length > 1 && text.at[0] == '\'') {
        size_t end = span_find_char(span_from(text, 1), '\'');

        return span_slice(text, 1, end == SPAN_NONE ? text.length : end + 1);
    }
    return span_slice(text, 0, span_find_char(text, ' '));
}

/* "12 from owner/branch" and Bitbucket Server's "12 in PRJ/repo from branch to main". */
static bool read_github(struct wording *wording, struct span rest)
{
    size_t from = span_find(rest, " from ");
    struct span name;
    size_t slash;

    wording->out->request = request_of(wording, '#', rest);
    if (!wording->out->request || from == SPAN_NONE)
        return false;
    name = first_name(span_from(rest, from + 6));
    slash = span_find_char(name, '/');
    if (slash != SPAN_NONE && span_find(rest, " in ") == SPAN_NONE)
        name = span_from(name, slash + 1); /* the owner */
    set_branch(wording, name);
    wording->out->title = title_below(wording);
    if (wording->out->title && wording->out->title[0] == '*')
        wording->out->title = NULL; /* Bitbucket Server lists the commits */
    return true;
}

/* Gitea: "'Title' (#12) from owner/branch into main". */
static bool read_gitea(struct wording *wording, struct span rest)
{
    size_t end = span_find(rest, "' (#");
    struct span name;
    size_t from;

    if (end == SPAN_NONE)
        return false;
    wording->out->title = span_to_arena(span_slice(rest, 0, end), wording->arena);
    wording->out->request = request_of(wording, '#', span_from(rest, end + 4));
    from = span_find(rest, ") from ");
    if (from != SPAN_NONE) {
        size_t slash;

        name = first_name(span_from(rest, from + 7));
        slash = span_find_char(name, '/');
        set_branch(wording, slash == SPAN_NONE ? name : span_from(name, slash + 1));
    }
    return wording->out->request != NULL;
}

/* Bitbucket: "branch (pull request #12)". */
static bool read_bitbucket(struct wording *wording, struct span rest)
{
    size_t at = span_find(rest, " (pull request #");

    if (at == SPAN_NONE)
        return false;
    set_branch(wording, span_slice(rest, 0, at));
    wording->out->request = request_of(wording, '#', span_from(rest, at + 16));
    wording->out->title = title_below(wording);
    return true;
}

/* "12: Title": Bitbucket Server and Azure DevOps, whose requests are not numbered with the work
 * items and are written "!12". */
static bool read_titled(struct wording *wording, struct span rest, char sign)
{
    size_t digits = span_digits(rest);

    if (digits == 0 || digits >= rest.length || rest.at[digits] != ':')
        return false;
    wording->out->request = request_of(wording, sign, rest);
    wording->out->title = span_to_arena(span_trim(span_from(rest, digits + 1)), wording->arena);
    return true;
}

static bool read_bitbucket_server(struct wording *wording, struct span rest)
{
    return read_titled(wording, rest, '#');
}

static bool read_azure(struct wording *wording, struct span rest)
{
    return read_titled(wording, rest, '!');
}

/* GitLab adds "See merge request group/project!45" to the body, the title first. */
static void read_gitlab_body(struct wording *wording)
{
    struct span body = span_of(wording->message->body);
    size_t at = span_find(body, "See merge request ");
    struct span reference, title;
    size_t bang;

    if (at == SPAN_NONE)
        return;
    reference = first_name(span_from(body, at + 18));
    bang = span_find_char(reference, '!');
    if (bang != SPAN_NONE)
        wording->out->request = request_of(wording, '!', span_from(reference, bang + 1));
    title = span_trim(span_slice(body, 0, at));
    if (title.length > 0) {
        title = span_trim(span_slice(title, 0, span_find_char(title, '\n')));
        wording->out->title = span_to_arena(title, wording->arena);
        wording->out->title_below = true;
    }
}

/* "'branch' of URL into main", "'a' and 'b'". */
static bool read_branch(struct wording *wording, struct span rest)
{
    set_branch(wording, unquoted(first_name(rest)));
    read_gitlab_body(wording);
    return true;
}

#define PRIVATE_FORK "Merge commit from fork"

bool merges_private_fork(const char *subject)
{
    return span_equal(span_trim(span_of(subject)), PRIVATE_FORK);
}

/* The body, where there is one, begins with the title of the first commit: "* Close the door". */
static bool read_private_fork(struct wording *wording, struct span rest)
{
    const char *title;

    if (rest.length > 0)
        return false;
    title = title_below(wording);
    if (title && (title[0] == '*' || title[0] == '-') && title[1] == ' ')
        title += 2;
    wording->out->title = title;
    return true;
}

/* Several branches, a tag, a commit: what came is not one change. */
static bool read_nothing(struct wording *wording, struct span rest)
{
    (void)wording;
    (void)rest;
    return true;
}

/* Gerrit: '"Title"', '"Title" into branch'. */
static bool read_gerrit(struct wording *wording, struct span rest)
{
    size_t end = rest.length;

    while (end > 0 && rest.at[end - 1] != '"')
        end--;
    if (end < 2)
        return false;
    wording->out->title = span_to_arena(span_slice(rest, 0, end - 1), wording->arena);
    return true;
}

/* Bors: "12 13" with "12: Title r=alice a=bob" below. */
static bool read_bors(struct wording *wording, struct span rest)
{
    const char *below = title_below(wording);
    struct span title = span_of(below);
    size_t digits = span_digits(title);
    size_t reviewer;

    wording->out->request = request_of(wording, '#', rest);
    if (!wording->out->request)
        return false;
    if (digits > 0 && digits < title.length && title.at[digits] == ':')
        title = span_from(title, digits + 1);
    reviewer = span_find(title, " r=");
    title = span_trim(span_slice(title, 0, reviewer));
    if (title.length > 0)
        wording->out->title = span_to_arena(title, wording->arena);
    return true;
}

/* Bors, as Rust runs it: "12 - owner:branch, r=reviewer". */
static bool read_auto(struct wording *wording, struct span rest)
{
    size_t dash = span_find(rest, " - ");

    wording->out->request = request_of(wording, '#', rest);
    if (!wording->out->request || dash == SPAN_NONE)
        return false;
    rest = span_from(rest, dash + 3);
    set_branch(wording, span_slice(rest, 0, span_find_char(rest, ',')));
    wording->out->title = title_below(wording);
    return true;
}

/* "release-2.1 into main", "main to feature", "release-2.1 back to main". */
static bool read_loose(struct wording *wording, struct span rest)
{
    static const char *const words[] = { " into ", " back ", " to ", " in ", " from " };
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_find(rest, words[i]) != SPAN_NONE) {
            set_branch(wording, unquoted(first_name(rest)));
            break;
        }
    }
    read_gitlab_body(wording);
    return true;
}

static const struct form forms[] = {
    {"Merge pull request #",             true,  read_github          },
    { "Merge pull request '",            true,  read_gitea           },
    { "Merged in ",                      true,  read_bitbucket       },
    { "Pull request #",                  true,  read_bitbucket_server},
    { "Merged PR ",                      true,  read_azure           },
    { "Merge branch ",                   true,  read_branch          },
    { "Merge remote-tracking branch ",   true,  read_branch          },
    { "Merge branches ",                 true,  read_nothing         },
    { "Merge remote-tracking branches ", true,  read_nothing         },
    { "Merge tag ",                      true,  read_nothing         },
    { PRIVATE_FORK,                      true,  read_private_fork    },
    { "Merge commit ",                   true,  read_nothing         },
    { "Merge changes ",                  false, read_nothing         },
    { "Merge #",                         true,  read_bors            },
    { "Auto merge of #",                 true,  read_auto            },
    { "Merge \"",                        true,  read_gerrit          },
    { "Merge ",                          false, read_loose           },
};

bool merge_wording_read(struct arena *arena, const struct commit_message *message,
                        bool merge_commit, struct merge_wording *out)
{
    struct span subject = span_trim(span_cut(span_of(message->subject), SUBJECT_BYTES_MAX));
    struct wording wording = { arena, message, out };
    size_t i;

    for (i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        *out = (struct merge_wording){ 0 };
        if ((forms[i].any_commit || merge_commit) && span_starts(subject, forms[i].prefix) &&
            forms[i].read(&wording, span_from(subject, strlen(forms[i].prefix))))
            return true;
    }
    *out = (struct merge_wording){ 0 };
    return false;
}

bool branch_is_shared(const char *branch, const struct ticket_options *tickets)
{
    static const char *const names[] = { "main",        "master",     "trunk", "develop",
                                         "development", "dev",        "devel", "integration",
                                         "staging",     "stage",      "next",  "mainline",
                                         "default",     "production", "prod",  "release",
                                         "HEAD",        "uat",        "qa",    "test" };
    static const char *const prefixes[] = { "release/", "release-",     "releases/",    "rel/",
                                            "support/", "stable/",      "maintenance/", "develop/",
                                            "env/",     "environments/" };
    struct span name = span_of(branch);
    size_t i;

    for (i = 0; i < name.length; i++) {
        if ((i == 0 || !ascii_is_alnum(name.at[i - 1])) &&
            ticket_key_length(span_from(name, i), tickets, i == 0 || name.at[i - 1] == '/') > 0)
            return false;
    }
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (span_equal_fold(name, names[i]))
            return true;
    }
    for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (span_starts_fold(name, prefixes[i]))
            return true;
    }
    /* v2, 2.1.x, 2-stable */
    if (name.length > 1 && ascii_lower(name.at[0]) == 'v')
        name = span_from(name, 1);
    return name.length > 0 && ascii_is_digit(name.at[0]) &&
           (span_digits(name) == name.length || span_find_char(name, '.') != SPAN_NONE ||
            span_ends(name, "-stable"));
}
