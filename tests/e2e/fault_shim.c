/* Loaded into lgsp-hub by faults.py (LD_PRELOAD): the clock, the disk's pace and its free space as a file says.
 * LGSP_SHIM names the file: three int64 as in struct shim. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

struct shim {
    int64_t clock_ms;
    int64_t sync_ms;
    int64_t free_bytes; /* 0: as it is. */
};

static const volatile struct shim none, *shim = &none;

__attribute__((constructor)) static void open_shim(void) {
    const int file = open(getenv("LGSP_SHIM"), O_RDONLY | O_CLOEXEC);
    void *mapped = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *shim, PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED)
        abort();
    shim = mapped;
    close(file);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *at) {
    static __typeof__(&clock_gettime) real;
    if (!real)
        real = REAL(clock_gettime);
    const int done = real(clock, at);
    if (clock == CLOCK_REALTIME && shim->clock_ms != 0) {
        const int64_t ns = at->tv_sec * INT64_C(1000000000) + at->tv_nsec + shim->clock_ms * INT64_C(1000000);
        at->tv_sec = ns / 1000000000;
        at->tv_nsec = ns % 1000000000;
    }
    return done;
}

time_t time(time_t *seconds) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    if (seconds)
        *seconds = at.tv_sec;
    return at.tv_sec;
}

static void drag(void) {
    struct timespec pause = {shim->sync_ms / 1000, shim->sync_ms % 1000 * 1000000};
    if (shim->sync_ms > 0)
        nanosleep(&pause, NULL);
}

int fsync(int file) {
    drag();
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    drag();
    return REAL(fdatasync)(file);
}

int statvfs(const char *path, struct statvfs *state) {
    const int done = REAL(statvfs)(path, state);
    if (done == 0 && shim->free_bytes > 0)
        state->f_bavail = state->f_bfree = (fsblkcnt_t)(shim->free_bytes / (int64_t)state->f_frsize);
    return done;
}
