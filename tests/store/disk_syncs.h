// What reaches the disk: fsync and fdatasync of the whole program, counted, and failed when told
// so. They take the place of the C library's in a program that is linked with disk_syncs.cc.
#ifndef LIAISON_TESTS_STORE_DISK_SYNCS_H_
#define LIAISON_TESTS_STORE_DISK_SYNCS_H_

namespace liaison::store {

// How many there were, since the program began.
int DiskSyncs();

// While it lives, every sync fails as on a broken disk.
class BrokenDisk {
 public:
  BrokenDisk();
  ~BrokenDisk();
  BrokenDisk(const BrokenDisk&) = delete;
  BrokenDisk& operator=(const BrokenDisk&) = delete;
};

}  // namespace liaison::store

#endif  // LIAISON_TESTS_STORE_DISK_SYNCS_H_
