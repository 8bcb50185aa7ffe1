#include "clients/cli/forwarded_view.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "clients/cli/payload_view.h"

namespace liaison::cli {
namespace {

constexpr char kInside[] = "forwarded_item.original";

// Nobody may take one for the other.
std::string VerdictText(const desk::v1::Forwarded& forwarded, Language language) {
  Word word = Word::kOriginatorFailed;
  if (forwarded.verdict() == "verified") word = Word::kOriginatorVerified;
  if (forwarded.verdict() == "no key") word = Word::kOriginatorNoKey;
  return absl::StrCat(forwarded.verdict(), " (", Say(language, word), ")");
}

}  // namespace

void AddForwardedRows(const desk::v1::ShownMessage& message, Language language,
                      std::vector<Row>& rows) {
  const desk::v1::Forwarded& forwarded = message.forwarded();
  const exchange::v1::Statement& statement = forwarded.statement();
  rows.push_back({"originator", forwarded.originator()});
  rows.push_back({"originator.verdict", VerdictText(forwarded, language)});
  rows.push_back({"originator.id", forwarded.id()});
  rows.push_back({"originator.type", payload::v1::MessageType_Name(statement.type())});
  rows.push_back({"originator.tlp", payload::v1::Tlp::Code_Name(statement.handling().tlp())});
  rows.push_back({"originator.created", TimeText(statement.created())});
  if (forwarded.has_grant()) {
    for (const Row& row : PayloadRows(forwarded.grant())) {
      rows.push_back({absl::StrCat("originator.grant.", row[0]), row[1]});
    }
  }
  for (const Row& row : PayloadRows(forwarded.payload())) {
    rows.push_back({absl::StrCat(kInside, ".", row[0]), row[1]});
  }
  std::set<std::string> changed;
  for (const desk::v1::ChangedField& field : message.changed()) changed.insert(field.path());
  for (const desk::v1::WithheldField& field : forwarded.withheld()) {
    const std::string path = absl::StrCat(kInside, ".", field.path());
    if (changed.contains(path)) continue;  // another value stands for it
    rows.push_back({path, absl::StrCat("(", Say(language, Word::kNotPassedOn), ")")});
  }
}

}  // namespace liaison::cli
