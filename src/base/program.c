#include <pilab/base/program.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>

static bool can_be_started(const char *file)
{
    struct stat status;

    return stat(file, &status) == 0 && S_ISREG(status.st_mode) && access(file, X_OK) == 0;
}

bool program_is_in_path(const char *name)
{
    const char *path = getenv("PATH");
    bool found = false;

    while (!found && path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        char *file = memory_printf("%.*s/%s", (int)length, path, name);

        found = length > 0 && can_be_started(file);
        free(file);
        path += length + (path[length] == ':');
    }
    return found;
}
