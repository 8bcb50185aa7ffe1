#include "clients/cli/session.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/json.h"
#include "clients/cli/line_source.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

constexpr std::string_view kTraceId = "trace_id";
// Long enough for a daemon that starts again, short enough for a person who waits.
constexpr size_t kMaxAnswerBytes = 64;
constexpr absl::Duration kPatience = absl::Seconds(15);

// gRPC's name of a code, e.g. "PERMISSION_DENIED".
std::string CodeName(absl::StatusCode code) { return absl::StatusCodeToString(code); }

base::ErrorText TextOf(const absl::Status& status) {
  if (const std::optional<base::ErrorText> error = base::GetError(status)) return *error;
  base::ErrorText error;
  error.message = std::string(status.message());
  return error;
}

std::string TraceOf(const base::ErrorText& error) {
  for (const auto& [name, value] : error.metadata) {
    if (name == kTraceId) return value;
  }
  return "";
}

std::string PeopleText(Language language, const base::ErrorText& error) {
  std::string text = absl::StrCat(Say(language, Word::kError), ": ", Say(language, error.reason),
                                  ": ", Printable(error.message), " [",
                                  std::string(base::ReasonName(error.reason)), "]\n");
  for (const base::FieldFault& fault : error.fields) {
    absl::StrAppend(&text, "  ", Say(language, Word::kField), " ", Printable(fault.field), " (",
                    Printable(fault.rule), "): ", Printable(fault.description), "\n");
  }
  const std::string fix = error.fix.empty() ? Fix(language, error.reason) : error.fix;
  absl::StrAppend(&text, Say(language, Word::kFix), ": ", Printable(fix), "\n");
  if (const std::string trace = TraceOf(error); !trace.empty()) {
    absl::StrAppend(&text, Say(language, Word::kTrace), ": ", Printable(trace), "\n");
  }
  return text;
}

bool IsJson(Format format) { return format == Format::kJson || format == Format::kJsonLines; }

std::string Lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) absl::StrAppend(&text, line, "\n");
  return text;
}

}  // namespace

int ExitCode(const absl::Status& status) {
  if (status.ok()) return 0;
  const std::optional<base::Reason> reason = base::GetReason(status);
  return reason ? base::ReasonExitCode(*reason) : 1;
}

Ending::Ending(absl::Status status) : exit_code(ExitCode(status)), error(std::move(status)) {}

absl::StatusOr<client::Client*> Session::Daemon() {
  if (client_ != nullptr) return client_.get();
  const absl::StatusOr<config::v1::Context> context =
      client::FindContext({flags_.config_file, flags_.context, terminal_.environment});
  if (!context.ok()) return context.status();
  client::ClientOptions options;
  options.retry_for = kPatience;
  absl::StatusOr<std::unique_ptr<client::Client>> made = client::Client::Connect(*context, options);
  if (!made.ok()) return made.status();
  client_ = *std::move(made);
  return client_.get();
}

void Session::Show(const View& view) {
  std::ostream& out = terminal_.out;
  switch (flags_.format) {
    case Format::kJson:
      out << Indented(view.json) << "\n";
      break;
    case Format::kJsonLines:
      out << (view.items ? Lines(*view.items) : view.json + "\n");
      break;
    case Format::kCsv:
      out << Csv(view.columns, view.rows);
      break;
    case Format::kId:
      out << Lines(view.ids);
      break;
    case Format::kTable: {
      if (!view.text.empty()) {
        out << view.text;
        break;
      }
      Row headings;
      for (const std::string& code : view.columns) headings.push_back(Heading(language(), code));
      const auto no_colour = terminal_.environment("NO_COLOR");
      const bool bold = terminal_.out_is_terminal && (!no_colour || no_colour->empty());
      if (view.rows.empty()) {
        Note(Say(language(), Word::kNothing));
      } else {
        out << LayOut(headings, view.rows, bold);
      }
      break;
    }
  }
  out.flush();
}

bool Session::HasAside() const { return IsJson(flags_.format) || flags_.format == Format::kTable; }

