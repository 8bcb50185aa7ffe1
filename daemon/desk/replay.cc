#include "daemon/desk/replay.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/base/error.h"
#include "daemon/base/text_format.h"
#include "daemon/crypto/digest.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/openings.h"
#include "daemon/message/message.h"
#include "daemon/payload/records.h"
#include "daemon/policy/decided_on.h"
#include "daemon/policy/report.h"
#include "daemon/policy/terms.h"
#include "daemon/policy/text.h"
#include "daemon/ruling/facts.h"
#include "daemon/ruling/outgoing.h"
#include "liaison/config/v1/agency.pb.h"

namespace liaison::desk {
namespace {

using audit::v1::DecisionOpening;
using base::MakeError;
using base::Reason;

absl::Status NotKept(std::string_view what) {
  return MakeError(Reason::kWrongState,
                   absl::StrCat(std::string(what), " is not kept: it cannot be decided again"));
}

absl::Status NotAsRecorded(std::string_view what) {
  return MakeError(Reason::kVerificationFailed,
                   absl::StrCat(std::string(what), " is not what was recorded"),
                   "run `liaison audit verify --full`");
}

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

// What was in force when a decision was made.
struct Then {
  std::shared_ptr<const policy::Policy> policy;
  ruling::Parties parties;
  policy::InForce names;
};

// A message as it is kept, checked against the digest on record.
struct Kept {
  exchange::v1::Envelope envelope;
  message::StoredBody read;
  std::optional<store::v1::KeptDraft> draft;
};

DecisionOpening ToOpening(const ruling::Ruled& ruled, const Then& then) {
  return policy::ToOpening(ruled.decision, ruling::FieldsOf(ruled.leaves), then.names);
}

// --- What differs

std::string Shown(const std::string& text) { return text.empty() ? "nothing" : text; }

class Comparison {
 public:
  void Text(const std::string& what, const std::string& recorded, const std::string& decided) {
    if (recorded == decided) return;
    differences_.push_back(absl::StrCat(what, ": ", Shown(recorded), " was recorded, ",
                                        Shown(decided), " was decided"));
  }

  template <typename List>
  void Texts(const std::string& what, const List& recorded, const List& decided) {
    Text(what, absl::StrJoin(recorded, ", "), absl::StrJoin(decided, ", "));
  }

  // Each field that does not go as it is; in any order.
  void Fields(const DecisionOpening& recorded, const DecisionOpening& decided) {
    const std::vector<std::string> before = WordsOf(recorded);
    const std::vector<std::string> after = WordsOf(decided);
    for (const std::string& word : Without(before, after)) {
      differences_.push_back(absl::StrCat("field ", word, " was recorded and not decided"));
    }
    for (const std::string& word : Without(after, before)) {
      differences_.push_back(absl::StrCat("field ", word, " was decided and not recorded"));
    }
  }

  std::vector<std::string> Take() { return std::move(differences_); }

 private:
  static std::vector<std::string> WordsOf(const DecisionOpening& opening) {
    std::vector<std::string> words;
    for (const audit::v1::FieldDecision& field : opening.fields()) {
      words.push_back(absl::StrCat(field.path(), " ", field.action(), " by ", field.rule()));
    }
    std::sort(words.begin(), words.end());
    return words;
  }

  static std::vector<std::string> Without(const std::vector<std::string>& all,
                                          const std::vector<std::string>& some) {
    std::vector<std::string> rest;
    std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
    return rest;
  }

