// What must be done, too: the obligations of rules, read and brought together.
#ifndef LIAISON_DAEMON_POLICY_TERMS_H_
#define LIAISON_DAEMON_POLICY_TERMS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "daemon/policy/decision.h"

namespace liaison::policy {

// "90m", "4h", "365d": a number from 1 without leading zeros, at most five digits, and minutes,
// hours or days of 24 hours. nullopt for anything else.
std::optional<absl::Duration> ParseSpan(std::string_view text);
// The same the other way round, in the largest unit that fits.
std::string SpanText(absl::Duration span);

// Of one rule or of several.
struct Terms {
  std::optional<ReleaseNeed> release;
  std::map<std::string_view, const v1::Quota*> quotas;  // by id
  absl::Duration retention = absl::InfiniteDuration();
  bool notice = false;
};

// REQUIRES: checked obligations; `quotas` has the quota they name and outlives the result.
Terms TermsOf(const v1::Obligations& obligations,
              const google::protobuf::RepeatedPtrField<v1::Quota>& quotas);

// What setting the rule aside asks for; nullopt when it never is. REQUIRES: a checked rule.
std::optional<Terms> DerogationOf(const v1::Rule& rule);

// Makes `terms` ask for what `more` asks for too: all of it, the stricter of each.
void Join(const Terms& more, Terms& terms);

// What stands beside the rules of a decision that sets one aside, or refuses to.
inline constexpr char kDerogationRule[] = "builtin:D-39";
// For people, one each.
std::vector<std::string> InWords(const Terms& terms);
// The ids of the quotas that such words name.
std::vector<std::string> QuotasNamed(const google::protobuf::RepeatedPtrField<std::string>& words);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_TERMS_H_
