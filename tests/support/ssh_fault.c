#include <config.h> /* SOCK_NONBLOCK is a system extension */

#include "ssh_fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

#include "patience.h"
#include "scratch.h"

/* --- The server ------------------------------------------------------------------------------- */

/* Does something once the pack is on its way. */
struct fault {
    struct ssh_server *server;
    int number; /* a signal for those who serve */
    int64_t when;
};

static void in_the_middle(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct fault *fault = context;

    if (fault->when != 0 || strcmp(what, "receiving objects") != 0 || done == 0 || done == total)
        return;
    fault->when = clock_monotonic();
    ssh_server_signal(fault->server, fault->number);
}

static void assert_given_up(struct ssh_world *world, int number, const char *words,
                            const char *hint, int64_t least, int64_t most)
{
    struct fault fault = { .server = world->server, .number = number };

    ssh_world_use_key(world, "ed25519", "");
    world->progress = (struct progress){ .report = in_the_middle, .context = &fault };
    ssh_world_refused_here(world, ERROR_NETWORK, words, hint);
    assert_true(fault.when != 0);
    assert_in_range(clock_monotonic() - fault.when, least, patience(most));
    world->progress = (struct progress){ 0 };
}

void ssh_fault_killed(struct ssh_world *world)
{
    assert_given_up(world, SIGKILL, "", "", 0, 5000);
}

void ssh_fault_stopped(struct ssh_world *world)
{
    world->options.alive_limit = 3000;
    assert_given_up(world, SIGSTOP, "not responding", "try again", 1000, 10000);
}

/* --- A cancel --------------------------------------------------------------------------------- */

struct canceller {
    atomic_bool *silent, *cancel;
    atomic_bool over;
    int64_t when;
};

/* Once the line is silent; a little later, so that the wait for it has begun. */
static void *cancel_in_silence(void *context)
{
    struct canceller *canceller = context;

    while (!atomic_load(canceller->silent) && !atomic_load(&canceller->over))
        poll(NULL, 0, 2);
    if (atomic_load(&canceller->over))
        return NULL;
    poll(NULL, 0, 120);
    canceller->when = clock_monotonic();
    atomic_store(canceller->cancel, true);
    return NULL;
}

static void assert_heard(struct ssh_world *world, const struct canceller *canceller, bool done,
                         size_t bytes)
{
    int64_t late = clock_monotonic() - canceller->when;
    struct strbuf listing = STRBUF_INIT;

    if (done || world->error.code != ERROR_CANCELLED || late > patience(500))
        fail_msg("after %zu bytes: %s, %lld ms after the cancel", bytes,
                 done ? "done" : world->error.message, (long long)late);
    fixture_listing(world->cache, &listing);
    assert_null(strstr(listing.data, ".new-"));
    strbuf_release(&listing);
}

/* False when all was there before the line fell silent. */
static bool cancel_after(struct ssh_world *world, size_t bytes)
{
    struct relay *relay = relay_start(ssh_server_port(world->server));
    char *url = ssh_world_address(world, relay_port(relay)), *line;
    atomic_bool cancel = false, silent = false;
    struct canceller canceller = { .silent = &silent, .cancel = &cancel };
    pthread_t thread;
    bool done, reached;

    line = ssh_server_known_as(world->server, relay_port(relay));
    ssh_world_know(world, line);
    relay_break(relay, RELAY_STALL, bytes, &silent);
    world->progress = (struct progress){ .cancel = &cancel };
    assert_int_equal(pthread_create(&thread, NULL, cancel_in_silence, &canceller), 0);
    done = ssh_world_try(world, url);
    reached = atomic_load(&silent);
    if (reached)
        assert_heard(world, &canceller, done, bytes);
    else if (!done)
        fail_msg("%s", world->error.message);
    atomic_store(&canceller.over, true);
    pthread_join(thread, NULL);
    relay_stop(&relay);
    world->progress = (struct progress){ 0 };
    free(line);
    free(url);
    return reached;
}

/* A host that takes no more calls: what comes is not even refused. */
static void cancel_while_connecting(struct ssh_world *world)
{
    enum { MOST = 64 };
    atomic_bool cancel = false, silent = true;
    struct canceller canceller = { .silent = &silent, .cancel = &cancel };
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    unsigned short port;
    int listener = loopback_listen(&port), callers[MOST];
    char *url = ssh_world_address(world, port);
    pthread_t thread;
    bool done;

    name.sin_port = htons(port);
    assert_int_equal(listen(listener, 0), 0);
    for (size_t i = 0; i < MOST; i++) {
        callers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        assert_true(callers[i] >= 0);
        (void)connect(callers[i], (const struct sockaddr *)&name, sizeof name);
    }
    world->progress = (struct progress){ .cancel = &cancel };
    assert_int_equal(pthread_create(&thread, NULL, cancel_in_silence, &canceller), 0);
    done = ssh_world_try(world, url);
    assert_heard(world, &canceller, done, 0);
    pthread_join(thread, NULL);
    for (size_t i = 0; i < MOST; i++)
        close(callers[i]);
    close(listener);
    world->progress = (struct progress){ 0 };
    free(url);
}

