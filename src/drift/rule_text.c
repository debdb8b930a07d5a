#include <pilab/drift/rule_text.h>

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/drift/text.h>

static void add_part(struct strbuf *out, const char *words, const char *text)
{
    if (text == NULL)
        return;
    strbuf_printf(out, "%s%s%s%s", out->length > 0 ? "; " : "", words, *words != '\0' ? " " : "",
                  text);
}

static void add_change_types(struct strbuf *out, unsigned types)
{
    struct strbuf text = STRBUF_INIT;

    for (int type = 0; type < CHANGE_TYPE_COUNT; type++) {
        if (types & 1u << type)
            strbuf_printf(&text, "%s%s", text.length > 0 ? " or " : "",
                          change_type_name((enum change_type)type));
    }
    if (text.length > 0)
        add_part(out, "", text.data);
    strbuf_release(&text);
}

static void add_details(struct strbuf *out, unsigned details)
{
    for (int detail = 0; detail < DETAIL_COUNT; detail++) {
        if (details & 1u << detail && *change_detail_name((enum change_detail)detail) != '\0')
            add_part(out, "", change_detail_name((enum change_detail)detail));
    }
}

static void add_marks(struct strbuf *out, unsigned marks)
{
    static const struct {
        enum rule_mark mark;
        const char *words;
    } names[] = {
        {MARK_TICKET,       "a ticket is named"                     },
        { MARK_KEPT,        "it is kept for each environment"       },
        { MARK_TOLD,        "it is told under its own type"         },
        { MARK_BREAKING,    "its commits say that it breaks"        },
        { MARK_SECRET,      "the value is a secret"                 },
        { MARK_CREDENTIAL,  "the value looks like a credential"     },
        { MARK_EMPTY,       "an empty value came, went, or gave way"},
        { MARK_ADVISORY,    "an advisory's fork was merged"         },
        { MARK_IMAGE,       "it is told with the images"            },
        { MARK_DESTROYED,   "it is destroyed"                       },
        { MARK_REPLACED,    "it is destroyed and created anew"      },
        { MARK_FORGOTTEN,   "it is no longer managed"               },
        { MARK_EXPOSED,     "it is open to everybody"               },
        { MARK_UNPROTECTED, "a protection is switched off"          },
        { MARK_BACK,        "it goes back to an older version"      },
        { MARK_DATA,        "it holds data: another major version"  },
        { MARK_WIDENED,     "a right is widened"                    },
        { MARK_SHORTENED,   "it is kept for a shorter time"         },
        { MARK_LOST,        "nothing keeps what it holds"           },
        { MARK_OPENED,      "it is opened to everybody"             },
        { MARK_PLAIN,       "what served it encrypted goes"         },
        { MARK_WRITABLE,    "what could only be read can be written"},
        { MARK_ACCOUNT,     "it is whom something signs in as"      },
        { MARK_ROOT,        "its last stage runs as root"           },
        { MARK_PIPED,       "it runs what it fetches"               },
        { MARK_REMOTE,      "it adds a file from elsewhere"         },
        { MARK_UNVERIFIED,  "it switches checks of origin off"      },
        { MARK_BAKED,       "it writes a secret into its image"     },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (marks & names[i].mark)
            add_part(out, "", names[i].words);
    }
}

void rule_conditions(struct strbuf *out, const struct rule *rule)
{
    struct strbuf text = STRBUF_INIT;

    add_part(&text, "category", rule->category);
    add_part(&text, "key", rule->key);
    add_part(&text, "path", rule->path);
    add_part(&text, "not", rule->except);
    add_part(&text, "was", rule->previous);
    add_part(&text, "becomes", rule->current);
    add_part(&text, "says", rule->words);
    add_part(&text, "environment", rule->environment);
    add_change_types(&text, rule->change_types);
    add_details(&text, rule->details);
    add_marks(&text, rule->marks);
    if (rule->unmarked & MARK_TOLD)
        add_part(&text, "", "nothing of it is told under its own type");
    if (rule->unmarked & MARK_ACCOUNT)
        add_part(&text, "", "not whom something signs in as");
    if (rule->unmarked & MARK_NOWHERE)
        add_part(&text, "", "not only a number or a path without a host");
    if (rule->unmarked & MARK_RUNNING)
        add_part(&text, "", "nothing of it is to go on, and it is no schedule");
    if (rule->lines_over > 0)
        strbuf_printf(&text, "%smore than %llu changed lines", text.length > 0 ? "; " : "",
                      rule->lines_over);
    if (rule->fallback)
        add_part(&text, "", "no other rule fires");
    if (text.length > 0)
        strbuf_add_bytes(out, text.data, text.length);
    strbuf_release(&text);
}

/* What follows from a row besides its severity. */
static const char *consequence(const struct rule *rule)
{
    if (rule->attention == ATTENTION_BLOCKER)
        return "blocker";
    if (rule->breaking)
        return rule->security ? "breaking, security" : "breaking";
    if (rule->security)
        return "security";
    if (rule->routine)
        return "routine";
    return rule->attention == ATTENTION_REVIEW ? "review" : "";
}

static void add_row(struct strbuf *out, const struct rule *rule)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(out, "| `%s` | %s | %s | ", rule->id, severity_name(rule->severity),
                  consequence(rule));
    escape_markdown_cell(out, rule->sentence, strlen(rule->sentence));
    strbuf_add(out, " | ");
    rule_conditions(&text, rule);
    if (text.length > 0)
        escape_markdown_cell_code(out, text.data, text.length);
    strbuf_add(out, " |\n");
    strbuf_release(&text);
}

void rules_render_markdown(struct strbuf *out)
{
    const struct rule *rule;
    int type = -1;

    strbuf_add(out,
               "# The built-in rules\n\n"
               "What every difference is judged by where a project says nothing else. All rules "
               "that match\nfire; the severity of a difference is the gravest of theirs, and it "
               "lists each of them with its\nsentence. A project changes a row by its name, "
               "switches it off, or adds its own (`rules:` in\n`pilab.yaml`, [Drift](drift.md)); "
               "`pilab rules test` tells what that would do.\n\n"
               "The page is written by `pilab rules list --format markdown`. *Routine* is grave "
               "and yet part of\nevery release: no reason to look. Patterns are lists of globs "
               "separated by blanks; one that begins\nwith `!` excludes.\n");
    for (size_t i = 0; (rule = rules_builtin_at(i)) != NULL; i++) {
        if ((int)rule->type != type) {
            type = (int)rule->type;
            strbuf_printf(out, "\n## %s\n\n", drift_type_title(rule->type));
            strbuf_add(out,
                       "| Rule | Severity | | Why | Looks at |\n| --- | --- | --- | --- | --- |\n");
        }
        add_row(out, rule);
    }
}
