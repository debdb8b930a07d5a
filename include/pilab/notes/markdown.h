/*
 * Release notes as Markdown (CommonMark with GFM tables), through a template that a project may
 * replace (notes/template.h). Everything from outside is escaped on the way.
 *
 * What a template sees (note_markdown_view; every name is always there, null when there is
 * nothing):
 *
 *   version previous_version project project_code date generated_at generated_by from_env to_env
 *   total_changes counts_text ("23 in code, 7 in configuration") added modified deleted services
 *   services_text breaking security expected suppressed incomplete ("2 problems", or null)
 *   categories        what is announced, in order: [{title, count, changes}]
 *   features improvements bug_fixes security_fixes performance changed deprecated documentation
 *   internal          each of them alone: null, or {title, count, changes}
 *   internal_count has_breaking
 *   breaking_changes  the changes that break something, from all categories
 *     a change:       ticket key number (the ticket, as "MB-234" or as "#12") tickets title
 *                     description services services_text author authors authors_text type breaking
 *                     breaking_note security advisories advisories_text migration_guide
 *                     maybe_shipped reverts_released commits commit_count more_commits
 *   taken_away        null, or {count, security_count, text ("2 commits of v1.0.1 are not in
 *                     v1.1.0"), commits}: what only the previous side has, security first
 *     its commits:    id subject module in_module (null where there is one module) security
 *   goes_back         no commit is new, and some are taken away
 *   code configuration database infrastructure images dependencies
 *                     each {title, changed, none, not_examined, unread, detail, state_text, count,
 *                     items, rows, attentions}
 *     items           all of them; rows: as they are told, the same change in several places once;
 *                     attentions: the rows that a person should look at
 *     an item:        service module category path key change_type previous current was is (the
 *                     values, short) reason file severity attention breaking security tickets
 *     a row:          the same, name (key, or path where several go by the key) and places (their
 *                     number; null for one)
 *   has_validation validation    [{name, value}]
 *   has_approvals approvals      [{stage, approver, date}]
 *   balance           null without commits, or {commits, in_notes, already_shipped, there,
 *                     internal, merges, reverted, unexplained}
 *   has_problems problems        [{what, why, hint, service, warning}]
 */
#ifndef PILAB_NOTES_MARKDOWN_H
#define PILAB_NOTES_MARKDOWN_H

#include <jansson.h>
#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/notes/note.h>

/* Appends the notes. `template_text` NULL: the built-in template. On an error, which names the line
 * of the template, nothing is appended. */
bool note_render_markdown(struct strbuf *out, const struct note *note, const char *template_text,
                          struct error *error);

/* The built-in template, to start an own one from. */
const char *note_template_builtin(void);

/* What a template is given. New reference. */
json_t *note_markdown_view(const struct note *note);

#endif
