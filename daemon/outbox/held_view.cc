#include "daemon/outbox/held_view.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "daemon/outbox/forward.h"
#include "daemon/outbox/framing.h"
#include "daemon/outbox/opening.h"
#include "daemon/outbox/sealing.h"
#include "daemon/partners/facts.h"

namespace liaison::outbox {
namespace {

constexpr std::string_view kTag("liaison/view/v1\0", 16);
// In the place of a kind.
constexpr char kWithheld = 0;
constexpr char kDerogation = 127;

void AppendSized(std::string_view bytes, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(bytes.size() >> shift & 0xff));
  }
  out.append(bytes);
}

void AppendField(char kind, std::string_view path, std::string_view value, std::string& out) {
  out.push_back(kind);
  AppendSized(path, out);
  AppendSized(value, out);
}

// What it opens was taken back, or opened by another message, since it was submitted: it can never
// go, so it is there to be rejected.
absl::Status NoLongerOpens(const absl::Status& why) {
  std::optional<base::ErrorText> error = base::GetError(why);
  const bool changed = error && (error->reason == base::Reason::kWrongState ||
                                 error->reason == base::Reason::kValidationFailed);
  if (!changed) return why;
  error->message = absl::StrCat("it can no longer go: ", error->message);
  error->fix = "reject it with `liaison message reject`";
  return base::MakeError(*error);
}

absl::StatusOr<View> Decide(const Holding& holding, const partners::Partner& partner,
                            const desk::v1::Draft& draft, const std::optional<Opening>& opening) {
  const partners::Frame frame = partners::FrameOf(draft);
  if (opening) {
    return DecideOpening(
        {holding.registry, partner, holding.held.role(), holding.now, holding.releases}, frame,
        *opening);
  }
  return DecideView({holding.registry, partner, holding.held.role(), frame, holding.mac_key,
                     holding.exchange.conversation, holding.now, holding.exchange.created,
                     holding.releases, &draft.forward()},
                    draft.payload());
}

}  // namespace

absl::StatusOr<HeldView> ViewHeld(const Holding& holding) {
  const store::Exchange& exchange = holding.exchange;
  const partners::Partner* partner = holding.registry.FindPartner(exchange.partner);
  if (partner == nullptr) {
    return base::MakeError(base::Reason::kUnknownPartner,
                           "the agency that the draft is for is no partner of ours any more",
                           "reject the draft, or register the partner again");
  }
  HeldView seen;
  seen.draft = holding.held.draft();
  std::optional<Opening> opening;
  if (seen.draft.has_open()) {
    absl::StatusOr<Opening> made = MakeOpening(
        seen.draft, {holding.registry.agency().id(), holding.held.role(), exchange.submitter},
        {holding.reader, holding.at_rest});
    if (!made.ok()) return NoLongerOpens(made.status());
    opening = *std::move(made);
    seen.draft = Completed(seen.draft, *opening);
  }
  if (seen.draft.has_forward()) {
    const absl::StatusOr<bool> back = IsTakenBack(seen.draft.payload().forwarded_item(),
                                                  {exchange.partner, seen.draft.forward().paths()},
                                                  holding.reader, holding.at_rest);
    if (!back.ok()) return back.status();
    if (*back) {
      return base::MakeError(base::Reason::kWrongState,
                             "what it passes on was taken back, or the permission for it was ended",
                             "reject it with `liaison message reject`");
    }
  }
  absl::StatusOr<exchange::v1::Statement> statement = StatementFor(
      seen.draft, exchange.partner, holding.registry, holding.reader, exchange.created);
  if (!statement.ok()) return statement.status();
  seen.statement = *std::move(statement);
  seen.statement.set_exchange_id(std::string(exchange.name.id.raw()));
  seen.statement.set_conversation(holding.held.conversation());
  absl::StatusOr<View> view = Decide(holding, *partner, seen.draft, opening);
  if (!view.ok()) return view.status();
  seen.view = *std::move(view);
  KeepNoLonger(seen.view, exchange.created, seen.statement);
  seen.digest = ViewDigest(seen.statement, seen.view.fields, seen.draft.derogations());
  return seen;
}

base::Digest ViewDigest(const exchange::v1::Statement& statement,
                        const std::vector<message::SealedField>& fields,
                        const Derogations& derogations) {
  std::string view;
  AppendSized(statement.SerializeAsString(), view);
  for (const message::SealedField& field : fields) {
    if (!field.withhold) {
      AppendField(exchange::v1::FieldRecord::ORIGINAL, field.path, field.value, view);
    } else {
      AppendField(kWithheld, field.path, "", view);
    }
    if (!field.changed) continue;
    AppendField(static_cast<char>(field.changed->kind), field.path, field.changed->value, view);
  }
  for (const desk::v1::Derogation& one : derogations) {
    AppendField(kDerogation, one.rule(), one.reason(), view);
  }
  return crypto::Sha256({kTag, view});
}

}  // namespace liaison::outbox
