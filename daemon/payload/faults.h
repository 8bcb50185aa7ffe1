// Where a field stands, and the faults found so far.
#ifndef LIAISON_DAEMON_PAYLOAD_FAULTS_H_
#define LIAISON_DAEMON_PAYLOAD_FAULTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/error.h"

namespace liaison::payload {

// A path that grows on the stack while a payload is walked; it becomes text only for a fault.
class FieldPath {
 public:
  FieldPath() = default;  // the payload itself
  // A field at the top: of the payload or of its frame.
  explicit FieldPath(std::string_view name, int position = kNone)
      : name_(name), position_(position) {}
  // REQUIRES: `above` and `name` live as long as this.
  FieldPath(const FieldPath& above, std::string_view name, int position = kNone)
      : above_(&above), name_(name), position_(position) {}
  FieldPath(FieldPath&& above, std::string_view name, int position = kNone) = delete;
  FieldPath(const FieldPath&) = delete;
  FieldPath& operator=(const FieldPath&) = delete;

  std::string Text() const;  // "notice.items[0].text"

 private:
  static constexpr int kNone = -1;  // not in a list

  const FieldPath* above_ = nullptr;
  std::string_view name_;
  int position_ = kNone;
};

// Collects faults; past its limit it only counts. Owned by one validation.
class Faults {
 public:
  explicit Faults(size_t limit) : limit_(limit) {}

  void Add(const FieldPath& at, std::string_view rule, std::string_view description);

  // The faults in the order in which they were found. With more than the limit, the last one says
  // how many are left out.
  std::vector<base::FieldFault> Take() &&;

 private:
  const size_t limit_;
  size_t found_ = 0;
  std::vector<base::FieldFault> faults_;
};

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_FAULTS_H_
