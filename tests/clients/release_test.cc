// message release and reject: what is shown before a held message goes, and what is said of it.
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::clients_test {
namespace {

using testing::HasSubstr;

using ReleaseTest = DeskTest;

TEST_F(ReleaseTest, ShowsFirstWhatGoesBesideItsResult) {
  const Ran people = Run({"message", "release", kHeld});
  EXPECT_EQ(people.exit_code, 0) << people.err;
  EXPECT_THAT(people.out, HasSubstr("QUEUED"));
  EXPECT_THAT(people.err, HasSubstr("1 / 2: officer-1"));
  EXPECT_THAT(people.err, HasSubstr("d-18-places: a court asks for it"));
  EXPECT_THAT(people.err, HasSubstr("for your eyes")) << "a value that is hidden without a reason";
  EXPECT_THAT(people.err, HasSubstr(kHeldView));
  const Ran script = Run({"message", "release", kHeld, "--reason", "checked", "-o", "json"});
  EXPECT_EQ(script.exit_code, 0) << script.err;
  google::protobuf::Struct shown;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(script.err, &shown).ok()) << script.err;
  EXPECT_TRUE(shown.fields().contains("shown"));
  EXPECT_THAT(script.err, HasSubstr("for your eyes"));
  EXPECT_EQ(Run({"message", "release", kHeld, "--view", kHeldView}).err, "");
}

TEST_F(ReleaseTest, NothingGoesUnseen) {
  for (const char* format : {"csv", "id"}) {
    const Ran ran = Run({"message", "release", kHeld, "-o", format});
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_EQ(ran.out, "") << format;
    EXPECT_THAT(ran.err, HasSubstr("--view"));
  }
}

TEST_F(ReleaseTest, SaysThatMoreMustAgree) {
  const Ran ran = Run({"message", "release", kHeld, "--view", kHeldView, "--reason", "first"});
  EXPECT_EQ(ran.exit_code, 9);
  EXPECT_THAT(ran.out, HasSubstr("HELD"));
  EXPECT_THAT(ran.err, HasSubstr("another person must agree"));
}

TEST_F(ReleaseTest, AndRejectPrintTheWholeId) {
  const std::string start = std::string(kHeld).substr(0, 8);
  const std::string whole = absl::StrCat(kHeld, "\n");
  EXPECT_EQ(Run({"message", "release", start, "--view", kHeldView, "-o", "id"}).out, whole);
  EXPECT_EQ(Run({"message", "reject", start, "--reason", "not needed", "-o", "id"}).out, whole);
}

TEST_F(ReleaseTest, NamesTheRoleThatItNeedsAlsoToWhoMayNotLook) {
  const Ran ran = Run({"message", "release", kUnseen});
  EXPECT_THAT(ran.err, HasSubstr("this needs the role releaser [ROLE_MISSING]"));
}

}  // namespace
}  // namespace liaison::clients_test
