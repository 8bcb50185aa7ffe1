#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "daemon/payload/consent.h"
#include "daemon/payload/dates.h"
#include "daemon/payload/mrz.h"
#include "daemon/payload/text_rules.h"
#include "daemon/payload/validate.h"
#include "daemon/payload/walk.h"

namespace liaison::payload {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// An instance of T that `message` is, or null.
template <typename T>
const T* As(const Message& message) {
  return message.GetDescriptor() == T::descriptor() ? static_cast<const T*>(&message) : nullptr;
}

// The same recipient, asking for this alone.
Frame ForInvestigation(const Frame& frame) {
  Frame alone;
  alone.purposes = {v1::Purpose::TRAFFICKING_INVESTIGATION};
  alone.recipient_agency = frame.recipient_agency;
  alone.recipient_country = frame.recipient_country;
  return alone;
}

void AddChild(const v1::Person& person, SubjectFacts& facts) {
  facts.has_possible_child = true;
  facts.lacks_child_safeguard |= !person.has_child_safeguard();
}

void AddVictim(const v1::Person& person, const FieldPath& at, const v1::Payload& payload,
               const Frame& frame, std::optional<absl::CivilDay> today, SubjectFacts& facts) {
  if (person.category() != v1::SubjectCategory::VICTIM &&
      person.category() != v1::SubjectCategory::SUSPECTED_VICTIM) {
    facts.subjects.push_back(v1::SubjectCategory::SUSPECTED_VICTIM);  // treated as one
  }
  facts.victims_consent_to_investigation &=
      ConsentGap(person, ForInvestigation(frame), today).empty();
  if (MayBeChild(person, today)) AddChild(person, facts);
  // Who is said to be an adult is asked like one, whatever else stands there.
  if (!IsSaidToBeAdult(person, today)) return;
  facts.has_adult_victim = true;
  const std::string gap = ConsentGap(person, frame, today);
  if (gap.empty()) return;
  if (facts.consent_covers) {  // the first
    facts.consent_covers = false;
    facts.consent_missing = absl::StrCat(at.Text(), ".consent: ", gap);
    facts.has_only_anonymous_refusals = true;
  }
  facts.has_only_anonymous_refusals &= IsAnonymousRefusal(person, payload);
}

}  // namespace

SubjectFacts FactsOf(const v1::Payload& payload, const Frame& frame, const std::string& today) {
  SubjectFacts facts;
  facts.has_personal_data = AnyLeaf(
      payload, [](Sensitivity::Class sensitivity) { return sensitivity >= Sensitivity::L2; },
      [](const FieldDescriptor&) { return false; });
  // A day that cannot be read excludes nobody from being a child.
  const std::optional<absl::CivilDay> day = ParseDay(today);
  bool all_anonymous = true;
  ForEachMessage(payload, FieldPath(), [&](const Message& message, const FieldPath& at) {
    const v1::Person* const person = As<v1::Person>(message);
    if (person == nullptr) return;
    facts.subjects.push_back(person->category());
    all_anonymous &= IsAnonymous(*person);
    if (IsVictim(*person, payload)) {
      AddVictim(*person, at, payload, frame, day, facts);
    } else if (IsSaidToBeChild(*person, day)) {
      AddChild(*person, facts);
    }
  });
  facts.has_only_anonymous_refusals &= all_anonymous;
  for (const std::string& name : payload.notes().named_recipients()) {
    if (!IsBlank(name)) facts.named_recipients.push_back(name);
  }
  facts.has_instructions = !IsBlank(payload.notes().instructions());
  facts.has_no_consent_reason = !IsBlank(payload.notes().no_consent_reason().text());
  return facts;
}

std::vector<MrzReport> CheckMrz(const v1::Payload& payload) {
  std::vector<MrzReport> reports;
  ForEachMessage(payload, FieldPath(), [&](const Message& message, const FieldPath& at) {
    const v1::IdentityDocument* const document = As<v1::IdentityDocument>(message);
    if (document == nullptr || document->mrz().empty()) return;
    MrzVerdict verdict =
        ReadMrz(std::vector<std::string>(document->mrz().begin(), document->mrz().end()));
    reports.push_back({at.Text(), std::move(verdict.format), std::move(verdict.checks)});
  });
  return reports;
}

}  // namespace liaison::payload
