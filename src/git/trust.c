#include "trust.h"
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#define AUTHORITIES_LIMIT ((size_t)16 << 20)

static const char system_authorities[] = "/etc/ssl/certs";

struct named_file {
    const char *source; /* what names it, for messages */
    char *path;         /* NULL: nothing does */
};

static char *from_variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? memory_copy_text(value) : NULL;
}

static char *from_git_settings(void)
{
    git_config *config = NULL;
    git_buf value = { .ptr = NULL };
    char *path = NULL;
    if (git_config_open_default(&config) == 0 &&
        git_config_get_path(&value, config, "http.sslcainfo") == 0 && value.size > 0)
        path = memory_copy_text(value.ptr);
    git_buf_dispose(&value);
    git_config_free(config);
    return path;
}

static struct named_file find_file(void)
{
    struct named_file file = { "GIT_SSL_CAINFO", from_variable("GIT_SSL_CAINFO") };
    if (!file.path)
        file = (struct named_file){ "git's http.sslCAInfo", from_git_settings() };
    if (!file.path)
        file = (struct named_file){ "SSL_CERT_FILE", from_variable("SSL_CERT_FILE") };
    return file;
}

/* libgit2 keeps authorities for the whole process: so does whether it has been told of them. */
static struct {
    pthread_mutex_t lock;
    bool done;
} told = { .lock = PTHREAD_MUTEX_INITIALIZER };

void trust_tell(void)
{
    pthread_mutex_lock(&told.lock);
    if (!told.done) {
        struct named_file file = find_file();
        if (file.path)
            git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, file.path,
                             file_is_directory(system_authorities) ? system_authorities : NULL);
        free(file.path);
        told.done = true;
    }
    pthread_mutex_unlock(&told.lock);
}

void trust_forget(void)
{
    pthread_mutex_lock(&told.lock);
    told.done = false;
    pthread_mutex_unlock(&told.lock);
}

struct trusted_folders {
    bool all;       /* "*" */
    bool valueless; /* a line without "=" */
};

/* An empty value, also one without "=", takes back what came before it (git-config(1)). */
static int note_folder(const git_config_entry *entry, void *context)
{
    struct trusted_folders *folders = context;
    if (!entry->value || *entry->value == '\0')
        folders->all = false;
    else if (strcmp(entry->value, "*") == 0)
        folders->all = true;
    folders->valueless = folders->valueless || !entry->value;
    return 0;
}

static struct trusted_folders trusted_folders(void)
{
    git_config *config = NULL;
    struct trusted_folders folders = { false, false };
    if (git_config_open_default(&config) == 0)
        git_config_get_multivar_foreach(config, "safe.directory", NULL, note_folder, &folders);
    git_config_free(config);
    return folders;
}

bool trust_all_folders(void)
{
    return trusted_folders().all;
}

bool trust_has_valueless_folder(void)
{
    return trusted_folders().valueless;
}

/* A key alone ("BEGIN PRIVATE KEY") is no authority. */
static bool holds_certificate(const char *text)
{
    return strstr(text, "-----BEGIN CERTIFICATE-----") ||
           strstr(text, "-----BEGIN TRUSTED CERTIFICATE-----") ||
           strstr(text, "-----BEGIN X509 CERTIFICATE-----");
}

bool trust_check(struct error *error)
{
    struct named_file file = find_file();
    struct strbuf text = STRBUF_INIT;
    bool ok = true;
    if (file.path && !file_read(file.path, AUTHORITIES_LIMIT, true, &text, error))
        ok = error_prefix(error, "certificate authorities named by %s", file.source);
    else if (file.path && !holds_certificate(text.data))
        ok = error_set(error, ERROR_INVALID, "%s, named by %s, holds no certificates", file.path,
                       file.source);
    if (!ok)
        error_hint(error, "name a file of certificates in PEM form, or none");
    strbuf_release(&text);
    free(file.path);
    return ok;
}
