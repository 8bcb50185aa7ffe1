#include "daemon/policy/path_index.h"

#include <algorithm>

namespace liaison::policy {
namespace {

// Takes the first segment off `path`.
absl::string_view TakeSegment(std::string_view& path) {
  const size_t size = std::min(path.find('.'), path.size());
  const absl::string_view segment(path.data(), size);
  path.remove_prefix(size == path.size() ? size : size + 1);
  return segment;
}

}  // namespace

PathIndex::Node PathIndex::Add(std::string_view path) {
  Node node = kRoot;
  while (!path.empty()) {
    const absl::string_view segment = TakeSegment(path);
    const auto [below, is_new] =
        nodes_[node].below.try_emplace(std::string(segment), static_cast<Node>(nodes_.size()));
    const Node next = below->second;
    if (is_new) nodes_.push_back({node, {}});
    node = next;
  }
  return node;
}

PathIndex::Node PathIndex::Find(std::string_view path) const {
  Node node = kRoot;
  while (!path.empty()) {
    const auto& below = nodes_[node].below;
    const auto next = below.find(TakeSegment(path));
    if (next == below.end()) return node;
    node = next->second;
  }
  return node;
}

}  // namespace liaison::policy
