#include "tests/outbox/two_agencies.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"
#include "daemon/journal/openings.h"
#include "daemon/journal/verify.h"
#include "daemon/outbox/person.h"
#include "tests/store/damage.h"

namespace liaison::testing {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// What deploy/prepare.sh makes.
std::string Prepare(const std::string& parent) {
  std::string name = parent + "liaison-agencies-XXXXXX";
  base::Invariant(mkdtemp(name.data()) != nullptr, "a temporary folder");
  const std::string command = absl::StrCat("deploy/prepare.sh ", name, " >/dev/null");
  base::Invariant(std::system(command.c_str()) == 0, "deploy/prepare.sh succeeds");
  return name;
}

const std::string& PreparedFolder();

void RemovePreparedFolder() {
  std::error_code ignored;
  fs::remove_all(PreparedFolder(), ignored);
}

// Made once for the whole test program; once for all programs that name one folder in the
// environment, because making it takes longer than many a test.
const std::string& PreparedFolder() {
  static const std::string* const kFolder = [] {
    if (const char* kept = std::getenv("LIAISON_KEPT")) {
      const std::string folder = absl::StrCat(kept, "/agencies");
      if (!fs::exists(folder)) fs::rename(Prepare(absl::StrCat(kept, "/")), folder);
      return new std::string(folder);
    }
    const std::string name = Prepare(::testing::TempDir());
    base::Invariant(std::atexit(RemovePreparedFolder) == 0, "it is removed at the end");
    return new std::string(name);
  }();
  return *kFolder;
}

std::unique_ptr<crypto::PrivateKey> Key(const std::string& path) {
  auto key = crypto::PrivateKey::FromFile(path);
  EXPECT_TRUE(key.ok()) << key.status();
  return *std::move(key);
}

}  // namespace

Agency::Agency(const std::string& agency_folder, base::Clock& the_clock)
    : folder(agency_folder), clock(the_clock) {
  auto registry = partners::Registry::Load(folder + "/agency.textproto");
  EXPECT_TRUE(registry.ok()) << registry.status();
  snapshots = std::make_unique<partners::Snapshots>(*registry);
  message_key = Key(folder + "/pki/message.key");
  log_key = Key(folder + "/pki/log.key");
  desk_key = Key(folder + "/pki/desk-log.key");
  mac_key = *crypto::ReadSecretFile(folder + "/keys/mac.key");
  Open();
}

Agency::~Agency() { Close(); }

void Agency::Open() {
  at_rest = *message::AtRestKeys::Open(folder + "/keys/at-rest", id());
  auto opened = store::OpenSqlite({.path = folder + "/data/liaison.db"});
  EXPECT_TRUE(opened.ok()) << opened.status();
  store = *std::move(opened);
  failing = std::make_unique<journal::FailingStore>(*store);
  const std::string domain = snapshots->Current()->agency().domain();
  journal::Options options;
  options.exchange_origin = domain + "/liaison-log/1/1";
  options.desk_origin = domain + "/liaison-desk/1/1";
  options.exchange_key = log_key.get();
  options.desk_key = desk_key.get();
  options.guard_path = folder + "/keys/guard";
  auto started = journal::Journal::Open(options, *failing, clock, metrics);
  EXPECT_TRUE(started.ok()) << started.status();
  journal = *std::move(started);
  end_ = false;
  commits_ = std::thread([this] {
    while (!end_) journal->CommitOnce(absl::Milliseconds(20));
    while (journal->CommitOnce(absl::ZeroDuration())) {
    }
  });
  outbox = std::make_unique<outbox::Outbox>(
      outbox::Outbox::Parts{*snapshots, *journal, *at_rest, *message_key, mac_key, clock, metrics,
                            [this](std::string_view partner) { woken.emplace_back(partner); }});
  holds = std::make_unique<outbox::Holds>(
      outbox::Holds::Parts{*snapshots, *journal, *at_rest, *message_key, mac_key, clock, metrics,
                           [this](std::string_view partner) { woken.emplace_back(partner); }});
  inbox = std::make_unique<inbox::Inbox>(
      inbox::Inbox::Parts{*snapshots, *journal, *at_rest, mac_key, clock, metrics});
  mailbox = std::make_unique<inbox::Mailbox>(inbox::Mailbox::Parts{
      *snapshots, *journal, *at_rest, mac_key, clock,
      [this](const store::Exchange& exchange, desk::v1::ShownMessage& shown) {
        return holds->Show(exchange, shown);
      },
      [this](const store::Exchange& exchange) { return holds->ReleasableUntil(exchange); }});
  PutInForce();
}

