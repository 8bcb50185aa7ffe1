// How long to wait before a call is tried again, and when to give up.
#ifndef LIAISON_CLIENTS_CPP_BACKOFF_H_
#define LIAISON_CLIENTS_CPP_BACKOFF_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "clients/cpp/client.h"

namespace liaison::client {

// The attempts of one call. Not thread-safe.
class Backoff {
 public:
  explicit Backoff(const ClientOptions& options)
      : pause_(options.first_pause), longest_(options.longest_pause), left_(options.retry_for) {}

  // The wait before the next attempt after `failure` (at least what the daemon asked for); nullopt
  // when trying again is of no use, or would not fit into what is left of the time.
  std::optional<absl::Duration> Next(const absl::Status& failure, absl::Duration elapsed);

 private:
  absl::Duration pause_;
  const absl::Duration longest_;
  const absl::Duration left_;
};

// Blocks the calling thread.
void Pause(absl::Duration pause);

}  // namespace liaison::client

#endif  // LIAISON_CLIENTS_CPP_BACKOFF_H_
