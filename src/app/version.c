#include <pilab/app/use_cases.h>

#include <config.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>

bool app_version(struct call *call, const struct arguments *arguments, struct result *result,
                 struct error *error)
{
    (void)call;
    (void)arguments;
    (void)error;
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.version/1");
    json_put_text(result->object, "version", PACKAGE_VERSION);
    rich_word(&result->text, RICH_TITLE, PACKAGE_NAME);
    strbuf_add(&result->text, " " PACKAGE_VERSION "\n");
    return true;
}