  std::vector<std::string> differences_;
};

std::vector<std::string> DifferencesOf(const DecisionOpening& recorded,
                                       const DecisionOpening& decided) {
  Comparison comparison;
  comparison.Text("outcome", recorded.outcome(), decided.outcome());
  comparison.Text("reason", recorded.reason(), decided.reason());
  comparison.Text("step", recorded.step(), decided.step());
  comparison.Texts("rules", recorded.rules(), decided.rules());
  comparison.Text("missing", recorded.missing(), decided.missing());
  comparison.Texts("obligations", recorded.obligations(), decided.obligations());
  comparison.Text("policy", absl::StrCat(recorded.policy_id(), " ", recorded.policy_version()),
                  absl::StrCat(decided.policy_id(), " ", decided.policy_version()));
  comparison.Fields(recorded, decided);
  return comparison.Take();
}

// What policy cannot know: that the writer found a quota spent.
void TakeQuotaFrom(const DecisionOpening& recorded, DecisionOpening& decided) {
  const bool spent = recorded.step() == policy::StepName(policy::Step::kQuota);
  if (!spent || policy::QuotasNamed(decided.obligations()).empty()) return;
  decided.set_outcome(recorded.outcome());
  decided.set_reason(recorded.reason());
  decided.set_step(recorded.step());
  decided.set_missing(recorded.missing());
}

// --- Deciding again

// Owned by one call.
class Replayer {
 public:
  Replayer(const store::Exchange& exchange, store::Reader& reader,
           const message::AtRestKeys& at_rest)
      : exchange_(exchange), reader_(reader), at_rest_(at_rest) {}

  absl::StatusOr<audit::v1::ReplayResponse> Run();

 private:
  absl::StatusOr<std::optional<audit::v1::Replayed>> ReplayOne(const store::StoredRecord& stored);
  absl::StatusOr<Then> InForceAt(const DecisionOpening& recorded);
  absl::Status ReadParties(const DecisionOpening& recorded, Then& then);
  absl::StatusOr<DecisionOpening> Again(const store::StoredRecord& stored,
                                        const DecisionOpening& recorded, const Then& then);
  absl::StatusOr<Kept> Open();

