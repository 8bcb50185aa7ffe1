#include "daemon/payload/faults.h"

#include "absl/strings/str_cat.h"

namespace liaison::payload {

std::string FieldPath::Text() const {
  std::string text;
  if (above_ != nullptr) text = above_->Text();
  if (!text.empty()) text += '.';
  text += name_;
  if (position_ != kNone) absl::StrAppend(&text, "[", position_, "]");
  return text;
}

void Faults::Add(const FieldPath& at, std::string_view rule, std::string_view description) {
  if (++found_ > limit_) return;
  faults_.push_back({at.Text(), std::string(rule), std::string(description)});
}

std::vector<base::FieldFault> Faults::Take() && {
  if (found_ > limit_ && !faults_.empty()) {
    faults_.back() = {"", "MORE",
                      absl::StrCat(found_ - faults_.size() + 1,
                                   " more faults are not listed; correct these and check again")};
  }
  return std::move(faults_);
}

}  // namespace liaison::payload
