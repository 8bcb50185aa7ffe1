// What a draft must say around its payload, each limit from both sides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "absl/strings/str_cat.h"
#include "daemon/message/message.h"
#include "daemon/outbox/framing.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using payload::v1::LegalBasis;
using payload::v1::Purpose;
using payload::v1::Urgency;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TwoAgencies;

using Change = std::function<void(desk::v1::Draft&)>;

class CheckDraftTest : public ::testing::Test {
 protected:
  // "field: RULE" of every fault of a good draft with this change.
  std::vector<std::string> Faults(const Change& change) {
    desk::v1::Draft draft = TwoAgencies::Draft("intelligence_notice");
    change(draft);
    return FaultsOf(draft);
  }
  std::vector<std::string> FaultsOf(const desk::v1::Draft& draft) {
    const absl::Status status =
        CheckDraft(draft, *agencies_.bgc->snapshots->Current(), agencies_.clock.Now());
    if (status.ok()) return {};
    const auto error = base::GetError(status);
    if (!error || error->reason != base::Reason::kValidationFailed) return {status.ToString()};
    message_ = error->message;
    std::vector<std::string> faults;
    for (const auto& fault : error->fields) {
      faults.push_back(absl::StrCat(fault.field, ": ", fault.rule));
    }
    return faults;
  }
  // Of a draft that expires so long from now.
  std::vector<std::string> Expiring(absl::Duration from_now) {
    return Faults([&](desk::v1::Draft& draft) {
      const int64_t nanos = absl::ToUnixNanos(agencies_.clock.Now() + from_now);
      draft.mutable_expires()->set_seconds(nanos / 1'000'000'000);
      draft.mutable_expires()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
    });
  }

  TwoAgencies agencies_;
  std::string message_;  // of the last error
};

TEST_F(CheckDraftTest, TakesWhatIsComplete) {
  EXPECT_THAT(Faults([](desk::v1::Draft&) {}), IsEmpty());
}

TEST_F(CheckDraftTest, CountsTheFaults) {
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.clear_agreement_id(); }),
              ElementsAre("agreementId: D-03"));
  EXPECT_EQ(message_, "1 field is at fault");
  Faults([](desk::v1::Draft& d) {
    d.clear_agreement_id();
    d.add_to("ho-example");
  });
  EXPECT_EQ(message_, "2 fields are at fault");
}

TEST_F(CheckDraftTest, NamesEachRecipientOnce) {
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.clear_to(); }), Contains("to: REQUIRED"));
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.add_to("ho-example"); }),
              ElementsAre("to[1]: DUPLICATE"));
  const uint32_t most = agencies_.bgc->snapshots->Current()->agency().limits().recipients();
  const auto to = [&](uint32_t many) {
    return Faults([&](desk::v1::Draft& d) {
      d.clear_to();
      for (uint32_t i = 0; i < many; ++i) d.add_to(absl::StrCat("agency-", i));
    });
  };
  EXPECT_THAT(to(most), IsEmpty());
  EXPECT_THAT(to(most + 1), ElementsAre("to: LIMIT"));
}

TEST_F(CheckDraftTest, ReportsAFaultThatAllRecipientsShareOnce) {
  EXPECT_THAT(Faults([](desk::v1::Draft& d) {
                d.add_to("io-example");
                d.mutable_payload()->mutable_notice()->clear_title();
              }),
              ElementsAre("notice.title: REQUIRED"));
}

TEST_F(CheckDraftTest, AsksForDeletionNoEarlierThanToday) {
  const auto by = [this](const std::string& day) {
    return Faults([&](desk::v1::Draft& d) {
      d.mutable_handling()->clear_review_on();
      d.mutable_handling()->set_delete_by(day);
    });
  };
  EXPECT_THAT(by("2026-11-22"), ElementsAre("handling.deleteBy: PAST"));
  EXPECT_THAT(by("2026-11-23"), IsEmpty());
  EXPECT_THAT(by("2026-11-2"), ElementsAre("handling.deleteBy: DATE"));   // what it is not: past
  EXPECT_THAT(by("2026-00-00"), ElementsAre("handling.deleteBy: PAST"));  // and no date: said once
}

TEST_F(CheckDraftTest, ExpiresInAtMostNinetyDays) {
  EXPECT_THAT(Expiring(absl::ZeroDuration()), ElementsAre("expires: PAST"));
  EXPECT_THAT(Expiring(absl::Milliseconds(1)), IsEmpty());
  EXPECT_THAT(Expiring(message::kMaxLifetime), IsEmpty());
  EXPECT_THAT(Expiring(message::kMaxLifetime + absl::Milliseconds(1)),
              ElementsAre("expires: LIMIT"));
}

