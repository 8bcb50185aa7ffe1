#include "daemon/rpc/credentials.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/crypto/secret.h"
#include "daemon/rpc/status.h"

namespace liaison::rpc {
namespace {

namespace tls = grpc::experimental;

using Provider = std::shared_ptr<tls::CertificateProviderInterface>;

absl::StatusOr<std::string> ReadPem(const std::string& path, std::string_view what) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  const std::string pem = text.str();
  if (pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return base::MakeError(base::Reason::kUsage,
                           absl::StrCat("cannot read the ", std::string(what), " from ", path),
                           "name a PEM file that holds at least one certificate");
  }
  return pem;
}

// All three files are read here even when gRPC will watch them, so that a mistake is found now and
// has a name.
absl::StatusOr<Provider> MakeProvider(const TlsFiles& files) {
  const absl::StatusOr<std::string> certificate = ReadPem(files.certificate, "certificate");
  if (!certificate.ok()) return certificate.status();
  const absl::StatusOr<std::string> ca = ReadPem(files.ca, "CA certificates");
  if (!ca.ok()) return ca.status();
  const absl::StatusOr<crypto::Secret> key = crypto::ReadSecretFile(files.key);
  if (!key.ok()) {
    return base::MakeError(base::Reason::kUsage,
                           absl::StrCat("cannot use the TLS key: ", key.status().message()));
  }
  if (files.refresh > absl::ZeroDuration()) {
    const int64_t seconds = std::max<int64_t>(1, absl::ToInt64Seconds(files.refresh));
    return std::make_shared<tls::FileWatcherCertificateProvider>(
        files.key, files.certificate, files.ca, static_cast<unsigned int>(seconds));
  }
  tls::IdentityKeyCertPair pair;
  pair.private_key = std::string(key->bytes(crypto::OpenSecrets()));
  pair.certificate_chain = *certificate;
  return std::make_shared<tls::StaticDataCertificateProvider>(
      *ca, std::vector<tls::IdentityKeyCertPair>{pair});
}

// Refuses the other side unless `check` finds nothing wrong with its leaf. Runs on resumed sessions
// too.
class LeafVerifier final : public tls::ExternalCertificateVerifier {
 public:
  explicit LeafVerifier(HandshakeCheck check) : check_(std::move(check)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* sync_status) override {
    const grpc::string_ref pem = request->peer_cert();
    const absl::StatusOr<Caller> leaf = CallerFromPem(std::string_view(pem.data(), pem.size()));
    const absl::Status verdict = leaf.ok() ? check_(*leaf) : leaf.status();
    *sync_status = verdict.ok() ? grpc::Status::OK
                                : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                               std::string(verdict.message()));
    return true;  // decided at once
  }

  void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

 private:
  const HandshakeCheck check_;
};

absl::Status CheckServer(const ExpectedServer& expected, const Caller& leaf, absl::Time now) {
  const std::string uri = AgencyUri(expected.agency);
  const absl::Status validity = CheckValidity(leaf, now);
  std::string_view fault;
  if (std::find(leaf.uris.begin(), leaf.uris.end(), uri) == leaf.uris.end()) {
    fault = "its certificate does not name the agency";
  } else if (!expected.pinned.empty() && std::find(expected.pinned.begin(), expected.pinned.end(),
                                                   leaf.spki) == expected.pinned.end()) {
    fault = "its key is not a registered one";
  } else if (!validity.ok()) {
    fault = "its certificate is not valid at this time";
  } else {
    return absl::OkStatus();
  }
  return absl::UnauthenticatedError(absl::StrCat(std::string(kWrongIdentity), " (", uri, "): ",
                                                 std::string(fault), ", key ", leaf.spki.hex()));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ClientCredentials(
    const TlsFiles& files, const ExpectedServer& server, const base::Clock& clock) {
  absl::StatusOr<Provider> provider = MakeProvider(files);
  if (!provider.ok()) return provider.status();
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(*provider);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  // These two belong together: agencies' certificates hold no host name, and without the verifier
  // any certificate of the CA would do.
  options.set_check_call_host(false);
  options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<LeafVerifier>(
      [server, &clock](const Caller& leaf) { return CheckServer(server, leaf, clock.Now()); }));
  return tls::TlsCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(const TlsFiles& files,
                                                                           HandshakeCheck check) {
  absl::StatusOr<Provider> provider = MakeProvider(files);
  if (!provider.ok()) return provider.status();
  tls::TlsServerCredentialsOptions options(*provider);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.set_check_call_host(false);
  if (!check) check = [](const Caller&) { return absl::OkStatus(); };
  options.set_certificate_verifier(
      tls::ExternalCertificateVerifier::Create<LeafVerifier>(std::move(check)));
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const ChannelOptions& options) {
  const auto milliseconds = [](absl::Duration duration) {
    return static_cast<int>(absl::ToInt64Milliseconds(duration));
  };
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.max_message_bytes);
  arguments.SetMaxSendMessageSize(options.max_message_bytes);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 64 << 10);  // every field at fault, in the trailers
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, milliseconds(options.connect_timeout));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, milliseconds(options.backoff_most));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, milliseconds(options.keepalive));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, milliseconds(options.keepalive_timeout));
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // retry is decided in one place, and that is ours
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetCompressionAlgorithm(GRPC_COMPRESS_NONE);
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

}  // namespace liaison::rpc
