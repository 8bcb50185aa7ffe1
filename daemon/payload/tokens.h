// Keyed tokens in place of a value. A pseudonym links one value to itself within one conversation
// with one partner; a match token lets the two agencies that share a key test whether they hold
// equal values.
#ifndef LIAISON_DAEMON_PAYLOAD_TOKENS_H_
#define LIAISON_DAEMON_PAYLOAD_TOKENS_H_

#include <string>
#include <string_view>

#include "daemon/base/ids.h"
#include "daemon/crypto/secret.h"

namespace liaison::payload {

inline constexpr size_t kMatchKeySize = 32;

// A text and the field that it stands in. Only the last segment of the path counts, so that a value
// is known again elsewhere in the message.
struct FieldText {
  std::string_view schema_path;
  std::string_view text;
};

// The pseudonyms of one conversation with one partner. Immutable, thread-safe.
class Pseudonyms {
 public:
  // `mac_key`: the agency's; nobody else can make or link its pseudonyms.
  Pseudonyms(const crypto::Secret& mac_key, std::string partner,
             const base::ExchangeId& conversation);

  // "pn-" and 26 characters of base32.
  std::string Of(const FieldText& field) const;

 private:
  const crypto::Secret key_;
  const std::string partner_;
  const base::ExchangeId conversation_;
};

// "mt-" and 52 characters of base32, under the key that two agencies share. Of texts that differ
// only in case, white space, '-', '.', '/', compatibility forms and invisible characters: the same.
std::string MatchToken(const crypto::Secret& pair_key, const FieldText& field);

// What of a text counts for a match token: NFKC in upper case, without the characters named above.
// Empty when nothing does, and for what is not UTF-8.
std::string MatchForm(std::string_view text);

bool IsPseudonym(std::string_view text);
bool IsMatchToken(std::string_view text);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_TOKENS_H_
