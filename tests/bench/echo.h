// The transport alone: gRPC over mutual TLS 1.3 with what the daemons send, and nothing behind it.
#ifndef LIAISON_TESTS_BENCH_ECHO_H_
#define LIAISON_TESTS_BENCH_ECHO_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "liaison/config/v1/client.pb.h"
#include "liaison/desk/v1/draft.pb.h"
#include "liaison/exchange/v1/statement.pb.h"

namespace liaison::bench {

// A server that answers at once, and its clients. Thread-compatible.
class Echo {
 public:
  // `context`: of an agency in `folder`, whose keys both sides use.
  static absl::StatusOr<std::unique_ptr<Echo>> Start(const std::string& folder,
                                                     const config::v1::Context& context);
  ~Echo();

  // Sends drafts over one stream for so long; how many were answered.
  absl::StatusOr<size_t> Stream(const desk::v1::Draft& draft, absl::Duration most);
  // One call after the other, each with `batch` envelopes; how many calls were answered.
  absl::StatusOr<size_t> Deliver(const exchange::v1::Envelope& envelope, int batch,
                                 absl::Duration most);

 private:
  struct Rep;
  explicit Echo(std::unique_ptr<Rep> rep);
  const std::unique_ptr<Rep> rep_;
};

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_ECHO_H_
