// What a dry run shows is what goes: random drafts through Preview and through Submit. The seed is
// printed; LIAISON_SEED=n repeats a run. LIAISON_LONG asks ten thousand drafts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iterator>
#include <random>
#include <set>

#include "absl/strings/numbers.h"
#include "daemon/journal/bodies.h"
#include "daemon/payload/records.h"
#include "daemon/payload/tokens.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {
namespace {

using exchange::v1::FieldRecord;
using testing::TwoAgencies;

namespace pb = liaison::payload::v1;

int Drafts() { return std::getenv("LIAISON_LONG") != nullptr ? 10'000 : 200; }

const char* const kNames[] = {"intelligence_notice",
                              "alert",
                              "alert_hit",
                              "alert_cancel",
                              "victim_verification_request",
                              "victim_verification_response"};

// Example drafts with this and that taken out of them, and another frame now and then.
class RandomDrafts {
 public:
  explicit RandomDrafts(uint64_t seed) : random_(seed) {}

  desk::v1::Draft Next() {
    desk::v1::Draft draft =
        Chance(20) ? TwoAgencies::ChangedDraft() : TwoAgencies::Draft(kNames[Below(6)]);
    draft.clear_to();
    draft.add_to(Chance(85) ? "ho-example" : "io-example");
    ChangeFrame(draft);
    TakeOut(*draft.mutable_payload());
    return draft;
  }

  policy::v1::Rule::Role Role() {
    return Chance(80) ? policy::v1::Rule::OFFICER : policy::v1::Rule::SYSTEM;
  }
  bool Chance(int percent) { return Below(100) < percent; }

 private:
  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

  void ChangeFrame(desk::v1::Draft& draft) {
    if (Chance(15)) draft.set_urgency(static_cast<pb::Urgency::Code>(Below(5)));
    if (Chance(10)) draft.add_purposes(static_cast<pb::Purpose::Code>(1 + Below(18)));
    if (Chance(10)) draft.mutable_handling()->set_tlp(static_cast<pb::Tlp::Code>(Below(6)));
    if (Chance(5)) draft.mutable_handling()->set_code(pb::HandlingCode::C);
    if (Chance(5)) draft.clear_legal_bases();
    if (Chance(5)) draft.set_agreement_id("no-such-agreement");
  }

  void TakeOut(pb::Payload& payload) {
    const auto leaves = payload::Cut(payload);
    ASSERT_TRUE(leaves.ok()) << leaves.status();
    std::vector<std::string> paths;
    for (const payload::Leaf& leaf : *leaves) {
      if (Chance(4)) paths.push_back(leaf.path);
    }
    const auto rest = payload::WithoutLeaves(payload, paths);
    ASSERT_TRUE(rest.ok()) << rest.status();
    payload = *rest;
  }

  std::mt19937_64 random_;
};

// A pseudonym of a conversation that a message opens is made with an id that the dry run does not
// have; everything else in the text must be equal.
std::string WithoutPseudonyms(
    pb::Payload payload, const google::protobuf::RepeatedPtrField<desk::v1::ChangedField>& all) {
  std::vector<std::string> paths;
  for (const desk::v1::ChangedField& one : all) {
    if (one.kind() == FieldRecord::PSEUDONYM) paths.push_back(one.path());
  }
  const auto rest = payload::WithoutLeaves(payload, paths);
  EXPECT_TRUE(rest.ok()) << rest.status();
  return rest.ok() ? rest->SerializeAsString() : "";
}

class DryRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    uint64_t seed = std::random_device{}();
    const char* given = std::getenv("LIAISON_SEED");
    if (given != nullptr) {
      ASSERT_TRUE(absl::SimpleAtoi(given, &seed));
    }
    std::cout << "LIAISON_SEED=" << seed << "\n";
    drafts_.emplace(seed);
    agencies_.LetValuesChange();
  }

  void CompareBytes(const desk::v1::Preview& preview, const desk::v1::SubmitResult& sent) {
    const store::ExchangeName name{"bgc-example", *base::ParseExchangeId(sent.id())};
    const auto stored = agencies_.bgc->store->Body(name);
    ASSERT_TRUE(stored.ok()) << stored.status();
    const auto opened = journal::OpenBody(name, *stored, *agencies_.bgc->at_rest);
    ASSERT_TRUE(opened.ok()) << opened.status();
    const auto body = message::ReadStored(opened->envelope);
    ASSERT_TRUE(body.ok()) << body.status();
    EXPECT_EQ(WithoutPseudonyms(preview.view(), preview.changed()),
              WithoutPseudonyms(body->merged.payload, preview.changed()));
    std::vector<std::string> withheld;
    for (const auto& leaf : opened->envelope.withheld()) withheld.push_back(leaf.path());
    EXPECT_THAT(preview.withheld(), ::testing::ElementsAreArray(withheld));
    ASSERT_EQ(preview.changed_size(), static_cast<int>(body->merged.changed.size()));
    for (int i = 0; i < preview.changed_size(); ++i) {
      const payload::ChangedLeaf& leaf = body->merged.changed[static_cast<size_t>(i)];
      EXPECT_EQ(preview.changed(i).path(), leaf.path);
      EXPECT_EQ(preview.changed(i).kind(), leaf.kind);
    }
  }

  TwoAgencies agencies_;
  std::optional<RandomDrafts> drafts_;
};

TEST_F(DryRunTest, DecidesAndShowsWhatSendingDoes) {
  int sent_count = 0;
  std::set<std::string> outcomes;
  for (int i = 0; i < Drafts() && !HasFailure(); ++i) {
    Submitter submitter = agencies_.Officer();
    submitter.role = drafts_->Role();
    const desk::v1::Draft draft = drafts_->Next();
    SCOPED_TRACE(draft.ShortDebugString());
    const auto previews = agencies_.bgc->outbox->Preview(submitter, draft);
    const auto results =
        agencies_.bgc->outbox->Submit(submitter, draft, absl::StrCat("dry-run-", i));
    ASSERT_EQ(previews.status(), results.status());
    if (!results.ok()) {
      outcomes.insert("refused");
      continue;
    }
    const desk::v1::Preview& preview = previews->previews(0);
    const desk::v1::SubmitResult& sent = results->front();
    EXPECT_EQ(preview.decision().SerializeAsString(), sent.decision().SerializeAsString());
    outcomes.insert(sent.decision().outcome());
    EXPECT_EQ(sent.state() == desk::v1::QUEUED, sent.decision().outcome() == "ALLOW");
    if (sent.state() != desk::v1::QUEUED) continue;
    ++sent_count;
    CompareBytes(preview, sent);
  }
  EXPECT_GT(sent_count, Drafts() / 20) << "too few drafts pass to show anything";
  EXPECT_THAT(outcomes, ::testing::IsSupersetOf({"refused", "ALLOW", "DENY"}));
}

}  // namespace
}  // namespace liaison::outbox
