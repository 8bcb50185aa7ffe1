// What commands read: files, standard input, drafts, and the words for ids, times and states.
#ifndef LIAISON_CLIENTS_CLI_INPUT_H_
#define LIAISON_CLIENTS_CLI_INPUT_H_

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cli/terminal.h"
#include "daemon/base/ids.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::cli {

inline constexpr size_t kMaxDraftBytes = 4 << 20;

// USAGE: what errno says of the file, or of standard input.
absl::Status CannotRead(std::string_view name);

// The whole of a file, or of standard input for "-". Errors: USAGE, also for more than 4 MiB.
absl::StatusOr<std::string> ReadAll(const Terminal& terminal, const std::string& file);

// A draft from its proto3 JSON. Refuses unknown fields and duplicate members; errors:
// VALIDATION_FAILED naming the field.
absl::StatusOr<desk::v1::Draft> ParseDraft(std::string_view json);
absl::StatusOr<desk::v1::Draft> ReadDraft(const Terminal& terminal, const std::string& file);

// An exchange id, or 8 or more of its first digits, in either case; the agency that sent it and a
// slash may stand before it. USAGE otherwise.
absl::StatusOr<base::ExchangePrefix> ParseId(std::string_view text);
// What --help says of an argument that ParseId reads.
inline constexpr char kIdHelp[] = "Id, or its first 8 or more digits; AGENCY/ID when two sent one";

// "30s", "5m", "2h30m", "7d". USAGE otherwise, and for what is not positive.
absl::StatusOr<absl::Duration> ParseSpan(std::string_view text);

// RFC 3339, a date (00:00 UTC), or a span before now ("24h"). USAGE otherwise.
absl::StatusOr<absl::Time> ParseMoment(std::string_view text, absl::Time now);

// The name of a state, message type, urgency, purpose, legal basis, event or reason in either case.
// USAGE otherwise, with the names there are.
absl::StatusOr<desk::v1::State> ParseState(std::string_view text);
absl::StatusOr<payload::v1::MessageType> ParseType(std::string_view text);
absl::StatusOr<payload::v1::Urgency::Code> ParseUrgency(std::string_view text);
absl::StatusOr<payload::v1::Purpose::Code> ParsePurpose(std::string_view text);
absl::StatusOr<payload::v1::LegalBasis::Code> ParseLegalBasis(std::string_view text);
absl::StatusOr<payload::v1::RecallReason::Code> ParseRecallReason(std::string_view text);
absl::StatusOr<payload::v1::RecallAction::Code> ParseRecallAction(std::string_view text);
absl::StatusOr<payload::v1::CannotReason::Code> ParseCannotReason(std::string_view text);
absl::StatusOr<audit::v1::Event> ParseEvent(std::string_view text);

google::protobuf::Timestamp ToProto(absl::Time time);
google::protobuf::Duration ToProto(absl::Duration span);
absl::Time FromProto(const google::protobuf::Timestamp& time);
absl::Duration FromProto(const google::protobuf::Duration& span);
// "2026-05-04T09:30:00Z"; empty for an unset time.
std::string TimeText(const google::protobuf::Timestamp& time);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_INPUT_H_
