// Which paths messages of a type have, for telling what a rule names without meaning it.
#ifndef LIAISON_DAEMON_POLICY_SCHEMA_PATHS_H_
#define LIAISON_DAEMON_POLICY_SCHEMA_PATHS_H_

#include <map>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

// Asks for the leaves of each type once. Thread-compatible.
class SchemaPaths {
 public:
  // `leaves_of` must outlive it.
  explicit SchemaPaths(LeavesOf leaves_of) : leaves_of_(leaves_of) {}

  // Every leaf of which a rule for this type decides, sorted by path: of a FIELD_OPENING and of a
  // FORWARDED_ITEM also those of the messages that they can be about. Empty for a type that is to
  // come.
  const std::vector<SchemaLeaf>& Leaves(int type);
  // Those of them that are at `path` or below it.
  absl::Span<const SchemaLeaf> Below(std::string_view path, int type);

 private:
  void Append(int type, std::vector<SchemaLeaf>& leaves);

  const LeavesOf leaves_of_;
  std::map<int, std::vector<SchemaLeaf>> by_type_;
};

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_SCHEMA_PATHS_H_