void ssh_fault_cancelled_everywhere(struct ssh_world *world)
{
    /* The greeting, the keys, the login, the references, what is missing here, the objects. */
    static const size_t places[] = { 1,    60,   600,  1200, 1500,  1800,   2100,
                                     2400, 2800, 3400, 4200, 20000, 500000, 2500000 };
    size_t reached = 0;

    ssh_world_use_key(world, "ed25519", "");
    cancel_while_connecting(world);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        reached += cancel_after(world, places[i]);
    assert_int_equal(reached, sizeof places / sizeof *places);
    ssh_world_mirrored(world);
}

/* --- A server that does not stop -------------------------------------------------------------- */

/* Cancels from within. */
struct own_cancel {
    struct ssh_server *server;
    atomic_bool cancel;
    int64_t after; /* milliseconds from the beginning; 0: once objects come */
    int64_t start, when;
};

static void cancel_now(struct own_cancel *own)
{
    own->when = clock_monotonic();
    atomic_store(&own->cancel, true);
}

static void on_objects(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct own_cancel *own = context;

    (void)total;
    if (own->when != 0 || own->after != 0 || strcmp(what, "receiving objects") != 0 || done == 0)
        return;
    ssh_server_signal(own->server, SIGSTOP);
    cancel_now(own);
}

static bool on_wait(void *context)
{
    struct own_cancel *own = context;

    if (own->when == 0 && own->after != 0 && clock_monotonic() - own->start >= own->after)
        cancel_now(own);
    return true;
}

static void assert_own_cancel(struct ssh_world *world, int64_t after)
{
    struct own_cancel own = { .server = world->server, .after = after, .start = clock_monotonic() };
    struct canceller canceller = { .silent = NULL };
    char *url = ssh_world_here(world);
    bool done;

    world->progress = (struct progress){
        .report = on_objects, .context = &own, .cancel = &own.cancel, .wait = on_wait
    };
    done = ssh_world_try(world, url);
    assert_true(own.when != 0);
    canceller.when = own.when;
    assert_heard(world, &canceller, done, 0);
    world->progress = (struct progress){ 0 };
    free(url);
}

void ssh_fault_cancelled_at_work(struct ssh_world *world)
{
    ssh_world_use_key(world, "ed25519", "");
    assert_own_cancel(world, 0);
}

void ssh_fault_flooded(struct ssh_world *world)
{
    int64_t start;

    ssh_world_serve(world, "ed25519", "ForceCommand exec yes 'you are welcome' >&2\n");
    ssh_world_use_key(world, "ed25519", "");
    assert_own_cancel(world, 700);
    world->options.connect_limit = world->options.silence_limit = 1000;
    start = clock_monotonic();
    ssh_world_refused_here(world, ERROR_NETWORK, "for ", "hangs");
    assert_in_range(clock_monotonic() - start, 900, patience(6000));
}

/* --- A server that is none -------------------------------------------------------------------- */

struct babbler {
    int listener;
    const char *words;
    size_t length;
};

/* Says so to everybody who calls, and ends. */
static void *babble(void *context)
{
    const struct babbler *babbler = context;
    int client;

    while ((client = accept4(babbler->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        send(client, babbler->words, babbler->length, MSG_NOSIGNAL);
        shutdown(client, SHUT_WR);
        poll(NULL, 0, 50);
        close(client);
    }
    return NULL;
}

static void assert_no_ssh(struct ssh_world *world, const char *words, size_t length)
{
    unsigned short port;
    struct babbler babbler = { loopback_listen(&port), words, length };
    char *url = ssh_world_address(world, port);
    pthread_t thread;
    int64_t start = clock_monotonic();

    assert_int_equal(pthread_create(&thread, NULL, babble, &babbler), 0);
    ssh_world_refused(world, url, ERROR_NETWORK, "", "");
    if (world->error.hint[0] == '\0')
        fail_msg("%s: %s", words, world->error.message);
    assert_in_range(clock_monotonic() - start, 0, patience(5000));
    shutdown(babbler.listener, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(babbler.listener);
    free(url);
}

void ssh_fault_garbage(struct ssh_world *world)
{
    static const char page[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nnope\n";
    static const char packet[] = "SSH-2.0-garbage\r\n\xff\xff\xff\xff\x01\x02\x03\x04 garbage \x00";
    static const char *const commands[] = {
        "ForceCommand echo welcome to this host\n",
        "ForceCommand head -c 100000 /dev/urandom\n",
        "ForceCommand printf 0032zzzz\n",
        "ForceCommand true\n",
    };
    char *url, *path, *kept, *key = scratch_path(world->directory, "id_ed25519.pub");

    ssh_world_use_key(world, "ed25519", "");
    world->options.connect_limit = 3000;
    world->options.silence_limit = 3000;
    assert_no_ssh(world, page, sizeof page - 1);
    assert_no_ssh(world, packet, sizeof packet - 1);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        ssh_world_serve(world, "ed25519", commands[i]);
        ssh_server_allow(world->server, key);
        ssh_world_refused_here(world, ERROR_NETWORK, "", "");
        if (world->error.hint[0] == '\0')
            fail_msg("%s: %s", commands[i], world->error.message);
        /* The same where there is a mirror already, of another server's. */
        url = ssh_world_here(world);
        path = ssh_world_mirror(world, url);
        kept = memory_printf("%s/HEAD", path);
        ssh_world_run((const char *const[]){ "git", "init", "-q", "--bare", path, NULL });
        assert_false(ssh_world_try(world, url));
        assert_int_equal(world->error.code, ERROR_NETWORK);
        assert_int_equal(access(kept, F_OK), 0);
        free(kept);
        free(path);
        free(url);
    }
    free(key);
}
