#include "daemon/message/at_rest.h"

#include <filesystem>
#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/aead.h"

namespace liaison::message {
namespace {

using base::MakeError;
using base::Reason;

constexpr size_t kMaxClassBytes = 32;
constexpr size_t kMonthDigits = 6;

// Each part with its length before it, so that no two lists of parts give the same bytes.
std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.push_back(static_cast<char>(part.size() >> shift & 0xff));
    }
    out.append(part);
  }
  return out;
}

// "<class>-<yyyymm>". A key id comes back from the database: it must not name a file elsewhere.
bool IsKeyId(std::string_view id) {
  const size_t dash = id.find('-');
  if (dash == 0 || dash > kMaxClassBytes || id.size() != dash + 1 + kMonthDigits) return false;
  for (size_t i = 0; i < id.size(); ++i) {
    const bool fits = i < dash ? id[i] >= 'a' && id[i] <= 'z' : id[i] >= '0' && id[i] <= '9';
    if (!fits && i != dash) return false;
  }
  return true;
}

// Fixed for each column: under one data key each is used once.
std::string NonceOf(Column column) {
  std::string nonce(crypto::kAeadNonceSize, '\0');
  nonce.back() = static_cast<char>(column);
  return nonce;
}

std::string ColumnPlace(const std::string& row_place, Column column) {
  const char number = static_cast<char>(column);
  return Joined({"liaison/at-rest/column/v1", row_place, std::string_view(&number, 1)});
}

std::string KeyPlace(const std::string& row_place) {
  return Joined({"liaison/at-rest/key/v1", row_place});
}

absl::Status DoesNotFit(std::string_view what) {
  return MakeError(Reason::kVerificationFailed, what);
}

absl::StatusOr<crypto::Secret> ReadKey(const std::string& file) {
  absl::StatusOr<crypto::Secret> key = crypto::ReadSecretFile(file);
  if (!key.ok() || key->size() == crypto::kAeadKeySize) return key;
  return absl::FailedPreconditionError(absl::StrCat(file, " does not hold a key of 32 bytes"));
}

}  // namespace

std::string RowKey::Seal(Column column, std::string_view plaintext) const {
  const uint32_t bit = uint32_t{1} << static_cast<uint8_t>(column);
  base::Invariant((sealed_ & bit) == 0, "a column is sealed once under a data key");
  sealed_ |= bit;
  return crypto::AeadSeal(key_, NonceOf(column), ColumnPlace(place_, column), plaintext);
}

absl::StatusOr<std::string> RowKey::Open(Column column, std::string_view ciphertext) const {
  absl::StatusOr<std::string> text =
      crypto::AeadOpen(key_, NonceOf(column), ColumnPlace(place_, column), ciphertext);
  if (!text.ok()) return DoesNotFit("a kept column is not what was sealed for its row");
  sealed_ |= uint32_t{1} << static_cast<uint8_t>(column);  // there is a text under this nonce
  return text;
}

AtRestKeys::AtRestKeys(std::string folder, std::string agency)
    : folder_(std::move(folder)), agency_(std::move(agency)) {}

absl::StatusOr<std::unique_ptr<AtRestKeys>> AtRestKeys::Open(std::string folder,
                                                             std::string agency) {
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  if (error) {
    return absl::NotFoundError(absl::StrCat("cannot read the folder of at-rest keys, ", folder));
  }
  std::unique_ptr<AtRestKeys> keys(new AtRestKeys(std::move(folder), std::move(agency)));
  for (const std::filesystem::directory_entry& file : files) {
    const std::string key_id = file.path().stem().string();
    if (file.path().extension() != ".key" || !IsKeyId(key_id)) continue;
    absl::StatusOr<crypto::Secret> key = ReadKey(file.path().string());
    if (!key.ok()) return key.status();
    const base::MutexLock lock(keys->mu_);
    keys->keys_.emplace(key_id, *std::move(key));
  }
  return keys;
}

