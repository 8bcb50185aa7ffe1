#include "daemon/payload/tokens.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"

namespace liaison::payload {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648, lower case
constexpr std::string_view kPseudonymMark = "pn-";
constexpr std::string_view kMatchMark = "mt-";
constexpr size_t kPseudonymSize = 26;
constexpr size_t kMatchSize = 52;

// The first `size` characters of base32 without padding; missing bits are zero.
std::string Base32(std::string_view bytes, size_t size) {
  std::string text;
  uint32_t bits = 0;
  int held = 0;
  for (size_t at = 0; text.size() < size;) {
    if (held < 5) {
      const auto next = at < bytes.size() ? static_cast<uint8_t>(bytes[at++]) : uint8_t{0};
      bits = bits << 8 | next;
      held += 8;
    }
    held -= 5;
    text.push_back(kBase32[bits >> held & 31]);
  }
  return text;
}

std::string_view LastSegment(std::string_view schema_path) {
  const size_t dot = schema_path.rfind('.');
  return dot == std::string_view::npos ? schema_path : schema_path.substr(dot + 1);
}

bool IsToken(std::string_view text, std::string_view mark, size_t size) {
  return text.size() == mark.size() + size && text.substr(0, mark.size()) == mark &&
         text.find_first_not_of(kBase32, mark.size()) == std::string_view::npos;
}

// White space, controls, '-', '.', '/', and the invisible characters that a text may hold.
bool CountsForNothing(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
      return true;
    default:
      return c == '-' || c == '.' || c == '/' || (c >= 0x200B && c <= 0x200F) || c == 0x061C;
  }
}

// Empty for what is not UTF-8.
std::string Nfkc(std::string_view text) {
  utf8proc_uint8_t* raw = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &raw,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
  if (size < 0) return "";
  return std::string(reinterpret_cast<const char*>(raw), static_cast<size_t>(size));
}

void AppendUtf8(utf8proc_int32_t c, std::string* out) {
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t size = utf8proc_encode_char(c, bytes);
  out->append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

// Unicode's simple upper case. utf8proc has a mapping of its own for one letter.
utf8proc_int32_t Upper(utf8proc_int32_t c) {
  constexpr utf8proc_int32_t kSharpS = 0xDF;
  return c == kSharpS ? c : utf8proc_toupper(c);
}

// REQUIRES: UTF-8.
std::string UpperWithoutSeparators(std::string_view text) {
  std::string upper;
  while (!text.empty()) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t size =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &c);
    base::Invariant(size > 0, "normalised text is UTF-8");
    if (!CountsForNothing(c)) AppendUtf8(Upper(c), &upper);
    text.remove_prefix(static_cast<size_t>(size));
  }
  return upper;
}

}  // namespace

Pseudonyms::Pseudonyms(const crypto::Secret& mac_key, std::string partner,
                       const base::ExchangeId& conversation)
    : key_(std::string(crypto::HmacSha256(mac_key, {"liaison/pseudonym/v1"}).raw())),
      partner_(std::move(partner)),
      conversation_(conversation) {}

std::string Pseudonyms::Of(const FieldText& field) const {
  const base::Digest digest = crypto::HmacSha256(
      key_,
      {partner_, "\0"sv, conversation_.raw(), LastSegment(field.schema_path), "\0"sv, field.text});
  return std::string(kPseudonymMark).append(Base32(digest.raw(), kPseudonymSize));
}

// Upper case can undo the normal form (U+0345), so it is made again.
std::string MatchForm(std::string_view text) { return Nfkc(UpperWithoutSeparators(Nfkc(text))); }

std::string MatchToken(const crypto::Secret& pair_key, const FieldText& field) {
  const base::Digest digest = crypto::HmacSha256(
      pair_key,
      {"liaison/match/v1\0"sv, LastSegment(field.schema_path), "\0"sv, MatchForm(field.text)});
  return std::string(kMatchMark).append(Base32(digest.raw(), kMatchSize));
}

bool IsPseudonym(std::string_view text) { return IsToken(text, kPseudonymMark, kPseudonymSize); }

bool IsMatchToken(std::string_view text) { return IsToken(text, kMatchMark, kMatchSize); }

}  // namespace liaison::payload
