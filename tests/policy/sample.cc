#include "tests/policy/sample.h"

#include <gtest/gtest.h>

#include "daemon/base/text_format.h"

namespace liaison::policy {

std::string SampleText() {
  return R"(
policy {
  id: "bgc-sample" version: 3
  agreement {
    id: "joint-plan" partner: "ho-example" kind: JOINT_ACTION_PLAN
    valid { from: "2026-01-01" to: "2026-12-31" time_zone: "Asia/Ho_Chi_Minh" }
    types: [ALERT, VICTIM_VERIFICATION_REQUEST]
    purposes: [TRAFFICKING_INVESTIGATION, VICTIM_IDENTIFICATION, THREAT_TO_LIFE]
    legal_basis { country: "VN" citation: "Law (invented) 1" }
    legal_basis { country: "GB" citation: "Act (invented) 2" }
  }
  rule {
    id: "alerts-out" effect: PERMIT direction: OUT partner: "ho-example"
    types: [ALERT, VICTIM_VERIFICATION_REQUEST]
    purposes: [TRAFFICKING_INVESTIGATION, VICTIM_IDENTIFICATION, THREAT_TO_LIFE]
    roles: [OFFICER, SYSTEM]
    fields { keep_class: [L0, L1, L2, L4, L8] withhold_class: [L3] omit_class: [L5, L6, L7] }
  }
  rule {
    id: "alerts-in" effect: PERMIT direction: IN partner: "ho-example"
    types: [ALERT] purposes: [TRAFFICKING_INVESTIGATION]
    fields { keep_class: [L0, L1, L2] }
  }
}
)";
}

v1::PolicyFile FileOf(std::string_view text) {
  v1::PolicyFile file;
  const absl::Status status = base::ParseTextFormat(text, "policy.textproto", file);
  EXPECT_TRUE(status.ok()) << status;
  return file;
}

absl::StatusOr<Whole::Kind> AnyPath(std::string_view path) {
  if (path.empty() || path.substr(0, 7) == "nowhere") {
    return absl::NotFoundError("leads nowhere; write \"somewhere\"");
  }
  const auto ends_in = [&](std::string_view end) {
    return path.size() >= end.size() && path.substr(path.size() - end.size()) == end;
  };
  if (ends_in("birth")) return Whole::DATE;
  return ends_in("place") ? Whole::PLACE : Whole::WHOLE_UNSPECIFIED;
}

std::vector<SchemaLeaf> AnyLeaves(liaison::payload::v1::MessageType type) {
  using liaison::payload::v1::ALERT;
  using liaison::payload::v1::ALERT_CANCEL;
  using liaison::payload::v1::RECALL;
  if (type == ALERT_CANCEL) return {};
  std::vector<SchemaLeaf> leaves = {{"notes.named_recipients", Sensitivity::L1},
                                    {"notes.instructions", Sensitivity::L8, Form::kText}};
  const auto add = [&](const char* path, Sensitivity::Class sens, Form form) {
    leaves.push_back({path, sens, form});
  };
  if (type == RECALL) {
    add("recall.reason", Sensitivity::L1, Form::kOther);
    add("recall.replacement", Sensitivity::L1, Form::kText);
    return leaves;
  }
  for (const char* path : {"a.b", "a.birth.edtf", "b", "c", "d"}) {
    add(path, Sensitivity::L2, Form::kText);
  }
  if (type == ALERT) add("alert.headline", Sensitivity::L1, Form::kText);
  return leaves;
}

std::shared_ptr<const Policy> PolicyOf(const v1::PolicyFile& file) {
  auto policy = Policy::Create(file, "bgc-example", AnyPath);
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() ? *policy : nullptr;
}

std::shared_ptr<const Policy> PolicyOf(std::string_view text) { return PolicyOf(FileOf(text)); }

Facts SampleFacts() {
  using namespace liaison::payload::v1;
  Facts facts;
  facts.direction = Direction::kOut;
  facts.partner = "ho-example";
  facts.partner_country = "GB";
  facts.own_country = "VN";
  facts.partner_active = true;
  facts.role = v1::Rule::OFFICER;
  facts.type = ALERT;
  facts.purposes = {Purpose::TRAFFICKING_INVESTIGATION};
  facts.agreement_id = "joint-plan";
  facts.urgency = Urgency::U3;
  facts.now = At("2026-06-15T12:00:00Z");
  return facts;
}

Field FieldOf(std::string_view path, Sensitivity::Class sens) {
  Field field;
  field.path = path;
  field.schema_path = path;
  field.sens = sens;
  return field;
}

std::vector<Field> SampleFields() { return {FieldOf("alert.headline", Sensitivity::L1)}; }

absl::Time At(std::string_view rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(rfc3339), &time, &error)) << error;
  return time;
}

}  // namespace liaison::policy