void Agency::Close() {
  journal->Stop();
  end_ = true;
  commits_.join();
  EXPECT_EQ(journal->Drain().ok(), !stopped);
  mailbox.reset();
  inbox.reset();
  holds.reset();
  outbox.reset();
  journal.reset();
  failing.reset();
  store.reset();
}

void Agency::Restart() {
  Close();
  Open();
}

void Agency::PutInForce() {
  store::PutInForce put;
  put.kind = "snapshot";
  put.digest = snapshots->Current()->snapshot_digest();
  put.record.log = audit::v1::DESK;
  put.record.record.set_event(audit::v1::CONFIG);
  put.record.record.set_subject_digest(std::string(put.digest.raw()));
  EXPECT_TRUE(journal->Commit({put}).ok());
}

void Agency::Reload() {
  auto registry = partners::Registry::Load(folder + "/agency.textproto");
  ASSERT_TRUE(registry.ok()) << registry.status();
  snapshots->Replace(*registry);
  PutInForce();
}

void Agency::Change(const std::string& file, const std::string& from, const std::string& to) {
  const std::string path = folder + "/" + file;
  std::string text = ReadFile(path);
  const size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  std::ofstream(path) << text.replace(at, from.size(), to);
  Reload();
}

void Agency::Revoke(const std::string& name) {
  const std::string named = absl::StrCat("name: \"", name, "\"");
  Change("agency.textproto", named, named + " revoked: true");
}

desk::v1::State Agency::StateOf(const std::string& from, const std::string& exchange) {
  const auto found = store->Find({from, *base::ParseExchangeId(exchange)});
  return found.ok() ? found->state : desk::v1::STATE_UNSPECIFIED;
}

std::string Agency::Faults() {
  const std::string domain = snapshots->Current()->agency().domain();
  journal::VerifyOptions options;
  options.full = true;
  options.guard_path = folder + "/keys/guard";
  options.keys = {audit::LogKey::Make(domain + "/liaison-log/1/1", log_key->public_key()),
                  audit::LogKey::Make(domain + "/liaison-desk/1/1", desk_key->public_key())};
  options.open = [this](const store::StoredRecord& stored) {
    return journal::Open(stored, *at_rest);
  };
  options.mark = [this](std::string_view name) { return outbox::MarkOf(mac_key, name); };
  const auto result = journal::Verify(*store, options);
  if (!result.ok()) return std::string(result.status().message());
  return result->ok() ? "" : result->DebugString();
}

void Agency::EditRows(const std::string& sql) {
  ASSERT_TRUE(store::EditDatabase(folder + "/data/liaison.db", sql)) << sql;
}

std::vector<audit::v1::Event> Agency::Events(audit::v1::Log log) {
  store::RecordFilter filter;
  filter.log = log;
  filter.limit = 1000;
  std::vector<audit::v1::Event> events;
  const auto page = store->Records(filter);
  EXPECT_TRUE(page.ok()) << page.status();
  for (const store::StoredRecord& stored : page->first) {
    audit::v1::Record record;
    EXPECT_TRUE(record.ParseFromString(stored.bytes));
    events.push_back(record.event());
  }
  return events;
}

absl::StatusOr<exchange::v1::DeliverResponse> DirectLink::Deliver(
    const exchange::v1::DeliverRequest& request, absl::Duration) {
  if (down) return base::MakeError(base::Reason::kUnreachable, "down");
  requests.push_back(request);
  exchange::v1::DeliverRequest changed = request;
  on_the_way(changed);
  absl::StatusOr<exchange::v1::DeliverResponse> response = to_.inbox->Accept(from_, changed);
  if (response.ok()) on_the_way_back(*response);
  return response;
}

TwoAgencies::TwoAgencies()
    : clock(absl::FromCivil(absl::CivilSecond(2026, 11, 23, 12, 0, 0), absl::UTCTimeZone())) {
  folder = ::testing::TempDir() + "liaison-two-XXXXXX";
  base::Invariant(mkdtemp(folder.data()) != nullptr, "a temporary folder");
  fs::copy(PreparedFolder(), folder, fs::copy_options::recursive);
  bgc = std::make_unique<Agency>(folder + "/bgc-example", clock);
  ho = std::make_unique<Agency>(folder + "/ho-example", clock);
  link = std::make_unique<DirectLink>("bgc-example", *ho);
  courier = NewCourier();
}

