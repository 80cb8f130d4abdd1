/* A disk that fails, or forgets, as it is told to: loaded before the C library (LD_PRELOAD).
 *
 * It is of the files whose path holds FAILING_DISK_PATH. While the file named by FAILING_DISK_WHEN
 * exists, writes and syncs answer EIO, as Linux does once a block cannot be written. What was
 * synced is kept in the folder FAILING_DISK_KEEPS, one file each: what a power cut leaves. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t copying = PTHREAD_MUTEX_INITIALIZER;

/* The path behind FD when it is one of ours. */
static const char *path_of(int fd, char *path, size_t n) {
  const char *part = getenv("FAILING_DISK_PATH");
  char link[64];
  ssize_t length;
  if (!part) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink(link, path, n - 1);
  if (length <= 0) return NULL;
  path[length] = 0;
  return strstr(path, part) ? path : NULL;
}

static int fails(int fd) {
  const char *when = getenv("FAILING_DISK_WHEN");
  char path[4096];
  return when && access(when, F_OK) == 0 && path_of(fd, path, sizeof path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define REFUSE(fd) do { if (fails(fd)) { errno = EIO; return -1; } } while (0)

/* Copy what FD holds now; by the descriptor itself, since closing another one drops SQLite's locks. */
static void keep(int fd) {
  const char *folder = getenv("FAILING_DISK_KEEPS");
  char path[4096], copy[8192], whole[8192];
  static char data[1 << 16];
  off_t at = 0;
  ssize_t n;
  int to;
  if (!folder || !path_of(fd, path, sizeof path)) return;
  snprintf(whole, sizeof whole, "%s/%s", folder, strrchr(path, '/') + 1);
  snprintf(copy, sizeof copy, "%s.new", whole);
  pthread_mutex_lock(&copying);
  to = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  while ((n = pread(fd, data, sizeof data, at)) > 0) {
    if (REAL(pwrite)(to, data, n, at) != n) abort();
    at += n;
  }
  close(to);
  rename(copy, whole);
  pthread_mutex_unlock(&copying);
}

static int synced(int fd, int done) {
  if (done == 0) keep(fd);
  return done;
}

ssize_t write(int fd, const void *data, size_t n) { REFUSE(fd); return REAL(write)(fd, data, n); }
ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { REFUSE(fd); return REAL(pwrite)(fd, data, n, at); }
ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) { REFUSE(fd); return REAL(pwrite64)(fd, data, n, at); }
int fsync(int fd) { REFUSE(fd); return synced(fd, REAL(fsync)(fd)); }
int fdatasync(int fd) { REFUSE(fd); return synced(fd, REAL(fdatasync)(fd)); }
int ftruncate(int fd, off_t n) { REFUSE(fd); return REAL(ftruncate)(fd, n); }
int ftruncate64(int fd, off64_t n) { REFUSE(fd); return REAL(ftruncate64)(fd, n); }
