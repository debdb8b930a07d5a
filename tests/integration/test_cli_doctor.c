#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/json_schema.h"
#include "../support/patience.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

/* The findings of one check, as "state found\\nadvice\\n" each; the caller frees. */
static char *findings(struct sandbox *sandbox, const char *name, int status)
{
    const struct run *run = run_pilab(sandbox, "doctor", "--json", NULL);
    struct strbuf text = STRBUF_INIT;
    struct error error;
    json_t *document, *check;
    size_t index;

    if (run->status != status)
        fail_msg("status %d, not %d: %s%s", run->status, status, run->out.data, run->err.data);
    assert_true(run->milliseconds < patience(2000));
    assert_text_follows_schema(run->out.data, "doctor-1.json");
    document = json_read("doctor", run->out.data, run->out.length, &error);
    assert_non_null(document);
    json_array_foreach(json_object_get(document, "checks"), index, check)
    {
        const char *advice = json_member_text(check, "advice");

        if (strcmp(json_member_text(check, "name"), name) == 0)
            strbuf_printf(&text, "%s %s\n%s\n", json_member_text(check, "state"),
                          json_member_text(check, "found"), advice != NULL ? advice : "");
    }
    json_decref(document);
    return strbuf_steal(&text);
}

static void assert_finding(struct sandbox *sandbox, const char *name, int status, const char *part)
{
    char *text = findings(sandbox, name, status);

    if (strstr(text, part) == NULL)
        fail_msg("%s: \"%s\" is not in:\n%s", name, part, text);
    free(text);
}

static void it_needs_nothing_and_leaves_nothing(void **state)
{
    struct world *world = *state;
    size_t before = scratch_count(sandbox_home(world->sandbox));
    const struct run *run = run_pilab(world->sandbox, "doctor", NULL);

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "there is no store at");
    assert_harmless(&run->out);
    assert_int_equal(access(world->store, F_OK), -1);
    assert_int_equal(scratch_count(sandbox_home(world->sandbox)), before);
}

static void without_a_home_it_works_too(void **state)
{
    struct world *world = *state;

    sandbox_set(world->sandbox, "HOME");
    sandbox_set(world->sandbox, "XDG_DATA_HOME");
    sandbox_set(world->sandbox, "XDG_CACHE_HOME");
    sandbox_set(world->sandbox, "PILAB_LOG");
    assert_int_equal(run_pilab(world->sandbox, "doctor", NULL)->status, 0);
}

