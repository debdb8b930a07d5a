#include <config.h> /* setgroups, setresuid are system extensions */

#include "other_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void person_become(uid_t who)
{
    const gid_t team[] = { TEAM };

    umask(077);
    if (setgroups(who == EVE ? 0 : 1, team) != 0 ||
        setresgid((gid_t)who, (gid_t)who, (gid_t)who) != 0 || setresuid(who, who, who) != 0)
        _exit(99);
}

pid_t person_starts(uid_t who, int (*act)(void *context), void *context)
{
    pid_t process = fork();

    if (process == 0) {
        person_become(who);
        _exit(act(context));
    }
    assert_true(process > 0);
    return process;
}

int person_ended(pid_t process)
{
    int status;

    while (waitpid(process, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int person_does(uid_t who, int (*act)(void *context), void *context)
{
    return person_ended(person_starts(who, act, context));
}

static int reaches(void *context)
{
    struct stat status;

    return stat(context, &status) == 0 ? 0 : 1;
}

void people_need(const char *folder)
{
    char within[4096];

    if (geteuid() != 0) {
        print_message("# skipped: only root can be several people\n");
        skip();
    }
    assert_int_equal(chmod(folder, 0711), 0);
    snprintf(within, sizeof within, "%s/.", folder);
    if (person_does(BOB, reaches, within) != 0) {
        print_message("# skipped: other people cannot be had, or cannot reach %s\n", folder);
        skip();
    }
}
