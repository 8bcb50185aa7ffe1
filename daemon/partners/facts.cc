#include "daemon/partners/facts.h"

#include <set>
#include <string_view>

namespace liaison::partners {
namespace {

template <typename Source>
Frame Common(const Source& source) {
  Frame frame;
  frame.urgency = source.urgency();
  for (int purpose : source.purposes()) {
    frame.purposes.push_back(static_cast<payload::v1::Purpose::Code>(purpose));
  }
  frame.agreement_id = source.agreement_id();
  frame.legal_bases.assign(source.legal_bases().begin(), source.legal_bases().end());
  frame.handling = source.handling();
  return frame;
}

// The two lists have the same names and numbers: a test compares them.
policy::v1::PartnerClass ClassOf(config::v1::Partner::Class kind) {
  return static_cast<policy::v1::PartnerClass>(kind);
}

}  // namespace

Frame FrameOf(const desk::v1::Draft& draft) {
  Frame frame = Common(draft);
  frame.type = payload::TypeOf(draft.payload());
  return frame;
}

Frame FrameOf(const exchange::v1::Statement& statement) {
  Frame frame = Common(statement);
  frame.type = statement.type();
  return frame;
}

payload::Frame ValidationFrame(const Frame& frame, std::string_view recipient,
                               std::string_view recipient_country) {
  payload::Frame result;
  result.handling = frame.handling;
  result.urgency = frame.urgency;
  result.purposes = frame.purposes;
  result.recipient_agency = std::string(recipient);
  result.recipient_country = std::string(recipient_country);
  return result;
}

policy::Facts FactsFor(const Registry& registry, const Partner& partner,
                       policy::Direction direction, policy::v1::Rule::Role role, const Frame& frame,
                       const payload::v1::Payload& payload, absl::Time now) {
  const bool out = direction == policy::Direction::kOut;
  const std::string& recipient = out ? partner.proto.id() : registry.agency().id();
  const std::string& country = out ? partner.proto.country() : registry.agency().country();
  const payload::SubjectFacts subjects =
      payload::FactsOf(payload, ValidationFrame(frame, recipient, country),
                       absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone()));
  policy::Facts facts;
  facts.direction = direction;
  facts.partner = partner.proto.id();
  facts.partner_country = partner.proto.country();
  facts.own_country = registry.agency().country();
  facts.partner_active = !partner.proto.suspended();
  facts.role = role;
  facts.type = frame.type;
  facts.purposes = frame.purposes;
  facts.agreement_id = frame.agreement_id;
  facts.legal_bases = frame.legal_bases;
  facts.handling = frame.handling;
  facts.urgency = frame.urgency;
  facts.has_instructions = payload.notes().has_instructions();
  facts.named_recipients = subjects.named_recipients;
  facts.has_personal_data = subjects.has_personal_data;
  facts.has_adult_victim = subjects.has_adult_victim;
  facts.has_possible_child = subjects.has_possible_child;
  facts.consent_covers = subjects.consent_covers;
  facts.consent_missing = subjects.consent_missing;
  facts.has_no_consent_reason = payload.notes().no_consent_reason().has_text();
  facts.partner_class = ClassOf(partner.proto.class_());
  facts.subjects = subjects.subjects;
  facts.victims_consent_to_investigation = subjects.victims_consent_to_investigation;
  facts.origin = payload.notes().origin();
  facts.has_match_key = partner.match_key.has_value();
  facts.now = now;
  return facts;
}

absl::StatusOr<std::vector<payload::Leaf>> SentLeaves(const exchange::v1::Envelope& envelope,
                                                      const payload::v1::Payload& merged) {
  absl::StatusOr<std::vector<payload::Leaf>> leaves = payload::Cut(merged);
  if (!leaves.ok()) return leaves.status();
  std::set<std::string_view> sent;
  for (const exchange::v1::FieldRecord& record : envelope.records()) sent.insert(record.path());
  std::erase_if(*leaves, [&](const payload::Leaf& leaf) { return !sent.contains(leaf.path); });
  return leaves;
}

std::vector<policy::Field> FieldsOf(const std::vector<payload::Leaf>& leaves) {
  std::vector<policy::Field> fields;
  fields.reserve(leaves.size());
  for (const payload::Leaf& leaf : leaves) {
    fields.push_back({leaf.path, leaf.schema_path, leaf.sens, leaf.needed, leaf.bond,
                      policy::FormOf(leaf.part, leaf.text)});
  }
  return fields;
}

policy::InForce InForceOf(const Registry& registry) {
  return {registry.policy().id(), registry.policy().version(), registry.policy_digest(),
          registry.registry_digest()};
}

}  // namespace liaison::partners
