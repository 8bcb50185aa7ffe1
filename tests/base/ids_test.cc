#include "daemon/base/ids.h"

#include <gtest/gtest.h>

namespace liaison::base {
namespace {

TEST(ExchangeIdTest, RoundTripsItsText) {
  const std::string text = "000102030405060708090a0b0c0d0e0f";
  const auto id = ParseExchangeId(text);
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->hex(), text);
  EXPECT_EQ(ExchangeId::FromRaw(id->raw()).value(), *id);
}

TEST(ExchangeIdTest, RefusesWhatIsNotLowerCaseHexOfTheRightLength) {
  EXPECT_FALSE(ParseExchangeId("000102030405060708090A0B0C0D0E0F").ok());
  EXPECT_FALSE(ParseExchangeId("0001").ok());
  EXPECT_FALSE(ParseExchangeId("").ok());
  EXPECT_FALSE(ExchangeId::FromRaw("short").ok());
}

TEST(AgencyIdTest, AllowsLowerCaseDigitsAndInnerHyphens) {
  EXPECT_TRUE(IsAgencyId("bgc-example"));
  for (const char* bad : {"", "a", "-ab", "Abc", "a_b", "a b", "a.b"})
    EXPECT_FALSE(IsAgencyId(bad));
  EXPECT_FALSE(IsAgencyId(std::string(64, 'a')));
}

TEST(ExchangePrefixTest, NamesTheSenderWhenItIsWritten) {
  const ExchangeId id = *ParseExchangeId("000102030405060708090a0b0c0d0e0f");
  const auto alone = ExchangePrefix::Parse("00010203");
  ASSERT_TRUE(alone.ok()) << alone.status();
  EXPECT_FALSE(alone->whole().has_value());
  EXPECT_TRUE(alone->Fits("bgc-example", id) && alone->Fits("ho-example", id));
  const auto named = ExchangePrefix::Parse("bgc-example/" + id.hex());
  ASSERT_TRUE(named.ok()) << named.status();
  EXPECT_EQ(named->from(), "bgc-example");
  EXPECT_EQ(named->whole(), id);
  EXPECT_TRUE(named->Fits("bgc-example", id));
  EXPECT_FALSE(named->Fits("ho-example", id));
  EXPECT_FALSE(alone->Fits("bgc-example", ExchangeId()));
}

TEST(ExchangePrefixTest, RefusesWhatCannotNameAnExchange) {
  for (const char* bad :
       {"", "/", "0001020", "0001020G", "0001020A", "/00010203", "a/00010203", "A-b/00010203",
        "bgc-example/", "bgc-example/0001", "bgc-example/00010203/", "bgc-example//00010203",
        "000102030405060708090a0b0c0d0e0f0", "bgc-example\\00010203"}) {
    EXPECT_FALSE(ExchangePrefix::Parse(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace liaison::base
