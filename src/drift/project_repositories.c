#include "project_repositories.h"

#include <string.h>

#include <pilab/base/json.h>

/* clang-format off */
#define AT(member) offsetof(struct repository_settings, member)
static const struct field repository_fields[] = {
    { .key = "url", .kind = FIELD_TEXT, .at = AT(url), .required = true },
    { .key = "transport", .kind = FIELD_TEXT, .at = AT(transport),
      .choices = REPOSITORY_TRANSPORTS },
    { .key = "gitops", .kind = FIELD_TEXT, .at = AT(gitops) },
};
#undef AT
/* clang-format on */

const struct repository_settings *
repository_settings_find(const struct repository_settings *repositories, size_t count,
                         const char *url)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(repositories[i].url, url) == 0)
            return &repositories[i];
    }
    return NULL;
}

/* What cannot name a file of a module in an environment would never find one. */
static bool check_pattern(struct project_reader *reader, const struct node *node,
                          const struct repository_settings *repository)
{
    if (repository->gitops == NULL || (strstr(repository->gitops, "{env}") != NULL &&
                                       strstr(repository->gitops, "{module}") != NULL))
        return true;
    project_refuse(reader, node,
                   "gitops cannot be '%s': it does not say where {env} and {module} "
                   "stand",
                   repository->gitops);
    return error_hint(reader->error, "envs/{env}/{module}/values.yaml");
}

bool project_repositories_read(struct project_reader *reader, const struct node *list,
                               struct repository_settings **repositories, size_t *count)
{
    if (!project_list_check(reader, list, "repositories"))
        return false;
    *count = 0;
    *repositories = arena_array(reader->arena, list->count, sizeof **repositories);
    for (size_t i = 0; i < list->count; i++) {
        struct repository_settings *repository = &(*repositories)[i];
        const struct node *node = list->children[i];

        if (!project_map_read(reader, node, repository_fields,
                              sizeof repository_fields / sizeof *repository_fields, repository,
                              "a repository", NULL) ||
            !check_pattern(reader, node, repository))
            return false;
        if (repository_settings_find(*repositories, *count, repository->url) != NULL)
            return project_refuse(reader, node, "the repository %s is there twice",
                                  repository->url);
        (*count)++;
    }
    return true;
}

json_t *project_repository_json(const struct repository_settings *repository)
{
    json_t *object = json_object();

    json_put_text(object, "url", repository->url);
    if (repository->transport != NULL)
        json_put_text(object, "transport", repository->transport);
    if (repository->gitops != NULL)
        json_put_text(object, "gitops", repository->gitops);
    return object;
}
