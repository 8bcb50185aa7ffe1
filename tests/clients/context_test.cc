#include "clients/cpp/context.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "daemon/base/error.h"
#include "tests/clients/desk_fixture.h"

namespace liaison::client {
namespace {

using clients_test::WriteFile;
using testing::HasSubstr;

constexpr char kTwo[] = R"(current_context: "b"
context { name: "a" agency: "a-example" desk: "a:1" certificate: "a.crt" key: "/k/a.key" ca: "../ca.crt" }
context { name: "b" agency: "b-example" desk: "b:1" certificate: "b.crt" key: "b.key" ca: "ca.crt" }
)";

class ContextTest : public testing::Test {
 protected:
  ContextTest() {
    folder_ = testing::TempDir() + "liaison-context-" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_ + "/liaison");
  }
  ~ContextTest() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<config::v1::Context> Find(const std::string& file = "",
                                           const std::string& context = "") {
    return FindContext({file, context, [this](std::string_view name) -> std::optional<std::string> {
                          const auto found = environment_.find(std::string(name));
                          if (found == environment_.end()) return std::nullopt;
                          return found->second;
                        }});
  }
  static void ExpectUsage(const absl::Status& status, const std::string& text) {
    EXPECT_EQ(base::GetReason(status), base::Reason::kUsage) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(text));
  }

  std::string folder_;
  std::map<std::string, std::string> environment_;
};

TEST_F(ContextTest, TheFlagWinsOverTheEnvironmentAndThatOverTheFile) {
  const std::string file = WriteFile(folder_ + "/two.textproto", kTwo);
  EXPECT_EQ(Find(file)->name(), "b");
  environment_["LIAISON_CONTEXT"] = "a";
  EXPECT_EQ(Find(file)->name(), "a");
  EXPECT_EQ(Find(file, "b")->name(), "b");
  environment_["LIAISON_DESK"] = "elsewhere:2";
  EXPECT_EQ(Find(file, "b")->desk(), "elsewhere:2");
}

TEST_F(ContextTest, ConfigFlagWinsOverVariableAndThatOverTheUsersFile) {
  environment_["XDG_CONFIG_HOME"] = folder_;
  WriteFile(folder_ + "/liaison/config.textproto", kTwo);
  EXPECT_EQ(Find()->desk(), "b:1");
  std::string other = kTwo;
  other.replace(other.find("b:1"), 3, "c:1");
  environment_["LIAISON_CONFIG"] = WriteFile(folder_ + "/other.textproto", other);
  EXPECT_EQ(Find()->desk(), "c:1");
  EXPECT_EQ(Find(folder_ + "/liaison/config.textproto")->desk(), "b:1");
}

TEST_F(ContextTest, PathsAreTakenFromTheFolderOfTheFile) {
  const auto context = Find(WriteFile(folder_ + "/two.textproto", kTwo), "a");
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_EQ(context->certificate(), folder_ + "/a.crt");
  EXPECT_EQ(context->key(), "/k/a.key");
  EXPECT_EQ(context->ca(),
            std::filesystem::path(folder_ + "/../ca.crt").lexically_normal().string());
}

TEST_F(ContextTest, TheEnvironmentAloneIsEnough) {
  for (const char* name : {"AGENCY", "DESK", "CERTIFICATE", "KEY", "CA"}) {
    environment_[std::string("LIAISON_") + name] = "value";
  }
  ASSERT_TRUE(Find().ok());
  environment_.erase("LIAISON_CA");
  ExpectUsage(Find().status(), "lacks ca");
}

TEST_F(ContextTest, WithoutConfigurationItNamesThePathsTriedAndTheCommandThatHelps) {
  environment_["HOME"] = "/home/nobody-example";
  const absl::Status status = Find().status();
  ExpectUsage(status, "/home/nobody-example/.config/liaison/config.textproto");
  EXPECT_THAT(std::string(status.message()), HasSubstr("--config"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("LIAISON_CONFIG"));
  EXPECT_THAT(base::GetError(status)->fix, HasSubstr("liaison --config FILE"));
  ExpectUsage(Find("/nowhere.textproto").status(), "/nowhere.textproto");
}

TEST_F(ContextTest, GuessesNoContextAndFillsNothingIn) {
  std::string text = kTwo;
  text.erase(0, text.find('\n') + 1);
  const std::string file = WriteFile(folder_ + "/two.textproto", text);
  ExpectUsage(Find(file).status(), "does not say which context");
  ExpectUsage(Find(file, "c").status(), "no context \"c\"");
  ExpectUsage(
      Find(WriteFile(folder_ + "/one.textproto", "context { name: \"a\" agency: \"a\" }")).status(),
      "lacks desk, certificate, key, ca");
}

TEST_F(ContextTest, RefusesUnknownFieldsWithLineAndColumn) {
  const absl::Status status =
      Find(WriteFile(folder_ + "/bad.textproto", "context {\n  nonsense: 1\n}")).status();
  const auto error = base::GetError(status);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(base::ReasonExitCode(error->reason), 2);
  ASSERT_FALSE(error->fields.empty());
  EXPECT_THAT(error->fields[0].field, HasSubstr("bad.textproto:2:"));
}

}  // namespace
}  // namespace liaison::client
