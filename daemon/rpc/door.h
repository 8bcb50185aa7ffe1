// Who may connect: so many from an address, so many in all, and nobody who has just been shown out.
#ifndef LIAISON_DAEMON_RPC_DOOR_H_
#define LIAISON_DAEMON_RPC_DOOR_H_

#include <cstddef>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "daemon/rpc/connection_key.h"

namespace liaison::rpc {

// Owned by the accept loop's thread. `now` is time that is never set back.
class Door {
 public:
  struct Limits {
    size_t per_address = 32;
    size_t in_all = 1024;
    absl::Duration penalty = absl::Seconds(10);
    size_t remembered = 65536;  // addresses under penalty; beyond it the oldest penalties end early
  };
  explicit Door(const Limits& limits) : limits_(limits) {}

  // Counts a connection from `address` in, or refuses it.
  bool Enter(const Address& address, absl::Duration now);
  // Counts one out. REQUIRES: it was counted in.
  void Leave(const Address& address);
  // Refuses `address` until the penalty has passed.
  void Penalise(const Address& address, absl::Duration now);

  size_t inside() const { return inside_; }

 private:
  void Forget(absl::Duration now);

  const Limits limits_;
  size_t inside_ = 0;
  absl::flat_hash_map<Address, size_t> connections_;
  absl::flat_hash_map<Address, absl::Duration> penalties_;  // until when
};

}  // namespace liaison::rpc

#endif  // LIAISON_DAEMON_RPC_DOOR_H_
