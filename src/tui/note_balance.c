#include "note_parts.h"

#include <pilab/base/rich.h>

/* Where every commit went: the page, and the line below what is read. */

static void balance_row(struct strbuf *out, size_t count, const char *words)
{
    strbuf_printf(out, "  %6zu  %s\n", count, words);
}

/* As people read it; its name is for programs. */
static const char *const state_words[] = {
    [NOTE_CHANGED] = "changed",
    [NOTE_NONE] = "read: no change",
    [NOTE_NOT_EXAMINED] = "not examined",
    [NOTE_UNREAD] = "could not be read",
};

void note_balance_text(struct strbuf *out, const struct note *note, bool utf8)
{
    const size_t *by = note->balance.by_disposition;

    rich_word(out, RICH_HEADING, "Where every commit went");
    strbuf_add(out, "\n\n");
    balance_row(out, by[DISPOSITION_IN_NOTES], "in these notes");
    balance_row(out, by[DISPOSITION_ALREADY_SHIPPED], "shipped already, under another commit");
    balance_row(out, by[DISPOSITION_INTERNAL], "internal");
    balance_row(out, by[DISPOSITION_MERGE], by[DISPOSITION_MERGE] == 1 ? "merge" : "merges");
    balance_row(out, by[DISPOSITION_REVERTED], "taken back within the range");
    balance_row(out, by[DISPOSITION_UNEXPLAINED], "unexplained");
    strbuf_add(out, "  ------\n");
    balance_row(out, note->balance.commits, "commits");
    strbuf_add(out, "\n");
    rich_word(out, RICH_HEADING, "What was looked at");
    strbuf_add(out, "\n\n");
    for (int i = 0; i < NOTE_SECTION_COUNT; i++) {
        const struct note_section_status *status = &note->sections[i];

        strbuf_add(out, "  ");
        rich_cell(out, RICH_PLAIN, note_section_name((enum note_section)i), 16, RICH_LEFT, utf8);
        rich_cell(out, status->state == NOTE_UNREAD ? RICH_WARNING : RICH_PLAIN,
                  state_words[status->state], 18, RICH_LEFT, utf8);
        if (status->detail != NULL)
            rich_text(out, RICH_DIM, status->detail, utf8);
        strbuf_add_char(out, '\n');
    }
}

/* In full, or with what is seldom asked for in one; `bare`: without saying what is counted. */
static void add_line(struct strbuf *out, const struct note *note, const char *there, bool brief,
                     bool bare)
{
    const size_t *by = note->balance.by_disposition;
    size_t merges = by[DISPOSITION_MERGE], reverted = by[DISPOSITION_REVERTED];
    const struct {
        size_t count;
        const char *words;
    } parts[] = {
        {by[DISPOSITION_IN_NOTES],         "in notes"                      },
        { by[DISPOSITION_ALREADY_SHIPPED], there                           },
        { by[DISPOSITION_INTERNAL],        "internal"                      },
        { brief ? 0 : merges,              merges == 1 ? "merge" : "merges"},
        { brief ? 0 : reverted,            "reverted"                      },
        { brief ? merges + reverted : 0,   "other"                         },
    };
    size_t shown = 0;

    strbuf_printf(out, "%zu%s", note->balance.commits,
                  bare                         ? ""
                  : note->balance.commits == 1 ? " commit"
                                               : " commits");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].count > 0)
            strbuf_printf(out, " %s %zu %s", shown++ == 0 ? "=" : "+", parts[i].count,
                          parts[i].words);
    }
    strbuf_printf(out, "   %zu unexplained", by[DISPOSITION_UNEXPLAINED]);
}

void note_balance_line(struct strbuf *out, const struct note *note, size_t width)
{
    const char *name =
        note->release.to_env != NULL ? note->release.to_env : note->release.previous_version;
    struct strbuf there = STRBUF_INIT, line = STRBUF_INIT;

    if (note->balance.commits == 0)
        return;
    strbuf_add(&there, "already in ");
    rich_text(&there, RICH_PLAIN, name != NULL ? name : "what there is", true);
    add_line(&line, note, there.data, false, false);
    for (int bare = 0; bare < 2 && rich_width(line.data, line.length) > width; bare++) {
        strbuf_clear(&line);
        add_line(&line, note, "shipped", true, bare);
    }
    strbuf_add_bytes(out, line.data, line.length);
    strbuf_release(&line);
    strbuf_release(&there);
}
