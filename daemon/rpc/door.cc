#include "daemon/rpc/door.h"

#include "daemon/base/invariant.h"

namespace liaison::rpc {

bool Door::Enter(const Address& address, absl::Duration now) {
  const Address group = AddressGroup(address);
  const auto penalty = penalties_.find(group);
  if (penalty != penalties_.end()) {
    if (now < penalty->second) return false;
    penalties_.erase(penalty);
  }
  if (inside_ >= limits_.in_all) return false;
  size_t& from_there = connections_[group];
  if (from_there >= limits_.per_address) return false;
  ++from_there;
  ++inside_;
  return true;
}

void Door::Leave(const Address& address) {
  const auto found = connections_.find(AddressGroup(address));
  base::Invariant(found != connections_.end() && inside_ > 0, "a connection leaves that came in");
  --inside_;
  if (--found->second == 0) connections_.erase(found);
}

void Door::Penalise(const Address& address, absl::Duration now) {
  if (penalties_.size() >= limits_.remembered) Forget(now);
  penalties_[AddressGroup(address)] = now + limits_.penalty;
}

void Door::Forget(absl::Duration now) {
  auto oldest = penalties_.end();
  for (auto it = penalties_.begin(); it != penalties_.end();) {
    if (it->second <= now) {
      penalties_.erase(it++);
      continue;
    }
    if (oldest == penalties_.end() || it->second < oldest->second) oldest = it;
    ++it;
  }
  if (penalties_.size() >= limits_.remembered) penalties_.erase(oldest);
}

}  // namespace liaison::rpc
