// The example policies under deploy/policies and the example drafts agree: each draft goes from
// bgc-example to ho-example and is accepted there, and the same the other way round.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "daemon/base/text_format.h"
#include "daemon/partners/facts.h"
#include "daemon/payload/records.h"
#include "tests/partners/folder.h"

namespace liaison::partners {
namespace {

using policy::Action;
using policy::Decision;
using policy::Direction;
using policy::Outcome;
using ::testing::Contains;
using ::testing::ElementsAre;

const char* const kDrafts[] = {"intelligence_notice",
                               "alert",
                               "alert_hit",
                               "alert_cancel",
                               "victim_verification_request",
                               "victim_verification_response",
                               "onward_sharing_request",
                               "onward_sharing_decision"};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path << " (run from the source folder)";
  return text.str();
}

desk::v1::Draft DraftOf(const std::string& name) {
  desk::v1::Draft draft;
  const auto status = google::protobuf::util::JsonStringToMessage(
      ReadFile(absl::StrCat("clients/examples/drafts/", name, ".json")), &draft);
  EXPECT_TRUE(status.ok()) << name << " " << status.ToString();
  return draft;
}

// The registry of `own` under its example policy, with `other` and io-example as partners.
std::shared_ptr<const Registry> RegistryOf(const std::string& own, const std::string& other) {
  Folder folder;
  if (own != "bgc-example") {
    folder.Write("agency.textproto",
                 absl::StrReplaceAll(folder.config(), {{"bgc-example", own},
                                                       {"\"ho-example\"", "\"" + other + "\""},
                                                       {"\"VN\"", "\"GB\""},
                                                       {"\"GB\"", "\"VN\""},
                                                       {"suspended: true", ""}}));
  } else {
    folder.Change("suspended: true", "");
    folder.Change("class: INTERNATIONAL_ORGANISATION",
                  "class: INTERNATIONAL_ORGANISATION match_key_file: \"match.key\"");
    folder.Write("match.key", std::string(32, 'k'));
    std::filesystem::permissions(
        folder.path() + "/match.key",
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  folder.Write("policy.textproto", ReadFile(absl::StrCat("deploy/policies/", own, ".textproto")));
  const auto registry = folder.Load();
  EXPECT_TRUE(registry.ok()) << registry.status();
  return *registry;
}

class ExamplesTest : public testing::Test {
 protected:
  // What `from` decides on a draft for `to`; `sent` is what goes when it is allowed.
  Decision Send(const Registry& from, const std::string& to, const desk::v1::Draft& draft,
                payload::v1::Payload& sent) {
    payload::v1::Payload left = draft.payload();
    while (true) {
      const auto leaves = payload::Cut(left);
      EXPECT_TRUE(leaves.ok()) << leaves.status();
      const Decision decision = from.policy().Decide(
          FactsFor(from, *from.FindPartner(to), Direction::kOut, policy::v1::Rule::OFFICER,
                   FrameOf(draft), draft.payload(), now_),
          FieldsOf(*leaves));
      if (decision.outcome != Outcome::kAllow) return decision;
      std::vector<std::string> omitted;
      for (size_t i = 0; i < leaves->size(); ++i) {
        if (decision.fields[i].action == Action::kOmit) omitted.push_back((*leaves)[i].path);
      }
      if (omitted.empty()) {
        Merge(*leaves, decision, sent);
        return decision;
      }
      left = payload::WithoutLeaves(left, omitted).value();
    }
  }

  void Merge(const std::vector<payload::Leaf>& leaves, const Decision& decision,
             payload::v1::Payload& sent) {
    std::vector<payload::RecordView> records;
    std::vector<std::string_view> withheld;
    for (size_t i = 0; i < leaves.size(); ++i) {
      if (decision.fields[i].action == Action::kKeep) {
        records.push_back({leaves[i].path, leaves[i].value});
      } else {
        withheld.push_back(leaves[i].path);
        withheld_.push_back(leaves[i].schema_path);
      }
    }
    const auto merged = payload::Merge(records, withheld, false);
    ASSERT_TRUE(merged.ok()) << merged.status();
    sent = merged->payload;
  }

  Decision Receive(const Registry& to, const std::string& from, const desk::v1::Draft& draft,
                   const payload::v1::Payload& sent) {
    const auto leaves = payload::Cut(sent);
    EXPECT_TRUE(leaves.ok()) << leaves.status();
    return to.policy().Decide(
        FactsFor(to, *to.FindPartner(from), Direction::kIn, policy::v1::Rule::ROLE_UNSPECIFIED,
                 FrameOf(draft), sent, now_),
        FieldsOf(*leaves));
  }

  // A draft as the other agency, or to the organisation, would write it.
  desk::v1::Draft For(const std::string& to, const std::string& name) {
    desk::v1::Draft draft = DraftOf(name);
    if (to != "io-example") return draft;
    draft.set_agreement_id("bgc-io-example-2026");
    for (auto& basis : *draft.mutable_legal_bases()) {
      if (basis.country() == "GB") basis.set_country("XX");
    }
    return draft;
  }

  const std::shared_ptr<const Registry> bgc_ = RegistryOf("bgc-example", "ho-example");
  const std::shared_ptr<const Registry> ho_ = RegistryOf("ho-example", "bgc-example");
  const absl::Time now_ = absl::FromUnixSeconds(1'796'000'000);  // 30 November 2026
  std::vector<std::string> withheld_;
};

TEST_F(ExamplesTest, EachDraftGoesFromTheOneAgencyToTheOtherAndIsAccepted) {
  for (const char* name : kDrafts) {
    SCOPED_TRACE(name);
    const desk::v1::Draft draft = DraftOf(name);
    payload::v1::Payload sent;
    const Decision out = Send(*bgc_, "ho-example", draft, sent);
    EXPECT_EQ(out.outcome, Outcome::kAllow) << policy::StepName(out.step) << " " << out.missing;
    const Decision in = Receive(*ho_, "bgc-example", draft, sent);
    EXPECT_EQ(in.outcome, Outcome::kAllow) << policy::StepName(in.step) << " " << in.missing;
  }
}

TEST_F(ExamplesTest, EachDraftCanGoTheOtherWay) {
  for (const char* name : kDrafts) {
    SCOPED_TRACE(name);
    const desk::v1::Draft draft = DraftOf(name);
    payload::v1::Payload sent;
    const Decision out = Send(*ho_, "bgc-example", draft, sent);
    EXPECT_EQ(out.outcome, Outcome::kAllow) << policy::StepName(out.step) << " " << out.missing;
    const Decision in = Receive(*bgc_, "ho-example", draft, sent);
    EXPECT_EQ(in.outcome, Outcome::kAllow) << policy::StepName(in.step) << " " << in.missing;
  }
}

TEST_F(ExamplesTest, ARequestWithholdsIdentifiersAndWhatWasDoneToThePerson) {
  payload::v1::Payload sent;
  Send(*bgc_, "ho-example", DraftOf("victim_verification_request"), sent);
  EXPECT_THAT(withheld_,
              Contains("victim_verification_request.claimed_by_subject.identity_number"));
  EXPECT_FALSE(sent.victim_verification_request().claimed_by_subject().has_identity_number());
  EXPECT_TRUE(sent.victim_verification_request().has_present_situation());
  EXPECT_TRUE(sent.notes().has_instructions());
}

TEST_F(ExamplesTest, ANoticeLeavesNoTraceOfItsSource) {
  desk::v1::Draft draft = DraftOf("intelligence_notice");
  draft.mutable_payload()->mutable_notice()->set_source_ref("invented");
  payload::v1::Payload sent;
  EXPECT_EQ(Send(*bgc_, "ho-example", draft, sent).outcome, Outcome::kAllow);
  EXPECT_FALSE(sent.notice().has_source_ref());
  EXPECT_THAT(withheld_, testing::Not(Contains("notice.source_ref")));
}

TEST_F(ExamplesTest, TheOrganisationGetsVerificationsAndNoAlerts) {
  const auto io = [] {
    Folder folder;
    folder.Write("agency.textproto",
                 absl::StrReplaceAll(folder.config(), {{"bgc-example", "io-example"},
                                                       {"io-example", "bgc-example"},
                                                       {"\"VN\"", "\"XX\""},
                                                       {"\"XX\"", "\"VN\""},
                                                       {"suspended: true", ""}}));
    folder.Write("policy.textproto", ReadFile("deploy/policies/io-example.textproto"));
    return folder.Load().value();
  }();
  for (const char* name : {"victim_verification_request", "victim_verification_response"}) {
    SCOPED_TRACE(name);
    const desk::v1::Draft draft = For("io-example", name);
    payload::v1::Payload sent;
    const Decision out = Send(*bgc_, "io-example", draft, sent);
    EXPECT_EQ(out.outcome, Outcome::kAllow) << policy::StepName(out.step) << " " << out.missing;
    const Decision in = Receive(*io, "bgc-example", draft, sent);
    EXPECT_EQ(in.outcome, Outcome::kAllow) << policy::StepName(in.step) << " " << in.missing;
  }
  payload::v1::Payload none;
  const Decision alert = Send(*bgc_, "io-example", For("io-example", "alert"), none);
  EXPECT_EQ(alert.outcome, Outcome::kDeny);
  EXPECT_EQ(alert.step, policy::Step::kForbid) << alert.missing;
  EXPECT_THAT(alert.rules, ElementsAre("no-alerts-to-io"));
}

TEST_F(ExamplesTest, TheOrganisationGetsTheYearOfBirthAndATokenForTheNumber) {
  const desk::v1::Draft draft = For("io-example", "victim_verification_request");
  const auto leaves = payload::Cut(draft.payload());
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  const Decision decision = bgc_->policy().Decide(
      FactsFor(*bgc_, *bgc_->FindPartner("io-example"), Direction::kOut, policy::v1::Rule::OFFICER,
               FrameOf(draft), draft.payload(), now_),
      FieldsOf(*leaves));
  ASSERT_EQ(decision.outcome, Outcome::kAllow) << decision.missing;
  std::map<std::string, std::string> fates;
  for (size_t i = 0; i < leaves->size(); ++i) {
    fates[(*leaves)[i].path] = policy::FateName(decision.fields[i]);
  }
  EXPECT_EQ(fates["victim_verification_request.subject.birth.edtf"], "GENERALISE to YEAR");
  EXPECT_EQ(fates["victim_verification_request.documents_seen[0].number"], "MATCH_TOKEN");
  EXPECT_THAT(decision.obligations,
              ElementsAre("quota io-verifications", "kept at most 365d", "notice to auditors"));
  ASSERT_EQ(decision.quotas.size(), 1u);
  EXPECT_EQ(decision.quotas[0].per_day(), 200u);
  EXPECT_EQ(decision.quotas[0].distinct_subjects_per_day(), 100u);
  EXPECT_EQ(decision.retention, absl::Hours(365 * 24));
  EXPECT_TRUE(decision.notice);
}

TEST_F(ExamplesTest, HoldNothingThatTheLinterWarnsOf) {
  for (const char* own : {"bgc-example", "ho-example", "io-example"}) {
    policy::v1::PolicyFile file;
    const std::string path = absl::StrCat("deploy/policies/", own, ".textproto");
    ASSERT_TRUE(base::ParseTextFormat(ReadFile(path), path, file).ok());
    for (const policy::Warning& warning : policy::Lint(file, ruling::SchemaFieldsOf, now_)) {
      ADD_FAILURE() << path << " " << warning.where << " " << warning.text;
    }
  }
}

}  // namespace
}  // namespace liaison::partners
