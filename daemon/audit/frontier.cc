#include <bit>

#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"

namespace liaison::audit {
namespace {

constexpr size_t kSizeBytes = 8;

}  // namespace

absl::StatusOr<Frontier> Frontier::Restore(uint64_t size, std::vector<Digest> hashes) {
  if (hashes.size() != static_cast<size_t>(std::popcount(size))) {
    return absl::InvalidArgumentError("a frontier has one hash for each one bit of its size");
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.hashes_ = std::move(hashes);
  return frontier;
}

absl::StatusOr<Frontier> Frontier::Parse(std::string_view bytes) {
  if (bytes.size() < kSizeBytes || (bytes.size() - kSizeBytes) % Digest::kSize != 0) {
    return absl::InvalidArgumentError("a frontier is a size of eight bytes and whole hashes");
  }
  uint64_t size = 0;
  for (char byte : bytes.substr(0, kSizeBytes)) {
    size = size << 8 | static_cast<unsigned char>(byte);
  }
  std::vector<Digest> hashes;
  for (size_t at = kSizeBytes; at < bytes.size(); at += Digest::kSize) {
    hashes.push_back(Digest::FromRaw(bytes.substr(at, Digest::kSize)).value());
  }
  return Restore(size, std::move(hashes));
}

void Frontier::Append(const Digest& leaf) {
  Digest hash = leaf;
  // Each trailing one bit of the size is a complete subtree of equal height that the new one
  // completes to a larger.
  for (uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    hash = NodeHash(hashes_.back(), hash);
    hashes_.pop_back();
  }
  hashes_.push_back(hash);
  ++size_;
}

Digest Frontier::Root() const {
  if (hashes_.empty()) return crypto::Sha256("");
  Digest root = hashes_.back();
  for (auto left = hashes_.rbegin() + 1; left != hashes_.rend(); ++left) {
    root = NodeHash(*left, root);
  }
  return root;
}

std::string Frontier::Serialize() const {
  std::string bytes;
  bytes.reserve(kSizeBytes + hashes_.size() * Digest::kSize);
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(size_ >> shift));
  for (const Digest& hash : hashes_) bytes.append(hash.raw());
  return bytes;
}

}  // namespace liaison::audit
