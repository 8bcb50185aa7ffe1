#include "clients/cli/push_ledger.h"

#include "clients/cli/outcome.h"

namespace liaison::cli {

LineResult ResultOf(uint64_t line, const desk::v1::SubmitStreamResponse& answer) {
  LineResult result;
  result.line = line;
  result.response = answer.response();
  if (!answer.error().reason().empty()) result.ending = Ending(StatusOf(answer.error()));
  for (const desk::v1::SubmitResult& one : answer.response().results()) {
    if (result.ending.exit_code == 0) result.ending = EndingOfResult(one);
  }
  return result;
}

void PushLedger::Sent(uint64_t line) {
  const base::MutexLock lock(mu_);
  entries_.push_back({line, std::nullopt});
}

void PushLedger::Refused(uint64_t line, absl::Status error) {
  const base::MutexLock lock(mu_);
  LineResult result;
  result.line = line;
  result.ending = Ending(std::move(error));
  entries_.push_back({line, std::move(result)});
  WriteReady();
}

void PushLedger::Answered(const desk::v1::SubmitStreamResponse& answer) {
  const base::MutexLock lock(mu_);
  for (Entry& entry : entries_) {
    if (entry.result) continue;
    entry.result = ResultOf(entry.line, answer);
    break;
  }
  WriteReady();
}

void PushLedger::FailRest(const absl::Status& error) {
  const base::MutexLock lock(mu_);
  for (Entry& entry : entries_) {
    if (entry.result) continue;
    entry.result.emplace();
    entry.result->line = entry.line;
    entry.result->ending = Ending(error);
  }
  WriteReady();
}

int PushLedger::exit_code() const {
  const base::MutexLock lock(mu_);
  return exit_code_;
}

void PushLedger::WriteReady() {
  while (!entries_.empty() && entries_.front().result) {
    const LineResult& result = *entries_.front().result;
    if (exit_code_ == 0) exit_code_ = result.ending.exit_code;
    write_(result);
    entries_.pop_front();
  }
}

}  // namespace liaison::cli
