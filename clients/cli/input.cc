#include "clients/cli/input.h"

#include <fcntl.h>
#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/json_scan.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

absl::StatusOr<std::string> ReadDescriptor(int descriptor, const std::string& name) {
  std::string text;
  std::string chunk(64 << 10, '\0');
  while (true) {
    const ssize_t size = read(descriptor, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return CannotRead(name);
    if (size == 0) return text;
    text.append(chunk, 0, static_cast<size_t>(size));
    if (text.size() > kMaxDraftBytes) {
      return MakeError(Reason::kUsage, absl::StrCat(name, " is larger than 4 MiB"),
                       "Make it smaller.");
    }
  }
}

// The field at the front of a message of protobuf's JSON parser: "(payload.notice) bogus:
// Cannot find field.", "bogus: Cannot find field.", "(urgency): invalid value ...".
std::string FieldIn(std::string_view message) {
  std::string path;
  if (!message.empty() && message[0] == '(') {
    const size_t close = message.find(')');
    if (close == std::string_view::npos) return "";
    path = std::string(message.substr(1, close - 1));
    message.remove_prefix(close + 1);
  }
  while (!message.empty() && message[0] == ' ') message.remove_prefix(1);
  const size_t colon = message.find(':');
  if (colon == std::string_view::npos) return path;
  const std::string name(message.substr(0, colon));
  if (name.empty() || name.find(' ') != std::string::npos) return path;
  return path.empty() ? name : absl::StrCat(path, ".", name);
}

// The value of an enum by name in either case; the zero value has no name here.
template <typename Enum>
absl::StatusOr<Enum> ParseName(const google::protobuf::EnumDescriptor* names, std::string_view what,
                               std::string_view text) {
  const std::string upper = absl::AsciiStrToUpper(std::string(text));
  std::vector<std::string> known;
  for (int i = 0; i < names->value_count(); ++i) {
    if (names->value(i)->number() == 0) continue;
    if (names->value(i)->name() == upper) return static_cast<Enum>(names->value(i)->number());
    known.push_back(names->value(i)->name());
  }
  return MakeError(Reason::kUsage,
                   absl::StrCat("no ", std::string(what), " \"", std::string(text), "\""),
                   absl::StrCat("Use one of ", absl::StrJoin(known, ", "), "."));
}

}  // namespace

absl::Status CannotRead(std::string_view name) {
  return MakeError(Reason::kUsage, absl::StrCat(std::string(name), ": ", std::strerror(errno)),
                   "Name a file that you can read.");
}

absl::StatusOr<std::string> ReadAll(const Terminal& terminal, const std::string& file) {
  if (file == "-") return ReadDescriptor(terminal.in, "standard input");
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return CannotRead(file);
  absl::StatusOr<std::string> text = ReadDescriptor(descriptor, file);
  close(descriptor);
  return text;
}

absl::StatusOr<desk::v1::Draft> ParseDraft(std::string_view json) {
  const auto members = ScanJson(json);
  if (!members.ok()) return members.status();
  desk::v1::Draft draft;
  const auto status =
      google::protobuf::util::JsonStringToMessage(std::string(json), &draft);  // unknown: refused
  if (status.ok()) return draft;
  base::ErrorText error;
  error.reason = Reason::kValidationFailed;
  if (auto misfits = FindMisfits(json, *desk::v1::Draft::descriptor()); misfits.ok()) {
    error.fields = *std::move(misfits);
  }
  if (error.fields.empty()) {
    const std::string field = FieldIn(std::string(status.message()));
    error.fields.push_back({field.empty() ? "draft" : field, "JSON", "no value of this field"});
  }
  error.message = absl::StrCat("the JSON is not a draft: see ", error.fields[0].field);
  return MakeError(error);
}

absl::StatusOr<desk::v1::Draft> ReadDraft(const Terminal& terminal, const std::string& file) {
  const absl::StatusOr<std::string> text = ReadAll(terminal, file);
  if (!text.ok()) return text.status();
  return ParseDraft(*text);
}

absl::StatusOr<base::ExchangePrefix> ParseId(std::string_view text) {
  absl::StatusOr<base::ExchangePrefix> id =
      base::ExchangePrefix::Parse(absl::AsciiStrToLower(std::string(text)));
  if (id.ok()) return id;
  return MakeError(
      Reason::kUsage, absl::StrCat("\"", std::string(text), "\" is not a message id"),
      "Give the 32 hex digits of the id, or the first 8 or more of them; before it, if "
      "you like, the agency that sent it and a slash: bgc-example/0123abcd.");
}

