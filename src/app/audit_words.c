#include <pilab/app/audit_words.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

/* How an action is told from its body: {member} stands for a member, and what stands in [ ] is left
 * out when one of its members is not there. */
/* clang-format off */
static const struct {
    const char *action, *object, *what;
} audit_sentences[] = {
    { "access.refused", NULL,
      "{reason}" },
    { "difference.accept", "{path}[ of {module}]",
      "meant to differ between {pair}: {reason}" },
    { "difference.ignore", "{path}[ of {module}]",
      "ignored between {pair}[ until {until}]: {reason}" },
    { "difference.withdraw", "{path}[ of {module}]",
      "no longer {kind} between {pair}[: {why}]" },
    { "drift.failed", "report:{number}",
      "{previous} to {current}[: {reason}]" },
    { "drift.run", "report:{number}",
      "{previous} to {current}[, {total_changes} different]" },
    { "environment.verify", "{environment}",
      "{subject} {verdict}[, {recorded} recorded]" },
    { "group.remove", "the group {group}",
      "was {people}" },
    { "group.set", "the group {group}",
      "{people}[, was {previous}]" },
    { "manifest.baseline", "baseline {name}",
      "{reason}[, of {environment}]" },
    { "manifest.import", "the manifest",
      "deployments: {deployments}[, from {file}]" },
    { "manifest.set", "{module} in {environment}",
      "{version} {status}[, by {deployed_by}]" },
    { "member.add", "{login}",
      "{role}" },
    { "member.remove", "{login}",
      "was {previous}" },
    { "member.role", "{login}",
      "{role}, was {previous}" },
    { "note.approve", "note:{number}",
      "{version} rev {rev}, {status}[: {standing}]" },
    { "note.correct", "note:{number}",
      "{version}, corrects note:{supersedes}[: {reason}]" },
    { "note.edit", "note:{number}",
      "{version} rev {rev}[: {message}][; lapsed: {lapsed}]" },
    { "note.generate", "note:{number}",
      "{version}[, from report:{report}]" },
    { "note.lapse", "note:{number}",
      "rev {rev}, {status}: {release} rev {release_rev} has another list[; lapsed: {lapsed}]" },
    { "note.publish", "note:{number}",
      "{version} rev {rev} to {folder}" },
    { "note.publish_failed", "note:{number}",
      "{version} rev {rev} to {folder}[: {reason}]" },
    { "note.publishing", "note:{number}",
      "{version} rev {rev} to {folder}" },
    { "note.reject", "note:{number}",
      "{version} rev {rev}: {reason}" },
    { "note.review", "note:{number}",
      "{version} rev {rev}, {status}[: {standing}]" },
    { "note.withdraw", "note:{number}",
      "{version} rev {rev}: {reason}" },
    { "project.create", "project:{code}",
      "{name}[, modules: {modules}][, environments: {environments}]"
      "[, variables changed: {variables}]" },
    { "project.update", "project:{code}",
      "{changes}[, variables changed: {variables}]" },
    { "release.cancel", "release:{name}",
      "rev {rev}, {deployed} of {modules} deployed" },
    { "release.close", "release:{name}",
      "rev {rev}, {deployed} of {modules} deployed" },
    { "release.cut", "release:{name}",
      "{from} to {to}, {modules} modules" },
    { "release.update", "release:{name}",
      "rev {rev}: {reason}" },
    { "repository.login", "{host}",
      "as {user}" },
    { "repository.logout", "{host}",
      "was {user}" },
    { "secrets.init", "the key of the secrets",
      "{kind}" },
    { "secrets.rekey", "the key of the secrets",
      "{kind}, secrets: {secrets}" },
    { "secrets.reset", "the key of the secrets",
      "{kind}, values lost: {secrets}" },
    { "store.create", "the store",
      "" },
    { "store.share", "the store",
      "with the group {group} ({gid})[, was {previous}]" },
    { "store.unshare", "the store",
      "with the group {group} no more" },
    { "variable.set", "{name} in {environment}",
      "{value}[, was {previous}][, of {module}]" },
    { "variable.unset", "{name} in {environment}",
      "was {previous}[, of {module}]" },
};
/* clang-format on */

#define MOST_CHANGES 8 /* in one line; the entry itself has them all */

static void add_value(struct strbuf *out, const json_t *value, const char *none)
{
    char *text;

    if (json_is_string(value)) {
        strbuf_add_bytes(out, json_string_value(value), json_string_length(value));
    } else if (value == NULL || json_is_null(value)) {
        strbuf_add(out, none);
    } else {
        text = json_dumps(value, JSON_ENCODE_ANY);
        strbuf_add(out, text != NULL ? text : "?");
        free(text);
    }
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);

    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* "four_eyes: on -> off; modules.pay.image: (none) -> registry/pay". */
