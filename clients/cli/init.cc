// init: the files of a new agency. Works offline, overwrites nothing.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/init_files.h"
#include "clients/cli/json.h"
#include "clients/cli/tree.h"
#include "daemon/audit/checkpoint.h"
#include "daemon/base/error.h"
#include "daemon/base/ids.h"
#include "daemon/crypto/keys.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;
using crypto::KeyAlgorithm;
using crypto::PrivateKey;

constexpr size_t kMacKeyBytes = 32;

absl::Status CheckNames(const NewAgency& agency) {
  if (!base::IsAgencyId(agency.id)) {
    return MakeError(Reason::kUsage, "not an agency id",
                     "Use 2 to 63 lower-case letters, digits and hyphens, e.g. bgc-example.");
  }
  const bool domain_ok =
      agency.domain.find('.') != std::string::npos && agency.domain.size() <= 253 &&
      agency.domain.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") ==
          std::string::npos;
  if (!domain_ok) {
    return MakeError(Reason::kUsage, "not a domain", "Give your own domain, e.g. agency.example.");
  }
  const bool country_ok = agency.country.size() == 2 &&
                          absl::ascii_isupper(static_cast<unsigned char>(agency.country[0])) &&
                          absl::ascii_isupper(static_cast<unsigned char>(agency.country[1]));
  if (country_ok) return absl::OkStatus();
  return MakeError(Reason::kUsage, "not a country code",
                   "Give ISO 3166-1 alpha-2, e.g. VN; XX for an international organisation.");
}

// Writes below one folder and keeps count of what it wrote.
class NewFiles {
 public:
  explicit NewFiles(std::string root) : root_(std::move(root)) {}

  absl::Status Folder(const std::string& name) {
    const std::string path = name.empty() ? root_ : PathOf(name);
    std::error_code error;
    if (name.empty()) {
      const std::filesystem::path parent = std::filesystem::path(path).parent_path();
      if (!parent.empty()) std::filesystem::create_directories(parent, error);
    }
    if (mkdir(path.c_str(), 0700) == 0) return absl::OkStatus();
    if (errno == EEXIST && name.empty() && std::filesystem::is_empty(path, error) && !error) {
      return absl::OkStatus();
    }
    return Fail(path, std::strerror(errno));
  }
  absl::Status Secret(const std::string& name, const crypto::Secret& secret) {
    const absl::Status status = crypto::WriteSecretFile(PathOf(name), secret);
    if (!status.ok()) return Fail(PathOf(name), std::string(status.message()));
    names_.push_back(name);
    return absl::OkStatus();
  }
  absl::Status Text(const std::string& name, const std::string& text) {
    // Nothing of it is secret, but nobody else needs to read it either.
    return Secret(name, crypto::Secret(text));
  }

  const std::vector<std::string>& names() const { return names_; }

 private:
  std::string PathOf(const std::string& name) const { return absl::StrCat(root_, "/", name); }
  static absl::Status Fail(const std::string& path, std::string_view why) {
    return MakeError(Reason::kWrongState, absl::StrCat(path, ": ", std::string(why)),
                     "init overwrites nothing: name a folder that is new or empty.");
  }

  const std::string root_;
  std::vector<std::string> names_;
};

// A fresh key, and the request for its certificate when it has one.
absl::Status WriteKey(NewFiles& files, const std::string& name, const PrivateKey& key,
                      const std::string& common_name, const std::string& uri) {
  if (absl::Status status = files.Secret(absl::StrCat("pki/", name, ".key"), key.Pem());
      !status.ok()) {
    return status;
  }
  if (common_name.empty()) return absl::OkStatus();
  return files.Text(absl::StrCat("pki/", name, ".csr"), key.CertificateRequest(common_name, uri));
}

