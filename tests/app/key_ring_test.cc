#include "daemon/app/key_ring.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "daemon/base/error.h"
#include "daemon/message/message.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::app {
namespace {

namespace fs = std::filesystem;

class KeyRingTest : public ::testing::Test {
 protected:
  absl::StatusOr<KeyRing> Load() { return LoadKeys(*agencies_.bgc->snapshots->Current()); }
  std::string Pki(const std::string& name) { return agencies_.bgc->folder + "/pki/" + name; }

  testing::TwoAgencies agencies_;
};

TEST_F(KeyRingTest, LoadsEveryKeyAndNamesTheLogs) {
  const auto keys = Load();
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->exchange_origin, "bgc.example/liaison-log/1/1");
  EXPECT_EQ(keys->desk_origin, "bgc.example/liaison-desk/1/1");
}

TEST_F(KeyRingTest, BindsTheLogKeysToTheMessageKey) {
  const auto keys = Load();
  ASSERT_TRUE(keys.ok());
  const audit::v1::Record genesis = GenesisRecord(*keys, keys->ExchangeLogKey());
  EXPECT_TRUE(keys->message->public_key()
                  .Verify(message::Pae(kKeyBindingType, genesis.key_binding()),
                          genesis.key_binding_signature())
                  .ok());
  audit::v1::KeyBinding binding;
  ASSERT_TRUE(binding.ParseFromString(genesis.key_binding()));
  EXPECT_EQ(binding.log_key(), keys->ExchangeLogKey().Text());
}

TEST_F(KeyRingTest, RefusesOneKeyForTwoPurposes) {
  fs::copy_file(Pki("log.key"), Pki("desk-log.key"), fs::copy_options::overwrite_existing);
  EXPECT_EQ(base::GetReason(Load().status()), base::Reason::kValidationFailed);
}

TEST_F(KeyRingTest, RefusesAKeyOfTheWrongAlgorithmReadableByOthersOrMissing) {
  fs::copy_file(Pki("log.key"), Pki("message.key"), fs::copy_options::overwrite_existing);
  EXPECT_EQ(base::GetReason(Load().status()), base::Reason::kValidationFailed);
  fs::permissions(Pki("log.key"), fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(base::GetReason(Load().status()), base::Reason::kValidationFailed);
  fs::remove(Pki("log.key"));
  EXPECT_EQ(base::GetReason(Load().status()), base::Reason::kValidationFailed);
}

}  // namespace
}  // namespace liaison::app
