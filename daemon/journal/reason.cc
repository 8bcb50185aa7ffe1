#include "daemon/journal/reason.h"

#include "daemon/payload/text_rules.h"

namespace liaison::journal {
namespace {

constexpr payload::TextLimit kLimit = {500, 2000};

base::FieldFault FaultOf(std::string_view rule, std::string_view text) {
  return {"reason", std::string(rule), std::string(text)};
}

}  // namespace

std::optional<base::FieldFault> ReasonFault(std::string_view reason) {
  const std::optional<payload::Complaint> complaint =
      payload::CheckText(reason, payload::Lines::kOne, kLimit);
  if (!complaint) return std::nullopt;
  if (complaint->rule == "TEXT_LENGTH") return FaultOf("LIMIT", "at most 500 characters");
  return FaultOf(complaint->rule, complaint->description);
}

std::optional<base::FieldFault> NeededReasonFault(std::string_view reason) {
  if (payload::IsBlank(reason)) {
    return FaultOf("REQUIRED", "say why, for the record, e.g. --reason \"...\"");
  }
  return ReasonFault(reason);
}

}  // namespace liaison::journal
