#include "tests/payload/example_drafts.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace liaison::payload {
namespace {

constexpr char kFolder[] = "clients/examples/drafts";

}  // namespace

desk::v1::Draft ExampleDraft(const std::string& name) {
  std::ifstream file(absl::StrCat(kFolder, "/", name, ".json"), std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  const std::string json{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  desk::v1::Draft draft;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &draft);
  EXPECT_TRUE(parsed.ok()) << name << ": " << parsed.ToString();
  return draft;
}

std::vector<std::string> ExampleDraftNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Frame FrameOf(const desk::v1::Draft& draft) {
  Frame frame;
  frame.handling = draft.handling();
  frame.urgency = draft.urgency();
  for (const int purpose : draft.purposes()) {
    frame.purposes.push_back(static_cast<v1::Purpose::Code>(purpose));
  }
  frame.recipient_agency = "ho-example";
  frame.recipient_country = "GB";
  return frame;
}

std::vector<base::FieldFault> FaultsOf(const desk::v1::Draft& draft, Mode mode,
                                       const Limits& limits) {
  return Validate(draft.payload(), FrameOf(draft), mode, limits);
}

std::vector<std::string> Summary(const std::vector<base::FieldFault>& faults) {
  std::vector<std::string> lines;
  for (const base::FieldFault& fault : faults)
    lines.push_back(absl::StrCat(fault.field, ": ", fault.rule));
  return lines;
}

}  // namespace liaison::payload
