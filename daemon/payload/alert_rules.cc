// Rules of the Alert.
#include "absl/algorithm/container.h"
#include "absl/time/time.h"
#include "daemon/payload/consent.h"
#include "daemon/payload/dates.h"
#include "daemon/payload/message_rules.h"
#include "daemon/payload/names.h"
#include "daemon/payload/references.h"

namespace liaison::payload {
namespace {

constexpr absl::Duration kLongestThreatToLife = absl::Hours(72);

void CheckValidity(const v1::Alert& alert, const FieldPath& at, const Context& context) {
  const std::optional<absl::Time> from = ParseInstant(alert.valid_from());
  const std::optional<absl::Time> to = ParseInstant(alert.valid_to());
  if (!from.has_value() || !to.has_value()) return;  // missing, or reported as TIMESTAMP
  const FieldPath field(at, "valid_to");
  if (*to <= *from) {
    context.faults.Add(field, "ALERT_VALIDITY", "write a time after valid_from");
  } else if (context.frame.urgency == v1::Urgency::U1 && *to - *from > kLongestThreatToLife) {
    context.faults.Add(field, "ALERT_VALIDITY",
                       "an alert of urgency U1 ends after at most 72 hours; renew it when needed");
  }
}

void CheckVictims(const v1::Alert& alert, const FieldPath& at, const Context& context) {
  // Of whom a newer partner says something that we do not know it decides itself.
  const auto is_victim = [&](const v1::Person& subject) {
    return v1::SubjectCategory::Code_IsValid(subject.category()) &&
           IsVictim(subject, context.payload);
  };
  if (!absl::c_any_of(alert.subjects(), is_victim) || alert.what_to_do().empty()) return;
  const int quiet = v1::AlertAction::DO_NOT_ALERT_SUBJECT;
  if (absl::c_linear_search(alert.what_to_do(), quiet)) return;
  context.faults.Add(FieldPath(at, "what_to_do"), "ALERT_VICTIM",
                     "with a victim among the subjects, add DO_NOT_ALERT_SUBJECT");
}

}  // namespace

void CheckAlert(const v1::Alert& alert, const FieldPath& at, const Context& context) {
  CheckValidity(alert, at, context);
  CheckVictims(alert, at, context);
  References references(at, context);
  references.Add(alert.subjects(), "subjects");
  references.Add(alert.indicators(), "indicators");
  CheckNamesNobody(alert.headline(), FieldPath(at, "headline"), alert.subjects(), context);
  for (int i = 0; i < alert.subjects_size(); ++i) {
    const FieldPath subject(at, "subjects", i);
    CheckNamesNobody(alert.subjects(i).local_id(), FieldPath(subject, "local_id"), alert.subjects(),
                     context);
  }
  if (!context.draft()) return;
  if (alert.has_area() && alert.area().places().empty() && alert.area().borders().empty()) {
    context.faults.Add(FieldPath(at, "area"), "REQUIRED", "write a place or a border at least");
  }
  if (alert.has_contact_24h() && !alert.contact_24h().has_phone()) {
    const FieldPath contact(at, "contact_24h");
    context.faults.Add(FieldPath(contact, "phone"), "REQUIRED",
                       "write a telephone that is answered at any hour");
  }
}

}  // namespace liaison::payload
