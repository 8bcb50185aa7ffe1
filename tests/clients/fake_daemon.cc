#include "tests/clients/fake_daemon.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/rpc/credentials.h"
#include "daemon/rpc/status.h"
#include "tests/clients/fake_log.h"

namespace liaison::clients_test {
namespace {

using base::MakeError;
using base::Reason;

constexpr char kOrigin[] = "bgc.example/liaison-log/1/1";

grpc::Status Fail(Reason reason, std::string_view message) {
  return rpc::ToGrpc(MakeError(reason, message, "try something else"));
}

// AGENCY/ID or ID, of which the first digits are enough.
bool Names(const std::string& text, const char* id) {
  return absl::StartsWith(id, text.substr(text.find('/') + 1));
}

desk::v1::SubmitResult ResultFor(const std::string& to) {
  desk::v1::SubmitResult result;
  result.set_to(to);
  result.set_id(kDelivered);
  result.set_state(desk::v1::QUEUED);
  if (to == "held-example") {
    result.set_state(desk::v1::HELD);
    result.mutable_error()->set_reason("POLICY_DENIED");  // as the daemon does
  }
  if (to == "denied-example") {
    result.set_state(desk::v1::DENIED);
    result.mutable_error()->set_code("PERMISSION_DENIED");
    result.mutable_error()->set_reason("POLICY_DENIED");
    result.mutable_error()->set_message("no rule permits it");
  }
  return result;
}

desk::v1::Error ErrorValue(const std::string& reason) {
  desk::v1::Error error;
  error.set_reason(reason);
  error.set_message("as the recipient asked");
  return error;
}

void AddChange(const std::string& path, exchange::v1::FieldRecord::Kind kind,
               google::protobuf::RepeatedPtrField<desk::v1::ChangedField>& changed) {
  desk::v1::ChangedField& field = *changed.Add();
  field.set_path(path);
  field.set_kind(kind);
}

// A person of whom every value is changed, each in another way.
void FillChanged(payload::v1::Payload& payload,
                 google::protobuf::RepeatedPtrField<desk::v1::ChangedField>& changed) {
  using exchange::v1::FieldRecord;
  payload::v1::Person& person = *payload.mutable_notice()->add_persons();
  person.set_local_id("******-1");
  AddChange("notice.persons[0].local_id", FieldRecord::MASKED, changed);
  person.add_names()->set_full_original("pn-k2tngsgleh43pnhws4llv74hxb");
  AddChange("notice.persons[0].names[0].full_original", FieldRecord::PSEUDONYM, changed);
  person.mutable_birth()->set_edtf("1990");
  AddChange("notice.persons[0].birth.edtf", FieldRecord::GENERALISED, changed);
  person.add_documents()->set_number("mt-cnk5z6c7bl3aext7tlb4gsp3p4oufiedgjsjwbxtl4ufkyds7ona");
  AddChange("notice.persons[0].documents[0].number", FieldRecord::MATCH_TOKEN, changed);
  person.mutable_documents(0)->mutable_issued()->set_edtf("2015-06");
  AddChange("notice.persons[0].documents[0].issued.edtf", FieldRecord::GENERALISED, changed);
  person.mutable_documents(0)->mutable_expires()->set_edtf("2018/2026");
  AddChange("notice.persons[0].documents[0].expires.edtf", FieldRecord::GENERALISED, changed);
  person.mutable_migration()->mutable_valid_until()->set_edtf("[L4]");
  AddChange("notice.persons[0].migration.valid_until.edtf", FieldRecord::GENERALISED, changed);
}

// A notice whose title goes as it is, of whose date the year goes, and whose language does not go.
void PassOn(desk::v1::Preview& preview) {
  const std::string inside = "forwarded_item.original.";
  const std::string date = "notice.date_of_intelligence.edtf";
  for (const std::string& path : {std::string("notice.title"), date}) {
    desk::v1::DecidedField& field = *preview.mutable_decision()->add_fields();
    field.set_path(inside + path);
    field.set_action("KEEP");
  }
  AddChange(inside + date, exchange::v1::FieldRecord::GENERALISED, *preview.mutable_changed());
  preview.add_withheld(inside + date);
  preview.add_withheld(inside + "notice.title_lang");
}

// As without the permission of its originator.
void DenyPassingOn(desk::v1::Decision& decision) {
  decision.set_step("labels");
  decision.add_rules("builtin:D-15");
}

class Partners final : public desk::v1::PartnerService::Service {
 public:
  grpc::Status ListPartners(grpc::ServerContext*, const desk::v1::ListPartnersRequest*,
                            desk::v1::ListPartnersResponse* response) override {
    Describe("ho-example", *response->add_partners());
    return grpc::Status::OK;
  }
  grpc::Status GetPartner(grpc::ServerContext*, const desk::v1::GetPartnerRequest* request,
                          desk::v1::Partner* response) override {
    if (request->id() != "ho-example") return Fail(Reason::kUnknownPartner, "no such partner");
    Describe(request->id(), *response);
    return grpc::Status::OK;
  }
  grpc::Status Ping(grpc::ServerContext*, const desk::v1::PingRequest* request,
                    desk::v1::PingResponse* response) override {
    if (request->id() == "down-example") return Fail(Reason::kUnreachable, "no answer");
    if (request->id() == "wrong-example") return Fail(Reason::kVerificationFailed, "another key");
    response->set_id(request->id());
    response->set_version("0.1.0");
    return grpc::Status::OK;
  }

