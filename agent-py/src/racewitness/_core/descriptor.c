#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "descriptor.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HIGH = 900, ROOM = 8, LOWEST_WORTH_MOVING_TO = 16 };

static int
highest_start(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > HIGH + ROOM) {
        return HIGH;
    }
    return (int)limit.rlim_cur - ROOM;
}

rw_descriptor
rw_descriptor_own(int fd)
{
    rw_descriptor result = {.fd = fd};
    int start = highest_start();
    if (start >= LOWEST_WORTH_MOVING_TO) {
        int high = fcntl(fd, F_DUPFD_CLOEXEC, start);
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
