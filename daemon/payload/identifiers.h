// Identifiers of telephones, vessels, vehicles, accounts: shape, and the check digit where one
// exists.
//
// A shape is a promise of the schema and always checked. A check digit is weak evidence (two wrong
// digits can pass), so it is asked of our own drafts only: what a partner saw is what it saw.
#ifndef LIAISON_DAEMON_PAYLOAD_IDENTIFIERS_H_
#define LIAISON_DAEMON_PAYLOAD_IDENTIFIERS_H_

#include <string_view>

namespace liaison::payload {

bool IsE164(std::string_view text);  // '+', then 2 to 15 digits, the first not 0
bool IsImo(std::string_view text);   // 7 digits
bool IsMmsi(std::string_view text);  // ITU-R M.585: 9 digits, of a ship: the first 2 to 7
bool IsImei(std::string_view text);  // 15 digits
bool IsImsi(std::string_view text);  // 6 to 15 digits
bool IsIban(std::string_view text);  // ISO 13616: country, two digits, 11 to 30 of A-Z 0-9
bool IsVin(std::string_view text);   // ISO 3779: 17 of A-Z 0-9 without I, O, Q
bool IsPlate(std::string_view
                 text);  // 1 to 16 of A-Z 0-9 and letters of other scripts, no space, dash or dot
bool IsEmail(
    std::string_view text);  // one '@' with something on both sides, a dot in the domain, no space
bool IsUrl(
    std::string_view text);  // http:// or https:// and a host; printable ASCII without spaces
bool IsLocalId(std::string_view text);         // 1 to 64 of A-Z a-z 0-9 '-' '_' '.'
bool IsDocumentNumber(std::string_view text);  // 1 to 40 of A-Z a-z 0-9 '-' '/' '.'
bool IsMrzText(std::string_view text);         // A-Z, 0-9 and '<', 1 to 44
bool IsMrzName(std::string_view text);         // A-Z and '<', 1 to 39

// REQUIRES: the shape holds.
bool ImoDigitHolds(std::string_view imo);
bool ImeiDigitHolds(std::string_view imei);  // Luhn
bool IbanDigitsHold(std::string_view iban);  // ISO 7064 mod 97-10

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_IDENTIFIERS_H_
