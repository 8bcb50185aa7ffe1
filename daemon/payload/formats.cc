#include "daemon/payload/formats.h"

#include <array>

#include "daemon/base/ids.h"
#include "daemon/payload/code_lists.h"
#include "daemon/payload/dates.h"
#include "daemon/payload/identifiers.h"

namespace liaison::payload {
namespace {

using Predicate = bool (*)(std::string_view);

bool Anything(std::string_view) { return true; }
bool IsDay(std::string_view text) { return ParseDay(text).has_value(); }
bool IsInstant(std::string_view text) { return ParseInstant(text).has_value(); }

struct FormatRow {
  Format format;
  size_t code_points;
  std::string_view rule;
  Predicate accepts;
  Predicate digit_holds;  // of a value that `accepts`
  std::string_view description;
};

// In the order of Format; kProse takes its limits from the caller.
constexpr std::array kRows = {
    FormatRow{Format::kProse, 0, "", Anything, Anything, ""},
    FormatRow{Format::kLine, 500, "", Anything, Anything, ""},
    FormatRow{Format::kTitle, 200, "", Anything, Anything, ""},
    FormatRow{Format::kName, 240, "", Anything, Anything, ""},
    FormatRow{Format::kNamePart, 120, "", Anything, Anything, ""},
    FormatRow{Format::kShort, 80, "", Anything, Anything, ""},
    FormatRow{Format::kOther, 200, "", Anything, Anything, ""},
    FormatRow{Format::kLocalId, 64, "LOCAL_ID", IsLocalId, Anything,
              "write 1 to 64 letters, digits, '-', '_' or '.'"},
    FormatRow{Format::kAgency, 63, "AGENCY", base::IsAgencyId, Anything,
              "write an agency id: lower-case letters, digits and '-', such as bgc-example"},
    FormatRow{Format::kCountry, 16, "COUNTRY", IsCountryAlpha2, Anything,
              "write an ISO 3166-1 alpha-2 code in upper case, such as VN"},
    FormatRow{Format::kCountryOrOrganisation, 16, "COUNTRY", IsCountryOrOrganisation, Anything,
              "write an ISO 3166-1 alpha-2 code in upper case, or XX for an international "
              "organisation"},
    FormatRow{Format::kIssuer, 16, "COUNTRY", IsIssuer, Anything,
              "write an ISO 3166-1 alpha-3 code in upper case, such as VNM, or one of ICAO 9303"},
    FormatRow{Format::kCurrency, 16, "CURRENCY", IsCurrency, Anything,
              "write an ISO 4217 code in upper case, such as VND"},
    FormatRow{Format::kLanguage, 64, "LANGUAGE", IsLanguageTag, Anything,
              "write a BCP 47 tag, such as vi or en-GB"},
    FormatRow{Format::kScript, 16, "SCRIPT", IsScript, Anything,
              "write an ISO 15924 code, such as Latn or Khmr"},
    FormatRow{Format::kSubdivision, 16, "SUBDIVISION", IsSubdivision, Anything,
              "write an ISO 3166-2 code, such as VN-04"},
    FormatRow{Format::kDay, 32, "DATE", IsDay, Anything, "write a date as YYYY-MM-DD"},
    FormatRow{Format::kInstant, 64, "TIMESTAMP", IsInstant, Anything,
              "write RFC 3339 in UTC with Z, such as 2026-03-14T08:00:00Z"},
    FormatRow{Format::kPhone, 64, "PHONE", IsE164, Anything,
              "write E.164: '+', country code and number, digits only"},
    FormatRow{Format::kEmail, 254, "EMAIL", IsEmail, Anything, "write name@domain"},
    FormatRow{Format::kUrl, 2048, "URL", IsUrl, Anything,
              "write an address that begins with https:// or http://, without spaces"},
    FormatRow{Format::kDocumentNumber, 80, "DOCUMENT_NUMBER", IsDocumentNumber, Anything,
              "write at most 40 letters, digits, '-', '/' or '.', without spaces"},
    FormatRow{Format::kMrzLine, 128, "MRZ", IsMrzText, Anything,
              "write one line of the zone as read: A-Z, 0-9 and '<', at most 44"},
    FormatRow{Format::kMrzName, 128, "MRZ", IsMrzName, Anything,
              "write A-Z and '<', at most 39 characters"},
    FormatRow{Format::kPlate, 16, "PLATE", IsPlate, Anything,
              "write upper case without spaces, dashes and dots; as written goes to plate_raw"},
    FormatRow{Format::kVin, 64, "VIN", IsVin, Anything,
              "write the 17 characters of ISO 3779, without I, O and Q"},
    FormatRow{Format::kImo, 64, "IMO", IsImo, ImoDigitHolds, "write the 7 digits alone"},
    FormatRow{Format::kMmsi, 64, "MMSI", IsMmsi, Anything,
              "write the 9 digits of a ship station, the first 2 to 7"},
    FormatRow{Format::kImei, 64, "IMEI", IsImei, ImeiDigitHolds, "write the 15 digits alone"},
    FormatRow{Format::kImsi, 64, "IMSI", IsImsi, Anything, "write the 6 to 15 digits alone"},
    FormatRow{Format::kIban, 64, "IBAN", IsIban, IbanDigitsHold,
              "write the account number of ISO 13616 in upper case, without spaces"},
    FormatRow{Format::kIndustry, 16, "INDUSTRY", IsIndustrySection, Anything,
              "write a section of ISIC rev. 4, one letter from A to U"},
    FormatRow{Format::kIlo, 32, "ILO_INDICATOR", IsIloIndicator, Anything,
              "write an indicator of the ILO list, such as ILO.DR.01"},
};

constexpr bool InOrder() {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].format != static_cast<Format>(i)) return false;
  }
  return true;
}
static_assert(InOrder() && kRows.size() == static_cast<size_t>(Format::kIlo) + 1);

constexpr size_t kMaxBytesOfCodePoint = 4;

}  // namespace

std::optional<Complaint> CheckLimits(Format format, std::string_view value, const Limits& limits) {
  const FormatRow& row = kRows[static_cast<size_t>(format)];
  const bool prose = format == Format::kProse;
  const TextLimit limit = prose
                              ? TextLimit{limits.text_code_points, limits.text_bytes}
                              : TextLimit{row.code_points, row.code_points * kMaxBytesOfCodePoint};
  return CheckText(value, prose ? Lines::kMany : Lines::kOne, limit);
}

std::optional<Complaint> CheckFormat(Format format, std::string_view value, Mode mode,
                                     const Limits& limits) {
  const std::optional<Complaint> complaint = CheckLimits(format, value, limits);
  if (complaint.has_value()) return complaint;
  const FormatRow& row = kRows[static_cast<size_t>(format)];
  if (!row.accepts(value)) return Complaint{row.rule, row.description};
  if (mode == Mode::kDraft && !row.digit_holds(value)) {
    return Complaint{row.rule, "the check digit does not fit; read it again from the source"};
  }
  return std::nullopt;
}

}  // namespace liaison::payload
