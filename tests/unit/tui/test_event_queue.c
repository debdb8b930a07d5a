#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include <pilab/tui/event_queue.h>

static bool readable(const struct event_queue *queue)
{
    struct pollfd fd = { .fd = event_queue_fd(queue), .events = POLLIN };

    return poll(&fd, 1, 0) == 1;
}

static void release(void *data)
{
    ++*(int *)data;
}

static void events_come_in_the_order_they_were_posted(void **state)
{
    struct event_queue *queue = event_queue_new();
    struct event event = { .view = 7, .generation = 2 };

    (void)state;
    assert_false(readable(queue));
    assert_false(event_queue_take(queue, &event));
    for (int kind = 1; kind <= 3; kind++) {
        event = (struct event){ .view = 7, .generation = 2, .kind = kind };
        event_queue_post(queue, &event);
    }
    assert_true(readable(queue));
    for (int kind = 1; kind <= 3; kind++) {
        assert_true(event_queue_take(queue, &event));
        assert_int_equal(event.kind, kind);
        assert_int_equal(event.view, 7);
    }
    assert_false(event_queue_take(queue, &event));
    assert_false(readable(queue));
    event_queue_free(&queue);
}

static void what_nobody_took_is_released_once(void **state)
{
    struct event_queue *queue = event_queue_new();
    int released = 0;
    struct event event = { .data = &released, .release = release };

    (void)state;
    event_queue_post(queue, &event);
    event_queue_post(queue, &event);
    assert_true(event_queue_take(queue, &event));
    event_release(&event);
    event_release(&event);
    assert_int_equal(released, 1);
    event_queue_free(&queue);
    assert_int_equal(released, 2);
    assert_null(queue);
}

#define THREADS 4
#define POSTS   500

static void *post_many(void *context)
{
    struct event event = { .kind = 1 };

    for (int i = 0; i < POSTS; i++)
        event_queue_post(context, &event);
    return NULL;
}

static void no_event_of_many_threads_is_lost(void **state)
{
    struct event_queue *queue = event_queue_new();
    pthread_t threads[THREADS];
    struct pollfd fd = { .fd = event_queue_fd(queue), .events = POLLIN };
    struct event event;
    int taken = 0;

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, post_many, queue), 0);
    while (taken < THREADS * POSTS) {
        assert_int_equal(poll(&fd, 1, 10000), 1);
        while (event_queue_take(queue, &event))
            taken++;
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_false(event_queue_take(queue, &event));
    event_queue_free(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_the_order_they_were_posted),
        cmocka_unit_test(what_nobody_took_is_released_once),
        cmocka_unit_test(no_event_of_many_threads_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
