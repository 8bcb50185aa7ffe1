// The facts that a policy decision on a message needs, gathered from who the two are, from the
// frame and from the payload.
#ifndef LIAISON_DAEMON_RULING_FACTS_H_
#define LIAISON_DAEMON_RULING_FACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/payload/records.h"
#include "daemon/payload/validate.h"
#include "daemon/policy/policy.h"
#include "liaison/desk/v1/draft.pb.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::ruling {

using RuleIds = google::protobuf::RepeatedPtrField<std::string>;

// What a message is, beside its payload: of a draft and of a statement alike.
struct Frame {
  payload::v1::MessageType type = payload::v1::MESSAGE_TYPE_UNSPECIFIED;
  payload::v1::Urgency::Code urgency = payload::v1::Urgency::URGENCY_UNSPECIFIED;
  std::vector<payload::v1::Purpose::Code> purposes;
  std::string agreement_id;
  std::vector<payload::v1::LegalBasis> legal_bases;
  payload::v1::Handling handling;
  std::vector<std::string> derogations;  // ids of rules; a statement does not say
};
Frame FrameOf(const desk::v1::Draft& draft);
Frame FrameOf(const exchange::v1::Statement& statement);
// Of a message of ours, for deciding again: `derogations` are kept beside it.
Frame FrameOf(const exchange::v1::Statement& statement, const RuleIds& derogations);

// The rules that a draft asks to be set aside.
std::vector<std::string> DerogationsOf(const desk::v1::Draft& draft);

// The frame as the validator wants it, for this receiver.
payload::Frame ValidationFrame(const Frame& frame, std::string_view recipient,
                               std::string_view recipient_country);

// The two between whom a message passes.
struct Parties {
  std::string own;  // agency ids
  std::string own_country;
  std::string partner;
  std::string partner_country;
  policy::v1::PartnerClass partner_class = policy::v1::PARTNER_CLASS_UNSPECIFIED;
  bool partner_active = false;
  bool has_match_key = false;  // one is shared with it
};

// `role`: of the caller, for OUT.
policy::Facts FactsFor(const Parties& parties, policy::Direction direction,
                       policy::v1::Rule::Role role, const Frame& frame,
                       const payload::v1::Payload& payload, absl::Time now);

// The leaves of a message that was merged: those of `envelope`'s records. An element whose leaves
// are all withheld reads as an empty message in `merged`, which nobody sent.
absl::StatusOr<std::vector<payload::Leaf>> SentLeaves(const exchange::v1::Envelope& envelope,
                                                      const payload::v1::Payload& merged);

// Views into `leaves`, which must outlive them.
std::vector<policy::Field> FieldsOf(const std::vector<payload::Leaf>& leaves);

// The leaves of the schema, as a policy is checked and compared with.
std::vector<policy::SchemaLeaf> SchemaFieldsOf(payload::v1::MessageType type);

}  // namespace liaison::ruling

#endif  // LIAISON_DAEMON_RULING_FACTS_H_
