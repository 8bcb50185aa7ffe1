// What a daemon asks of the operating system for itself.
#ifndef LIAISON_DAEMON_APP_PROCESS_H_
#define LIAISON_DAEMON_APP_PROCESS_H_

#include <functional>
#include <thread>

#include "absl/status/status.h"

namespace liaison::app {

// No core dumps, not readable by other processes of the user, as many descriptors as the hard limit
// gives, files made for the owner alone. Once, before any thread.
void HardenProcess();

// Few arenas for the allocator: each keeps what many waiting workers once needed, so that with one
// for nearly every worker a daemon grows with the number of its threads. Once, before any thread.
void KeepMemoryTogether();

// Blocks SIGTERM, SIGINT, SIGHUP and SIGPIPE for every thread made from here on. Before any thread.
void BlockSignals();

// Takes the blocked signals on a thread of its own until destroyed.
class SignalThread {
 public:
  // `stop` for SIGTERM and SIGINT, `reload` for SIGHUP; called on the thread, one at a time.
  SignalThread(std::function<void()> stop, std::function<void()> reload);
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

 private:
  std::thread thread_;
};

}  // namespace liaison::app

#endif  // LIAISON_DAEMON_APP_PROCESS_H_
