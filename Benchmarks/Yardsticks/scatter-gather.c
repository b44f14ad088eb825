/*
 * Yardstick for the way of a fragment: the same messages and the same guarantees as Warren's, with nothing
 * but librabbitmq.
 *
 *     cc -O2 -o scatter-gather scatter-gather.c -lrabbitmq
 *     scatter-gather [fragments=30000] [bytes=100] [prefetch=200] [workers=2] [port=5672]
 *         prints fragments a second, from the first publish to the last reply
 *     scatter-gather latency [fragments=8] [jobs=200] [port=5672]
 *         prints the median and the 95th percentile of a small job, warm, in milliseconds
 *
 * Fragments are persistent and go to a quorum queue, published with confirms. A worker acknowledges a fragment
 * only once the broker has confirmed the reply. Replies go to an exclusive queue. Each party is a process.
 */
#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_tcp_socket.h>
#endif

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHANNEL = 1, FRAME_MAX = 131072, HEARTBEAT = 60, MOST_WORKERS = 64 };
/* How many messages between two looks at the confirms, and how many may be unconfirmed. */
enum { WORKER_BATCH = 32, PUBLISHER_BATCH = 64, PUBLISHER_WINDOW = 1000, COLLECTOR_BATCH = 128 };

static const char work_queue[] = "yardstick.work";
static char reply_queue[64];
static int port = 5672;

static const struct timeval at_once = {0, 0};
static const struct timeval patiently = {5, 0};

struct peer {
    amqp_connection_state_t connection;
    uint64_t published, confirmed;
};

static void fail(const char *what)
{
    fprintf(stderr, "scatter-gather: %s failed\n", what);
    exit(1);
}

static void check(amqp_rpc_reply_t reply, const char *what)
{
    if (reply.reply_type != AMQP_RESPONSE_NORMAL)
        fail(what);
}

/* The user and the password come from the environment, so that they stand in no list of processes. */
static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "guest";
}

static double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct peer connect_peer(void)
{
    struct peer peer = {amqp_new_connection(), 0, 0};
    amqp_socket_t *socket = amqp_tcp_socket_new(peer.connection);
    if (!socket || amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK)
        fail("connecting");
    check(amqp_login(peer.connection, "/", 0, FRAME_MAX, HEARTBEAT, AMQP_SASL_METHOD_PLAIN,
                     setting("YARDSTICK_USER"), setting("YARDSTICK_PASSWORD")),
          "logging in");
    amqp_channel_open(peer.connection, CHANNEL);
    check(amqp_get_rpc_reply(peer.connection), "opening the channel");
    return peer;
}

static struct peer connect_publisher(void)
{
    struct peer peer = connect_peer();
    amqp_confirm_select(peer.connection, CHANNEL);
    check(amqp_get_rpc_reply(peer.connection), "asking for confirms");
    return peer;
}

static void declare_queues(struct peer *peer)
{
    amqp_table_entry_t type = {amqp_cstring_bytes("x-queue-type"), {0}};
    type.value.kind = AMQP_FIELD_KIND_UTF8;
    type.value.value.bytes = amqp_cstring_bytes("quorum");
    amqp_table_t arguments = {1, &type};
    amqp_queue_delete(peer->connection, CHANNEL, amqp_cstring_bytes(work_queue), false, false);
    check(amqp_get_rpc_reply(peer->connection), "deleting the old work queue");
    amqp_queue_declare(peer->connection, CHANNEL, amqp_cstring_bytes(work_queue), false, true, false, false,
                       arguments);
    check(amqp_get_rpc_reply(peer->connection), "declaring the work queue");
    amqp_queue_declare(peer->connection, CHANNEL, amqp_cstring_bytes(reply_queue), false, false, true, false,
                       amqp_empty_table);
    check(amqp_get_rpc_reply(peer->connection), "declaring the reply queue");
}

