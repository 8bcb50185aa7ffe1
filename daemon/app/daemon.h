// The composition root: reads the configuration, wires the rooms, starts, drains and stops them.
#ifndef LIAISON_DAEMON_APP_DAEMON_H_
#define LIAISON_DAEMON_APP_DAEMON_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "liaison/admin/v1/admin.pb.h"
#include "liaison/audit/v1/audit.pb.h"

namespace liaison::app {

// One agency's daemon. Create and Run on one thread; Stop and Reload from any.
class Daemon {
 public:
  // Everything is wired and recovered, nothing serves yet. Errors: VALIDATION_FAILED
  // (configuration, policy, keys), VERIFICATION_FAILED (log against guard), CLOCK_UNSURE, or what
  // the disk says.
  static absl::StatusOr<std::unique_ptr<Daemon>> Create(const std::string& config_path);
  ~Daemon();

  // Serves until Stop, then drains. Errors: UNREACHABLE when a port cannot be bound; why the
  // journal stopped working.
  absl::Status Run();
  void Stop();

  // Configuration and policy anew, whole or not at all. Errors: VALIDATION_FAILED; the old ones
  // stay in force.
  absl::StatusOr<admin::v1::ReloadResponse> Reload(const audit::v1::ActorOpening& actor);

 private:
  class Rep;
  explicit Daemon(std::unique_ptr<Rep> rep);
  const std::unique_ptr<Rep> rep_;
};

// Reads configuration, policy and keys as Create does, and starts nothing.
absl::Status CheckConfig(const std::string& config_path);

// Checks the logs and rows of a data directory that no daemon uses, e.g. a copy. Writes nothing.
absl::StatusOr<audit::v1::VerifyResult> VerifyOffline(const std::string& config_path);

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_DAEMON_H_
