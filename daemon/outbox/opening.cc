#include "daemon/outbox/opening.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/base/error.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/disclosures.h"
#include "daemon/journal/recalls.h"
#include "daemon/message/message.h"
#include "daemon/policy/decided_on.h"
#include "daemon/policy/report.h"

namespace liaison::outbox {
namespace {

using base::FieldFault;
using base::MakeError;
using base::Reason;
using exchange::v1::FieldRecord;

constexpr int kMostPaths = 1000;
constexpr size_t kMostNamed = 20;  // paths that one fault names

absl::Status AtFault(std::vector<FieldFault> faults) {
  if (faults.empty()) return absl::OkStatus();
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = "the fields cannot be opened like this";
  error.fix = "see what is withheld with `liaison message show`";
  error.fields = std::move(faults);
  return base::MakeError(error);
}

absl::Status CheckForm(const desk::v1::Draft& draft) {
  std::vector<FieldFault> faults;
  if (draft.to_size() != 1) {
    faults.push_back({"to", "ONE", "name the one agency that received the message"});
  }
  if (payload::TypeOf(draft.payload()) != payload::v1::MESSAGE_TYPE_UNSPECIFIED ||
      draft.payload().has_notes()) {
    faults.push_back({"payload", "OPEN", "leave it out: what `open` names makes the payload"});
  }
  const absl::StatusOr<base::ExchangePrefix> name =
      base::ExchangePrefix::Parse(draft.in_reply_to());
  if (!name.ok() || !name->whole()) {
    faults.push_back({"inReplyTo", "REQUIRED",
                      "write the id of the message that withheld the fields, 32 hex digits"});
  }
  if (draft.open().paths().empty() || draft.open().paths_size() > kMostPaths) {
    faults.push_back({"open.paths", "LIMIT", "name 1 to 1,000 paths"});
  }
  return AtFault(std::move(faults));
}

absl::Status NoSuchMessage() {
  return MakeError(Reason::kNotFound, "inReplyTo names no message that we sent to this partner",
                   "check the id, or look it up with `liaison message list --box outbox`");
}

// The message that `draft` opens. REQUIRES: CheckForm found no fault.
absl::StatusOr<store::Exchange> FindOriginal(const desk::v1::Draft& draft, const Opener& opener,
                                             const Kept& kept) {
  const absl::StatusOr<base::ExchangePrefix> name =
      base::ExchangePrefix::Parse(draft.in_reply_to());
  if (!name.ok()) return name.status();
  if (!name->Fits(opener.own, *name->whole())) return NoSuchMessage();
  absl::StatusOr<store::Exchange> found =
      kept.reader.Find({std::string(opener.own), *name->whole()});
  if (absl::IsNotFound(found.status())) return NoSuchMessage();
  if (!found.ok()) return found;
  if (found->partner != draft.to(0)) return NoSuchMessage();
  // A system opens what it sent, and learns of nothing else.
  const bool own_only = opener.role == policy::v1::Rule::SYSTEM;
  if (own_only && found->submitter != opener.mark) return NoSuchMessage();
  if (found->type == payload::v1::FORWARDED_ITEM) {
    return MakeError(Reason::kWrongState, "of what was passed on nothing is opened later",
                     "pass the message on again, or write what is missing in a message of its own");
  }
  if (found->state == desk::v1::DELIVERED || found->state == desk::v1::ANSWERED) return found;
  return MakeError(Reason::kWrongState,
                   "the message was not delivered, so there is nothing to open",
                   "open its fields when it is, see `liaison message wait`");
}

// A message of ours with every value that was sealed.
struct Original {
  exchange::v1::Statement statement;
  store::v1::KeptDraft draft;
  std::map<std::string, const FieldRecord*, std::less<>> withheld;  // into `draft`
  std::set<std::string, std::less<>> changed;  // paths of which another value was sent
  std::vector<payload::Leaf> leaves;           // in order of path
};

// The leaves of the message as it would be with nothing withheld and nothing changed: so they have
// the bonds and the positions that the partner sees.
absl::StatusOr<std::vector<payload::Leaf>> LeavesOf(const exchange::v1::Envelope& envelope,
                                                    const store::v1::KeptDraft& draft) {
  std::vector<payload::RecordView> records;
  for (const auto* list : {&envelope.records(), &draft.kept_back()}) {
    for (const FieldRecord& record : *list) {
      if (record.kind() == FieldRecord::ORIGINAL) {
        records.push_back({record.path(), record.value(), record.kind()});
      }
    }
  }
  std::ranges::sort(records, {}, &payload::RecordView::path);
  const absl::StatusOr<payload::Merged> merged = payload::Merge(records, {}, false);
  if (!merged.ok()) return merged.status();
  return payload::Cut(merged->payload);
}

absl::StatusOr<std::unique_ptr<Original>> OpenOriginal(const store::ExchangeName& name,
                                                       const Kept& kept) {
  const absl::StatusOr<store::StoredBody> stored = kept.reader.Body(name);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<journal::OpenedBody> body = journal::OpenBody(name, *stored, kept.at_rest);
  if (!body.ok()) return body.status();
  if (!body->draft) return MakeError(Reason::kNotFound, "the message's draft is not kept");
  absl::StatusOr<message::StoredBody> read = message::ReadStored(body->envelope);
  if (!read.ok()) return read.status();
  absl::StatusOr<std::vector<payload::Leaf>> leaves = LeavesOf(body->envelope, *body->draft);
  if (!leaves.ok()) return leaves.status();
  auto original = std::make_unique<Original>();
  original->statement = std::move(read->statement);
  original->draft = *std::move(body->draft);
  original->leaves = *std::move(leaves);
  for (const payload::ChangedLeaf& leaf : read->merged.changed) original->changed.insert(leaf.path);
  for (const FieldRecord& record : original->draft.kept_back()) {
    original->withheld.emplace(record.path(), &record);
  }
  return original;
}

// Whether `path` is `above` or lies below it. REQUIRES: it begins with it.
bool IsAtOrBelow(std::string_view path, std::string_view above) {
  return path.size() == above.size() || path[above.size()] == '.' || path[above.size()] == '[';
}

// What is opened, and what is wrong with what was asked for.
class Selection {
 public:
  Selection(const Original& original, const journal::Disclosures& opened)
      : original_(original), opened_(opened) {}

