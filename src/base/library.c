#include <pilab/base/library.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

struct library {
    void *handle;
};

static bool missing(const struct library_plan *plan, struct error *error)
{
    const char *why = dlerror();
    error_set(error, ERROR_UNSUPPORTED, "%s cannot be read: the library %s cannot be used: %s",
              plan->purpose, plan->file, why ? why : "it is not as it should be");
    return error_hint(error, "install the package %s", plan->package);
}

bool library_open(const struct library_plan *plan, struct library **out, void *calls,
                  struct error *error)
{
    /* Addresses are copied as bytes: ISO C has no cast from an object's to a function's. */
    void **found = memory_array(plan->count, sizeof(*found));
    dlerror();
    void *handle = dlopen(plan->file, RTLD_NOW | RTLD_LOCAL | (plan->stays ? RTLD_NODELETE : 0));
    bool ok = handle != NULL;
    for (size_t i = 0; ok && i < plan->count; i++) {
        found[i] = dlsym(handle, plan->functions[i].name);
        ok = found[i] != NULL;
    }
    if (!ok) {
        missing(plan, error);
        if (handle)
            dlclose(handle);
        free(found);
        return false;
    }
    for (size_t i = 0; i < plan->count; i++)
        memcpy((char *)calls + plan->functions[i].offset, &found[i], sizeof(found[i]));
    free(found);
    *out = memory_new(sizeof(**out));
    (*out)->handle = handle;
    return true;
}

void library_close(struct library **library)
{
    if (!*library)
        return;
    dlclose((*library)->handle);
    free(*library);
    *library = NULL;
}