 private:
  static void Describe(const std::string& id, desk::v1::Partner& partner) {
    partner.set_id(id);
    partner.set_name("Bộ Nội vụ (ví dụ)");
    partner.set_country("GB");
    partner.set_active(true);
  }
};

class PolicyDesk final : public desk::v1::PolicyService::Service {
 public:
  grpc::Status GetPolicy(grpc::ServerContext* context, const desk::v1::GetPolicyRequest*,
                         desk::v1::GetPolicyResponse* response) override {
    (void)context;
    response->set_id("bgc-2026-1");
    response->set_version(1);
    response->set_text("policy { id: \"bgc-2026-1\" version: 1 }\n");
    return grpc::Status::OK;
  }
};

class AuditDesk final : public audit::v1::AuditService::Service {
 public:
  grpc::Status List(grpc::ServerContext*, const audit::v1::ListRequest* request,
                    audit::v1::ListResponse* response) override {
    if (request->partner() == "forbidden") return Fail(Reason::kRoleMissing, "not an auditor");
    audit::v1::Entry* entry = response->add_entries();
    entry->set_log(audit::v1::EXCHANGE);
    entry->set_index(7);
    entry->set_event(audit::v1::SENT);
    if (request->page_size() == 1) response->set_next_page_token("8,0");  // there are two
    return grpc::Status::OK;
  }
  grpc::Status Head(grpc::ServerContext*, const audit::v1::HeadRequest* request,
                    audit::v1::HeadResponse* response) override {
    if (request->log() == audit::v1::DESK) return Fail(Reason::kRoleMissing, "not an auditor");
    response->set_origin(kOrigin);
    response->set_size(8);
    return grpc::Status::OK;
  }
  grpc::Status Prove(grpc::ServerContext*, const audit::v1::ProveRequest* request,
                     audit::v1::ProveResponse* response) override {
    if (Names(request->exchange(), kMissing)) return Fail(Reason::kNotFound, "no such message");
    const bool forged = Names(request->exchange(), kForged);
    const FakeLog& log = request->log() == audit::v1::DESK ? desk_ : exchange_;
    *response->add_receipts() = log.ReceiptFor(forged ? kForged : kDelivered);
    if (forged) response->mutable_receipts(0)->mutable_record()->back() ^= 1;
    response->set_verifier_key(log.verifier_key());
    return grpc::Status::OK;
  }
  grpc::Status Replay(grpc::ServerContext*, const audit::v1::ReplayRequest* request,
                      audit::v1::ReplayResponse* response) override {
    if (Names(request->exchange(), kMissing)) return Fail(Reason::kNotFound, "no such message");
    audit::v1::Replayed* replayed = response->add_decisions();
    replayed->set_log(audit::v1::EXCHANGE);
    replayed->set_event(audit::v1::SENT);
    replayed->mutable_recorded()->set_outcome("ALLOW");
    replayed->mutable_replayed()->set_outcome("ALLOW");
    if (!Names(request->exchange(), kForged)) return grpc::Status::OK;
    replayed->mutable_replayed()->set_outcome("DENY");
    replayed->add_differences("outcome: ALLOW was recorded, DENY was decided");
    return grpc::Status::OK;
  }
  grpc::Status Verify(grpc::ServerContext*, const audit::v1::VerifyRequest* request,
                      grpc::ServerWriter<audit::v1::VerifyResponse>* writer) override {
    audit::v1::VerifyResponse response;
    response.set_checked(4);
    response.set_total(8);
    writer->Write(response);
    audit::v1::VerifyResult* result = response.mutable_result();
    result->set_ok(!request->full());  // a full check finds the fault
    result->add_logs()->set_origin(kOrigin);
    if (request->full()) {
      result->add_faults()->set_where("record exchange/5");
      result->mutable_faults(0)->set_what("the leaf differs");
    }
    writer->Write(response);
    return grpc::Status::OK;
  }

