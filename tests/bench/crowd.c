/*
 * crowd REPORTS NOTES ENTRIES STORE
 *
 * Makes a store with one project of whoever runs this, that many drift reports, that many notes, of
 * which a tenth is on its way, and that many audit entries by others: what Home is measured on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>
#include <pilab/base/arena.h>
#include <pilab/base/json.h>
#include <pilab/store/audit.h>
#include <pilab/store/note.h>
#include <pilab/store/report.h>

enum { BATCH = 1000, BODY = 20000, PAIRS = 7 };

static bool add_entry(struct call *call, long number, struct error *error)
{
    struct audit_entry entry = { .tenant = call->tenant_id,
                                 .project = call->project->id,
                                 .actor = "deploy-bot",
                                 .action = "manifest.set",
                                 .object = "deployment:1" };
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "module", "mb-web");
    json_put_text(body, "environment", "SIT");
    json_put_text(body, "version", "1.9.2");
    json_put_text(body, "status", "DEPLOYED");
    json_put_integer(body, "number", number);
    ok = audit_append(call->connection, &entry, body, error);
    json_decref(body);
    return ok;
}

/* Seven pairs of environments, looked into over and over again. */
static bool add_report(struct call *call, long number, struct error *error)
{
    struct strbuf body = STRBUF_INIT, previous = STRBUF_INIT;
    struct store_report report = { .project_id = call->project->id,
                                   .title = "a comparison",
                                   .previous_label = "UAT",
                                   .current_spec = "env:SIT",
                                   .current_label = "SIT",
                                   .created_by = "deploy-bot" };
    bool ok;

    strbuf_printf(&previous, "env:E%ld", number % PAIRS);
    strbuf_add(&body, "{\"filler\":\"");
    for (int i = 0; i < BODY; i++)
        strbuf_add_char(&body, 'x');
    strbuf_add(&body, "\"}");
    report.previous_spec = previous.data;
    ok = store_report_add(call->connection, &report, error);
    report.run = number % 10 == 0 ? "PARTIAL" : "COMPLETED";
    report.severity = "HIGH";
    report.counts.total = report.counts.by_severity[3] = 1 + number % 9;
    report.counts.problems = number % 10 == 0;
    ok = ok && store_report_finish(call->connection, &report, body.data, NULL, 0, error);
    strbuf_release(&body);
    strbuf_release(&previous);
    return ok;
}

/* Nine of ten are published; the others wait for a review or an approval. */
static bool add_note(struct call *call, long number, struct error *error)
{
    bool open = number % 10 == 0, reviewed = number % 20 == 0;
    struct store_note note = { .project_id = call->project->id,
                               .version = "R2025.03",
                               .title = "R2025.03",
                               .environment = "UAT",
                               .status = NOTE_GENERATED,
                               .created_by = "deploy-bot" };
    struct store_revision first = { .content = "{}",
                                    .markdown = "# R2025.03\n",
                                    .author = "deploy-bot" };

    return store_note_add(call->connection, &note, &first, error) &&
           ((open && !reviewed) || store_note_move(call->connection, note.id, 1, NOTE_GENERATED,
                                                   open ? NOTE_REVIEWED : NOTE_PUBLISHED, error));
}

/* A transaction for each would wait for the disk as often. */
static bool add_many(struct call *call, long count,
                     bool (*add)(struct call *call, long number, struct error *error),
                     struct error *error)
{
    bool ok = true;

    for (long i = 0; ok && i < count; i++) {
        if (i % BATCH == 0)
            ok = store_begin(call->connection, NULL, error);
        ok = ok && add(call, i + 1, error);
        if (ok && ((i + 1) % BATCH == 0 || i + 1 == count))
            ok = store_commit(call->connection, error);
    }
    store_rollback(call->connection);
    return ok;
}

static bool make_project(struct call *call, struct error *error)
{
    static const char *const names[] = { "SIT", "UAT" };
    struct environment_settings environments[2];
    struct module_settings module = { .name = "mb-web", .type = "FRONTEND" };
    struct project_settings project = { .name = "Mobile Banking",
                                        .code = "MB",
                                        .environments = environments,
                                        .environment_count = 2,
                                        .modules = &module,
                                        .module_count = 1 };
    bool created;

    for (int i = 0; i < 2; i++)
        environments[i] = (struct environment_settings){ .name = names[i], .stage = names[i] };
    environments[1].from = (const char **)(uintptr_t)names;
    environments[1].from_count = 1;
    return call_open_store(call, true, error) && project_save(call, &project, &created, error);
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct error error = { 0 };
    struct call call;
    bool ok;

    if (argc != 5) {
        fputs("usage: crowd REPORTS NOTES ENTRIES STORE\n", stderr);
        return 64;
    }
    if (setenv("PILAB_STORE", argv[4], 1) != 0 || !settings_read(&settings, NULL, &error)) {
        fprintf(stderr, "crowd: %s\n", error.message);
        return 1;
    }
    call_start(&call, &settings);
    ok = make_project(&call, &error) &&
         add_many(&call, strtol(argv[1], NULL, 10), add_report, &error) &&
         add_many(&call, strtol(argv[2], NULL, 10), add_note, &error) &&
         add_many(&call, strtol(argv[3], NULL, 10), add_entry, &error);
    if (!ok)
        fprintf(stderr, "crowd: %s\n", error.message);
    call_end(&call);
    settings_release(&settings);
    return ok ? 0 : 1;
}
