#include "daemon/policy/terms.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace liaison::policy {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr char kQuota[] = "quota ";

}  // namespace

std::optional<absl::Duration> ParseSpan(std::string_view text) {
  if (text.size() < 2 || text.size() > 6 || text[0] == '0') return std::nullopt;
  int64_t number = 0;
  for (const char digit : text.substr(0, text.size() - 1)) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(digit))) return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  switch (text.back()) {
    case 'm':
      return absl::Minutes(number);
    case 'h':
      return absl::Hours(number);
    case 'd':
      return number * kDay;
    default:
      return std::nullopt;
  }
}

std::string SpanText(absl::Duration span) {
  if (span % kDay == absl::ZeroDuration()) return absl::StrCat(span / kDay, "d");
  if (span % absl::Hours(1) == absl::ZeroDuration()) {
    return absl::StrCat(absl::ToInt64Hours(span), "h");
  }
  return absl::StrCat(absl::ToInt64Minutes(span), "m");
}

Terms TermsOf(const v1::Obligations& obligations,
              const google::protobuf::RepeatedPtrField<v1::Quota>& quotas) {
  Terms terms;
  if (obligations.has_release()) {
    const std::optional<absl::Duration> within = ParseSpan(obligations.release().within());
    terms.release = {obligations.release().persons(), within.value_or(absl::ZeroDuration()), false};
  }
  for (const v1::Quota& quota : quotas) {
    if (quota.id() == obligations.quota()) terms.quotas.emplace(quota.id(), &quota);
  }
  if (!obligations.retention().empty()) {
    terms.retention = ParseSpan(obligations.retention()).value_or(absl::ZeroDuration());
  }
  terms.notice = obligations.notice();
  return terms;
}

std::optional<Terms> DerogationOf(const v1::Rule& rule) {
  if (!rule.has_derogation()) return std::nullopt;
  const std::optional<absl::Duration> within = ParseSpan(rule.derogation().within());
  Terms terms;
  terms.release = {2, within.value_or(absl::ZeroDuration()), true};
  terms.notice = true;
  return terms;
}

void Join(const Terms& more, Terms& terms) {
  if (more.release) {
    if (!terms.release) terms.release = more.release;
    terms.release->persons = std::max(terms.release->persons, more.release->persons);
    terms.release->within = std::min(terms.release->within, more.release->within);
    terms.release->supervisors = terms.release->supervisors || more.release->supervisors;
  }
  terms.quotas.insert(more.quotas.begin(), more.quotas.end());
  terms.retention = std::min(terms.retention, more.retention);
  terms.notice = terms.notice || more.notice;
}

std::vector<std::string> InWords(const Terms& terms) {
  std::vector<std::string> words;
  if (terms.release) {
    words.push_back(absl::StrCat("release by ", terms.release->persons, " persons within ",
                                 SpanText(terms.release->within),
                                 terms.release->supervisors ? ", by supervisors alone" : ""));
  }
  for (const auto& [id, quota] : terms.quotas) words.push_back(absl::StrCat(kQuota, quota->id()));
  if (terms.retention != absl::InfiniteDuration()) {
    words.push_back(absl::StrCat("kept at most ", SpanText(terms.retention)));
  }
  if (terms.notice) words.emplace_back("notice to auditors");
  return words;
}

std::vector<std::string> QuotasNamed(const google::protobuf::RepeatedPtrField<std::string>& words) {
  std::vector<std::string> ids;
  for (const std::string& obligation : words) {
    absl::string_view id = obligation;
    if (absl::ConsumePrefix(&id, kQuota)) ids.emplace_back(id);
  }
  return ids;
}

}  // namespace liaison::policy
