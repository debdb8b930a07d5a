#include <pilab/base/transfer.h>

#include <inttypes.h>
#include <stdio.h>

#include <pilab/base/utf8.h>

/* Between two samples that are kept: together they reach over the window. */
#define SPACING (TRANSFER_WINDOW / TRANSFER_SAMPLES)
/* What a part of the whole has to be, in percent, before it speaks for the rest. */
#define LEAST_PART 2
/* A time left that is longer than this is a guess about a guess. */
#define LONGEST_LEFT ((int64_t)24 * 3600 * 1000)

/* --- Measuring -------------------------------------------------------------------------------- */

void transfer_meter_start(struct transfer_meter *meter, int64_t now)
{
    *meter =
        (struct transfer_meter){ .first = { .at = now }, .last = { .at = now }, .moved_at = now };
}

static void keep(struct transfer_meter *meter, const struct transfer_sample *sample)
{
    meter->samples[meter->next] = *sample;
    meter->next = (meter->next + 1) % TRANSFER_SAMPLES;
    meter->count += meter->count < TRANSFER_SAMPLES;
}

/* `age` 0 is the newest. */
static const struct transfer_sample *sample_at(const struct transfer_meter *meter, size_t age)
{
    return &meter->samples[(meter->next + TRANSFER_SAMPLES - 1 - age) % TRANSFER_SAMPLES];
}

void transfer_meter_add(struct transfer_meter *meter, int64_t now, uint64_t items, uint64_t total,
                        uint64_t bytes)
{
    const struct transfer_sample sample = { now, items, bytes };

    if (items != meter->last.items || bytes != meter->last.bytes)
        meter->moved_at = now;
    meter->last = sample;
    meter->total = total;
    if (meter->count == 0 || now - sample_at(meter, 0)->at >= SPACING)
        keep(meter, &sample);
}

/* Where the window begins: the oldest sample in it; the start, while that is not over. After a
 * silence that fills the window, the last thing that came. */
static const struct transfer_sample *window_start(const struct transfer_meter *meter, int64_t now)
{
    const struct transfer_sample *start = &meter->last;

    if (now - meter->first.at <= TRANSFER_WINDOW)
        return &meter->first;
    for (size_t age = 0; age < meter->count; age++) {
        if (now - sample_at(meter, age)->at > TRANSFER_WINDOW)
            break;
        start = sample_at(meter, age);
    }
    return start;
}

/* Of the last seconds and of all of it, the slower one: packs begin with what is small. */
static int64_t time_left(const struct transfer_meter *meter, const struct transfer_sample *start,
                         int64_t now)
{
    uint64_t items = meter->last.items, lately = items - start->items;
    double rest, recent, overall, left;

    if (now - meter->first.at < TRANSFER_KNOWN || now - start->at < TRANSFER_LEAST ||
        meter->total == 0 || lately == 0 || items >= meter->total ||
        items < meter->total * LEAST_PART / 100)
        return -1;
    rest = (double)(meter->total - items);
    recent = rest * (double)(now - start->at) / (double)lately;
    overall = rest * (double)(now - meter->first.at) / (double)items;
    left = recent > overall ? recent : overall;
    return left < (double)LONGEST_LEFT ? (int64_t)left : -1;
}

struct transfer_state transfer_meter_read(const struct transfer_meter *meter, int64_t now)
{
    const struct transfer_sample *start = window_start(meter, now);
    int64_t span = now - start->at, silent = now - meter->moved_at;
    struct transfer_state state = { .items = meter->last.items,
                                    .total = meter->total,
                                    .bytes = meter->last.bytes,
                                    .rate = -1,
                                    .left = -1 };

    if (silent >= TRANSFER_SILENCE) {
        state.silent = silent;
        return state;
    }
    if (span >= TRANSFER_LEAST && meter->last.bytes > 0)
        state.rate = (int64_t)((meter->last.bytes - start->bytes) * 1000 / (uint64_t)span);
    state.left = time_left(meter, start, now);
    return state;
}

/* --- Words ------------------------------------------------------------------------------------ */

