// One file of one victim to four kinds of partner: a police force, an embassy's ministry, an
// international organisation, a foundation. Four views, each explained and verified; nothing in two
// of them by which their receivers could compare.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/bodies.h"
#include "daemon/partners/facts.h"
#include "daemon/payload/records.h"
#include "daemon/payload/tokens.h"
#include "tests/outbox/holds_fixture.h"

namespace liaison::outbox {
namespace {

namespace fs = std::filesystem;

using exchange::v1::Envelope;
using exchange::v1::FieldRecord;
using testing::TwoAgencies;

struct Receiver {
  const char* id;
  const char* country;
  const char* kind;    // PartnerClass
  const char* fields;  // of the permit
};

constexpr char kAll[] = "keep_class: [L0, L1, L2, L3, L4, L5, L7, L8]";
// Permits let go whatever the starting policy does; but special categories go to the police only
// under handling code C, as this file has it, and as far as a permit names them.
constexpr Receiver kReceivers[] = {
    {"police-example", "GB", "LAW_ENFORCEMENT",
     R"(keep_class: [L0, L1, L2, L3, L5, L7, L8]
        keep: "victim_verification_request.present_situation"
        keep: "victim_verification_request.risk_if_authorities_informed")"},
    {"ho-example", "GB", "MINISTRY", kAll},
    {"io-example", "XX", "INTERNATIONAL_ORGANISATION", kAll},
    {"foundation-example", "VN", "NGO", kAll},
};

enum class Fate { kKept, kChanged, kWithheld, kOmitted };

bool IsOfDocument(absl::string_view path) {
  return absl::StrContains(path, ".documents") || absl::EndsWith(path, ".identity_number");
}

// Of identifiers, what the default matrix says of victims'.
Fate WantedOfIdentifier(std::string_view receiver, absl::string_view path) {
  const bool contact = absl::StrContains(path, ".contacts.");
  const bool number = absl::EndsWith(path, "number");
  if (receiver == "police-example") return number ? Fate::kChanged : Fate::kWithheld;
  if (receiver == "foundation-example") return contact ? Fate::kWithheld : Fate::kOmitted;
  if (!IsOfDocument(path)) return Fate::kWithheld;
  if (receiver == "ho-example") return Fate::kKept;
  return absl::StrContains(path, ".documents_seen.number") ? Fate::kChanged : Fate::kOmitted;
}

// What the matrix says of one field, whatever else is in its bond.
Fate Wanted(std::string_view receiver, const payload::Leaf& leaf) {
  // D-19: what was done to a victim in free words is not for the police.
  if (receiver == "police-example" &&
      absl::StrContains(leaf.schema_path, "trafficking_summary.summary.")) {
    return Fate::kOmitted;
  }
  const std::set<std::string_view> named = {
      "victim_verification_request.present_situation",
      "victim_verification_request.risk_if_authorities_informed"};
  switch (leaf.sens) {
    case Sensitivity::L0:
    case Sensitivity::L1:
    case Sensitivity::L2:
    case Sensitivity::L8:  // after a second person read it
      return Fate::kKept;
    case Sensitivity::L3:
      return WantedOfIdentifier(receiver, leaf.schema_path);
    case Sensitivity::L4:
      if (receiver == "police-example" && named.contains(leaf.schema_path)) return Fate::kKept;
      return receiver == "police-example" || receiver == "ho-example" ? Fate::kOmitted
                                                                      : Fate::kKept;
    default:
      return Fate::kOmitted;  // places, sources, plans
  }
}

// Takes what leaves; nobody is there to answer.
class RecordingLink final : public PartnerLink {
 public:
  absl::StatusOr<exchange::v1::DeliverResponse> Deliver(const exchange::v1::DeliverRequest& request,
                                                        absl::Duration) override {
    for (const Envelope& envelope : request.envelopes()) envelopes.push_back(envelope);
    return base::MakeError(base::Reason::kUnreachable, "nobody is there");
  }
  std::vector<Envelope> envelopes;
};

// The four messages, sent once.
class File {
 public:
  File() {
    agencies_.bgc->Change("agency.textproto", "class: LAW_ENFORCEMENT", "class: MINISTRY");
    AddPartners();
    PutPolicy();
    agencies_.bgc->Reload();
    draft_ = TwoAgencies::Draft("victim_verification_request");
    auto& request = *draft_.mutable_payload()->mutable_victim_verification_request();
    AddIdentifiers(*request.mutable_subject());
    auto& consent = *request.mutable_subject()->mutable_consent();
    for (const Receiver& receiver : kReceivers) {
      consent.add_covered_agencies(receiver.id);
      SendTo(receiver);
    }
  }

