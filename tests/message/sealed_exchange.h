// A message from one invented agency to another, sealed, logged and ready to be opened; each part
// can be changed.
#ifndef LIAISON_TESTS_MESSAGE_SEALED_EXCHANGE_H_
#define LIAISON_TESTS_MESSAGE_SEALED_EXCHANGE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/base/error.h"
#include "daemon/message/message.h"

namespace liaison::message {

struct SealedExchange {
  SealedExchange();

  // Seals `statement` and the leaves of `payload`; those whose path is in `withheld` or `changed`
  // are kept back, and the latter go as they are changed. Then logs it.
  void Seal();
  // Signs `envelope.statement` again after a change to it, and logs that.
  void SignAgain();
  // Puts SENT into the sender's log; `change` may falsify the record first.
  void Log(const std::function<void(audit::v1::Record&)>& change = nullptr);

  absl::StatusOr<VerifiedMessage> Open() const;
  // Opens the statement as changed by `change`, signed by the sender.
  absl::StatusOr<VerifiedMessage> OpenChanged(
      const std::function<void(exchange::v1::Statement&)>& change);

  std::unique_ptr<crypto::PrivateKey> key;
  std::unique_ptr<crypto::PrivateKey> log_key;
  std::string log_origin = "bgc.example/liaison-log/1/1";
  exchange::v1::Statement statement;
  payload::v1::Payload payload;
  std::vector<std::string> withheld;
  std::map<std::string, ChangedValue> changed;
  Opener opener;
  exchange::v1::Envelope envelope;
  Sealed sealed;
};

// The reason of an error, "OK" when there is none.
template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  if (result.ok()) return "OK";
  const auto reason = base::GetReason(result.status());
  return reason ? std::string(base::ReasonName(*reason)) : result.status().ToString();
}

}  // namespace liaison::message

#endif  // LIAISON_TESTS_MESSAGE_SEALED_EXCHANGE_H_
