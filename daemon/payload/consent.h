// Who counts as a child, and what a victim has agreed to.
#ifndef LIAISON_DAEMON_PAYLOAD_CONSENT_H_
#define LIAISON_DAEMON_PAYLOAD_CONSENT_H_

#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "daemon/payload/validate.h"

namespace liaison::payload {

// Called VICTIM or SUSPECTED_VICTIM, or something that this version does not know, or treated as
// one whatever the category is: by a VictimContext, a finding that is neither negative nor
// PERSON_AT_RISK, consent that was refused or withdrawn, or, of the subject of a verification
// request, its trafficking_summary, of the subject of its answer, such a finding as its
// victim_assertion.
bool IsVictim(const v1::Person& person, const v1::Payload& payload);

// In doubt a person is a child: only is_child NO, an age from 18 or a birth 18 years before `today`
// excludes it, and none of them, nor is_child YES, may speak against it. Without `today` the birth
// says nothing.
bool MayBeChild(const v1::Person& person, std::optional<absl::CivilDay> today);

// One of them excludes it, whatever speaks against it.
bool IsSaidToBeAdult(const v1::Person& person, std::optional<absl::CivilDay> today);

// is_child YES, an age that is certainly below 18, or a birth that is certainly less than 18 years
// before `today`. Of whoever is no victim; without `today` the birth says nothing.
bool IsSaidToBeChild(const v1::Person& person, std::optional<absl::CivilDay> today);

// What keeps the person's consent from covering the frame's recipient, its country and the scopes
// that its purposes need; empty when it covers them. Without `today` expiry is not looked at.
std::string ConsentGap(const v1::Person& person, const Frame& frame,
                       std::optional<absl::CivilDay> today);

// Nothing but role, age group and consent points to the person: no name, birth, number, address,
// nor free text.
bool IsAnonymous(const v1::Person& person);

// A refusal does not stop an anonymous record that the law obliges to send. A request to verify, or
// its answer, is none: the name stands in it beside the person.
bool IsAnonymousRefusal(const v1::Person& person, const v1::Payload& payload);

// The purpose is to avert a danger to life and nothing else, with the urgency that belongs to it.
bool AvertsThreatToLife(const Frame& frame);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_CONSENT_H_
