#include "tests/outbox/three_agencies.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "daemon/partners/passed_on.h"

namespace liaison::testing {
namespace {

using payload::v1::LegalBasis;
using payload::v1::OnwardSharing;
using payload::v1::Tlp;

void SetBases(desk::v1::Draft& draft, const std::string& ours, const std::string& theirs) {
  draft.clear_legal_bases();
  for (const std::string& country : {ours, theirs}) {
    LegalBasis& basis = *draft.add_legal_bases();
    basis.set_country(country);
    basis.set_code(country == "VN" ? LegalBasis::VN_LAW_53_2024
                                   : LegalBasis::INTERNATIONAL_AGREEMENT);
  }
}

// Between bgc and io.
void SetFrame(desk::v1::Draft& draft, const std::string& to) {
  draft.clear_to();
  draft.add_to(to);
  draft.set_agreement_id("bgc-io-example-2026");
  SetBases(draft, "VN", "XX");
  draft.clear_purposes();
  draft.add_purposes(payload::v1::Purpose::VICTIM_IDENTIFICATION);
}

}  // namespace

// io-example passes on without a second look (D-19), of which the tests of holds speak.
ThreeAgencies::ThreeAgencies() {
  io = std::make_unique<Agency>(folder + "/io-example", clock);
  io->Change("policy.textproto", "FIELD_OPENING, FORWARDED_ITEM]", "FIELD_OPENING]");
}

ThreeAgencies::~ThreeAgencies() { io.reset(); }

desk::v1::Draft ThreeAgencies::Original() {
  desk::v1::Draft draft = Draft("victim_verification_request");
  SetFrame(draft, "io-example");
  draft.mutable_handling()->Clear();
  draft.mutable_handling()->set_tlp(Tlp::AMBER_STRICT);
  draft.mutable_handling()->set_code(payload::v1::HandlingCode::P);
  draft.mutable_handling()->set_onward(OnwardSharing::WITH_PERMISSION);
  payload::v1::HandlingNotes& notes = *draft.mutable_payload()->mutable_notes();
  notes.clear_instructions();
  notes.clear_instructions_lang();
  notes.clear_named_recipients();
  return draft;
}

desk::v1::Draft ThreeAgencies::Forwarding(const std::string& original, const std::string& grant) {
  desk::v1::Draft draft;
  draft.add_to("ho-example");
  SetBases(draft, "XX", "GB");
  draft.mutable_forward()->set_message(original);
  draft.mutable_forward()->set_grant(grant);
  return draft;
}

desk::v1::Draft ThreeAgencies::Asking(const std::string& original) {
  desk::v1::Draft draft = Draft("onward_sharing_request");
  SetFrame(draft, "bgc-example");
  draft.set_in_reply_to(original);
  auto& request = *draft.mutable_payload()->mutable_onward_sharing_request();
  request.set_agencies(0, "ho-example");
  request.set_purposes(0, payload::v1::Purpose::VICTIM_IDENTIFICATION);
  return draft;
}

desk::v1::Draft ThreeAgencies::Granting(const std::string& request) {
  desk::v1::Draft draft = Draft("onward_sharing_decision");
  SetFrame(draft, "io-example");
  draft.set_in_reply_to(request);
  auto& decision = *draft.mutable_payload()->mutable_onward_sharing_decision();
  decision.set_agencies(0, "ho-example");
  decision.set_purposes(0, payload::v1::Purpose::VICTIM_IDENTIFICATION);
  decision.set_until("2026-12-31");
  return draft;
}

std::string ThreeAgencies::Received() { return Pass(*bgc, *io, Original()); }

std::string ThreeAgencies::Granted(const std::string& original,
                                   const std::function<void(desk::v1::Draft&)>& change) {
  desk::v1::Draft grant = Granting(Pass(*io, *bgc, Asking(original)));
  if (change) change(grant);
  return Pass(*bgc, *io, grant);
}

std::string ThreeAgencies::FaultOf(const desk::v1::Draft& draft) {
  const auto result = Submit(*io, draft);
  EXPECT_FALSE(result.ok());
  const auto error = base::GetError(result.status());
  if (!error) return result.status().ToString();
  if (error->fields.empty()) return std::string(base::ReasonName(error->reason));
  return absl::StrCat(error->fields[0].field, ": ", error->fields[0].rule);
}

exchange::v1::Envelope ThreeAgencies::OriginalInside() const {
  exchange::v1::Envelope original;
  for (const auto& record : delivered.envelopes(0).records()) {
    if (record.path() != partners::kOriginalPath) continue;
    payload::v1::ForwardedItem item;
    EXPECT_TRUE(item.ParseFromString(record.value()));
    EXPECT_TRUE(original.ParseFromString(item.original()));
  }
  return original;
}

std::vector<std::string> ThreeAgencies::DisclosedIn(const exchange::v1::Envelope& envelope) {
  std::vector<std::string> paths;
  for (const auto& record : envelope.records()) {
    if (!record.salt().empty()) paths.push_back(record.path());
  }
  return paths;
}

}  // namespace liaison::testing
