// librabbitmq, whichever way its headers are laid out, and what Swift cannot import from it by itself.
#ifndef WARREN_CRABBITMQ_SHIM_H
#define WARREN_CRABBITMQ_SHIM_H

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>
#if defined(__linux__)
#include <sys/eventfd.h>
#endif

// Logs in with the PLAIN mechanism: the original is variadic, which Swift cannot call.
static inline amqp_rpc_reply_t warren_login_plain(
    amqp_connection_state_t connection, const char *vhost, int channel_max, int frame_max, int heartbeat,
    const amqp_table_t *properties, const char *user, const char *password) {
    return amqp_login_with_properties(
        connection, vhost, channel_max, frame_max, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user, password);
}

// Names the calling thread; glibc hides the declaration from code that is not compiled with _GNU_SOURCE.
#if defined(__linux__)
extern int pthread_setname_np(pthread_t thread, const char *name);
static inline void warren_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
#else
static inline void warren_name_thread(const char *name) { pthread_setname_np(name); }
#endif

// Lets the calling thread's wake-ups wait for whoever runs, should no processor be idle.
static inline void warren_schedule_as_batch(void) {
#if defined(__linux__)
    struct sched_param parameters = {0};
    sched_setscheduler(0, 3 /* SCHED_BATCH */, &parameters);
#endif
}

// A descriptor that other threads can make readable.
#if defined(__linux__)
static inline int warren_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
#endif

// Lets the kernel give a connection up whose peer has not acknowledged anything for so long.
static inline void warren_limit_silence(int socket, unsigned milliseconds) {
#if defined(__linux__)
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
#elif defined(TCP_RXT_CONNDROPTIME)
    int seconds = (int)(milliseconds / 1000);
    setsockopt(socket, IPPROTO_TCP, TCP_RXT_CONNDROPTIME, &seconds, sizeof seconds);
#endif
}

// The numbers of the methods that are read and written here: macros with casts, which Swift does not import.
enum warren_method {
    WARREN_CONNECTION_CLOSE = 0x000A0032,
    WARREN_CONNECTION_BLOCKED = 0x000A003C,
    WARREN_CONNECTION_UNBLOCKED = 0x000A003D,
    WARREN_CHANNEL_CLOSE = 0x00140028,
    WARREN_CHANNEL_CLOSE_OK = 0x00140029,
    WARREN_BASIC_CANCEL = 0x003C001E,
    WARREN_BASIC_PUBLISH = 0x003C0028,
    WARREN_BASIC_RETURN = 0x003C0032,
    WARREN_BASIC_DELIVER = 0x003C003C,
    WARREN_BASIC_ACK = 0x003C0050,
    WARREN_BASIC_NACK = 0x003C0078,
};

enum warren_class { WARREN_BASIC_CLASS = 0x003C };

#endif