static void start_consuming(struct peer *peer, const char *queue, int prefetch)
{
    amqp_basic_qos(peer->connection, CHANNEL, 0, (uint16_t)prefetch, false);
    check(amqp_get_rpc_reply(peer->connection), "setting the prefetch");
    amqp_basic_consume(peer->connection, CHANNEL, amqp_cstring_bytes(queue), amqp_empty_bytes, false, false, false,
                       amqp_empty_table);
    check(amqp_get_rpc_reply(peer->connection), "consuming");
}

static void publish(struct peer *peer, const char *queue, amqp_bytes_t body, bool persistent)
{
    amqp_basic_properties_t properties = {0};
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.delivery_mode = persistent ? AMQP_DELIVERY_PERSISTENT : AMQP_DELIVERY_NONPERSISTENT;
    if (amqp_basic_publish(peer->connection, CHANNEL, amqp_empty_bytes, amqp_cstring_bytes(queue), false, false,
                           &properties, body)
        != AMQP_STATUS_OK)
        fail("publishing");
    peer->published++;
}

/* Takes in all confirms that have arrived; waits for the first one if told to. */
static void take_confirms(struct peer *peer, bool wait)
{
    for (;; wait = false) {
        amqp_frame_t frame;
        struct timeval timeout = wait ? patiently : at_once;
        int status = amqp_simple_wait_frame_noblock(peer->connection, &frame, &timeout);
        if (status == AMQP_STATUS_TIMEOUT)
            return;
        if (status != AMQP_STATUS_OK)
            fail("waiting for confirms");
        if (frame.frame_type != AMQP_FRAME_METHOD)
            continue;
        if (frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
            fail("confirming");
        const amqp_basic_ack_t *ack = frame.payload.method.decoded;
        /* A confirm for one message may overtake earlier ones, which the reply path treats as confirmed too;
           the queues here confirm in order. */
        if (ack->delivery_tag > peer->confirmed)
            peer->confirmed = ack->delivery_tag;
        amqp_maybe_release_buffers(peer->connection);
    }
}

/* Takes one delivery and forgets its content. Returns its tag, or 0 if none came in time. */
static uint64_t receive(struct peer *peer, const struct timeval *timeout)
{
    amqp_envelope_t envelope;
    struct timeval patience = timeout ? *timeout : at_once;
    amqp_maybe_release_buffers(peer->connection);
    amqp_rpc_reply_t reply = amqp_consume_message(peer->connection, &envelope, timeout ? &patience : NULL, 0);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && reply.library_error == AMQP_STATUS_TIMEOUT)
        return 0;
    check(reply, "receiving");
    uint64_t tag = envelope.delivery_tag;
    amqp_destroy_envelope(&envelope);
    return tag;
}

static void acknowledge_through(struct peer *peer, uint64_t tag)
{
    if (amqp_basic_ack(peer->connection, CHANNEL, tag, true) != AMQP_STATUS_OK)
        fail("acknowledging");
}

/* Answers each fragment; its tag and its reply's number are the same, since both count from 1 without gaps. */
static void run_worker(int prefetch, amqp_bytes_t reply, int ready)
{
    struct peer in = connect_peer(), out = connect_publisher();
    start_consuming(&in, work_queue, prefetch);
    if (write(ready, "", 1) != 1)
        fail("reporting");
    for (uint64_t acknowledged = 0;;) {
        int taken = 0;
        while (taken < WORKER_BATCH) {
            bool is_idle = taken == 0 && out.confirmed == out.published;
            if (!receive(&in, is_idle ? &patiently : &at_once))
                break;
            publish(&out, reply_queue, reply, false);
            taken++;
        }
        take_confirms(&out, taken == 0 && out.confirmed < out.published);
        if (out.confirmed > acknowledged)
            acknowledge_through(&in, acknowledged = out.confirmed);
    }
}

static void run_publisher(long fragments, amqp_bytes_t body)
{
    struct peer out = connect_publisher();
    for (long sent = 0; sent < fragments; sent++) {
        publish(&out, work_queue, body, true);
        bool is_full = out.published - out.confirmed > PUBLISHER_WINDOW;
        if (is_full || sent % PUBLISHER_BATCH == 0)
            take_confirms(&out, is_full);
    }
    while (out.confirmed < out.published)
        take_confirms(&out, true);
}

