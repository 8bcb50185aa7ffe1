// Closed lists of codes from standards. Lists that agreements or agencies change are data, not
// here.
#ifndef LIAISON_DAEMON_PAYLOAD_CODE_LISTS_H_
#define LIAISON_DAEMON_PAYLOAD_CODE_LISTS_H_

#include <string_view>

namespace liaison::payload {

bool IsCountryAlpha2(std::string_view code);  // ISO 3166-1
// The same, or "XX" for an international organisation.
bool IsCountryOrOrganisation(std::string_view code);
// ISO 3166-1 alpha-3, or a code that ICAO 9303 part 3 adds: "D", "UTO" (specimens), "XXA"
// (stateless), "XXX" ...
bool IsIssuer(std::string_view code);
bool IsCurrency(std::string_view code);         // ISO 4217
bool IsScript(std::string_view code);           // ISO 15924
bool IsSubdivision(std::string_view code);      // ISO 3166-2 in shape, of a country of ISO 3166-1
bool IsIndustrySection(std::string_view code);  // ISIC rev. 4: "A" to "U"
bool IsIloIndicator(std::string_view code);     // "ILO.DR.01" ...
// BCP 47 (RFC 5646) in shape; script and region are looked up. Grandfathered tags are refused.
bool IsLanguageTag(std::string_view tag);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_CODE_LISTS_H_
