// What Swift cannot call by itself of the system's interface to processes: variadic calls, and what glibc shows to
// GNU C only.
#ifndef WARREN_CPROCESS_SHIM_H
#define WARREN_CPROCESS_SHIM_H

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#if !defined(SYS_pidfd_open)
#define SYS_pidfd_open 434
#endif
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
#endif

// A descriptor that becomes readable when the process ends; -1 where there is no such thing.
static inline int warren_pidfd(pid_t pid) {
#if defined(__linux__)
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

// Whether a child has ended, leaving it to be waited for.
static inline int warren_has_ended(pid_t pid) {
    siginfo_t info;
    info.si_pid = 0;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

// Waits for a child's end, leaving it to be waited for; its status as `wait` would give it, or -1.
static inline int warren_await_end(pid_t pid) {
    siginfo_t info;
    int result;
    do result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
    while (result < 0 && errno == EINTR);
    if (result < 0) return -1;
    return info.si_code == CLD_EXITED ? (info.si_status & 0xFF) << 8 : info.si_status & 0x7F;
}

// Waits for a child that has ended, or will; its status, or -1.
static inline int warren_reap(pid_t pid, struct rusage *usage) {
    int status = 0;
    pid_t found;
    do found = wait4(pid, &status, 0, usage);
    while (found < 0 && errno == EINTR);
    return found == pid ? status : -1;
}

// What this thread has used; the peak of memory is the process's.
static inline int warren_thread_usage(struct rusage *usage) {
#if defined(__linux__)
    return getrusage(1 /* RUSAGE_THREAD */, usage);
#else
    return getrusage(RUSAGE_SELF, usage);
#endif
}

// Changes the directory of the child, and closes all from `lowest` on, where the system has a way for that.
static inline int warren_spawn_in(posix_spawn_file_actions_t *actions, const char *directory) {
    return posix_spawn_file_actions_addchdir_np(actions, directory);
}

static inline int warren_spawn_close_from(posix_spawn_file_actions_t *actions, int lowest) {
#if defined(__linux__)
    return posix_spawn_file_actions_addclosefrom_np(actions, lowest);
#else
    (void)actions;
    (void)lowest;
    return 0;
#endif
}

static inline short warren_spawn_flags(int new_session) {
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
#if defined(__APPLE__)
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    // POSIX_SPAWN_SETSID, which <spawn.h> of glibc shows to GNU C only.
#if defined(__linux__)
    return (short)(flags | (new_session ? 0x80 : POSIX_SPAWN_SETPGROUP));
#else
    return (short)(flags | (new_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP));
#endif
}

#endif
