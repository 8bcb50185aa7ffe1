#include "tests/bench/drafts.h"

#include "daemon/payload/records.h"

namespace liaison::bench {
namespace {

namespace wire = payload::v1;

void Grade(wire::Evaluation& evaluation) {
  evaluation.set_source(wire::SourceEval::UNTESTED);
  evaluation.set_info(wire::InfoAssessment::B);
}

void WriteNotice(wire::IntelligenceNotice& notice) {
  notice.set_title("Example of the bench");
  notice.set_title_lang("en");
  notice.mutable_date_of_intelligence()->set_edtf("2026-11");
  notice.set_created_at("2026-11-20T02:30:00Z");
  wire::Threat& threat = *notice.add_threats();
  threat.set_family(wire::ThreatFamily::TRAFFICKING);
  threat.set_band(wire::Band::HIGH);
  wire::Provenance& provenance = *notice.mutable_provenance();
  provenance.set_text("Invented.");
  provenance.set_lang("en");
  Grade(*provenance.mutable_evaluation());
  notice.set_intelligence_confidence(wire::Band::MEDIUM);
  notice.set_sensitive_source(false);
  notice.set_public_interest_immunity(false);
  notice.set_threats_to_life(wire::TriState::NO);
}

void AddItem(wire::IntelligenceNotice& notice) {
  wire::NoticeItem& item = *notice.add_items();
  item.set_no(static_cast<uint32_t>(notice.items_size()));
  item.set_text("Invented:");
  item.set_lang("en");
  Grade(*item.mutable_evaluation());
}

size_t RecordsOf(const wire::Payload& payload) {
  const absl::StatusOr<std::vector<payload::Leaf>> leaves = payload::Cut(payload);
  return leaves.ok() ? leaves->size() : 0;
}

// Grows the texts of the items until the payload has `bytes`.
void Fill(wire::Payload& payload, size_t bytes) {
  wire::IntelligenceNotice& notice = *payload.mutable_notice();
  for (int i = 0; payload.ByteSizeLong() + 8 <= bytes; i = (i + 1) % notice.items_size()) {
    *notice.mutable_items(i)->mutable_text() += " of note";
  }
}

void AddLegalBasis(wire::LegalBasis::Code code, const char* country, desk::v1::Draft& draft) {
  wire::LegalBasis& basis = *draft.add_legal_bases();
  basis.set_code(code);
  basis.set_country(country);
}

}  // namespace

desk::v1::Draft NoticeOf(size_t bytes, wire::Urgency::Code urgency) {
  desk::v1::Draft draft;
  draft.add_to("ho-example");
  draft.set_urgency(urgency);
  draft.add_purposes(wire::Purpose::TRAFFICKING_INVESTIGATION);
  draft.set_agreement_id("bgc-ho-example-2026");
  AddLegalBasis(wire::LegalBasis::VN_LAW_53_2024, "VN", draft);
  AddLegalBasis(wire::LegalBasis::LAW_ENFORCEMENT_TASK, "GB", draft);
  draft.set_exercise(true);
  wire::Handling& handling = *draft.mutable_handling();
  handling.set_tlp(wire::Tlp::AMBER_STRICT);
  handling.set_code(wire::HandlingCode::P);
  handling.set_onward(wire::OnwardSharing::NONE);
  handling.set_judicial_use(wire::JudicialUse::NOT_PERMITTED);
  wire::Payload& payload = *draft.mutable_payload();
  WriteNotice(*payload.mutable_notice());
  if (urgency == wire::Urgency::U1)
    payload.mutable_notice()->set_threats_to_life(wire::TriState::YES);
  const size_t records = 12 + bytes * 12 / 1024;
  do {
    AddItem(*payload.mutable_notice());
  } while (RecordsOf(payload) + 5 <= records);
  Fill(payload, bytes);
  return draft;
}

}  // namespace liaison::bench
