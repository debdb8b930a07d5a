#include <pilab/base/wait.h>

#include <errno.h>
#include <poll.h>

#include <pilab/base/clock.h>

/* How late a cancel may be noticed. */
#define SLICE_MS 50

int wait_for_descriptor(int descriptor, short events, int milliseconds,
                        const struct progress *progress)
{
    int64_t until = clock_monotonic() + milliseconds;

    for (;;) {
        struct pollfd polled = { .fd = descriptor, .events = events };
        int64_t left = until - clock_monotonic();
        int ready;

        if (!progress_wait(progress, NULL))
            return ECANCELED;
        if (left <= 0)
            return ETIMEDOUT;
        ready = poll(&polled, 1, left < SLICE_MS ? (int)left : SLICE_MS);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return errno;
    }
}