  // `field`: where `path` was asked for.
  void Add(const std::string& path, const std::string& field) {
    bool there = false;
    bool chosen = false;
    std::string opening;
    for (auto leaf = FirstFrom(path); leaf != original_.leaves.end(); ++leaf) {
      if (!leaf->path.starts_with(path)) break;
      if (!IsAtOrBelow(leaf->path, path)) continue;
      there = true;
      if (!original_.withheld.contains(leaf->path)) continue;
      const auto before = opened_.find(leaf->path);
      if (before != opened_.end()) {
        opening = before->second.opening.id.hex();
        continue;
      }
      chosen = true;
      chosen_.insert(leaf->path);
      asked_.emplace(leaf->path, field);
    }
    if (chosen) return;
    if (!opening.empty()) {
      faults_.push_back(
          {field, "OPENED", absl::StrCat(path, " was opened already, by message ", opening)});
    } else if (there) {
      faults_.push_back({field, "NOT_WITHHELD", absl::StrCat(path, " was sent as it is")});
    } else {
      faults_.push_back({field, "UNKNOWN",
                         "the message has no such field: what it omitted it did not commit to"});
    }
  }

  // What was taken back is not told in more detail.
  void CheckRecalls(const std::vector<journal::KnownRecall>& recalls) {
    for (const auto& [path, field] : asked_) {
      for (const journal::KnownRecall& recall : recalls) {
        if (!journal::TakesBack(recall.says, path)) continue;
        faults_.push_back({field, "RECALLED", absl::StrCat(path, " was taken back")});
        break;
      }
    }
  }

  // A bond is opened whole: of its leaves each is sent, with a change or without, or opened now.
  void CheckBonds() {
    std::map<std::string, std::vector<std::string>> missing;
    for (const payload::Leaf& leaf : original_.leaves) {
      const bool stays = !leaf.bond.empty() && original_.withheld.contains(leaf.path) &&
                         !original_.changed.contains(leaf.path) && !chosen_.contains(leaf.path);
      if (stays) missing[leaf.bond].push_back(leaf.path);
    }
    for (const payload::Leaf& leaf : original_.leaves) {
      const auto rest = missing.find(leaf.bond);
      if (rest == missing.end() || !chosen_.contains(leaf.path)) continue;
      std::vector<std::string> named = rest->second;
      named.resize(std::min(named.size(), kMostNamed));
      faults_.push_back({asked_[leaf.path], "BOND",
                         absl::StrCat(leaf.path, " goes together with ", absl::StrJoin(named, ", "),
                                      "; open these too")});
      missing.erase(rest);
    }
  }

  std::vector<payload::Leaf> Leaves() const {
    std::vector<payload::Leaf> leaves;
    for (const payload::Leaf& leaf : original_.leaves) {
      if (chosen_.contains(leaf.path)) leaves.push_back(leaf);
    }
    return leaves;
  }

  std::vector<FieldFault> TakeFaults() { return std::move(faults_); }

