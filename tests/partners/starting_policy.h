// The starting policy with a permit of everything, and messages to try it with.
#ifndef LIAISON_TESTS_PARTNERS_STARTING_POLICY_H_
#define LIAISON_TESTS_PARTNERS_STARTING_POLICY_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/text_format.h"
#include "daemon/payload/records.h"
#include "daemon/policy/policy.h"

namespace liaison::policy {

using liaison::payload::v1::Origin;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::SubjectCategory;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;

inline v1::PolicyFile FileAt(const std::string& name) {
  const std::string path = absl::StrCat("deploy/policies/", name, ".textproto");
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  v1::PolicyFile file;
  const absl::Status status = base::ParseTextFormat(text.str(), path, file);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_GT(file.policy().rule_size(), 0) << path << " (run from the source folder)";
  return file;
}

inline constexpr char kPermitsEverything[] = R"(policy {
  agreement { id: "all" partner: "partner" valid { from: "2026-01-01" time_zone: "UTC" }
              legal_basis { country: "VN" citation: "x" } legal_basis { country: "GB" citation: "x" } }
  rule { id: "all" effect: PERMIT direction: OUT partner: "partner" roles: [OFFICER, SYSTEM]
         fields { keep_class: [L0, L1, L2, L3, L4, L5, L7, L8] } } })";

// The starting policy and a permit of everything.
inline std::shared_ptr<const Policy> OpenPolicy() {
  v1::PolicyFile file = FileAt("starting-policy");
  v1::PolicyFile open;
  EXPECT_TRUE(base::ParseTextFormat(kPermitsEverything, "open", open).ok());
  const auto* const types = liaison::payload::v1::MessageType_descriptor();
  for (int i = 1; i < types->value_count(); ++i) {
    const auto type = static_cast<liaison::payload::v1::MessageType>(types->value(i)->number());
    open.mutable_policy()->mutable_agreement(0)->add_types(type);
    open.mutable_policy()->mutable_rule(0)->add_types(type);
  }
  for (int purpose = 1; purpose < Purpose::Code_ARRAYSIZE; ++purpose) {
    const auto code = static_cast<Purpose::Code>(purpose);
    open.mutable_policy()->mutable_agreement(0)->add_purposes(code);
    open.mutable_policy()->mutable_rule(0)->add_purposes(code);
  }
  file.MergeFrom(open);
  auto policy = Policy::Create(file, "own", payload::FindPath);
  EXPECT_TRUE(policy.ok()) << policy.status();
  return *policy;
}

// A notice of a witness to a partner of no class: nothing of the starting policy takes anything
// from it.
inline Facts PlainFacts() {
  Facts facts;
  facts.partner = "partner";
  facts.partner_country = "GB";
  facts.own_country = "VN";
  facts.partner_active = true;
  facts.has_match_key = true;
  facts.role = v1::Rule::OFFICER;
  facts.type = liaison::payload::v1::INTELLIGENCE_NOTICE;
  facts.purposes = {Purpose::TRAFFICKING_INVESTIGATION};
  facts.agreement_id = "all";
  facts.urgency = Urgency::U3;
  facts.origin = Origin::HUMAN_GENERATED;
  facts.subjects = {SubjectCategory::WITNESS};
  facts.now = absl::FromUnixSeconds(1'796'000'000);
  return facts;
}

// The path's own leaf.
struct Leaf {
  std::string path;
  Sensitivity::Class sens = Sensitivity::L1;
  Form form = Form::kOther;
};
inline const Leaf kTitle = {"notice.title", Sensitivity::L1};

class ProtectionRulesTest : public testing::Test {
 protected:
  using Change = std::function<void(Facts&)>;

  Decision Decide(const Change& change, const std::vector<Leaf>& leaves = {kTitle}) {
    Facts facts = PlainFacts();
    change(facts);
    std::vector<Field> fields;
    for (const Leaf& leaf : leaves) {
      Field field;
      field.path = leaf.path;
      field.schema_path = leaf.path;
      field.sens = leaf.sens;
      field.form = leaf.form;
      fields.push_back(field);
    }
    return policy_->Decide(facts, fields);
  }

  // A leaf of the schema, and below which of its messages it stands: "VictimContext".
  struct Place {
    Leaf leaf;
    liaison::payload::v1::MessageType type;
    std::string below;  // its path from there, "control"
  };

  // Every leaf of every type of message that stands below a message `name` of the schema.
  static std::vector<Place> PlacesBelow(std::string_view name) {
    std::vector<std::string> roots;
    FindPaths(*liaison::payload::v1::Payload::descriptor(), "", name, roots);
    std::vector<Place> places;
    const auto* const types = liaison::payload::v1::MessageType_descriptor();
    for (int i = 1; i < types->value_count(); ++i) {
      const auto type = static_cast<liaison::payload::v1::MessageType>(types->value(i)->number());
      for (const payload::SchemaLeaf& leaf : payload::SchemaLeaves(type)) {
        for (const std::string& root : roots) {
          if (!absl::StartsWith(leaf.path, root + ".")) continue;
          places.push_back({{leaf.path, leaf.sens}, type, leaf.path.substr(root.size() + 1)});
        }
      }
    }
    return places;
  }

  // The paths of the fields below `message` that hold a message `name`.
  static void FindPaths(const google::protobuf::Descriptor& message, const std::string& path,
                        std::string_view name, std::vector<std::string>& paths) {
    for (int i = 0; i < message.field_count(); ++i) {
      const google::protobuf::FieldDescriptor& field = *message.field(i);
      if (field.message_type() == nullptr) continue;
      const std::string below = absl::StrCat(path, path.empty() ? "" : ".", field.name());
      if (field.message_type()->name() == name) paths.push_back(below);
      FindPaths(*field.message_type(), below, name, paths);
    }
  }

  static bool IsSuspect(SubjectCategory::Code subject) {
    return subject == SubjectCategory::SUSPECT || subject == SubjectCategory::ARRESTED ||
           subject == SubjectCategory::CONVICTED;
  }

  // What becomes of `leaf` beside the title.
  Action FateOf(const Change& change, const Leaf& leaf) {
    const Decision decision = Decide(change, {kTitle, leaf});
    EXPECT_EQ(decision.outcome, Outcome::kAllow) << decision.missing;
    return decision.fields.size() == 2 ? decision.fields[1].action : Action::kKeep;
  }

  void ExpectEnds(const Decision& decision, Outcome outcome, const std::string& rule) {
    EXPECT_EQ(OutcomeName(decision.outcome), OutcomeName(outcome)) << decision.missing;
    EXPECT_THAT(decision.rules, testing::Contains(rule));
  }

  const std::shared_ptr<const Policy> policy_ = OpenPolicy();
};

}  // namespace liaison::policy

#endif  // LIAISON_TESTS_PARTNERS_STARTING_POLICY_H_
