// Every path that a rule of one policy names, as a tree of numbered nodes: a field's path is walked
// once, and all rules are asked by number.
#ifndef LIAISON_DAEMON_POLICY_PATH_INDEX_H_
#define LIAISON_DAEMON_POLICY_PATH_INDEX_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace liaison::policy {

// Thread-compatible; once filled, thread-safe.
class PathIndex {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;  // above every path; no path has it

  PathIndex() : nodes_(1) {}

  // The node of this path; made when it is new.
  Node Add(std::string_view path);

  // The node of the longest path known that is `path` or lies above it; kRoot when there is none.
  Node Find(std::string_view path) const;

  // One segment shorter; of kRoot: kRoot.
  Node Above(Node node) const { return nodes_[node].above; }

 private:
  struct Entry {
    Node above = kRoot;
    absl::flat_hash_map<std::string, Node> below;  // by segment
  };
  std::vector<Entry> nodes_;
};

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_PATH_INDEX_H_
