// Killed at any moment, the daemon loses nothing that it acknowledged and doubles nothing.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "daemon/journal/verify.h"
#include "tests/journal/journal_fixture.h"

namespace liaison::journal {
namespace {

constexpr int kKills = 15;
constexpr uint64_t kStride = 1'000'000;

class CrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Keep("exchange.key", *fixture_.exchange_key);
    Keep("desk.key", *fixture_.desk_key);
  }
  void Keep(const std::string& name, const crypto::PrivateKey& key) {
    const std::string path = fixture_.directory.path(name);
    std::ofstream(path) << key.Pem().bytes(crypto::OpenSecrets());
    ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  }
  // Runs the writer and kills it after `lines` acknowledgements; what it had acknowledged by then
  // and until its end.
  std::vector<uint64_t> RunAndKill(uint64_t first, size_t lines) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const std::string directory = fixture_.directory.path("");
    const std::string number = std::to_string(first);
    const pid_t child = fork();
    if (child == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      execl(CRASH_WRITER, CRASH_WRITER, directory.c_str(), number.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    std::vector<uint64_t> acknowledged = Read(ends[0], child, lines);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << WEXITSTATUS(status);
    return acknowledged;
  }
  std::vector<uint64_t> Read(int fd, pid_t child, size_t lines) {
    FILE* const pipe = fdopen(dup(fd), "r");
    std::vector<uint64_t> numbers;
    unsigned long number = 0;
    if (lines == 0) kill(child, SIGKILL);
    while (fscanf(pipe, "%lu", &number) == 1) {
      numbers.push_back(number);
      if (numbers.size() == lines) kill(child, SIGKILL);
    }
    fclose(pipe);
    return numbers;
  }

  JournalFixture fixture_;
};

TEST_F(CrashTest, KeepsEverythingAcknowledgedExactlyOnce) {
  const unsigned seed = std::random_device()();
  RecordProperty("seed", static_cast<int>(seed));
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::vector<uint64_t> acknowledged;
  for (int i = 0; i < kKills; ++i) {
    const auto more = RunAndKill(static_cast<uint64_t>(i) * kStride, 1 + random() % 200);
    acknowledged.insert(acknowledged.end(), more.begin(), more.end());
  }
  // The writer used the system's clock.
  fixture_.clock.Step(base::SystemClock().Now() - fixture_.clock.Now());
  ASSERT_EQ(fixture_.Open(), absl::OkStatus());
  for (uint64_t number : acknowledged) {
    const store::ExchangeName name = {store::kUs, store::IdOf(number)};
    ASSERT_TRUE(fixture_.store->Find(name).ok()) << number;
    ASSERT_EQ(fixture_.store->RecordsOf(name)->size(), 1u) << number;
  }
  const auto result = Verify(*fixture_.store, {.full = true,
                                               .logs = {},
                                               .guard_path = fixture_.options.guard_path,
                                               .keys = fixture_.LogKeys(),
                                               .check_body = {},
                                               .open = {},
                                               .mark = {},
                                               .progress = {}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->ok()) << result->DebugString();
  EXPECT_GE(result->rows_checked(), acknowledged.size());
  fixture_.Close();
}

}  // namespace
}  // namespace liaison::journal
