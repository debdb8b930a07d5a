#include <pilab/app/line_wishes.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

struct line_wishes {
    pthread_mutex_t lock;
    unsigned holders;
    struct line_wish wishes[LINE_WISHES_MOST]; /* the newest last */
    size_t count;
};

struct line_wishes *line_wishes_new(void)
{
    struct line_wishes *wishes = memory_new(sizeof *wishes);

    pthread_mutex_init(&wishes->lock, NULL);
    wishes->holders = 1;
    return wishes;
}

struct line_wishes *line_wishes_hold(struct line_wishes *wishes)
{
    pthread_mutex_lock(&wishes->lock);
    wishes->holders++;
    pthread_mutex_unlock(&wishes->lock);
    return wishes;
}

void line_wishes_drop(struct line_wishes **wishes)
{
    struct line_wishes *dropped = *wishes;
    bool last;

    *wishes = NULL;
    if (dropped == NULL)
        return;
    pthread_mutex_lock(&dropped->lock);
    last = --dropped->holders == 0;
    pthread_mutex_unlock(&dropped->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&dropped->lock);
    free(dropped);
}

static bool same(const struct line_wish *a, const struct line_wish *b)
{
    return a->file == b->file && a->index == b->index && (a->file || a->code == b->code);
}

static void take_out(struct line_wishes *wishes, size_t place)
{
    wishes->count--;
    memmove(&wishes->wishes[place], &wishes->wishes[place + 1],
            (wishes->count - place) * sizeof *wishes->wishes);
}

void line_wishes_add(struct line_wishes *wishes, const struct line_wish *wish)
{
    size_t place = 0;

    pthread_mutex_lock(&wishes->lock);
    while (place < wishes->count && !same(&wishes->wishes[place], wish))
        place++;
    if (place < wishes->count)
        take_out(wishes, place);
    else if (wishes->count == LINE_WISHES_MOST)
        take_out(wishes, 0);
    wishes->wishes[wishes->count++] = *wish;
    pthread_mutex_unlock(&wishes->lock);
}

bool line_wishes_take(struct line_wishes *wishes, struct line_wish *out)
{
    bool any;

    pthread_mutex_lock(&wishes->lock);
    any = wishes->count > 0;
    if (any)
        *out = wishes->wishes[--wishes->count];
    pthread_mutex_unlock(&wishes->lock);
    return any;
}