static void a_store_is_looked_at_and_not_touched(void **state)
{
    struct world *world = *state;
    char *folder;
    struct stat before, after;
    size_t files;

    import(world);
    DO(world->sandbox, "secrets", "init");
    folder = memory_copy_bytes(world->store, (size_t)(strrchr(world->store, '/') - world->store));
    files = scratch_count(folder);
    assert_int_equal(stat(world->store, &before), 0);
    assert_finding(world->sandbox, "content", 0, "its structure is whole");
    assert_finding(world->sandbox, "content", 0, "entries in the audit, the last one holds");
    assert_finding(world->sandbox, "content", 0, "the key of the secrets is there");
    assert_finding(world->sandbox, "place", 0, "for nobody else's eyes");
    assert_int_equal(stat(world->store, &after), 0);
    assert_int_equal(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
    assert_int_equal(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    assert_int_equal(scratch_count(folder), files);
    free(folder);
}

static void a_store_open_to_others_is_a_problem(void **state)
{
    struct world *world = *state;

    import(world);
    assert_int_equal(chmod(world->store, 0666), 0);
    assert_finding(world->sandbox, "place", 1, "problem");
    assert_finding(world->sandbox, "place", 1, "chmod 600");
}

static void execute(const char *path, const char *sql)
{
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static void a_changed_audit_and_a_newer_schema_are_told(void **state)
{
    struct world *world = *state;

    import(world);
    execute(world->store, "DROP TRIGGER audit_keeps_values;"
                          "UPDATE audit SET line = replace(line, 'root', 'toor') || ' '"
                          " WHERE seq = (SELECT MAX(seq) FROM audit);");
    assert_finding(world->sandbox, "content", 1, "is not what its hash says");
    execute(world->store, "PRAGMA user_version = 9999");
    assert_finding(world->sandbox, "content", 1, "newer than this program's");
}

static void what_is_no_store_is_told(void **state)
{
    struct world *world = *state;
    char *file = scratch_file(sandbox_files(world->sandbox), "other.db", "not a database at all");
    char *assignment = memory_printf("PILAB_STORE=%s", file);

    assert_int_equal(chmod(file, 0600), 0);
    sandbox_set(world->sandbox, assignment);
    assert_finding(world->sandbox, "content", 1, "problem");
    free(assignment);
    free(file);
}

static void a_secret_without_a_value_is_a_warning(void **state)
{
    struct world *world = *state;
    char *text, *file;

    import(world);
    text = memory_printf("%svariables: [{name: TOKEN, environment: UAT, secret: true}]\n",
                         run_pilab(world->sandbox, "project", "export", NULL)->out.data);
    file = scratch_file(sandbox_files(world->sandbox), "with.yaml", text);
    DO(world->sandbox, "project", "import", file);
    assert_finding(world->sandbox, "content", 0, "warning 1 secret has no value");
    free(file);
    free(text);
}

/* --- The agent -------------------------------------------------------------------------------- */

struct agent {
    char *path;
    int listening;
    const unsigned char *answer; /* NULL: never answers */
    size_t length;
    pthread_t thread;
};

static void *serve(void *context)
{
    struct agent *agent = context;
    int peer;

    while ((peer = accept(agent->listening, NULL, NULL)) >= 0) {
        unsigned char request[5];

        if (recv(peer, request, sizeof request, MSG_WAITALL) == (ssize_t)sizeof request &&
            request[4] == 11)
            (void)!write(peer, agent->answer, agent->length);
        close(peer);
    }
    return NULL;
}

static void agent_start(struct agent *agent, struct world *world)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char *assignment;

    agent->path = scratch_path(sandbox_files(world->sandbox), "agent");
    assert_true(strlen(agent->path) < sizeof address.sun_path);
    strcpy(address.sun_path, agent->path);
    unlink(agent->path);
    agent->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(agent->listening, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(agent->listening, 4), 0);
    if (agent->answer != NULL)
        assert_int_equal(pthread_create(&agent->thread, NULL, serve, agent), 0);
    assignment = memory_printf("SSH_AUTH_SOCK=%s", agent->path);
    sandbox_set(world->sandbox, assignment);
    free(assignment);
}

static void agent_stop(struct agent *agent)
{
    shutdown(agent->listening, SHUT_RDWR);
    if (agent->answer != NULL)
        pthread_join(agent->thread, NULL);
    close(agent->listening);
    unlink(agent->path);
    free(agent->path);
}

static void the_agent_is_asked_for_its_keys(void **state)
{
    static const unsigned char two[] = { 0, 0, 0, 5, 12, 0, 0, 0, 2 };
    static const unsigned char none[] = { 0, 0, 0, 5, 12, 0, 0, 0, 0 };
    static const unsigned char failure[] = { 0, 0, 0, 1, 5 };
    struct agent agents[] = {
        {.answer = two,      .length = sizeof two    },
        { .answer = none,    .length = sizeof none   },
        { .answer = failure, .length = sizeof failure}
    };
    static const char *const says[] = { "ok the ssh agent has 2 keys", "no keys, or is locked",
                                        "does not answer" };

    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++) {
        agent_start(&agents[i], *state);
        assert_finding(((struct world *)*state)->sandbox, "agent", 0, says[i]);
        agent_stop(&agents[i]);
    }
    sandbox_set(((struct world *)*state)->sandbox, "SSH_AUTH_SOCK=/nonexistent/agent");
    assert_finding(((struct world *)*state)->sandbox, "agent", 0, "cannot be reached");
}

/* `findings` fails when it takes two seconds. */
static void an_agent_that_hangs_holds_nobody_up(void **state)
{
    struct agent agent = { .answer = NULL };

    agent_start(&agent, *state);
    assert_finding(((struct world *)*state)->sandbox, "agent", 0, "does not answer");
    agent_stop(&agent);
}

/* The same for programs: here tmux is one that never ends. */
static void a_program_that_hangs_is_left(void **state)
{
    struct world *world = *state;
    char *folder = scratch_path(sandbox_files(world->sandbox), "bin"), *file, *assignment;

    file = scratch_file(sandbox_files(world->sandbox), "bin/tmux", "#!/bin/sh\nexec sleep 60\n");
    assert_int_equal(chmod(file, 0700), 0);
    assignment = memory_printf("PATH=%s:%s", folder, getenv("PATH"));
    sandbox_set(world->sandbox, assignment);
    sandbox_set(world->sandbox, "TMUX=/nonexistent,1,0");
    assert_finding(world->sandbox, "tmux", 0, "does not answer");
    free(assignment);
    free(file);
    free(folder);
}

/* --- ssh's files and the terminal ------------------------------------------------------------- */

static void keys_open_to_others_are_a_problem(void **state)
{
    struct world *world = *state;
    const char *home = sandbox_home(world->sandbox);
    char *key =
        scratch_file(home, ".ssh/id_test", "-----BEGIN OPENSSH PRIVATE KEY-----\nnot really\n");
    char *other = scratch_file(home, ".ssh/config", "Host *\n");
    char *folder = scratch_path(home, ".ssh");

    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(chmod(key, 0600), 0);
    assert_finding(world->sandbox, "keys", 0, "ok 1 private key in ~/.ssh");
    assert_int_equal(chmod(key, 0644), 0);
    assert_int_equal(chmod(other, 0644), 0);
    assert_finding(world->sandbox, "keys", 1, "is open to others, and ssh will not use it");
    assert_finding(world->sandbox, "keys", 1, "chmod 600");
    free(folder);
    free(other);
    free(key);
}

static void a_terminal_that_nobody_knows_is_a_problem(void **state)
{
    struct world *world = *state;

    sandbox_set(world->sandbox, "TERM=nobody-knows-it");
    assert_finding(world->sandbox, "terminal", 1, "which this machine does not know");
    sandbox_set(world->sandbox, "TERM=../../etc/passwd");
    assert_finding(world->sandbox, "terminal", 1, "which this machine does not know");
    sandbox_set(world->sandbox, "TERM=xterm-256color");
    assert_finding(world->sandbox, "terminal", 0, "256 colours");
    sandbox_set(world->sandbox, "TERM=vt100");
    assert_finding(world->sandbox, "terminal", 0, "without colours");
}

static void an_editor_that_is_not_there_is_a_warning(void **state)
{
    struct world *world = *state;

    sandbox_set(world->sandbox, "EDITOR=no-such-editor -w");
    assert_finding(world->sandbox, "editor", 0, "EDITOR is no-such-editor -w, which is not to be");
    sandbox_set(world->sandbox, "VISUAL=sh");
    assert_finding(world->sandbox, "editor", 0, "ok VISUAL is sh");
}

static void lines_end_at_the_width(void **state)
{
    struct world *world = *state;
    const struct run *run;

    import(world);
    run = run_pilab(world->sandbox, "doctor", "--width", "60", NULL);
    for (const char *line = run->out.data; *line != '\0';) {
        size_t length = strcspn(line, "\n");

        if (length > 60)
            fail_msg("longer than 60: %.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
    assert_says(&run->out, "Store     ok       ");
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(it_needs_nothing_and_leaves_nothing),
        CASE(without_a_home_it_works_too),
        CASE(a_store_is_looked_at_and_not_touched),
        CASE(a_store_open_to_others_is_a_problem),
        CASE(a_changed_audit_and_a_newer_schema_are_told),
        CASE(what_is_no_store_is_told),
        CASE(a_secret_without_a_value_is_a_warning),
        CASE(the_agent_is_asked_for_its_keys),
        CASE(an_agent_that_hangs_holds_nobody_up),
        CASE(a_program_that_hangs_is_left),
        CASE(keys_open_to_others_are_a_problem),
        CASE(a_terminal_that_nobody_knows_is_a_problem),
        CASE(an_editor_that_is_not_there_is_a_warning),
        CASE(lines_end_at_the_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