TEST_F(CheckDraftTest, TakesCodesThatAreOnTheirLists) {
  const auto unknown = [](auto code) { return static_cast<decltype(code)>(9999); };
  EXPECT_THAT(Faults([&](desk::v1::Draft& d) { d.set_urgency(unknown(Urgency::U1)); }),
              ElementsAre("urgency: REQUIRED"));
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.clear_urgency(); }),
              ElementsAre("urgency: REQUIRED"));
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.clear_purposes(); }),
              ElementsAre("purposes: D-01"));
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.add_purposes(Purpose::PURPOSE_UNSPECIFIED); }),
              ElementsAre("purposes[1]: CODE_LIST"));
  EXPECT_THAT(Faults([&](desk::v1::Draft& d) { d.add_purposes(unknown(Purpose::VICTIM_RESCUE)); }),
              ElementsAre("purposes[1]: CODE_LIST"));
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.mutable_legal_bases(0)->clear_code(); }),
              Contains("legalBases[0].code: REQUIRED"));
  EXPECT_THAT(Faults([&](desk::v1::Draft& d) {
                d.mutable_legal_bases(0)->set_code(unknown(LegalBasis::INTERNATIONAL_AGREEMENT));
              }),
              Contains("legalBases[0].code: REQUIRED"));
  for (const char* country : {"VNM", "vn", "Vn", "12", "V", ""}) {
    EXPECT_THAT(Faults([&](desk::v1::Draft& d) { d.mutable_legal_bases(0)->set_country(country); }),
                Contains("legalBases[0].country: ISO_3166"));
  }
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.mutable_legal_bases(0)->set_country("XK"); }),
              IsEmpty());
}

TEST_F(CheckDraftTest, HasLimitsForTheFrame) {
  const auto agreement = [this](size_t bytes) {
    return Faults([&](desk::v1::Draft& d) { d.set_agreement_id(std::string(bytes, 'a')); });
  };
  EXPECT_THAT(agreement(128), IsEmpty());
  EXPECT_THAT(agreement(129), Contains("agreementId: LIMIT"));
  const auto purposes = [this](int many) {
    return Faults([&](desk::v1::Draft& d) {
      while (d.purposes_size() < many) d.add_purposes(Purpose::VICTIM_RESCUE);
    });
  };
  EXPECT_THAT(purposes(32), Not(Contains("legalBases: LIMIT")));
  EXPECT_THAT(purposes(33), Contains("legalBases: LIMIT"));
  const auto bases = [this](int many) {
    return Faults([&](desk::v1::Draft& d) {
      while (d.legal_bases_size() < many) *d.add_legal_bases() = d.legal_bases(0);
    });
  };
  EXPECT_THAT(bases(32), Not(Contains("legalBases: LIMIT")));
  EXPECT_THAT(bases(33), Contains("legalBases: LIMIT"));
}

TEST_F(CheckDraftTest, HasOneBody) {
  EXPECT_THAT(Faults([](desk::v1::Draft& d) { d.clear_payload(); }),
              ElementsAre("payload: REQUIRED"));
  // Whatever else is lacking is named beside it.
  EXPECT_THAT(Faults([](desk::v1::Draft& d) {
                d.clear_payload();
                d.clear_urgency();
              }),
              ElementsAre("urgency: REQUIRED", "payload: REQUIRED"));
}

// --- D-39

desk::v1::Derogation Derogation(const std::string& rule) {
  desk::v1::Derogation one;
  one.set_rule(rule);
  one.set_reason("EXAMPLE-1");
  return one;
}

TEST_F(CheckDraftTest, SetsAsManyRulesAsideAsTheLimitSaysEachOnce) {
  const auto many = [this](int count) {
    return Faults([&](desk::v1::Draft& d) {
      for (int i = 0; i < count; ++i) *d.add_derogations() = Derogation(absl::StrCat("rule-", i));
    });
  };
  EXPECT_THAT(many(16), IsEmpty());
  EXPECT_THAT(many(17), ElementsAre("derogations: LIMIT"));
  EXPECT_THAT(Faults([](desk::v1::Draft& d) {
                *d.add_derogations() = Derogation("rule");
                *d.add_derogations() = Derogation("rule");
              }),
              ElementsAre("derogations[1].rule: DUPLICATE"));
}

TEST_F(CheckDraftTest, ADerogationNamesARuleAndSaysWhy) {
  const auto rule = [this](const std::string& id) {
    return Faults([&](desk::v1::Draft& d) { *d.add_derogations() = Derogation(id); });
  };
  EXPECT_THAT(rule(""), ElementsAre("derogations[0].rule: REQUIRED"));
  EXPECT_THAT(rule(std::string(128, 'r')), IsEmpty());
  EXPECT_THAT(rule(std::string(129, 'r')), ElementsAre("derogations[0].rule: REQUIRED"));
  EXPECT_THAT(Faults([](desk::v1::Draft& d) {
                *d.add_derogations() = Derogation("rule");
                d.mutable_derogations(0)->set_reason(" ");
              }),
              ElementsAre("derogations[0].reason: REQUIRED"));
}

TEST_F(CheckDraftTest, SetsNoRuleAsideForWhatIsAboutAnotherMessage) {
  const Change kBodies[] = {
      [](desk::v1::Draft& d) { d.mutable_payload()->mutable_field_opening(); },
      [](desk::v1::Draft& d) { d.mutable_payload()->mutable_forwarded_item(); },
      [](desk::v1::Draft& d) { d.mutable_payload()->mutable_recall(); },
      [](desk::v1::Draft& d) { d.mutable_payload()->mutable_recall_confirmation(); },
  };
  for (const Change& body : kBodies) {
    EXPECT_THAT(Faults(body), Not(Contains("derogations: NOT_HERE")));
    EXPECT_THAT(Faults([&](desk::v1::Draft& d) {
                  body(d);
                  *d.add_derogations() = Derogation("rule");
                }),
                Contains("derogations: NOT_HERE"));
  }
}

}  // namespace
}  // namespace liaison::outbox
