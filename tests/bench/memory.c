/*
 * memory COMMAND…
 *
 * Runs a command and prints, in KiB, the most memory that it had for itself alone at any look, and
 * how much of that it had written to:
 *
 *   <private> <dirty>
 *
 * Private is Private_Clean and Private_Dirty of /proc/PID/smaps_rollup (proc(5)): pages of a mapped
 * file count as private while nobody else has them mapped. Standard input and output are /dev/null.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Between two looks; a look takes some milliseconds itself. */
#define PAUSE_MS 3

struct peak {
    long private, dirty;
};

static void look(const char *path, struct peak *peak)
{
    char line[256];
    long clean = 0, dirty = 0, value;
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        return;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "Private_Clean: %ld", &value) == 1) {
            clean = value;
        } else if (sscanf(line, "Private_Dirty: %ld", &value) == 1) {
            dirty = value;
        }
    }
    fclose(file);
    if (clean + dirty > peak->private) {
        peak->private = clean + dirty;
    }
    if (dirty > peak->dirty) {
        peak->dirty = dirty;
    }
}

int main(int argc, char **argv)
{
    struct peak peak = { 0, 0 };
    posix_spawn_file_actions_t actions;
    char path[64];
    pid_t pid;
    int status;

    if (argc < 2) {
        fputs("usage: memory COMMAND…\n", stderr);
        return 64;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int failure = posix_spawnp(&pid, argv[1], &actions, NULL, argv + 1, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        fprintf(stderr, "memory: %s: %s\n", argv[1], strerror(failure));
        return 1;
    }
    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", (long)pid);
    struct pollfd ends = { .fd = pidfd_open(pid, 0), .events = POLLIN };
    if (ends.fd < 0) {
        fprintf(stderr, "memory: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    while (poll(&ends, 1, PAUSE_MS) == 0)
        look(path, &peak);
    close(ends.fd);
    if (waitpid(pid, &status, 0) != pid)
        status = -1;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "memory: %s failed\n", argv[1]);
        return 1;
    }
    printf("%ld %ld\n", peak.private, peak.dirty);
    return 0;
}
