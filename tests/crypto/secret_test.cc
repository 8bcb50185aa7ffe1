#include "daemon/crypto/secret.h"

#include <gtest/gtest.h>

#include <new>
#include <type_traits>

namespace liaison::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);

// Short enough to lie inside the object, where a test may look after it is gone.
constexpr char kShort[] = "hunter2";

// A place for a Secret whose bytes can be read before, during and after the object's life.
struct Place {
  alignas(Secret) unsigned char bytes[sizeof(Secret)] = {};
  bool Holds(std::string_view text) const {
    return std::string_view(reinterpret_cast<const char*>(bytes), sizeof(bytes)).find(text) !=
           std::string_view::npos;
  }
};

TEST(SecretTest, IsWipedWhenMovedFrom) {
  Place place;
  Secret* const secret = new (place.bytes) Secret(std::string(kShort));
  ASSERT_TRUE(place.Holds(kShort));
  const Secret taken = std::move(*secret);
  EXPECT_EQ(taken.bytes(OpenSecrets()), kShort);
  EXPECT_EQ(secret->size(), 0u);
  EXPECT_FALSE(place.Holds("unter2"));
  secret->~Secret();
}

TEST(SecretTest, IsWipedWhenMovedFromByAssignment) {
  Place place;
  Secret* const secret = new (place.bytes) Secret(std::string(kShort));
  Secret taken(std::string("before"));
  taken = std::move(*secret);
  EXPECT_EQ(taken.bytes(OpenSecrets()), kShort);
  EXPECT_FALSE(place.Holds("unter2"));
  secret->~Secret();
}

TEST(SecretTest, IsWipedWhenDestroyed) {
  Place place;
  Secret* const secret = new (place.bytes) Secret(std::string(kShort));
  ASSERT_TRUE(place.Holds(kShort));
  secret->~Secret();
  EXPECT_FALSE(place.Holds("unter2"));
}

TEST(SecretTest, SurvivesAssignmentToItself) {
  Secret secret((std::string(kShort)));
  Secret& same = secret;
  secret = std::move(same);
  EXPECT_EQ(secret.bytes(OpenSecrets()), kShort);
}

TEST(SecretTest, ClonesOnlyWhenAsked) {
  const Secret secret(std::string(100, 's'));
  const Secret clone = secret.Clone();
  EXPECT_EQ(clone.bytes(OpenSecrets()), secret.bytes(OpenSecrets()));
  EXPECT_NE(clone.bytes(OpenSecrets()).data(), secret.bytes(OpenSecrets()).data());
}

TEST(RandomBytesTest, GivesAsManyAsAskedAndNeverTheSame) {
  EXPECT_EQ(RandomBytes(0), "");
  EXPECT_EQ(RandomBytes(33).size(), 33u);
  EXPECT_NE(RandomBytes(16), RandomBytes(16));
  EXPECT_EQ(RandomSecret(32).size(), 32u);
  EXPECT_NE(RandomSecret(32).bytes(OpenSecrets()), RandomSecret(32).bytes(OpenSecrets()));
}

}  // namespace
}  // namespace liaison::crypto
