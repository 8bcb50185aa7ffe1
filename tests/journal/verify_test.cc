// Corruption: what an insider with the database changes, Verify finds and names.
#include "daemon/journal/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "daemon/crypto/digest.h"
#include "daemon/journal/kept_row.h"
#include "tests/journal/journal_fixture.h"
#include "tests/store/damage.h"

namespace liaison::journal {
namespace {

using store::Denied;
using store::Held;
using store::InForceOf;
using store::Received;
using store::Released;
using store::Sent;
using store::Step;
using ::testing::HasSubstr;

// Bodies and openings of the fixture hold one repeated letter, or a known word.
absl::Status CheckBody(const store::Exchange&, const store::StoredBody& stored) {
  const std::string& body = stored.body->first;
  const bool whole = body.find_first_not_of(body[0]) == std::string::npos;
  return whole ? absl::OkStatus() : absl::DataLossError("the body does not open");
}
// Openings of this test stand as they are; those of the fixture say nothing.
absl::StatusOr<Openings> Open(const store::StoredRecord& stored) {
  Openings openings;
  if (stored.opening->first == "decision" && stored.opening->second == "actor") return openings;
  if (openings.decision.ParseFromString(stored.opening->first) &&
      openings.actor.ParseFromString(stored.opening->second)) {
    return openings;
  }
  return absl::DataLossError("the opening does not open");
}
void Say(const Openings& openings, store::RecordDraft& record) {
  record.opening_row = "row";
  record.opening = store::Sealed{"audit-202701", "w", openings.decision.SerializeAsString(),
                                 openings.actor.SerializeAsString()};
}

// The name of a person of the fixture is their number.
base::Digest MarkOf(std::string_view name) {
  uint64_t number = 0;
  return absl::SimpleAtoi(std::string(name), &number) ? store::PersonOf(number) : base::Digest();
}

// With an opening that commits to the row, and to the quota, when there is one.
store::AddExchange Told(store::AddExchange add) {
  Openings openings;
  openings.decision.set_kept(KeptRowOf(add));
  for (const store::QuotaUse& use : add.quotas) {
    openings.decision.add_obligations("quota " + use.quota);
  }
  Say(openings, add.record);
  return add;
}

class VerifyTest : public ::testing::Test {
 protected:
  void Build() {
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
    AddSome();
    ASSERT_TRUE(fixture_.Commit(std::vector<Change>(256, store::Note())).ok());
    fixture_.Close();
  }
  void AddSome() {
    store::AddExchange reply = Received(3);
    reply.exchange.in_reply_to = {store::kUs, store::IdOf(1)};
    const store::ExchangeName first = {store::kUs, store::IdOf(1)};
    ASSERT_TRUE(
        fixture_
            .Commit({InForceOf("policy", 1, audit::v1::POLICY),
                     InForceOf("policy", 2, audit::v1::POLICY), Told(Sent(1)), Told(Sent(2)),
                     Step(first, audit::v1::DELIVERED, {desk::v1::QUEUED}), Told(reply),
                     Step(reply.exchange.name, audit::v1::READ, {desk::v1::NEW}),
                     Told(Denied(Sent(4)))})
            .ok());
  }
  // Two attempts on the day of the clock, and a denial.
  void AddAttempts() {
    ASSERT_EQ(fixture_.Open(), absl::OkStatus());
    store::QuotaUse use;
    use.quota = "q";
    use.begin = fixture_.clock.Now() - absl::Hours(1);
    use.end = use.begin + absl::Hours(24);
    for (store::AddExchange add : {Sent(1001), Sent(1002), Denied(Sent(1003))}) {
      add.quotas = {use};
      ASSERT_TRUE(fixture_.Commit({Told(add)}).ok());
    }
    fixture_.Close();
  }
  void Corrupt(const std::string& sql) {
    std::filesystem::copy_file(path(), copy(), std::filesystem::copy_options::overwrite_existing);
    ASSERT_TRUE(store::EditDatabase(copy(), sql)) << sql;
  }
  audit::v1::VerifyResult Check(bool full, const std::string& file) {
    const auto opened = store::OpenSqlite({.path = file, .read_only = true});
    EXPECT_TRUE(opened.ok()) << opened.status();
    return CheckStore(full, **opened);
  }
  audit::v1::VerifyResult CheckStore(bool full, store::Reader& reader) {
    const auto result = Verify(reader, {.full = full,
                                        .logs = {},
                                        .guard_path = fixture_.options.guard_path,
                                        .keys = fixture_.LogKeys(),
                                        .check_body = CheckBody,
                                        .open = Open,
                                        .mark = MarkOf,
                                        .progress = {}});
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : audit::v1::VerifyResult();
  }
  // The places of all faults that a full check of the corrupted copy finds.
  std::string Found(const std::string& sql) {
    Corrupt(sql);
    std::string places;
    const audit::v1::VerifyResult result = Check(true, copy());
    for (const audit::v1::Fault& fault : result.faults()) {
      EXPECT_FALSE(fault.what().empty());
      EXPECT_FALSE(fault.fix().empty());
      places += fault.where() + "\n";
    }
    return places;
  }
  // Of one message whose first record says this of its row.
  std::string WhatIsFoundOf(const std::string& kept) {
    EXPECT_EQ(fixture_.Open(), absl::OkStatus());
    store::AddExchange add = Sent(1);
    Openings openings;
    openings.decision.set_kept(kept);
    Say(openings, add.record);
    EXPECT_TRUE(fixture_.Commit({add}).ok());
    fixture_.Close();
    const audit::v1::VerifyResult result = Check(true, path());
    return result.faults().empty() ? "" : result.faults(0).what();
  }
  std::string path() const { return fixture_.directory.path("liaison.db"); }
  std::string copy() const { return fixture_.directory.path("copy.db"); }

