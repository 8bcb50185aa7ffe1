#include "daemon/rpc/credentials.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "daemon/base/error.h"
#include "daemon/rpc/status.h"
#include "tests/rpc/test_daemon.h"

namespace liaison::rpc {
namespace {

using base::Reason;

TEST(CredentialsTest, MeetsTheExpectedAgency) {
  TestDaemon daemon;
  EXPECT_TRUE(SayHello(daemon.Channel()).ok());
}

TEST(CredentialsTest, MeetsTheExpectedAgencyUnderAPinnedKey) {
  TestDaemon daemon;
  const auto channel = daemon.ChannelAs(
      Pki::Shared().Files("south"),
      {.agency = "north", .pinned = {Pki::Shared().KeyOf("south"), Pki::Shared().KeyOf("north")}});
  const absl::Status status = SayHello(channel);
  EXPECT_TRUE(status.ok()) << status;
}

TEST(CredentialsTest, RefusesAServerOfAnotherName) {
  TestDaemon daemon;
  const absl::Status status =
      SayHello(daemon.ChannelAs(Pki::Shared().Files("south"), {.agency = "east", .pinned = {}}));
  EXPECT_EQ(base::GetReason(status), Reason::kUnreachable);
  EXPECT_TRUE(IsWrongIdentity(status)) << status;
}

TEST(CredentialsTest, RefusesAServerWhoseKeyIsNotPinned) {
  TestDaemon daemon;
  const absl::Status status = SayHello(
      daemon.ChannelAs(Pki::Shared().Files("south"),
                       {.agency = "north", .pinned = {Pki::Shared().KeyOf("north-again")}}));
  EXPECT_TRUE(IsWrongIdentity(status)) << status;
}

TEST(CredentialsTest, RefusesAServerOfAnotherAuthority) {
  TestDaemon daemon;
  TlsFiles files = Pki::Shared().Files("south");
  files.ca = Pki::Shared().Path("other-ca.crt");
  const absl::Status status = SayHello(daemon.ChannelAs(files, {.agency = "north", .pinned = {}}));
  EXPECT_EQ(base::GetReason(status), Reason::kUnreachable);
}

TEST(CredentialsTest, RefusesAServerWhoseCertificateHasExpiredByOurClock) {
  TestDaemon daemon;
  daemon.clock().Step(absl::Hours(24 * 30));
  EXPECT_TRUE(IsWrongIdentity(SayHello(daemon.Channel())));
}

TEST(CredentialsTest, RefusesAClientOfAnotherAuthority) {
  TestDaemon daemon;
  const auto channel =
      daemon.ChannelAs(Pki::Shared().Files("stranger"), {.agency = "north", .pinned = {}});
  EXPECT_EQ(base::GetReason(SayHello(channel)), Reason::kUnreachable);
}

TEST(CredentialsTest, RefusesAClientWithoutACertificate) {
  TestDaemon daemon;
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Pki::Shared().CertificateOf("ca");
  const auto channel = MakeChannel(daemon.target(), grpc::SslCredentials(options));
  EXPECT_EQ(base::GetReason(SayHello(channel)), Reason::kUnreachable);
}

TEST(CredentialsTest, RefusesAKeyAtTheHandshakeWhenTheServerSaysSo) {
  const base::Digest revoked = Pki::Shared().KeyOf("south");
  TestDaemon::Options options;
  options.handshake = [revoked](const Caller& caller) {
    return caller.spki == revoked ? absl::UnauthenticatedError("revoked") : absl::OkStatus();
  };
  TestDaemon daemon(std::move(options));
  EXPECT_EQ(base::GetReason(SayHello(daemon.Channel())), Reason::kUnreachable);
  const auto other =
      daemon.ChannelAs(Pki::Shared().Files("nameless"), {.agency = "north", .pinned = {}});
  EXPECT_TRUE(SayHello(other).ok());
}

TEST(CredentialsTest, WatchesFilesThatMayChange) {
  TestDaemon daemon;
  TlsFiles files = Pki::Shared().Files("south");
  files.refresh = absl::Seconds(1);
  EXPECT_TRUE(SayHello(daemon.ChannelAs(files, {.agency = "north", .pinned = {}})).ok());
}

TEST(CredentialsTest, NamesTheFileThatIsAtFault) {
  base::SystemClock clock;
  const ExpectedServer server = {.agency = "north", .pinned = {}};
  TlsFiles files = Pki::Shared().Files("south");
  files.certificate = "/nowhere/south.crt";
  const absl::Status certificate = ClientCredentials(files, server, clock).status();
  EXPECT_EQ(base::GetReason(certificate), Reason::kUsage);
  EXPECT_TRUE(absl::StrContains(certificate.message(), "/nowhere/south.crt"));

  files = Pki::Shared().Files("south");
  files.ca = files.key;
  EXPECT_EQ(base::GetReason(ServerCredentials(files, {}).status()), Reason::kUsage);

  files = Pki::Shared().Files("south");
  files.key = "/nowhere/south.key";
  const absl::Status key = ServerCredentials(files, {}).status();
  EXPECT_EQ(base::GetReason(key), Reason::kUsage);
  EXPECT_TRUE(absl::StrContains(key.message(), "/nowhere/south.key"));
}

TEST(CredentialsTest, SpeaksTls13AndNothingOlder) {
  TestDaemon daemon;
  const TlsFiles files = Pki::Shared().Files("south");
  const std::string client = "openssl s_client -connect " + daemon.target() + " -cert " +
                             files.certificate + " -key " + files.key + " -CAfile " + files.ca +
                             " -alpn h2 -brief </dev/null ";
  const CommandResult newer = RunCommand(client + "-tls1_3");
  EXPECT_TRUE(absl::StrContains(newer.output, "Protocol version: TLSv1.3")) << newer.output;
  const CommandResult older = RunCommand(client + "-tls1_2");
  EXPECT_NE(older.code, 0);
  EXPECT_FALSE(absl::StrContains(older.output, "Protocol version")) << older.output;
}

}  // namespace
}  // namespace liaison::rpc
