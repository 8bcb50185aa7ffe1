// A folder with a good configuration of "bgc-example" and everything it names; tests break one
// thing at a time.
#ifndef LIAISON_TESTS_PARTNERS_FOLDER_H_
#define LIAISON_TESTS_PARTNERS_FOLDER_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "daemon/partners/registry.h"

namespace liaison::partners {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  std::string config_path() const { return path_ + "/agency.textproto"; }
  const std::string& config() const { return config_; }

  void Write(std::string_view name, std::string_view bytes) const;
  void Remove(std::string_view name) const;
  // Replaces the first `from` in the configuration; fails the test when there is none.
  void Change(std::string_view from, std::string_view to);

  absl::StatusOr<std::shared_ptr<const Registry>> Load() const {
    return Registry::Load(config_path());
  }
  // "field RULE" of each fault; "good" alone when the configuration is taken.
  std::vector<std::string> Faults() const;

 private:
  std::string path_;
  std::string config_;
};

}  // namespace liaison::partners

#endif  // LIAISON_TESTS_PARTNERS_FOLDER_H_
