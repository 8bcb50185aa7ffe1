#include "daemon/rpc/identity.h"

#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/rpc/pki.h"

namespace liaison::rpc {
namespace {

Caller Named(std::vector<std::string> uris) { return {{}, std::move(uris), {}, {}}; }

TEST(IdentityTest, ReadsKeyNamesAndValidityOfALeaf) {
  const absl::StatusOr<Caller> north = CallerFromPem(Pki::Shared().CertificateOf("north"));
  ASSERT_TRUE(north.ok()) << north.status();
  EXPECT_EQ(north->uris, std::vector<std::string>{"liaison://agency/north"});
  EXPECT_EQ(AgencyOf(*north), "north");
  EXPECT_NE(north->spki, Pki::Shared().KeyOf("north-again"));
  EXPECT_TRUE(CheckValidity(*north, absl::Now()).ok());
}

TEST(IdentityTest, RefusesACertificateOutsideItsValidity) {
  Caller caller;
  caller.not_before = absl::FromUnixSeconds(1000);
  caller.not_after = absl::FromUnixSeconds(2000);
  const auto reason = [&caller](int64_t now) {
    return base::GetReason(CheckValidity(caller, absl::FromUnixSeconds(now)));
  };
  EXPECT_EQ(reason(999), base::Reason::kCallerUnknown);
  EXPECT_EQ(reason(1000), std::nullopt);
  EXPECT_EQ(reason(2000), std::nullopt);
  EXPECT_EQ(reason(2001), base::Reason::kCallerUnknown);
}

TEST(IdentityTest, NamesOneAgencyOrNone) {
  EXPECT_EQ(AgencyOf(Named({"liaison://agency/north"})), "north");
  EXPECT_EQ(AgencyOf(Named({"https://example.org/", "liaison://agency/north"})), "north");
  EXPECT_EQ(AgencyOf(Named({})), std::nullopt);
  EXPECT_EQ(AgencyOf(Named({"liaison://agency/north/person/ada"})), std::nullopt);
  EXPECT_EQ(AgencyOf(Named({"liaison://agency/NORTH"})), std::nullopt);
  EXPECT_EQ(AgencyOf(Named({"liaison://agency/north", "liaison://agency/south"})), std::nullopt);
}

TEST(CallerCacheTest, ParsesALeafOnceUntilCleared) {
  CallerCache cache;
  const std::string pem = Pki::Shared().CertificateOf("south");
  const auto first = cache.FindPem(pem);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ((*first)->spki, Pki::Shared().KeyOf("south"));
  EXPECT_EQ(*cache.FindPem(pem), *first);
  cache.Clear();
  const auto again = cache.FindPem(pem);
  ASSERT_TRUE(again.ok());
  EXPECT_NE(*again, *first);
}

TEST(CallerCacheTest, StartsAnewWhenItIsFull) {
  CallerCache cache(/*limit=*/1);
  const std::string pem = Pki::Shared().CertificateOf("south");
  const auto first = cache.FindPem(pem);
  ASSERT_TRUE(cache.FindPem(Pki::Shared().CertificateOf("north")).ok());
  EXPECT_NE(*cache.FindPem(pem), *first);
}

TEST(CallerCacheTest, RefusesWhatIsNoCertificate) {
  CallerCache cache;
  EXPECT_EQ(base::GetReason(cache.FindPem("").status()), base::Reason::kCallerUnknown);
  EXPECT_EQ(base::GetReason(cache.FindPem("-----BEGIN CERTIFICATE-----\nAAAA\n").status()),
            base::Reason::kCallerUnknown);
}

}  // namespace
}  // namespace liaison::rpc
