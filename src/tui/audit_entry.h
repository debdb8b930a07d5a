/* One entry of the audit: its lines below the list, its page, what can be copied of it. */
#ifndef PILAB_TUI_AUDIT_ENTRY_H
#define PILAB_TUI_AUDIT_ENTRY_H

#include <pilab/app/audit_log.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/surface.h>

#define AUDIT_ENTRY_LINES 3

void audit_entry_draw(const struct surface *surface, int row, const struct audit_log_entry *entry,
                      bool utf8);
/* Everything, as rich text, with how to check it without this program. */
void audit_entry_page(struct strbuf *out, const struct audit_log_entry *entry,
                      const struct call *call, size_t width, bool utf8);
void audit_entry_copy(struct copy_menu *menu, const struct audit_log_entry *entry,
                      const struct call *call);

#endif
