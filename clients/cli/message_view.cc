#include "clients/cli/message_view.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/forwarded_view.h"
#include "clients/cli/input.h"
#include "clients/cli/payload_view.h"

namespace liaison::cli {
namespace {

std::vector<Row> StatementRows(const desk::v1::ShownMessage& message) {
  const exchange::v1::Statement& statement = message.statement();
  std::vector<Row> rows = {
      {"id", message.id()},
      {"from", statement.from()},
      {"to", statement.to()},
      {"type", payload::v1::MessageType_Name(statement.type())},
      {"state", desk::v1::State_Name(message.state())},
      {"urgency", payload::v1::Urgency::Code_Name(statement.urgency())},
      {"tlp", payload::v1::Tlp::Code_Name(statement.handling().tlp())},
      {"created", TimeText(statement.created())},
      {"expires", TimeText(statement.expires())},
      {"conversation", absl::BytesToHexString(statement.conversation())},
      {"in_reply_to", absl::BytesToHexString(statement.in_reply_to().exchange_id())},
      {"agreement", statement.agreement_id()},
      {"exercise", statement.exercise() ? "true" : ""}};
  rows.erase(
      std::remove_if(rows.begin(), rows.end(), [](const Row& row) { return row[1].empty(); }),
      rows.end());
  return rows;
}

// Who has agreed that a held draft goes, and until when somebody can; of one that policy denies by
// now, why.
void AddHeldRows(const desk::v1::ShownMessage& message, Language language, std::vector<Row>& rows) {
  const desk::v1::Held& held = message.held();
  if (message.decision().outcome() == "DENY") {
    rows.push_back({"held", Say(language, Word::kWouldBeDenied)});
    rows.push_back({"denied", message.decision().missing()});
  } else {
    rows.push_back({"held", absl::StrCat(held.agreed_size(), " / ", held.persons(), ": ",
                                         absl::StrJoin(held.agreed(), ", "))});
  }
  for (const desk::v1::Derogation& one : held.derogations()) {
    rows.push_back({"set_aside", absl::StrCat(one.rule(), ": ", one.reason())});
  }
  rows.push_back({"lapses", TimeText(held.lapses())});
  rows.push_back({"view", held.view_digest()});
}

// Of what never went or was not let in: how it ended, why policy denied it, and of a draft that was
// not sealed that nothing more is there to show.
void AddEndedRows(const desk::v1::ShownMessage& message, Language language,
                  std::vector<Row>& rows) {
  const auto end = std::find_if(
      message.states().begin(), message.states().end(),
      [](const desk::v1::TimelineEntry& entry) { return entry.state() == desk::v1::DENIED; });
  if (end != message.states().end()) rows.push_back({"ended", audit::v1::Event_Name(end->event())});
  if (message.decision().outcome() == "DENY") {
    rows.push_back({"denied", message.decision().missing()});
  }
  if (message.has_payload()) return;
  rows.push_back({"payload", absl::StrCat("(", Say(language, Word::kHeadAlone), ")")});
}

// Whether its sender took the message back, in words: "taken back by its sender: UNLAWFUL
// (bgc-example/01ab...)".
std::vector<Row> RecallRows(const desk::v1::ShownMessage& message, Language language) {
  if (!message.has_recalled()) return {};
  const desk::v1::Recalled& recalled = message.recalled();
  std::vector<Row> rows = {
      {"recalled", absl::StrCat(Say(language, Word::kTakenBack), ": ",
                                payload::v1::RecallReason::Code_Name(recalled.reason()), " (",
                                recalled.id(), ")")}};
  for (const std::string& field : recalled.fields()) rows.push_back({"recalled.field", field});
  if (!recalled.confirmation().empty()) {
    rows.push_back({"recalled.confirmation",
                    absl::StrCat(payload::v1::RecallAction::Code_Name(recalled.action()), ", ",
                                 Say(language, Word::kConfirmed), " ", recalled.confirmation(),
                                 ", ", TimeText(recalled.confirmed()))});
    if (recalled.confirmations() > 1) {
      rows.push_back({"recalled.confirmations", absl::StrCat(recalled.confirmations(), " (",
                                                             Say(language, Word::kLatest), ")")});
    }
  } else if (recalled.has_confirm_by()) {
    rows.push_back({"recalled.confirm_by", absl::StrCat(Say(language, Word::kConfirmBy), " ",
                                                        TimeText(recalled.confirm_by()))});
  }
  return rows;
}

// Which third agencies hold the message: "ho-example (io-example/01ab...), 2026-11-26 09:00 UTC".
void AddPassedOnRows(const desk::v1::ShownMessage& message, std::vector<Row>& rows) {
  for (const desk::v1::OnwardCopy& copy : message.passed_on()) {
    std::string text = absl::StrCat(copy.agency(), " (", copy.item(), ")");
    if (copy.notice().empty()) absl::StrAppend(&text, " ", desk::v1::State_Name(copy.state()));
    rows.push_back({"passed_on", absl::StrCat(text, ", ", TimeText(copy.recorded()))});
  }
}

// Texts are covered by their class where they stand; of other values nothing is left.
void NoteMasked(const desk::v1::ShownMessage& message, Language language, std::vector<Row>& rows) {
  const std::string hidden = absl::StrCat("(", Say(language, Word::kHidden), ")");
  const std::set<std::string> masked(message.masked().begin(), message.masked().end());
  std::set<std::string> noted;
  for (Row& row : rows) {
    const std::string field = masked.contains(row[0]) ? row[0] : ListOf(row[0]);
    if (!masked.contains(field)) continue;
    absl::StrAppend(&row[1], " ", hidden);
    noted.insert(field);
  }
  for (const std::string& path : message.masked()) {
    if (!noted.contains(path)) rows.push_back({path, hidden});
  }
}

}  // namespace

std::vector<Row> MessageRows(const desk::v1::ShownMessage& message, Language language) {
  std::vector<Row> rows = StatementRows(message);
  if (message.has_held()) AddHeldRows(message, language, rows);
  if (message.state() == desk::v1::DENIED) AddEndedRows(message, language, rows);
  for (const Row& row : RecallRows(message, language)) rows.push_back(row);
  AddPassedOnRows(message, rows);
  if (message.has_forwarded()) AddForwardedRows(message, language, rows);
  for (const Row& row : PayloadRows(message.payload())) rows.push_back(row);
  ReadOpenedValues(message.payload().field_opening(), rows);
  NoteChanges(message.changed(), language, rows);
  NoteOpenings(message.opened(), language, rows);
  NoteMasked(message, language, rows);
  std::set<std::string> changed;
  for (const desk::v1::ChangedField& field : message.changed()) changed.insert(field.path());
  for (const desk::v1::WithheldField& field : message.withheld()) {
    if (changed.contains(field.path())) continue;  // another value stands for it
    rows.push_back({field.path(), absl::StrCat("(", Say(language, Word::kWithheldHere), ")")});
  }
  for (const desk::v1::UnknownField& field : message.unknown()) {
    rows.push_back({field.path(), field.shown()});
  }
  for (const desk::v1::MrzResult& mrz : message.mrz()) {
    for (const auto& [check, result] : mrz.checks()) {
      rows.push_back({absl::StrCat(mrz.path(), " MRZ ", check), result});
    }
  }
  return rows;
}

}  // namespace liaison::cli
