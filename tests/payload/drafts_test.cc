#include <algorithm>

#include "daemon/payload/records.h"
#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Drafts, HasOneForEachMessageType) {
  std::vector<int> types;
  for (const std::string& name : ExampleDraftNames()) {
    types.push_back(TypeOf(ExampleDraft(name).payload()));
  }
  std::sort(types.begin(), types.end());
  EXPECT_THAT(types,
              ElementsAre(v1::INTELLIGENCE_NOTICE, v1::ALERT, v1::ALERT_HIT, v1::ALERT_CANCEL,
                          v1::VICTIM_VERIFICATION_REQUEST, v1::VICTIM_VERIFICATION_RESPONSE,
                          v1::ONWARD_SHARING_REQUEST, v1::ONWARD_SHARING_DECISION));
}

TEST(Drafts, IsNamedAsItsTypeInLowerCase) {
  for (const std::string& name : ExampleDraftNames()) {
    std::string upper = name;
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    EXPECT_EQ(v1::MessageType_Name(TypeOf(ExampleDraft(name).payload())), upper);
  }
}

TEST(Drafts, IsValidAsADraftAndAsAView) {
  for (const std::string& name : ExampleDraftNames()) {
    const desk::v1::Draft draft = ExampleDraft(name);
    EXPECT_THAT(Summary(FaultsOf(draft, Mode::kDraft)), IsEmpty()) << name;
    EXPECT_THAT(Summary(FaultsOf(draft, Mode::kView)), IsEmpty()) << name;
  }
}

TEST(Drafts, GoesToTheExamplePartnerUnderTheExampleAgreement) {
  for (const std::string& name : ExampleDraftNames()) {
    const desk::v1::Draft draft = ExampleDraft(name);
    EXPECT_THAT(draft.to(), ElementsAre("ho-example")) << name;
    EXPECT_EQ(draft.agreement_id(), "bgc-ho-example-2026") << name;
    ASSERT_EQ(draft.legal_bases_size(), 2) << name;
    EXPECT_EQ(draft.legal_bases(0).country(), "VN") << name;
    EXPECT_EQ(draft.legal_bases(1).country(), "GB") << name;
  }
}

TEST(Drafts, IsCoveredByConsentAndHasMrzThatHolds) {
  for (const std::string& name : ExampleDraftNames()) {
    const desk::v1::Draft draft = ExampleDraft(name);
    const SubjectFacts facts = FactsOf(draft.payload(), FrameOf(draft), "2026-11-23");
    EXPECT_TRUE(facts.consent_covers) << name << ": " << facts.consent_missing;
    EXPECT_FALSE(facts.has_possible_child) << name;
    for (const MrzReport& report : CheckMrz(draft.payload())) {
      EXPECT_EQ(report.format, "TD3") << report.path;
      for (const auto& [check, verdict] : report.checks) {
        EXPECT_EQ(verdict, "ok") << report.path << " " << check;
      }
    }
  }
}

}  // namespace
}  // namespace liaison::payload
