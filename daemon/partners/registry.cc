#include "daemon/partners/registry.h"

#include <algorithm>

#include <filesystem>
#include <utility>

namespace liaison::partners {

std::vector<message::SenderKey> Partner::SenderKeys() const {
  std::vector<message::SenderKey> keys;
  keys.reserve(message_keys.size());
  for (const MessageKey& key : message_keys) {
    keys.push_back({key.key, key.state == config::v1::REVOKED});
  }
  return keys;
}

const Partner* Registry::FindPartner(std::string_view id) const {
  const auto found = by_id_.find(absl::string_view(id.data(), id.size()));
  return found == by_id_.end() ? nullptr : &partners_[found->second];
}

const Partner* Registry::PartnerByTlsKey(const base::Digest& spki) const {
  const auto found = by_tls_key_.find(spki);
  return found == by_tls_key_.end() ? nullptr : &partners_[found->second];
}

const config::v1::Person* Registry::PersonByKey(const base::Digest& spki) const {
  const auto found = people_.find(spki);
  return found == people_.end() ? nullptr : &agency_.person(found->second);
}

bool Registry::IsRevokedTlsKey(const base::Digest& spki) const { return revoked_.contains(spki); }

bool Registry::MayCall(const base::Digest& spki) const {
  if (IsRevokedTlsKey(spki)) return false;
  const Partner* partner = PartnerByTlsKey(spki);
  return partner == nullptr ? PersonByKey(spki) != nullptr : !partner->proto.suspended();
}

std::string Registry::ResolvePath(std::string_view path) const {
  return (std::filesystem::path(folder_) / std::filesystem::path(path)).lexically_normal().string();
}

std::shared_ptr<const Registry> Snapshots::Current() const {
  base::MutexLock lock(mu_);
  return current_;
}

void Snapshots::Replace(std::shared_ptr<const Registry> next) {
  {
    base::MutexLock lock(mu_);
    current_.swap(next);
  }
  // What was in force may be freed here, outside the lock.
}

bool HasRole(const config::v1::Person& person, config::v1::Person::Role role) {
  return std::find(person.roles().begin(), person.roles().end(), role) != person.roles().end();
}

}  // namespace liaison::partners