  // As the receiver's daemon opens it.
  absl::StatusOr<message::VerifiedMessage> Open(const std::string& receiver) {
    message::Opener opener;
    opener.sender = "bgc-example";
    opener.recipient = receiver;
    opener.message_keys = {{agencies_.bgc->message_key->public_key()}};
    opener.now = agencies_.clock.Now();
    const auto key =
        audit::LogKey::Make("bgc.example/liaison-log/1/1", agencies_.bgc->log_key->public_key());
    opener.sender_head = [key](std::string_view note) { return key.Verify(note); };
    const auto authentic = message::Authenticate(envelopes_.at(receiver), opener);
    if (!authentic.ok()) return authentic.status();
    return message::OpenBody(*authentic, envelopes_.at(receiver), opener);
  }

  // What became of each field of the draft, by path.
  std::map<std::string, Fate> FatesAt(const std::string& receiver) {
    std::map<std::string, Fate> fates;
    const Envelope& envelope = envelopes_.at(receiver);
    for (const auto& leaf : envelope.withheld()) fates[leaf.path()] = Fate::kWithheld;
    for (const auto& record : envelope.records()) {
      const bool original = record.kind() == FieldRecord::ORIGINAL;
      fates[record.path()] = original ? Fate::kKept : Fate::kChanged;
    }
    return fates;
  }

  std::vector<payload::Leaf> Leaves() {
    auto leaves = payload::Cut(draft_.payload());
    EXPECT_TRUE(leaves.ok()) << leaves.status();
    return leaves.ok() ? *std::move(leaves) : std::vector<payload::Leaf>();
  }

  // What stays here of a message's withheld fields.
  std::vector<FieldRecord> KeptBack(const store::ExchangeName& name) {
    const auto stored = agencies_.bgc->store->Body(name);
    EXPECT_TRUE(stored.ok()) << stored.status();
    const auto body = journal::OpenBody(name, *stored, *agencies_.bgc->at_rest);
    EXPECT_TRUE(body.ok() && body->draft.has_value()) << body.status();
    return {body->draft->kept_back().begin(), body->draft->kept_back().end()};
  }

  const Envelope& envelope(const std::string& receiver) const { return envelopes_.at(receiver); }
  const desk::v1::Decision& decision(const std::string& receiver) const {
    return decisions_.at(receiver);
  }

 private:
  // How and where to reach the person, beside what the example has. Invented.
  static void AddIdentifiers(payload::v1::Person& person) {
    auto& phone = *person.add_contacts();
    phone.set_kind(payload::v1::ContactKind::PHONE);
    phone.set_value("+84900000001");
    phone.set_safe_to_use(payload::v1::TriState::YES);
    auto& home = *person.mutable_home_address();
    home.set_country("VN");
    home.set_district("Huyện Ví Dụ");
    home.set_street("1 Đường Ví Dụ");
    auto& document = *person.add_documents();
    document.set_type(payload::v1::DocType::PASSPORT);
    document.set_issuer("UTO");
    document.set_number("E00000001");
  }

  // A police force and a foundation, with keys of their own.
  void AddPartners() {
    const std::string made = agencies_.folder + "/more";
    ASSERT_EQ(
        std::system(
            absl::StrCat("mkdir ", made,
                         " && sed 's/ho-example/police-example/g; s/ho[.]example/police.example/;"
                         " s/io-example/foundation-example/g; s/io[.]example/foundation.example/' "
                         "certs-example/make.sh >",
                         made, "/make.sh && bash ", made, "/make.sh ", made, "/pki >/dev/null")
                .c_str()),
        0);
    std::string partners;
    for (const Receiver& receiver : kReceivers) {
      const std::string from = absl::StrCat(made, "/pki/", receiver.id, "/pki/");
      if (!fs::exists(from)) continue;
      fs::copy_file(from + "message.crt", absl::StrCat(Own("pki/partners/"), receiver.id, ".crt"));
      absl::StrAppend(
          &partners, "partner { id: \"", receiver.id, "\" country: \"", receiver.country,
          "\" class: ", receiver.kind, " endpoint: \"127.0.0.1:9\" tls_key { spki_sha256: \"",
          Read(from + "tls.spki"), "\" state: ACTIVE } message_key { spki_sha256: \"",
          Read(from + "message.spki"), "\" certificate_file: \"pki/partners/", receiver.id,
          ".crt\" state: ACTIVE } log { verifier_key: \"", Read(from + "log.vkey"),
          "\" } match_key_file: \"keys/match-", receiver.id, ".key\" }\n");
      const std::string key = absl::StrCat(Own("keys/match-"), receiver.id, ".key");
      std::ofstream(key) << crypto::RandomBytes(32);
      fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
    }
    std::ofstream(Own("agency.textproto"), std::ios::app) << partners;
  }

