// Reads one Batch of cases.proto a line, as JSON, and writes one line of Answers for each: what the
// daemon's own policy code decides. The other side of tests/policy/evaluator.py.
#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "daemon/policy/decided_on.h"
#include "daemon/policy/policy.h"
#include "tests/policy/cases.pb.h"

namespace liaison::policy {
namespace {

uint64_t SecondsOf(absl::Duration span) {
  return static_cast<uint64_t>(absl::ToInt64Seconds(span));
}

cases::Decision ToCase(const Decision& decision) {
  cases::Decision answer;
  answer.set_outcome(std::string(OutcomeName(decision.outcome)));
  answer.set_step(std::string(StepName(decision.step)));
  for (const std::string& rule : decision.rules) answer.add_rules(rule);
  for (const FieldFate& fate : decision.fields) answer.add_fates(FateName(fate));
  if (decision.outcome == Outcome::kDeny) {
    answer.set_reason(std::string(base::ReasonName(decision.reason)));
    return answer;
  }
  if (decision.release) {
    answer.set_persons(decision.release->persons);
    answer.set_within_seconds(SecondsOf(decision.release->within));
    answer.set_supervisors(decision.release->supervisors);
  }
  for (const v1::Quota& quota : decision.quotas) answer.add_quotas(quota.id());
  if (decision.retention != absl::InfiniteDuration()) {
    answer.set_retention_seconds(SecondsOf(decision.retention));
  }
  answer.set_notice(decision.notice);
  return answer;
}

cases::Answers Answer(const cases::Batch& batch) {
  absl::flat_hash_map<std::string, Whole::Kind> paths;
  for (const cases::Path& path : batch.paths()) paths[path.path()] = path.whole();
  const auto find = [&](std::string_view path) -> absl::StatusOr<Whole::Kind> {
    const auto it = paths.find(absl::string_view(path.data(), path.size()));
    if (it == paths.end()) return absl::NotFoundError("no path of this batch");
    return it->second;
  };
  cases::Answers answers;
  const auto policy = Policy::Create(batch.file(), "own-example", find);
  if (!policy.ok()) {
    answers.add_faults(policy.status().ToString());
    return answers;
  }
  for (const cases::Case& one : batch.cases()) {
    *answers.add_decisions() =
        ToCase((*policy)->Decide(FactsOf(one.facts()), FieldsOf(one.fields())));
  }
  return answers;
}

bool AnswerLine(const std::string& line) {
  cases::Batch batch;
  const auto read = google::protobuf::util::JsonStringToMessage(line, &batch);
  if (!read.ok()) {
    std::cerr << "not a batch: " << read.message() << '\n';
    return false;
  }
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(Answer(batch), &json);
  if (!written.ok()) {
    std::cerr << "an answer cannot be written: " << written.message() << '\n';
    return false;
  }
  std::cout << json << std::endl;
  return true;
}

}  // namespace
}  // namespace liaison::policy

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (!liaison::policy::AnswerLine(line)) return 1;
  }
  return 0;
}
