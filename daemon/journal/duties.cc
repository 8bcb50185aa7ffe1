#include "daemon/journal/duties.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/crypto/digest.h"
#include "daemon/journal/openings.h"
#include "daemon/payload/subjects.h"
#include "daemon/policy/decision.h"
#include "daemon/policy/terms.h"
#include "daemon/policy/validity.h"

namespace liaison::journal {
namespace {

constexpr std::string_view kEnd("\0", 1);

// Keyed by quota and day, so that nobody who reads the rows can follow a person from day to day.
std::vector<base::Digest> MarksOf(const std::vector<std::string>& subjects,
                                  const store::QuotaUse& use, const Attempt& attempt,
                                  const crypto::Secret& mac_key) {
  const std::string day = absl::StrCat(absl::ToUnixSeconds(use.begin));
  std::vector<base::Digest> marks;
  for (size_t i = 0; i < subjects.size(); ++i) {
    const std::string nobody = absl::StrCat(attempt.name.from, "/", attempt.name.id.hex(), "/", i);
    const bool named = !subjects[i].empty();
    marks.push_back(crypto::HmacSha256(
        mac_key, {"quota subject", kEnd, use.quota, kEnd, day, kEnd, named ? "person" : "nobody",
                  kEnd, named ? subjects[i] : nobody}));
  }
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  return marks;
}

}  // namespace

std::vector<store::QuotaUse> UsesOf(absl::Span<const policy::v1::Quota> quotas,
                                    const Attempt& attempt, const crypto::Secret& mac_key) {
  std::vector<store::QuotaUse> uses;
  if (quotas.empty()) return uses;
  const std::vector<std::string> subjects = payload::SubjectsOf(attempt.payload);
  for (const policy::v1::Quota& quota : quotas) {
    const policy::Period day = policy::DayAround(attempt.now, quota.time_zone());
    store::QuotaUse use;
    use.quota = quota.id();
    use.begin = day.begin;
    use.end = day.end;
    if (quota.per_caller()) use.caller = attempt.caller;
    use.per_day = quota.per_day();
    use.distinct_subjects_per_day = quota.distinct_subjects_per_day();
    use.subjects = MarksOf(subjects, use, attempt, mac_key);
    uses.push_back(std::move(use));
  }
  return uses;
}

std::vector<std::string> QuotasCounted(const audit::v1::DecisionOpening& decision) {
  const bool denied = decision.outcome() == policy::OutcomeName(policy::Outcome::kDeny);
  if (denied && decision.step() != policy::StepName(policy::Step::kQuota)) return {};
  return policy::QuotasNamed(decision.obligations());
}

std::string KeepUntil(const std::string& delete_by, absl::Time from, absl::Duration retention) {
  const std::string last = absl::FormatTime("%Y-%m-%d", from + retention, absl::UTCTimeZone());
  return delete_by.empty() ? last : std::min(delete_by, last);
}

absl::StatusOr<store::RecordDraft> NoticeOf(const store::Exchange& exchange,
                                            audit::v1::ActorOpening actor,
                                            const audit::v1::DecisionOpening& decision,
                                            message::AtRestKeys& keys, absl::Time now) {
  store::RecordDraft draft;
  draft.log = audit::v1::DESK;
  draft.record.set_event(audit::v1::NOTICE);
  draft.record.set_exchange_from(exchange.name.from);
  draft.record.set_exchange_id(std::string(exchange.name.id.raw()));
  draft.record.set_partner(exchange.partner);
  const bool denied = decision.outcome() == policy::OutcomeName(policy::Outcome::kDeny);
  actor.set_detail(
      denied ? absl::StrCat("denied: ", decision.missing())
             : absl::StrCat("asked for by what let it pass: ", absl::StrJoin(decision.rules(), ", "),
                            "; obligations: ", absl::StrJoin(decision.obligations(), ", ")));
  const absl::Status attached = Attach({{}, std::move(actor)}, keys, now, draft);
  if (!attached.ok()) return attached;
  return draft;
}

}  // namespace liaison::journal
