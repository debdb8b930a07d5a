#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/tui/messages.h>

struct message_log {
    struct vector messages; /* of struct message, the newest last; texts are owned */
};

struct message_log *message_log_new(void)
{
    struct message_log *log = memory_new(sizeof *log);

    vector_init(&log->messages, sizeof(struct message));
    return log;
}

static struct message *at(const struct message_log *log, size_t index)
{
    return vector_at(&log->messages, index);
}

static void forget(struct message_log *log, size_t index)
{
    free((char *)at(log, index)->text);
    free((char *)at(log, index)->hint);
    vector_remove(&log->messages, index);
}

void message_log_free(struct message_log **log)
{
    if (*log == NULL)
        return;
    while ((*log)->messages.count > 0)
        forget(*log, (*log)->messages.count - 1);
    vector_release(&(*log)->messages);
    free(*log);
    *log = NULL;
}

/* What is forgotten first: 0 where all are errors that nobody has seen. */
static size_t least_wanted(const struct message_log *log)
{
    for (size_t i = 0; i < log->messages.count; i++) {
        if (at(log, i)->kind != MESSAGE_ERROR || at(log, i)->seen)
            return i;
    }
    return 0;
}

void message_log_add(struct message_log *log, enum message_kind kind, int64_t when, int64_t now,
                     const char *text, const char *hint)
{
    size_t count = log->messages.count;
    struct message message = {
        .kind = kind,
        .at = when,
        .hidden_at = kind == MESSAGE_ERROR ? INT64_MAX : now + MESSAGE_SHOWN_FOR,
    };

    if (count > 0) {
        struct message *newest = at(log, count - 1);

        if (newest->kind == kind && strcmp(newest->text, text) == 0 && newest->hidden_at > now) {
            newest->at = when;
            newest->hidden_at = message.hidden_at;
            newest->seen = newest->told = false;
            return;
        }
    }
    if (count >= MESSAGES_MAXIMUM)
        forget(log, least_wanted(log));
    message.text = memory_copy_text(text);
    message.hint = hint == NULL || hint[0] == '\0' ? NULL : memory_copy_text(hint);
    vector_push(&log->messages, &message);
}

size_t message_log_count(const struct message_log *log)
{
    return log->messages.count;
}

const struct message *message_log_at(const struct message_log *log, size_t index)
{
    return at(log, index);
}

const struct message *message_log_shown(const struct message_log *log, size_t index, int64_t now)
{
    for (size_t i = log->messages.count; i-- > 0;)
        if (at(log, i)->hidden_at > now && index-- == 0)
            return at(log, i);
    return NULL;
}

int64_t message_log_deadline(const struct message_log *log, int64_t now)
{
    int64_t deadline = -1;

    for (size_t i = 0; i < log->messages.count; i++) {
        int64_t hidden = at(log, i)->hidden_at;

        if (hidden > now && hidden != INT64_MAX && (deadline < 0 || hidden < deadline))
            deadline = hidden;
    }
    return deadline;
}

bool message_log_dismiss(struct message_log *log, int64_t now)
{
    bool any = false;

    for (size_t i = log->messages.count; i-- > 0;) {
        if (at(log, i)->hidden_at <= now ||
            (at(log, i)->kind == MESSAGE_ERROR && !at(log, i)->seen))
            continue;
        any = true;
        at(log, i)->hidden_at = now;
        if (at(log, i)->kind == MESSAGE_ERROR)
            break;
    }
    return any;
}

void message_log_see(struct message_log *log, const struct message *message)
{
    for (size_t i = 0; i < log->messages.count; i++)
        at(log, i)->seen |= at(log, i) == message;
}

void message_log_tell(struct message_log *log, const char *text)
{
    for (size_t i = log->messages.count; i-- > 0;) {
        if (at(log, i)->kind != MESSAGE_ERROR || strcmp(at(log, i)->text, text) != 0)
            continue;
        at(log, i)->told = true;
        return;
    }
}

/* Takes off the screen what was seen there and is no graver than that. */
static bool hide_seen(struct message_log *log, enum message_kind gravest, int64_t now)
{
    bool any = false;

    for (size_t i = 0; i < log->messages.count; i++) {
        struct message *message = at(log, i);

        bool goes = message->kind <= gravest || (message->told && gravest >= MESSAGE_WARNING);

        if (!goes || !message->seen || message->hidden_at <= now)
            continue;
        message->hidden_at = now;
        any = true;
    }
    return any;
}

void message_log_leave(struct message_log *log, int64_t now)
{
    hide_seen(log, MESSAGE_WARNING, now);
}

bool message_log_pass(struct message_log *log, int64_t now)
{
    return hide_seen(log, MESSAGE_INFO, now);
}

static const struct {
    enum role role;
    const char *name;
} kinds[] = {
    [MESSAGE_INFO] = {ROLE_INFO,     "info"   },
    [MESSAGE_SUCCESS] = { ROLE_SUCCESS, "done"   },
    [MESSAGE_WARNING] = { ROLE_WARNING, "warning"},
    [MESSAGE_ERROR] = { ROLE_ERROR,   "error"  },
};

enum role message_role(enum message_kind kind)
{
    return kinds[kind].role;
}

const char *message_kind_name(enum message_kind kind)
{
    return kinds[kind].name;
}
