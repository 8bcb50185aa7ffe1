#include "tests/bench/daemon_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

extern char** environ;

namespace liaison::bench {
namespace {

constexpr absl::Duration kMostStart = absl::Seconds(30);

absl::StatusOr<int> OpsPort(const std::string& folder) {
  std::ifstream file(folder + "/agency.textproto");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const size_t at = text.find("ops: \"127.0.0.1:");
  int port = 0;
  if (at != std::string::npos) port = std::atoi(text.c_str() + at + 16);
  if (port > 0) return port;
  return absl::NotFoundError(absl::StrCat("no ops address in ", folder, "/agency.textproto"));
}

// True when GET /readyz answers 200.
bool IsReady(int port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request =
      "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  std::array<char, 64> answer{};
  bool ready = false;
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      write(connection, request.data(), request.size()) > 0 &&
      read(connection, answer.data(), answer.size() - 1) > 0) {
    ready = std::string(answer.data()).find(" 200 ") != std::string::npos;
  }
  close(connection);
  return ready;
}

absl::StatusOr<pid_t> Spawn(const std::string& binary, const std::string& folder) {
  std::vector<std::string> words = {binary, "--config", folder + "/agency.textproto"};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, (folder + "/liaisond.log").c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = -1;
  const int code = posix_spawn(&pid, binary.c_str(), &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (code != 0) return absl::InternalError(absl::StrCat("cannot start ", binary));
  return pid;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DaemonProcess>> DaemonProcess::Start(const std::string& binary,
                                                                    const std::string& folder) {
  const absl::StatusOr<int> port = OpsPort(folder);
  if (!port.ok()) return port.status();
  const absl::Time begun = absl::Now();
  const absl::StatusOr<pid_t> pid = Spawn(binary, folder);
  if (!pid.ok()) return pid.status();
  std::unique_ptr<DaemonProcess> daemon(new DaemonProcess(*pid));
  while (!IsReady(*port)) {
    if (absl::Now() - begun > kMostStart || waitpid(*pid, nullptr, WNOHANG) != 0) {
      return absl::DeadlineExceededError(absl::StrCat("not ready, see ", folder, "/liaisond.log"));
    }
    poll(nullptr, 0, 1);
  }
  daemon->start_time_ = absl::Now() - begun;
  return daemon;
}

DaemonProcess::~DaemonProcess() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

double DaemonProcess::RssMib() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/status"));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;
}

double DaemonProcess::CpuSeconds() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/stat"));
  std::string text((std::istreambuf_iterator<char>(file)), {});
  // The name in brackets may hold spaces; user and system time are fields 14 and 15.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace liaison::bench
