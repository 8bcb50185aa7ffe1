// A fake daemon, certificates, a client configuration, and a way to run the command line against
// them.
#ifndef LIAISON_TESTS_CLIENTS_DESK_FIXTURE_H_
#define LIAISON_TESTS_CLIENTS_DESK_FIXTURE_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/clients/fake_daemon.h"

namespace liaison::clients_test {

struct Ran {
  int exit_code = 0;
  std::string out;
  std::string err;
};

// Runs the command line in this process, on 1 June 2026 as far as it asks the clock. `input` is
// standard input; `environment` all of its environment.
Ran RunLiaison(const std::vector<std::string>& words, const std::string& input = "",
               const std::map<std::string, std::string>& environment = {});

// Writes a file and returns its path.
std::string WriteFile(const std::string& path, const std::string& text);

class DeskTest : public testing::Test {
 protected:
  static void SetUpTestSuite();

  // A folder for this test alone.
  std::string Folder() const;
  // A configuration whose only context calls `address` as bgc-example's officer.
  std::string Config(const std::string& address) const;
  // The words, then --config of the fake daemon.
  Ran Run(std::vector<std::string> words, const std::string& input = "") const;
  // A file with a draft to `to`.
  std::string Draft(const std::string& to = "ho-example") const;

  static std::string certs();
  FakeDaemon& daemon() { return *daemon_; }

 private:
  std::unique_ptr<FakeDaemon> daemon_ = std::make_unique<FakeDaemon>(certs());
};

}  // namespace liaison::clients_test

#endif  // LIAISON_TESTS_CLIENTS_DESK_FIXTURE_H_
