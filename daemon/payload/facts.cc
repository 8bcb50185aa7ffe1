#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "daemon/payload/consent.h"
#include "daemon/payload/dates.h"
#include "daemon/payload/mrz.h"
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

void AddSubject(const v1::Person& person, const FieldPath& at, const v1::Payload& payload,
                const Frame& frame, std::optional<absl::CivilDay> today, SubjectFacts& facts) {
  const bool victim = IsVictim(person);
  const bool may_be_child =
      victim ? MayBeChild(person, today)
             : person.is_child() == v1::TriState::YES || person.is_child() == v1::TriState::UNKNOWN;
  facts.subjects.push_back(person.category());
  facts.has_possible_child |= may_be_child;
  if (!victim) return;
  facts.victims_consent_to_investigation &=
      ConsentGap(person, ForInvestigation(frame), today).empty();
  // Who says to be no child is asked like an adult, whatever else stands there.
  if (may_be_child && person.is_child() != v1::TriState::NO) return;
  facts.has_adult_victim = true;
  if (!facts.consent_covers || IsAnonymousRefusal(person, payload)) return;
  const std::string gap = ConsentGap(person, frame, today);
  if (gap.empty()) return;
  facts.consent_covers = false;
  facts.consent_missing = absl::StrCat(at.Text(), ".consent: ", gap);
}

}  // namespace

SubjectFacts FactsOf(const v1::Payload& payload, const Frame& frame, const std::string& today) {
  SubjectFacts facts;
  facts.has_personal_data = AnyLeaf(
      payload, [](Sensitivity::Class sensitivity) { return sensitivity >= Sensitivity::L2; },
      [](const FieldDescriptor&) { return false; });
  // A day that cannot be read excludes nobody from being a child.
  const std::optional<absl::CivilDay> day = ParseDay(today);
  ForEachMessage(payload, FieldPath(), [&](const Message& message, const FieldPath& at) {
    const v1::Person* const person = As<v1::Person>(message);
    if (person != nullptr) AddSubject(*person, at, payload, frame, day, facts);
  });
  const auto& names = payload.notes().named_recipients();
  facts.named_recipients.assign(names.begin(), names.end());
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
