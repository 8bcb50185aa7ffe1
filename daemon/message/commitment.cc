#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"
#include "daemon/message/message.h"

#include "absl/strings/str_cat.h"

namespace liaison::message {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kValueTag = "liaison/value/v1\0"sv;
constexpr std::string_view kFieldTag = "\0liaison/field/v1\0"sv;  // begins with the 0x00 of a leaf

// Big-endian.
std::array<char, 2> Length(std::string_view text) {
  base::Invariant(text.size() <= UINT16_MAX, "agency ids and paths are shorter than 64 KiB");
  return {static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)};
}

std::string_view View(const std::array<char, 2>& bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

std::string Pae(std::string_view type, std::string_view body) {
  std::string out = absl::StrCat("DSSEv1 ", type.size(), " ");
  out.reserve(out.size() + type.size() + body.size() + 24);
  out.append(type);
  absl::StrAppend(&out, " ", body.size(), " ");
  out.append(body);
  return out;
}

Digest StatementDigest(std::string_view type, std::string_view statement) {
  return crypto::Sha256(Pae(type, statement));
}

Digest ValueCommitment(const ExchangeId& id, std::string_view from, std::string_view salt,
                       std::string_view value) {
  return crypto::Sha256({kValueTag, id.raw(), View(Length(from)), from, salt, value});
}

Digest FieldLeaf(int kind, std::string_view path, const Digest& commitment) {
  const char kind_byte = static_cast<char>(kind);
  return crypto::Sha256(
      {kFieldTag, std::string_view(&kind_byte, 1), View(Length(path)), path, commitment.raw()});
}

}  // namespace liaison::message
