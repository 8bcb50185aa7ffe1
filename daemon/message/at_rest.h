// What is kept is encrypted before the store sees it: AES-256-GCM under a data key for each row,
// wrapped by a key that lies outside the database.
#ifndef LIAISON_DAEMON_MESSAGE_AT_REST_H_
#define LIAISON_DAEMON_MESSAGE_AT_REST_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/base/mutex.h"
#include "daemon/crypto/secret.h"

namespace liaison::message {

// Which column; each encrypts once under its row's data key, so a fixed nonce for each is safe.
enum class Column : uint8_t {
  kBody = 1,      // records and withheld leaves of an envelope
  kDraft = 2,     // the sender's own unredacted payload, and what it kept back
  kDecision = 3,  // salt || DecisionOpening
  kActor = 4,     // salt || ActorOpening
};

// A data key, wrapped. Stored beside the columns it encrypts.
struct WrappedKey {
  std::string key_id;  // names the wrapping key: "<class>-<yyyymm>"
  std::string bytes;   // nonce || AES-256-GCM(data key)
};

// A data key in use for one row. Belongs to one thread.
class RowKey {
 public:
  // REQUIRES: nothing was sealed for `column` under this data key before; a second time through one
  // RowKey crashes, because two texts under one key and nonce give both away. What changes is
  // sealed under a new row key.
  std::string Seal(Column column, std::string_view plaintext) const;
  // DATA_LOSS (VERIFICATION_FAILED) when it is not what was sealed for this row and column.
  absl::StatusOr<std::string> Open(Column column, std::string_view ciphertext) const;
  const WrappedKey& wrapped() const { return wrapped_; }

 private:
  friend class AtRestKeys;
  RowKey() = default;
  crypto::Secret key_;
  WrappedKey wrapped_;
  std::string
      place_;  // agency, table, row, key id: the associated data of every column, less its number
  mutable uint32_t sealed_ = 0;  // one bit for each column
};

// The wrapping keys, files `<class>-<yyyymm>.key` of mode 0600 in one folder. Thread-safe.
class AtRestKeys {
 public:
  // Errors: NOT_FOUND when the folder is missing; FAILED_PRECONDITION when a file is readable by
  // others.
  static absl::StatusOr<std::unique_ptr<AtRestKeys>> Open(std::string folder, std::string agency);

  // A fresh data key for a row, wrapped under the key of `retention_class` ("message", "audit") and
  // the month of `delete_by`; the wrapping key is made and synced first when it is not there. `row`
  // is unique within `table`. REQUIRES: a class of 1 to 32 letters a-z, a date in the years 1000 to
  // 9999. Errors: those of the file system.
  absl::StatusOr<RowKey> NewRow(std::string_view table, std::string_view row,
                                std::string_view retention_class, absl::Time delete_by);
  // VERIFICATION_FAILED when the wrapping key is gone or does not fit.
  absl::StatusOr<RowKey> OpenRow(std::string_view table, std::string_view row,
                                 const WrappedKey& wrapped) const;

 private:
  AtRestKeys(std::string folder, std::string agency);
  std::string FileOf(const std::string& key_id) const;
  // From memory, else from its file.
  absl::StatusOr<crypto::Secret> Find(const std::string& key_id) const;
  // A new one, in its file before it is given out.
  absl::StatusOr<crypto::Secret> Make(const std::string& key_id);

  const std::string folder_;
  const std::string agency_;
  mutable base::Mutex mu_;
  mutable std::map<std::string, crypto::Secret> keys_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::message

#endif  // LIAISON_DAEMON_MESSAGE_AT_REST_H_
