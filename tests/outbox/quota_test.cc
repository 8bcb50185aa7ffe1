// What a rule obliges to, from the draft to the record: quotas, retention, notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "daemon/base/error.h"
#include "daemon/inbox/incoming.h"
#include "daemon/journal/openings.h"
#include "daemon/outbox/outbox.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TwoAgencies;

constexpr char kRequest[] = "victim_verification_request";

class QuotaTest : public ::testing::Test {
 protected:
  // What the rule for requests obliges to: of bgc-example what it sends, of ho-example what comes.
  static void Oblige(testing::Agency& agency, const std::string& obligations,
                     const std::string& quota = "") {
    const std::string rule =
        agency.id() == "bgc-example" ? "ho-verification-request-out" : "bgc-verification-in";
    const std::string id = "id: \"" + rule + "\"";
    agency.Change("policy.textproto", "version: 1", "version: 1 " + quota);
    agency.Change("policy.textproto", id, id + " obligations { " + obligations + " }");
  }
  void OnlyThree(const std::string& more = "") {
    Oblige(*agencies_.bgc, "quota: \"q\"", "quota { id: \"q\" per_day: 3 " + more + " }");
  }

  desk::v1::SubmitResult Send(const std::string& key = "", const std::string& name = "") {
    desk::v1::Draft draft = TwoAgencies::Draft(kRequest);
    if (!name.empty()) {
      draft.mutable_payload()
          ->mutable_victim_verification_request()
          ->mutable_subject()
          ->mutable_names(0)
          ->set_full_original(name);
    }
    const auto sent = agencies_.Send(draft, key);
    EXPECT_TRUE(sent.ok()) << sent.status();
    return sent.value_or(desk::v1::SubmitResult());
  }

  desk::v1::Preview Preview() {
    const auto preview =
        agencies_.bgc->outbox->Preview(agencies_.Officer(), TwoAgencies::Draft(kRequest));
    EXPECT_TRUE(preview.ok()) << preview.status();
    return preview.ok() ? preview->previews(0) : desk::v1::Preview();
  }

  std::vector<std::string> NoticesOf(testing::Agency& agency) {
    store::RecordFilter filter;
    filter.log = audit::v1::DESK;
    filter.events = {audit::v1::NOTICE};
    const auto page = agency.store->Records(filter);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> actors;
    for (const store::StoredRecord& stored : page->first) {
      const auto openings = journal::Open(stored, *agency.at_rest);
      EXPECT_TRUE(openings.ok()) << openings.status();
      if (openings.ok()) {
        actors.push_back(openings->actor.name() + ": " + openings->actor.detail());
      }
    }
    return actors;
  }

  // The key that its body is sealed under.
  static std::string KeyOf(testing::Agency& agency, const std::string& id) {
    const auto stored = agency.store->Body({"bgc-example", *base::ParseExchangeId(id)});
    EXPECT_TRUE(stored.ok()) << stored.status();
    return stored.ok() && stored->body ? stored->body->key_id : "";
  }

  exchange::v1::Statement Delivered() {
    agencies_.DeliverAll();
    exchange::v1::Statement statement;
    EXPECT_FALSE(agencies_.link->requests.empty());
    if (agencies_.link->requests.empty()) return statement;
    EXPECT_TRUE(
        statement.ParseFromString(agencies_.link->requests.back().envelopes(0).statement()));
    return statement;
  }

  TwoAgencies agencies_;
};

TEST_F(QuotaTest, WhatIsOverItIsDeniedOnRecordAndNamesTheQuota) {
  OnlyThree();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Send().state(), desk::v1::QUEUED) << i;
  const desk::v1::SubmitResult over = Send();
  EXPECT_EQ(over.state(), desk::v1::DENIED);
  EXPECT_EQ(over.decision().reason(), "POLICY_DENIED");
  EXPECT_EQ(over.decision().step(), "quota");
  EXPECT_EQ(over.decision().missing(), "quota q is spent: 3 attempts a day in UTC");
  EXPECT_THAT(over.decision().rules(), Contains("ho-verification-request-out"));
  EXPECT_THAT(agencies_.bgc->Events(audit::v1::EXCHANGE), Contains(audit::v1::DENIED_OUT));
  EXPECT_EQ(agencies_.bgc->Faults(), "");
  agencies_.bgc->Restart();
  EXPECT_EQ(Send().state(), desk::v1::DENIED);
  EXPECT_EQ(agencies_.bgc->Faults(), "");
}

