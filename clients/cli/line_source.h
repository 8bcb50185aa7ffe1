// Lines from a file descriptor, for streams that may be idle for hours and must still end when told
// to.
#ifndef LIAISON_CLIENTS_CLI_LINE_SOURCE_H_
#define LIAISON_CLIENTS_CLI_LINE_SOURCE_H_

#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"

namespace liaison::cli {

// Owned by one thread at a time.
class LineSource {
 public:
  // Reads `descriptor`, which outlives it. A line of more than `max_bytes` is skipped and comes as
  // TOO_LARGE.
  LineSource(int descriptor, size_t max_bytes) : descriptor_(descriptor), max_bytes_(max_bytes) {}

  // The next line without its line feed (and a carriage return before it); nullopt at the end, and
  // soon after `stop`. TOO_LARGE for this line alone; USAGE when the descriptor cannot be read,
  // which ends it.
  absl::StatusOr<std::optional<std::string>> Next(std::stop_token stop);

  // Number of the line that Next() gave last, from 1.
  uint64_t line() const { return line_; }

 private:
  // True when there are new bytes in buffer_ or the end was met; false when stopped.
  absl::StatusOr<bool> Fill(std::stop_token stop);
  std::string Take(size_t size, size_t with_end);

  const int descriptor_;
  const size_t max_bytes_;
  std::string buffer_;
  bool end_ = false;
  uint64_t line_ = 0;
};

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_LINE_SOURCE_H_
