#include <pilab/drift/dependency.h>

#include <string.h>

#include <pilab/packages/formats.h>

static bool is_known(const char *path)
{
    return strpbrk(path, "*?[{") != NULL || package_format_of(path) != NULL;
}

bool dependency_settings_check(const char *text, struct error *error)
{
    struct strbuf line = STRBUF_INIT;
    bool ok = true;

    if (text == NULL || strcmp(text, "auto") == 0 || strcmp(text, "off") == 0)
        return true;
    while (*text != '\0' && ok) {
        size_t length = strcspn(text, "\n");

        strbuf_clear(&line);
        strbuf_add_bytes(&line, text, length);
        ok = is_known(line.data);
        text += length + (text[length] == '\n');
    }
    if (!ok) {
        error_set(error, ERROR_INVALID, "dependencies cannot be '%s'", line.data);
        error_hint(error, "it is auto, off, or files such as web/package-lock.json");
    }
    strbuf_release(&line);
    return ok;
}
