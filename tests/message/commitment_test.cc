// The bytes that are signed and committed to, against vectors that another program made.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/escaping.h"
#include "daemon/audit/tree.h"
#include "daemon/crypto/digest.h"
#include "daemon/message/message.h"

namespace liaison::message {
namespace {

struct Vector {
  std::map<std::string, std::string> words;        // by their name
  std::vector<std::array<std::string, 6>> fields;  // path, fate, salt, value, commitment, leaf
  std::string Bytes(const std::string& name) const {
    return absl::HexStringToBytes(words.at(name));
  }
};

Vector Read(const std::string& name) {
  Vector vector;
  std::ifstream file("tests/vectors/message/" + name + ".txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "field") {
      auto& field = vector.fields.emplace_back();
      for (std::string& part : field) words >> part;
    } else {
      words >> vector.words[word];
    }
  }
  return vector;
}

TEST(Commitment, EncodesTheExampleOfTheDsseSpecification) {
  EXPECT_EQ(Pae("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  const Vector vector = Read("pae");
  EXPECT_EQ(Pae(vector.words.at("type"), vector.Bytes("body")), vector.Bytes("pae"));
  EXPECT_EQ(StatementDigest(vector.words.at("type"), vector.Bytes("body")).hex(),
            vector.words.at("digest"));
}

TEST(Commitment, EncodesNothingAndZeroBytes) {
  EXPECT_EQ(Pae("", ""), "DSSEv1 0  0 ");
  EXPECT_EQ(Pae("t", std::string("\0 1", 3)), std::string("DSSEv1 1 t 3 \0 1", 16));
}

TEST(Commitment, MakesTheLeavesAndTheRootOfTheVector) {
  const Vector vector = Read("statement");
  const ExchangeId id = *ExchangeId::FromRaw(vector.Bytes("exchange"));
  std::vector<Digest> leaves;
  for (const auto& [path, fate, salt, value, commitment, leaf] : vector.fields) {
    const Digest made = ValueCommitment(id, vector.words.at("from"), absl::HexStringToBytes(salt),
                                        absl::HexStringToBytes(value));
    EXPECT_EQ(made.hex(), commitment) << path;
    leaves.push_back(FieldLeaf(1, path, made));
    EXPECT_EQ(leaves.back().hex(), leaf) << path;
  }
  ASSERT_EQ(leaves.size(), 3u);
  EXPECT_EQ(audit::TreeRoot(leaves).hex(), vector.words.at("root"));
}

// The kind of a field's record, by the word that stands for its fate.
exchange::v1::FieldRecord::Kind KindOf(const std::string& fate) {
  using exchange::v1::FieldRecord;
  static const std::map<std::string, FieldRecord::Kind> kKinds = {
      {"generalised", FieldRecord::GENERALISED},
      {"masked", FieldRecord::MASKED},
      {"pseudonym", FieldRecord::PSEUDONYM},
      {"match_token", FieldRecord::MATCH_TOKEN}};
  const auto kind = kKinds.find(fate);
  return kind == kKinds.end() ? FieldRecord::ORIGINAL : kind->second;
}

void AddFields(const Vector& vector, exchange::v1::Envelope& envelope) {
  for (const auto& [path, fate, salt, value, commitment, leaf] : vector.fields) {
    if (fate == "withheld") {
      exchange::v1::WithheldLeaf& withheld = *envelope.add_withheld();
      withheld.set_path(path);
      withheld.set_commitment(absl::HexStringToBytes(commitment));
      continue;
    }
    exchange::v1::FieldRecord& record = *envelope.add_records();
    record.set_path(path);
    record.set_kind(KindOf(fate));
    record.set_salt(absl::HexStringToBytes(salt));
    record.set_value(absl::HexStringToBytes(value));
  }
}

// The vector as an envelope: an independent sender's bytes are accepted as they are.
exchange::v1::Envelope EnvelopeOf(const Vector& vector) {
  exchange::v1::Envelope envelope;
  envelope.set_type(std::string(kStatementType));
  envelope.set_statement(vector.Bytes("statement"));
  exchange::v1::Signature& signature = *envelope.add_signatures();
  signature.set_key_id(std::string(crypto::Sha256(vector.Bytes("spki")).raw()));
  signature.set_signature(vector.Bytes("signature"));
  AddFields(vector, envelope);
  return envelope;
}

TEST(Commitment, AcceptsTheStatementOfTheVector) {
  const Vector vector = Read("statement");
  const exchange::v1::Envelope envelope = EnvelopeOf(vector);
  EXPECT_EQ(StatementDigest(envelope.type(), envelope.statement()).hex(),
            vector.words.at("digest"));
  const absl::StatusOr<crypto::PublicKey> key = crypto::PublicKey::FromDer(vector.Bytes("spki"));
  ASSERT_TRUE(key.ok());
  Opener opener;
  opener.sender = vector.words.at("from");
  opener.recipient = vector.words.at("to");
  opener.message_keys = {{*key, false}};
  const absl::StatusOr<AuthenticStatement> authentic = Authenticate(envelope, opener);
  ASSERT_TRUE(authentic.ok()) << authentic.status();
  EXPECT_EQ(authentic->id().hex(), vector.words.at("exchange"));
  // Our serialiser gives the same bytes, which nothing relies on but other implementations may.
  EXPECT_EQ(authentic->statement().SerializeAsString(), envelope.statement());
  const absl::StatusOr<StoredBody> body = ReadStored(envelope);
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(body->merged.payload.notice().title(), "Invented");
  EXPECT_EQ(body->merged.payload.notice().persons_size(), 1);
}

TEST(Commitment, ReadsTheChangedValuesOfTheVector) {
  const Vector vector = Read("changed");
  const ExchangeId id = *ExchangeId::FromRaw(vector.Bytes("exchange"));
  ASSERT_EQ(vector.fields.size(), 8u);
  for (const auto& [path, fate, salt, value, commitment, leaf] : vector.fields) {
    const Digest made = ValueCommitment(id, vector.words.at("from"), absl::HexStringToBytes(salt),
                                        absl::HexStringToBytes(value));
    EXPECT_EQ(made.hex(), commitment) << path;
    EXPECT_EQ(FieldLeaf(KindOf(fate), path, made).hex(), leaf) << path;
  }
  exchange::v1::Envelope envelope;
  envelope.set_statement(vector.Bytes("statement"));
  AddFields(vector, envelope);
  const absl::StatusOr<StoredBody> body = ReadStored(envelope);
  ASSERT_TRUE(body.ok()) << body.status();
  EXPECT_EQ(body->merged.payload.notice().persons(0).birth().edtf(), "1990");
  EXPECT_EQ(body->merged.changed.size(), 4u);
}

// Every input has its place: none can be moved into its neighbour.
TEST(Commitment, DependsOnEveryInput) {
  const ExchangeId id, other = *ExchangeId::FromRaw(std::string(16, 'x'));
  const std::string salt(16, 's');
  const Digest value = ValueCommitment(id, "ab", salt, "value");
  EXPECT_NE(value, ValueCommitment(other, "ab", salt, "value"));
  EXPECT_NE(value, ValueCommitment(id, "a", "b" + salt, "value"));
  EXPECT_NE(value, ValueCommitment(id, "ab", std::string(16, 't'), "value"));
  EXPECT_NE(value, ValueCommitment(id, "ab", salt, "valuf"));
  EXPECT_NE(FieldLeaf(1, "path", value), FieldLeaf(2, "path", value));
  EXPECT_NE(FieldLeaf(1, "path", value), FieldLeaf(1, "patx", value));
  EXPECT_NE(FieldLeaf(1, "path", value), FieldLeaf(1, "path", Digest()));
}

}  // namespace
}  // namespace liaison::message
