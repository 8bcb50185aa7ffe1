#include "tests/rpc/pki.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"

namespace liaison::rpc {
namespace {

constexpr char kNewKey[] = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";

void MustRun(const std::string& command) {
  const CommandResult result = RunCommand(command);
  base::Invariant(result.code == 0, result.output);
}

}  // namespace

CommandResult RunCommand(const std::string& command) {
  CommandResult result;
  FILE* const pipe = popen(absl::StrCat(command, " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  char buffer[4096];
  while (const size_t size = fread(buffer, 1, sizeof(buffer), pipe)) {
    result.output.append(buffer, size);
  }
  const int status = pclose(pipe);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

const Pki& Pki::Shared() {
  static const Pki pki;
  return pki;
}

Pki::Pki() {
  std::string folder = std::filesystem::temp_directory_path() / "liaison-rpc-XXXXXX";
  base::Invariant(mkdtemp(folder.data()) != nullptr, "a temporary folder can be made");
  folder_ = folder;
  MakeAuthority("ca");
  MakeAuthority("other-ca");
  MakeLeaf("north", "ca", AgencyUri("north"));
  MakeLeaf("north-again", "ca", AgencyUri("north"));
  MakeLeaf("south", "ca", AgencyUri("south"));
  MakeLeaf("stranger", "other-ca", AgencyUri("north"));
  MakeLeaf("nameless", "ca", "");
}

Pki::~Pki() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Pki::Path(std::string_view file) const {
  return absl::StrCat(folder_, "/", std::string(file));
}

TlsFiles Pki::Files(std::string_view holder) const {
  const std::string name(holder);
  return {.certificate = Path(name + ".crt"), .key = Path(name + ".key"), .ca = Path("ca.crt")};
}

std::string Pki::CertificateOf(std::string_view holder) const {
  std::ifstream file(Path(std::string(holder) + ".crt"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

base::Digest Pki::KeyOf(std::string_view holder) const {
  const absl::StatusOr<Caller> caller = CallerFromPem(CertificateOf(holder));
  base::Invariant(caller.ok(), "a certificate of the test can be read");
  return caller->spki;
}

void Pki::MakeAuthority(const std::string& name) {
  MustRun(absl::StrCat("openssl req -x509", kNewKey, " -subj /CN=", name, " -keyout ",
                       Path(name + ".key"), " -out ", Path(name + ".crt")));
}

void Pki::MakeLeaf(const std::string& name, const std::string& authority, const std::string& uri) {
  const std::string names = uri.empty() ? "" : absl::StrCat(" -addext subjectAltName=URI:", uri);
  MustRun(absl::StrCat("openssl req -x509", kNewKey, " -subj /CN=", name, " -CA ",
                       Path(authority + ".crt"), " -CAkey ", Path(authority + ".key"), names,
                       " -addext basicConstraints=critical,CA:FALSE -keyout ", Path(name + ".key"),
                       " -out ", Path(name + ".crt")));
  std::filesystem::permissions(Path(name + ".key"), std::filesystem::perms::owner_read |
                                                        std::filesystem::perms::owner_write);
}

}  // namespace liaison::rpc
