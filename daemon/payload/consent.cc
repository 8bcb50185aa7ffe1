#include "daemon/payload/consent.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "daemon/payload/dates.h"
#include "daemon/payload/walk.h"

namespace liaison::payload {
namespace {

using v1::ConsentScope;
using v1::ConsentState;
using v1::Purpose;
using v1::SubjectCategory;
using v1::TriState;
using v1::VictimStatus;

constexpr int kAgeOfMajority = 18;

Years YearsOf(const v1::PartialDate& date) {
  return date.calendar() == v1::Calendar::BUDDHIST ? Years::kBuddhist : Years::kGregorian;
}

enum class Verdict { kAdult, kMaybeChild, kSilent };

Verdict FromAnswer(const v1::Person& person) {
  switch (person.is_child()) {
    case TriState::NO:
      return Verdict::kAdult;
    case TriState::TRI_STATE_UNSPECIFIED:
    case TriState::UNKNOWN:
      return Verdict::kSilent;
    default:
      return Verdict::kMaybeChild;
  }
}

Verdict FromAge(const v1::Person& person) {
  if (!person.has_age()) return Verdict::kSilent;
  return person.age().from() >= kAgeOfMajority ? Verdict::kAdult : Verdict::kMaybeChild;
}

// The days between which it lies, without an end where it has none or cannot be read.
DateRange DaysOf(const v1::PartialDate& date) {
  return ParseEdtf(date.edtf(), YearsOf(date)).value_or(DateRange());
}

// Who was born on this day.
bool IsOfAge(absl::CivilDay born, absl::CivilDay today) {
  return absl::CivilDay(born.year() + kAgeOfMajority, born.month(), born.day()) <= today;
}

Verdict FromBirth(const v1::Person& person, std::optional<absl::CivilDay> today) {
  if (!today.has_value() || person.birth().edtf().empty()) return Verdict::kSilent;
  const DateRange birth = DaysOf(person.birth());
  const bool adult = birth.last.has_value() && IsOfAge(*birth.last, *today);
  return adult ? Verdict::kAdult : Verdict::kMaybeChild;
}

std::array<Verdict, 3> VerdictsOn(const v1::Person& person, std::optional<absl::CivilDay> today) {
  return {FromAnswer(person), FromAge(person), FromBirth(person, today)};
}

// Speaks of somebody who is a victim or may turn out to be one.
bool IsFinding(VictimStatus::Code status) {
  switch (status) {
    case VictimStatus::VICTIM_STATUS_UNSPECIFIED:
    case VictimStatus::PERSON_AT_RISK:
    case VictimStatus::REASONABLE_GROUNDS_NEGATIVE:
    case VictimStatus::CONCLUSIVE_NEGATIVE:
    case VictimStatus::NOT_A_VICTIM:
      return false;
    default:
      return true;
  }
}

// The scope of consent that a purpose needs; unspecified for a purpose that needs none of its own.
ConsentScope::Code ScopeFor(Purpose::Code purpose) {
  switch (purpose) {
    case Purpose::VICTIM_IDENTIFICATION:
    case Purpose::VICTIM_RESCUE:
      return ConsentScope::IDENTIFICATION;
    case Purpose::VICTIM_PROTECTION_SUPPORT:
      return ConsentScope::SUPPORT;
    case Purpose::VICTIM_RETURN_REINTEGRATION:
      return ConsentScope::RETURN;
    case Purpose::FAMILY_TRACING:
      return ConsentScope::FAMILY_TRACING;
    case Purpose::STATISTICS_RESEARCH:
    case Purpose::TRAINING:
    case Purpose::AWARENESS:
    case Purpose::PROGRAMME_MANAGEMENT:
      return ConsentScope::STATISTICS;
    case Purpose::TRAFFICKING_PREVENTION:
    case Purpose::TRAFFICKING_DETECTION:
    case Purpose::TRAFFICKING_INVESTIGATION:
    case Purpose::TRAFFICKING_PROSECUTION:
    case Purpose::MIGRANT_SMUGGLING:
    case Purpose::DRUG_CRIME:
    case Purpose::BORDER_CONTROL:
      return ConsentScope::INVESTIGATION;
    default:
      return ConsentScope::CONSENT_SCOPE_UNSPECIFIED;
  }
}

std::string ScopeGap(const v1::Consent& consent, const Frame& frame) {
  for (const Purpose::Code purpose : frame.purposes) {
    const ConsentScope::Code scope = ScopeFor(purpose);
    if (scope == ConsentScope::CONSENT_SCOPE_UNSPECIFIED) continue;
    if (absl::c_find(consent.scopes(), static_cast<int>(scope)) == consent.scopes().end()) {
      return absl::StrCat("scope ", ConsentScope::Code_Name(scope), " for purpose ",
                          Purpose::Code_Name(purpose));
    }
  }
  return "";
}

bool IsOfTheFuture(const v1::Consent& consent, std::optional<absl::CivilDay> today) {
  const std::optional<absl::CivilDay> given = DaysOf(consent.given_on()).first;
  return today.has_value() && given.has_value() && *given > *today;
}

bool HasExpired(const v1::Consent& consent, std::optional<absl::CivilDay> today) {
  if (!today.has_value() || !consent.has_expires()) return false;
  // A date that cannot be read might be past; of a vague one the earliest day counts.
  const std::optional<absl::CivilDay> expiry = DaysOf(consent.expires()).first;
  return !expiry.has_value() || *expiry < *today;
}

}  // namespace

bool IsVictim(const v1::Person& person, const v1::Payload& payload) {
  const auto& request = payload.victim_verification_request();
  const auto& response = payload.victim_verification_response();
  const ConsentState::Code consent = person.consent().state();
  return person.category() == SubjectCategory::VICTIM ||
         !SubjectCategory::Code_IsValid(person.category()) ||
         person.category() == SubjectCategory::SUSPECTED_VICTIM || person.has_victim() ||
         consent == ConsentState::REFUSED || consent == ConsentState::WITHDRAWN ||
         absl::c_any_of(person.victim_assertions(),
                        [](const auto& finding) { return IsFinding(finding.status()); }) ||
         request.has_trafficking_summary() || IsFinding(response.victim_assertion().status());
}

bool MayBeChild(const v1::Person& person, std::optional<absl::CivilDay> today) {
  const std::array<Verdict, 3> verdicts = VerdictsOn(person, today);
  return absl::c_linear_search(verdicts, Verdict::kMaybeChild) ||
         !absl::c_linear_search(verdicts, Verdict::kAdult);
}

bool IsSaidToBeAdult(const v1::Person& person, std::optional<absl::CivilDay> today) {
  return absl::c_linear_search(VerdictsOn(person, today), Verdict::kAdult);
}

bool IsSaidToBeChild(const v1::Person& person, std::optional<absl::CivilDay> today) {
  if (person.is_child() == TriState::YES) return true;
  const v1::AgeRange& age = person.age();
  const bool young =
      age.has_to() ? age.to() < kAgeOfMajority : age.has_from() && age.from() < kAgeOfMajority;
  const std::optional<absl::CivilDay> born = DaysOf(person.birth()).first;
  return young || (today.has_value() && born.has_value() && !IsOfAge(*born, *today));
}

std::string ConsentGap(const v1::Person& person, const Frame& frame,
                       std::optional<absl::CivilDay> today) {
  const v1::Consent& consent = person.consent();
  if (consent.state() != ConsentState::GIVEN) return "state GIVEN";
  if (!frame.recipient_agency.empty() &&
      !absl::c_linear_search(consent.covered_agencies(), frame.recipient_agency)) {
    return "the recipient among covered_agencies";
  }
  if (!frame.recipient_country.empty() &&
      !absl::c_linear_search(consent.covered_countries(), frame.recipient_country)) {
    return "the recipient's country among covered_countries";
  }
  if (HasExpired(consent, today)) return "an expiry that is not past";
  if (IsOfTheFuture(consent, today)) return "a day on which it was given, not one to come";
  return ScopeGap(consent, frame);
}

bool IsAnonymous(const v1::Person& person) {
  return !AnyLeaf(
      person,
      [](Sensitivity::Class sensitivity) {
        return sensitivity == Sensitivity::L2 || sensitivity == Sensitivity::L3 ||
               sensitivity == Sensitivity::L5 || sensitivity == Sensitivity::L8;
      },
      [](const google::protobuf::FieldDescriptor& field) {
        return field.number() == v1::Person::kCategoryFieldNumber ||
               field.number() == v1::Person::kIsChildFieldNumber ||
               field.number() == v1::Person::kConsentFieldNumber;
      });
}

bool IsAnonymousRefusal(const v1::Person& person, const v1::Payload& payload) {
  const bool named_beside =
      payload.has_victim_verification_request() || payload.has_victim_verification_response();
  return person.consent().state() == ConsentState::REFUSED && IsAnonymous(person) && !named_beside;
}

bool AvertsThreatToLife(const Frame& frame) {
  const auto saves_life = [](Purpose::Code purpose) {
    return purpose == Purpose::THREAT_TO_LIFE || purpose == Purpose::VICTIM_RESCUE;
  };
  return frame.urgency == v1::Urgency::U1 &&
         absl::c_linear_search(frame.purposes, Purpose::THREAT_TO_LIFE) &&
         absl::c_all_of(frame.purposes, saves_life);
}

}  // namespace liaison::payload
