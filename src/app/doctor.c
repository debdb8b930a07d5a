/* Looks at everything around that a day's work depends on, and says what to do about it. */
#include <pilab/app/use_cases.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/git/repository.h>

#include "doctor.h"

#define TIME_LIMIT   1500 /* milliseconds, for all checks together */
#define LABEL_COLUMN 10
#define LEVEL_COLUMN 9
#define USUAL_WIDTH  80 /* where no face draws it */

static const struct doctor_check *const check_lists[] = {
    doctor_terminal_checks,
    doctor_ssh_checks,
    doctor_git_checks,
    doctor_store_checks,
};

static const char *const level_names[DOCTOR_LEVEL_COUNT] = {
    [DOCTOR_OK] = "ok",
    [DOCTOR_NOTE] = "note",
    [DOCTOR_WARNING] = "warning",
    [DOCTOR_PROBLEM] = "problem",
};

/* --- Running ---------------------------------------------------------------------------------- */

struct visit;

struct check_run {
    struct visit *visit;
    const struct doctor_check *check;
    struct doctor doctor;
    bool done;
};

/* All checks of one run. Whoever is last frees it: that may be a check that was left behind. */
struct visit {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char *store_path, *cache_path, *folder;
    struct check_run *runs;
    size_t count;
    size_t pending; /* not done yet */
    size_t holders; /* the threads that are still there, and the caller */
};

static void visit_drop(struct visit *visit)
{
    bool last;

    pthread_mutex_lock(&visit->lock);
    last = --visit->holders == 0;
    pthread_mutex_unlock(&visit->lock);
    if (!last)
        return;
    for (size_t i = 0; i < visit->count; i++) {
        vector_release(&visit->runs[i].doctor.findings);
        arena_free(&visit->runs[i].doctor.arena);
    }
    pthread_cond_destroy(&visit->changed);
    pthread_mutex_destroy(&visit->lock);
    free(visit->store_path);
    free(visit->cache_path);
    free(visit->folder);
    free(visit->runs);
    free(visit);
}

static void *run_check(void *context)
{
    struct check_run *run = context;
    struct visit *visit = run->visit;

    run->check->run(&run->doctor);
    pthread_mutex_lock(&visit->lock);
    run->done = true;
    visit->pending--;
    pthread_cond_signal(&visit->changed);
    pthread_mutex_unlock(&visit->lock);
    visit_drop(visit);
    return NULL;
}

static size_t count_checks(void)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof check_lists / sizeof *check_lists; i++) {
        for (const struct doctor_check *check = check_lists[i]; check->run != NULL; check++)
            count++;
    }
    return count;
}

static char *copy(const char *text)
{
    return text != NULL ? memory_copy_text(text) : NULL;
}

static struct visit *visit_new(const struct settings *settings)
{
    struct visit *visit = memory_new(sizeof *visit);
    pthread_condattr_t monotonic;
    size_t n = 0;

    pthread_mutex_init(&visit->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&visit->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    visit->store_path = copy(settings->store_path);
    visit->cache_path = copy(settings->cache_directory);
    visit->folder = copy(settings->working_directory);
    visit->count = count_checks();
    visit->runs = memory_array(visit->count, sizeof *visit->runs);
    visit->holders = 1;
    for (size_t i = 0; i < sizeof check_lists / sizeof *check_lists; i++) {
        for (const struct doctor_check *check = check_lists[i]; check->run != NULL; check++) {
            struct check_run *run = &visit->runs[n++];

            *run = (struct check_run){
                .visit = visit,
                .check = check,
                .doctor = {.arena = arena_new(),
                           .store_path = visit->store_path,
                           .cache_path = visit->cache_path,
                           .folder = visit->folder}
            };
            vector_init(&run->doctor.findings, sizeof(struct doctor_finding));
        }
    }
    return visit;
}

static void start_checks(struct visit *visit)
{
    pthread_attr_t detached;

    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_mutex_lock(&visit->lock);
    for (size_t i = 0; i < visit->count; i++) {
        pthread_t thread;

        if (pthread_create(&thread, &detached, run_check, &visit->runs[i]) != 0)
            continue; /* it counts as one that did not answer */
        visit->pending++;
        visit->holders++;
    }
    pthread_mutex_unlock(&visit->lock);
    pthread_attr_destroy(&detached);
}

static void wait_for_checks(struct visit *visit)
{
    struct timespec until;
    int answer = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TIME_LIMIT / 1000;
    until.tv_nsec += TIME_LIMIT % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_mutex_lock(&visit->lock);
    while (visit->pending > 0 && answer != ETIMEDOUT)
        answer = pthread_cond_timedwait(&visit->changed, &visit->lock, &until);
    pthread_mutex_unlock(&visit->lock);
}

/* --- Drawing ---------------------------------------------------------------------------------- */

#define INDENT (LABEL_COLUMN + LEVEL_COLUMN)

/* Text from outside in lines that end at `width`, behind what stands in its first line already. */
static void draw_wrapped(struct strbuf *out, enum rich_role role, const char *text, size_t width)
{
    struct strbuf rich = STRBUF_INIT, wrapped = STRBUF_INIT;

    rich_text(&rich, role, text, true);
    rich_wrap(&wrapped, rich.data, INDENT, width);
    strbuf_add(out, wrapped.data + INDENT);
    if (out->length > 0 && out->data[out->length - 1] != '\n')
        strbuf_add_char(out, '\n');
    strbuf_release(&wrapped);
    strbuf_release(&rich);
}

static enum rich_role level_role(const char *level)
{
    static const enum rich_role roles[DOCTOR_LEVEL_COUNT] = {
        [DOCTOR_OK] = RICH_GOOD,
        [DOCTOR_NOTE] = RICH_DIM,
        [DOCTOR_WARNING] = RICH_WARNING,
        [DOCTOR_PROBLEM] = RICH_CRITICAL,
    };

