#include "audit_support.h"

#include <string.h>

#include <pilab/base/json.h>

/* Appends within the open transaction. */
void audit_add(struct fixture *f, const char *actor, const char *action, const char *object)
{
    struct audit_entry entry = { .tenant = "tenant-1",
                                 .project = strcmp(actor, "bob") == 0 ? "project-2" : "project-1",
                                 .actor = actor,
                                 .action = action,
                                 .object = object };
    json_t *body = json_object();
    struct error error;

    json_put_text(body, "said", object);
    json_put_integer(body, "rev", 3);
    must(audit_append(f->connection, &entry, body, &error), &error);
    json_decref(body);
}

/* Eight entries, a second apart. */
void audit_day(struct fixture *f)
{
    static const struct {
        const char *actor, *action, *object;
    } acts[] = {
        {"alice",  "project.create", "project:1"},
        { "alice", "note.draft",     "note:1"   },
        { "bob",   "note.review",    "note:1"   },
        { "alice", "note.approve",   "note:1"   },
        { "carol", "notes.export",   "note:1"   },
        { "bob",   "report.review",  "report:7" },
        { "alice", "note.publish",   "note:1"   },
        { "carol", "audit.export",   NULL       },
    };

    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        f->clock = clock_frozen(TEST_NOW + (int64_t)i * 1000);
        begin(f->connection);
        audit_add(f, acts[i].actor, acts[i].action, acts[i].object);
        commit(f->connection);
    }
}

struct audit_verdict audit_check_chain(struct fixture *f, const struct audit_checkpoint *expected)
{
    struct audit_verdict verdict;
    struct error error;

    must(audit_verify(f->connection, expected, NULL, &verdict, &error), &error);
    return verdict;
}
