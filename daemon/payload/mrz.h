// The machine-readable zone of ICAO 9303: which format it has, and whether its check digits hold.
#ifndef LIAISON_DAEMON_PAYLOAD_MRZ_H_
#define LIAISON_DAEMON_PAYLOAD_MRZ_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace liaison::payload {

struct MrzVerdict {
  std::string format;  // "TD1", "TD2", "TD3"; "" when the lines are none of them, and then there
                       // are no checks
  // "document_number", "birth", "expiry", "optional" (TD3 only), "composite" -> "ok", "failed",
  // "absent". Visas (V in the first place) have no optional and no composite digit.
  std::vector<std::pair<std::string, std::string>> checks;
};

// Never fails: forged and misread documents are what this is for.
MrzVerdict ReadMrz(absl::Span<const std::string> lines);

// Weights 7, 3, 1; A to Z count 10 to 35, '<' counts 0. -1 when `text` holds anything else.
int MrzCheckDigit(std::string_view text);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_MRZ_H_
