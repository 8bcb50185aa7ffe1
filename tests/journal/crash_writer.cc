// Commits until it is killed, and prints the number of each message after it was acknowledged.
// crash_writer DIRECTORY FIRST
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "daemon/base/clock.h"
#include "daemon/base/metrics.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/journal.h"
#include "daemon/store/store.h"
#include "tests/store/rows_fixture.h"

namespace liaison::journal {
namespace {

constexpr int kCallers = 4;

int Run(const std::string& directory, uint64_t first) {
  const auto store = store::OpenSqlite({.path = directory + "/liaison.db"});
  const auto exchange_key = crypto::PrivateKey::FromFile(directory + "/exchange.key");
  const auto desk_key = crypto::PrivateKey::FromFile(directory + "/desk.key");
  if (!store.ok() || !exchange_key.ok() || !desk_key.ok()) return 2;
  Options options;
  options.exchange_origin = "bgc.example/liaison-log/1/1";
  options.desk_origin = "bgc.example/liaison-desk/1/1";
  options.exchange_key = exchange_key->get();
  options.desk_key = desk_key->get();
  options.guard_path = directory + "/guard";
  base::SystemClock clock;
  base::Metrics metrics;
  const auto journal = Journal::Open(options, **store, clock, metrics);
  if (!journal.ok()) {
    fprintf(stderr, "%s\n", journal.status().ToString().c_str());
    return 3;
  }
  std::vector<std::thread> callers;
  for (uint64_t caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (uint64_t number = first + caller;; number += kCallers) {
        if (!(*journal)->Commit({store::Sent(number)}).ok()) _exit(4);
        const std::string line = std::to_string(number) + "\n";
        if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(5);
      }
    });
  }
  while (true) (*journal)->CommitOnce(absl::Seconds(1));
}

}  // namespace
}  // namespace liaison::journal

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  return liaison::journal::Run(argv[1], std::strtoull(argv[2], nullptr, 10));
}
