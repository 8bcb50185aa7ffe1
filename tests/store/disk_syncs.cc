#include "tests/store/disk_syncs.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace liaison::store {
namespace {

std::atomic<int> syncs = 0;
std::atomic<bool> broken = false;

int Sync(long call, int fd) {
  ++syncs;
  if (!broken) return static_cast<int>(syscall(call, fd));
  errno = EIO;
  return -1;
}

}  // namespace

int DiskSyncs() { return syncs; }
BrokenDisk::BrokenDisk() { broken = true; }
BrokenDisk::~BrokenDisk() { broken = false; }

}  // namespace liaison::store

extern "C" int fsync(int fd) { return liaison::store::Sync(SYS_fsync, fd); }
extern "C" int fdatasync(int fd) { return liaison::store::Sync(SYS_fdatasync, fd); }