unsigned transfer_percent(const struct transfer_state *state)
{
    if (state->total == 0 || state->items >= state->total)
        return state->total == 0 ? 0 : 100;
    return (unsigned)((double)state->items * 100 / (double)state->total);
}

void transfer_size(struct strbuf *out, uint64_t bytes)
{
    static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
    double size = (double)bytes / 1024;
    size_t unit = 0;

    if (bytes < 1024) {
        strbuf_printf(out, "%" PRIu64 " B", bytes);
        return;
    }
    while (size >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        size /= 1024;
        unit++;
    }
    strbuf_printf(out, unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
}

/* Coarser the longer it is: nobody knows it to the second. */
static void add_duration(struct strbuf *out, int64_t milliseconds)
{
    int64_t seconds = (milliseconds + 999) / 1000, minutes;

    if (seconds > 20)
        seconds = (seconds + 4) / 5 * 5;
    if (seconds < 60) {
        strbuf_printf(out, "%" PRId64 " s", seconds > 0 ? seconds : 1);
        return;
    }
    minutes = (seconds + 30) / 60;
    if (minutes < 60)
        strbuf_printf(out, "%" PRId64 " min", minutes);
    else
        strbuf_printf(out, "%" PRId64 " h %" PRId64 " min", minutes / 60, minutes % 60);
}

static void add_silence(struct strbuf *out, const struct transfer_state *state)
{
    strbuf_add(out, state->unanswered ? "no answer for " : "stalled for ");
    add_duration(out, state->silent);
}

enum detail { DETAIL_PERCENT, DETAIL_LEFT, DETAIL_RATE, DETAIL_BYTES, DETAIL_ITEMS };

static void add_pace(struct strbuf *out, const struct transfer_state *state, int detail)
{
    if (detail >= DETAIL_BYTES && state->bytes > 0) {
        strbuf_add(out, ", ");
        transfer_size(out, state->bytes);
    }
    if (detail >= DETAIL_LEFT && state->silent > 0) {
        strbuf_add(out, ", ");
        add_silence(out, state);
    }
    if (detail >= DETAIL_RATE && state->rate >= 0) {
        strbuf_add(out, ", ");
        transfer_size(out, (uint64_t)state->rate);
        strbuf_add(out, "/s");
    }
    if (detail >= DETAIL_LEFT && state->left >= 0) {
        strbuf_add(out, ", ");
        add_duration(out, state->left);
        strbuf_add(out, " left");
    }
}

static void add_all(struct strbuf *out, const char *what, const struct transfer_state *state,
                    int detail)
{
    if (state->count > 0)
        strbuf_printf(out, "%" PRIu64 " of %" PRIu64 " done, ", state->done, state->count);
    if (state->subject[0] != '\0')
        strbuf_printf(out, "%s: ", state->subject);
    strbuf_add(out, what);
    if (state->total > 0)
        strbuf_printf(out, " %u%%", transfer_percent(state));
    if (detail >= DETAIL_ITEMS && state->total > 0)
        strbuf_printf(out, " (%" PRIu64 "/%" PRIu64 ")", state->items, state->total);
    add_pace(out, state, detail);
}

void transfer_words(struct strbuf *out, const char *what, const struct transfer_state *state,
                    size_t columns)
{
    size_t before = out->length;

    for (int detail = DETAIL_ITEMS; detail >= DETAIL_PERCENT; detail--) {
        strbuf_truncate(out, before);
        add_all(out, what, state, detail);
        if (text_width(out->data + before, out->length - before) <= columns)
            return;
    }
}

void transfer_brief(struct strbuf *out, const struct transfer_state *state)
{
    size_t before = out->length;

    if (state->total > 0)
        strbuf_printf(out, "%u%%", transfer_percent(state));
    if (state->silent > 0 || state->left >= 0)
        strbuf_add(out, out->length > before ? ", " : "");
    if (state->silent > 0) {
        add_silence(out, state);
    } else if (state->left >= 0) {
        add_duration(out, state->left);
        strbuf_add(out, " left");
    }
}
