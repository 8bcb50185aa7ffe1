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

}  // namespace
}  // namespace liaison::base
