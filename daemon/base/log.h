// The operator's log: JSON lines on stderr. Ids, digests, reasons and counts only; never a payload,
// a name or a key.
#ifndef LIAISON_DAEMON_BASE_LOG_H_
#define LIAISON_DAEMON_BASE_LOG_H_

#include <initializer_list>
#include <string>
#include <string_view>

namespace liaison::base {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError };

// One named value of a log line.
struct LogField {
  std::string_view name;
  std::string value;
};

// Sets the lowest level that is written. Call once, early. False for an unknown name.
bool SetLogLevel(std::string_view name);

// `event` is a short constant ("delivered", "caller refused"). Thread-safe; never fails.
void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace liaison::base

#endif  // LIAISON_DAEMON_BASE_LOG_H_
