#include "daemon/partners/passed_on.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/message/embedded.h"
#include "daemon/payload/consent.h"
#include "daemon/payload/reply_rules.h"
#include "daemon/payload/validate.h"
#include "daemon/payload/walk.h"
#include "daemon/policy/labels.h"
#include "daemon/policy/onward.h"

namespace liaison::partners {
namespace {

using base::MakeError;
using base::Reason;
using exchange::v1::Envelope;
using exchange::v1::Statement;

absl::StatusOr<Envelope> ParseEnvelope(const std::string& bytes) {
  Envelope envelope;
  if (!bytes.empty() && envelope.ParseFromString(bytes)) return envelope;
  return MakeError(Reason::kMalformed, "what is passed on is no envelope");
}

// Before the path of what is inside.
constexpr std::string_view kInsidePath = "forwarded_item.original.";

// What was read of an envelope inside, verified or not.
struct Read {
  Statement statement;
  payload::Merged body;
};

absl::StatusOr<Read> ReadVerified(const Partner& originator, const std::string& forwarder,
                                  const Envelope& envelope, absl::Time when) {
  message::Opener opener;
  opener.sender = originator.proto.id();
  opener.recipient = forwarder;
  opener.message_keys = originator.SenderKeys();
  opener.max_bytes = envelope.ByteSizeLong();  // the message around it is within the limit
  opener.sender_head = [&originator](std::string_view note) {
    return originator.log_key.Verify(note);
  };
  absl::StatusOr<message::VerifiedMessage> message =
      message::OpenEmbedded(envelope, std::move(opener), when);
  if (!message.ok()) return message.status();
  return Read{message->statement(), message->body()};
}

absl::StatusOr<Read> ReadUnverified(const std::string& forwarder, const Envelope& envelope) {
  absl::StatusOr<message::StoredBody> stored =
      message::ReadStored(envelope, message::Extent::kExcerpt);
  if (!stored.ok()) {
    return MakeError(Reason::kBodyMismatch,
                     "a message inside is not what its statement commits to");
  }
  if (stored->statement.to() != forwarder) {
    return MakeError(Reason::kWrongRecipient, "a message inside was not sent to who passes it on");
  }
  return Read{std::move(stored->statement), std::move(stored->merged)};
}

// The sender that a statement names, before anything of it is verified: which keys to try.
std::string ClaimedSender(const Envelope& envelope) {
  Statement statement;
  return statement.ParseFromString(envelope.statement()) ? statement.from() : "";
}

absl::Status CheckOriginator(const Registry& registry, const std::string& forwarder,
                             const std::string& originator) {
  if (!base::IsAgencyId(originator)) {
    return MakeError(Reason::kMalformed, "a message inside names no agency that sent it");
  }
  if (originator == forwarder || originator == registry.agency().id()) {
    return MakeError(Reason::kWrongSender, "a message inside is of who passes it on, or our own");
  }
  return absl::OkStatus();
}

absl::Status CheckOriginal(const Read& read) {
  if (!payload::IsOfTheDomain(read.statement.type())) {
    return MakeError(Reason::kMalformed, "messages of this type are not passed on");
  }
  std::vector<base::FieldFault> faults =
      payload::ValidateView(read.body, ValidationFrame(FrameOf(read.statement), "", ""));
  if (faults.empty()) return absl::OkStatus();
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = "the message inside does not follow the schema's rules";
  for (base::FieldFault& fault : faults) {
    fault.field = absl::StrCat(std::string(kOriginalPath), ".", fault.field);
    error.fields.push_back(std::move(fault));
  }
  return base::MakeError(error);
}

absl::StatusOr<payload::v1::OnwardSharingDecision> DecisionIn(Read read,
                                                              const std::string& originator) {
  if (read.statement.from() != originator || !read.body.payload.has_onward_sharing_decision()) {
    return MakeError(Reason::kMalformed, "the permission is no decision of the originator");
  }
  return std::move(*read.body.payload.mutable_onward_sharing_decision());
}

// Opens envelopes of one originator to one forwarder.
class Opening {
 public:
  Opening(const Registry& registry, const std::string& forwarder, std::string originator,
          absl::Time when)
      : forwarder_(forwarder),
        originator_(std::move(originator)),
        partner_(registry.FindPartner(originator_)),
        when_(when) {}

  bool verifies() const { return partner_ != nullptr; }

  absl::StatusOr<Read> Open(const Envelope& envelope) const {
    if (partner_ == nullptr) return ReadUnverified(forwarder_, envelope);
    return ReadVerified(*partner_, forwarder_, envelope, when_);
  }

  absl::StatusOr<payload::v1::OnwardSharingDecision> OpenGrant(const std::string& bytes) const {
    const absl::StatusOr<Envelope> envelope = ParseEnvelope(bytes);
    if (!envelope.ok()) return envelope.status();
    absl::StatusOr<Read> read = Open(*envelope);
    if (!read.ok()) return read.status();
    return DecisionIn(*std::move(read), originator_);
  }

