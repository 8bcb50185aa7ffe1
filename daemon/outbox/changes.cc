#include "daemon/outbox/changes.h"

#include <utility>

#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/payload/mask.h"

namespace liaison::outbox {
namespace {

using exchange::v1::FieldRecord;
using policy::Action;

// The kind of record that an action sends; KIND_UNSPECIFIED when it sends no changed one.
payload::Kind KindOf(Action action) {
  switch (action) {
    case Action::kGeneralise:
      return FieldRecord::GENERALISED;
    case Action::kMask:
      return FieldRecord::MASKED;
    case Action::kPseudonymise:
      return FieldRecord::PSEUDONYM;
    case Action::kMatchToken:
      return FieldRecord::MATCH_TOKEN;
    default:
      return FieldRecord::KIND_UNSPECIFIED;
  }
}

absl::Status CalendarHasNoSuchDate(const payload::Leaf& leaf) {
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message = "a date cannot be made coarser as policy asks";
  error.fix = "correct the date or its calendar; policy must let the calendar go with the date";
  error.fields = {{leaf.path, "EDTF", "write a date that its calendar has"}};
  return base::MakeError(error);
}

}  // namespace

payload::Reckoning ReckoningOf(const payload::Leaf& edtf, const std::vector<payload::Leaf>& leaves,
                               absl::Time created) {
  payload::Reckoning reckoning;
  reckoning.reference_year =
      static_cast<int>(absl::ToCivilYear(created, absl::UTCTimeZone()).year());
  reckoning.years = payload::YearsBeside(edtf.path, leaves).value_or(payload::Years::kGregorian);
  return reckoning;
}

Changes::Changes(const Parts& parts)
    : parts_(parts), pseudonyms_(parts.mac_key, parts.partner.proto.id(), parts.conversation) {}

absl::StatusOr<message::SealedField> Changes::Apply(const payload::Leaf& leaf,
                                                    const policy::Fate& fate) const {
  base::Invariant(fate.action != Action::kOmit, "what is omitted is gone before values are made");
  message::SealedField field{leaf.path, leaf.value, fate.action != Action::kKeep};
  if (fate.action == Action::kKeep || fate.action == Action::kWithhold) return field;
  absl::StatusOr<message::ChangedValue> changed = Changed(leaf, fate);
  if (!changed.ok()) return changed.status();
  field.changed = *std::move(changed);
  return field;
}

absl::StatusOr<message::ChangedValue> Changes::Changed(const payload::Leaf& leaf,
                                                       const policy::Fate& fate) const {
  const payload::Kind kind = KindOf(fate.action);
  const std::optional<std::string_view> text = payload::TextOf(leaf.value);
  base::Invariant(text.has_value() && payload::MayBe(kind, leaf.part, leaf.text),
                  "policy changes a field only as its form allows");
  absl::StatusOr<std::string> shown;
  switch (fate.action) {
    case Action::kGeneralise:
      shown = Generalised(leaf, *text, fate.level);
      break;
    case Action::kMask:
      shown = payload::Mask(*text, fate.keep_last);
      break;
    case Action::kPseudonymise:
      shown = pseudonyms_.Of({leaf.schema_path, *text});
      break;
    default:
      base::Invariant(parts_.partner.match_key.has_value(),
                      "policy asks for match tokens only where a key is shared");
      shown = payload::MatchToken(*parts_.partner.match_key, {leaf.schema_path, *text});
  }
  if (!shown.ok()) return shown.status();
  return message::ChangedValue{kind, payload::WithText(leaf.value, *shown)};
}

absl::StatusOr<std::string> Changes::Generalised(const payload::Leaf& leaf, std::string_view text,
                                                 policy::v1::Generalise::Level level) const {
  std::optional<std::string> coarse =
      payload::Generalise(text, level, ReckoningOf(leaf, parts_.leaves, parts_.created));
  if (!coarse.has_value()) return CalendarHasNoSuchDate(leaf);
  return *std::move(coarse);
}

bool IsWithin(const SealedLeaf& sealed, const policy::Fate& fate) {
  if (fate.action == Action::kKeep) return true;
  if (fate.action == Action::kOmit) return false;
  if (sealed.withheld) return true;
  if (sealed.kind != KindOf(fate.action)) return false;  // to withhold sends no kind
  switch (fate.action) {
    case Action::kGeneralise:
      return payload::Generalise(sealed.text, fate.level, sealed.reckoning) == sealed.text;
    case Action::kMask:
      return payload::Mask(sealed.text, fate.keep_last) == sealed.text;
    default:
      return true;
  }
}

}  // namespace liaison::outbox
