// What becomes of each field: the field rules of the permits that apply, intersected, with bonds
// kept whole.
#ifndef LIAISON_DAEMON_POLICY_FATES_H_
#define LIAISON_DAEMON_POLICY_FATES_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

inline constexpr std::string_view kDefaultRule = "default";
inline constexpr std::string_view kSourceRule = "builtin:D-13";

// The field rules of one permit, ready to be asked.
class FieldMatrix {
 public:
  // REQUIRES: checked rules (see check.h).
  explicit FieldMatrix(const v1::FieldRules& rules);

  // nullopt when nothing names the field. Precedence: v1::FieldRules.
  std::optional<Action> Find(const Field& field) const;

 private:
  void Add(const google::protobuf::RepeatedPtrField<std::string>& paths, Action action);
  void Add(const google::protobuf::RepeatedField<int>& classes, Action action);

  std::array<std::optional<Action>, Sensitivity::Class_ARRAYSIZE> by_class_;
  absl::flat_hash_map<std::string, Action> by_path_;
};

// A permit that applies: its id and its fields.
struct Permit {
  std::string_view id;
  const FieldMatrix* fields = nullptr;
};

// A built-in rule that takes further classes out: an exception that lets a message go, but not
// whole.
struct Restriction {
  std::string_view rule;
  std::vector<Sensitivity::Class> omitted;
};

// One fate for each field: the strictest of all permits and restrictions, source fields omitted,
// each bond as strict as its strictest member. Of equally strict rules the first named: built-in,
// then permits in the order given. REQUIRES: one permit or more.
std::vector<FieldFate> DecideFates(absl::Span<const Field> fields, absl::Span<const Permit> permits,
                                   absl::Span<const Restriction> restrictions);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_FATES_H_
