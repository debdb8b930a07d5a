/*
 * measure [-n RUNS] COMMAND… [:: PEER…]
 *
 * Runs a command, and the peer it is compared with, in turns, so that both meet the same load, and
 * prints a line for each:
 *
 *   <fastest wall ms> <median wall ms> <median user ms> <largest RSS KiB>
 *
 * Standard input and output are /dev/null; a command that fails ends the measurement.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { RUNS_LIMIT = 1000, RUNS_DEFAULT = 11 };

struct subject {
    char **command; /* NULL-terminated, borrowed from argv; NULL: there is none */
    double wall[RUNS_LIMIT];
    double user[RUNS_LIMIT];
    long largest_rss;
};

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool spawn(char **command, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int failure = posix_spawnp(pid, command[0], &actions, NULL, command, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        fprintf(stderr, "measure: %s: %s\n", command[0], strerror(failure));
    }
    return failure == 0;
}

static bool run_once(struct subject *subject, int run)
{
    pid_t pid;
    int status;
    struct rusage usage;
    double start = milliseconds();

    if (!spawn(subject->command, &pid)) {
        return false;
    }
    while (wait4(pid, &status, 0, &usage) < 0) {
        if (errno != EINTR) {
            perror("measure: wait4");
            return false;
        }
    }
    subject->wall[run] = milliseconds() - start;
    subject->user[run] = (double)usage.ru_utime.tv_sec * 1e3 + (double)usage.ru_utime.tv_usec / 1e3;
    if (usage.ru_maxrss > subject->largest_rss) {
        subject->largest_rss = usage.ru_maxrss;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "measure: %s ended with %s %d\n", subject->command[0],
                WIFEXITED(status) ? "status" : "signal",
                WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
        return false;
    }
    return true;
}

static void print_subject(struct subject *subject, int runs)
{
    qsort(subject->wall, (size_t)runs, sizeof(double), by_size);
    qsort(subject->user, (size_t)runs, sizeof(double), by_size);
    printf("%.2f %.2f %.2f %ld\n", subject->wall[0], subject->wall[runs / 2],
           subject->user[runs / 2], subject->largest_rss);
}

static int usage(void)
{
    fputs("usage: measure [-n RUNS] COMMAND… [:: PEER…]\n", stderr);
    return 64;
}

int main(int argc, char **argv)
{
    static struct subject subjects[2];
    int runs = RUNS_DEFAULT;
    int option;

    while ((option = getopt(argc, argv, "+n:")) != -1) {
        if (option != 'n' || (runs = atoi(optarg)) < 1 || runs > RUNS_LIMIT) {
            return usage();
        }
    }
    if (optind >= argc) {
        return usage();
    }
    subjects[0].command = argv + optind;
    for (int i = optind; i < argc; i++) {
        if (strcmp(argv[i], "::") == 0) {
            argv[i] = NULL;
            subjects[1].command = argv + i + 1;
            break;
        }
    }
    size_t count = subjects[1].command != NULL ? 2 : 1;
    for (size_t i = 0; i < count; i++) {
        if (subjects[i].command[0] == NULL) {
            return usage();
        }
    }
    for (int run = 0; run < runs; run++) {
        for (size_t i = 0; i < count; i++) {
            if (!run_once(&subjects[i], run)) {
                return 1;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        print_subject(&subjects[i], runs);
    }
    return 0;
}
