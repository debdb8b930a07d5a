#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/store/access.h>
#include <pilab/store/audit.h>
#include <pilab/store/user.h>

#include "../../support/scratch.h"

int app_setup(void **state)
{
    struct app_work *work = memory_new(sizeof *work);

    work->folder = scratch_new();
    work->settings = (struct settings){
        .store_path = scratch_path(work->folder, "store/pilab.db"),
        .cache_directory = scratch_path(work->folder, "cache"),
        .working_directory = memory_copy_text(work->folder),
        .login = memory_copy_text("olga"),
        .clock = clock_system(),
    };
    result_start(&work->result);
    call_start(&work->call, &work->settings);
    *state = work;
    return 0;
}

int app_teardown(void **state)
{
    struct app_work *work = *state;

    result_release(&work->result);
    call_end(&work->call);
    settings_release(&work->settings);
    scratch_remove(&work->folder);
    free(work);
    return 0;
}

void app_login(struct app_work *work, const char *login)
{
    free(work->settings.login);
    work->settings.login = memory_copy_text(login);
}

/* A new call for whoever is at the keyboard. */
static void renew_call(struct app_work *work)
{
    result_release(&work->result);
    call_end(&work->call);
    call_start(&work->call, &work->settings);
}

static void must(bool ok, const struct error *error)
{
    if (!ok)
        fail_msg("%s (%s)", error->message, error_code_name(error->code));
}

void app_add_user(struct app_work *work, const char *login, const char *project, const char *role)
{
    struct call *call = &work->call;
    struct store_user user = { .login = login, .role = "USER", .is_active = true };
    struct error error = { 0 };

    app_login(work, "olga");
    renew_call(work);
    must(call_open_store(call, false, &error), &error);
    user.tenant_id = call->tenant_id;
    must(store_begin(call->connection, NULL, &error) &&
             store_user_add(call->connection, &user, &error),
         &error);
    if (role != NULL) {
        must(call_choose_project(call, project, &error), &error);
        must(store_access_set(call->connection, call->project->id, user.id, role, &error), &error);
    }
    must(store_commit(call->connection, &error), &error);
}

#define MOST_WORDS 16

static size_t split_words(char *line, const char *words[MOST_WORDS])
{
    size_t count = 0;

    for (char *rest = line; *rest != '\0';) {
        size_t length = strcspn(rest, " ");

        assert_true(count < MOST_WORDS);
        words[count++] = rest;
        rest += length;
        if (*rest != '\0')
            *rest++ = '\0';
    }
    return count;
}

bool app_try_asking(struct app_work *work, const char *line,
                    bool (*ask)(void *context, const struct call_question *question, size_t *choice,
                                struct strbuf *text, struct error *error),
                    void *context)
{
    char *copy = memory_copy_text(line);
    const char *words[MOST_WORDS];
    size_t count = split_words(copy, words), used = 0, common_count;
    const struct option_spec *common = command_common_options(&common_count);
    const struct command *command = command_find(words, count, &used, &work->error);
    struct arguments *arguments = NULL;
    bool ok;

    renew_call(work);
    work->call.lines = work->lines;
    work->call.ask = ask;
    work->call.ask_context = context;
    ok = command != NULL &&
         arguments_parse(command->arguments, command->argument_count, command->options,
                         command->option_count, common, common_count, words + used, count - used,
                         &arguments, &work->error);
    if (ok && arguments_option(arguments, "project") != NULL)
        ok = call_open_store(&work->call, false, &work->error) &&
             call_choose_project(&work->call, arguments_option(arguments, "project"), &work->error);
    ok = ok && command_run(command, &work->call, arguments, &work->result, &work->error);
    arguments_free(&arguments);
    free(copy);
    return ok;
}

bool app_try(struct app_work *work, const char *line)
{
    return app_try_asking(work, line, NULL, NULL);
}

void app_other_must(struct app_work *work, const char *line)
{
    struct app_work other = { .folder = work->folder, .settings = work->settings };

    other.settings.login = memory_copy_text("olga");
    result_start(&other.result);
    call_start(&other.call, &other.settings);
    app_must(&other, line);
    result_release(&other.result);
    call_end(&other.call);
    free(other.settings.login);
}

void app_must(struct app_work *work, const char *line)
{
    if (!app_try(work, line))
        fail_msg("%s: %s (%s)", line, work->error.message, error_code_name(work->error.code));
}

void app_must_fail(struct app_work *work, const char *line, enum error_code code,
                   const char *message)
{
    if (app_try(work, line))
        fail_msg("%s worked, where \"%s\" was expected", line, message);
    assert_string_equal(work->error.message, message);
    assert_string_equal(error_code_name(work->error.code), error_code_name(code));
}

const char *app_file(struct app_work *work, const char *name, const char *text)
{
    char *path = scratch_file(work->folder, name, text);
    const char *copy = arena_text(work->call.arena, path);

    free(path);
    return copy;
}

char *app_newest_entry(struct app_work *work, const char *action)
{
    struct audit_filter filter = { .action = action };
    struct store_page page = { .limit = 1 };
    struct audit_entries entries;
    struct error error = { 0 };
    char *login = memory_copy_text(work->settings.login), *text;

    app_login(work, "olga");
    renew_call(work);
    must(call_open_store(&work->call, false, &error) &&
             audit_list(work->call.connection, &filter, &page, work->call.arena, &entries, &error),
         &error);
    text = entries.count == 0 ? memory_copy_text("")
                              : memory_printf("%s %s %s", entries.items[0].actor,
                                              entries.items[0].object, entries.items[0].body);
    app_login(work, login);
    free(login);
    return text;
}
