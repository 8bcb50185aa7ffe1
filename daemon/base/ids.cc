#include "daemon/base/ids.h"

namespace liaison::base {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

template <typename T>
absl::StatusOr<T> ParseHex(std::string_view text) {
  if (text.size() != 2 * T::kSize) {
    return absl::InvalidArgumentError("wrong number of hex digits");
  }
  T result;
  for (size_t i = 0; i < T::kSize; ++i) {
    const int high = HexValue(text[2 * i]);
    const int low = HexValue(text[2 * i + 1]);
    if (high < 0 || low < 0) return absl::InvalidArgumentError("not lower-case hex digits");
    result.mutable_data()[i] = static_cast<uint8_t>(16 * high + low);
  }
  return result;
}

constexpr size_t kFewestDigits = 8;

}  // namespace

absl::StatusOr<ExchangeId> ParseExchangeId(std::string_view text) {
  return ParseHex<ExchangeId>(text);
}

absl::StatusOr<Digest> ParseDigest(std::string_view text) { return ParseHex<Digest>(text); }

bool IsAgencyId(std::string_view text) {
  if (text.size() < 2 || text.size() > 63 || text[0] == '-') return false;
  for (char c : text) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (!allowed) return false;
  }
  return true;
}

absl::StatusOr<ExchangePrefix> ExchangePrefix::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  const bool named = slash != std::string_view::npos;
  const std::string_view from = named ? text.substr(0, slash) : std::string_view();
  const std::string_view digits = named ? text.substr(slash + 1) : text;
  if (named && !IsAgencyId(from))
    return absl::InvalidArgumentError("no agency id before the slash");
  if (digits.size() < kFewestDigits || digits.size() > 2 * ExchangeId::kSize ||
      digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return absl::InvalidArgumentError("not 8 to 32 lower-case hex digits");
  }
  return ExchangePrefix(from, digits);
}

std::optional<ExchangeId> ExchangePrefix::whole() const {
  const absl::StatusOr<ExchangeId> id = ParseExchangeId(digits_);
  if (!id.ok()) return std::nullopt;
  return *id;
}

bool ExchangePrefix::Fits(std::string_view from, const ExchangeId& id) const {
  return (from_.empty() || from_ == from) && id.hex().compare(0, digits_.size(), digits_) == 0;
}

}  // namespace liaison::base
