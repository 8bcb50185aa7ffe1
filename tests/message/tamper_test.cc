// Every bit of an envelope on the wire, flipped: no flip opens.
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include "tests/message/sealed_exchange.h"

namespace liaison::message {
namespace {

TEST(Tamper, RefusesAnEnvelopeWithAnyBitFlipped) {
  const google::protobuf::LogSilencer silent;
  SealedExchange exchange;
  const std::string bytes = exchange.envelope.SerializeAsString();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    if (!exchange.envelope.ParseFromString(flipped)) continue;
    EXPECT_NE(ReasonOf(exchange.Open()), "OK") << "bit " << bit << " of " << bytes.size() * 8;
  }
  ASSERT_TRUE(exchange.envelope.ParseFromString(bytes));
  EXPECT_EQ(ReasonOf(exchange.Open()), "OK");
}

TEST(Tamper, RefusesAnEnvelopeWithAChangedValueAndAnyBitFlipped) {
  const google::protobuf::LogSilencer silent;
  SealedExchange exchange;
  exchange.changed["notice.persons[0].local_id"] = {exchange::v1::FieldRecord::MASKED,
                                                    std::string("\x0a\x02**")};
  exchange.Seal();
  ASSERT_EQ(ReasonOf(exchange.Open()), "OK");
  const std::string bytes = exchange.envelope.SerializeAsString();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    if (!exchange.envelope.ParseFromString(flipped)) continue;
    EXPECT_NE(ReasonOf(exchange.Open()), "OK") << "bit " << bit << " of " << bytes.size() * 8;
  }
}

TEST(Tamper, RefusesAnEnvelopeThatIsCutShort) {
  const google::protobuf::LogSilencer silent;
  SealedExchange exchange;
  const std::string bytes = exchange.envelope.SerializeAsString();
  for (size_t size = 0; size < bytes.size(); ++size) {
    if (!exchange.envelope.ParseFromString(bytes.substr(0, size))) continue;
    EXPECT_NE(ReasonOf(exchange.Open()), "OK") << size;
  }
}

}  // namespace
}  // namespace liaison::message
