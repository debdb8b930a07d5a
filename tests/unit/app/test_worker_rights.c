#include "app_support.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/app/job.h>
#include <pilab/app/surroundings.h>

#include "../../support/patience.h"

/* A screen stays open for days: what somebody may do is looked up for each piece of work. */

static const char project[] = "pilab: 1\n"
                              "project: {name: Mobile Banking, code: MB}\n"
                              "environments: [{name: SIT, stage: SIT}]\n";

/* Adam's program, open while others run commands. */
struct open_program {
    struct app_work *work;
    struct settings settings;
    char login[8];
    struct call call;
    struct job_pool *pool;
    int news[2]; /* a byte for each notification */
};

static void notice(void *context)
{
    const struct open_program *program = context;

    assert_int_equal(write(program->news[1], "n", 1), 1);
}

static int program_setup(void **state)
{
    struct open_program *program = calloc(1, sizeof *program);
    struct strbuf line = STRBUF_INIT;
    struct error error = { 0 };

    if (program == NULL || app_setup(state) != 0 || pipe(program->news) != 0)
        return -1;
    program->work = *state;
    app_file(program->work, "pilab.yaml", project);
    strbuf_printf(&line, "project import %s/pilab.yaml", program->work->folder);
    app_must(program->work, line.data);
    strbuf_release(&line);
    app_must(program->work, "member add adam --role ADMIN");
    program->settings = program->work->settings;
    strcpy(program->login, "adam");
    program->settings.login = program->login;
    call_start(&program->call, &program->settings);
    surroundings_open_store(&program->call, &error);
    assert_non_null(program->call.project);
    program->pool = job_pool_new(&program->call, 2, notice, program, &error);
    *state = program;
    return program->pool != NULL ? 0 : -1;
}

static int program_teardown(void **state)
{
    struct open_program *program = *state;
    void *work = program->work;

    job_pool_free(&program->pool);
    call_end(&program->call);
    close(program->news[0]);
    close(program->news[1]);
    free(program);
    return app_teardown(&work);
}

static bool run_approve(struct job *job, struct call *call, void *input, void **output,
                        struct error *error)
{
    (void)job, (void)input, (void)output;
    return call_check(call, PERMISSION_APPROVE_NOTE, error);
}

static bool run_read(struct job *job, struct call *call, void *input, void **output,
                     struct error *error)
{
    (void)job, (void)input, (void)output;
    return call_check(call, PERMISSION_READ, error);
}

/* What comes of it on a worker, begun now. */
static struct job_event work_of(struct open_program *program,
                                bool (*run)(struct job *job, struct call *call, void *input,
                                            void **output, struct error *error))
{
    struct job_event event;

    job_start(program->pool, &(struct job_spec){ .title = "work", .run = run });
    while (!job_next_event(program->pool, &event)) {
        struct pollfd news = { .fd = program->news[0], .events = POLLIN };
        char byte;

        if (poll(&news, 1, (int)patience(10000)) != 1)
            fail_msg("no event came");
        assert_int_equal(read(program->news[0], &byte, 1), 1);
    }
    assert_int_equal(event.kind, JOB_FINISHED);
    return event;
}

static void a_role_that_was_taken_is_missed_by_the_next_work(void **state)
{
    struct open_program *program = *state;
    struct job_event event;

    assert_true(work_of(program, run_approve).ok);
    app_must(program->work, "member role adam VIEWER");
    event = work_of(program, run_approve);
    assert_false(event.ok);
    assert_int_equal(event.error.code, ERROR_DENIED);
    assert_true(work_of(program, run_read).ok);
    app_must(program->work, "member role adam ADMIN");
    assert_true(work_of(program, run_approve).ok);
}

static void who_is_no_member_any_more_reads_nothing(void **state)
{
    struct open_program *program = *state;
    struct job_event event;

    assert_true(work_of(program, run_read).ok);
    app_must(program->work, "member remove adam");
    event = work_of(program, run_read);
    assert_false(event.ok);
    assert_int_equal(event.error.code, ERROR_DENIED);
    app_must(program->work, "member add adam");
    assert_true(work_of(program, run_read).ok);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, program_setup, program_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_role_that_was_taken_is_missed_by_the_next_work),
        CASE(who_is_no_member_any_more_reads_nothing),
    };

    return cmocka_run_group_tests_name("rights of workers", tests, NULL, NULL);
}
