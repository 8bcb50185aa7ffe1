// Leaves that are sent with another value: both values are committed to, one of them goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <google/protobuf/stubs/logging.h>

#include "daemon/audit/tree.h"
#include "tests/message/sealed_exchange.h"
#include "tests/payload/random_message.h"

namespace liaison::message {
namespace {

using exchange::v1::FieldRecord;
using exchange::v1::Statement;

constexpr char kLocalId[] = "notice.persons[0].local_id";

// With a leaf that goes masked.
struct MaskedExchange : SealedExchange {
  MaskedExchange() {
    changed[kLocalId] = {FieldRecord::MASKED, std::string("\x0a\x02**")};
    Seal();
  }
};

TEST(Seal, SendsTheChangedValueAndCommitsToTheOriginalBesideIt) {
  const MaskedExchange exchange;
  const absl::StatusOr<VerifiedMessage> message = exchange.Open();
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(message->payload().notice().persons(0).local_id(), "**");
  ASSERT_EQ(message->body().changed.size(), 1u);
  EXPECT_EQ(message->body().changed[0].path, kLocalId);
  EXPECT_EQ(message->body().changed[0].kind, FieldRecord::MASKED);
  EXPECT_THAT(message->withheld(), testing::ElementsAre(kLocalId, exchange.withheld[0]));
  // In the values alone: two random bytes of a salt may say anything.
  for (const FieldRecord& record : exchange.envelope.records()) {
    EXPECT_EQ(record.value().find("p1"), std::string::npos) << record.path();
  }
}

TEST(Seal, CountsBothLeavesOfAChangedField) {
  EXPECT_EQ(ReasonOf(MaskedExchange().Open()), "OK");
  Statement plain, changed;
  ASSERT_TRUE(plain.ParseFromString(SealedExchange().envelope.statement()));
  ASSERT_TRUE(changed.ParseFromString(MaskedExchange().envelope.statement()));
  EXPECT_EQ(changed.record_count(), plain.record_count() + 1);
}

// What opens the field later.
TEST(Seal, KeepsBackTheOriginalOfAChangedField) {
  const MaskedExchange exchange;
  ASSERT_EQ(exchange.sealed.kept_back.size(), 2u);
  const FieldRecord& kept = exchange.sealed.kept_back[0];
  EXPECT_EQ(kept.path(), kLocalId);
  EXPECT_EQ(kept.kind(), FieldRecord::ORIGINAL);
  EXPECT_EQ(kept.value(), "\x0a\x02p1");
  const ExchangeId id = *ExchangeId::FromRaw(exchange.statement.exchange_id());
  EXPECT_EQ(ValueCommitment(id, exchange.statement.from(), kept.salt(), kept.value()).raw(),
            exchange.envelope.withheld(0).commitment());
}

TEST(Seal, GivesTheChangedValueASaltOfItsOwn) {
  const MaskedExchange exchange;
  for (const FieldRecord& record : exchange.envelope.records()) {
    EXPECT_NE(record.salt(), exchange.sealed.kept_back[0].salt());
  }
}

// Signs `envelope` again with the root over `leaves`, so that only the body can be at fault.
std::string OpenWithLeaves(SealedExchange& exchange, const std::vector<Digest>& leaves) {
  return ReasonOf(exchange.OpenChanged([&](Statement& statement) {
    statement.set_body_root(std::string(audit::TreeRoot(leaves).raw()));
    statement.set_record_count(static_cast<uint32_t>(leaves.size()));
  }));
}

// The leaves of `envelope` in order of path and kind.
std::vector<Digest> LeavesOf(const exchange::v1::Envelope& envelope, const Statement& statement) {
  const ExchangeId id = *ExchangeId::FromRaw(statement.exchange_id());
  std::map<std::pair<std::string, int>, Digest> leaves;
  for (const FieldRecord& record : envelope.records()) {
    leaves[{record.path(), record.kind()}] =
        FieldLeaf(record.kind(), record.path(),
                  ValueCommitment(id, statement.from(), record.salt(), record.value()));
  }
  for (const exchange::v1::WithheldLeaf& withheld : envelope.withheld()) {
    leaves[{withheld.path(), 1}] =
        FieldLeaf(FieldRecord::ORIGINAL, withheld.path(), *Digest::FromRaw(withheld.commitment()));
  }
  std::vector<Digest> ordered;
  for (const auto& [key, leaf] : leaves) ordered.push_back(leaf);
  return ordered;
}

TEST(OpenBody, TakesTheLeavesInOrderOfPathAndKind) {
  MaskedExchange exchange;
  std::vector<Digest> leaves = LeavesOf(exchange.envelope, exchange.statement);
  EXPECT_EQ(OpenWithLeaves(exchange, leaves), "OK");
  std::swap(leaves[1], leaves[2]);
  EXPECT_EQ(OpenWithLeaves(exchange, leaves), "BODY_MISMATCH");
}

TEST(OpenBody, RefusesACommittedChangeWithoutItsOriginal) {
  MaskedExchange exchange;
  exchange.envelope.mutable_withheld()->DeleteSubrange(0, 1);
  EXPECT_EQ(OpenWithLeaves(exchange, LeavesOf(exchange.envelope, exchange.statement)),
            "BODY_MISMATCH");
}

TEST(OpenBody, RefusesACommittedChangeThatItsFieldCannotHave) {
  MaskedExchange exchange;
  for (FieldRecord& record : *exchange.envelope.mutable_records()) {
    if (record.path() == kLocalId) record.set_kind(FieldRecord::GENERALISED);
  }
  EXPECT_EQ(OpenWithLeaves(exchange, LeavesOf(exchange.envelope, exchange.statement)),
            "BODY_MISMATCH");
}

// --- Whatever is sent, withheld or changed comes back as it went.

class RandomFates {
 public:
  explicit RandomFates(uint64_t seed) : random_(seed) {}

