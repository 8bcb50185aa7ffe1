#include "daemon/outbox/held_view.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "daemon/crypto/digest.h"

namespace liaison::outbox {
namespace {

struct Seen {
  exchange::v1::Statement statement;
  std::vector<message::SealedField> fields;
  Derogations derogations;
};

Seen Small() {
  Seen seen;
  seen.statement.set_from("bgc-example");
  seen.fields = {{"a", "one", false}, {"b", "two", true}, {"c", "three", true}};
  seen.fields[2].changed = message::ChangedValue{exchange::v1::FieldRecord::MASKED, "***"};
  return seen;
}

std::string DigestOf(const Seen& seen) {
  return ViewDigest(seen.statement, seen.fields, seen.derogations).hex();
}

// The bytes of docs/formats.md, written by hand.
TEST(ViewDigestTest, IsOverTheseBytes) {
  using namespace std::string_literals;
  Seen seen = Small();
  const std::string statement = seen.statement.SerializeAsString();
  ASSERT_EQ(statement.size(), 13u);
  const std::string bytes = "liaison/view/v1\0"s + "\0\0\0\x0d"s + statement +       //
                            "\x01"s + "\0\0\0\x01"s + "a" + "\0\0\0\x03"s + "one" +  //
                            "\0"s + "\0\0\0\x01"s + "b" + "\0\0\0\0"s +              //
                            "\0"s + "\0\0\0\x01"s + "c" + "\0\0\0\0"s +              //
                            "\x03"s + "\0\0\0\x01"s + "c" + "\0\0\0\x03"s + "***";
  EXPECT_EQ(DigestOf(seen), crypto::Sha256(bytes).hex());

  desk::v1::Derogation& derogation = *seen.derogations.Add();
  derogation.set_rule("r-1");
  derogation.set_reason("why");
  const std::string aside = "\x7f"s + "\0\0\0\x03"s + "r-1" + "\0\0\0\x03"s + "why";
  EXPECT_EQ(DigestOf(seen), crypto::Sha256(bytes + aside).hex());
}

TEST(ViewDigestTest, IsAnotherWhenAnythingThatGoesIsAnother) {
  const std::function<void(Seen&)> changes[] = {
      [](Seen&) {},
      [](Seen& seen) { seen.statement.set_to("ho-example"); },
      [](Seen& seen) { seen.statement.mutable_handling()->set_delete_by("2027-01-01"); },
      [](Seen& seen) { seen.fields[0].value = "One"; },
      [](Seen& seen) { seen.fields[0].path = "aa"; },
      [](Seen& seen) { seen.fields[0].withhold = true; },
      [](Seen& seen) { seen.fields[1].withhold = false; },
      [](Seen& seen) { seen.fields[1].path = "bb"; },
      [](Seen& seen) { seen.fields[2].changed->value = "**"; },
      [](Seen& seen) { seen.fields[2].changed->kind = exchange::v1::FieldRecord::PSEUDONYM; },
      [](Seen& seen) { seen.fields.pop_back(); },
      [](Seen& seen) {
        seen.fields[0] = {"a\0\0\0\3on", "e", false};
      },
  };
  std::set<std::string> digests;
  size_t count = 0;
  for (const auto& change : changes) {
    Seen seen = Small();
    change(seen);
    digests.insert(DigestOf(seen));
    EXPECT_EQ(digests.size(), ++count);
  }
}

TEST(ViewDigestTest, SaysNothingOfWhatStaysHere) {
  Seen seen = Small();
  seen.fields[1].value = "another";
  seen.fields[2].value = "another";
  EXPECT_EQ(DigestOf(seen), DigestOf(Small()));
}

}  // namespace
}  // namespace liaison::outbox
