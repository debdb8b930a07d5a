#include <pilab/base/progress.h>

void progress_report(const struct progress *progress, const char *what, uint64_t done,
                     uint64_t total)
{
    if (progress && progress->report)
        progress->report(progress->context, what, done, total);
}

void progress_transfer(const struct progress *progress, const char *what,
                       const struct transfer_state *state)
{
    if (progress && progress->transfer)
        progress->transfer(progress->context, what, state);
    else
        progress_report(progress, what, state->items, state->total);
}

bool progress_cancelled(const struct progress *progress)
{
    return progress && progress->cancel &&
           atomic_load_explicit(progress->cancel, memory_order_relaxed);
}

bool progress_check(const struct progress *progress, struct error *error)
{
    if (progress_cancelled(progress))
        return error_set(error, ERROR_CANCELLED, "Stopped before it was done.");
    return true;
}

bool progress_wait(const struct progress *progress, struct error *error)
{
    bool useful = !progress || !progress->wait || progress->wait(progress->context);
    return progress_check(progress, error) &&
           (useful || error_set(error, ERROR_NETWORK, "nothing came any more"));
}
