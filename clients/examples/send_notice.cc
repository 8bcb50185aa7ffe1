// Example: sends an intelligence notice and waits until the partner has it.
//
//   send_notice CONFIG TO AGREEMENT [KEY]
//
// CONFIG is a client configuration (the demo writes one for each role), TO the receiving agency,
// AGREEMENT the cooperation instrument it goes under. With the same KEY a second run sends nothing
// new and prints the same id. People and events below are invented; in the demo:
//
//   send_notice bgc-example/officer.textproto ho-example bgc-ho-example-2026
#include <cstdio>
#include <string>

#include "clients/cpp/client.h"
#include "daemon/rpc/environment.h"

namespace {

using liaison::client::Client;
namespace desk = liaison::desk::v1;
namespace payload = liaison::payload::v1;

void Grade(payload::Evaluation& evaluation) {
  evaluation.set_source(payload::SourceEval::UNTESTED);
  evaluation.set_info(payload::InfoAssessment::B);
}

void WriteNotice(payload::IntelligenceNotice& notice) {
  notice.set_title("Example: recruitment on social media");
  notice.set_title_lang("en");
  notice.mutable_date_of_intelligence()->set_edtf("2026-11");
  notice.set_created_at("2026-11-20T02:30:00Z");
  payload::Threat& threat = *notice.add_threats();
  threat.set_family(payload::ThreatFamily::TRAFFICKING);
  threat.set_band(payload::Band::HIGH);
  payload::NoticeItem& item = *notice.add_items();
  item.set_no(1);
  item.set_text("Invented: an account advertises light work for high pay near a border.");
  item.set_lang("en");
  Grade(*item.mutable_evaluation());
  payload::Provenance& provenance = *notice.mutable_provenance();
  provenance.set_text("Invented: compared with two other reports.");
  provenance.set_lang("en");
  Grade(*provenance.mutable_evaluation());
  notice.set_intelligence_confidence(payload::Band::MEDIUM);
  notice.set_sensitive_source(false);
  notice.set_public_interest_immunity(false);
  notice.set_threats_to_life(payload::TriState::NO);
}

// Free text may hold personal data: it goes on a legal basis of both countries, here the demo's.
void CiteLegalBases(desk::Draft& draft) {
  payload::LegalBasis& ours = *draft.add_legal_bases();
  ours.set_code(payload::LegalBasis::VN_LAW_53_2024);
  ours.set_country("VN");
  payload::LegalBasis& theirs = *draft.add_legal_bases();
  theirs.set_code(payload::LegalBasis::LAW_ENFORCEMENT_TASK);
  theirs.set_country("GB");
}

desk::Draft MakeDraft(const std::string& to, const std::string& agreement) {
  desk::Draft draft;
  draft.add_to(to);
  draft.set_urgency(payload::Urgency::U3);
  draft.add_purposes(payload::Purpose::TRAFFICKING_INVESTIGATION);
  draft.set_agreement_id(agreement);
  CiteLegalBases(draft);
  draft.set_exercise(true);
  payload::Handling& handling = *draft.mutable_handling();
  handling.set_tlp(payload::Tlp::AMBER_STRICT);
  handling.set_code(payload::HandlingCode::P);
  handling.set_onward(payload::OnwardSharing::NONE);
  handling.set_judicial_use(payload::JudicialUse::NOT_PERMITTED);
  WriteNotice(*draft.mutable_payload()->mutable_notice());
  return draft;
}

// The id of the message once the partner's receipt is there.
absl::StatusOr<std::string> SendAndWait(const std::string& config, const desk::Draft& draft,
                                        const std::string& key) {
  liaison::client::ContextChoice choice;
  choice.config_file = config;
  const auto context = liaison::client::FindContext(choice);
  if (!context.ok()) return context.status();
  const absl::StatusOr<std::unique_ptr<Client>> client = Client::Connect(*context);
  if (!client.ok()) return client.status();

  desk::SubmitRequest request;
  *request.mutable_draft() = draft;
  request.set_idempotency_key(key);  // empty: the library makes one
  const absl::StatusOr<desk::SubmitResponse> response = (*client)->Submit(request);
  if (!response.ok()) return response.status();
  const desk::SubmitResult& result = response->results(0);
  if (result.state() == desk::DENIED) return absl::PermissionDeniedError(result.error().message());

  desk::WaitRequest wait;
  wait.set_id(result.id());
  wait.add_states(desk::DELIVERED);
  wait.mutable_timeout()->set_seconds(30);
  const absl::StatusOr<desk::WaitResponse> reached = (*client)->Wait(wait);
  if (!reached.ok()) return reached.status();
  if (!reached->reached()) return absl::FailedPreconditionError(desk::State_Name(reached->state()));
  return result.id();
}

}  // namespace

int main(int argc, char** argv) {
  liaison::rpc::PrepareTls13Only();
  if (argc < 4) {
    std::fprintf(stderr, "usage: send_notice CONFIG TO AGREEMENT [KEY]\n");
    return 2;
  }
  const absl::StatusOr<std::string> id =
      SendAndWait(argv[1], MakeDraft(argv[2], argv[3]), argc > 4 ? argv[4] : "");
  if (!id.ok()) {
    std::fprintf(stderr, "%s\n", id.status().ToString().c_str());
    return 1;
  }
  std::printf("%s\n", id->c_str());
  return 0;
}
