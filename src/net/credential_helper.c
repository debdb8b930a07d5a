#include <config.h> /* memmem is a system extension */

#include <pilab/net/credential_helper.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sodium.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/words.h>
#include <pilab/net/child.h>

/* Bytes of an answer; git's own lines are at most 64 KiB. */
#define ANSWER_LIMIT 65536
/* How late a cancel may be noticed. */
#define SLICE_MS 50

/* --- What is known ---------------------------------------------------------------------------- */

static void wipe(char **text)
{
    if (*text != NULL)
        sodium_memzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

void credential_forget_password(struct credential *credential)
{
    wipe(&credential->password);
    wipe(&credential->refresh);
    wipe(&credential->expires);
}

void credential_release(struct credential *credential)
{
    credential_forget_password(credential);
    free(credential->protocol);
    free(credential->host);
    free(credential->path);
    free(credential->user);
    *credential = (struct credential){ 0 };
}

bool credential_is_expired(const struct credential *credential, int64_t now)
{
    return credential->expires != NULL && strtoll(credential->expires, NULL, 10) < now / 1000;
}

/* --- The program ------------------------------------------------------------------------------ */

/* What a message calls a helper: its program alone, since people put secrets into options, and into
 * lines for a shell. */
#define SHOWN(setting) (int)((setting)[0] == '!' ? 1 : strcspn(setting, " \t")), (setting)

static bool refuse_shell(const char *setting, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED,
              "the credential helper '%.*s…' is for a shell, and none is run", SHOWN(setting));
    return error_hint(error, "put it into a script of its own, and name that by its absolute path: "
                             "git config --global credential.helper /path/to/script");
}

bool credential_helper_words(const char *setting, struct vector *words, struct error *error)
{
    size_t first = words->count;
    char **name;

    if (*setting == '!' || words_need_shell(setting))
        return refuse_shell(setting, error);
    if (!words_split(setting, words, NULL))
        return error_set(error, ERROR_INVALID, "credential.helper: a quote does not end");
    if (words->count == first)
        return error_set(error, ERROR_INVALID, "the credential helper has no name");
    words_expand_home(words, first);
    name = vector_at(words, first);
    if (**name != '/') {
        char *whole = memory_printf("credential-%s", *name), *git = memory_copy_text("git");
        struct vector rest;

        free(*name);
        *name = git;
        vector_init(&rest, sizeof(char *));
        for (size_t i = first + 1; i < words->count; i++)
            vector_push(&rest, vector_at(words, i));
        while (words->count > first + 1)
            vector_remove(words, words->count - 1);
        vector_push(words, &whole);
        for (size_t i = 0; i < rest.count; i++)
            vector_push(words, vector_at(&rest, i));
        vector_release(&rest);
    }
    return true;
}

/* --- A talk with it --------------------------------------------------------------------------- */

struct talk {
    const char *setting;
    struct child child;
    struct strbuf answer, said;
    int64_t until;
    const struct progress *progress;
};

static void add_line(struct strbuf *out, const char *key, const char *value)
{
    if (value != NULL)
        strbuf_printf(out, "%s=%s\n", key, value);
}

/* The password does not move as the text grows: nothing of it is left behind. */
static void describe(struct strbuf *out, const struct credential *credential)
{
    strbuf_reserve(out, ANSWER_LIMIT);
    add_line(out, "protocol", credential->protocol);
    add_line(out, "host", credential->host);
    add_line(out, "path", credential->path);
    add_line(out, "username", credential->user);
    add_line(out, "password", credential->password);
    add_line(out, "password_expiry_utc", credential->expires);
    add_line(out, "oauth_refresh_token", credential->refresh);
    strbuf_add_char(out, '\n');
}

/* It is small enough for the socket's buffer to take it whole; a helper that has gone already has
 * nothing to hear. */
static void send_description(struct talk *talk, const struct credential *credential)
{
    struct strbuf text = STRBUF_INIT;

    describe(&text, credential);
    if (send(talk->child.input, text.data, text.length, MSG_NOSIGNAL) == (ssize_t)text.length)
        shutdown(talk->child.input, SHUT_WR);
    sodium_memzero(text.data, text.length);
    strbuf_release(&text);
    close(talk->child.input);
    talk->child.input = -1;
}

