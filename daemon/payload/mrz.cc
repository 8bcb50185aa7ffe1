#include "daemon/payload/mrz.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace liaison::payload {
namespace {

int Value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return c == '<' ? 0 : -1;
}

bool IsFiller(std::string_view text) {
  return text.find_first_not_of('<') == std::string_view::npos;
}

// A digit of '<' is one that was not filled in.
std::string Check(std::string_view text, char digit) {
  if (digit == '<') return IsFiller(text) ? "absent" : "failed";
  const int expected = MrzCheckDigit(text);
  return expected >= 0 && digit == '0' + expected ? "ok" : "failed";
}

// A number of more than nine characters has '<' in its check position and goes on in the optional
// data, where the last character before the first '<' is the check digit.
std::string CheckNumber(std::string_view number, char digit, std::string_view optional) {
  const size_t end = optional.find('<');
  const std::string_view rest = optional.substr(0, end);
  if (digit != '<' || IsFiller(number) || rest.size() < 2) return Check(number, digit);
  return Check(absl::StrCat(std::string(number), std::string(rest.substr(0, rest.size() - 1))),
               rest.back());
}

MrzVerdict ReadTd1(std::string_view first, std::string_view second) {
  const std::string composite =
      absl::StrCat(std::string(first.substr(5, 25)), std::string(second.substr(0, 7)),
                   std::string(second.substr(8, 7)), std::string(second.substr(18, 11)));
  return {"TD1",
          {{"document_number", CheckNumber(first.substr(5, 9), first[14], first.substr(15, 15))},
           {"birth", Check(second.substr(0, 6), second[6])},
           {"expiry", Check(second.substr(8, 6), second[14])},
           {"composite", Check(composite, second[29])}}};
}

// TD2 and TD3 differ in length, and TD3 has a digit for its optional data.
MrzVerdict ReadTwoLines(std::string_view first, std::string_view second) {
  const bool td3 = second.size() == 44;
  const bool visa = first[0] == 'V';
  const std::string_view optional = td3 ? second.substr(28, 14) : second.substr(28, 7);
  const std::string_view tail = td3 ? second.substr(21, 22) : second.substr(21, 14);
  const std::string composite = absl::StrCat(std::string(second.substr(0, 10)),
                                             std::string(second.substr(13, 7)), std::string(tail));
  MrzVerdict verdict = {
      td3 ? "TD3" : "TD2",
      {{"document_number", td3 ? Check(second.substr(0, 9), second[9])
                               : CheckNumber(second.substr(0, 9), second[9], visa ? "" : optional)},
       {"birth", Check(second.substr(13, 6), second[19])},
       {"expiry", Check(second.substr(21, 6), second[27])}}};
  if (td3) verdict.checks.emplace_back("optional", visa ? "absent" : Check(optional, second[42]));
  verdict.checks.emplace_back("composite", visa ? "absent" : Check(composite, second.back()));
  return verdict;
}

bool AllOfSize(absl::Span<const std::string> lines, size_t size) {
  for (const std::string& line : lines) {
    if (line.size() != size) return false;
  }
  return true;
}

}  // namespace

int MrzCheckDigit(std::string_view text) {
  constexpr std::array<int, 3> kWeights = {7, 3, 1};
  int sum = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const int value = Value(text[i]);
    if (value < 0) return -1;
    sum += value * kWeights[i % kWeights.size()];
  }
  return sum % 10;
}

MrzVerdict ReadMrz(absl::Span<const std::string> lines) {
  if (lines.size() == 3 && AllOfSize(lines, 30)) return ReadTd1(lines[0], lines[1]);
  if (lines.size() == 2 && (AllOfSize(lines, 36) || AllOfSize(lines, 44))) {
    return ReadTwoLines(lines[0], lines[1]);
  }
  return {};
}

}  // namespace liaison::payload
