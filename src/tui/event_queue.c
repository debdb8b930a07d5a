#include <config.h> /* pipe2 is a system extension */

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/tui/event_queue.h>

struct event_queue {
    pthread_mutex_t lock;
    struct vector events; /* of struct event */
    size_t taken;         /* how many at the front are gone already */
    int read_end;
    int write_end;
};

struct event_queue *event_queue_new(void)
{
    struct event_queue *queue = memory_new(sizeof *queue);
    int ends[2] = { -1, -1 };

    /* Without descriptors left the screen still works; only other threads cannot wake it. */
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        ends[0] = ends[1] = -1;
    queue->read_end = ends[0];
    queue->write_end = ends[1];
    pthread_mutex_init(&queue->lock, NULL);
    vector_init(&queue->events, sizeof(struct event));
    return queue;
}

void event_release(struct event *event)
{
    if (event->release != NULL)
        event->release(event->data);
    *event = (struct event){ 0 };
}

void event_queue_free(struct event_queue **out)
{
    struct event_queue *queue = *out;
    struct event event;

    if (queue == NULL)
        return;
    while (event_queue_take(queue, &event))
        event_release(&event);
    vector_release(&queue->events);
    pthread_mutex_destroy(&queue->lock);
    if (queue->read_end >= 0) {
        close(queue->read_end);
        close(queue->write_end);
    }
    free(queue);
    *out = NULL;
}

void event_queue_post(struct event_queue *queue, const struct event *event)
{
    bool first;

    pthread_mutex_lock(&queue->lock);
    first = queue->events.count == queue->taken;
    vector_push(&queue->events, event);
    pthread_mutex_unlock(&queue->lock);
    if (first && queue->write_end >= 0) {
        ssize_t written = write(queue->write_end, "", 1);

        (void)written;
    }
}

bool event_queue_take(struct event_queue *queue, struct event *event)
{
    bool any;

    pthread_mutex_lock(&queue->lock);
    any = queue->taken < queue->events.count;
    if (any) {
        *event = *(struct event *)vector_at(&queue->events, queue->taken++);
    } else {
        char drained[16];

        vector_clear(&queue->events);
        queue->taken = 0;
        while (queue->read_end >= 0 && read(queue->read_end, drained, sizeof drained) > 0)
            continue;
    }
    pthread_mutex_unlock(&queue->lock);
    return any;
}

int event_queue_fd(const struct event_queue *queue)
{
    return queue->read_end;
}