TEST_F(QuotaTest, AnotherDayIsAnotherCount) {
  OnlyThree("time_zone: \"Asia/Ho_Chi_Minh\"");
  for (int i = 0; i < 4; ++i) Send();
  agencies_.clock.Advance(absl::Hours(4) + absl::Minutes(59));  // 23:59 over there
  EXPECT_EQ(Send().state(), desk::v1::DENIED);
  agencies_.clock.Advance(absl::Minutes(1));
  EXPECT_EQ(Send().state(), desk::v1::QUEUED);
  EXPECT_EQ(agencies_.bgc->Faults(), "");
}

TEST_F(QuotaTest, TheSameKeyAgainIsNoAttempt) {
  OnlyThree();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Send("one").state(), desk::v1::QUEUED);
  EXPECT_EQ(Preview().quotas(0).attempts(), 1u);
  Send("two");
  Send("three");
  const std::string denied = Send("four").id();
  EXPECT_EQ(Send("four").id(), denied);
  EXPECT_EQ(Preview().quotas(0).attempts(), 4u);
}

TEST_F(QuotaTest, ExactlyAsManyPassWhoeverComesAtOnce) {
  OnlyThree();
  std::vector<std::thread> threads;
  std::array<desk::v1::State, 8> states{};
  for (size_t i = 0; i < states.size(); ++i) {
    threads.emplace_back([&, i] { states[i] = Send("key " + std::to_string(i)).state(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(states.begin(), states.end(), desk::v1::QUEUED), 3);
  EXPECT_EQ(std::count(states.begin(), states.end(), desk::v1::DENIED), 5);
  EXPECT_EQ(Preview().quotas(0).attempts(), 8u);
  EXPECT_EQ(agencies_.bgc->Faults(), "");
}

TEST_F(QuotaTest, ABatchThatMeetsTheQuotaIsAnsweredOneByOne) {
  OnlyThree();
  const desk::v1::Draft draft = TwoAgencies::Draft(kRequest);
  const std::array<std::string, 5> keys = {"a", "b", "c", "d", "e"};
  std::vector<Outbox::Submission> batch;
  for (const std::string& key : keys) batch.push_back({&draft, key});
  std::vector<desk::v1::State> states;
  for (const auto& result : agencies_.bgc->outbox->SubmitAll(agencies_.Officer(), batch)) {
    ASSERT_TRUE(result.ok()) << result.status();
    states.push_back(result->front().state());
  }
  using desk::v1::DENIED;
  using desk::v1::QUEUED;
  EXPECT_THAT(states, ElementsAre(QUEUED, QUEUED, QUEUED, DENIED, DENIED));
}

TEST_F(QuotaTest, CountsPersonsApartByNameAndBirth) {
  Oblige(*agencies_.bgc, "quota: \"q\"", "quota { id: \"q\" distinct_subjects_per_day: 2 }");
  EXPECT_EQ(Send("", "Ví Dụ Một").state(), desk::v1::QUEUED);
  EXPECT_EQ(Send("", "Ví Dụ Hai").state(), desk::v1::QUEUED);
  EXPECT_EQ(Send("", "VÍ DỤ MỘT").state(), desk::v1::QUEUED);
  const desk::v1::SubmitResult third = Send("", "Ví Dụ Ba");
  EXPECT_EQ(third.state(), desk::v1::DENIED);
  EXPECT_EQ(third.decision().missing(), "quota q is spent: 2 persons a day in UTC");
  EXPECT_EQ(Send("", "Ví Dụ Hai").state(), desk::v1::QUEUED);
}

TEST_F(QuotaTest, ADryRunTellsWhatIsLeftAndCountsNothing) {
  OnlyThree("distinct_subjects_per_day: 9");
  desk::v1::Preview preview = Preview();
  EXPECT_EQ(preview.decision().outcome(), "ALLOW");
  EXPECT_THAT(preview.decision().obligations(), ElementsAre("quota q"));
  ASSERT_EQ(preview.quotas_size(), 1);
  EXPECT_EQ(preview.quotas(0).id(), "q");
  EXPECT_EQ(preview.quotas(0).attempts(), 0u);
  EXPECT_EQ(preview.quotas(0).per_day(), 3u);
  EXPECT_EQ(preview.quotas(0).distinct_subjects_per_day(), 9u);
  for (int i = 0; i < 3; ++i) Send();
  preview = Preview();
  EXPECT_EQ(preview.quotas(0).attempts(), 3u);
  EXPECT_EQ(preview.quotas(0).subjects(), 1u);
  EXPECT_EQ(absl::FromUnixSeconds(preview.quotas(0).resets().seconds()),
            absl::FromCivil(absl::CivilDay(2026, 11, 24), absl::UTCTimeZone()));
  EXPECT_EQ(preview.decision().outcome(), "DENY");
  EXPECT_EQ(preview.decision().step(), "quota");
  EXPECT_FALSE(preview.has_view());
  Preview();
  EXPECT_EQ(Preview().quotas(0).attempts(), 3u);
}

TEST_F(QuotaTest, ADenialForAnotherReasonDoesNotCount) {
  OnlyThree();
  desk::v1::Draft draft = TwoAgencies::Draft(kRequest);
  draft.set_agreement_id("no-such-agreement");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(agencies_.Send(draft)->state(), desk::v1::DENIED);
  EXPECT_EQ(Preview().quotas(0).attempts(), 0u);
  EXPECT_EQ(agencies_.bgc->Faults(), "");
}

TEST_F(QuotaTest, WhatComesInIsCountedAndRefusedBeyondIt) {
  Oblige(*agencies_.ho, "quota: \"q\"", "quota { id: \"q\" per_day: 2 }");
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(Send().id());
  agencies_.DeliverAll();
  std::vector<desk::v1::State> states;
  for (const std::string& id : ids) states.push_back(agencies_.ho->StateOf("bgc-example", id));
  using desk::v1::DENIED;
  using desk::v1::NEW;
  EXPECT_THAT(states, ElementsAre(NEW, NEW, DENIED));
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", ids[2]), desk::v1::REFUSED);
  EXPECT_EQ(agencies_.ho->Faults(), "");
  // The same message again is no attempt.
  const auto again = agencies_.ho->inbox->Accept("bgc-example", agencies_.link->requests.back());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->results(again->results_size() - 1).code(), audit::v1::Outward::REFUSED);
  EXPECT_EQ(agencies_.ho->store->QuotaCounters()->at(0).attempts, 3u);
}

TEST_F(QuotaTest, TheRecordOfWhatCameNamesTheQuotaThatIsSpent) {
  Oblige(*agencies_.ho, "quota: \"q\"", "quota { id: \"q\" per_day: 1 }");
  Send();
  Send();
  agencies_.DeliverAll();
  store::RecordFilter filter;
  filter.events = {audit::v1::DENIED_IN};
  const auto page = agencies_.ho->store->Records(filter);
  ASSERT_TRUE(page.ok() && page->first.size() == 1u) << page.status();
  const auto openings = journal::Open(page->first[0], *agencies_.ho->at_rest);
  ASSERT_TRUE(openings.ok()) << openings.status();
  EXPECT_EQ(openings->decision.outcome(), "DENY");
  EXPECT_EQ(openings->decision.missing(), "quota q is spent: 1 attempts a day in UTC");
}

TEST_F(QuotaTest, ADateOfDeletionIsSealedWithTheMessage) {
  Oblige(*agencies_.bgc, "retention: \"10d\"");
  Send();
  EXPECT_EQ(Delivered().handling().delete_by(), "2026-12-03");
  desk::v1::Draft draft = TwoAgencies::Draft(kRequest);
  draft.mutable_handling()->clear_review_on();
  draft.mutable_handling()->set_delete_by("2026-11-30");
  ASSERT_TRUE(agencies_.Send(draft).ok());
  EXPECT_EQ(Delivered().handling().delete_by(), "2026-11-30") << "the earlier of both";
  draft.mutable_handling()->set_delete_by("2027-11-30");
  const auto sent = agencies_.Send(draft);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(Delivered().handling().delete_by(), "2026-12-03");
  EXPECT_EQ(KeyOf(*agencies_.bgc, sent->id()), "message-202612");
}

TEST_F(QuotaTest, WhatComesInIsSealedUnderTheKeyOfTheEarlierMonth) {
  const std::string unbound = Send().id();
  Delivered();
  EXPECT_EQ(KeyOf(*agencies_.ho, unbound).substr(0, 12), "message-2027");
  Oblige(*agencies_.ho, "retention: \"40d\"");
  const std::string bound = Send().id();
  Delivered();
  EXPECT_EQ(KeyOf(*agencies_.ho, bound), "message-202701");
  desk::v1::Draft draft = TwoAgencies::Draft(kRequest);
  draft.mutable_handling()->clear_review_on();
  draft.mutable_handling()->set_delete_by("2026-12-01");
  const auto sooner = agencies_.Send(draft);
  ASSERT_TRUE(sooner.ok()) << sooner.status();
  Delivered();
  EXPECT_EQ(KeyOf(*agencies_.ho, sooner->id()), "message-202612") << "as its sender asks";
}

// Its key would be one of a month that is over, and erased with it.
TEST_F(QuotaTest, NobodyAsksForADeletionThatIsPast) {
  for (const char* day : {"2026-11-22", "1066-05-05", "0001-01-01"}) {
    desk::v1::Draft draft = TwoAgencies::Draft(kRequest);
    draft.mutable_handling()->clear_review_on();
    draft.mutable_handling()->set_delete_by(day);
    const auto error = base::GetError(agencies_.Send(draft).status());
    ASSERT_TRUE(error && error->fields.size() == 1) << day;
    EXPECT_EQ(error->fields[0].field, "handling.deleteBy");
    EXPECT_EQ(error->fields[0].rule, "PAST");
    exchange::v1::Statement statement;
    statement.mutable_handling()->set_delete_by(day);
    const absl::Time now = agencies_.clock.Now();
    EXPECT_EQ(inbox::KeepUntil(statement, now, absl::Hours(24)), now) << "whoever sends it";
  }
}

TEST_F(QuotaTest, ANoticeIsWrittenWithTheMessageOnBothSides) {
  Oblige(*agencies_.bgc, "notice: true");
  Oblige(*agencies_.ho, "notice: true");
  const std::string id = Send("once").id();
  Send("once");
  agencies_.DeliverAll();
  const auto ours = NoticesOf(*agencies_.bgc);
  ASSERT_EQ(ours.size(), 1u);
  EXPECT_THAT(ours[0], ::testing::StartsWith("officer-1: "));
  EXPECT_THAT(ours[0], ::testing::HasSubstr("ho-verification-request-out"));
  ASSERT_EQ(NoticesOf(*agencies_.ho).size(), 1u);
  EXPECT_EQ(agencies_.ho->StateOf("bgc-example", id), desk::v1::NEW);
  EXPECT_EQ(agencies_.bgc->Faults(), "");
  EXPECT_EQ(agencies_.ho->Faults(), "");
}

TEST_F(QuotaTest, NoNoticeIsWrittenOfWhatDoesNotGo) {
  Oblige(*agencies_.bgc, "notice: true");
  const std::string policy = "id: \"bgc-example-2026\"";
  agencies_.bgc->Change("policy.textproto", policy,
                        policy + R"( rule { id: "none" effect: FORBID direction: OUT })");
  EXPECT_EQ(Send().state(), desk::v1::DENIED);
  EXPECT_THAT(NoticesOf(*agencies_.bgc), ::testing::IsEmpty());
}

// D-29: whoever tries to send a whole register is seen by auditors; whoever asks for one, too.
TEST_F(QuotaTest, WhatIsOverAQuotaIsShownToAuditors) {
  Oblige(*agencies_.bgc, "quota: \"q\"", "quota { id: \"q\" per_day: 2 }");
  Oblige(*agencies_.ho, "quota: \"q\"", "quota { id: \"q\" per_day: 1 }");
  for (int i = 0; i < 3; ++i) Send();
  agencies_.DeliverAll();
  EXPECT_THAT(NoticesOf(*agencies_.bgc),
              ElementsAre("officer-1: denied: quota q is spent: 2 attempts a day in UTC"));
  EXPECT_THAT(NoticesOf(*agencies_.ho),
              ElementsAre("bgc-example: denied: quota q is spent: 1 attempts a day in UTC"));
  EXPECT_EQ(agencies_.bgc->Faults(), "");
  EXPECT_EQ(agencies_.ho->Faults(), "");
}

// --- Decided again before delivery

TEST_F(QuotaTest, WhatIsDecidedAgainMustBeDeletedEarlyEnough) {
  agencies_.link->down = true;
  const std::string without = Send().id();
  desk::v1::Draft draft = TwoAgencies::Draft(kRequest);
  draft.mutable_handling()->clear_review_on();
  draft.mutable_handling()->set_delete_by("2026-12-01");
  const auto with = agencies_.Send(draft);
  ASSERT_TRUE(with.ok()) << with.status();
  Oblige(*agencies_.bgc, "retention: \"10d\"");
  agencies_.link->down = false;
  agencies_.clock.Advance(absl::Minutes(5));
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", without), desk::v1::DENIED);
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", with->id()), desk::v1::DELIVERED);
}

TEST_F(QuotaTest, WhatIsDecidedAgainIsShownToAuditorsOnceAndIsNoAttempt) {
  agencies_.link->down = true;
  const std::string id = Send().id();
  Oblige(*agencies_.bgc, "quota: \"q\" notice: true", "quota { id: \"q\" per_day: 1 }");
  agencies_.courier->Step();
  agencies_.courier = agencies_.NewCourier();
  agencies_.clock.Advance(absl::Minutes(20));
  agencies_.courier->Step();
  EXPECT_EQ(NoticesOf(*agencies_.bgc).size(), 1u);
  agencies_.link->down = false;
  agencies_.clock.Advance(absl::Minutes(5));
  agencies_.DeliverAll();
  EXPECT_EQ(agencies_.bgc->StateOf("bgc-example", id), desk::v1::DELIVERED);
  EXPECT_THAT(*agencies_.bgc->store->QuotaCounters(), IsEmpty());
  EXPECT_EQ(agencies_.bgc->Faults(), "");
}

}  // namespace
}  // namespace liaison::outbox