TwoAgencies::~TwoAgencies() {
  courier.reset();
  bgc.reset();
  ho.reset();
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

std::unique_ptr<outbox::Courier> TwoAgencies::NewCourier() {
  return std::make_unique<outbox::Courier>(
      "ho-example", outbox::Courier::Parts{*bgc->snapshots, *bgc->journal, *bgc->at_rest, clock,
                                           bgc->metrics, *link, [] { return 0.5; }, bgc->mac_key});
}

desk::v1::Draft TwoAgencies::Draft(const std::string& name) {
  desk::v1::Draft draft;
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      ReadFile("clients/examples/drafts/" + name + ".json"), &draft);
  EXPECT_TRUE(parsed.ok()) << name << ": " << parsed.ToString();
  return draft;
}

void TwoAgencies::LetValuesChange() {
  const std::string kept = "keep: \"victim_verification_request.present_situation\"";
  bgc->Change("policy.textproto", kept, kept + R"(
      generalise { path: "victim_verification_request.subject.birth" to: YEAR }
      mask { path: "victim_verification_request.subject.names.latin_form" keep_last: 2 }
      pseudonymise: "victim_verification_request.subject.local_id"
      match_token: "victim_verification_request.documents_seen.number")");
}

desk::v1::Draft TwoAgencies::ChangedDraft() {
  desk::v1::Draft draft = Draft("victim_verification_request");
  auto& request = *draft.mutable_payload()->mutable_victim_verification_request();
  request.mutable_subject()->set_local_id("canary-7319");
  request.mutable_subject()->mutable_birth()->set_edtf("1999-03-07");
  request.mutable_subject()->mutable_names(0)->set_latin_form("Canary 7320");
  request.mutable_documents_seen(0)->set_number("CANARY7321");
  return draft;
}

outbox::Submitter TwoAgencies::Officer() const {
  return {"officer-1", "liaison://agency/bgc-example/person/officer-1", policy::v1::Rule::OFFICER};
}

inbox::Viewer TwoAgencies::Viewer() const {
  return {"officer-1", "liaison://agency/ho-example/person/officer-1", "OFFICER", false};
}

absl::StatusOr<desk::v1::SubmitResult> TwoAgencies::Send(const desk::v1::Draft& draft,
                                                         const std::string& key) {
  auto results =
      bgc->outbox->Submit(Officer(), draft, key.empty() ? absl::StrCat("k", ++keys_) : key);
  if (!results.ok()) return results.status();
  return results->front();
}

void TwoAgencies::DeliverAll() {
  for (int i = 0; i < 100 && courier->Step() == absl::ZeroDuration(); ++i) {
  }
}

absl::StatusOr<desk::v1::SubmitResult> TwoAgencies::Submit(Agency& from,
                                                           const desk::v1::Draft& draft) {
  const outbox::Submitter officer = {
      "officer-1", absl::StrCat("liaison://agency/", from.id(), "/person/officer-1"),
      policy::v1::Rule::OFFICER};
  auto results = from.outbox->Submit(officer, draft, absl::StrCat("k", ++keys_));
  if (!results.ok()) return results.status();
  return results->front();
}

void TwoAgencies::Deliver(Agency& from, Agency& to,
                          const std::function<void(exchange::v1::DeliverRequest&)>& on_the_way) {
  DirectLink wire(from.id(), to);
  if (on_the_way) wire.on_the_way = on_the_way;
  wire.on_the_way_back = [this](exchange::v1::DeliverResponse& answer) { response = answer; };
  outbox::Courier carrier(
      to.id(), outbox::Courier::Parts{*from.snapshots, *from.journal, *from.at_rest, clock,
                                      from.metrics, wire, [] { return 0.5; }, from.mac_key});
  for (int i = 0; i < 20 && carrier.Step() == absl::ZeroDuration(); ++i) {
  }
  if (!wire.requests.empty()) delivered = wire.requests.back();
}

std::string TwoAgencies::Pass(Agency& from, Agency& to, const desk::v1::Draft& draft) {
  const auto sent = Submit(from, draft);
  EXPECT_TRUE(sent.ok()) << sent.status();
  if (!sent.ok()) return "";
  EXPECT_EQ(sent->state(), desk::v1::QUEUED) << sent->decision().DebugString();
  Deliver(from, to);
  EXPECT_EQ(to.StateOf(from.id(), sent->id()), desk::v1::NEW);
  return absl::StrCat(from.id(), "/", sent->id());
}

}  // namespace liaison::testing
