/* git: the program, and the repository around. */
#include "doctor.h"

#include <string.h>

#include <pilab/git/repository.h>

static void check_git(struct doctor *doctor)
{
    static const char *const words[] = { "git", "--version", NULL };
    struct strbuf out = STRBUF_INIT;
    bool missing;

    if (doctor_run(words, 700, &out, &missing))
        doctor_say(doctor, DOCTOR_OK, NULL, "%s; PiLabStudio reads with libgit2 %s",
                   doctor_first_line(doctor, &out), repository_library_version());
    else
        doctor_say(doctor, DOCTOR_NOTE, NULL, "%s; PiLabStudio reads with libgit2 %s",
                   missing ? "there is no program git, and none is needed"
                           : "the program git does not answer",
                   repository_library_version());
    strbuf_release(&out);
}

static void check_repository(struct doctor *doctor)
{
    struct repository *repository = NULL;
    struct error error = { 0 };

    if (!repository_library_start(&error)) {
        doctor_say(doctor, DOCTOR_PROBLEM, error.hint, "%s", error.message);
        return;
    }
    if (repository_open_above(&repository, doctor->folder, &error)) {
        doctor_say(doctor, DOCTOR_OK, NULL, "in the repository %s%s", repository_name(repository),
                   repository_is_shallow(repository) ? "" : ", with its whole history");
        if (repository_is_shallow(repository))
            doctor_say(doctor, DOCTOR_WARNING, "git fetch --unshallow",
                       "its history is cut off (a shallow clone): older commits cannot be told");
    } else if (error.code == ERROR_NOT_FOUND) {
        doctor_say(doctor, DOCTOR_NOTE, NULL, "not in a repository");
    } else {
        doctor_say(doctor, error.code == ERROR_UNTRUSTED ? DOCTOR_WARNING : DOCTOR_PROBLEM,
                   error.hint[0] != '\0' ? error.hint : NULL, "%s", error.message);
    }
    repository_free(&repository);
    repository_library_stop();
}

/* clang-format off */
const struct doctor_check doctor_git_checks[] = {
    { "git", "git", check_git },
    { "git", "repository", check_repository },
    { NULL, NULL, NULL },
};
/* clang-format on */
