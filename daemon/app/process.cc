#include "daemon/app/process.h"

#include <google/protobuf/stubs/logging.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "daemon/base/log.h"

namespace liaison::app {
namespace {

// Tells SignalThread that it is over.
constexpr int kEnd = SIGUSR1;

sigset_t Signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, kEnd}) sigaddset(&set, number);
  return set;
}

}  // namespace

void KeepMemoryTogether() {
  const unsigned arenas = 2 * std::max(2U, std::thread::hardware_concurrency());
  if (mallopt(M_ARENA_MAX, static_cast<int>(arenas)) == 0) {
    base::Log(base::LogLevel::kWarn, "the number of the allocator's arenas could not be set");
  }
}

void HardenProcess() {
  umask(0077);
  // The library writes to stderr what it thinks of a partner's bytes; ours say it with ids.
  google::protobuf::SetLogHandler(nullptr);
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    base::Log(base::LogLevel::kWarn, "core dumps could not be switched off");
  }
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
      base::Log(base::LogLevel::kWarn, "the limit of open files could not be raised");
    }
  }
}

void BlockSignals() {
  const sigset_t set = Signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

SignalThread::SignalThread(std::function<void()> stop, std::function<void()> reload) {
  thread_ = std::thread([stop = std::move(stop), reload = std::move(reload)] {
    const sigset_t set = Signals();
    while (true) {
      int number = 0;
      if (sigwait(&set, &number) != 0 || number == kEnd) return;
      if (number == SIGHUP) {
        reload();
      } else if (number != SIGPIPE) {
        stop();
      }
    }
  });
}

SignalThread::~SignalThread() {
  pthread_kill(thread_.native_handle(), kEnd);
  thread_.join();
}

}  // namespace liaison::app
