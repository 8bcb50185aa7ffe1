// Rules of the victim verification request and its response.
#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "daemon/payload/consent.h"
#include "daemon/payload/message_rules.h"

namespace liaison::payload {
namespace {

bool MayBeVerified(v1::SubjectCategory::Code category) {
  return category == v1::SubjectCategory::VICTIM ||
         category == v1::SubjectCategory::SUSPECTED_VICTIM ||
         category == v1::SubjectCategory::RETURNEE ||
         category == v1::SubjectCategory::PERSON_AT_RISK;
}

// To ask who somebody is needs consent to be identified, whatever the purposes are.
void CheckScope(const v1::Person& subject, const FieldPath& at, const Context& context) {
  if (!context.draft() || !IsVictim(subject, context.payload) || MayBeChild(subject, std::nullopt))
    return;
  const v1::Consent& consent = subject.consent();
  const int identification = v1::ConsentScope::IDENTIFICATION;
  if (consent.state() != v1::ConsentState::GIVEN || AvertsThreatToLife(context.frame) ||
      absl::c_linear_search(consent.scopes(), identification)) {
    return;  // given for it, or already reported as D-04
  }
  const FieldPath field(at, "consent");
  context.faults.Add(FieldPath(field, "scopes"), "D-04",
                     "add IDENTIFICATION: verification needs consent to be identified");
}

}  // namespace

void CheckVerificationRequest(const v1::VictimVerificationRequest& request, const FieldPath& at,
                              const Context& context) {
  const FieldPath subject(at, "subject");
  if (request.subject().has_category() && !MayBeVerified(request.subject().category())) {
    context.faults.Add(FieldPath(subject, "category"), "SUBJECT_CATEGORY",
                       "write VICTIM, SUSPECTED_VICTIM, RETURNEE or PERSON_AT_RISK");
  }
  CheckScope(request.subject(), subject, context);
  const v1::PresentSituation::Code situation = request.present_situation();
  const bool still_exploited = situation == v1::PresentSituation::IN_SCAM_COMPOUND ||
                               situation == v1::PresentSituation::WITH_TRAFFICKER_SUSPECTED;
  if (context.draft() && still_exploited && context.frame.urgency != v1::Urgency::U1) {
    context.faults.Add(FieldPath("urgency"), "URGENCY",
                       "a person who is still being exploited needs urgency U1");
  }
}

void CheckVerificationResponse(const v1::VictimVerificationResponse& response, const FieldPath& at,
                               const Context& context) {
  absl::flat_hash_set<int> scopes;
  for (int i = 0; i < response.per_scope_size(); ++i) {
    const v1::ScopeResult& result = response.per_scope(i);
    if (!result.has_scope() || scopes.insert(result.scope()).second) continue;
    const FieldPath element(at, "per_scope", i);
    context.faults.Add(FieldPath(element, "scope"), "SCOPE_TWICE", "answer each scope once");
  }
}

}  // namespace liaison::payload
