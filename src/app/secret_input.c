#include "secret_input.h"

#include <string.h>
#include <unistd.h>

#include <pilab/account/secret.h>
#include <pilab/base/file.h>
#include <pilab/base/utf8.h>

static bool ask(struct call *call, const struct secret_source *source, const char *question,
                struct strbuf *out, struct error *error)
{
    struct call_question asked = { .text = question,
                                   .option = arena_printf(call->arena, "%s FILE", source->option),
                                   .secret = !source->open_to_all };

    strbuf_reserve(out, source->limit);
    return call_ask(call, &asked, NULL, out, error);
}

static bool ask_twice(struct call *call, const struct secret_source *source, struct strbuf *out,
                      struct error *error)
{
    struct strbuf second = STRBUF_INIT;
    bool ok = ask(call, source, source->question, out, error);

    if (ok && source->again) {
        ok = ask(call, source, arena_printf(call->arena, "%s, once more", source->question),
                 &second, error);
        if (ok && strcmp(out->data, second.data) != 0)
            ok = error_set(error, ERROR_INVALID, "that was not twice the same");
    }
    secret_wipe(&second);
    return ok;
}

/* What an editor or echo(1) leaves behind is not part of a password. */
static void drop_newline(struct strbuf *value)
{
    if (value->length > 0 && value->data[value->length - 1] == '\n')
        strbuf_truncate(value, value->length - 1);
    if (value->length > 0 && value->data[value->length - 1] == '\r')
        strbuf_truncate(value, value->length - 1);
}

bool secret_input(struct call *call, const struct secret_source *source, struct strbuf *out,
                  struct error *error)
{
    bool standard = source->file != NULL && strcmp(source->file, "-") == 0, ok;

    if (source->file == NULL || (standard && isatty(STDIN_FILENO) == 1))
        ok = ask_twice(call, source, out, error);
    else if (standard)
        ok = secret_descriptor_read(STDIN_FILENO, "standard input", source->limit, out, error);
    else if (source->open_to_all)
        ok = file_read(source->file, source->limit, true, out, error);
    else
        ok = secret_file_read(source->file, source->limit, true, out, error);
    if (!ok)
        return false;
    drop_newline(out);
    if (out->length > source->limit)
        return error_set(error, ERROR_LIMIT, "that is more than %zu bytes", source->limit);
    if (strlen(out->data) == out->length && utf8_valid(out->data, out->length))
        return true;
    error_set(error, ERROR_INVALID, "%s is not text in UTF-8",
              source->file == NULL || standard ? "the value" : source->file);
    return error_hint(error, "Encode what is not text, for example with base64(1).");
}
