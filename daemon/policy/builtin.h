// The steps of a decision before any rule of the file is asked, from the caller's role to D-10:
// they are built in and cannot be switched off.
#ifndef LIAISON_DAEMON_POLICY_BUILTIN_H_
#define LIAISON_DAEMON_POLICY_BUILTIN_H_

#include <optional>
#include <string>
#include <vector>

#include "daemon/policy/consent.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/rules.h"

namespace liaison::policy {

// Why a step is not satisfied.
struct Denial {
  Step step = Step::kDone;
  base::Reason reason = base::Reason::kPolicyDenied;
  std::vector<std::string> rules;
  std::string missing;
};

// RECALL, RECALL_CONFIRMATION and ONWARD_SHARING_NOTICE: no agreement and no permit is asked for
// them.
bool IsProtective(liaison::payload::v1::MessageType type);

// FIELD_OPENING and FORWARDED_ITEM: decided on as the message that it is about, too.
bool IsAboutAnother(liaison::payload::v1::MessageType type);
// Whether a message of this type can be what such a one is about. REQUIRES: a type that there is.
bool MayBeInside(liaison::payload::v1::MessageType type);

// Whether Facts::inner is asked, too: of an opening always.
bool HasInner(const Facts& facts);

// Whether it cites a legal basis of this country (D-02).
bool Cites(const v1::Agreement& agreement, const std::string& country);

// `named`: the agreement that the message names; null when there is none of that id. nullopt when
// every step is satisfied.
std::optional<Denial> CheckBuiltIn(const Instrument* named, const Facts& facts,
                                   const ConsentFinding& consent, absl::Span<const Field> fields);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_BUILTIN_H_
