#include "daemon/payload/identifiers.h"

#include <cstddef>

#include "daemon/payload/code_lists.h"

namespace liaison::payload {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsUpperOrDigit(char c) { return IsUpper(c) || IsDigit(c); }
bool IsAlnum(char c) { return IsUpperOrDigit(c) || (c >= 'a' && c <= 'z'); }

struct Sizes {
  size_t least;
  size_t most;
};

template <typename Predicate>
bool Consists(std::string_view text, Sizes sizes, Predicate holds) {
  if (text.size() < sizes.least || text.size() > sizes.most) return false;
  for (const char c : text) {
    if (!holds(c)) return false;
  }
  return true;
}

int Digit(char c) { return c - '0'; }

}  // namespace

bool IsE164(std::string_view text) {
  return !text.empty() && text[0] == '+' && Consists(text.substr(1), {2, 15}, IsDigit) &&
         text[1] != '0';
}

bool IsImo(std::string_view text) { return Consists(text, {7, 7}, IsDigit); }

bool IsMmsi(std::string_view text) {
  return Consists(text, {9, 9}, IsDigit) && text[0] >= '2' && text[0] <= '7';
}

bool IsImei(std::string_view text) { return Consists(text, {15, 15}, IsDigit); }

bool IsImsi(std::string_view text) { return Consists(text, {6, 15}, IsDigit); }

bool IsIban(std::string_view text) {
  return Consists(text, {15, 34}, IsUpperOrDigit) && IsCountryAlpha2(text.substr(0, 2)) &&
         IsDigit(text[2]) && IsDigit(text[3]);
}

bool IsVin(std::string_view text) {
  return Consists(text, {17, 17},
                  [](char c) { return IsUpperOrDigit(c) && c != 'I' && c != 'O' && c != 'Q'; });
}

bool IsPlate(std::string_view text) {
  return Consists(text, {1, 48}, [](char c) { return IsUpperOrDigit(c) || (c & 0x80) != 0; });
}

bool IsEmail(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  const std::string_view domain = text.substr(at + 1);
  return text.find(' ') == std::string_view::npos && domain.size() >= 3 && domain.front() != '.' &&
         domain.back() != '.' && domain.find('.') != std::string_view::npos;
}

bool IsUrl(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.substr(0, scheme.size()) != scheme) continue;
    const std::string_view rest = text.substr(scheme.size());
    return Consists(rest, {1, 2048}, [](char c) { return c > 0x20 && c < 0x7F; }) &&
           rest.front() != '/';
  }
  return false;
}

bool IsLocalId(std::string_view text) {
  return Consists(text, {1, 64},
                  [](char c) { return IsAlnum(c) || c == '-' || c == '_' || c == '.'; });
}

bool IsDocumentNumber(std::string_view text) {
  return Consists(text, {1, 40},
                  [](char c) { return IsAlnum(c) || c == '-' || c == '/' || c == '.'; });
}

bool IsMrzText(std::string_view text) {
  return Consists(text, {1, 44}, [](char c) { return IsUpperOrDigit(c) || c == '<'; });
}

bool IsMrzName(std::string_view text) {
  return Consists(text, {1, 39}, [](char c) { return IsUpper(c) || c == '<'; });
}

bool ImoDigitHolds(std::string_view imo) {
  int sum = 0;
  for (int i = 0; i < 6; ++i) sum += Digit(imo[static_cast<size_t>(i)]) * (7 - i);
  return sum % 10 == Digit(imo[6]);
}

bool ImeiDigitHolds(std::string_view imei) {
  int sum = 0;
  for (size_t i = 0; i < imei.size(); ++i) {
    const int digit = Digit(imei[i]) * (i % 2 == 1 ? 2 : 1);  // 15 digits: every second is doubled
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 == 0;
}

bool IbanDigitsHold(std::string_view iban) {
  int remainder = 0;
  for (size_t i = 0; i < iban.size(); ++i) {
    const char c = iban[(i + 4) % iban.size()];  // country and check digits go to the end
    remainder =
        IsDigit(c) ? (remainder * 10 + Digit(c)) % 97 : (remainder * 100 + (c - 'A' + 10)) % 97;
  }
  return remainder == 1;
}

}  // namespace liaison::payload
