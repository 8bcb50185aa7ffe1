// Leaves that were opened, merged into the body that withheld them.
#include <gtest/gtest.h>

#include "tests/message/sealed_exchange.h"

namespace liaison::message {
namespace {

constexpr char kName[] = "notice.persons[1].names[0].full_original";

// The value of a leaf that `exchange` keeps back.
std::string KeptBack(const SealedExchange& exchange, const std::string& path) {
  for (const auto& record : exchange.sealed.kept_back) {
    if (record.path() == path) return record.value();
  }
  return "";
}

std::string Reason(const SealedExchange& exchange, const std::vector<OpenedLeaf>& opened) {
  return ReasonOf(MergeOpened(exchange.statement, exchange.envelope, opened));
}

TEST(MergeOpened, PutsTheValueInItsPlace) {
  SealedExchange exchange;
  const std::string value = KeptBack(exchange, kName);
  const auto merged =
      MergeOpened(exchange.statement, exchange.envelope, std::vector<OpenedLeaf>{{kName, value}});
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->payload.SerializeAsString(), exchange.payload.SerializeAsString());
}

TEST(MergeOpened, PutsItInPlaceOfAChangedValue) {
  SealedExchange exchange;
  exchange.withheld.clear();
  exchange.changed[kName] = {exchange::v1::FieldRecord::MASKED, "\x0a\x02**"};
  exchange.Seal();
  const std::string value = KeptBack(exchange, kName);
  const auto merged =
      MergeOpened(exchange.statement, exchange.envelope, std::vector<OpenedLeaf>{{kName, value}});
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->payload.SerializeAsString(), exchange.payload.SerializeAsString());
  EXPECT_TRUE(merged->changed.empty());
}

TEST(MergeOpened, LeavesOthersWithheld) {
  SealedExchange exchange;
  exchange.withheld = {"notice.persons[0].local_id", kName};
  exchange.Seal();
  const std::string value = KeptBack(exchange, kName);
  const auto merged =
      MergeOpened(exchange.statement, exchange.envelope, std::vector<OpenedLeaf>{{kName, value}});
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->payload.notice().persons_size(), 2);
  EXPECT_FALSE(merged->payload.notice().persons(0).has_local_id());
}

TEST(MergeOpened, RefusesWhatWasNotWithheld) {
  SealedExchange exchange;
  EXPECT_EQ(Reason(exchange, {{"notice.title", "\x0a\x01x"}}), "BODY_MISMATCH");
  EXPECT_EQ(Reason(exchange, {{"notice.nowhere", ""}}), "BODY_MISMATCH");
}

TEST(MergeOpened, RefusesAValueThatIsNotOfTheField) {
  SealedExchange exchange;
  EXPECT_EQ(Reason(exchange, {{kName, "\x12\x01x"}}), "BODY_MISMATCH") << "of another field";
  EXPECT_EQ(Reason(exchange, {{kName, "\xff\xff"}}), "BODY_MISMATCH") << "no field at all";
  EXPECT_EQ(Reason(exchange, {{kName, ""}}), "BODY_MISMATCH") << "nothing";
}

TEST(MergeOpened, RefusesAPartOfABond) {
  SealedExchange exchange;
  exchange.withheld = {"notice.title", "notice.title_lang"};
  exchange.Seal();
  const std::string title = KeptBack(exchange, "notice.title");
  const std::string lang = KeptBack(exchange, "notice.title_lang");
  EXPECT_EQ(Reason(exchange, {{"notice.title", title}}), "BODY_MISMATCH");
  EXPECT_EQ(Reason(exchange, {{"notice.title", title}, {"notice.title_lang", lang}}), "OK");
}

}  // namespace
}  // namespace liaison::message
