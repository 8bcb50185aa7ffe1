#include "daemon/policy/labels.h"

#include <algorithm>

#include "daemon/policy/tightening.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::ActionCode;
using liaison::payload::v1::AffectedPartyNotification;
using liaison::payload::v1::Attribution;
using liaison::payload::v1::EuropolHandling;
using liaison::payload::v1::Handling;
using liaison::payload::v1::HandlingCode;
using liaison::payload::v1::JudicialUse;
using liaison::payload::v1::OnwardSharing;
using liaison::payload::v1::Pap;
using liaison::payload::v1::SanitisationCode;
using liaison::payload::v1::Tlp;

constexpr std::string_view kHandling = "builtin:D-14";
constexpr std::string_view kOnward = "builtin:D-16";
constexpr std::string_view kRed = "builtin:D-17";
constexpr std::string_view kClear = "builtin:TLP-CLEAR";
constexpr std::string_view kKnown = "builtin:labels-known";
constexpr std::string_view kEuropol = "builtin:europol";

bool AllKnown(const Handling& handling) {
  return Tlp::Code_IsValid(handling.tlp()) && HandlingCode::Code_IsValid(handling.code()) &&
         ActionCode::Code_IsValid(handling.action()) &&
         SanitisationCode::Code_IsValid(handling.sanitisation()) &&
         OnwardSharing::Code_IsValid(handling.onward()) &&
         JudicialUse::Code_IsValid(handling.judicial_use()) && Pap::Code_IsValid(handling.pap()) &&
         AffectedPartyNotification::Code_IsValid(handling.notify()) &&
         Attribution::Code_IsValid(handling.attribution()) &&
         std::all_of(handling.europol().begin(), handling.europol().end(), [](int code) {
           return code != EuropolHandling::EUROPOL_HANDLING_UNSPECIFIED &&
                  EuropolHandling::Code_IsValid(code);
         });
}

std::optional<LabelFault> FindHandlingFault(const Facts& facts) {
  const Handling& handling = facts.handling;
  const bool has_action = handling.action() != ActionCode::ACTION_CODE_UNSPECIFIED;
  const bool has_sanitisation =
      handling.sanitisation() != SanitisationCode::SANITISATION_CODE_UNSPECIFIED;
  if (handling.code() != HandlingCode::C) {
    if (!has_action && !has_sanitisation) return std::nullopt;
    return LabelFault{kHandling, "action and sanitisation codes go with handling code C alone"};
  }
  if (!has_action) return LabelFault{kHandling, "handling code C needs an action code"};
  if (!has_sanitisation) return LabelFault{kHandling, "handling code C needs a sanitisation code"};
  if (!facts.has_instructions) return LabelFault{kHandling, "handling code C needs instructions"};
  return std::nullopt;
}

std::optional<LabelFault> FindEuropolFault(const Facts& facts) {
  const auto& codes = facts.handling.europol();
  const auto count = [&](int code) { return std::count(codes.begin(), codes.end(), code); };
  for (const int code : codes) {
    if (count(code) > 1) return LabelFault{kEuropol, "each Europol code stands once"};
  }
  if (count(EuropolHandling::H0) > 0 && codes.size() > 1) {
    return LabelFault{kEuropol, "Europol code H0 stands alone"};
  }
  if (count(EuropolHandling::H1) > 0 && facts.handling.judicial_use() == JudicialUse::PERMITTED) {
    return LabelFault{kEuropol, "Europol code H1 does not go with judicial use PERMITTED"};
  }
  if (count(EuropolHandling::H2) > 0 && facts.handling.onward() > OnwardSharing::WITH_PERMISSION) {
    return LabelFault{kEuropol, "Europol code H2 lets onward sharing be WITH_PERMISSION at most"};
  }
  if (count(EuropolHandling::H3) > 0 && !facts.has_instructions) {
    return LabelFault{kEuropol, "Europol code H3 needs instructions"};
  }
  return std::nullopt;
}

// D-16: of an item that is passed on, and of fields that are opened later.
std::optional<LabelFault> FindLoosening(const Facts& facts) {
  if (!facts.received_handling) return std::nullopt;
  if (!AllKnown(*facts.received_handling)) {
    return LabelFault{kKnown, "the original's handling has a code that this version does not know"};
  }
  const std::string_view looser = FindLooser(facts.handling, *facts.received_handling);
  if (!looser.empty()) return LabelFault{kOnward, looser};
  const auto& received = facts.received_purposes;
  for (const auto purpose : facts.purposes) {
    if (std::find(received.begin(), received.end(), purpose) != received.end()) continue;
    return LabelFault{kOnward, kOtherPurpose};
  }
  return std::nullopt;
}

bool IsAboveClear(Sensitivity::Class sens) {
  return sens != Sensitivity::L0 && sens != Sensitivity::L1 && sens != Sensitivity::L6;
}

}  // namespace

bool IsThere(std::string_view schema_path, Action action) {
  const bool of_labels = schema_path == kInstructionsPath || schema_path == kRecipientsPath;
  return of_labels ? action == Action::kKeep : Goes(action);
}

bool AskForInstructions(const Handling& handling) {
  const auto& europol = handling.europol();
  return handling.code() == HandlingCode::C ||
         std::find(europol.begin(), europol.end(), EuropolHandling::H3) != europol.end();
}

Tlp::Code EffectiveTlp(const Handling& handling) {
  return handling.tlp() == Tlp::TLP_UNSPECIFIED ? Tlp::AMBER_STRICT : handling.tlp();
}

OnwardSharing::Code WidestFor(Tlp::Code tlp) {
  switch (tlp) {
    case Tlp::CLEAR:
      return OnwardSharing::PUBLIC;
    case Tlp::GREEN:
      return OnwardSharing::WITHIN_COMMUNITY;
    case Tlp::AMBER:
    case Tlp::AMBER_STRICT:
      return OnwardSharing::WITH_PERMISSION;
    default:
      return OnwardSharing::NONE;
  }
}

std::optional<LabelFault> FindLabelFault(const Facts& facts, absl::Span<const Field> fields) {
  if (!AllKnown(facts.handling)) {
    return LabelFault{kKnown, "a handling code that this version does not know"};
  }
  if (std::optional<LabelFault> fault = FindHandlingFault(facts)) return fault;
  if (std::optional<LabelFault> fault = FindEuropolFault(facts)) return fault;
  if (std::optional<LabelFault> fault = FindLoosening(facts)) return fault;
  const Tlp::Code tlp = EffectiveTlp(facts.handling);
  if (facts.handling.onward() > WidestFor(tlp)) {
    return LabelFault{kOnward, "onward sharing must not be wider than the TLP"};
  }
  if (tlp == Tlp::RED && facts.named_recipients.empty()) {
    return LabelFault{kRed, "TLP:RED needs named recipients"};
  }
  if (tlp != Tlp::CLEAR) return std::nullopt;
  for (const Field& field : fields) {
    if (IsAboveClear(field.sens)) {
      return LabelFault{kClear, "TLP:CLEAR carries fields of class L0 and L1 only"};
    }
  }
  return std::nullopt;
}

}  // namespace liaison::policy