/* Without git itself its helpers may still be there. */
static bool start_program(struct child *child, char **words, const char *const settings[],
                          struct error *error)
{
    struct error missing = { 0 };
    char *whole, *kept = words[1];
    bool ok = child_start(child, (const char *const *)words, settings, &missing);

    if (!ok && missing.code == ERROR_NOT_FOUND && strcmp(words[0], "git") == 0) {
        whole = memory_printf("git-%s", kept);
        words[1] = whole;
        ok = child_start(child, (const char *const *)words + 1, settings, &missing);
        words[1] = kept;
        free(whole);
    }
    if (!ok && error != NULL)
        *error = missing;
    return ok;
}

/* Nobody is there who could answer on a terminal, and nobody shall open a window for it. */
static bool start(struct talk *talk, const char *operation, struct error *error)
{
    static const char *const settings[] = { "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=",
                                            "GCM_INTERACTIVE=never", "LANGUAGE=en",  NULL };
    char *copy = memory_copy_text(operation), *end = NULL;
    struct vector words;
    bool ok;

    vector_init(&words, sizeof(char *));
    ok = credential_helper_words(talk->setting, &words, error);
    vector_push(&words, &copy);
    vector_push(&words, &end);
    ok = ok && start_program(&talk->child, words.items, settings, error);
    vector_remove(&words, words.count - 1);
    words_release(&words);
    return ok ||
           (error != NULL && error->code == ERROR_UNSUPPORTED
                ? false
                : error_hint(error,
                             "install it, or mend credential.helper: git config --show-origin "
                             "--get-all credential.helper"));
}

