#include <pilab/app/manual.h>

#include <ctype.h>
#include <string.h>

#include <config.h>

#include <pilab/base/rich.h>

#define SOURCE_WIDTH 72

/* Text in roff: backslashes, dashes that are minus signs, and control characters at line starts. */
static void add_roff(struct strbuf *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        strbuf_add(out, "\\&");
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            strbuf_add(out, "\\e");
        else if (*text == '-')
            strbuf_add(out, "\\-");
        else
            strbuf_add_char(out, *text);
    }
}

/* Running text in lines that a person can read in the source. */
static void add_roff_lines(struct strbuf *out, const char *text)
{
    struct strbuf wrapped = STRBUF_INIT;

    rich_wrap(&wrapped, text, 0, SOURCE_WIDTH);
    for (char *line = wrapped.data; *line != '\0';) {
        char *end = line + strcspn(line, "\n");

        *end = '\0';
        add_roff(out, line);
        strbuf_add_char(out, '\n');
        line = end + 1;
    }
    strbuf_release(&wrapped);
}

static void add_roff_upper(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++)
        strbuf_add_char(out, (char)toupper((unsigned char)*text));
}

static void add_option(struct strbuf *out, const struct option_spec *option)
{
    struct strbuf help = STRBUF_INIT;

    strbuf_add(out, ".TP\n");
    if (option->letter != '\0')
        strbuf_printf(out, "\\fB\\-%c\\fR, ", option->letter);
    strbuf_add(out, "\\fB\\-\\-");
    add_roff(out, option->name);
    strbuf_add(out, "\\fR");
    if (option->value != NULL)
        strbuf_printf(out, " \\fI%s\\fR", option->value);
    strbuf_add_char(out, '\n');
    if (option->choices != NULL)
        strbuf_printf(&help, "%s (%s).", option->help, option->choices);
    else
        strbuf_printf(&help, "%s.", option->help);
    add_roff_lines(out, help.data);
    strbuf_release(&help);
}

static void add_synopsis(struct strbuf *out, const struct command *command)
{
    strbuf_add(out, "\\fBpilab ");
    add_roff(out, command->verb);
    strbuf_add(out, "\\fR");
    if (command->option_count > 0)
        strbuf_add(out, " [\\fIoptions\\fR]");
    for (size_t i = 0; i < command->argument_count; i++) {
        const struct argument_spec *argument = &command->arguments[i];

        strbuf_add(out, argument->optional ? " [\\fI" : " \\fI");
        add_roff_upper(out, argument->name);
        strbuf_add(out, argument->optional ? "\\fR]" : "\\fR");
        strbuf_add(out, argument->many ? "..." : "");
    }
}

static void add_roff_paragraphs(struct strbuf *out, const char *text)
{
    while (text != NULL && *text != '\0') {
        const char *end = strstr(text, "\n\n");
        struct strbuf paragraph = STRBUF_INIT;

        strbuf_add_bytes(&paragraph, text, end != NULL ? (size_t)(end - text) : strlen(text));
        strbuf_add(out, ".PP\n");
        add_roff_lines(out, paragraph.data);
        strbuf_release(&paragraph);
        text = end != NULL ? end + 2 : NULL;
    }
}

static void add_roff_examples(struct strbuf *out, const char *examples)
{
    if (examples == NULL)
        return;
    strbuf_add(out, ".PP\n.nf\n");
    while (*examples != '\0') {
        size_t length = strcspn(examples, "\n");
        struct strbuf line = STRBUF_INIT;

        strbuf_add_bytes(&line, examples, length);
        strbuf_add(out, "    ");
        add_roff(out, line.data);
        strbuf_add_char(out, '\n');
        strbuf_release(&line);
        examples += length + (examples[length] == '\n');
    }
    strbuf_add(out, ".fi\n");
}

static void add_command(struct strbuf *out, const struct command *command)
{
    struct strbuf help = STRBUF_INIT;

    strbuf_add(out, ".SS ");
    add_synopsis(out, command);
    strbuf_add(out, "\n");
    add_roff(out, command->summary);
    strbuf_add(out, ".\n");
    add_roff_paragraphs(out, command->details);
    for (size_t i = 0; i < command->argument_count; i++) {
        strbuf_add(out, ".TP\n\\fI");
        add_roff_upper(out, command->arguments[i].name);
        strbuf_add(out, "\\fR\n");
        strbuf_clear(&help);
        strbuf_printf(&help, "%s.", command->arguments[i].help);
        add_roff_lines(out, help.data);
    }
    for (size_t i = 0; i < command->option_count; i++)
        add_option(out, &command->options[i]);
    add_roff_examples(out, command->examples);
    strbuf_release(&help);
}

