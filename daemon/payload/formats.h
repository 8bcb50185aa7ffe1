// The formats that a text field can have, one row each: limits, shape, check digit, and what to
// write instead.
#ifndef LIAISON_DAEMON_PAYLOAD_FORMATS_H_
#define LIAISON_DAEMON_PAYLOAD_FORMATS_H_

#include <optional>
#include <string_view>

#include "daemon/payload/text_rules.h"
#include "daemon/payload/validate.h"

namespace liaison::payload {

enum class Format {
  kProse,  // several lines; limits of Limits
  kLine,   // one line
  kTitle,
  kName,
  kNamePart,
  kShort,
  kOther,  // beside a code OTHER
  kLocalId,
  kAgency,
  kCountry,
  kCountryOrOrganisation,
  kIssuer,
  kCurrency,
  kLanguage,
  kScript,
  kSubdivision,
  kDay,
  kInstant,
  kPhone,
  kEmail,
  kUrl,
  kDocumentNumber,
  kMrzLine,
  kMrzName,
  kPlate,
  kVin,
  kImo,
  kMmsi,
  kImei,
  kImsi,
  kIban,
  kIndustry,
  kIlo,
};

// The first thing that is wrong with the length or the characters of `value`.
std::optional<Complaint> CheckLimits(Format format, std::string_view value, const Limits& limits);

// The first thing that is wrong with `value`: that, or its shape. Check digits count in kDraft
// only.
std::optional<Complaint> CheckFormat(Format format, std::string_view value, Mode mode,
                                     const Limits& limits);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_FORMATS_H_