  JournalFixture fixture_;
};

TEST_F(VerifyTest, HoldsForWhatTheJournalWrote) {
  Build();
  const audit::v1::VerifyResult full = Check(true, path());
  EXPECT_TRUE(full.ok()) << full.DebugString();
  EXPECT_EQ(full.rows_checked(), 4u);
  EXPECT_EQ(full.bodies_checked(), 3u);
  EXPECT_EQ(full.logs(1).records_checked(), full.logs(1).size());
  EXPECT_TRUE(Check(false, path()).ok());
}

TEST_F(VerifyTest, HoldsWhileTheDaemonWrites) {
  Build();
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  CommitThread commit_thread(*fixture_.journal);
  std::atomic<bool> ending = false;
  const absl::Time later = fixture_.clock.Now() + absl::Hours(1);
  std::thread writer([&] {
    for (uint64_t i = 100; !ending; ++i) {
      const store::ExchangeName name = {store::kUs, store::IdOf(i)};
      const store::ExchangeName held = {store::kUs, store::IdOf(1'000'000 + i)};
      EXPECT_TRUE(fixture_.journal->Commit({Told(Held(1'000'000 + i, later))}).ok());
      EXPECT_TRUE(fixture_.journal->Commit({Released(held, 2, 0, false)}).ok());
      EXPECT_TRUE(fixture_.journal->Commit({Released(held, 3, 1, true)}).ok());
      EXPECT_TRUE(fixture_.journal->Commit({Told(Sent(i))}).ok());
      EXPECT_TRUE(
          fixture_.journal->Commit({Step(name, audit::v1::DELIVERED, {desk::v1::QUEUED})}).ok());
    }
  });
  for (int i = 0; i < 5; ++i) {
    const audit::v1::VerifyResult result = CheckStore(true, fixture_.journal->reader());
    EXPECT_TRUE(result.ok()) << result.DebugString();
  }
  ending = true;
  writer.join();
}

TEST_F(VerifyTest, NamesTheFirstBadRecordOfEachLog) {
  Build();
  EXPECT_THAT(Found("UPDATE exchange_record SET bytes = CAST(substr(bytes, 2) AS BLOB)"
                    " WHERE idx IN (3, 5)"),
              HasSubstr("record exchange/3\n"));
  EXPECT_THAT(Found("UPDATE desk_record SET leaf = zeroblob(32) WHERE idx = 200"),
              HasSubstr("record desk/200\n"));
  EXPECT_THAT(Found("DELETE FROM desk_record WHERE idx = 7"), HasSubstr("record desk/7\n"));
  EXPECT_THAT(Found("INSERT INTO desk_record SELECT idx + 1000, bytes, leaf, time_ms, event,"
                    " partner, NULL, NULL FROM desk_record WHERE idx = 0; UPDATE desk_record SET"
                    " idx = (SELECT size FROM log WHERE log = 2) WHERE idx = 1000"),
              HasSubstr("record desk/"));
  // Two rows swapped, leaves and all.
  EXPECT_THAT(Found("UPDATE exchange_record SET idx = -1 WHERE idx = 2;"
                    "UPDATE exchange_record SET idx = 2 WHERE idx = 3;"
                    "UPDATE exchange_record SET idx = 3 WHERE idx = -1"),
              HasSubstr("exchange"));
}

TEST_F(VerifyTest, NamesColumnsThatHideARecord) {
  Build();
  for (const char* column : {"time_ms = time_ms + 1", "event = 54", "partner = 'fia-example'"}) {
    EXPECT_THAT(Found(absl::StrCat("UPDATE exchange_record SET ", column, " WHERE idx = 4")),
                HasSubstr("record exchange/4\n"))
        << column;
  }
}

TEST_F(VerifyTest, NamesTheRowThatIsNotWhatItsRecordsSay) {
  Build();
  const std::string row = absl::StrCat("row exchange ", store::IdOf(2).hex());
  const std::string where = absl::StrCat(" WHERE id = x'", store::IdOf(2).hex(), "'");
  for (const char* column : {"state = 4", "state = 2", "digest = zeroblob(32)",
                             "partner = 'fia-example'", "first_index = 0", "first_log = 2",
                             "direction = 2", "recorded_ms = 5", "sender = 'fia-example'"}) {
    EXPECT_THAT(Found(absl::StrCat("UPDATE exchange SET ", column, where)), HasSubstr(row))
        << column;
  }
  EXPECT_THAT(Found("DELETE FROM exchange" + where), HasSubstr(row));
  EXPECT_THAT(Found("INSERT INTO exchange SELECT 99, sender, zeroblob(16), direction, partner,"
                    " digest, state, answered, type, urgency, tlp, created_ms, expires_ms,"
                    " respond_by_ms, conversation, reply_sender, reply_id, exercise, submitter,"
                    " decided_under, bytes, recorded_ms, first_log, first_index FROM exchange" +
                    where),
              HasSubstr(absl::StrCat("row exchange ", store::ExchangeId().hex())));
}

// Of what was denied nothing is kept but its row.
TEST_F(VerifyTest, NamesEachColumnThatIsNotWhatTheFirstRecordCommittedTo) {
  Build();
  for (const uint64_t number : {2, 4}) {
    const std::string row = absl::StrCat("row exchange ", store::IdOf(number).hex());
    for (const char* column :
         {"type = 5", "urgency = 1", "tlp = 1", "created_ms = created_ms + 1",
          "expires_ms = expires_ms + 1", "conversation = zeroblob(16)", "exercise = 1",
          "submitter = zeroblob(32)", "respond_by_ms = 5", "answered = 1",
          "reply_sender = 'ho-example', reply_id = zeroblob(16)"}) {
      const std::string where = absl::StrCat(" WHERE id = x'", store::IdOf(number).hex(), "'");
      const bool same = absl::StartsWith(column, "submitter");
      const std::string set = same ? "submitter = x'" + std::string(64, '1') + "'" : column;
      EXPECT_THAT(Found(absl::StrCat("UPDATE exchange SET ", set, where)), HasSubstr(row))
          << column << number;
    }
  }
}

TEST_F(VerifyTest, NamesARowThatIsInReplyToAnotherMessage) {
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  store::AddExchange replying = Sent(1);
  replying.exchange.in_reply_to = {store::kPartner, store::IdOf(9)};
  ASSERT_TRUE(fixture_.Commit({Told(replying)}).ok());
  fixture_.Close();
  for (const char* column : {"reply_sender = 'ho-example'", "reply_id = zeroblob(16)",
                             "reply_sender = NULL, reply_id = NULL"}) {
    EXPECT_EQ(Found(absl::StrCat("UPDATE exchange SET ", column)),
              absl::StrCat("row exchange ", store::IdOf(1).hex(), "\n"))
        << column;
  }
}

TEST_F(VerifyTest, NamesARowOfWhichTheFirstRecordSaysNothing) {
  EXPECT_EQ(WhatIsFoundOf(""), "its first record does not say what it was");
}

TEST_F(VerifyTest, NamesARowOfWhichTheFirstRecordSaysNothingThatCanBeRead) {
  EXPECT_EQ(WhatIsFoundOf("\xff"), "its first record does not say what it was");
}

TEST_F(VerifyTest, NamesWhatWasTakenFromBesideARow) {
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  store::AddExchange keyed = Sent(1);
  keyed.idempotency_key = store::DigestOf(11);
  keyed.idempotency_draft = store::DigestOf(12);
  store::AddExchange passing = Sent(2);
  passing.passes_on = store::ExchangeName{store::kPartner, store::IdOf(7)};
  ASSERT_TRUE(fixture_.Commit({Told(keyed), Told(passing), Told(Sent(3))}).ok());
  fixture_.Close();
  const auto row = [](uint64_t number) {
    return absl::StrCat("row exchange ", store::IdOf(number).hex());
  };
  EXPECT_THAT(Found("DELETE FROM idempotency"), HasSubstr(row(1)));
  EXPECT_THAT(Found("UPDATE idempotency SET key = zeroblob(32)"), HasSubstr(row(1)));
  EXPECT_THAT(Found("UPDATE idempotency SET draft = zeroblob(32)"), HasSubstr(row(1)));
  EXPECT_THAT(Found("INSERT INTO idempotency VALUES (3, randomblob(32), zeroblob(32))"),
              HasSubstr(row(3)));
  EXPECT_THAT(Found("DELETE FROM passed_on"), HasSubstr(row(2)));
  EXPECT_THAT(Found("UPDATE passed_on SET id = zeroblob(16)"), HasSubstr(row(2)));
  EXPECT_THAT(Found("UPDATE passed_on SET sender = 'ho-example'"), HasSubstr(row(2)));
  EXPECT_THAT(Found("INSERT INTO passed_on VALUES (3, 'ho-example', zeroblob(16))"),
              HasSubstr(row(3)));
}

TEST_F(VerifyTest, NamesCountsThatAreNotWhatTheRowsSay) {
  Build();
  for (const char* column : {"queued", "unread", "stored_bytes", "held"}) {
    EXPECT_EQ(Found(absl::StrCat("UPDATE partner SET ", column, " = ", column, " + 1")),
              "row partner nca-example\n");
  }
  EXPECT_EQ(Found("DELETE FROM partner"), "row partner nca-example\n");
}

// Four drafts on hold: one waits, one has one of two agreements, one was sent, one lapsed.
TEST_F(VerifyTest, NamesHeldRowsAndAgreementsThatAreNotWhatTheirRecordsSay) {
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  const absl::Time later = fixture_.clock.Now() + absl::Hours(1);
  const auto agree = [](uint64_t number, uint64_t person, size_t others, bool send) {
    store::Release release = Released({store::kUs, store::IdOf(number)}, person, others, send);
    Openings openings;
    openings.actor.set_name(absl::StrCat(person));
    Say(openings, release.record);
    return release;
  };
  ASSERT_TRUE(
      fixture_
          .Commit({Told(Held(11, later)), Told(Held(12, later)), agree(12, 2, 0, false),
                   Told(Held(13, later)), agree(13, 2, 0, false), agree(13, 3, 1, true),
                   Told(Held(14, fixture_.clock.Now())),
                   Step({store::kUs, store::IdOf(14)}, audit::v1::LAPSED, {desk::v1::HELD})})
          .ok());
  fixture_.Close();
  const audit::v1::VerifyResult whole = Check(true, path());
  EXPECT_TRUE(whole.ok()) << whole.DebugString();
  EXPECT_EQ(whole.bodies_checked(), 3u);
  const auto row = [](uint64_t number) {
    return absl::StrCat("row exchange ", store::IdOf(number).hex());
  };
  const auto change = [](uint64_t number, const std::string& set) {
    return absl::StrCat("UPDATE exchange SET ", set, " WHERE id = x'", store::IdOf(number).hex(),
                        "'");
  };
  EXPECT_THAT(Found(change(11, "respond_by_ms = respond_by_ms + 1")), HasSubstr(row(11)));
  EXPECT_THAT(Found(change(11, "submitter = zeroblob(32)")), HasSubstr(row(11)));
  EXPECT_THAT(Found(change(11, "state = 3")), HasSubstr(row(11)));
  EXPECT_THAT(Found(change(14, "state = 1")), HasSubstr(row(14)));
  EXPECT_THAT(Found("DELETE FROM exchange WHERE id = x'" + store::IdOf(11).hex() + "'"),
              HasSubstr(row(11)));
  EXPECT_THAT(Found("DELETE FROM body WHERE row = 1"),
              HasSubstr(absl::StrCat("body exchange ", store::IdOf(11).hex())));
  EXPECT_THAT(Found("DELETE FROM agreement WHERE row = 2"), HasSubstr(row(12)));
  EXPECT_THAT(Found("UPDATE agreement SET person = zeroblob(32) WHERE row = 2"),
              HasSubstr(row(12)));
  EXPECT_THAT(Found("UPDATE agreement SET row = 1 WHERE row = 2"),
              testing::AllOf(HasSubstr(row(11)), testing::Not(HasSubstr(row(13)))));
  EXPECT_THAT(Found("INSERT INTO agreement VALUES (1000, 2, zeroblob(32))"), HasSubstr(row(12)));
  EXPECT_THAT(Found("DELETE FROM agreement WHERE idx = (SELECT max(idx) FROM agreement)"),
              HasSubstr(row(13)));
}

TEST_F(VerifyTest, NamesAnAnswerThatWasHidden) {
  Build();
  EXPECT_THAT(Found("UPDATE exchange SET state = 4 WHERE state = 7"),
              HasSubstr(absl::StrCat("row exchange ", store::IdOf(1).hex())));
}

TEST_F(VerifyTest, NamesBodiesAndOpeningsThatWereChangedOrTaken) {
  Build();
  const std::string body = absl::StrCat("body exchange ", store::IdOf(1).hex());
  EXPECT_THAT(Found("UPDATE body SET first = x'6162' WHERE row = 1"), HasSubstr(body));
  EXPECT_THAT(Found("DELETE FROM body WHERE row = 1"), HasSubstr(body));
  EXPECT_THAT(Found("UPDATE body SET key_id = NULL WHERE row = 1"), HasSubstr(body));
  EXPECT_THAT(Found("UPDATE exchange_opening SET second = x'00' WHERE idx = 2"),
              HasSubstr("opening exchange/2\n"));
}

TEST_F(VerifyTest, NamesTilesThatAreNotWhatTheirRecordsSay) {
  Build();
  EXPECT_THAT(Found("UPDATE tile SET hashes = zeroblob(8192)"), HasSubstr("tile desk/0/0\n"));
  EXPECT_THAT(Found("UPDATE tile SET root = zeroblob(32)"), HasSubstr("tile desk/0/0\n"));
  EXPECT_THAT(Found("DELETE FROM tile"), HasSubstr("tile desk/0/0\n"));
}

TEST_F(VerifyTest, NamesWhatIsNotInForce) {
  Build();
  EXPECT_THAT(Found("UPDATE in_force SET (digest, idx) = (SELECT digest, idx FROM in_force_history"
                    " WHERE kind = 'policy' ORDER BY row LIMIT 1) WHERE kind = 'policy'"),
              HasSubstr("row in force policy\n"));
  EXPECT_THAT(Found("UPDATE content SET content = x'00' WHERE kind = 'policy'"),
              HasSubstr("row in force policy\n"));
  EXPECT_THAT(Found("DELETE FROM content WHERE kind = 'policy'"),
              HasSubstr("row in force policy\n"));
  EXPECT_THAT(Found("UPDATE in_force SET idx = 1000000 WHERE kind = 'policy'"),
              HasSubstr("row in force policy\n"));
  EXPECT_THAT(Found("DELETE FROM in_force_history WHERE kind = 'policy'"),
              HasSubstr("record desk/"));
}

// The digest of a registry covers more than the text that is kept: its record commits to the text.
TEST_F(VerifyTest, NamesATextThatIsNotTheOneThatCameIntoForce) {
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  store::PutInForce put = InForceOf("registry", 1, audit::v1::PARTNER);
  Openings openings;
  openings.decision.set_kept(std::string(crypto::Sha256(put.content).raw()));
  Say(openings, put.record);
  ASSERT_TRUE(fixture_.Commit({put}).ok());
  fixture_.Close();
  EXPECT_TRUE(Check(true, path()).ok());
  EXPECT_EQ(Found("UPDATE content SET content = x'00' WHERE kind = 'registry'"),
            "row in force registry\n");
  EXPECT_EQ(Found("DELETE FROM content WHERE kind = 'registry'"), "row in force registry\n");
}

TEST_F(VerifyTest, NamesAQuotaThatCountsOtherThanItsRecords) {
  Build();
  AddAttempts();
  EXPECT_EQ(Found("UPDATE quota_day SET attempts = 3"), "") << "as it was";
  EXPECT_EQ(Found("UPDATE quota_day SET attempts = 2"), "quota q\n");
  EXPECT_EQ(Found("UPDATE quota_day SET attempts = 4"), "quota q\n");
  EXPECT_EQ(Found("UPDATE quota_day SET begin_ms = begin_ms + 7200000"), "quota q\n");
  EXPECT_EQ(Found("DELETE FROM quota_day"), "quota q\n");
}

TEST_F(VerifyTest, MissesNoCountOfADayThatIsOver) {
  Build();
  AddAttempts();
  fixture_.clock.Advance(absl::Hours(24));
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  store::AddExchange add = Sent(1004);
  add.quotas.emplace_back();
  add.quotas[0].quota = "q";
  add.quotas[0].begin = fixture_.clock.Now() - absl::Hours(1);
  add.quotas[0].end = add.quotas[0].begin + absl::Hours(24);
  ASSERT_TRUE(fixture_.Commit({Told(add)}).ok());
  fixture_.Close();
  const audit::v1::VerifyResult result = Check(true, path());
  EXPECT_TRUE(result.ok()) << result.DebugString();
}

TEST_F(VerifyTest, NamesAHeadAndAGuardThatDoNotFit) {
  Build();
  const std::string shorter = Found(
      "DELETE FROM desk_record WHERE idx = (SELECT max(idx) FROM desk_record);"
      "UPDATE log SET size = size - 1 WHERE log = 2");
  EXPECT_THAT(shorter, HasSubstr("database"));  // the frontier is not one of this size
  EXPECT_EQ(Found("UPDATE log SET last_time_ms = last_time_ms + 1 WHERE log = 1"),
            "head exchange\n");
  std::filesystem::remove(fixture_.options.guard_path);
  const audit::v1::VerifyResult quick = Check(false, path());
  ASSERT_EQ(quick.faults_size(), 1);
  EXPECT_EQ(quick.faults(0).where(), "guard file");
}

TEST_F(VerifyTest, NamesAnOldCopyByItsGuard) {
  Build();
  std::filesystem::copy(path(), copy());
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  fixture_.Close();
  for (bool full : {false, true}) {
    const audit::v1::VerifyResult result = Check(full, copy());
    ASSERT_EQ(result.faults_size(), 1) << result.DebugString();
    EXPECT_EQ(result.faults(0).where(), "guard file");
  }
}

// Any byte of any page: found, or without meaning (free space, an unused root). Nothing crashes and
// nothing hangs.
TEST_F(VerifyTest, SurvivesAndMostlyFindsBitsFlippedAnywhereInTheFile) {
  Build();
  const uint64_t size = store::SizeOfFile(path());
  int found = 0;
  constexpr uint64_t kFlips = 40;
  for (uint64_t i = 0; i < kFlips; ++i) {
    std::filesystem::copy_file(path(), copy(), std::filesystem::copy_options::overwrite_existing);
    store::FlipBit(copy(), (2 * i + 1) * size / (2 * kFlips) + i);
    const auto opened = store::OpenSqlite({.path = copy(), .read_only = true});
    found += !opened.ok() || !CheckStore(true, **opened).ok() ? 1 : 0;
  }
  EXPECT_GT(found, 5);
}

}  // namespace
}  // namespace liaison::journal
