#include "daemon/outbox/framing.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/reason.h"
#include "daemon/message/message.h"
#include "daemon/outbox/replies.h"
#include "daemon/partners/facts.h"
#include "daemon/payload/records.h"
#include "daemon/payload/validate.h"

namespace liaison::outbox {
namespace {

using base::FieldFault;
using base::MakeError;
using base::Reason;

constexpr int kMostDerogations = 16;
constexpr size_t kMostRuleId = 128;

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

void SetTime(absl::Time time, google::protobuf::Timestamp& stamp) {
  const int64_t millis = absl::ToUnixMillis(time);
  stamp.set_seconds(millis / 1000);
  stamp.set_nanos(static_cast<int32_t>(millis % 1000) * 1'000'000);
}

base::ExchangeId IdOf(const std::string& raw) {
  const absl::StatusOr<base::ExchangeId> id = base::ExchangeId::FromRaw(raw);
  return id.ok() ? *id : base::ExchangeId();
}

void CheckRecipients(const desk::v1::Draft& draft, uint32_t most, std::vector<FieldFault>& faults) {
  if (draft.to().empty()) {
    faults.push_back({"to", "REQUIRED", "name at least one agency, e.g. with --to"});
  }
  if (static_cast<uint32_t>(draft.to_size()) > most) {
    faults.push_back(
        {"to", "LIMIT", absl::StrCat("at most ", most, " recipients (limits.recipients)")});
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < draft.to_size(); ++i) {
    if (seen.insert(draft.to(i)).second) continue;
    faults.push_back({absl::StrCat("to[", i, "]"), "DUPLICATE", "names an agency a second time"});
  }
}

void CheckTimes(const desk::v1::Draft& draft, absl::Time now, std::vector<FieldFault>& faults) {
  const std::string& delete_by = draft.handling().delete_by();
  const std::string today = absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone());
  if (delete_by.size() == today.size() && delete_by < today) {  // another size is no date
    faults.push_back({"handling.deleteBy", "PAST", "write today or a day to come"});
  }
  if (!draft.has_expires()) return;
  const absl::Time expires = TimeOf(draft.expires());
  if (expires <= now) {
    faults.push_back({"expires", "PAST", "must be in the future"});
  } else if (expires > now + message::kMaxLifetime) {
    faults.push_back({"expires", "LIMIT", "must be at most 90 days from now"});
  }
}

template <typename Codes>
void CheckKnown(const Codes& codes, const google::protobuf::EnumDescriptor& list,
                const std::string& field, std::vector<FieldFault>& faults) {
  for (int i = 0; i < codes.size(); ++i) {
    if (codes[i] != 0 && list.FindValueByNumber(codes[i]) != nullptr) continue;
    faults.push_back({absl::StrCat(field, "[", i, "]"), "CODE_LIST",
                      absl::StrCat("write a code of ", list.full_name())});
  }
}

bool IsTwoUpperCaseLetters(std::string_view text) {
  return text.size() == 2 && absl::c_all_of(text, absl::ascii_isupper);
}

void CheckFrame(const desk::v1::Draft& draft, std::vector<FieldFault>& faults) {
  if (draft.urgency() == payload::v1::Urgency::URGENCY_UNSPECIFIED ||
      !payload::v1::Urgency::Code_IsValid(draft.urgency())) {
    faults.push_back({"urgency", "REQUIRED", "write U1, U2, U3 or U4"});
  }
  if (draft.purposes().empty()) {
    faults.push_back({"purposes", "D-01", "name at least one purpose"});
  }
  CheckKnown(draft.purposes(), *payload::v1::Purpose::Code_descriptor(), "purposes", faults);
  if (draft.agreement_id().empty()) {
    faults.push_back({"agreementId", "D-03", "name the cooperation instrument it goes under"});
  } else if (draft.agreement_id().size() > 128) {
    faults.push_back({"agreementId", "LIMIT", "at most 128 bytes"});
  }
  if (draft.purposes_size() > 32 || draft.legal_bases_size() > 32) {
    faults.push_back({"legalBases", "LIMIT", "at most 32 purposes and 32 legal bases"});
  }
  for (int i = 0; i < draft.legal_bases_size(); ++i) {
    const payload::v1::LegalBasis& basis = draft.legal_bases(i);
    if (basis.code() == payload::v1::LegalBasis::LEGAL_BASIS_UNSPECIFIED ||
        !payload::v1::LegalBasis::Code_IsValid(basis.code())) {
      faults.push_back({absl::StrCat("legalBases[", i, "].code"), "REQUIRED",
                        "write a code of liaison.payload.v1.LegalBasis"});
    }
    if (!IsTwoUpperCaseLetters(basis.country())) {  // of a partner's that is on no list, too
      faults.push_back({absl::StrCat("legalBases[", i, "].country"), "ISO_3166",
                        "write a country in two upper-case letters, or XX"});
    }
  }
}

void CheckReference(std::string_view text, std::string_view field,
                    std::vector<FieldFault>& faults) {
  if (text.empty()) return;
  const absl::StatusOr<base::ExchangePrefix> name = base::ExchangePrefix::Parse(text);
  if (name.ok() && name->whole()) return;
  faults.push_back({std::string(field), "FORMAT",
                    "write an exchange id of 32 lower-case hex digits, or AGENCY/ID"});
}

// D-39: what a supervisor is asked for, and why.
void CheckDerogations(const desk::v1::Draft& draft, std::vector<FieldFault>& faults) {
  if (draft.derogations_size() > kMostDerogations) {
    faults.push_back({"derogations", "LIMIT", absl::StrCat("at most ", kMostDerogations)});
  }
  const payload::v1::Payload& payload = draft.payload();
  const bool about_others = payload.has_field_opening() || payload.has_forwarded_item() ||
                            payload.has_recall() || payload.has_recall_confirmation();
  if (!draft.derogations().empty() && about_others) {
    faults.push_back({"derogations", "NOT_HERE",
                      "no rule is set aside for what is opened, passed on or taken back; take them "
                      "out"});
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < draft.derogations_size(); ++i) {
    const desk::v1::Derogation& one = draft.derogations(i);
    const std::string field = absl::StrCat("derogations[", i, "]");
    if (one.rule().empty() || one.rule().size() > kMostRuleId) {
      faults.push_back({field + ".rule", "REQUIRED", "write the id of a rule of our policy"});
    } else if (!seen.insert(one.rule()).second) {
      faults.push_back({field + ".rule", "DUPLICATE", "names a rule a second time"});
    }
    if (std::optional<FieldFault> fault = journal::NeededReasonFault(one.reason())) {
      fault->field = absl::StrCat(field, ".", fault->field);
      faults.push_back(*std::move(fault));
    }
  }
}

// Each recipient sees the same payload, so a fault that all share is reported once. So is a field
// of the frame that the payload's rules look at again.
void CheckPayload(const desk::v1::Draft& draft, const partners::Registry& registry,
                  std::vector<FieldFault>& faults) {
  if (payload::TypeOf(draft.payload()) == payload::v1::MESSAGE_TYPE_UNSPECIFIED) {
    faults.push_back({"payload", "REQUIRED", "set exactly one body, e.g. \"notice\""});
    return;
  }
  const partners::Frame frame = partners::FrameOf(draft);
  std::set<std::string> before;
  for (const FieldFault& fault : faults) before.insert(fault.field);
  std::set<std::pair<std::string, std::string>> seen;
  for (const std::string& to : draft.to()) {
    const partners::Partner* partner = registry.FindPartner(to);
    if (partner == nullptr) continue;
    for (FieldFault& fault : payload::Validate(
             draft.payload(), partners::ValidationFrame(frame, to, partner->proto.country()),
             payload::Mode::kDraft)) {
      if (before.contains(fault.field)) continue;
      if (seen.emplace(fault.field, fault.rule).second) faults.push_back(std::move(fault));
    }
  }
}

bool WasExchanged(desk::v1::State state) {
  return state != desk::v1::DENIED && state != desk::v1::HELD;
}

// Refers to exchanges of one draft to one recipient.
struct References {
  const std::string& own;
  const std::string& partner;
  store::Reader& reader;