bool Session::Aside(const View& view) {
  if (!HasAside()) return false;
  if (IsJson(flags_.format)) {
    terminal_.err << view.json << "\n";
  } else {
    Row headings;
    for (const std::string& code : view.columns) headings.push_back(Heading(language(), code));
    terminal_.err << LayOut(headings, view.rows, false);
  }
  return static_cast<bool>(terminal_.err.flush());
}

bool Session::Confirm(Word question) {
  if (!terminal_.in_is_terminal || !terminal_.err_is_terminal) return true;
  terminal_.err << Say(language(), question) << " " << std::flush;
  const absl::StatusOr<std::optional<std::string>> answer =
      LineSource(terminal_.in, kMaxAnswerBytes).Next({});
  return answer.ok() && *answer && (**answer == "y" || **answer == "Y");
}

void Session::More(size_t shown, const std::string& page_token) {
  if (page_token.empty() || flags_.format == Format::kJson) return;
  if (flags_.format == Format::kJsonLines) {
    const std::string more =
        JsonObject().Number("shown", shown).Text("nextPageToken", page_token).Done();
    terminal_.err << JsonObject().Raw("more", more).Done() << "\n";
    return;
  }
  terminal_.err << shown << " " << Say(language(), Word::kMoreMatch) << " " << Printable(page_token)
                << "\n";
}

void Session::Note(std::string_view text) {
  if (flags_.format == Format::kTable) terminal_.err << Printable(text) << "\n";
}

void Session::Report(uint64_t done, uint64_t total) {
  Progress progress = flags_.progress;
  if (progress == Progress::kAuto) {
    progress = terminal_.err_is_terminal ? Progress::kPlain : Progress::kNone;
  }
  if (progress == Progress::kPlain) {
    terminal_.err << Say(language(), Word::kChecking) << " " << done << " / " << total << "\n";
  } else if (progress == Progress::kJson) {
    terminal_.err << JsonObject().Number("checked", done).Number("total", total).Done() << "\n";
  }
  terminal_.err.flush();
}

void Session::Report(const absl::Status& error) {
  if (IsJson(flags_.format)) {
    terminal_.err << JsonObject().Raw("error", ErrorJson(error)).Done() << "\n";
  } else {
    terminal_.err << PeopleText(language(), TextOf(error));
  }
  terminal_.err.flush();
}

std::string ErrorJson(const absl::Status& status) {
  const desk::v1::Error error = ErrorOf(status);
  std::vector<std::string> fields;
  for (const desk::v1::FieldFault& fault : error.fields()) fields.push_back(JsonOf(fault));
  return JsonObject()
      .Text("code", error.code())
      .Text("reason", error.reason())
      .Text("message", error.message())
      .Text("fix", error.fix())
      .Raw("fields", JsonArray(fields))
      .Text("trace_id", error.trace_id())
      .Done();
}

desk::v1::Error ErrorOf(const absl::Status& status) {
  const base::ErrorText text = TextOf(status);
  desk::v1::Error error;
  error.set_code(CodeName(status.code()));
  error.set_reason(std::string(base::ReasonName(text.reason)));
  error.set_message(text.message);
  error.set_fix(text.fix.empty() ? Fix(Language::kEnglish, text.reason) : text.fix);
  error.set_trace_id(TraceOf(text));
  for (const base::FieldFault& fault : text.fields) {
    desk::v1::FieldFault* field = error.add_fields();
    field->set_field(fault.field);
    field->set_rule(fault.rule);
    field->set_description(fault.description);
  }
  return error;
}

absl::Status StatusOf(const desk::v1::Error& error) {
  base::ErrorText text;
  text.reason = base::ReasonFromName(error.reason()).value_or(base::Reason::kInternal);
  text.message = error.message();
  text.fix = error.fix();
  for (const desk::v1::FieldFault& fault : error.fields()) {
    text.fields.push_back({fault.field(), fault.rule(), fault.description()});
  }
  if (!error.trace_id().empty()) text.metadata.emplace_back(kTraceId, error.trace_id());
  return base::MakeError(text);
}

}  // namespace liaison::cli