  // The starting policy, with an agreement and a permit for each of the four; and a second person
  // reads all free text.
  void PutPolicy() {
    std::string text = Read("deploy/policies/starting-policy.textproto");
    text.erase(text.rfind('}'));
    for (const Receiver& receiver : kReceivers) {
      absl::StrAppend(
          &text, "agreement { id: \"with-", receiver.id, "\" partner: \"", receiver.id,
          "\" valid { from: \"2026-01-01\" time_zone: \"UTC\" } types: VICTIM_VERIFICATION_REQUEST",
          " purposes: VICTIM_IDENTIFICATION legal_basis { country: \"VN\" citation: \"invented\" }",
          " legal_basis { country: \"", receiver.country, "\" citation: \"invented\" } }\n",
          "rule { id: \"to-", receiver.id, "\" effect: PERMIT direction: OUT partner: \"",
          receiver.id, "\" types: VICTIM_VERIFICATION_REQUEST purposes: VICTIM_IDENTIFICATION",
          " max_tlp: RED roles: OFFICER fields { ", receiver.fields, " } }\n");
    }
    std::ofstream(Own("policy.textproto"))
        << text << "rule { id: \"read-all\" effect: HOLD direction: OUT carries: [L8]"
        << " obligations { release { persons: 2 within: \"24h\" } } } }\n";
  }

  void SendTo(const Receiver& receiver) {
    desk::v1::Draft draft = draft_;
    draft.clear_to();
    draft.add_to(receiver.id);
    draft.set_agreement_id(absl::StrCat("with-", receiver.id));
    auto& basis = *draft.add_legal_bases();
    basis.set_code(payload::v1::LegalBasis::VITAL_INTERESTS);
    basis.set_country(receiver.country);
    const auto sent = agencies_.Send(draft);
    ASSERT_TRUE(sent.ok()) << sent.status();
    ASSERT_EQ(sent->state(), desk::v1::HELD) << sent->ShortDebugString();
    const auto released = ReleaseShown(*agencies_.bgc, Releaser(1), sent->id());
    ASSERT_TRUE(released.ok() && released->state() == desk::v1::QUEUED) << released.status();
    decisions_[receiver.id] = sent->decision();
    RecordingLink link;
    Courier courier(receiver.id,
                    Courier::Parts{*agencies_.bgc->snapshots, *agencies_.bgc->journal,
                                   *agencies_.bgc->at_rest, agencies_.clock, agencies_.bgc->metrics,
                                   link, [] { return 0.5; }, agencies_.bgc->mac_key});
    courier.Step();
    ASSERT_EQ(link.envelopes.size(), 1u) << receiver.id;
    envelopes_[receiver.id] = link.envelopes.front();
  }

  std::string Own(const std::string& name) { return agencies_.bgc->folder + "/" + name; }

  static std::string Read(const std::string& path) {
    std::ifstream in(path);
    EXPECT_TRUE(in.good()) << path;
    std::string text{std::istreambuf_iterator<char>(in), {}};
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }

