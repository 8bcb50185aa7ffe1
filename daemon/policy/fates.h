// What becomes of each field: the field rules of the permits that apply, intersected and
// restricted, with bonds kept whole.
#ifndef LIAISON_DAEMON_POLICY_FATES_H_
#define LIAISON_DAEMON_POLICY_FATES_H_

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "daemon/policy/path_index.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

inline constexpr std::string_view kDefaultRule = "default";
inline constexpr std::string_view kSourceRule = "builtin:D-13";
inline constexpr std::string_view kProtectiveRule = "builtin:protective";

// The field rules of one rule, ready to be asked.
class FieldMatrix {
 public:
  // Adds the paths that `rules` name to `paths`. REQUIRES: checked rules (see check.h).
  FieldMatrix(const v1::FieldRules& rules, PathIndex& paths);

  // What the rule says of a field at `node` (PathIndex::Find) of this class; nullopt when it names
  // neither. Precedence: v1::FieldRules.
  std::optional<Fate> Find(const PathIndex& paths, PathIndex::Node node,
                           Sensitivity::Class sens) const;

 private:
  void AddPath(PathIndex::Node node, const Fate& fate);
  void AddClasses(const google::protobuf::RepeatedField<int>& classes, Action action);

  std::array<std::optional<Fate>, Sensitivity::Class_ARRAYSIZE> by_class_;
  absl::flat_hash_map<PathIndex::Node, Fate> by_path_;
};

// A rule that applies: its id and its fields.
struct Voice {
  std::string_view id;
  const FieldMatrix* fields = nullptr;
};

// A built-in rule that takes further fields out: an exception that lets a message go, but not
// whole.
struct Restriction {
  std::string_view rule;
  std::vector<Sensitivity::Class> omitted;
  std::string_view segment;  // with every path that has it; empty: none
};

// Who has a say.
struct Voices {
  absl::Span<const Restriction> exceptions;
  absl::Span<const Voice> permits;  // in order of id; none: a protective type, of which all fields
                                    // of L0 and L1 are kept
  absl::Span<const Voice> restricts;  // in order of id
};

// One fate for each field: the meet of all voices, source fields omitted. Its rule is the last that
// made it stricter, in the order built-in, permits, restricts; of a field that is kept the first
// permit. A bond goes, is withheld or is omitted as one: as the strictest of its members.
std::vector<FieldFate> DecideFates(const PathIndex& paths, const Voices& voices,
                                   absl::Span<const Field> fields);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_FATES_H_
