// Mailbox::Match: hit or no hit, for values that one of our people already has.
#include <string_view>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/crypto/digest.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/journal/reason.h"
#include "daemon/payload/tokens.h"

namespace liaison::inbox {
namespace {

using base::MakeError;
using base::Reason;
using exchange::v1::FieldRecord;

constexpr int kMostCandidates = 100;
constexpr size_t kMostCandidateBytes = 2000;
constexpr std::string_view kPathCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_.[]";

absl::Status CheckRequest(const desk::v1::MatchRequest& request) {
  base::ErrorText error;
  const auto fault = [&](std::string field, std::string_view rule, std::string_view text) {
    error.fields.push_back({std::move(field), std::string(rule), std::string(text)});
  };
  const std::string& field = request.field();
  if (field.empty() || field.size() > payload::kMaxPathBytes ||
      field.find_first_not_of(kPathCharacters) != std::string::npos) {
    fault("field", "FORMAT", "write the path of a field as `liaison message show` names it");
  }
  if (request.candidates().empty() || request.candidates_size() > kMostCandidates) {
    fault("candidates", "LIMIT", "give 1 to 100 values");
  } else {
    int i = 0;
    for (const std::string& candidate : request.candidates()) {
      const std::string at = absl::StrCat("candidates[", i++, "]");
      if (!candidate.empty() && candidate.size() <= kMostCandidateBytes) continue;
      fault(at, "LIMIT", "give 1 to 2,000 bytes");
    }
  }
  if (auto reason = journal::ReasonFault(request.reason())) error.fields.push_back(*reason);
  if (error.fields.empty()) return absl::OkStatus();
  error.reason = Reason::kValidationFailed;
  error.message = "the search cannot be made like this";
  return base::MakeError(error);
}

// The token that stands at `path`.
absl::StatusOr<std::string> TokenAt(const exchange::v1::Envelope& envelope,
                                    const std::string& path) {
  for (const FieldRecord& record : envelope.records()) {
    if (record.path() != path) continue;
    if (record.kind() == FieldRecord::MATCH_TOKEN) {
      return std::string(payload::TextOf(record.value()).value_or(""));
    }
    return MakeError(Reason::kWrongState, "the field holds no match token",
                     "its value can be read with `liaison message show`");
  }
  for (const exchange::v1::WithheldLeaf& withheld : envelope.withheld()) {
    if (withheld.path() != path) continue;
    return MakeError(Reason::kWrongState, "the field is withheld and no match token stands for it");
  }
  return MakeError(Reason::kNotFound, "the message has no such field",
                   "`liaison message show` names its fields");
}

}  // namespace

absl::StatusOr<desk::v1::MatchResponse> Mailbox::Match(const Viewer& viewer,
                                                       const desk::v1::MatchRequest& request) {
  absl::Status status = CheckRequest(request);
  if (!status.ok()) return status;
  const absl::StatusOr<store::Exchange> exchange = Resolve(viewer, request.id());
  if (!exchange.ok()) return exchange.status();
  status = Record(viewer, *exchange, audit::v1::SEARCHED,
                  {request.reason(),
                   absl::StrCat(request.candidates_size(), " candidates for ", request.field())});
  if (!status.ok()) return status;
  const absl::StatusOr<store::StoredBody> stored = parts_.journal.reader().Body(exchange->name);
  if (!stored.ok()) return stored.status();
  if (!stored->body) return MakeError(Reason::kNotFound, "the message has no fields");
  const absl::StatusOr<Opened> opened = OpenStored(*exchange, *stored);
  if (!opened.ok()) return opened.status();
  const absl::StatusOr<std::string> token = TokenAt(opened->envelope, request.field());
  if (!token.ok()) return token.status();
  const std::shared_ptr<const partners::Registry> registry = parts_.snapshots.Current();
  const partners::Partner* partner = registry->FindPartner(exchange->partner);
  if (partner == nullptr || !partner->match_key) {
    return MakeError(Reason::kWrongState, "no match key is shared with this partner",
                     "configure match_key_file of the partner");
  }
  const std::string schema_path = payload::WithoutPositions(request.field());
  desk::v1::MatchResponse response;
  for (const std::string& text : request.candidates()) {
    const payload::FieldText candidate = {schema_path, text};
    const bool equal =
        crypto::ConstantTimeEqual(payload::MatchToken(*partner->match_key, candidate), *token);
    // What says nothing is equal to nothing.
    const bool hit = equal && !payload::MatchForm(candidate.text).empty();
    desk::v1::MatchResult& result = *response.add_results();
    result.set_number(static_cast<uint32_t>(response.results_size()));
    result.set_verdict(hit ? desk::v1::MatchResult::HIT : desk::v1::MatchResult::NO_HIT);
  }
  return response;
}

}  // namespace liaison::inbox
