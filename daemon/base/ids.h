// Names of things that must not be mixed up: an exchange id is not a digest, and neither is a
// string.
#ifndef LIAISON_DAEMON_BASE_IDS_H_
#define LIAISON_DAEMON_BASE_IDS_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace liaison::base {

// N bytes that name something. `Tag` keeps the kinds apart. Ordered bytewise, hashable with absl.
template <typename Tag, size_t N>
class Bytes {
 public:
  static constexpr size_t kSize = N;

  Bytes() : bytes_{} {}
  explicit Bytes(const std::array<uint8_t, N>& bytes) : bytes_(bytes) {}

  // From exactly N raw bytes; INVALID_ARGUMENT otherwise.
  static absl::StatusOr<Bytes> FromRaw(std::string_view raw) {
    if (raw.size() != N) return absl::InvalidArgumentError("wrong number of bytes");
    Bytes result;
    for (size_t i = 0; i < N; ++i) result.bytes_[i] = static_cast<uint8_t>(raw[i]);
    return result;
  }

  std::string_view raw() const {
    return std::string_view(reinterpret_cast<const char*>(bytes_.data()), N);
  }
  const uint8_t* data() const { return bytes_.data(); }
  uint8_t* mutable_data() { return bytes_.data(); }
  std::string hex() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    out.reserve(2 * N);
    for (uint8_t byte : bytes_) {
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
    return out;
  }
  bool is_zero() const { return *this == Bytes(); }

  friend auto operator<=>(const Bytes&, const Bytes&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Bytes& b) {
    return H::combine(std::move(h), b.bytes_);
  }

 private:
  std::array<uint8_t, N> bytes_;
};

// 16 random bytes; with the sender's agency id the name of an exchange. Text: 32 lower-case hex
// digits.
using ExchangeId = Bytes<struct ExchangeIdTag, 16>;

// A SHA-256 value.
using Digest = Bytes<struct DigestTag, 32>;

// INVALID_ARGUMENT unless `text` is 32 lower-case hex digits.
absl::StatusOr<ExchangeId> ParseExchangeId(std::string_view text);

// INVALID_ARGUMENT unless `text` is 64 lower-case hex digits.
absl::StatusOr<Digest> ParseDigest(std::string_view text);

// An agency id: [a-z0-9][a-z0-9-]{1,62}.
bool IsAgencyId(std::string_view text);

// What people write to name an exchange: its id, or the first 8 or more digits of it, in lower-case
// hex; and before it, where that alone is not unique, the agency that sent it:
// "bgc-example/0123abcd". Two agencies may give their messages one id: only with the agency it is a
// name.
class ExchangePrefix {
 public:
  // INVALID_ARGUMENT unless `text` is so.
  static absl::StatusOr<ExchangePrefix> Parse(std::string_view text);

  const std::string& from() const { return from_; }  // empty: of any agency
  const std::string& digits() const { return digits_; }
  // As it was written.
  std::string text() const { return from_.empty() ? digits_ : from_ + "/" + digits_; }
  // The id, when all of it is there.
  std::optional<ExchangeId> whole() const;
  bool Fits(std::string_view from, const ExchangeId& id) const;

 private:
  ExchangePrefix(std::string_view from, std::string_view digits) : from_(from), digits_(digits) {}

  std::string from_;
  std::string digits_;
};

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_IDS_H_
