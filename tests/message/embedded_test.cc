// A message inside another: its originator verifies on the part that is passed on, and no byte of
// it can be changed.
#include "daemon/message/embedded.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/message/sealed_exchange.h"

namespace liaison::message {
namespace {

using exchange::v1::Envelope;
using exchange::v1::FieldRecord;

constexpr char kTitle[] = "notice.title";  // bound to its language
constexpr char kLang[] = "notice.title_lang";
constexpr char kBand[] = "notice.intelligence_confidence";
constexpr char kName[] = "notice.persons[1].names[0].full_original";

class EmbeddedTest : public ::testing::Test {
 protected:
  EmbeddedTest() {
    sent_.withheld = {};
    // A text that went masked: two leaves at one path.
    sent_.changed[kName] = {FieldRecord::MASKED, MaskedName()};
    sent_.Seal();
    opener_ = sent_.opener;
    opener_.now = absl::InfinitePast();  // not asked
    passed_on_ = sent_.opener.now;
  }

  static std::string MaskedName() {
    payload::v1::PersonName name;
    name.set_full_original("***********");
    return name.SerializeAsString();
  }

  Envelope With(const std::set<std::string_view>& paths) const {
    return Excerpt(sent_.envelope, *ExchangeId::FromRaw(sent_.statement.exchange_id()),
                   sent_.statement.from(),
                   [&](std::string_view path) { return paths.contains(path); });
  }

  absl::StatusOr<VerifiedMessage> Open(const Envelope& envelope) const {
    return OpenEmbedded(envelope, opener_, passed_on_);
  }

  SealedExchange sent_;
  Opener opener_;
  absl::Time passed_on_;
};

TEST_F(EmbeddedTest, VerifiesTheWhole) {
  const auto opened = Open(sent_.envelope);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->payload().notice().persons(1).names(0).full_original(), "***********");
}

TEST_F(EmbeddedTest, VerifiesTheOriginatorOnEachPart) {
  const std::vector<std::set<std::string_view>> parts = {
      {}, {kBand}, {kName}, {kBand, kName}, {kLang, kTitle}, {kLang, kTitle, kName}};
  for (const auto& part : parts) {
    const Envelope excerpt = With(part);
    const auto opened = Open(excerpt);
    ASSERT_TRUE(opened.ok()) << part.size() << " " << opened.status();
    EXPECT_EQ(opened->digest(), sent_.sealed.digest);
    EXPECT_EQ(opened->payload().notice().has_title(), part.contains(kTitle));
    EXPECT_EQ(opened->payload().notice().has_intelligence_confidence(), part.contains(kBand));
    EXPECT_EQ(opened->payload().notice().persons(1).names(0).has_full_original(),
              part.contains(kName));
  }
}

TEST_F(EmbeddedTest, LeavesNoValueOfWhatIsNotPassedOn) {
  const std::string bytes = With({kBand}).SerializeAsString();
  EXPECT_EQ(bytes.find("Invented"), std::string::npos);
  EXPECT_EQ(bytes.find("****"), std::string::npos);
  for (const FieldRecord& record : sent_.envelope.records()) {
    if (record.path() == kBand) continue;
    EXPECT_EQ(bytes.find(record.salt()), std::string::npos) << record.path();
  }
}

TEST_F(EmbeddedTest, AnExcerptOfAnExcerptVerifies) {
  const Envelope less = Excerpt(With({kBand}), *ExchangeId::FromRaw(sent_.statement.exchange_id()),
                                sent_.statement.from(), [](std::string_view) { return false; });
  EXPECT_TRUE(Open(less).ok()) << Open(less).status();
}

TEST_F(EmbeddedTest, AnExcerptIsNoMessageOfItsOwn) {
  const auto stored = ReadStored(With({kBand}));
  EXPECT_FALSE(stored.ok());  // a changed value without its salt
  EXPECT_TRUE(ReadStored(With({kBand}), Extent::kExcerpt).ok());
}

TEST_F(EmbeddedTest, RefusesEveryChangedByte) {
  const std::string bytes = With({kTitle, kLang, kName}).SerializeAsString();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    Envelope envelope;
    if (!envelope.ParseFromString(changed)) continue;
    const auto opened = Open(envelope);
    if (!opened.ok()) continue;
    // What still opens says the same: a hint, or how a number is written.
    EXPECT_EQ(opened->payload().SerializeAsString(),
              Open(With({kTitle, kLang, kName}))->payload().SerializeAsString())
        << "byte " << i;
    EXPECT_EQ(opened->digest(), sent_.sealed.digest) << "byte " << i;
  }
}

TEST_F(EmbeddedTest, RefusesHalfABond) {
  EXPECT_EQ(ReasonOf(Open(With({kTitle}))), "BODY_MISMATCH");
}

TEST_F(EmbeddedTest, RefusesAnOriginalWithoutItsSalt) {
  Envelope envelope = With({kBand});
  for (FieldRecord& record : *envelope.mutable_records()) {
    if (record.path() == kBand) record.clear_salt();
  }
  EXPECT_EQ(ReasonOf(Open(envelope)), "BODY_MISMATCH");
}

TEST_F(EmbeddedTest, RefusesACommitmentThatIsNone) {
  Envelope envelope = With({kBand});
  for (FieldRecord& record : *envelope.mutable_records()) {
    if (record.kind() == FieldRecord::MASKED) record.set_value("short");
  }
  EXPECT_EQ(ReasonOf(Open(envelope)), "BODY_MISMATCH");
}

TEST_F(EmbeddedTest, RefusesAnotherReceiverAndAnotherSender) {
  opener_.recipient = "io-example";
  EXPECT_EQ(ReasonOf(Open(sent_.envelope)), "WRONG_RECIPIENT");
  opener_.recipient = sent_.opener.recipient;
  opener_.sender = "io-example";
  EXPECT_EQ(ReasonOf(Open(sent_.envelope)), "WRONG_SENDER");
}

TEST_F(EmbeddedTest, AsksForTheOriginatorsReceipt) {
  Envelope envelope = With({kBand});
  envelope.clear_sender_receipt();
  EXPECT_EQ(ReasonOf(Open(envelope)), "BAD_RECEIPT");
}

TEST_F(EmbeddedTest, MayHaveExpiredSinceButNotBeMadeLater) {
  passed_on_ += absl::Hours(24 * 365);
  EXPECT_TRUE(Open(sent_.envelope).ok());
  passed_on_ -= absl::Hours(24 * 366);
  EXPECT_EQ(ReasonOf(Open(sent_.envelope)), "MALFORMED");
}

}  // namespace
}  // namespace liaison::message
