#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/kept_run.h>
#include <pilab/app/kept_note.h>
#include <pilab/app/stored.h>
#include <pilab/base/file.h>

#define TEMPLATE_LIMIT (1u << 20)

static bool read_template(struct call *call, const struct arguments *arguments,
                          struct result *result, struct error *error)
{
    const char *path = arguments_option(arguments, "template");
    struct strbuf text = STRBUF_INIT;

    if (path == NULL)
        return true;
    if (!file_read(path, TEMPLATE_LIMIT, true, &text, error)) {
        strbuf_release(&text);
        return false;
    }
    result->note_template = strbuf_to_arena(&text, call->arena);
    strbuf_release(&text);
    return true;
}

static bool check_saving(struct call *call, struct error *error)
{
    return app_open_for_saving(call, error) && call_check(call, PERMISSION_RUN_DRIFT, error) &&
           call_check(call, PERMISSION_DRAFT_NOTE, error);
}

static bool make_notes(struct call *call, const struct arguments *arguments, bool save,
                       struct result *result, struct error *error)
{
    struct note_options options = { .version = arguments_option(arguments, "release") };
    struct compare_ask ask;
    struct store_note row;

    if (options.version != NULL && *options.version == '\0')
        return error_set(error, ERROR_USAGE, "--release needs a name");
    if (!compare_ask_read(arguments, call->arena, &ask, error) ||
        !compare_ask_settle(call, &ask, error) || !read_template(call, arguments, result, error) ||
        (save && !check_saving(call, error)) ||
        !kept_run_compare(call, &ask, save, &result->report, error))
        return false;
    result->note = note_generate(result->report, &options);
    if (save && !note_keep(call, result->report, result->note, result->note_template, &row, error))
        return false;
    result->note_number = save ? row.number : 0;
    result->kind = RESULT_NOTE;
    result->format = arguments_option(arguments, "format");
    result->wide = arguments_flag(arguments, "wide");
    return true;
}

bool app_notes(struct call *call, const struct arguments *arguments, struct result *result,
               struct error *error)
{
    return make_notes(call, arguments, arguments_flag(arguments, "save"), result, error);
}

bool app_note_generate(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    return make_notes(call, arguments, true, result, error);
}
