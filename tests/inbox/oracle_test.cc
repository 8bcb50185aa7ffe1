// What an agency answers a partner says nothing of what it knows: a subject that it has on file,
// one that it has never heard of and one that it may not speak of are answered alike. Whether the
// time of the answer tells, the bench measures (tests/bench).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "daemon/journal/openings.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::inbox {
namespace {

using audit::v1::Outward;
using testing::TwoAgencies;

// A request about one person of a fixed length of name, so that the requests themselves do not
// differ in size.
desk::v1::Draft RequestAbout(const std::string& name) {
  desk::v1::Draft draft = TwoAgencies::Draft("victim_verification_request");
  auto& request = *draft.mutable_payload()->mutable_victim_verification_request();
  request.mutable_subject()->mutable_names(0)->set_full_original(name);
  request.mutable_subject()->mutable_names(0)->set_latin_form(name);
  return draft;
}

class OracleTest : public ::testing::Test {
 protected:
  // Hands a message to ho-example's inbox; what it answers.
  exchange::v1::DeliverResult Ask(const desk::v1::Draft& draft) {
    const auto sent = agencies_.Send(draft);
    EXPECT_TRUE(sent.ok()) << sent.status();
    exchange::v1::DeliverResponse answer;
    agencies_.link->on_the_way_back = [&](const auto& response) { answer = response; };
    agencies_.DeliverAll();
    EXPECT_EQ(answer.results_size(), 1);
    return answer.results_size() == 1 ? answer.results(0) : exchange::v1::DeliverResult();
  }

  // The record without what differs between any two: time, ids, digests, commitments.
  static audit::v1::Record Outside(const exchange::v1::DeliverResult& result) {
    audit::v1::Record record;
    EXPECT_TRUE(record.ParseFromString(result.receipt().record()));
    record.clear_time_ms();
    record.clear_respond_by_ms();
    record.clear_exchange_id();
    record.clear_statement_digest();
    record.clear_decision();
    record.clear_actor();
    record.clear_previous();
    record.clear_peer_receipt();
    return record;
  }

  static void ExpectAlike(const exchange::v1::DeliverResult& one,
                          const exchange::v1::DeliverResult& other) {
    EXPECT_EQ(one.code(), other.code());
    EXPECT_EQ(one.receipt().record().size(), other.receipt().record().size());
    EXPECT_EQ(Outside(one).SerializeAsString(), Outside(other).SerializeAsString());
    EXPECT_EQ(one.has_retry_after(), other.has_retry_after());
  }

  // The inner decision of the newest record of an event at ho-example, with the size alone of what
  // it says of the row: times and ids are of each message.
  audit::v1::DecisionOpening Decision(audit::v1::Event event) {
    store::RecordFilter filter;
    filter.events = {event};
    filter.limit = 1000;
    const auto page = agencies_.ho->store->Records(filter);
    EXPECT_TRUE(page.ok() && !page->first.empty());
    const auto openings = journal::Open(page->first.back(), *agencies_.ho->at_rest);
    EXPECT_TRUE(openings.ok()) << openings.status();
    audit::v1::DecisionOpening decision = openings->decision;
    decision.set_kept(std::string(decision.kept().size(), '0'));
    return decision;
  }

  TwoAgencies agencies_;
};

TEST_F(OracleTest, ASubjectOnFileAndOneNeverHeardOfAreAnsweredAlike) {
  Ask(RequestAbout("Vi Du Known"));  // from now on it is on file
  const auto known = Ask(RequestAbout("Vi Du Known"));
  const audit::v1::DecisionOpening of_known = Decision(audit::v1::RECEIVED);
  const auto unknown = Ask(RequestAbout("Vi Du Other"));
  EXPECT_EQ(known.code(), Outward::ACCEPTED);
  ExpectAlike(known, unknown);
  EXPECT_EQ(of_known.SerializeAsString(), Decision(audit::v1::RECEIVED).SerializeAsString());
}

TEST_F(OracleTest, ASubjectOfWhomNothingMayBeSaidIsAnsweredAlike) {
  const auto unknown = Ask(RequestAbout("Vi Du Other"));
  const audit::v1::DecisionOpening of_unknown = Decision(audit::v1::RECEIVED);
  const std::string policy = "id: \"ho-example-2026\"";
  agencies_.ho->Change("policy.textproto", policy, policy + R"( rule {
      id: "say-nothing" effect: FORBID direction: OUT types: VICTIM_VERIFICATION_RESPONSE
      subjects: [SUSPECTED_VICTIM] })");
  const auto unspeakable = Ask(RequestAbout("Vi Du Other"));
  EXPECT_EQ(unspeakable.code(), Outward::ACCEPTED);
  ExpectAlike(unknown, unspeakable);
  audit::v1::DecisionOpening of_unspeakable = Decision(audit::v1::RECEIVED);
  EXPECT_NE(of_unspeakable.policy_digest(), of_unknown.policy_digest());
  of_unspeakable.set_policy_digest(of_unknown.policy_digest());
  EXPECT_EQ(of_unknown.SerializeAsString(), of_unspeakable.SerializeAsString());
}

TEST_F(OracleTest, EveryRefusalOfPolicyIsOneCodeOfOneSize) {
  const auto refused = [this](const std::string& from, const std::string& to) {
    agencies_.ho->Change("policy.textproto", from, to);
    auto result = Ask(RequestAbout("Vi Du Known"));
    agencies_.ho->Change("policy.textproto", to, from);
    return result;
  };
  const std::string agreement = "id: \"bgc-ho-example-2026\"";
  const std::string policy = "id: \"ho-example-2026\"";
  std::vector<exchange::v1::DeliverResult> all;
  std::vector<std::string> inner;
  const std::pair<std::string, std::string> changes[] = {
      {agreement, agreement + " suspended: true"},
      {policy, policy + R"( rule { id: "not-now" effect: FORBID direction: IN })"},
      {policy, policy + R"( rule { id: "none-of-her" effect: FORBID direction: IN
                            subjects: [SUSPECTED_VICTIM] types: VICTIM_VERIFICATION_REQUEST })"},
      {policy, policy + R"( rule { id: "no-names" effect: RESTRICT direction: IN
                            fields { omit_class: L2 } })"},
  };
  for (const auto& [from, to] : changes) {
    all.push_back(refused(from, to));
    const audit::v1::DecisionOpening decision = Decision(audit::v1::DENIED_IN);
    inner.push_back(absl::StrCat(decision.step(), " ", decision.reason()));
  }
  EXPECT_THAT(inner,
              ::testing::ElementsAre("agreement AGREEMENT_NOT_IN_FORCE", "forbid POLICY_DENIED",
                                     "forbid POLICY_DENIED", "fields POLICY_DENIED"));
  for (const auto& result : all) {
    EXPECT_EQ(result.code(), Outward::REFUSED);
    ExpectAlike(all.front(), result);
  }
}

}  // namespace
}  // namespace liaison::inbox
