// The tokens of tests/vectors/change/tokens.txt, and what tells two of them apart.
#include "daemon/payload/tokens.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/escaping.h"

namespace liaison::payload {
namespace {

std::string Bytes(const std::string& hex) {
  return hex == "-" ? std::string() : absl::HexStringToBytes(hex);
}

void CheckPseudonym(std::istringstream& words) {
  std::string key, partner, conversation, path, text, token;
  words >> key >> partner >> conversation >> path >> text >> token;
  const Pseudonyms pseudonyms(crypto::Secret(Bytes(key)), partner,
                              *base::ExchangeId::FromRaw(Bytes(conversation)));
  EXPECT_EQ(pseudonyms.Of({path, Bytes(text)}), token);
  EXPECT_TRUE(IsPseudonym(token));
}

void CheckMatch(std::istringstream& words) {
  std::string key, path, text, form, token;
  words >> key >> path >> text >> form >> token;
  EXPECT_EQ(MatchForm(Bytes(text)), Bytes(form));
  EXPECT_EQ(MatchToken(crypto::Secret(Bytes(key)), {path, Bytes(text)}), token);
  EXPECT_TRUE(IsMatchToken(token));
}

TEST(Tokens, AreWhatTheVectorsSay) {
  std::ifstream file("tests/vectors/change/tokens.txt");
  size_t cases = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "pseudonym") CheckPseudonym(words);
    if (kind == "match") CheckMatch(words);
    if (!kind.empty() && kind != "#") ++cases;
  }
  EXPECT_GE(cases, 12u);
}

base::ExchangeId Conversation(char byte) {
  return *base::ExchangeId::FromRaw(std::string(base::ExchangeId::kSize, byte));
}

TEST(Pseudonyms, LinkAValueToItselfInOneConversationWithOnePartnerOnly) {
  const crypto::Secret key(std::string(32, 'k'));
  const crypto::Secret other_key(std::string(32, 'l'));
  const FieldText field = {"notice.persons.local_id", "p1"};
  const Pseudonyms here(key, "ho-example", Conversation('a'));
  EXPECT_EQ(here.Of(field), here.Of({"alert.subjects.local_id", "p1"}));
  const std::set<std::string> all = {
      here.Of(field),
      here.Of({"notice.persons.local_id", "p2"}),
      here.Of({"notice.persons.other_id", "p1"}),
      Pseudonyms(key, "io-example", Conversation('a')).Of(field),
      Pseudonyms(key, "ho-example", Conversation('b')).Of(field),
      Pseudonyms(other_key, "ho-example", Conversation('a')).Of(field)};
  EXPECT_EQ(all.size(), 6u);
}

// The parts are told apart, wherever the border between them is.
TEST(Pseudonyms, KeepFieldAndValueApart) {
  const Pseudonyms here(crypto::Secret(std::string(32, 'k')), "ho-example", Conversation('a'));
  EXPECT_NE(here.Of({"ab", "c"}), here.Of({"a", "bc"}));
}

TEST(MatchToken, DependsOnKeyFieldAndForm) {
  const crypto::Secret key(std::string(32, 'k'));
  const crypto::Secret other_key(std::string(32, 'l'));
  const std::set<std::string> all = {
      MatchToken(key, {"a.number", "B1"}), MatchToken(other_key, {"a.number", "B1"}),
      MatchToken(key, {"a.plate", "B1"}), MatchToken(key, {"a.number", "B2"})};
  EXPECT_EQ(all.size(), 4u);
  EXPECT_EQ(MatchToken(key, {"b.number", "b-1"}), *all.find(MatchToken(key, {"a.number", "B1"})));
}

TEST(MatchForm, IsEmptyForWhatIsNotUtf8) { EXPECT_EQ(MatchForm("B1\xff"), ""); }

TEST(MatchForm, IsItsOwnForm) {
  for (const char* text : {"Nguyễn Thị Ví Dụ", "b 1-2/3.", "ﬁ", "ᾳ\xcd\x85", "ǆ", "ŉ", "ß"}) {
    EXPECT_EQ(MatchForm(MatchForm(text)), MatchForm(text)) << text;
  }
}

TEST(Tokens, AreKnownByTheirShapeAlone) {
  const std::string letters(52, 'a');
  EXPECT_TRUE(IsPseudonym("pn-" + letters.substr(26)));
  EXPECT_TRUE(IsMatchToken("mt-" + letters));
  for (const std::string& text :
       {std::string(), std::string("pn-"), "pn-" + letters.substr(25), "pn-" + letters.substr(27),
        "mt-" + letters.substr(26), "PN-" + letters.substr(26), "pn-" + letters.substr(27) + "1",
        "pn-" + letters.substr(27) + "A"}) {
    EXPECT_FALSE(IsPseudonym(text)) << text;
  }
  EXPECT_FALSE(IsMatchToken("pn-" + letters));
  EXPECT_FALSE(IsMatchToken("mt-" + letters.substr(1)));
}

}  // namespace
}  // namespace liaison::payload
