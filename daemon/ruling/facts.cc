#include "daemon/ruling/facts.h"

#include <set>
#include <string_view>

namespace liaison::ruling {
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

}  // namespace

Frame FrameOf(const desk::v1::Draft& draft) {
  Frame frame = Common(draft);
  frame.type = payload::TypeOf(draft.payload());
  frame.derogations = DerogationsOf(draft);
  return frame;
}

Frame FrameOf(const exchange::v1::Statement& statement) {
  Frame frame = Common(statement);
  frame.type = statement.type();
  return frame;
}

Frame FrameOf(const exchange::v1::Statement& statement, const RuleIds& derogations) {
  Frame frame = FrameOf(statement);
  frame.derogations.assign(derogations.begin(), derogations.end());
  return frame;
}

std::vector<std::string> DerogationsOf(const desk::v1::Draft& draft) {
  std::vector<std::string> rules;
  for (const desk::v1::Derogation& one : draft.derogations()) rules.push_back(one.rule());
  return rules;
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

policy::Facts FactsFor(const Parties& parties, policy::Direction direction,
                       policy::v1::Rule::Role role, const Frame& frame,
                       const payload::v1::Payload& payload, absl::Time now) {
  const bool out = direction == policy::Direction::kOut;
  const std::string& recipient = out ? parties.partner : parties.own;
  const std::string& country = out ? parties.partner_country : parties.own_country;
  const payload::SubjectFacts subjects =
      payload::FactsOf(payload, ValidationFrame(frame, recipient, country),
                       absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone()));
  policy::Facts facts;
  facts.direction = direction;
  facts.partner = parties.partner;
  facts.partner_country = parties.partner_country;
  facts.own_country = parties.own_country;
  facts.partner_active = parties.partner_active;
  facts.role = role;
  facts.type = frame.type;
  facts.purposes = frame.purposes;
  facts.agreement_id = frame.agreement_id;
  facts.legal_bases = frame.legal_bases;
  facts.handling = frame.handling;
  facts.urgency = frame.urgency;
  facts.has_instructions = subjects.has_instructions;
  facts.named_recipients = subjects.named_recipients;
  facts.has_personal_data = subjects.has_personal_data;
  facts.has_adult_victim = subjects.has_adult_victim;
  facts.has_possible_child = subjects.has_possible_child;
  facts.lacks_child_safeguard = subjects.lacks_child_safeguard;
  facts.consent_covers = subjects.consent_covers;
  facts.consent_missing = subjects.consent_missing;
  facts.has_only_anonymous_refusals = subjects.has_only_anonymous_refusals;
  facts.has_no_consent_reason = subjects.has_no_consent_reason;
  facts.partner_class = parties.partner_class;
  facts.subjects = subjects.subjects;
  facts.victims_consent_to_investigation = subjects.victims_consent_to_investigation;
  facts.origin = payload.notes().origin();
  facts.has_match_key = parties.has_match_key;
  facts.derogations = frame.derogations;
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

std::vector<policy::SchemaLeaf> SchemaFieldsOf(payload::v1::MessageType type) {
  std::vector<policy::SchemaLeaf> leaves;
  for (const payload::SchemaLeaf& leaf : payload::SchemaLeaves(type)) {
    leaves.push_back(
        {leaf.path, leaf.sens, policy::FormOf(leaf.part, leaf.text), leaf.needed, leaf.bond});
  }
  return leaves;
}

}  // namespace liaison::ruling