absl::StatusOr<absl::Duration> ParseSpan(std::string_view text) {
  absl::Duration span;
  int days = 0;
  const bool in_days = !text.empty() && text.back() == 'd' &&
                       absl::SimpleAtoi(std::string(text.substr(0, text.size() - 1)), &days);
  if (in_days) span = absl::Hours(24) * days;
  const bool parsed = in_days || absl::ParseDuration(std::string(text), &span);
  if (parsed && span > absl::ZeroDuration() && span < absl::InfiniteDuration()) return span;
  return MakeError(Reason::kUsage,
                   absl::StrCat("\"", std::string(text), "\" is not a span of time"),
                   "Write it like 30s, 5m, 2h or 7d.");
}

absl::StatusOr<absl::Time> ParseMoment(std::string_view text, absl::Time now) {
  absl::Time time;
  std::string ignored;
  if (absl::ParseTime(absl::RFC3339_full, std::string(text), &time, &ignored)) return time;
  if (absl::ParseTime("%Y-%m-%d", std::string(text), absl::UTCTimeZone(), &time, &ignored)) {
    return time;
  }
  if (const absl::StatusOr<absl::Duration> span = ParseSpan(text); span.ok()) return now - *span;
  return MakeError(Reason::kUsage, absl::StrCat("\"", std::string(text), "\" is not a time"),
                   "Write it like 2026-05-04T09:30:00Z, 2026-05-04, or 24h for a day ago.");
}

absl::StatusOr<desk::v1::State> ParseState(std::string_view text) {
  return ParseName<desk::v1::State>(desk::v1::State_descriptor(), "state", text);
}

absl::StatusOr<payload::v1::MessageType> ParseType(std::string_view text) {
  return ParseName<payload::v1::MessageType>(payload::v1::MessageType_descriptor(), "message type",
                                             text);
}

absl::StatusOr<payload::v1::Urgency::Code> ParseUrgency(std::string_view text) {
  return ParseName<payload::v1::Urgency::Code>(payload::v1::Urgency::Code_descriptor(), "urgency",
                                               text);
}

absl::StatusOr<payload::v1::Purpose::Code> ParsePurpose(std::string_view text) {
  return ParseName<payload::v1::Purpose::Code>(payload::v1::Purpose::Code_descriptor(), "purpose",
                                               text);
}

absl::StatusOr<payload::v1::LegalBasis::Code> ParseLegalBasis(std::string_view text) {
  return ParseName<payload::v1::LegalBasis::Code>(payload::v1::LegalBasis::Code_descriptor(),
                                                  "legal basis", text);
}

absl::StatusOr<payload::v1::RecallReason::Code> ParseRecallReason(std::string_view text) {
  return ParseName<payload::v1::RecallReason::Code>(payload::v1::RecallReason::Code_descriptor(),
                                                    "recall reason", text);
}

absl::StatusOr<payload::v1::RecallAction::Code> ParseRecallAction(std::string_view text) {
  return ParseName<payload::v1::RecallAction::Code>(payload::v1::RecallAction::Code_descriptor(),
                                                    "action", text);
}

absl::StatusOr<payload::v1::CannotReason::Code> ParseCannotReason(std::string_view text) {
  return ParseName<payload::v1::CannotReason::Code>(payload::v1::CannotReason::Code_descriptor(),
                                                    "--cannot-reason", text);
}

absl::StatusOr<audit::v1::Event> ParseEvent(std::string_view text) {
  return ParseName<audit::v1::Event>(audit::v1::Event_descriptor(), "event", text);
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  const int64_t nanos = absl::ToUnixNanos(time);
  google::protobuf::Timestamp result;
  result.set_seconds(nanos / 1'000'000'000);
  result.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return result;
}

google::protobuf::Duration ToProto(absl::Duration span) {
  google::protobuf::Duration result;
  result.set_seconds(absl::ToInt64Seconds(span));
  result.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(span - absl::Seconds(result.seconds()))));
  return result;
}

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::Duration FromProto(const google::protobuf::Duration& span) {
  return absl::Seconds(span.seconds()) + absl::Nanoseconds(span.nanos());
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", FromProto(time), absl::UTCTimeZone());
}

}  // namespace liaison::cli