static const char page_head[] =
    ".SH NAME\npilab \\- what runs where, what would change, may it go out\n"
    ".SH SYNOPSIS\n\\fBpilab\\fR\n.br\n\\fBpilab\\fR \\fICOMMAND\\fR [\\fIoptions\\fR] "
    "[\\fIarguments\\fR]\n"
    ".SH DESCRIPTION\nPiLabStudio compares versions and environments of software,\n"
    "writes release notes from what it finds, and keeps the record of both.\n"
    "Without a command it opens the full screen;\n"
    "everything the screen does, a command does too.\n"
    ".PP\nIn a clone of any repository \\fBpilab drift\\fR and \\fBpilab notes\\fR\n"
    "work without anything being set up or stored.\n";

static const char page_tail[] =
    ".SH EXIT STATUS\n"
    ".TP\n0\nEverything went well.\n"
    ".TP\n1\nAn error; the message says what, where, why and what to try.\n"
    "Or what was asked about could not be read as a whole, and nothing was found in what could:\n"
    "\\fBschema check\\fR, \\fBverify\\fR, and \\fBdrift\\fR with "
    "\\fB\\-\\-exit\\-code\\fR or \\fB\\-\\-fail\\-on\\fR.\n"
    ".TP\n2\nThere are differences: \\fBschema check\\fR and \\fBverify\\fR,\n"
    "the others only with \\fB\\-\\-exit\\-code\\fR or \\fB\\-\\-fail\\-on\\fR.\n"
    ".TP\n3\n\\fBschema check\\fR: one of the differences would destroy something.\n"
    ".TP\n64\nThe command line is wrong.\n"
    ".TP\n77\nNot permitted.\n"
    ".TP\n130\nStopped by a signal.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n\\fBPILAB_STORE\\fR\nThe store, unless \\fB\\-\\-store\\fR is given.\nOtherwise it is\n"
    "\\fIpilab/pilab.db\\fR in \\fB$XDG_DATA_HOME\\fR (\\fI~/.local/share\\fR).\n"
    ".TP\n\\fBPILAB_PROJECT\\fR\nThe project, unless \\fB\\-\\-project\\fR is given.\n"
    ".TP\n\\fBPILAB_PAGER\\fR, \\fBPAGER\\fR\nThe pager; \\fBless\\fR when neither is set.\n"
    ".TP\n\\fBPILAB_LOG\\fR\nA file to log to:\none line for each command, for the day something\n"
    "goes wrong. It holds no secrets.\n"
    ".TP\n\\fBPILAB_THEME\\fR\nThe looks of the full screen, unless \\fB\\-\\-theme\\fR is given.\n"
    ".TP\n\\fBPILAB_THREADS\\fR\n"
    "How many threads a comparison uses, from 1 to 64 (more than 4 are not needed);\n"
    "otherwise one for each processor, up to 4. The result does not depend on it.\n"
    ".TP\n\\fBGIT_SSH_COMMAND\\fR, \\fBGIT_SSH\\fR\n"
    "The program for repositories over ssh, as for git; no shell reads the words.\n"
    ".TP\n\\fBPILAB_SSH\\fR\n"
    "How repositories are reached over ssh, whatever the project says: \\fBopenssh\\fR, the "
    "system's\n"
    "program, or \\fBlibssh2\\fR, the one that is built in.\n"
    ".TP\n\\fBGIT_SSL_CAINFO\\fR, \\fBSSL_CERT_FILE\\fR\n"
    "A file of certificate authorities that count beside the system's,\n"
    "for repositories behind https. Between the two stands git's own setting\n"
    "\\fBhttp.sslCAInfo\\fR of the user; the first that is set counts.\n"
    ".TP\n\\fBNO_COLOR\\fR\nWhen it is not empty, no colours are used.\n"
    ".SH FILES\n"
    ".TP\n\\fIpilab.yaml\\fR\nA project's description; in the repository it applies to commands "
    "run there.\n"
    ".TP\n\\fI~/.local/share/pilab/pilab.db\\fR\nThe store.\n"
    ".TP\n\\fI~/.cache/pilab\\fR\nMirrors of repositories and what can be computed again.\n"
    ".SH SEE ALSO\n\\fBgit\\fR(1), \\fBless\\fR(1)\n";

void manual_page(struct strbuf *out)
{
    size_t count = command_count(), common_count;
    const struct option_spec *common = command_common_options(&common_count);

    strbuf_printf(out, ".TH PILAB 1 \"%s\" \"PiLabStudio %s\" \"User Commands\"\n", PACKAGE_DATE,
                  PACKAGE_VERSION);
    strbuf_add(out, page_head);
    strbuf_add(out, ".SH COMMANDS\nThe parts below list them by what they are about.\n");
    for (size_t i = 0; i < count; i++) {
        if (command_heading(i) != NULL) {
            strbuf_add(out, ".SH ");
            add_roff_upper(out, command_heading(i));
            strbuf_add_char(out, '\n');
        }
        add_command(out, command_at(i));
    }
    strbuf_add(out, ".SH OPTIONS OF EVERY COMMAND\n");
    for (size_t i = 0; i < common_count; i++)
        add_option(out, &common[i]);
    strbuf_add(out, page_tail);
}
