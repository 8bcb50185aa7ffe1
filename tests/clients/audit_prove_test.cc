// audit prove --key: which fault is the key's, and which the log's.
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "tests/clients/desk_fixture.h"
#include "tests/clients/fake_log.h"

namespace liaison::clients_test {
namespace {

using testing::HasSubstr;

class AuditProveTest : public DeskTest {
 protected:
  Ran Prove(const std::vector<std::string>& more, const std::string& id = kDelivered) const {
    std::vector<std::string> words = {"audit", "prove"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(id);
    return Run(words);
  }

  // That of the fake daemon's log, as it names it.
  std::string KeyOf(const std::string& log) const {
    google::protobuf::Struct answer;
    const std::string json = Prove({"--log", log, "-o", "jsonl"}).out;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &answer).ok()) << json;
    return answer.fields().at("verifierKey").string_value();
  }

  static void ExpectWrongKey(const Ran& ran) {
    EXPECT_EQ(ran.exit_code, 2) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("--key"));
    EXPECT_THAT(ran.err, HasSubstr("[USAGE]"));
  }
};

// A mistyped key raised the alarm that the log had been tampered with.
TEST_F(AuditProveTest, AKeyThatIsNoneOrOfAnotherLogIsNoAlarm) {
  const std::string key = KeyOf("exchange");
  ExpectWrongKey(Prove({"--key", ""}));
  ExpectWrongKey(Prove({"--key", "nonsense"}));
  ExpectWrongKey(Prove({"--key", key.substr(0, key.size() - 4)}));
  ExpectWrongKey(Prove({"--key", FakeLog("bgc.example/liaison-log/1/1").verifier_key()}));
  ExpectWrongKey(Prove({"--key", KeyOf("desk")}));
}

TEST_F(AuditProveTest, AReceiptThatDoesNotHoldUnderTheKeyOfItsLogIsAnAlarm) {
  const std::string key = KeyOf("exchange");
  EXPECT_EQ(Prove({"--key", key}).exit_code, 0);
  const Ran forged = Prove({"--key", key}, kForged);
  EXPECT_EQ(forged.exit_code, 6);
  EXPECT_THAT(forged.err, HasSubstr("VERIFICATION_FAILED"));
}

TEST_F(AuditProveTest, BothLogsTakeAKeyEach) {
  const std::string exchange = KeyOf("exchange");
  const std::string desk = KeyOf("desk");
  EXPECT_EQ(Prove({"--log", "both", "--key", desk, "--key", exchange}).exit_code, 0);
  const Ran one = Prove({"--log", "both", "--key", exchange});
  ExpectWrongKey(one);
  EXPECT_THAT(one.err, HasSubstr("liaison-desk-log")) << "the log whose key is missing";
}

}  // namespace
}  // namespace liaison::clients_test
