#include "audit_entry.h"

#include <inttypes.h>
#include <string.h>

#include <pilab/app/show.h>
#include <pilab/base/escape.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/tui/rich_view.h>

/* What stands in the line under this name, or NULL. */
static const char *line_member(const json_t *line, const char *name)
{
    return json_member_text(line, name);
}

static void add_title(struct strbuf *out, const struct audit_log_entry *entry, bool utf8)
{
    char at[TIMESTAMP_SIZE];

    rich_text(out, RICH_TITLE, entry->entry.action, utf8);
    if (entry->object != NULL) {
        strbuf_add(out, "  ");
        rich_text(out, RICH_NAME, entry->object, utf8);
    }
    strbuf_add(out, "  by ");
    rich_text(out, RICH_NAME, entry->entry.actor, utf8);
    strbuf_printf(out, "  %s", timestamp_format(entry->entry.at, at));
    if (entry->project != NULL) {
        strbuf_add(out, "  ");
        rich_text(out, RICH_DIM, entry->project, utf8);
    }
}

void audit_entry_draw(const struct surface *surface, int row, const struct audit_log_entry *entry,
                      bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    add_title(&text, entry, utf8);
    surface_rich(surface, row, 1, text.data);
    surface_print(surface, row + 1, 1, ROLE_NORMAL, entry->what);
    surface_printf(surface, row + 2, 1, ROLE_DIM, "%s", entry->entry.hash);
    strbuf_release(&text);
}

static void add_body(struct strbuf *out, const struct audit_log_entry *entry, size_t width,
                     bool utf8)
{
    const char *text = entry->entry.body;
    json_t *body = text != NULL ? json_read("the entry", text, strlen(text), NULL) : NULL;
    struct strbuf pretty = STRBUF_INIT;

    if (body == NULL) {
        rich_wrap(out, "Nothing more was recorded.", 2, width);
        return;
    }
    json_write_pretty(&pretty, body);
    for (const char *at = pretty.data; *at != '\0';) {
        size_t length = strcspn(at, "\n");

        /* Not as rich_text does it: how deep a line stands is said by its blanks. */
        strbuf_add(out, "  ");
        escape_terminal(out, at, length, utf8 ? 0 : ESCAPE_ASCII);
        strbuf_add_char(out, '\n');
        at += length + (at[length] == '\n');
    }
    strbuf_release(&pretty);
    json_decref(body);
}

static void add_hash(struct strbuf *out, const char *name, const char *hash)
{
    strbuf_printf(out, "  %-10s", name);
    rich_text(out, RICH_PLAIN, hash != NULL ? hash : "none", true);
    strbuf_add_char(out, '\n');
}

void audit_entry_page(struct strbuf *out, const struct audit_log_entry *entry,
                      const struct call *call, size_t width, bool utf8)
{
    json_t *line = json_read("the entry", entry->entry.line, strlen(entry->entry.line), NULL);
    struct strbuf command = STRBUF_INIT, escaped = STRBUF_INIT;

    add_title(out, entry, utf8);
    strbuf_add(out, "\n\n");
    if (entry->what[0] != '\0') {
        rich_text(&escaped, RICH_PLAIN, entry->what, utf8);
        rich_wrap(out, escaped.data, 0, width);
        strbuf_add_char(out, '\n');
    }
    rich_word(out, RICH_HEADING, "What was recorded");
    strbuf_add(out, "\n\n");
    add_body(out, entry, width, utf8);
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, "Its link in the chain");
    strbuf_add(out, "\n\n");
    add_hash(out, "this", entry->entry.hash);
    add_hash(out, "before", line_member(line, "prev"));
    add_hash(out, "body", line_member(line, "body"));
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, "Check it without this program");
    strbuf_add(out, "\n\n  ");
    show_audit_hash(call, entry->entry.seq, &command);
    rich_text(out, RICH_NAME, command.data, utf8);
    strbuf_add_char(out, '\n');
    strbuf_release(&command);
    strbuf_release(&escaped);
    json_decref(line);
}

void audit_entry_copy(struct copy_menu *menu, const struct audit_log_entry *entry,
                      const struct call *call)
{
    struct strbuf text = STRBUF_INIT, line = STRBUF_INIT, command = STRBUF_INIT, raw = STRBUF_INIT;
    char at[TIMESTAMP_SIZE];

    strbuf_printf(&raw, "%" PRId64 "  %s  %s  %s  %s  %s", entry->entry.seq,
                  timestamp_format(entry->entry.at, at), entry->entry.actor, entry->entry.action,
                  entry->object != NULL ? entry->object : "", entry->what);
    copy_add_line(&text, raw.data);
    copy_add_line(&line, entry->entry.line);
    strbuf_clear(&raw);
    show_audit_hash(call, entry->entry.seq, &raw);
    copy_add_line(&command, raw.data);
    copy_menu_add(menu, 't', "text", text.data);
    copy_menu_add(menu, 'h', "hash", entry->entry.hash);
    copy_menu_add(menu, 'l', "line", line.data);
    copy_menu_add(menu, 's', "sql", command.data);
    strbuf_release(&text);
    strbuf_release(&line);
    strbuf_release(&command);
    strbuf_release(&raw);
}