static void add_changes(struct strbuf *out, const json_t *changes)
{
    static const char of_project[] = "project.";
    size_t count = json_array_size(changes);

    for (size_t i = 0; i < count && i < MOST_CHANGES; i++) {
        const json_t *change = json_array_get(changes, i);
        const char *path = json_member_text(change, "path");
        /* Where no rules are said, those of the stage hold, which may be more than none. */
        const char *none =
            path != NULL && ends_with(path, ".approvals") ? "(as usual for its stage)" : "(none)";

        if (path != NULL && strncmp(path, of_project, sizeof of_project - 1) == 0)
            path += sizeof of_project - 1;
        strbuf_printf(out, "%s%s: ", i > 0 ? "; " : "", path != NULL ? path : "?");
        add_value(out, json_object_get(change, "previous"), none);
        strbuf_add(out, " -> ");
        add_value(out, json_object_get(change, "current"), none);
    }
    if (count > MOST_CHANGES)
        strbuf_printf(out, "; and %zu more", count - MOST_CHANGES);
}

/* False when the body has no such member. */
static bool add_member(struct strbuf *out, const json_t *body, const char *name, size_t length)
{
    char *key = memory_copy_bytes(name, length);
    const json_t *value = json_object_get(body, key);

    free(key);
    if (json_is_string(value))
        strbuf_add_bytes(out, json_string_value(value), json_string_length(value));
    else if (json_is_integer(value))
        strbuf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_array_size(value) > 0 && json_is_object(json_array_get(value, 0)))
        add_changes(out, value);
    else
        return false;
    return true;
}

/* False, and nothing appended, when a member outside of brackets is not there. */
static bool fill(struct strbuf *out, const char *sentence, const json_t *body)
{
    size_t start = out->length, bracket = 0;
    bool in_bracket = false, bracket_holds = true;

    for (const char *at = sentence; *at != '\0'; at++) {
        if (*at == '{') {
            size_t length = strcspn(at + 1, "}");
            bool there = add_member(out, body, at + 1, length);

            if (!there && !in_bracket) {
                strbuf_truncate(out, start);
                return false;
            }
            bracket_holds = bracket_holds && there;
            at += length + 1;
        } else if (*at == '[') {
            in_bracket = bracket_holds = true;
            bracket = out->length;
        } else if (*at == ']') {
            if (!bracket_holds)
                strbuf_truncate(out, bracket);
            in_bracket = false;
        } else {
            strbuf_add_char(out, *at);
        }
    }
    return true;
}

/* "modules 6, name Mobile Banking": an action that has no sentence here, from a newer program. */
static void add_members(struct strbuf *out, json_t *body)
{
    const char *key;
    json_t *value;

    json_object_foreach(body, key, value)
    {
        size_t start = out->length;

        strbuf_printf(out, "%s%s ", start > 0 ? ", " : "", key);
        if (!add_member(out, body, key, strlen(key)))
            strbuf_truncate(out, start);
    }
}

struct audit_words audit_words(const struct audit_entry *entry, struct arena *arena)
{
    struct audit_words words = { .object = entry->object, .what = "" };
    const char *text = entry->body;
    json_t *body = text != NULL ? json_read("the entry", text, strlen(text), NULL) : NULL;
    struct strbuf object = STRBUF_INIT, what = STRBUF_INIT;
    size_t i = 0, count = sizeof audit_sentences / sizeof *audit_sentences;

    while (i < count && strcmp(audit_sentences[i].action, entry->action) != 0)
        i++;
    if (i < count && audit_sentences[i].object != NULL &&
        fill(&object, audit_sentences[i].object, body))
        words.object = strbuf_to_arena(&object, arena);
    if (i == count || !fill(&what, audit_sentences[i].what, body))
        add_members(&what, body);
    words.what = strbuf_to_arena(&what, arena);
    strbuf_release(&object);
    strbuf_release(&what);
    json_decref(body);
    return words;
}

/* Whether the name begins with this word and a colon. */
static bool is_of_kind(const char *name, const char *kind)
{
    size_t length = strlen(kind);

    return strncmp(name, kind, length) == 0 && name[length] == ':';
}

bool audit_object_id(struct call *call, const char *name, const char **id, struct error *error)
{
    const char *colon = strchr(name, ':');
    struct store_project project;
    struct store_report report;
    struct store_note note;

    *id = name;
    if (colon == NULL || uuid_valid(colon + 1))
        return true;
    if (is_of_kind(name, "project")) {
        if (!store_project_find(call->connection, call->tenant_id, colon + 1, call->arena, &project,
                                error))
            return false;
        *id = arena_printf(call->arena, "project:%s", project.id);
    } else if (is_of_kind(name, "report") || is_of_kind(name, "note")) {
        bool is_report = is_of_kind(name, "report");

        if (call->project == NULL && !call_choose_project(call, NULL, error))
            return false;
        if (is_report ? !stored_report_find(call, colon + 1, &report, error)
                      : !stored_note_find(call, colon + 1, &note, error))
            return false;
        *id = arena_printf(call->arena, is_report ? "report:%s" : "note:%s",
                           is_report ? report.id : note.id);
    }
    return true;
}