/* False at its end. */
static bool drain(int *descriptor, struct strbuf *out, bool *too_much)
{
    char bytes[4096];
    ssize_t got;

    while ((got = read(*descriptor, bytes, sizeof bytes)) > 0) {
        if (out->length + (size_t)got > ANSWER_LIMIT)
            *too_much = true;
        else
            strbuf_add_bytes(out, bytes, (size_t)got);
        sodium_memzero(bytes, sizeof bytes);
        if (*too_much)
            return false;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

/* To its end: what it has started may keep the pipes open, so they are no sign of it. */
static bool listen_to(struct talk *talk, int limit, struct error *error)
{
    bool hears = true, reads = true, too_much = false, ended = false;

    strbuf_reserve(&talk->answer, ANSWER_LIMIT);
    while (!ended) {
        struct pollfd polled[2] = {
            {.fd = reads ? talk->child.output : -1,  .events = POLLIN},
            { .fd = hears ? talk->child.errors : -1, .events = POLLIN}
        };

        ended = child_wait(&talk->child, reads || hears ? 0 : SLICE_MS);
        if (!ended && (reads || hears))
            poll(polled, 2, SLICE_MS);
        reads = reads && drain(&talk->child.output, &talk->answer, &too_much);
        hears = hears && drain(&talk->child.errors, &talk->said, &too_much);
        if (too_much)
            return error_set(error, ERROR_LIMIT,
                             "the credential helper '%.*s' says more than is "
                             "believable",
                             SHOWN(talk->setting));
        if (ended)
            break;
        if (!progress_wait(talk->progress, error))
            return false;
        if (clock_monotonic() >= talk->until) {
            error_set(error, ERROR_NETWORK,
                      "the credential helper '%.*s' has not answered for %d s",
                      SHOWN(talk->setting), (limit + 999) / 1000);
            return error_hint(error, "it may wait for somebody, whom it cannot ask from here: try "
                                     "it by hand with git credential fill");
        }
    }
    return true;
}

static void end_talk(struct talk *talk)
{
    child_leave(&talk->child);
    if (talk->answer.data != NULL)
        sodium_memzero(talk->answer.data, talk->answer.length);
    if (talk->said.length > 0)
        sodium_memzero(talk->said.data, talk->said.length);
    strbuf_release(&talk->answer);
    strbuf_release(&talk->said);
}

static bool have_talk(struct talk *talk, const char *operation, const struct credential *credential,
                      int limit, struct error *error)
{
    talk->until = clock_monotonic() + limit;
    if (!start(talk, operation, error))
        return false;
    send_description(talk, credential);
    return listen_to(talk, limit, error);
}

/* --- Its answer ------------------------------------------------------------------------------- */

static void set(char **text, const char *value)
{
    wipe(text);
    *text = memory_copy_text(value);
}

/* Where the password is for is what we have asked about, whatever the helper says. Lines that are
 * not known are those of newer helpers. */
static void take_line(struct credential *credential, const char *key, const char *value)
{
    if (strcmp(key, "username") == 0)
        set(&credential->user, value);
    else if (strcmp(key, "password") == 0)
        set(&credential->password, value);
    else if (strcmp(key, "password_expiry_utc") == 0)
        set(&credential->expires, value);
    else if (strcmp(key, "oauth_refresh_token") == 0)
        set(&credential->refresh, value);
    else if (strcmp(key, "quit") == 0)
        credential->quit = strcmp(value, "0") != 0 && strcasecmp(value, "false") != 0;
}

/* Helpers of another system end their lines as it does. */
static size_t without_return(const char *line, size_t length)
{
    return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
}

/* Each line is a key and a value; what stands in none is not repeated, since it may be a secret. */
static bool is_answer(const struct strbuf *answer)
{
    const char *line = answer->data, *end = line + answer->length;

    if (memchr(answer->data, '\0', answer->length) != NULL)
        return false;
    while (line < end && *line != '\n') {
        size_t whole = strcspn(line, "\n"), length = without_return(line, whole);
        const char *equals = memchr(line, '=', length);

        if (length > 0 && (equals == NULL || equals == line || memchr(line, '\r', length) != NULL))
            return false;
        line += whole + (line[whole] == '\n');
    }
    return true;
}

static void take_answer(struct talk *talk, struct credential *credential)
{
    char *line = talk->answer.data;

    while (*line != '\0' && *line != '\n') {
        size_t length = strcspn(line, "\n");
        char *next = line + length + (line[length] == '\n'), *equals = strchr(line, '=');

        length = without_return(line, length);
        line[length] = '\0';
        if (length == 0)
            break;
        *equals = '\0';
        take_line(credential, line, equals + 1);
        line = next;
    }
}

/* What it said for people, its last line; never one with a secret in it. */
static bool complain(const struct talk *talk, struct error *error)
{
    const char *last = NULL;
    size_t length = 0;

    for (const char *line = talk->said.data; *line != '\0'; line += *line == '\n') {
        if (strcspn(line, "\n") > 0) {
            last = line;
            length = strcspn(line, "\n");
        }
        line += strcspn(line, "\n");
    }
    if (talk->child.status == 127 ||
        (last != NULL && strstr(last, "is not a git command") != NULL)) {
        error_set(error, ERROR_NOT_FOUND, "there is no credential helper '%.*s'",
                  SHOWN(talk->setting));
        return error_hint(error, "install it, or mend credential.helper: git config --show-origin "
                                 "--get-all credential.helper");
    }
    if (last == NULL || memmem(last, length, "password", 8) != NULL)
        return error_set(error, ERROR_IO, "the credential helper '%.*s' ended with status %d",
                         SHOWN(talk->setting), talk->child.status);
    return error_set(error, ERROR_IO, "the credential helper '%.*s' says: %.*s",
                     SHOWN(talk->setting), (int)length, last);
}

bool credential_helper_ask(const char *setting, struct credential *credential, int limit,
                           const struct progress *progress, struct error *error)
{
    struct talk talk = { .setting = setting,
                         .child = CHILD_NONE,
                         .answer = STRBUF_INIT,
                         .said = STRBUF_INIT,
                         .progress = progress };
    bool ok = have_talk(&talk, "get", credential, limit > 0 ? limit : CREDENTIAL_ASK_LIMIT, error);

    if (ok && !is_answer(&talk.answer)) {
        ok = error_set(error, ERROR_INVALID, "the credential helper '%.*s' does not answer as one",
                       SHOWN(setting));
        error_hint(error, "its answer is lines of key=value (git help credential); try it by hand "
                          "with git credential fill");
    } else if (ok && talk.answer.length == 0 && talk.child.status != 0) {
        ok = complain(&talk, error);
    } else if (ok) {
        take_answer(&talk, credential);
    }
    end_talk(&talk);
    return ok;
}

void credential_helper_tell(const char *setting, const char *what,
                            const struct credential *credential, int limit,
                            const struct progress *progress)
{
    struct talk talk = { .setting = setting,
                         .child = CHILD_NONE,
                         .answer = STRBUF_INIT,
                         .said = STRBUF_INIT,
                         .progress = progress };

    have_talk(&talk, what, credential, limit > 0 ? limit : CREDENTIAL_TELL_LIMIT, NULL);
    end_talk(&talk);
}