  std::vector<SealedField> Next() {
    std::vector<payload::Leaf> leaves;
    while (leaves.empty()) {
      payload::v1::Payload payload;
      random_.Fill(payload.mutable_notice(), 0.3, 4);
      absl::StatusOr<std::vector<payload::Leaf>> cut = payload::Cut(payload);
      if (cut.ok()) leaves = *std::move(cut);
    }
    std::map<std::string, bool> bonds;
    std::vector<SealedField> fields;
    for (const payload::Leaf& leaf : leaves) {
      bool withhold = random_.Chance(0.3);
      if (!leaf.bond.empty()) withhold = bonds.emplace(leaf.bond, withhold).first->second;
      fields.push_back({leaf.path, leaf.value, withhold});
      if (!withhold && random_.Chance(0.3)) Change(leaf, fields.back());
    }
    return fields;
  }

 private:
  void Change(const payload::Leaf& leaf, SealedField& field) {
    constexpr std::array kKinds = {FieldRecord::GENERALISED, FieldRecord::MASKED,
                                   FieldRecord::PSEUDONYM, FieldRecord::MATCH_TOKEN};
    const FieldRecord::Kind kind = kKinds[random_.engine()() % kKinds.size()];
    if (!payload::MayBe(kind, leaf.part, leaf.text)) return;
    field.withhold = true;
    field.changed = {kind, payload::WithText(leaf.value, std::string(random_.engine()() % 9, '*'))};
  }

  payload::RandomMessage random_;
};

void ExpectTheSame(const std::vector<SealedField>& fields, const StoredBody& body,
                   const exchange::v1::Envelope& envelope) {
  std::map<std::string, std::string> sent;
  std::vector<std::string> withheld;
  std::vector<std::pair<std::string, int>> changed;
  for (const SealedField& field : fields) {
    if (field.withhold) withheld.push_back(field.path);
    if (field.changed) changed.emplace_back(field.path, field.changed->kind);
    if (field.changed || !field.withhold) {
      sent[field.path] = field.changed ? field.changed->value : field.value;
    }
  }
  const absl::StatusOr<std::vector<payload::Leaf>> leaves = payload::Cut(body.merged.payload);
  ASSERT_TRUE(leaves.ok());
  size_t found = 0;
  for (const payload::Leaf& leaf : *leaves) {
    const auto one = sent.find(leaf.path);
    if (one != sent.end()) ++found;
    EXPECT_EQ(leaf.value, one == sent.end() ? "" : one->second) << leaf.path;  // hollow, or sent
  }
  EXPECT_EQ(found, sent.size());
  std::vector<std::string> named;
  for (const auto& leaf : envelope.withheld()) named.push_back(leaf.path());
  EXPECT_EQ(named, withheld);
  std::vector<std::pair<std::string, int>> merged;
  for (const payload::ChangedLeaf& leaf : body.merged.changed) {
    merged.emplace_back(leaf.path, leaf.kind);
  }
  EXPECT_EQ(merged, changed);
}

TEST(SealProperty, GivesBackWhatWasSentWithheldAndChanged) {
  const google::protobuf::LogSilencer silent;
  const SealedExchange exchange;
  RandomFates random(payload::Seed());
  for (int i = 0; i < 100 && !testing::Test::HasFailure(); ++i) {
    const std::vector<SealedField> fields = random.Next();
    const Sealed sealed = message::Seal(exchange.statement, fields, *exchange.key);
    const absl::StatusOr<StoredBody> body = ReadStored(sealed.envelope);
    ASSERT_TRUE(body.ok()) << body.status();
    ExpectTheSame(fields, *body, sealed.envelope);
    const ExchangeId id = *ExchangeId::FromRaw(exchange.statement.exchange_id());
    ASSERT_EQ(sealed.kept_back.size(), static_cast<size_t>(sealed.envelope.withheld_size()));
    for (int kept = 0; kept < sealed.envelope.withheld_size(); ++kept) {
      const FieldRecord& record = sealed.kept_back[static_cast<size_t>(kept)];
      EXPECT_EQ(ValueCommitment(id, exchange.statement.from(), record.salt(), record.value()).raw(),
                sealed.envelope.withheld(kept).commitment());
    }
  }
}

}  // namespace
}  // namespace liaison::message