 private:
  std::vector<payload::Leaf>::const_iterator FirstFrom(const std::string& path) const {
    return std::lower_bound(
        original_.leaves.begin(), original_.leaves.end(), path,
        [](const payload::Leaf& leaf, const std::string& sought) { return leaf.path < sought; });
  }

  const Original& original_;
  const journal::Disclosures& opened_;
  std::set<std::string, std::less<>> chosen_;
  std::map<std::string, std::string> asked_;  // chosen path to where it was asked for
  std::vector<FieldFault> faults_;
};

void SetPayload(const Original& original, Opening& opening) {
  payload::v1::FieldOpening& proto = *opening.payload.mutable_field_opening();
  for (const payload::Leaf& leaf : opening.leaves) {
    const FieldRecord& record = *original.withheld.find(leaf.path)->second;
    payload::v1::OpenedField& field = *proto.add_fields();
    field.set_path(record.path());
    field.set_salt(record.salt());
    field.set_value(record.value());
  }
}

// What was or may yet be disclosed: also what is on its way.
bool MayDisclose(desk::v1::State state) {
  return state == desk::v1::QUEUED || state == desk::v1::DELIVERED || state == desk::v1::ANSWERED;
}

policy::Decision NoLonger(std::string_view why) {
  policy::Decision decision;
  decision.step = policy::Step::kFields;
  decision.rules = {"builtin:opening"};
  decision.missing = std::string(why);
  return decision;
}

bool TakesAnyBack(const std::vector<journal::KnownRecall>& recalls,
                  const std::vector<payload::Leaf>& leaves) {
  for (const journal::KnownRecall& recall : recalls) {
    for (const payload::Leaf& leaf : leaves) {
      if (journal::TakesBack(recall.says, leaf.path)) return true;
    }
  }
  return false;
}

// Of the message that is opened.
absl::StatusOr<std::vector<journal::KnownRecall>> RecallsOf(const store::ExchangeName& name,
                                                            const Kept& kept) {
  const absl::StatusOr<store::Exchange> exchange = kept.reader.Find(name);
  if (!exchange.ok()) return exchange.status();
  return journal::ReadRecallsOf(*exchange, kept.reader, kept.at_rest);
}

policy::Facts FactsOf(const Occasion& occasion, const partners::Frame& frame,
                      const Opening& opening) {
  policy::Facts facts =
      partners::FactsFor(occasion.registry, occasion.partner, policy::Direction::kOut,
                         occasion.role, frame, opening.original, occasion.now);
  facts.releases = occasion.releases;
  facts.inner = opening.original_statement.type();
  // Under the labels of its message and for its purposes, or stricter (D-16).
  facts.received_handling = opening.original_statement.handling();
  for (const int purpose : opening.original_statement.purposes()) {
    facts.received_purposes.push_back(static_cast<payload::v1::Purpose::Code>(purpose));
  }
  return facts;
}

// The opening that was sealed with `payload`, in reply to `name`.
absl::StatusOr<Opening> ReadOpening(const payload::v1::Payload& payload,
                                    const store::ExchangeName& name, const Kept& kept) {
  const absl::StatusOr<std::unique_ptr<Original>> original = OpenOriginal(name, kept);
  if (!original.ok()) return original.status();
  std::set<std::string_view> paths;
  for (const auto& field : payload.field_opening().fields()) paths.insert(field.path());
  Opening opening;
  opening.payload = payload;
  for (payload::Leaf& leaf : (*original)->leaves) {
    if (paths.contains(leaf.path)) opening.leaves.push_back(std::move(leaf));
  }
  opening.original = (*original)->draft.payload();
  opening.original_statement = (*original)->statement;
  return opening;
}

}  // namespace

absl::StatusOr<Opening> MakeOpening(const desk::v1::Draft& draft, const Opener& opener,
                                    const Kept& kept) {
  if (absl::Status form = CheckForm(draft); !form.ok()) return form;
  const absl::StatusOr<store::Exchange> exchange = FindOriginal(draft, opener, kept);
  if (!exchange.ok()) return exchange.status();
  const absl::StatusOr<std::unique_ptr<Original>> original = OpenOriginal(exchange->name, kept);
  if (!original.ok()) return original.status();
  const absl::StatusOr<journal::Disclosures> opened =
      journal::DisclosuresOf(*exchange, kept.reader, kept.at_rest, MayDisclose);
  if (!opened.ok()) return opened.status();
  const absl::StatusOr<std::vector<journal::KnownRecall>> recalls =
      journal::ReadRecallsOf(*exchange, kept.reader, kept.at_rest);
  if (!recalls.ok()) return recalls.status();
  const journal::KnownRecall* recall = journal::TheOneThatHolds(*recalls);
  if (recall != nullptr && recall->says.fields().empty()) {
    return MakeError(Reason::kWrongState, "the message was taken back, so nothing more is opened",
                     "send what the partner still needs in a new message");
  }
  Selection selection(**original, *opened);
  for (int i = 0; i < draft.open().paths_size(); ++i) {
    selection.Add(draft.open().paths(i), absl::StrCat("open.paths[", i, "]"));
  }
  selection.CheckRecalls(*recalls);
  selection.CheckBonds();
  if (absl::Status faults = AtFault(selection.TakeFaults()); !faults.ok()) return faults;
  Opening opening;
  opening.leaves = selection.Leaves();
  SetPayload(**original, opening);
  opening.original = (*original)->draft.payload();
  opening.original_statement = (*original)->statement;
  return opening;
}

desk::v1::Draft Completed(const desk::v1::Draft& draft, const Opening& opening) {
  const exchange::v1::Statement& original = opening.original_statement;
  desk::v1::Draft whole = draft;
  whole.clear_open();
  whole.set_in_reply_to(
      absl::StrCat(original.from(), "/", absl::BytesToHexString(original.exchange_id())));
  *whole.mutable_payload() = opening.payload;
  if (whole.urgency() == payload::v1::Urgency::URGENCY_UNSPECIFIED) {
    whole.set_urgency(original.urgency());
  }
  if (whole.purposes().empty()) *whole.mutable_purposes() = original.purposes();
  if (whole.agreement_id().empty()) whole.set_agreement_id(original.agreement_id());
  if (whole.legal_bases().empty()) *whole.mutable_legal_bases() = original.legal_bases();
  if (!whole.has_handling()) *whole.mutable_handling() = original.handling();
  whole.set_exercise(whole.exercise() || original.exercise());
  return whole;
}

absl::StatusOr<View> DecideOpening(const Occasion& occasion, const partners::Frame& frame,
                                   const Opening& opening) {
  const policy::Facts facts = FactsOf(occasion, frame, opening);
  const std::vector<policy::Field> fields = partners::FieldsOf(opening.leaves);
  const policy::Decision decision = occasion.registry.policy().Decide(facts, fields);
  View view;
  SetDecision(decision, fields, partners::InForceOf(occasion.registry), view);
  view.decided_on = policy::DecidedOnBytes(facts, fields);
  view.opening.set_decided_on(view.decided_on);
  if (view.denied()) return view;
  absl::StatusOr<std::vector<payload::Leaf>> leaves = payload::Cut(opening.payload);
  if (!leaves.ok()) return leaves.status();
  for (payload::Leaf& leaf : *leaves) {
    view.fields.push_back({std::move(leaf.path), std::move(leaf.value), false});
  }
  return view;
}

absl::Status DecideOpeningAgain(const Occasion& occasion, const exchange::v1::Envelope& envelope,
                                const Kept& kept, Again& again) {
  const absl::StatusOr<message::StoredBody> body = message::ReadStored(envelope);
  if (!body.ok()) return body.status();
  const absl::StatusOr<base::ExchangeId> id =
      base::ExchangeId::FromRaw(body->statement.in_reply_to().exchange_id());
  if (!id.ok()) return absl::InternalError("an opening of ours is in reply to nothing");
  const store::ExchangeName name{body->statement.in_reply_to().from(), *id};
  const absl::StatusOr<Opening> opening = ReadOpening(body->merged.payload, name, kept);
  const absl::StatusOr<std::vector<journal::KnownRecall>> recalls = RecallsOf(name, kept);
  if (!recalls.ok()) return recalls.status();
  const policy::InForce in_force = partners::InForceOf(occasion.registry);
  if (absl::IsNotFound(opening.status())) {
    again = AgainOf(NoLonger("the message whose fields it opens is not kept any more"), {},
                    in_force, body->statement);
  } else if (!opening.ok()) {
    return opening.status();
  } else if (TakesAnyBack(*recalls, opening->leaves)) {
    again = AgainOf(NoLonger("the message was taken back"), {}, in_force, body->statement);
  } else {
    const std::vector<policy::Field> fields = partners::FieldsOf(opening->leaves);
    policy::Decision decision = occasion.registry.policy().Decide(
        FactsOf(occasion, partners::FrameOf(body->statement), *opening), fields);
    DenyWhatNobodyReleased(decision);
    again = AgainOf(std::move(decision), fields, in_force, body->statement);
  }
  return policy::ToStatus(policy::ToDesk(again.opening));
}

}  // namespace liaison::outbox