static void collect(struct peer *replies, long count)
{
    for (long got = 1; got <= count; got++) {
        uint64_t tag = receive(replies, NULL);
        if (got % COLLECTOR_BATCH == 0 || got == count)
            acknowledge_through(replies, tag);
    }
}

static void measure_throughput(struct peer *replies, long fragments, amqp_bytes_t body, int prefetch, int workers)
{
    double start = seconds_now();
    pid_t publisher = fork();
    if (publisher == 0) {
        run_publisher(fragments, body);
        _exit(0);
    }
    collect(replies, fragments);
    double seconds = seconds_now() - start;
    waitpid(publisher, NULL, 0);
    printf("%.0f fragments/s (%ld of %zu bytes, prefetch %d, %d workers, %.3f s)\n", (double)fragments / seconds,
           fragments, body.len, prefetch, workers, seconds);
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void measure_latency(struct peer *replies, long fragments, amqp_bytes_t body, int jobs)
{
    struct peer out = connect_publisher();
    double *milliseconds = calloc((size_t)jobs, sizeof *milliseconds);
    if (!milliseconds)
        fail("allocating");
    for (int job = 0; job < jobs; job++) {
        double start = seconds_now();
        for (long sent = 0; sent < fragments; sent++)
            publish(&out, work_queue, body, true);
        collect(replies, fragments);
        milliseconds[job] = (seconds_now() - start) * 1000;
        take_confirms(&out, false);
    }
    qsort(milliseconds, (size_t)jobs, sizeof *milliseconds, ascending);
    printf("%ld fragments: median %.2f ms, p95 %.2f ms\n", fragments, milliseconds[jobs / 2],
           milliseconds[jobs * 95 / 100]);
    free(milliseconds);
}

static long argument(int argc, char **argv, int index, long fallback)
{
    long value = argc > index ? atol(argv[index]) : fallback;
    if (value < 1) {
        fprintf(stderr, "scatter-gather: %s should be a number above 0\n", argv[index]);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    const bool latency = argc > 1 && strcmp(argv[1], "latency") == 0;
    const long fragments = argument(argc, argv, latency ? 2 : 1, latency ? 8 : 30000);
    const int jobs = latency ? (int)argument(argc, argv, 3, 200) : 0;
    const size_t bytes = latency ? 100 : (size_t)argument(argc, argv, 2, 100);
    const int prefetch = latency ? 4 : (int)argument(argc, argv, 3, 200);
    long workers = latency ? 2 : argument(argc, argv, 4, 2);
    port = (int)argument(argc, argv, latency ? 4 : 5, 5672);
    if (workers > MOST_WORKERS)
        workers = MOST_WORKERS;
    snprintf(reply_queue, sizeof reply_queue, "yardstick.reply.%ld", (long)getpid());

    amqp_bytes_t body = {bytes, calloc(1, bytes)};
    int ready[2];
    if (!body.bytes || pipe(ready) != 0)
        fail("starting");
    struct peer replies = connect_peer();
    declare_queues(&replies);

    pid_t pids[MOST_WORKERS];
    for (long worker = 0; worker < workers; worker++) {
        pids[worker] = fork();
        if (pids[worker] == 0)
            run_worker(prefetch, body, ready[1]);
    }
    start_consuming(&replies, reply_queue, 1000);
    close(ready[1]);
    for (long worker = 0; worker < workers; worker++) {
        char byte;
        if (read(ready[0], &byte, 1) != 1)
            fail("starting the workers");
    }

    if (latency)
        measure_latency(&replies, fragments, body, jobs);
    else
        measure_throughput(&replies, fragments, body, prefetch, (int)workers);

    for (long worker = 0; worker < workers; worker++) {
        kill(pids[worker], SIGKILL);
        waitpid(pids[worker], NULL, 0);
    }
    amqp_queue_delete(replies.connection, CHANNEL, amqp_cstring_bytes(work_queue), false, false);
    check(amqp_get_rpc_reply(replies.connection), "deleting the work queue");
    amqp_connection_close(replies.connection, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(replies.connection);
    free(body.bytes);
    return 0;
}