  const store::Exchange& exchange_;
  store::Reader& reader_;
  const message::AtRestKeys& at_rest_;
};

absl::StatusOr<DecisionOpening> FromFacts(const DecisionOpening& recorded, const Then& then) {
  policy::v1::DecidedOn kept;
  if (!kept.ParseFromString(recorded.decided_on())) return NotAsRecorded("what was decided on");
  const std::vector<policy::Field> fields = policy::FieldsOf(kept.fields());
  return policy::ToOpening(then.policy->Decide(policy::FactsOf(kept.facts()), fields), fields,
                           then.names);
}

// What a message that was sent was decided on, beside what is kept of it.
struct Sending {
  absl::Time time;
  uint32_t releases = 0;  // persons other than the submitter who had agreed
};

// As sending does.
absl::StatusOr<DecisionOpening> Sent(const Kept& kept, const Then& then, const Sending& sending) {
  const payload::v1::Payload& payload = kept.draft->payload();
  policy::Facts facts = ruling::FactsFor(
      then.parties, policy::Direction::kOut, kept.draft->role(),
      ruling::FrameOf(kept.read.statement, kept.draft->derogations()), payload, sending.time);
  facts.releases = sending.releases;
  const auto rule = [&](const payload::v1::Payload& one) {
    return ruling::Rule(*then.policy, facts, one);
  };
  absl::StatusOr<ruling::Ruled> whole = rule(payload);
  if (!whole.ok()) return whole.status();
  DecisionOpening opening = ToOpening(*whole, then);
  if (whole->decision.outcome == policy::Outcome::kDeny) return opening;
  const absl::StatusOr<ruling::Ruled> left = ruling::Reduce(payload, *std::move(whole), rule);
  if (!left.ok()) return left.status();
  return left->decision.outcome == policy::Outcome::kDeny ? ToOpening(*left, then) : opening;
}

// As receiving does.
absl::StatusOr<DecisionOpening> Received(const Kept& kept, const Then& then, absl::Time time) {
  const payload::v1::Payload& payload = kept.read.merged.payload;
  absl::StatusOr<std::vector<payload::Leaf>> leaves = ruling::SentLeaves(kept.envelope, payload);
  if (!leaves.ok()) return leaves.status();
  ruling::Ruled ruled{*std::move(leaves), {}};
  ruled.decision = then.policy->Decide(
      ruling::FactsFor(then.parties, policy::Direction::kIn, policy::v1::Rule::ROLE_UNSPECIFIED,
                       ruling::FrameOf(kept.read.statement), payload, time),
      ruling::FieldsOf(ruled.leaves));
  return ToOpening(ruled, then);
}

absl::StatusOr<Kept> Replayer::Open() {
  const absl::StatusOr<store::StoredBody> stored = reader_.Body(exchange_.name);
  if (!stored.ok()) return stored.status();
  if (!stored->body) return NotKept("the message");
  absl::StatusOr<journal::OpenedBody> body = journal::OpenBody(exchange_.name, *stored, at_rest_);
  if (!body.ok()) return body.status();
  if (message::StatementDigest(body->envelope.type(), body->envelope.statement()) !=
      exchange_.digest) {
    return NotAsRecorded("the statement that is kept");
  }
  absl::StatusOr<message::StoredBody> read = message::ReadStored(body->envelope);
  if (!read.ok()) return read.status();
  return Kept{std::move(body->envelope), *std::move(read), std::move(body->draft)};
}

absl::Status Replayer::ReadParties(const DecisionOpening& recorded, Then& then) {
  const absl::StatusOr<base::Digest> digest = base::Digest::FromRaw(recorded.registry_digest());
  if (!digest.ok()) return NotKept("the registry of that day");
  const absl::StatusOr<std::string> text = reader_.Content("registry", *digest);
  if (absl::IsNotFound(text.status())) return NotKept("the registry of that day");
  if (!text.ok()) return text.status();
  config::v1::Agency agency;
  const absl::Status parsed = base::ParseTextFormat(*text, "agency.textproto", agency);
  if (!parsed.ok()) return NotAsRecorded("the registry that is kept");
  then.names.registry_digest = *digest;
  then.parties.own = agency.id();
  then.parties.own_country = agency.country();
  then.parties.partner = exchange_.partner;
  for (const config::v1::Partner& partner : agency.partner()) {
    if (partner.id() != exchange_.partner) continue;
    then.parties.partner_country = partner.country();
    then.parties.partner_class = static_cast<policy::v1::PartnerClass>(partner.class_());
    then.parties.partner_active = !partner.suspended();
    then.parties.has_match_key = !partner.match_key_file().empty();
  }
  return absl::OkStatus();
}

absl::StatusOr<Then> Replayer::InForceAt(const DecisionOpening& recorded) {
  Then then;
  const absl::Status parties = ReadParties(recorded, then);
  if (!parties.ok()) return parties;
  const absl::StatusOr<base::Digest> digest = base::Digest::FromRaw(recorded.policy_digest());
  if (!digest.ok()) return NotAsRecorded("the digest of the policy");
  const absl::StatusOr<std::string> text = reader_.Content("policy", *digest);
  if (absl::IsNotFound(text.status())) return NotKept("the policy of that day");
  if (!text.ok()) return text.status();
  if (crypto::Sha256(*text) != *digest) return NotAsRecorded("the policy that is kept");
  absl::StatusOr<policy::PolicyText> read =
      policy::ReadPolicy(*text, "policy.textproto", then.parties.own, payload::FindPath);
  if (!read.ok()) return read.status();
  then.policy = std::move(read->policy);
  then.names.policy_digest = *digest;
  then.names.policy_id = then.policy->id();
  then.names.policy_version = then.policy->version();
  return then;
}

// Whether the record's decision was made on something that is kept. Not that of what is passed on,
// of which more than policy decides, nor one that the courier made again on sealed bytes.
bool CanBeReplayed(const store::Exchange& exchange, const store::StoredRecord& stored,
                   const DecisionOpening& recorded) {
  if (recorded.policy_digest().empty()) return false;  // refused before policy was asked
  if (!recorded.decided_on().empty()) return true;
  if (exchange.type == payload::v1::FIELD_OPENING) return false;  // too large to be kept
  if (exchange.type == payload::v1::FORWARDED_ITEM) return false;
  return stored.event == audit::v1::SENT || stored.event == audit::v1::RECEIVED;
}

absl::StatusOr<DecisionOpening> Replayer::Again(const store::StoredRecord& stored,
                                                const DecisionOpening& recorded, const Then& then) {
  if (!recorded.decided_on().empty()) return FromFacts(recorded, then);
  const absl::StatusOr<Kept> kept = Open();
  if (!kept.ok()) return kept.status();
  if (stored.event == audit::v1::RECEIVED) return Received(*kept, then, stored.time);
  if (!kept->draft) return NotKept("the draft");
  const absl::StatusOr<std::vector<store::Agreement>> agreed = reader_.Agreements(exchange_.name);
  if (!agreed.ok()) return agreed.status();
  // What was held was decided on once more when the last person agreed.
  const bool held = !agreed->empty();
  return Sent(*kept, then,
              {held ? stored.time : TimeOf(kept->read.statement.created()),
               static_cast<uint32_t>(agreed->size())});
}

absl::StatusOr<std::optional<audit::v1::Replayed>> Replayer::ReplayOne(
    const store::StoredRecord& stored) {
  std::optional<audit::v1::Replayed> none;
  if (!stored.opening) return none;
  absl::StatusOr<journal::Openings> openings = journal::Open(stored, at_rest_);
  if (!openings.ok()) return openings.status();
  DecisionOpening& recorded = openings->decision;
  if (!CanBeReplayed(exchange_, stored, recorded)) return none;
  const absl::StatusOr<Then> then = InForceAt(recorded);
  if (!then.ok()) return then.status();
  absl::StatusOr<DecisionOpening> decided = Again(stored, recorded, *then);
  if (!decided.ok()) return decided.status();
  TakeQuotaFrom(recorded, *decided);
  audit::v1::Replayed replayed;
  replayed.set_log(stored.log);
  replayed.set_index(stored.index);
  replayed.set_event(stored.event);
  const int64_t millis = absl::ToUnixMillis(stored.time);
  replayed.mutable_time()->set_seconds(millis / 1000);
  replayed.mutable_time()->set_nanos(static_cast<int32_t>(millis % 1000) * 1'000'000);
  for (std::string& difference : DifferencesOf(recorded, *decided)) {
    replayed.add_differences(std::move(difference));
  }
  recorded.clear_decided_on();
  *replayed.mutable_recorded() = std::move(recorded);
  *replayed.mutable_replayed() = *std::move(decided);
  return std::optional<audit::v1::Replayed>(std::move(replayed));
}

absl::StatusOr<audit::v1::ReplayResponse> Replayer::Run() {
  const absl::StatusOr<std::vector<store::StoredRecord>> records =
      reader_.RecordsOf(exchange_.name);
  if (!records.ok()) return records.status();
  audit::v1::ReplayResponse response;
  for (const store::StoredRecord& stored : *records) {
    absl::StatusOr<std::optional<audit::v1::Replayed>> one = ReplayOne(stored);
    if (!one.ok()) return one.status();
    if (*one) *response.add_decisions() = **std::move(one);
  }
  if (response.decisions_size() > 0) return response;
  return MakeError(Reason::kWrongState,
                   "no record of this message holds a decision that can be made again");
}

}  // namespace

absl::StatusOr<audit::v1::ReplayResponse> Replay(const store::Exchange& exchange,
                                                 store::Reader& reader,
                                                 const message::AtRestKeys& at_rest) {
  return Replayer(exchange, reader, at_rest).Run();
}

}  // namespace liaison::desk
