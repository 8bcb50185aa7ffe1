// The operator's window: plain HTTP on loopback with /metrics, /livez and /readyz, and nothing
// else.
#ifndef LIAISON_DAEMON_APP_OPS_SERVER_H_
#define LIAISON_DAEMON_APP_OPS_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace liaison::app {

class OpsServer {
 public:
  struct Pages {
    std::function<std::string()> metrics;  // Prometheus text
    std::function<absl::Status()> ready;   // OK, or why not
  };

  // Listens on `address` ("127.0.0.1:9464"; port 0: a free one) with one thread of its own. At most
  // 16 connections, 5 seconds for each, 4 KiB of request. Errors: VALIDATION_FAILED when the
  // address is not loopback; UNREACHABLE when it cannot be bound.
  static absl::StatusOr<std::unique_ptr<OpsServer>> Start(const std::string& address, Pages pages);
  ~OpsServer();

  // "127.0.0.1:PORT", as bound.
  const std::string& address() const { return address_; }

 private:
  class Rep;
  OpsServer(std::unique_ptr<Rep> rep, std::string address);
  std::unique_ptr<Rep> rep_;
  std::string address_;
};

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_OPS_SERVER_H_