    for (size_t i = 0; i < DOCTOR_LEVEL_COUNT; i++) {
        if (strcmp(level_names[i], level) == 0)
            return roles[i];
    }
    return RICH_PLAIN;
}

/* `object` is the document, from which both faces draw. */
static void draw(struct strbuf *out, const void *object, size_t width)
{
    const json_t *summary = json_object_get(object, "summary"), *check;
    json_int_t problems = json_integer_value(json_object_get(summary, "problem"));
    json_int_t warnings = json_integer_value(json_object_get(summary, "warning"));
    const char *area = "", *advice;
    size_t index;

    json_array_foreach(json_object_get(object, "checks"), index, check)
    {
        const char *state = json_member_text(check, "state");
        const char *its_area = json_member_text(check, "area");

        rich_cell(out, RICH_HEADING, strcmp(area, its_area) != 0 ? its_area : "", LABEL_COLUMN,
                  RICH_LEFT, true);
        rich_cell(out, level_role(state), state, LEVEL_COLUMN, RICH_LEFT, true);
        draw_wrapped(out, RICH_PLAIN, json_member_text(check, "found"), width);
        area = its_area;
        advice = json_member_text(check, "advice");
        if (advice == NULL)
            continue;
        strbuf_add_repeat(out, " ", INDENT);
        draw_wrapped(out, RICH_NAME, advice, width);
    }
    strbuf_add_char(out, '\n');
    if (problems + warnings == 0)
        rich_word(out, RICH_GOOD, "Nothing to do.");
    else
        strbuf_printf(out, "%lld problem%s, %lld warning%s.", (long long)problems,
                      problems == 1 ? "" : "s", (long long)warnings, warnings == 1 ? "" : "s");
    strbuf_add_char(out, '\n');
}

/* --- Telling ---------------------------------------------------------------------------------- */

struct telling {
    json_t *checks;
    size_t counts[DOCTOR_LEVEL_COUNT];
};

static void tell(struct telling *telling, const struct doctor_check *check,
                 const struct doctor_finding *finding)
{
    json_t *object = json_object();

    telling->counts[finding->level]++;
    json_put_text(object, "area", check->area);
    json_put_text(object, "name", check->name);
    json_put_text(object, "state", level_names[finding->level]);
    json_put_text(object, "found", finding->found);
    json_put_text(object, "advice", finding->advice);
    json_append(telling->checks, object);
}

static void tell_run(struct telling *telling, const struct check_run *run)
{
    static const struct doctor_finding silent = {
        .level = DOCTOR_WARNING,
        .found = "no answer in time",
        .advice = "Something that this looks at hangs: a disk, a server or an agent.",
    };

    if (!run->done)
        tell(telling, run->check, &silent);
    for (size_t i = 0; run->done && i < run->doctor.findings.count; i++)
        tell(telling, run->check, vector_at(&run->doctor.findings, i));
}

static void tell_all(struct visit *visit, struct result *result)
{
    struct telling telling = { .checks = json_array() };
    json_t *summary = json_object();

    pthread_mutex_lock(&visit->lock);
    for (size_t i = 0; i < visit->count; i++)
        tell_run(&telling, &visit->runs[i]);
    pthread_mutex_unlock(&visit->lock);
    for (size_t i = 0; i < DOCTOR_LEVEL_COUNT; i++)
        json_put_integer(summary, level_names[i], (int64_t)telling.counts[i]);
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.doctor/1");
    json_put(result->object, "checks", telling.checks);
    json_put(result->object, "summary", summary);
    result->broken = telling.counts[DOCTOR_PROBLEM] > 0;
    result->draw = draw;
    result->subject = result->object;
    draw(&result->text, result->object, USUAL_WIDTH);
}

bool app_doctor(struct call *call, const struct arguments *arguments, struct result *result,
                struct error *error)
{
    struct visit *visit = visit_new(call->settings);
    /* Before other threads do; what cannot be started says so in its own check. */
    bool library = repository_library_start(NULL), all_done;

    (void)arguments;
    (void)error;
    start_checks(visit);
    wait_for_checks(visit);
    tell_all(visit, result);
    pthread_mutex_lock(&visit->lock);
    all_done = visit->pending == 0;
    pthread_mutex_unlock(&visit->lock);
    visit_drop(visit);
    result->left_behind = !all_done;
    if (library && all_done)
        repository_library_stop();
    return true;
}
