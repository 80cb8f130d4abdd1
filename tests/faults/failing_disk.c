/* A disk that fails when it is told to: loaded before the C library (LD_PRELOAD).
 *
 * While the file named by FAILING_DISK_WHEN exists, writes and syncs of files whose path holds
 * FAILING_DISK_PATH answer EIO, as Linux does once a block cannot be written. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int fd) {
  const char *when = getenv("FAILING_DISK_WHEN"), *part = getenv("FAILING_DISK_PATH");
  char link[64], path[4096];
  ssize_t n;
  if (!when || !part || access(when, F_OK) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return strstr(path, part) != NULL;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define REFUSE(fd) do { if (fails(fd)) { errno = EIO; return -1; } } while (0)

ssize_t write(int fd, const void *data, size_t n) { REFUSE(fd); return REAL(write)(fd, data, n); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { REFUSE(fd); return REAL(pwrite)(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { REFUSE(fd); return REAL(pwrite64)(fd, data, n, at); }
int fsync(int fd) { REFUSE(fd); return REAL(fsync)(fd); }
int fdatasync(int fd) { REFUSE(fd); return REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t n) { REFUSE(fd); return REAL(ftruncate)(fd, n); }
int ftruncate64(int fd, off64_t n) { REFUSE(fd); return REAL(ftruncate64)(fd, n); }
