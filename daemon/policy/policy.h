// Decides: may this go to, or come from, this partner; which fields; why. Pure and deterministic:
// no I/O, no clock, no schema; the caller brings the facts. A rule set is checked when it is made,
// so that deciding cannot fail.
#ifndef LIAISON_DAEMON_POLICY_POLICY_H_
#define LIAISON_DAEMON_POLICY_POLICY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "daemon/base/text_places.h"
#include "daemon/policy/decision.h"
#include "liaison/options.pb.h"
#include "liaison/payload/v1/handling.pb.h"
#include "liaison/payload/v1/payload.pb.h"
#include "liaison/payload/v1/person.pb.h"
#include "liaison/policy/v1/policy.pb.h"

namespace liaison::policy {

// One leaf field of the message, as payload::Cut gives it.
struct Field {
  std::string_view path;
  std::string_view schema_path;
  Sensitivity::Class sens = Sensitivity::SENSITIVITY_UNSPECIFIED;
  bool needed = false;
  std::string_view bond;  // equal and not empty: goes, is withheld or is omitted as one
  Form form = Form::kOther;
};

enum class Direction { kOut, kIn };

// Everything a decision depends on, beside the policy.
struct Facts {
  Direction direction = Direction::kOut;
  std::string partner;          // agency id
  std::string partner_country;  // alpha-2
  std::string own_country;
  bool partner_active = false;
  v1::Rule::Role role = v1::Rule::ROLE_UNSPECIFIED;  // OUT: of the caller
  liaison::payload::v1::MessageType type = liaison::payload::v1::MESSAGE_TYPE_UNSPECIFIED;
  // The type of the message that the fields stand in: FIELD_OPENING: of the one that withheld them,
  // FORWARDED_ITEM: of the one that is passed on. Paths of fields and subjects are of that message.
  liaison::payload::v1::MessageType inner = liaison::payload::v1::MESSAGE_TYPE_UNSPECIFIED;
  std::vector<liaison::payload::v1::Purpose::Code> purposes;
  std::string agreement_id;
  std::vector<liaison::payload::v1::LegalBasis> legal_bases;
  liaison::payload::v1::Handling handling;
  liaison::payload::v1::Urgency::Code urgency = liaison::payload::v1::Urgency::URGENCY_UNSPECIFIED;
  bool has_instructions = false;  // HandlingNotes.instructions say something
  std::vector<std::string> named_recipients;
  bool has_personal_data = false;
  bool has_adult_victim = false;
  // A victim who is or may be a child, or anybody else who is said to be one.
  bool has_possible_child = false;
  bool lacks_child_safeguard = false;  // one of those without guardian and best interests
  bool consent_covers = true;
  std::string consent_missing;
  // Every adult victim whose consent does not cover refused, and all persons in the message are
  // anonymous.
  bool has_only_anonymous_refusals = false;
  bool has_no_consent_reason = false;  // HandlingNotes.no_consent_reason says something
  v1::PartnerClass partner_class = v1::PARTNER_CLASS_UNSPECIFIED;
  std::vector<liaison::payload::v1::SubjectCategory::Code> subjects;  // one for each person
  bool victims_consent_to_investigation =
      true;  // every victim, children too; true when there is none
  liaison::payload::v1::Origin::Code origin = liaison::payload::v1::Origin::ORIGIN_UNSPECIFIED;
  bool has_match_key = false;  // one is shared with this partner
  // Passing on: what the originator's labels are; absent in any other message.
  std::optional<liaison::payload::v1::Handling> received_handling;
  std::vector<liaison::payload::v1::Purpose::Code> received_purposes;
  uint32_t releases = 0;                 // persons other than the submitter who have released it
  std::vector<std::string> derogations;  // OUT: ids of rules that it asks to be set aside
  absl::Time now;
};

// What a schema path names; for one that the schema does not have, an error that says what to
// write.
using PathLookup = absl::FunctionRef<absl::StatusOr<Whole::Kind>(std::string_view schema_path)>;

// A leaf field of the schema.
struct SchemaLeaf {
  std::string path;
  Sensitivity::Class sens = Sensitivity::SENSITIVITY_UNSPECIFIED;
  Form form = Form::kOther;
  bool needed = false;  // as Field's
  std::string bond = {};
};
// All leaves that a message of this type can have; none for a type that is to come.
using LeavesOf = absl::FunctionRef<std::vector<SchemaLeaf>(liaison::payload::v1::MessageType type)>;

// A checked policy. Immutable, thread-safe.
class Policy {
 public:
  // Every fault at once, each with the path of the element ("policy.rule[2].purposes") and before
  // it its place in `places`; the whole is refused.
  static absl::StatusOr<std::shared_ptr<const Policy>> Create(
      const v1::PolicyFile& file, std::string_view own_agency, PathLookup find_path,
      const base::TextPlaces& places = base::TextPlaces());

  const std::string& id() const;
  uint64_t version() const;
  // Agreements with this partner, by id.
  std::vector<std::string> AgreementsWith(std::string_view partner) const;

  // The order of steps is fixed (see policy.proto); the first that is not satisfied ends it. Costs
  // what the rules for this direction, partner and type cost.
  Decision Decide(const Facts& facts, absl::Span<const Field> fields) const;

 private:
  struct Rep;
  explicit Policy(std::shared_ptr<const Rep> rep);
  const std::shared_ptr<const Rep> rep_;

 public:
  ~Policy();
};

// A warning of `policy check`: not wrong, but likely not meant (unreachable rule, overlapping
// agreements, ...).
struct Warning {
  std::string where;  // "policy.rule[2]"
  std::string text;
};
// REQUIRES: a file that Create takes. In order of place. `now`: for agreements that have ended.
std::vector<Warning> Lint(const v1::PolicyFile& file, LeavesOf leaves_of, absl::Time now);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_POLICY_H_
