#include "tests/clients/desk_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "clients/cli/cli.h"
#include "daemon/base/clock.h"

namespace liaison::clients_test {
namespace {

// Made once for the program, because fresh keys take a second; removed when it ends.
std::string* folder = nullptr;

void RemoveFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(*folder, ignored);
  delete folder;
}

}  // namespace

std::string WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Ran RunLiaison(const std::vector<std::string>& words, const std::string& input,
               const std::map<std::string, std::string>& environment) {
  std::string name = testing::TempDir() + "liaison-input-XXXXXX";
  const int descriptor = mkstemp(name.data());
  unlink(name.c_str());
  EXPECT_EQ(pwrite(descriptor, input.data(), input.size(), 0), static_cast<ssize_t>(input.size()));
  std::ostringstream out;
  std::ostringstream err;
  const base::FakeClock clock(absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone()));
  cli::Terminal terminal{descriptor, out, err,
                         [&environment](std::string_view variable) -> std::optional<std::string> {
                           const auto found = environment.find(std::string(variable));
                           if (found == environment.end()) return std::nullopt;
                           return found->second;
                         },
                         clock};
  Ran ran;
  ran.exit_code = cli::RunCommandLine(words, terminal);
  ran.out = out.str();
  ran.err = err.str();
  close(descriptor);
  return ran;
}

void DeskTest::SetUpTestSuite() {
  if (folder != nullptr) return;
  std::string name = testing::TempDir() + "liaison-clients-XXXXXX";
  ASSERT_NE(mkdtemp(name.data()), nullptr);
  folder = new std::string(name);
  ASSERT_EQ(std::atexit(RemoveFolder), 0);
  ASSERT_EQ(std::system(absl::StrCat("certs-example/make.sh ", name, "/certs >&2").c_str()), 0);
}

std::string DeskTest::certs() { return absl::StrCat(*folder, "/certs"); }

std::string DeskTest::Folder() const {
  const std::string path =
      absl::StrCat(*folder, "/", testing::UnitTest::GetInstance()->current_test_info()->name());
  std::filesystem::create_directories(path);
  return path;
}

std::string DeskTest::Config(const std::string& address) const {
  const std::string pki = certs() + "/bgc-example/pki/";
  return WriteFile(Folder() + "/client.textproto",
                   absl::StrCat("context { name: \"officer\" agency: \"bgc-example\" desk: \"",
                                address, "\" certificate: \"", pki, "officer.crt\" key: \"", pki,
                                "officer.key\" ca: \"", pki, "people-ca.crt\" }\n"));
}

Ran DeskTest::Run(std::vector<std::string> words, const std::string& input) const {
  words.push_back("--config");
  words.push_back(Config(daemon_->address()));
  return RunLiaison(words, input);
}

std::string DeskTest::Draft(const std::string& to) const {
  return WriteFile(absl::StrCat(Folder(), "/", to, ".json"),
                   absl::StrCat("{\"to\": [\"", to,
                                "\"], \"agreementId\": \"vn-gb-2026\", \"payload\": {\"notes\": "
                                "{\"instructions\": \"none\"}}}"));
}

}  // namespace liaison::clients_test
