#include "setup_wizard_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>

#define DRAFT_NAME  "project-draft.json"
#define DRAFT_LIMIT (1u << 20)

/* The caller frees; NULL without a home. */
static char *draft_path(char **folder, struct error *error)
{
    char *path;

    *folder = path_state_home(error);
    if (*folder == NULL)
        return NULL;
    path = path_join(*folder, DRAFT_NAME);
    return path;
}

bool setup_draft_write(const json_t *draft, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    char *folder, *path = draft_path(&folder, error);
    bool ok;

    json_write_pretty(&text, draft);
    ok = path != NULL && file_make_directories(folder, 0700, error) &&
         file_write_atomic(path, text.data, text.length, 0600, error);
    strbuf_release(&text);
    free(path);
    free(folder);
    return ok;
}

json_t *setup_draft_read(void)
{
    struct strbuf text = STRBUF_INIT;
    char *folder, *path = draft_path(&folder, NULL);
    json_t *draft = NULL;

    if (path != NULL && file_read(path, DRAFT_LIMIT, false, &text, NULL))
        draft = json_read(path, text.data, text.length, NULL);
    strbuf_release(&text);
    free(path);
    free(folder);
    return draft;
}

void setup_draft_remove(void)
{
    char *folder, *path = draft_path(&folder, NULL);

    if (path != NULL)
        unlink(path);
    free(path);
    free(folder);
}
