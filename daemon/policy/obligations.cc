#include "daemon/policy/obligations.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace liaison::policy {
namespace {

std::vector<std::string> Unfulfilled(const Decision& decision) {
  std::vector<std::string> words;
  if (decision.release) words.emplace_back("release by a second person");
  return words;
}

}  // namespace

void DenyWhatCannotBeFulfilled(Decision& decision) {
  if (decision.outcome == Outcome::kDeny) return;
  const std::vector<std::string> words = Unfulfilled(decision);
  if (words.empty()) return;
  decision.outcome = Outcome::kDeny;
  decision.reason = base::Reason::kObligationUnsupported;
  decision.step = Step::kObligations;
  decision.missing = absl::StrCat("this version cannot fulfil: ", absl::StrJoin(words, ", "));
}

}  // namespace liaison::policy
