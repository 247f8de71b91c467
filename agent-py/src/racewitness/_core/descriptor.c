#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "descriptor.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HIGH = 900, HIGHEST = 4096, ROOM = 8, LOWEST_WORTH_MOVING_TO = 16 };

/* A duplicate from `start` up, -1 where there is none to be had. */
static int
duplicate(int fd, rlim_t start)
{
    return start < LOWEST_WORTH_MOVING_TO ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, (int)start);
}

/* Above what the program may open, where that is not too far up: the limit is raised for the moment. No other thread is
 * there to see it: a session begins before the program does, or in the child of a fork while it is alone. */
static int
above_limit(int fd, const struct rlimit *limit)
{
    rlim_t start = limit->rlim_cur > HIGH ? limit->rlim_cur : HIGH;
    struct rlimit raised = {.rlim_cur = start + ROOM, .rlim_max = limit->rlim_max};
    if (start > HIGHEST || raised.rlim_cur > raised.rlim_max || setrlimit(RLIMIT_NOFILE, &raised) != 0) {
        return -1;
    }
    int high = duplicate(fd, start);
    setrlimit(RLIMIT_NOFILE, limit);
    return high;
}

/* As far up as the limit permits, but no further than a table of usual size. */
static int
below_limit(int fd, const struct rlimit *limit)
{
    bool high = limit->rlim_cur == RLIM_INFINITY || limit->rlim_cur > HIGH + ROOM;
    return duplicate(fd, high ? HIGH : limit->rlim_cur < ROOM ? 0 : limit->rlim_cur - ROOM);
}

rw_descriptor
rw_descriptor_own(int fd)
{
    rw_descriptor result = {.fd = fd};
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        int high = above_limit(fd, &limit);
        high = high < 0 ? below_limit(fd, &limit) : high;
        if (high >= 0) {
            close(fd);
            result.fd = high;
        }
    }
    struct stat status;
    if (fstat(result.fd, &status) == 0) {
        result.device = status.st_dev;
        result.inode = status.st_ino;
    }
    return result;
}

bool
rw_descriptor_valid(const rw_descriptor *descriptor)
{
    struct stat status;
    return descriptor->fd >= 0 && fstat(descriptor->fd, &status) == 0 && status.st_dev == descriptor->device &&
           status.st_ino == descriptor->inode;
}

void
rw_descriptor_close(rw_descriptor *descriptor)
{
    if (rw_descriptor_valid(descriptor)) {
        close(descriptor->fd);
    }
    descriptor->fd = -1;
}