 private:
  const FakeLog exchange_{kOrigin};
  const FakeLog desk_{"bgc.example/liaison-desk-log/1/1"};
};

class AdminDesk final : public admin::v1::AdminService::Service {
 public:
  grpc::Status Status(grpc::ServerContext*, const admin::v1::StatusRequest*,
                      admin::v1::StatusResponse* response) override {
    response->set_agency("bgc-example");
    response->set_ready(true);
    return grpc::Status::OK;
  }
  grpc::Status Reload(grpc::ServerContext*, const admin::v1::ReloadRequest*,
                      admin::v1::ReloadResponse* response) override {
    response->set_changed(true);
    return grpc::Status::OK;
  }
};

}  // namespace

void FakeMailbox::Remember(const desk::v1::SubmitRequest& request) {
  const base::MutexLock lock(mu_);
  seen_.push_back(request);
}

std::vector<desk::v1::SubmitRequest> FakeMailbox::seen() const {
  const base::MutexLock lock(mu_);
  return seen_;
}

int FakeMailbox::releases() const {
  const base::MutexLock lock(mu_);
  return releases_;
}

void FakeMailbox::BreakStreamAfter(int answers) {
  const base::MutexLock lock(mu_);
  break_after_ = answers;
}

void FakeMailbox::FailStreams() {
  const base::MutexLock lock(mu_);
  fail_streams_ = true;
}

grpc::Status FakeMailbox::Submit(grpc::ServerContext*, const desk::v1::SubmitRequest* request,
                                 desk::v1::SubmitResponse* response) {
  Remember(*request);
  for (const std::string& to : request->draft().to()) {
    if (to == "unknown-example") return Fail(Reason::kUnknownPartner, "no such partner");
    if (to == "busy-example") {
      const base::MutexLock lock(mu_);
      if (busy_-- > 0) return Fail(Reason::kQueueFull, "busy");
    }
    *response->add_results() = ResultFor(to);
  }
  return grpc::Status::OK;
}

grpc::Status FakeMailbox::SubmitStream(
    grpc::ServerContext*,
    grpc::ServerReaderWriter<desk::v1::SubmitStreamResponse, desk::v1::SubmitRequest>* stream) {
  desk::v1::SubmitRequest request;
  while (stream->Read(&request)) {
    {
      const base::MutexLock lock(mu_);
      if (fail_streams_) return Fail(Reason::kRoleMissing, "not a sender");
      if (break_after_ == 0) {
        break_after_ = -1;
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection lost");
      }
      if (break_after_ > 0) --break_after_;
    }
    Remember(request);
    desk::v1::SubmitStreamResponse response;
    for (const std::string& to : request.draft().to()) {
      if (to == "unknown-example") {
        *response.mutable_error() = ErrorValue("UNKNOWN_PARTNER");
      } else {
        *response.mutable_response()->add_results() = ResultFor(to);
      }
    }
    stream->Write(response);
  }
  return grpc::Status::OK;
}

grpc::Status FakeMailbox::Preview(grpc::ServerContext*, const desk::v1::SubmitRequest* request,
                                  desk::v1::PreviewResponse* response) {
  for (const std::string& to : request->draft().to()) {
    if (to == "unknown-example") return Fail(Reason::kUnknownPartner, "no such partner");
    desk::v1::Preview* preview = response->add_previews();
    preview->set_to(to);
    desk::v1::Decision* decision = preview->mutable_decision();
    decision->set_outcome(to == "denied-example" ? "DENY"
                          : to == "held-example" ? "HOLD"
                                                 : "ALLOW");
    decision->set_step("permit");
    if (to == "denied-example") {
      decision->set_reason("POLICY_DENIED");
      if (request->draft().has_forward()) DenyPassingOn(*decision);
      continue;
    }
    desk::v1::DecidedField* field = decision->add_fields();
    field->set_path("notes.instructions");
    field->set_action("OMIT");
    field->set_rule("default");
    field->set_sens("L8");
    FillChanged(*preview->mutable_view(), *preview->mutable_changed());
    if (request->draft().has_forward()) {
      PassOn(*preview);
    }
    decision->add_obligations("quota verify-ho");
    decision->add_obligations("notice to auditors");
    desk::v1::QuotaStanding* quota = preview->add_quotas();
    quota->set_id("verify-ho");
    quota->set_attempts(3);
    quota->set_per_day(200);
    quota->set_subjects(2);
    quota->set_distinct_subjects_per_day(100);
    quota->mutable_resets()->set_seconds(1'795'712'400);
  }
  return grpc::Status::OK;
}

grpc::Status FakeMailbox::List(grpc::ServerContext*, const desk::v1::ListRequest* request,
                               desk::v1::ListResponse* response) {
  if (request->partner() == "unknown-example") return Fail(Reason::kUnknownPartner, "no partner");
  // Two pages of one message each.
  desk::v1::Summary* message = response->add_messages();
  message->set_id(request->page_token().empty() ? kDelivered : kRefused);
  message->set_from("bgc-example");
  message->set_to("ho-example");
  message->set_state(desk::v1::DELIVERED);
  message->mutable_respond_by()->set_seconds(1'795'900'000);
  message->mutable_lapses()->set_seconds(1'796'000'000);
  if (request->page_token().empty()) response->set_next_page_token("second");
  return grpc::Status::OK;
}

grpc::Status FakeMailbox::Get(grpc::ServerContext*, const desk::v1::GetRequest* request,
                              desk::v1::ShownMessage* response) {
  if (Names(request->id(), kMissing)) return Fail(Reason::kNotFound, "no such message");
  if (Names(request->id(), kUnseen)) return Fail(Reason::kRoleMissing, "not for your eyes");
  response->set_id(kDelivered);
  response->mutable_statement()->set_from("ho-example");
  if (Names(request->id(), kHeld)) {
    response->set_id(kHeld);
    response->set_state(desk::v1::HELD);
    response->mutable_held()->set_persons(2);
    response->mutable_held()->add_agreed("officer-1");
    response->mutable_held()->mutable_lapses()->set_seconds(1'796'000'000);
    response->mutable_held()->set_view_digest(kHeldView);
    desk::v1::Derogation& derogation = *response->mutable_held()->add_derogations();
    derogation.set_rule("d-18-places");
    derogation.set_reason("a court asks for it");
  }
  response->mutable_payload()->mutable_notes()->set_instructions(
      request->reveal() ? "for your eyes \x1b[31monly" : "[L8]");
  response->add_masked("notes.instructions");
  desk::v1::OpenedLater& opened = *response->add_opened();
  opened.set_path("notes.instructions");
  opened.set_id("bgc-example/0123abcd");
  FillChanged(*response->mutable_payload(), *response->mutable_changed());
  for (const desk::v1::ChangedField& field : response->changed()) {
    response->add_withheld()->set_path(field.path());
  }
  response->add_withheld()->set_path("notice.title");
  return grpc::Status::OK;
}

grpc::Status FakeMailbox::Release(grpc::ServerContext*, const desk::v1::ReleaseRequest* request,
                                  desk::v1::ReleaseResponse* response) {
  {
    const base::MutexLock lock(mu_);
    ++releases_;
  }
  if (Names(request->id(), kMissing)) return Fail(Reason::kNotFound, "no such message");
  if (Names(request->id(), kHeldByUs)) return Fail(Reason::kPolicyDenied, "you submitted it");
  if (!Names(request->id(), kHeld)) return Fail(Reason::kWrongState, "not held");
  if (request->view_digest() != kHeldView) return Fail(Reason::kWrongState, "it has changed");
  response->set_id(kHeld);
  response->set_state(request->reason() == "first"  ? desk::v1::HELD
                      : request->reason() == "late" ? desk::v1::DENIED
                                                    : desk::v1::QUEUED);
  response->set_agreed(2);
  response->set_persons(request->reason() == "first" ? 3 : 2);
  if (response->state() == desk::v1::DENIED) {
    *response->mutable_error() = ErrorValue("AGREEMENT_NOT_IN_FORCE");
  }
  return grpc::Status::OK;
}

grpc::Status FakeMailbox::Reject(grpc::ServerContext*, const desk::v1::RejectRequest* request,
                                 desk::v1::RejectResponse* response) {
  if (Names(request->id(), kMissing)) return Fail(Reason::kNotFound, "no such message");
  if (!Names(request->id(), kHeld)) return Fail(Reason::kWrongState, "not held");
  response->set_id(kHeld);
  response->set_state(desk::v1::DENIED);
  return grpc::Status::OK;
}

grpc::Status FakeMailbox::Match(grpc::ServerContext*, const desk::v1::MatchRequest* request,
                                desk::v1::MatchResponse* response) {
  base::MutexLock lock(mu_);
  searched_ = *request;
  if (Names(request->id(), kMissing)) return Fail(Reason::kNotFound, "no such message");
  if (request->field() == "notice.title") return Fail(Reason::kWrongState, "no match token");
  for (int i = 0; i < request->candidates_size(); ++i) {
    desk::v1::MatchResult& result = *response->add_results();
    result.set_number(static_cast<uint32_t>(i) + 1);
    result.set_verdict(absl::StartsWith(request->candidates(i), "B1")
                           ? desk::v1::MatchResult::HIT
                           : desk::v1::MatchResult::NO_HIT);
  }
  return grpc::Status::OK;
}

desk::v1::MatchRequest FakeMailbox::searched() const {
  base::MutexLock lock(mu_);
  return searched_;
}

grpc::Status FakeMailbox::Wait(grpc::ServerContext*, const desk::v1::WaitRequest* request,
                               desk::v1::WaitResponse* response) {
  if (Names(request->id(), kMissing)) return Fail(Reason::kNotFound, "no such message");
  if (Names(request->id(), kSlow)) return Fail(Reason::kTimedOut, "not yet");
  response->set_id(request->id());
  response->set_state(desk::v1::DELIVERED);
  response->set_reached(true);
  if (Names(request->id(), kRefused) || Names(request->id(), kExpired)) {
    response->set_state(Names(request->id(), kRefused) ? desk::v1::REFUSED : desk::v1::EXPIRED);
    response->set_reached(false);
  }
  return grpc::Status::OK;
}

grpc::Status FakeMailbox::Timeline(grpc::ServerContext*, const desk::v1::TimelineRequest* request,
                                   desk::v1::TimelineResponse* response) {
  if (Names(request->id(), kMissing)) return Fail(Reason::kNotFound, "no such message");
  const bool second = request->page_token() == "second";
  desk::v1::TimelineEntry* entry = response->add_entries();
  entry->set_id(kDelivered);
  entry->set_from("ho-example");
  entry->set_event(second ? audit::v1::READ : audit::v1::RECEIVED);
  entry->mutable_time()->set_seconds(second ? 1'770'000'000 : 1'770'000'060);
  entry->set_partner("ho-example");
  if (!second) response->set_next_page_token("second");
  const bool ours = Names(request->id(), kRefused);
  response->set_id(ours ? kRefused : kDelivered);
  response->set_from(ours ? "bgc-example" : "ho-example");
  response->set_partner("ho-example");
  return grpc::Status::OK;
}

struct FakeDaemon::Others {
  Partners partners;
  PolicyDesk policy;
  AuditDesk audit;
  AdminDesk admin;
};

FakeDaemon::FakeDaemon(const std::string& certs, const std::string& agency)
    : others_(std::make_unique<Others>()) {
  const std::string pki = absl::StrCat(certs, "/", agency, "/pki/");
  const auto credentials =
      rpc::ServerCredentials({pki + "tls.crt", pki + "tls.key", pki + "people-ca.crt"}, nullptr);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", credentials.value(), &port);
  builder.RegisterService(&mailbox_);
  builder.RegisterService(&others_->partners);
  builder.RegisterService(&others_->policy);
  builder.RegisterService(&others_->audit);
  builder.RegisterService(&others_->admin);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeDaemon::~FakeDaemon() { server_->Shutdown(std::chrono::system_clock::now()); }

}  // namespace liaison::clients_test
