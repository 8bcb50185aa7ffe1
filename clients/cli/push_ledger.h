// The lines of `alert push` between reading and answer, so that results come in the order of lines.
#ifndef LIAISON_CLIENTS_CLI_PUSH_LEDGER_H_
#define LIAISON_CLIENTS_CLI_PUSH_LEDGER_H_

#include <deque>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "clients/cli/session.h"
#include "daemon/base/mutex.h"
#include "liaison/desk/v1/desk.pb.h"

namespace liaison::cli {

// What one line came to.
struct LineResult {
  uint64_t line = 0;
  desk::v1::SubmitResponse response;
  Ending ending;
};

// Thread-safe: lines come from the reading thread, answers from another.
class PushLedger {
 public:
  // `write` is called for each line, in order, one at a time.
  explicit PushLedger(std::function<void(const LineResult&)> write) : write_(std::move(write)) {}

  // The line was sent to the daemon.
  void Sent(uint64_t line);
  // The line never leaves: it is at fault.
  void Refused(uint64_t line, absl::Status error);
  // The oldest line that was sent and has no answer got one.
  void Answered(const desk::v1::SubmitStreamResponse& answer);
  // Every line that still waits ends with `error`.
  void FailRest(const absl::Status& error);

  // Exit code of the first line that failed, 0 when none did.
  int exit_code() const;

 private:
  struct Entry {
    uint64_t line;
    std::optional<LineResult> result;
  };
  void WriteReady() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::function<void(const LineResult&)> write_;
  mutable base::Mutex mu_;
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mu_);
  int exit_code_ ABSL_GUARDED_BY(mu_) = 0;
};

// Of one answer: of several recipients the first that is not 0.
LineResult ResultOf(uint64_t line, const desk::v1::SubmitStreamResponse& answer);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_PUSH_LEDGER_H_
