// A daemon that the bench starts, measures and ends.
#ifndef LIAISON_TESTS_BENCH_DAEMON_PROCESS_H_
#define LIAISON_TESTS_BENCH_DAEMON_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace liaison::bench {

class DaemonProcess {
 public:
  // Starts `binary` on `folder`/agency.textproto and returns when it is ready. It writes to
  // `folder`/liaisond.log. DEADLINE_EXCEEDED when it is not ready in 30 seconds.
  static absl::StatusOr<std::unique_ptr<DaemonProcess>> Start(const std::string& binary,
                                                              const std::string& folder);
  // Ends it in good order.
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  absl::Duration start_time() const { return start_time_; }  // from exec to ready
  double RssMib() const;
  double CpuSeconds() const;  // all threads, since its start

 private:
  explicit DaemonProcess(pid_t pid) : pid_(pid) {}
  const pid_t pid_;
  absl::Duration start_time_;
};

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_DAEMON_PROCESS_H_
