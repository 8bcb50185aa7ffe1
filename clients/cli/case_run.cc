#include "clients/cli/case_run.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/report.h"
#include "daemon/ruling/outgoing.h"

namespace liaison::cli {
namespace {

using policy::v1::Expected;
using policy::v1::ExpectedField;

// What came of a case: the decision as people are shown it, and the paths that go as they are.
struct Got {
  desk::v1::Decision decision;
  std::vector<std::string> keeps;
};

policy::Facts FactsOf(const PolicyCase& one) {
  const bool out = one.proto.direction() == policy::v1::Rule::OUT;
  const auto direction = out ? policy::Direction::kOut : policy::Direction::kIn;
  policy::Facts facts = ruling::FactsFor(
      one.parties, direction, out ? one.proto.role() : policy::v1::Rule::ROLE_UNSPECIFIED,
      ruling::FrameOf(one.draft), one.draft.payload(), one.at);
  facts.releases = one.proto.releases();
  return facts;
}

Got ToGot(const ruling::Ruled& ruled) {
  Got got;
  got.decision = policy::ToDesk(ruled.decision, ruling::FieldsOf(ruled.leaves), {});
  for (size_t i = 0; i < ruled.decision.fields.size(); ++i) {
    const bool kept = ruled.decision.fields[i].action == policy::Action::kKeep;
    if (kept) got.keeps.push_back(ruled.leaves[i].path);
  }
  return got;
}

// As sending does: what is left when omitted fields are out may be denied too.
absl::StatusOr<Got> Decide(const policy::Policy& policy, const PolicyCase& one) {
  const policy::Facts facts = FactsOf(one);
  absl::StatusOr<ruling::Ruled> whole = ruling::Rule(policy, facts, one.draft.payload());
  if (!whole.ok()) return whole.status();
  const bool out = one.proto.direction() == policy::v1::Rule::OUT;
  if (!out || whole->decision.outcome == policy::Outcome::kDeny) return ToGot(*whole);
  Got got = ToGot(*whole);
  const absl::StatusOr<ruling::Ruled> left = ruling::Reduce(
      one.draft.payload(), *std::move(whole),
      [&](const payload::v1::Payload& rest) { return ruling::Rule(policy, facts, rest); });
  if (!left.ok()) return left.status();
  return left->decision.outcome == policy::Outcome::kDeny ? ToGot(*left) : got;
}

std::string Shown(const std::string& text) { return text.empty() ? "nothing" : text; }

template <typename List>
std::string Sorted(const List& list) {
  std::vector<std::string> all(list.begin(), list.end());
  std::sort(all.begin(), all.end());
  return absl::StrJoin(all, ", ");
}

// The differences of one case.
class Comparison {
 public:
  explicit Comparison(const Got& got) : got_(got) {}

  std::vector<std::string> With(const Expected& expected) {
    const desk::v1::Decision& decision = got_.decision;
    if (expected.outcome() != decision.outcome()) {
      Differ("outcome", expected.outcome(), OutcomeText());
    }
    Text("reason", expected.reason(), decision.reason());
    Text("step", expected.step(), decision.step());
    Text("missing", expected.missing(), decision.missing());
    if (!expected.rules().empty()) {
      Text("rules", Sorted(expected.rules()), Sorted(decision.rules()));
    }
    if (!expected.obligations().empty()) {
      Text("obligations", Sorted(expected.obligations()), Sorted(decision.obligations()));
    }
    if (!expected.field().empty()) Fields(expected);
    if (!expected.keeps().empty()) Keeps(expected);
    return std::move(differences_);
  }

 private:
  void Differ(const std::string& what, const std::string& expected, const std::string& got) {
    differences_.push_back(
        absl::StrCat(what, ": expected ", Shown(expected), ", got ", Shown(got)));
  }

  void Text(const std::string& what, const std::string& expected, const std::string& got) {
    if (!expected.empty() && expected != got) Differ(what, expected, got);
  }

  // With the reason of a denial, which nobody expected.
  std::string OutcomeText() const {
    const desk::v1::Decision& decision = got_.decision;
    if (decision.missing().empty()) return decision.outcome();
    return absl::StrCat(decision.outcome(), " (", decision.step(), ": ", decision.missing(), ")");
  }

  void Fields(const Expected& expected) {
    std::map<std::string, const desk::v1::DecidedField*> left;
    for (const desk::v1::DecidedField& field : got_.decision.fields()) left[field.path()] = &field;
    for (const ExpectedField& field : expected.field()) {
      const auto found = left.find(field.path());
      if (found == left.end()) {
        Differ(field.path(), field.action(), Goes(field.path()) ? "KEEP" : "no such field");
        continue;
      }
      Text(field.path(), field.action(), found->second->action());
      Text(field.path() + " by rule", field.rule(), found->second->rule());
      left.erase(found);
    }
    for (const auto& [path, field] : left) Differ(path, "KEEP", field->action());
  }

  void Keeps(const Expected& expected) {
    std::vector<std::string> wanted(expected.keeps().begin(), expected.keeps().end());
    std::vector<std::string> kept = got_.keeps;
    std::sort(wanted.begin(), wanted.end());
    std::sort(kept.begin(), kept.end());
    std::vector<std::string> less, more;
    std::set_difference(wanted.begin(), wanted.end(), kept.begin(), kept.end(),
                        std::back_inserter(less));
    std::set_difference(kept.begin(), kept.end(), wanted.begin(), wanted.end(),
                        std::back_inserter(more));
    for (const std::string& path : less) Differ(path, "to go as it is", "it does not");
    for (const std::string& path : more) Differ(path, "not to go as it is", "it does");
  }

  bool Goes(const std::string& path) const {
    return std::find(got_.keeps.begin(), got_.keeps.end(), path) != got_.keeps.end();
  }

  const Got& got_;
  std::vector<std::string> differences_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> DifferencesOf(const policy::Policy& policy,
                                                       const PolicyCase& one) {
  const absl::StatusOr<Got> got = Decide(policy, one);
  if (!got.ok()) return got.status();
  return Comparison(*got).With(one.proto.expect());
}

}  // namespace liaison::cli