std::string AtRestKeys::FileOf(const std::string& key_id) const {
  return absl::StrCat(folder_, "/", key_id, ".key");
}

// A file that came after Open, say with a restored key, is found too.
absl::StatusOr<crypto::Secret> AtRestKeys::Find(const std::string& key_id) const {
  const base::MutexLock lock(mu_);
  const auto found = keys_.find(key_id);
  if (found != keys_.end()) return found->second.Clone();
  absl::StatusOr<crypto::Secret> key = ReadKey(FileOf(key_id));
  if (!key.ok()) return key.status();
  crypto::Secret copy = key->Clone();
  keys_.emplace(key_id, *std::move(key));
  return copy;
}

// Under the lock although it syncs: two threads must not make two keys of one name, and it happens
// once a month.
absl::StatusOr<crypto::Secret> AtRestKeys::Make(const std::string& key_id) {
  const base::MutexLock lock(mu_);
  const auto found = keys_.find(key_id);
  if (found != keys_.end()) return found->second.Clone();
  crypto::Secret key = crypto::RandomSecret(crypto::kAeadKeySize);
  const absl::Status written = crypto::WriteSecretFile(FileOf(key_id), key);
  if (!written.ok()) return written;
  crypto::Secret copy = key.Clone();
  keys_.emplace(key_id, std::move(key));
  return copy;
}

absl::StatusOr<RowKey> AtRestKeys::NewRow(std::string_view table, std::string_view row,
                                          std::string_view retention_class, absl::Time delete_by) {
  RowKey result;
  result.wrapped_.key_id.append(retention_class);
  absl::StrAppend(&result.wrapped_.key_id,
                  absl::FormatTime("-%Y%m", delete_by, absl::UTCTimeZone()));
  const std::string& key_id = result.wrapped_.key_id;
  if (!IsKeyId(key_id)) {
    return absl::InvalidArgumentError(absl::StrCat("no wrapping key can be called ", key_id));
  }
  absl::StatusOr<crypto::Secret> wrapping = Find(key_id);
  if (absl::IsNotFound(wrapping.status())) wrapping = Make(key_id);
  if (!wrapping.ok()) return wrapping.status();
  result.key_ = crypto::RandomSecret(crypto::kAeadKeySize);
  result.place_ = Joined({agency_, table, row, key_id});
  result.wrapped_.bytes = crypto::RandomBytes(crypto::kAeadNonceSize);
  result.wrapped_.bytes +=
      crypto::AeadSeal(*wrapping, result.wrapped_.bytes, KeyPlace(result.place_),
                       result.key_.bytes(crypto::OpenSecrets()));
  return result;
}

absl::StatusOr<RowKey> AtRestKeys::OpenRow(std::string_view table, std::string_view row,
                                           const WrappedKey& wrapped) const {
  if (!IsKeyId(wrapped.key_id) || wrapped.bytes.size() < crypto::kAeadNonceSize) {
    return DoesNotFit("a kept row names no wrapping key");
  }
  const absl::StatusOr<crypto::Secret> wrapping = Find(wrapped.key_id);
  if (!wrapping.ok()) {
    return DoesNotFit(absl::StrCat("the wrapping key ", wrapped.key_id, " cannot be read"));
  }
  RowKey result;
  result.wrapped_ = wrapped;
  result.place_ = Joined({agency_, table, row, wrapped.key_id});
  const std::string_view bytes = wrapped.bytes;
  absl::StatusOr<std::string> key =
      crypto::AeadOpen(*wrapping, bytes.substr(0, crypto::kAeadNonceSize), KeyPlace(result.place_),
                       bytes.substr(crypto::kAeadNonceSize));
  if (!key.ok()) return DoesNotFit("a data key is not what was wrapped for its row");
  result.key_ = crypto::Secret(*std::move(key));
  if (result.key_.size() == crypto::kAeadKeySize) return result;
  return DoesNotFit("a data key is not 32 bytes");
}

}  // namespace liaison::message
