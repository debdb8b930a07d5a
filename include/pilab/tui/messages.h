/*
 * What the program says: kept in a log (`:messages`), and shown for a while above the hint line.
 * Errors stay there until they are dismissed, or the page that tells them as well is left. Texts
 * are as they came, escaped when drawn.
 */
#ifndef PILAB_TUI_MESSAGES_H
#define PILAB_TUI_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/tui/theme.h>

/* The graver, the later. */
enum message_kind { MESSAGE_INFO, MESSAGE_SUCCESS, MESSAGE_WARNING, MESSAGE_ERROR };

struct message {
    enum message_kind kind;
    int64_t at;        /* UTC milliseconds */
    int64_t hidden_at; /* monotonic milliseconds when it leaves the screen; INT64_MAX: by hand */
    bool seen;         /* it was on the screen */
    bool told;         /* a page of its own tells it as well */
    const char *text;
    const char *hint; /* may be NULL */
};

#define MESSAGES_MAXIMUM  1000 /* the oldest are forgotten, but no error that nobody has seen */
#define MESSAGE_SHOWN_FOR 5000 /* milliseconds */

struct message_log;

struct message_log *message_log_new(void);
void message_log_free(struct message_log **log);
/* `at` in UTC, `now` in monotonic milliseconds. A repetition of the newest is not shown twice. */
void message_log_add(struct message_log *log, enum message_kind kind, int64_t at, int64_t now,
                     const char *text, const char *hint);
size_t message_log_count(const struct message_log *log);
const struct message *message_log_at(const struct message_log *log, size_t index); /* 0: oldest */

/* The n-th message on the screen, 0 the newest; NULL past the last. */
const struct message *message_log_shown(const struct message_log *log, size_t index, int64_t now);
/* When the next message leaves the screen by itself; -1: none does. */
int64_t message_log_deadline(const struct message_log *log, int64_t now);
/* Takes the newest error that was seen off the screen, or everything else that is there; false:
 * nothing was. An error that had no room yet stays. */
bool message_log_dismiss(struct message_log *log, int64_t now);

/* It was drawn where it can be read. */
void message_log_see(struct message_log *log, const struct message *message);
/* The page that is on the screen tells the newest error with this text as well, and for as long as
 * somebody stays there. */
void message_log_tell(struct message_log *log, const char *text);
/* The person turned to something else: what was seen and goes by itself, or was told, goes now.
 * What was said since the last drawing, maybe about the new thing, stays for its time. */
void message_log_leave(struct message_log *log, int64_t now);
/* The person pressed another key: infos that were seen go now. True when there were any. */
bool message_log_pass(struct message_log *log, int64_t now);

enum role message_role(enum message_kind kind);
const char *message_kind_name(enum message_kind kind); /* "error" */

#endif
