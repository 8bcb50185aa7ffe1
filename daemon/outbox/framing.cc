#include "daemon/outbox/framing.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "daemon/crypto/secret.h"
#include "daemon/message/message.h"
#include "daemon/partners/facts.h"
#include "daemon/payload/records.h"
#include "daemon/payload/validate.h"

namespace liaison::outbox {
namespace {

using base::FieldFault;
using base::MakeError;
using base::Reason;

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

void SetTime(absl::Time time, google::protobuf::Timestamp& stamp) {
  const int64_t millis = absl::ToUnixMillis(time);
  stamp.set_seconds(millis / 1000);
  stamp.set_nanos(static_cast<int32_t>(millis % 1000) * 1'000'000);
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
    if (basis.country().size() != 2) {
      faults.push_back({absl::StrCat("legalBases[", i, "].country"), "ISO_3166",
                        "write two upper-case letters"});
    }
  }
}

void CheckReference(std::string_view text, std::string_view field,
                    std::vector<FieldFault>& faults) {
  if (text.empty() || base::ParseExchangeId(text).ok()) return;
  faults.push_back(
      {std::string(field), "FORMAT", "write an exchange id of 32 lower-case hex digits"});
}

// Each recipient sees the same payload, so a fault that all share is reported once.
void CheckPayload(const desk::v1::Draft& draft, const partners::Registry& registry,
                  std::vector<FieldFault>& faults) {
  if (payload::TypeOf(draft.payload()) == payload::v1::MESSAGE_TYPE_UNSPECIFIED) {
    faults.push_back({"payload", "REQUIRED", "set exactly one body, e.g. \"notice\""});
    return;
  }
  const partners::Frame frame = partners::FrameOf(draft);
  std::set<std::pair<std::string, std::string>> seen;
  for (const std::string& to : draft.to()) {
    const partners::Partner* partner = registry.FindPartner(to);
    if (partner == nullptr) continue;
    for (FieldFault& fault : payload::Validate(
             draft.payload(), partners::ValidationFrame(frame, to, partner->proto.country()),
             payload::Mode::kDraft)) {
      if (seen.emplace(fault.field, fault.rule).second) faults.push_back(std::move(fault));
    }
  }
}

// The exchange that `text` names: one that `partner` sent us, or that we sent it.
absl::StatusOr<store::Exchange> FindReferred(const std::string& text, const std::string& field,
                                             const std::string& partner, const std::string& own,
                                             store::Reader& reader) {
  const absl::StatusOr<base::ExchangeId> id = base::ParseExchangeId(text);
  if (!id.ok()) return id.status();
  for (const std::string& from : {partner, own}) {
    const absl::StatusOr<store::Exchange> found = reader.Find({from, *id});
    if (found.ok() && found->partner == partner) return found;
    if (!found.ok() && !absl::IsNotFound(found.status())) return found.status();
  }
  return MakeError(Reason::kNotFound, absl::StrCat(field, " names no exchange with ", partner),
                   "look it up with `liaison message list`");
}

void Refer(const store::Exchange& exchange, exchange::v1::ExchangeRef& ref) {
  ref.set_from(exchange.name.from);
  ref.set_exchange_id(std::string(exchange.name.id.raw()));
  ref.set_statement_digest(std::string(exchange.digest.raw()));
}

absl::Status AddReferences(const desk::v1::Draft& draft, const std::string& own,
                           store::Reader& reader, exchange::v1::Statement& statement) {
  if (!draft.in_reply_to().empty()) {
    const absl::StatusOr<store::Exchange> original =
        FindReferred(draft.in_reply_to(), "inReplyTo", statement.to(), own, reader);
    if (!original.ok()) return original.status();
    Refer(*original, *statement.mutable_in_reply_to());
    statement.set_conversation(std::string(original->conversation.raw()));
  }
  if (!draft.supersedes().empty()) {
    const absl::StatusOr<store::Exchange> earlier =
        FindReferred(draft.supersedes(), "supersedes", statement.to(), own, reader);
    if (!earlier.ok()) return earlier.status();
    if (earlier->direction != store::Direction::kOut) {
      return MakeError(Reason::kNotFound, "supersedes names a message that is not ours",
                       "only an agency's own message can be superseded by it");
    }
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
  CheckPayload(draft, registry, faults);
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

}  // namespace liaison::outbox
