#include "daemon/partners/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "daemon/crypto/digest.h"
#include "tests/partners/certificates.h"
#include "tests/partners/folder.h"

namespace liaison::partners {
namespace {

base::Digest DigestOf(char digit) { return base::ParseDigest(std::string(64, digit)).value(); }

class RegistryTest : public testing::Test {
 protected:
  void SetUp() override {
    auto registry = folder_.Load();
    ASSERT_TRUE(registry.ok()) << registry.status();
    registry_ = *registry;
  }

  Folder folder_;
  std::shared_ptr<const Registry> registry_;
};

TEST_F(RegistryTest, FindsPartnersByIdAndByTlsKey) {
  const Partner* ho = registry_->FindPartner("ho-example");
  ASSERT_NE(ho, nullptr);
  EXPECT_EQ(ho->proto.country(), "GB");
  EXPECT_EQ(ho->log_key.origin(), "ho.example/liaison-log/1/1");
  EXPECT_EQ(registry_->PartnerByTlsKey(DigestOf('a')), ho);
  EXPECT_EQ(registry_->PartnerByTlsKey(DigestOf('b')), ho);
  EXPECT_EQ(registry_->FindPartner("bgc-example"), nullptr);
  EXPECT_EQ(registry_->PartnerByTlsKey(DigestOf('d')), nullptr);
  EXPECT_EQ(registry_->partners().size(), 2u);
}

TEST_F(RegistryTest, OnlyActiveKeysMayCall) {
  EXPECT_THAT(registry_->FindPartner("ho-example")->ActiveTlsKeys(),
              testing::ElementsAre(DigestOf('a')));
  EXPECT_TRUE(registry_->MayCall(DigestOf('a')));
  EXPECT_FALSE(registry_->IsRevokedTlsKey(DigestOf('a')));
  EXPECT_TRUE(registry_->IsRevokedTlsKey(DigestOf('b'))) << "a revoked key of a partner";
  EXPECT_FALSE(registry_->MayCall(DigestOf('b')));
  EXPECT_FALSE(registry_->MayCall(DigestOf('c'))) << "a key of a suspended partner";
  EXPECT_TRUE(registry_->MayCall(DigestOf('d')));
  EXPECT_TRUE(registry_->IsRevokedTlsKey(DigestOf('e'))) << "a revoked person";
  EXPECT_FALSE(registry_->MayCall(DigestOf('e')));
  EXPECT_FALSE(registry_->MayCall(DigestOf('f'))) << "a key that nobody registered";
}

TEST_F(RegistryTest, ARetiredTlsKeyMayNotCall) {
  folder_.Change("state: REVOKED", "state: RETIRED");
  const auto next = folder_.Load();
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_FALSE((*next)->MayCall(DigestOf('b')));
}

TEST_F(RegistryTest, FindsPeopleByKey) {
  ASSERT_NE(registry_->PersonByKey(DigestOf('d')), nullptr);
  EXPECT_EQ(registry_->PersonByKey(DigestOf('d'))->name(), "an.nguyen");
  EXPECT_TRUE(registry_->PersonByKey(DigestOf('e'))->revoked());
  EXPECT_EQ(registry_->PersonByKey(DigestOf('a')), nullptr);
}

TEST_F(RegistryTest, GivesAPartnersMessageKeysWithTheirState) {
  const std::vector<message::SenderKey> keys = registry_->FindPartner("ho-example")->SenderKeys();
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].key.spki_digest().hex(), kHoFirstDigest);
  EXPECT_FALSE(keys[0].revoked);
  EXPECT_EQ(keys[1].key.spki_digest().hex(), kHoSecondDigest);
  EXPECT_TRUE(keys[1].revoked);
}

TEST_F(RegistryTest, FillsInDefaults) {
  const config::v1::Agency& agency = registry_->agency();
  EXPECT_EQ(agency.data_dir(), "data");
  EXPECT_EQ(agency.policy_file(), "policy.textproto");
  EXPECT_EQ(agency.instance(), "1");
  EXPECT_EQ(agency.epoch(), 1u);
  EXPECT_EQ(agency.keys().guard_file(), "keys/guard");
  const auto& limits = agency.limits();
  EXPECT_EQ(limits.connections(), 0u) << "depends on the process";
  std::vector<const google::protobuf::FieldDescriptor*> set;
  limits.GetReflection()->ListFields(limits, &set);
  EXPECT_EQ(static_cast<int>(set.size()), limits.GetDescriptor()->field_count() - 1);
  EXPECT_EQ(limits.message_bytes(), 1u << 20);
  EXPECT_EQ(limits.disk_low_bytes(), uint64_t{256} << 20);
}