  TwoAgencies agencies_;
  desk::v1::Draft draft_;
  std::map<std::string, Envelope> envelopes_;
  std::map<std::string, desk::v1::Decision> decisions_;
};

class FourViewsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { file_ = new File(); }
  static void TearDownTestSuite() {
    delete file_;
    file_ = nullptr;
  }
  static File* file_;
};
File* FourViewsTest::file_ = nullptr;

TEST_F(FourViewsTest, EachSeesWhatTheMatrixSaysAndVerifiesIt) {
  std::set<std::map<std::string, Fate>> views;
  for (const Receiver& receiver : kReceivers) {
    SCOPED_TRACE(receiver.id);
    const auto opened = file_->Open(receiver.id);
    ASSERT_TRUE(opened.ok()) << opened.status();
    // A bond goes as its strictest member does.
    std::map<std::string, Fate> bonds;
    for (const payload::Leaf& leaf : file_->Leaves()) {
      if (leaf.bond.empty()) continue;
      const Fate wanted = Wanted(receiver.id, leaf);
      Fate& fate = bonds.emplace(leaf.bond, Fate::kKept).first->second;
      if (wanted >= Fate::kWithheld) fate = std::max(fate, wanted);
    }
    const std::map<std::string, Fate> fates = file_->FatesAt(receiver.id);
    for (const payload::Leaf& leaf : file_->Leaves()) {
      Fate wanted = Wanted(receiver.id, leaf);
      if (!leaf.bond.empty()) wanted = std::max(wanted, bonds.at(leaf.bond));
      const auto found = fates.find(leaf.path);
      EXPECT_EQ(found == fates.end() ? Fate::kOmitted : found->second, wanted) << leaf.path;
    }
    views.insert(fates);
  }
  EXPECT_EQ(views.size(), std::size(kReceivers));
}

TEST_F(FourViewsTest, EveryFieldThatDoesNotGoAsItIsIsExplained) {
  for (const Receiver& receiver : kReceivers) {
    SCOPED_TRACE(receiver.id);
    std::map<std::string, const desk::v1::DecidedField*> explained;
    for (const auto& field : file_->decision(receiver.id).fields())
      explained[field.path()] = &field;
    const std::map<std::string, Fate> fates = file_->FatesAt(receiver.id);
    for (const payload::Leaf& leaf : file_->Leaves()) {
      const auto found = fates.find(leaf.path);
      const Fate fate = found == fates.end() ? Fate::kOmitted : found->second;
      const auto said = explained.find(leaf.path);
      if (fate == Fate::kKept) {
        EXPECT_EQ(said, explained.end()) << leaf.path;
        continue;
      }
      ASSERT_NE(said, explained.end()) << leaf.path;
      const std::map<Fate, std::string> words = {
          {Fate::kChanged, "MATCH_TOKEN"}, {Fate::kWithheld, "WITHHOLD"}, {Fate::kOmitted, "OMIT"}};
      EXPECT_EQ(said->second->action(), words.at(fate)) << leaf.path;
      EXPECT_FALSE(said->second->rule().empty()) << leaf.path;
    }
  }
}

// Ids, salts, commitments and tokens: what stands in one view stands in no other.
std::set<std::string> Comparable(const Envelope& envelope) {
  std::set<std::string> all;
  exchange::v1::Statement statement;
  EXPECT_TRUE(statement.ParseFromString(envelope.statement()));
  all.insert(statement.exchange_id());
  all.insert(statement.conversation());
  all.insert(statement.body_root());
  for (const auto& leaf : envelope.withheld()) all.insert(leaf.commitment());
  const auto id = base::ExchangeId::FromRaw(statement.exchange_id());
  EXPECT_TRUE(id.ok());
  for (const FieldRecord& record : envelope.records()) {
    all.insert(record.salt());
    all.insert(std::string(
        message::ValueCommitment(*id, statement.from(), record.salt(), record.value()).raw()));
    if (record.kind() != FieldRecord::ORIGINAL) all.insert(record.value());
  }
  return all;
}

TEST_F(FourViewsTest, NoTwoShareAByteByWhichTheyCouldBeCompared) {
  std::map<std::string, std::string> seen;
  for (const Receiver& receiver : kReceivers) {
    const std::set<std::string> own = Comparable(file_->envelope(receiver.id));
    EXPECT_GT(own.size(), 20u);
    for (const std::string& bytes : own) {
      const auto [at, fresh] = seen.emplace(bytes, receiver.id);
      EXPECT_TRUE(fresh) << receiver.id << " and " << at->second;
    }
  }
}

// What stays here of a withheld field opens the commitment that its receiver holds, and no other.
TEST_F(FourViewsTest, WhatIsWithheldFromOneIsWhatWasCommittedToForThatOne) {
  for (const Receiver& receiver : kReceivers) {
    SCOPED_TRACE(receiver.id);
    const Envelope& envelope = file_->envelope(receiver.id);
    exchange::v1::Statement statement;
    ASSERT_TRUE(statement.ParseFromString(envelope.statement()));
    const store::ExchangeName name{"bgc-example",
                                   *base::ExchangeId::FromRaw(statement.exchange_id())};
    const std::vector<FieldRecord> kept_back = file_->KeptBack(name);
    std::map<std::string, std::string> commitments;
    for (const auto& leaf : envelope.withheld()) commitments[leaf.path()] = leaf.commitment();
    ASSERT_EQ(kept_back.size(), commitments.size());
    for (const FieldRecord& kept : kept_back) {
      EXPECT_EQ(message::ValueCommitment(name.id, name.from, kept.salt(), kept.value()).raw(),
                commitments.at(kept.path()));
    }
  }
}

}  // namespace
}  // namespace liaison::outbox