absl::Status WriteKeys(NewFiles& files, NewAgency& agency) {
  const std::string uri = absl::StrCat("liaison://agency/", agency.id);
  const auto tls = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  const auto message = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  const auto person = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  const auto log = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  const auto desk_log = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  const auto cosigner = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  agency.operator_key = person->public_key().spki_digest().hex();
  agency.tls_key = tls->public_key().spki_digest().hex();
  agency.message_key = message->public_key().spki_digest().hex();
  agency.log_key =
      audit::LogKey::Make(absl::StrCat(agency.domain, "/liaison-log/1/1"), log->public_key())
          .Text();
  absl::Status status = WriteKey(files, "tls", *tls, agency.id, uri);
  if (status.ok())
    status = WriteKey(files, "message", *message, absl::StrCat(agency.id, " message"), uri);
  if (status.ok()) status = WriteKey(files, "log", *log, "", "");
  if (status.ok()) status = WriteKey(files, "desk-log", *desk_log, "", "");
  if (status.ok()) status = WriteKey(files, "cosigner", *cosigner, "", "");
  if (status.ok()) {
    status =
        WriteKey(files, "operator", *person, "operator", absl::StrCat(uri, "/person/operator"));
  }
  if (status.ok()) status = files.Folder("keys/at-rest");
  if (status.ok()) status = files.Secret("keys/mac.key", crypto::RandomSecret(kMacKeyBytes));
  return status;
}

absl::Status WriteEverything(NewFiles& files, NewAgency& agency) {
  for (const char* folder : {"", "pki", "keys"}) {
    if (const absl::Status status = files.Folder(folder); !status.ok()) return status;
  }
  absl::Status status = WriteKeys(files, agency);
  if (status.ok()) status = files.Text("agency.textproto", AgencyText(agency));
  if (status.ok()) status = files.Text("policy.textproto", PolicyText(agency));
  if (status.ok()) status = files.Text("client.textproto", ClientText(agency));
  return status;
}

struct InitFlags {
  NewAgency agency;
  std::string folder;
};

Ending Init(Session& session, const InitFlags& flags) {
  NewAgency agency = flags.agency;
  if (agency.name.empty()) agency.name = agency.id;
  if (const absl::Status status = CheckNames(agency); !status.ok()) return status;
  NewFiles files(flags.folder);
  if (const absl::Status status = WriteEverything(files, agency); !status.ok()) return status;

  View view;
  view.columns = {"file"};
  std::vector<std::string> names;
  for (const std::string& name : files.names()) {
    view.rows.push_back({name});
    names.push_back(JsonString(name));
  }
  const std::vector<std::string> steps = NextSteps(session.language(), flags.folder);
  std::vector<std::string> next;
  for (const std::string& step : NextSteps(Language::kEnglish, flags.folder)) {
    next.push_back(JsonString(step));
  }
  view.json = JsonObject()
                  .Text("agency", agency.id)
                  .Text("directory", flags.folder)
                  .Raw("files", JsonArray(names))
                  .Text("tlsKey", agency.tls_key)
                  .Text("messageKey", agency.message_key)
                  .Text("logKey", agency.log_key)
                  .Raw("next", JsonArray(next))
                  .Done();
  view.ids = {agency.id};
  session.Show(view);
  for (const std::string& step : steps) {
    session.Note(absl::StrCat(Say(session.language(), Word::kNextSteps), ": ", step));
  }
  return Ending();
}

}  // namespace

void AddInit(Tree& tree) {
  const auto flags = std::make_shared<InitFlags>();
  CLI::App& command =
      tree.Command("init", [flags](Session& session) { return Init(session, *flags); });
  command.add_option("--agency", flags->agency.id, "Agency id, never changed")->required();
  command.add_option("--domain", flags->agency.domain, "Domain that names the logs")->required();
  command.add_option("--name", flags->agency.name, "Name for people");
  command.add_option("--country", flags->agency.country, "ISO 3166-1 alpha-2 (XX)");
  command.add_option("-d,--dir", flags->folder, "Folder to write, new or empty")->required();
}

}  // namespace liaison::cli
