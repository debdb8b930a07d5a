#include <errno.h>
#include <poll.h>
#include <signal.h>

#include <pilab/base/clock.h>
#include <pilab/tui/loop.h>

/* Keys handled before the screen is drawn again, so that a held key is seen to move. */
#define KEYS_AT_A_TIME 64
/* A resize is taken when no other has come for so long, and anyway after so long. */
#define RESIZE_QUIET    20
#define RESIZE_PATIENCE 100

enum watched { WATCH_INPUT, WATCH_SIGNALS, WATCH_EVENTS, WATCH_COUNT };

struct loop {
    struct terminal *terminal;
    struct event_queue *queue;
    const struct loop_handler *handler;
    struct pollfd watched[WATCH_COUNT];
    int64_t resize_at;    /* when to take the resize; -1: none is waiting */
    int64_t resize_limit; /* the latest time for it */
    bool ended;
    enum loop_end end;
};

static void end_with(struct loop *loop, enum loop_end end)
{
    loop->ended = true;
    loop->end = end;
}

static void note_resize(struct loop *loop)
{
    int64_t now = clock_monotonic();

    if (loop->resize_at < 0)
        loop->resize_limit = now + RESIZE_PATIENCE;
    loop->resize_at = now + RESIZE_QUIET;
    if (loop->resize_at > loop->resize_limit)
        loop->resize_at = loop->resize_limit;
}

static void take_signals(struct loop *loop)
{
    const struct loop_handler *handler = loop->handler;
    int number;

    while (!loop->ended && (number = terminal_next_signal(loop->terminal)) != 0) {
        switch (number) {
        case SIGWINCH:
            note_resize(loop);
            break;
        case SIGHUP:
            end_with(loop, LOOP_HUNG_UP);
            break;
        case SIGTERM:
            end_with(loop, LOOP_TERMINATED);
            break;
        case SIGINT:
            handler->interrupt(handler->context);
            break;
        case SIGTSTP:
            handler->suspend(handler->context);
            break;
        default:
            handler->resume(handler->context);
            break;
        }
    }
}

static void take_input(struct loop *loop, bool readable)
{
    const struct loop_handler *handler = loop->handler;

    for (int i = 0; i < KEYS_AT_A_TIME && !handler->done(handler->context); i++) {
        struct input input = terminal_read(loop->terminal, readable);

        readable = false;
        if (input.kind == INPUT_NONE)
            return;
        if (input.kind == INPUT_KEY)
            handler->key(handler->context, input.key);
        else if (input.kind == INPUT_PASTE)
            handler->paste(handler->context, input.paste, input.paste_length);
        else
            return end_with(loop, LOOP_HUNG_UP);
    }
}

static void take_events(struct loop *loop)
{
    struct event event;

    while (event_queue_take(loop->queue, &event)) {
        loop->handler->event(loop->handler->context, &event);
        event_release(&event);
    }
}

static void take_time(struct loop *loop)
{
    const struct loop_handler *handler = loop->handler;
    int64_t now = clock_monotonic();
    int64_t deadline = handler->deadline(handler->context);

    if (deadline >= 0 && deadline <= now)
        handler->tick(handler->context);
    if (loop->resize_at >= 0 && loop->resize_at <= now) {
        loop->resize_at = -1;
        /* Back at the old size after a storm, the terminal has still lost what it showed. */
        terminal_measure(loop->terminal);
        terminal_repaint(loop->terminal);
        handler->resize(handler->context);
    }
}

/* Milliseconds until something is due; -1: nothing is. */
static int time_left(const struct loop *loop)
{
    int64_t due = loop->handler->deadline(loop->handler->context);
    int64_t left;

    if (loop->resize_at >= 0 && (due < 0 || loop->resize_at < due))
        due = loop->resize_at;
    if (due < 0)
        return -1;
    left = due - clock_monotonic();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

/* True when something arrived. An interrupted poll has left its signal in the pipe. */
static bool look(struct loop *loop, int timeout)
{
    int ready = poll(loop->watched, WATCH_COUNT, timeout);

    if (ready <= 0)
        for (size_t i = 0; i < WATCH_COUNT; i++)
            loop->watched[i].revents = 0;
    return ready != 0;
}

/* Draws, says so, and sleeps until something happens; works on instead while there is work. */
static void wait(struct loop *loop, bool working)
{
    if (loop->resize_at < 0)
        loop->handler->draw(loop->handler->context);
    if (look(loop, 0) || working)
        return;
    if (loop->resize_at < 0)
        terminal_mark_idle(loop->terminal);
    look(loop, time_left(loop));
}

enum loop_end loop_run(struct terminal *terminal, struct event_queue *queue,
                       const struct loop_handler *handler)
{
    struct loop loop = {
        .terminal = terminal,
        .queue = queue,
        .handler = handler,
        .watched = {[WATCH_INPUT] = { .fd = terminal_input_fd(terminal), .events = POLLIN },
                    [WATCH_SIGNALS] = { .fd = terminal_signal_fd(terminal), .events = POLLIN },
                    [WATCH_EVENTS] = { .fd = event_queue_fd(queue), .events = POLLIN }},
        .resize_at = -1,
        .end = LOOP_QUIT,
    };

    while (!loop.ended && !handler->done(handler->context)) {
        wait(&loop, handler->work(handler->context));
        take_signals(&loop);
        if (!loop.ended)
            take_input(&loop, loop.watched[WATCH_INPUT].revents != 0);
        take_events(&loop);
        take_time(&loop);
    }
    return loop.end;
}
