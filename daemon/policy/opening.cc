#include "daemon/policy/opening.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/policy/fates.h"

namespace liaison::policy {
namespace {

// An opening of which each field counts alike: that one was needed in the original matters no more.
std::vector<Field> NoneNeeded(absl::Span<const Field> fields) {
  std::vector<Field> all(fields.begin(), fields.end());
  for (Field& field : all) field.needed = false;
  return all;
}

// Makes the fate of what the original would omit as strict.
void OmitAsBefore(const Decision& as_sent, Decision& decision) {
  if (as_sent.fields.size() != decision.fields.size()) return;
  for (size_t i = 0; i < as_sent.fields.size(); ++i) {
    const FieldFate& before = as_sent.fields[i];
    if (before.action == Action::kOmit) decision.fields[i] = before;
  }
}

Decision StaysBack(const Field& field, const FieldFate& fate, const Decision& decided) {
  const std::string path(field.schema_path);
  Decision denied;
  denied.step = Step::kFields;
  denied.rules = {std::string(fate.rule)};
  denied.missing =
      fate.rule == kDefaultRule
          ? absl::StrCat("no rule lets field ", path, " be opened")
          : absl::StrCat("rule ", denied.rules[0], " does not let field ", path, " be opened");
  denied.fields = decided.fields;
  denied.rule_ids = decided.rule_ids;
  return denied;
}

}  // namespace

Decision DecideOpening(const Policy& policy, const Facts& facts,
                       liaison::payload::v1::MessageType original, absl::Span<const Field> fields) {
  const std::vector<Field> asked = NoneNeeded(fields);
  Facts sending = facts;
  sending.type = original;
  Decision as_sent = policy.Decide(sending, asked);
  if (as_sent.outcome == Outcome::kDeny && as_sent.step < Step::kPermit) return as_sent;
  Decision decision = policy.Decide(facts, asked);
  if (decision.outcome == Outcome::kDeny && decision.step != Step::kFields) return decision;
  OmitAsBefore(as_sent, decision);
  for (size_t i = 0; i < decision.fields.size(); ++i) {
    if (decision.fields[i].action == Action::kKeep) continue;
    return StaysBack(asked[i], decision.fields[i], decision);
  }
  return decision;
}

}  // namespace liaison::policy