  // Those that `text` names: one that the partner sent us, or that we sent it, or both. What was
  // denied was never exchanged, and what is held not yet. REQUIRES: CheckReference finds no fault
  // in `text`.
  absl::StatusOr<std::vector<store::Exchange>> Find(const std::string& text) const {
    const absl::StatusOr<base::ExchangePrefix> name = base::ExchangePrefix::Parse(text);
    base::Invariant(name.ok() && name->whole(), "a reference that CheckReference took");
    std::vector<store::Exchange> all;
    for (const std::string& from : {own, partner}) {
      if (!name->Fits(from, *name->whole())) continue;
      absl::StatusOr<store::Exchange> found = reader.Find({from, *name->whole()});
      if (absl::IsNotFound(found.status())) continue;
      if (!found.ok()) return found.status();
      if (found->partner != partner || !WasExchanged(found->state)) continue;
      all.push_back(*std::move(found));
    }
    return all;
  }
};

absl::StatusOr<store::Exchange> FindReplied(const std::string& text, const References& references) {
  absl::StatusOr<std::vector<store::Exchange>> found = references.Find(text);
  if (!found.ok()) return found.status();
  if (found->size() == 1) return std::move(found->front());
  if (found->empty()) {
    return MakeError(Reason::kNotFound,
                     absl::StrCat("inReplyTo names no exchange with ", references.partner),
                     "check the id, or look it up with `liaison message list`");
  }
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message = absl::StrCat("inReplyTo fits a message of ours and one of ", references.partner);
  error.fields = {{"inReplyTo", "AMBIGUOUS",
                   "write AGENCY/ID, with the agency that sent the message that is answered"}};
  return base::MakeError(error);
}

// Ours alone: a partner that gives its message the id of one of ours changes nothing.
absl::StatusOr<store::Exchange> FindSuperseded(const std::string& text,
                                               const References& references) {
  absl::StatusOr<std::vector<store::Exchange>> found = references.Find(text);
  if (!found.ok()) return found.status();
  for (store::Exchange& exchange : *found) {
    if (exchange.direction == store::Direction::kOut) return std::move(exchange);
  }
  return MakeError(Reason::kNotFound,
                   absl::StrCat("supersedes names no message that we sent to ", references.partner),
                   "only an agency's own message can be superseded by it");
}

void Refer(const store::Exchange& exchange, exchange::v1::ExchangeRef& ref) {
  ref.set_from(exchange.name.from);
  ref.set_exchange_id(std::string(exchange.name.id.raw()));
  ref.set_statement_digest(std::string(exchange.digest.raw()));
}

absl::Status AddReferences(const desk::v1::Draft& draft, const std::string& own,
                           store::Reader& reader, exchange::v1::Statement& statement) {
  const References references{own, statement.to(), reader};
  if (draft.in_reply_to().empty()) {
    if (absl::Status stands_alone = CheckReply(draft, nullptr); !stands_alone.ok()) {
      return stands_alone;
    }
  } else {
    const absl::StatusOr<store::Exchange> original = FindReplied(draft.in_reply_to(), references);
    if (!original.ok()) return original.status();
    if (absl::Status reply = CheckReply(draft, &*original); !reply.ok()) return reply;
    Refer(*original, *statement.mutable_in_reply_to());
    statement.set_conversation(std::string(original->conversation.raw()));
  }
  if (!draft.supersedes().empty()) {
    const absl::StatusOr<store::Exchange> earlier = FindSuperseded(draft.supersedes(), references);
    if (!earlier.ok()) return earlier.status();
    Refer(*earlier, *statement.mutable_supersedes());
    statement.set_conversation(std::string(earlier->conversation.raw()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckDraft(const desk::v1::Draft& draft, const partners::Registry& registry,
                        absl::Time now) {
  std::vector<FieldFault> faults;
  CheckRecipients(draft, registry.agency().limits().recipients(), faults);
  CheckFrame(draft, faults);
  CheckTimes(draft, now, faults);
  CheckReference(draft.in_reply_to(), "inReplyTo", faults);
  CheckReference(draft.supersedes(), "supersedes", faults);
  CheckDerogations(draft, faults);
  CheckPayload(draft, registry, faults);
  for (FieldFault& fault :
       GrantFaults(draft.payload().onward_sharing_decision(), registry.agency().id(), now)) {
    faults.push_back(std::move(fault));
  }
  if (faults.empty()) return absl::OkStatus();
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  error.message =
      absl::StrCat(faults.size(), faults.size() == 1 ? " field is" : " fields are", " at fault");
  error.fix = "correct every field that is named, then send again";
  error.fields = std::move(faults);
  return base::MakeError(error);
}

absl::StatusOr<exchange::v1::Statement> StatementFor(const desk::v1::Draft& draft,
                                                     const std::string& to,
                                                     const partners::Registry& registry,
                                                     store::Reader& reader, absl::Time now) {
  const std::string& own = registry.agency().id();
  exchange::v1::Statement statement;
  statement.set_exchange_id(crypto::RandomBytes(base::ExchangeId::kSize));
  statement.set_from(own);
  statement.set_to(to);
  statement.set_type(payload::TypeOf(draft.payload()));
  statement.set_schema_version(payload::kSchemaVersion);
  statement.set_conversation(statement.exchange_id());
  const absl::Status references = AddReferences(draft, own, reader, statement);
  if (!references.ok()) return references;
  statement.set_urgency(draft.urgency());
  SetTime(now, *statement.mutable_created());
  SetTime(draft.has_expires() ? TimeOf(draft.expires()) : now + kDefaultLifetime,
          *statement.mutable_expires());
  statement.set_exercise(draft.exercise());
  *statement.mutable_handling() = draft.handling();
  *statement.mutable_purposes() = draft.purposes();
  statement.set_agreement_id(draft.agreement_id());
  *statement.mutable_legal_bases() = draft.legal_bases();
  return statement;
}

store::Exchange RowOf(const exchange::v1::Statement& statement) {
  store::Exchange row;
  row.name = {statement.from(), IdOf(statement.exchange_id())};
  row.direction = store::Direction::kOut;
  row.partner = statement.to();
  row.type = statement.type();
  row.urgency = statement.urgency();
  row.tlp = statement.handling().tlp();
  row.created = TimeOf(statement.created());
  row.expires = TimeOf(statement.expires());
  row.conversation = IdOf(statement.conversation());
  if (statement.has_in_reply_to()) {
    row.in_reply_to = store::ExchangeName{statement.in_reply_to().from(),
                                          IdOf(statement.in_reply_to().exchange_id())};
  }
  row.exercise = statement.exercise();
  return row;
}

}  // namespace liaison::outbox