 private:
  const std::string& forwarder_;
  const std::string originator_;
  const Partner* const partner_;
  const absl::Time when_;
};

// What its originator says of how it may be used, where a code of it asks for that.
bool IsInstructions(const PassedOn& item, const payload::Leaf& leaf) {
  return (leaf.path == policy::kInstructionsPath || leaf.path == "notes.instructions_lang") &&
         policy::AskForInstructions(item.statement.handling());
}

const std::string& PathOf(const payload::Leaf& leaf) { return leaf.path; }
const std::string& PathOf(const exchange::v1::WithheldLeaf& leaf) { return leaf.path(); }

// Whether one of these paths, in order, is `path` or stands below it or one of its elements.
template <typename Leaves>
bool AnyAt(const Leaves& leaves, const std::string& path) {
  const auto found =
      std::lower_bound(leaves.begin(), leaves.end(), path,
                       [](const auto& leaf, const std::string& key) { return PathOf(leaf) < key; });
  const std::string_view first = found == leaves.end() ? std::string_view() : PathOf(*found);
  return first == path || first.starts_with(path + ".") || first.starts_with(path + "[");
}

// What says that a person is a victim who is not called one.
bool HidesAVictim(const PassedOn& item, const payload::v1::Person& person, const std::string& at) {
  const auto& request = item.body.payload.victim_verification_request();
  if (payload::IsVictim(person, item.body.payload)) return false;
  return AnyAt(item.withheld, at + ".victim") || AnyAt(item.withheld, at + ".victim_assertions") ||
         (&person == &request.subject() &&
          AnyAt(item.withheld, "victim_verification_request.trafficking_summary"));
}

// Whether something of a person is there, and what the person is was hidden. An element of which
// everything is hidden is there as an empty one.
bool HidesWhatAPersonIs(const PassedOn& item) {
  bool hides = false;
  payload::ForEachMessage(
      item.body.payload, payload::FieldPath(),
      [&](const google::protobuf::Message& message, const payload::FieldPath& at) {
        if (message.GetDescriptor() != payload::v1::Person::descriptor()) return;
        if (!AnyAt(item.leaves, at.Text())) return;
        for (const char* field : {".category", ".is_child", ".consent"}) {
          hides = hides || AnyAt(item.withheld, at.Text() + field);
        }
        const auto& person = static_cast<const payload::v1::Person&>(message);
        hides = hides || HidesAVictim(item, person, at.Text());
      });
  return hides;
}

// The persons of whom a field is chosen that says more than what they are.
std::set<std::string_view> PersonsOf(const PassedOn& item,
                                     const std::vector<payload::Leaf>& chosen) {
  std::set<std::string_view> all;
  for (const payload::Leaf& leaf : item.leaves) all.insert(PersonOfBond(leaf.bond));
  std::set<std::string_view> persons;
  for (const payload::Leaf& leaf : chosen) {
    if (!PersonOfBond(leaf.bond).empty()) continue;
    const std::string_view person = LowestAbove(leaf.path, all);
    if (!person.empty()) persons.insert(person);
  }
  return persons;
}

// Those that a permission must name: not what goes along with them.
std::vector<std::string> PathsToPermit(const PassedOn& item,
                                       const std::vector<payload::Leaf>& leaves) {
  const std::set<std::string_view> persons = PersonsOf(item, leaves);
  std::vector<std::string> paths;
  for (const payload::Leaf& leaf : leaves) {
    if (IsInstructions(item, leaf) || persons.contains(PersonOfBond(leaf.bond))) continue;
    paths.push_back(leaf.path);
  }
  return paths;
}

}  // namespace

absl::StatusOr<PassedOn> OpenPassedOn(const Registry& registry, const std::string& forwarder,
                                      const payload::v1::ForwardedItem& item, absl::Time when) {
  const absl::StatusOr<Envelope> envelope = ParseEnvelope(item.original());
  if (!envelope.ok()) return envelope.status();
  const std::string originator = ClaimedSender(*envelope);
  absl::Status checked = CheckOriginator(registry, forwarder, originator);
  if (!checked.ok()) return checked;
  const Opening opening(registry, forwarder, originator, when);
  absl::StatusOr<Read> read = opening.Open(*envelope);
  if (!read.ok()) return read.status();
  checked = CheckOriginal(*read);
  if (!checked.ok()) return checked;
  absl::StatusOr<std::vector<payload::Leaf>> leaves = SentLeaves(*envelope, read->body.payload);
  if (!leaves.ok()) return leaves.status();
  PassedOn passed;
  if (item.has_grant()) {
    absl::StatusOr<payload::v1::OnwardSharingDecision> grant = opening.OpenGrant(item.grant());
    if (!grant.ok()) return grant.status();
    passed.grant = *std::move(grant);
  }
  const absl::StatusOr<base::ExchangeId> id =
      base::ExchangeId::FromRaw(read->statement.exchange_id());
  if (!id.ok()) return MakeError(Reason::kMalformed, "the exchange id is not 16 bytes");
  passed.id = id->hex();
  passed.verified = opening.verifies();
  passed.statement = std::move(read->statement);
  passed.body = std::move(read->body);
  passed.leaves = *std::move(leaves);
  passed.withheld.assign(envelope->withheld().begin(), envelope->withheld().end());
  return passed;
}

std::vector<payload::Leaf> WithPassedOn(std::vector<payload::Leaf> outer,
                                        const std::vector<payload::Leaf>& inner) {
  std::vector<payload::Leaf> all;
  all.reserve(outer.size() + inner.size());
  for (payload::Leaf& leaf : outer) {
    if (leaf.path != kOriginalPath) {
      all.push_back(std::move(leaf));
      continue;
    }
    for (const payload::Leaf& below : inner) {
      payload::Leaf& inside = all.emplace_back(below);
      inside.path = absl::StrCat(std::string(kInsidePath), below.path);
      inside.needed = false;
      if (!below.bond.empty()) inside.bond = absl::StrCat(std::string(kInsidePath), below.bond);
    }
  }
  return all;
}

bool IsInside(const payload::Leaf& leaf) { return leaf.path.starts_with(kInsidePath); }

std::string_view PathInside(const payload::Leaf& leaf) {
  return std::string_view(leaf.path).substr(kInsidePath.size());
}

payload::v1::Payload WithoutItem(const payload::v1::Payload& payload) {
  payload::v1::Payload rest;
  if (payload.has_notes()) *rest.mutable_notes() = payload.notes();
  return rest;
}

policy::Facts FactsForPassedOn(const policy::Facts& outer, const policy::Facts& inner,
                               const PassedOn& item) {
  policy::Facts facts = inner;
  facts.inner = item.statement.type();
  facts.has_instructions = outer.has_instructions;
  facts.named_recipients = outer.named_recipients;
  facts.has_no_consent_reason = outer.has_no_consent_reason;
  facts.has_personal_data = outer.has_personal_data || inner.has_personal_data;
  facts.received_handling = item.statement.handling();
  for (const int purpose : item.statement.purposes()) {
    facts.received_purposes.push_back(static_cast<payload::v1::Purpose::Code>(purpose));
  }
  return facts;
}

std::string_view PersonOfBond(std::string_view bond) {
  constexpr std::string_view kSubject = "#subject";
  return bond.ends_with(kSubject) ? bond.substr(0, bond.size() - kSubject.size()) : "";
}

std::string_view LowestAbove(std::string_view path, const std::set<std::string_view>& paths) {
  for (size_t dot = path.rfind('.'); dot != std::string_view::npos; dot = path.rfind('.')) {
    path = path.substr(0, dot);
    if (paths.contains(path)) return path;
  }
  return "";
}

std::vector<payload::Leaf> WithWhatGoesAlong(const PassedOn& item,
                                             const std::vector<payload::Leaf>& chosen) {
  std::set<std::string_view> paths;
  for (const payload::Leaf& leaf : chosen) paths.insert(leaf.path);
  const std::set<std::string_view> persons = PersonsOf(item, chosen);
  std::vector<payload::Leaf> all;
  for (const payload::Leaf& leaf : item.leaves) {
    const bool along = IsInstructions(item, leaf) || persons.contains(PersonOfBond(leaf.bond));
    if (along || paths.contains(leaf.path)) all.push_back(leaf);
  }
  return all;
}

bool LacksInstructions(const PassedOn& item, const std::vector<payload::Leaf>& leaves) {
  return policy::AskForInstructions(item.statement.handling()) &&
         std::none_of(leaves.begin(), leaves.end(), [](const payload::Leaf& leaf) {
           return leaf.path == policy::kInstructionsPath;
         });
}

std::string FindOnwardFault(const PassedOn& item, const Frame& frame, const std::string& to,
                            const std::vector<payload::Leaf>& leaves, absl::Time when) {
  if (LacksInstructions(item, leaves)) return std::string(kInstructionsMissing);
  if (HidesWhatAPersonIs(item)) {
    return "what a person is (category, is_child, consent; of whoever is called no victim also "
           "victim, victim_assertions, trafficking_summary), which was withheld from us";
  }
  policy::Passing passing;
  passing.original = item.id;
  passing.to = to;
  passing.purposes = frame.purposes;
  passing.handling = frame.handling;
  passing.paths = PathsToPermit(item, leaves);
  passing.when = when;
  return policy::FindOnwardFault(item.statement.handling(), item.grant ? &*item.grant : nullptr,
                                 passing);
}

}  // namespace liaison::partners
