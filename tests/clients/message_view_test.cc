#include "clients/cli/message_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace liaison::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

TEST(MessageViewTest, ShowsEachHiddenFieldOnce) {
  desk::v1::ShownMessage message;
  message.mutable_payload()->mutable_notice()->set_title("[L8]");
  message.add_masked("notice.title");
  message.add_masked("notice.persons[0].birth.edtf");
  const std::vector<Row> rows = MessageRows(message, Language::kEnglish);
  const std::string hidden = "(hidden; show with --reveal --reason TEXT)";
  EXPECT_THAT(rows, Contains(ElementsAre("notice.title", "[L8] " + hidden)));
  EXPECT_THAT(rows, Contains(ElementsAre("notice.persons[0].birth.edtf", hidden)));
  EXPECT_THAT(rows, Contains(Contains("notice.title")).Times(1));
}

}  // namespace
}  // namespace liaison::cli
