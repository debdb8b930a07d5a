#include "repository_world.h"

struct sandbox *repository_world_enter(const struct fixture_repository *fixture)
{
    struct sandbox *sandbox = sandbox_new();

    sandbox_enter(sandbox, fixture_path(fixture));
    return sandbox;
}

int repository_world_end(struct fixture_repository **fixture, struct sandbox **sandbox)
{
    sandbox_free(sandbox);
    fixture_free(fixture);
    return fixture_library_stop(NULL);
}
