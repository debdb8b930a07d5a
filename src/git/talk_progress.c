#include "talk_progress.h"

#include <stdio.h>
#include <string.h>

#include <pilab/base/clock.h>

/* How often it is told that nothing comes. */
#define TOLD_MS 1000
/* Waits are told of many times a second; after a longer pause somebody has done something else, a
 * person has been asked for a passphrase. */
#define PAUSE_MS 1000

/* The first is told with the host, where there is one. */
static const char *const phase_words[] = {
    [TALK_CONNECTING] = "connecting",
    [TALK_WAITING] = "waiting for the server",
    [TALK_RECEIVING] = "receiving objects",
    [TALK_RESOLVING] = "resolving deltas",
};

static const char *words_of(const struct talk_progress *progress)
{
    return progress->phase == TALK_CONNECTING && progress->connecting[0]
               ? progress->connecting
               : phase_words[progress->phase];
}

static void tell(struct talk_progress *progress, int64_t now)
{
    struct transfer_state state = transfer_meter_read(&progress->meter, now);
    if (progress->phase == TALK_RESOLVING)
        state.silent = 0; /* that is our own work */
    state.unanswered = progress->phase < TALK_RECEIVING;
    progress->told_at = now;
    progress_transfer(progress->listener, words_of(progress), &state);
}

static void enter(struct talk_progress *progress, enum talk_phase phase, int64_t now)
{
    progress->phase = phase;
    transfer_meter_start(&progress->meter, now);
}

/* A server that counts and packs may take as long as it likes; one that has begun to send and then
 * only says that it lives does not go on any more. */
static bool is_stuck(struct talk_progress *progress, int64_t now)
{
    return progress->phase == TALK_RECEIVING &&
           transfer_meter_read(&progress->meter, now).silent >= progress->stuck_limit;
}

static bool on_wait(void *context)
{
    struct talk_progress *progress = context;
    int64_t now = clock_monotonic(), since = now - progress->waited_at;
    progress->waited_at = now;
    if (progress->phase < TALK_RECEIVING && since > PAUSE_MS)
        transfer_meter_start(&progress->meter, now);
    if (now - progress->told_at >= TOLD_MS)
        tell(progress, now);
    progress->stuck = is_stuck(progress, now);
    return !progress->stuck && (!progress->listener || !progress->listener->wait ||
                                progress->listener->wait(progress->listener->context));
}

void talk_progress_start(struct talk_progress *progress, const char *host, int64_t stuck_limit,
                         const struct progress *listener)
{
    int64_t now = clock_monotonic();
    *progress = (struct talk_progress){ .listener = listener,
                                        .stuck_limit = stuck_limit,
                                        .waited_at = now };
    progress->waiting = (struct progress){ .context = progress,
                                           .cancel = listener ? listener->cancel : NULL,
                                           .wait = on_wait };
    if (host)
        snprintf(progress->connecting, sizeof(progress->connecting), "connecting to %s", host);
    enter(progress, TALK_CONNECTING, now);
    tell(progress, now);
}

void talk_progress_connected(struct talk_progress *progress)
{
    int64_t now = clock_monotonic();
    enter(progress, TALK_WAITING, now);
    tell(progress, now);
}

void talk_progress_received(struct talk_progress *progress, const git_indexer_progress *stats)
{
    int64_t now = clock_monotonic();
    bool receiving = stats->received_objects < stats->total_objects || stats->total_deltas == 0;
    enum talk_phase phase = receiving ? TALK_RECEIVING : TALK_RESOLVING;
    if (progress->phase != phase)
        enter(progress, phase, now);
    if (receiving)
        transfer_meter_add(&progress->meter, now, stats->received_objects, stats->total_objects,
                           stats->received_bytes);
    else
        transfer_meter_add(&progress->meter, now, stats->indexed_deltas, stats->total_deltas, 0);
    tell(progress, now);
}

/* --- What the server says of itself ---------------------------------------------------------- */

static const struct {
    const char *theirs, *ours;
} server_works[] = {
    {"Counting objects:",     "the server counts objects"},
    { "Compressing objects:", "the server packs objects" },
};

/* "Counting objects:  43% (43/100)": the percent, or 101. */
static unsigned percent_of(const char *text, const char *end)
{
    unsigned percent = 0;
    while (text < end && *text == ' ')
        text++;
    const char *digits = text;
    for (; text < end && *text >= '0' && *text <= '9' && percent <= 100; text++)
        percent = percent * 10 + (unsigned)(*text - '0');
    return text > digits && text < end && *text == '%' && percent <= 100 ? percent : 101;
}

/* Nothing of the text itself is passed on. */
void talk_progress_heard(struct talk_progress *progress, const char *text, size_t length)
{
    int64_t now = clock_monotonic();
    if (progress->phase > TALK_WAITING)
        return;
    transfer_meter_start(&progress->meter, now); /* it lives */
    for (size_t i = 0; i < sizeof(server_works) / sizeof(*server_works); i++) {
        size_t prefix = strlen(server_works[i].theirs);
        if (length < prefix || memcmp(text, server_works[i].theirs, prefix) != 0)
            continue;
        unsigned percent = percent_of(text + prefix, text + length);
        struct transfer_state state = {
            .items = percent, .total = percent <= 100 ? 100 : 0, .rate = -1, .left = -1
        };
        progress->told_at = now;
        progress_transfer(progress->listener, server_works[i].ours, &state);
    }
}
