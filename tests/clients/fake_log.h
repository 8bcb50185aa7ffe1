// A log of one record for each exchange that is asked about, with a key of its own.
#ifndef LIAISON_TESTS_CLIENTS_FAKE_LOG_H_
#define LIAISON_TESTS_CLIENTS_FAKE_LOG_H_

#include <memory>
#include <string>
#include <utility>

#include "daemon/crypto/keys.h"
#include "liaison/audit/v1/record.pb.h"

namespace liaison::clients_test {

class FakeLog {
 public:
  explicit FakeLog(std::string origin) : origin_(std::move(origin)) {}

  audit::v1::Receipt ReceiptFor(const std::string& id) const;
  std::string verifier_key() const;

 private:
  const std::string origin_;
  const std::unique_ptr<crypto::PrivateKey> key_ =
      crypto::PrivateKey::Generate(crypto::KeyAlgorithm::kEd25519);
};

}  // namespace liaison::clients_test

#endif  // LIAISON_TESTS_CLIENTS_FAKE_LOG_H_