TEST_F(RegistryTest, KeepsALimitThatIsGiven) {
  folder_.Change("listeners {", "limits { workers: 3 }\nlisteners {");
  EXPECT_EQ(folder_.Load().value()->agency().limits().workers(), 3u);
}

TEST_F(RegistryTest, ResolvesPathsFromTheFolderOfTheConfiguration) {
  EXPECT_EQ(registry_->ResolvePath("pki/../pki/tls.crt"), folder_.path() + "/pki/tls.crt");
  EXPECT_EQ(registry_->ResolvePath("/etc/hosts"), "/etc/hosts");
}

TEST_F(RegistryTest, HoldsThePolicyAndItsDigest) {
  EXPECT_EQ(registry_->policy().id(), "sample");
  EXPECT_EQ(registry_->policy().version(), 7u);
  EXPECT_EQ(registry_->policy_digest(), crypto::Sha256(registry_->policy_text()));
  EXPECT_EQ(registry_->config_text(), folder_.config());
}

TEST_F(RegistryTest, DigestsFollowWhatIsReadAndNothingElse) {
  const auto again = folder_.Load().value();
  EXPECT_EQ(again->registry_digest(), registry_->registry_digest());
  EXPECT_EQ(again->snapshot_digest(), registry_->snapshot_digest());

  folder_.Write("policy.textproto", registry_->policy_text() + "\n");
  const auto policy = folder_.Load().value();
  EXPECT_EQ(policy->registry_digest(), registry_->registry_digest());
  EXPECT_NE(policy->policy_digest(), registry_->policy_digest());
  EXPECT_NE(policy->snapshot_digest(), registry_->snapshot_digest());

  folder_.Write("pki/partners.crt", "another\n");
  const auto file = folder_.Load().value();
  EXPECT_NE(file->registry_digest(), policy->registry_digest());
  EXPECT_NE(file->snapshot_digest(), policy->snapshot_digest());

  folder_.Change("Border Guard", "Border  Guard");
  EXPECT_NE(folder_.Load().value()->registry_digest(), file->registry_digest());
}

TEST_F(RegistryTest, TheDigestFollowsAMatchKeyWithoutHoldingIt) {
  const std::string key_file = folder_.path() + "/keys/match.key";
  const std::string key(32, 'm');
  const std::string other(32, 'n');
  folder_.Change("id: \"ho-example\"", "id: \"ho-example\" match_key_file: \"keys/match.key\"");
  ASSERT_TRUE(crypto::WriteSecretFile(key_file, crypto::Secret(std::string(key))).ok());
  const auto first = folder_.Load().value();
  folder_.Remove("keys/match.key");
  ASSERT_TRUE(crypto::WriteSecretFile(key_file, crypto::Secret(std::string(other))).ok());
  EXPECT_NE(folder_.Load().value()->registry_digest(), first->registry_digest());
  folder_.Remove("keys/match.key");
  ASSERT_TRUE(crypto::WriteSecretFile(key_file, crypto::Secret(std::string(key))).ok());
  EXPECT_EQ(folder_.Load().value()->registry_digest(), first->registry_digest());
}

TEST_F(RegistryTest, SnapshotsAreReplacedWholeUnderThreads) {
  folder_.Change("7001\" desk", "7009\" desk");
  const std::shared_ptr<const Registry> other = folder_.Load().value();
  Snapshots snapshots(registry_);
  std::atomic<bool> stop = false;
  std::atomic<int> torn = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const std::shared_ptr<const Registry> current = snapshots.Current();
        if (current != registry_ && current != other) ++torn;
        if (current->FindPartner("ho-example") == nullptr) ++torn;
      }
    });
  }
  for (int i = 0; i < 1000; ++i) snapshots.Replace(i % 2 == 0 ? other : registry_);
  snapshots.Replace(other);
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(snapshots.Current(), other);
}

TEST(SnapshotsTest, AnOldSnapshotLivesAsLongAsItIsHeld) {
  Folder folder;
  Snapshots snapshots(folder.Load().value());
  const std::shared_ptr<const Registry> held = snapshots.Current();
  snapshots.Replace(folder.Load().value());
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_NE(held->FindPartner("ho-example"), nullptr);
}

}  // namespace
}  // namespace liaison::partners
