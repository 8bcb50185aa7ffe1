#include "daemon/policy/recalls.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/fates.h"
#include "daemon/policy/labels.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::Origin;
using liaison::payload::v1::Urgency;

// What a recall can have: notes are refused but for these (payload::CheckSaysNoMore).
std::vector<SchemaLeaf> LeavesOfRecalls(SchemaPaths& schema) {
  std::vector<SchemaLeaf> leaves = schema.Leaves(liaison::payload::v1::RECALL);
  std::erase_if(leaves, [](const SchemaLeaf& leaf) {
    return absl::StartsWith(leaf.path, "notes.") && leaf.path != kRecipientsPath;
  });
  return leaves;
}

bool MayApply(const v1::Rule& rule) {
  const bool urgency = rule.urgencies().empty() || Holds(rule.urgencies(), Urgency::U1) ||
                       Holds(rule.urgencies(), Urgency::U2);
  const bool origin = rule.origins().empty() || Holds(rule.origins(), Origin::UNCERTAIN);
  return rule.types().empty() && rule.subjects().empty() && urgency && origin;
}

}  // namespace

bool StopsRecalls(const v1::Rule& rule, SchemaPaths& schema) {
  if (!MayApply(rule)) return false;
  if (rule.effect() != v1::Rule::RESTRICT && rule.carries().empty()) return true;
  PathIndex paths;
  const FieldMatrix fields(rule.fields(), paths);
  const auto takes_out = [&](const SchemaLeaf& leaf) {
    const std::optional<Fate> says = fields.Find(paths, paths.Find(leaf.path), leaf.sens);
    return says && OnLeaf(*says, leaf.form).action != Action::kKeep;
  };
  const auto is_looked_for = [&](const SchemaLeaf& leaf) {
    return Holds(rule.carries(), leaf.sens);
  };
  const std::vector<SchemaLeaf> leaves = LeavesOfRecalls(schema);
  return rule.effect() == v1::Rule::RESTRICT
             ? std::any_of(leaves.begin(), leaves.end(), takes_out)
             : std::any_of(leaves.begin(), leaves.end(), is_looked_for);
}

}  // namespace liaison::policy
