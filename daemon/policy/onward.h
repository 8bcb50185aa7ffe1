// D-15: whether a received message may be passed on to a third agency. Asked by the agency that
// passes it on and, of the same signed bytes, by the one that gets it.
//
// Every label of the original (Statement.handling) asks for the originator's permission, but for
// TLP:CLEAR, onward sharing PUBLIC, sanitisation S1 and Europol codes H0 and H1. A third agency is
// neither the receiver nor one of its clients (AMBER); and because an agreement names one partner,
// no community of three is known (GREEN, WITHIN_COMMUNITY). What is not set counts as Handling
// says; a code that this version does not know asks too.
#ifndef LIAISON_DAEMON_POLICY_ONWARD_H_
#define LIAISON_DAEMON_POLICY_ONWARD_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "daemon/policy/decision.h"
#include "liaison/payload/v1/follow_up.pb.h"
#include "liaison/payload/v1/handling.pb.h"

namespace liaison::policy {

inline constexpr std::string_view kOnwardRule = "builtin:D-15";

// The label that asks for the originator's permission, in words; empty when none does.
std::string_view AskingLabel(const liaison::payload::v1::Handling& original);

// A message as it is passed on.
struct Passing {
  std::string original;  // exchange id of the originator's message, hex
  std::string to;        // the third agency
  std::vector<liaison::payload::v1::Purpose::Code> purposes;
  liaison::payload::v1::Handling handling;
  std::vector<std::string> paths;  // of the original's fields that are passed on, with positions
  absl::Time when;
};

// What `grant` does not hold of it, in words; empty when it holds all of it.
std::string FindLack(const liaison::payload::v1::OnwardSharingDecision& grant,
                     const Passing& passing);

// The label that asks, and what is missing of the permission (`grant`: null when there is none);
// empty when it may be passed on. A grant that is there must fit, also where no label asks for it.
std::string FindOnwardFault(const liaison::payload::v1::Handling& original,
                            const liaison::payload::v1::OnwardSharingDecision* grant,
                            const Passing& passing);

// Whether one of `tops` is `path`, or lies above it, or is "*".
bool Covers(const google::protobuf::RepeatedPtrField<std::string>& tops, std::string_view path);

// The denial that a fault is, at step labels.
Decision DenyOnward(std::string fault);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_ONWARD_H_
