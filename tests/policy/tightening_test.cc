// Labels of what is passed on: each may be tightened, none loosened.
#include "daemon/policy/tightening.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace liaison::policy {
namespace {

using liaison::payload::v1::Handling;

Handling Labels(const std::string& text) {
  Handling handling;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &handling)) << text;
  return handling;
}

// From the loosest to the strictest; those in one string of several are equally strict.
const std::vector<std::vector<std::string>> kLadders = {
    {"tlp: CLEAR", "tlp: GREEN", "tlp: AMBER", "tlp: AMBER_STRICT", "tlp: RED"},
    {"code: P", "code: C"},
    {"", "action: A3", "action: A2", "action: A1"},
    {"", "sanitisation: S1", "sanitisation: S2"},
    {"onward: PUBLIC", "onward: WITHIN_COMMUNITY", "onward: WITH_PERMISSION", "onward: NONE"},
    {"judicial_use: PERMITTED", "judicial_use: WITH_PERMISSION", "judicial_use: NOT_PERMITTED"},
    {"pap: PAP_CLEAR", "pap: PAP_GREEN", "pap: PAP_AMBER", "pap: PAP_RED"},
    {"victim_contact_permitted: true", ""},
    {"notify: MAY", "notify: MUST_NOT"},
    {"", "review_on: '2027-01-31'", "review_on: '2026-12-01'"},
    {"", "delete_by: '2027-01-31'", "delete_by: '2026-12-01'"},
    {"", "europol: [H1]", "europol: [H1, H2]", "europol: [H2, H1, H3]"},
};

TEST(TighteningTest, EachLabelMayBeTightenedAndNotLoosened) {
  for (const auto& ladder : kLadders) {
    for (size_t ours = 0; ours < ladder.size(); ++ours) {
      for (size_t received = 0; received < ladder.size(); ++received) {
        EXPECT_EQ(FindLooser(Labels(ladder[ours]), Labels(ladder[received])).empty(),
                  ours >= received)
            << "'" << ladder[ours] << "' of '" << ladder[received] << "'";
      }
    }
  }
}

TEST(TighteningTest, WhatIsNotSetCountsAsTheSchemaSays) {
  const struct {
    const char* unset_as;
    const char* looser;
  } rows[] = {{"tlp: AMBER_STRICT", "tlp: AMBER"},
              {"onward: NONE", "onward: WITH_PERMISSION"},
              {"judicial_use: NOT_PERMITTED", "judicial_use: WITH_PERMISSION"},
              {"notify: MUST_NOT", "notify: MAY"},
              {"victim_contact_permitted: false", "victim_contact_permitted: true"}};
  for (const auto& row : rows) {
    EXPECT_EQ(FindLooser(Labels(""), Labels(row.unset_as)), "") << row.unset_as;
    EXPECT_EQ(FindLooser(Labels(row.unset_as), Labels("")), "") << row.unset_as;
    EXPECT_NE(FindLooser(Labels(row.looser), Labels("")), "") << row.looser;
  }
}

TEST(TighteningTest, AttributionThatMustOrMustNotBeStays) {
  for (const char* bound : {"attribution: MUST", "attribution: MUST_NOT"}) {
    EXPECT_EQ(FindLooser(Labels(bound), Labels(bound)), "");
    EXPECT_EQ(FindLooser(Labels(bound), Labels("attribution: MAY")), "");
    EXPECT_EQ(FindLooser(Labels(bound), Labels("")), "");
    EXPECT_NE(FindLooser(Labels("attribution: MAY"), Labels(bound)), "");
    EXPECT_NE(FindLooser(Labels(""), Labels(bound)), "");
  }
  EXPECT_NE(FindLooser(Labels("attribution: MUST"), Labels("attribution: MUST_NOT")), "");
  EXPECT_NE(FindLooser(Labels("attribution: MUST_NOT"), Labels("attribution: MUST")), "");
}

TEST(TighteningTest, EuropolH0RestrictsNothing) {
  EXPECT_EQ(FindLooser(Labels(""), Labels("europol: H0")), "");
  EXPECT_EQ(FindLooser(Labels("europol: H2"), Labels("europol: H0")), "");
}

TEST(TighteningTest, SaysWhatIsLooser) {
  EXPECT_EQ(FindLooser(Labels("tlp: GREEN"), Labels("tlp: RED")),
            "the TLP is looser than the original's");
}

}  // namespace
}  // namespace liaison::policy
