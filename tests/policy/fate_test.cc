// The fates of one field and which is stricter: the laws of a meet, and what a fate means for a
// leaf.
#include "daemon/policy/fate.h"

#include <gtest/gtest.h>

#include <vector>

namespace liaison::policy {
namespace {

using v1::Generalise;

Fate To(Generalise::Level level) { return {Action::kGeneralise, level}; }
Fate Masked(uint32_t keep_last) {
  return {Action::kMask, Generalise::LEVEL_UNSPECIFIED, keep_last};
}
const Fate kKeep = {Action::kKeep};
const Fate kWithhold = {Action::kWithhold};
const Fate kOmit = {Action::kOmit};
const Fate kPseudonym = {Action::kPseudonymise};
const Fate kToken = {Action::kMatchToken};

std::vector<Fate> EveryFate() {
  std::vector<Fate> all = {kKeep, kPseudonym, kToken, kWithhold, kOmit};
  for (int level = Generalise::MONTH; level <= Generalise::COUNTRY; ++level) {
    all.push_back(To(static_cast<Generalise::Level>(level)));
  }
  for (uint32_t keep = 0; keep <= 4; ++keep) all.push_back(Masked(keep));
  return all;
}

const Form kEveryForm[] = {Form::kOther,         Form::kText,          Form::kDate,
                           Form::kDateText,      Form::kPlaceCountry,  Form::kPlaceProvince,
                           Form::kPlaceDistrict, Form::kPlaceLocality, Form::kPlaceExactText,
                           Form::kPlaceExact};

TEST(MeetTest, IsCommutative) {
  for (const Fate& a : EveryFate()) {
    for (const Fate& b : EveryFate()) {
      EXPECT_EQ(Meet(a, b), Meet(b, a)) << FateName(a) << " " << FateName(b);
    }
  }
}

TEST(MeetTest, IsAssociative) {
  for (const Fate& a : EveryFate()) {
    for (const Fate& b : EveryFate()) {
      for (const Fate& c : EveryFate()) {
        EXPECT_EQ(Meet(Meet(a, b), c), Meet(a, Meet(b, c)))
            << FateName(a) << " " << FateName(b) << " " << FateName(c);
      }
    }
  }
}

TEST(MeetTest, IsIdempotent) {
  for (const Fate& a : EveryFate()) EXPECT_EQ(Meet(a, a), a) << FateName(a);
}

TEST(MeetTest, IsAsStrictAsEach) {
  for (const Fate& a : EveryFate()) {
    for (const Fate& b : EveryFate()) {
      EXPECT_TRUE(IsWithin(Meet(a, b), a)) << FateName(a) << " " << FateName(b);
      EXPECT_TRUE(IsWithin(Meet(a, b), b)) << FateName(a) << " " << FateName(b);
    }
  }
}

TEST(MeetTest, IsTheGreatestThatIsAsStrictAsEach) {
  for (const Fate& a : EveryFate()) {
    for (const Fate& b : EveryFate()) {
      for (const Fate& c : EveryFate()) {
        if (!IsWithin(c, a) || !IsWithin(c, b)) continue;
        EXPECT_TRUE(IsWithin(c, Meet(a, b)))
            << FateName(c) << " below " << FateName(a) << " and " << FateName(b);
      }
    }
  }
}

TEST(MeetTest, KeepIsNeutralAndOmitAbsorbs) {
  for (const Fate& a : EveryFate()) {
    EXPECT_EQ(Meet(kKeep, a), a);
    EXPECT_EQ(Meet(kOmit, a), kOmit);
  }
}

TEST(MeetTest, GivesTheCoarserLevelOfOneKind) {
  EXPECT_EQ(Meet(To(Generalise::MONTH), To(Generalise::YEAR)), To(Generalise::YEAR));
  EXPECT_EQ(Meet(To(Generalise::AGE_BAND), To(Generalise::MONTH)), To(Generalise::AGE_BAND));
  EXPECT_EQ(Meet(To(Generalise::DISTRICT), To(Generalise::LOCALITY)), To(Generalise::DISTRICT));
  EXPECT_EQ(Meet(To(Generalise::PROVINCE), To(Generalise::COUNTRY)), To(Generalise::COUNTRY));
}

TEST(MeetTest, GivesTheShorterRestOfTwoMasks) { EXPECT_EQ(Meet(Masked(4), Masked(2)), Masked(2)); }

TEST(MeetTest, WithholdsWhatTwoDifferentChangesWant) {
  const std::vector<Fate> changes = {To(Generalise::YEAR), To(Generalise::PROVINCE), Masked(2),
                                     kPseudonym, kToken};
  for (const Fate& a : changes) {
    for (const Fate& b : changes) {
      if (a == b) continue;
      EXPECT_EQ(Meet(a, b), kWithhold) << FateName(a) << " " << FateName(b);
    }
    EXPECT_EQ(Meet(a, kWithhold), kWithhold);
  }
}

TEST(GoesTest, WhatIsKeptOrChangedGoes) {
  for (const Fate& fate : EveryFate()) {
    EXPECT_EQ(Goes(fate.action), fate != kWithhold && fate != kOmit) << FateName(fate);
  }
}

TEST(OnLeafTest, KeepWithholdAndOmitMeanTheSameForEveryLeaf) {
  for (const Form form : kEveryForm) {
    for (const Fate& fate : {kKeep, kWithhold, kOmit}) EXPECT_EQ(OnLeaf(fate, form), fate);
  }
}

TEST(OnLeafTest, ADateIsGeneralisedItsWordsWithheldTheRestKept) {
  for (const auto level : {Generalise::MONTH, Generalise::YEAR, Generalise::AGE_BAND}) {
    EXPECT_EQ(OnLeaf(To(level), Form::kDate), To(level));
    EXPECT_EQ(OnLeaf(To(level), Form::kDateText), kWithhold);
    EXPECT_EQ(OnLeaf(To(level), Form::kOther), kKeep);
    EXPECT_EQ(OnLeaf(To(level), Form::kText), kKeep);
  }
}

TEST(OnLeafTest, APlaceKeepsWhatIsNoFinerThanTheLevel) {
  const Generalise::Level levels[] = {Generalise::LOCALITY, Generalise::DISTRICT,
                                      Generalise::PROVINCE, Generalise::COUNTRY};
  const Form parts[] = {Form::kPlaceLocality, Form::kPlaceDistrict, Form::kPlaceProvince,
                        Form::kPlaceCountry};
  for (size_t level = 0; level < 4; ++level) {
    for (size_t part = 0; part < 4; ++part) {
      EXPECT_EQ(OnLeaf(To(levels[level]), parts[part]), part >= level ? kKeep : kWithhold)
          << level << " " << part;
    }
    EXPECT_EQ(OnLeaf(To(levels[level]), Form::kPlaceExact), kWithhold);
    EXPECT_EQ(OnLeaf(To(levels[level]), Form::kPlaceExactText), kWithhold);
    EXPECT_EQ(OnLeaf(To(levels[level]), Form::kOther), kKeep);
  }
}

TEST(OnLeafTest, ALevelOfTheOtherKindWithholds) {
  EXPECT_EQ(OnLeaf(To(Generalise::YEAR), Form::kPlaceCountry), kWithhold);
  EXPECT_EQ(OnLeaf(To(Generalise::COUNTRY), Form::kDate), kWithhold);
  EXPECT_EQ(OnLeaf(To(Generalise::LEVEL_UNSPECIFIED), Form::kDate), kWithhold);
}

TEST(OnLeafTest, AStringIsChangedAnythingElseWithheld) {
  for (const Fate& change : {Masked(2), kPseudonym, kToken}) {
    for (const Form form : kEveryForm) {
      const bool text = form != Form::kOther && form != Form::kPlaceExact;
      EXPECT_EQ(OnLeaf(change, form), text ? change : kWithhold) << FateName(change);
    }
  }
}

TEST(FateNameTest, SaysHowFar) {
  EXPECT_EQ(FateName(To(Generalise::YEAR)), "GENERALISE to YEAR");
  EXPECT_EQ(FateName(Masked(4)), "MASK, keep last 4");
  EXPECT_EQ(FateName(kWithhold), "WITHHOLD");
  EXPECT_EQ(FateName(kToken), "MATCH_TOKEN");
  EXPECT_EQ(FateName(Masked(0)), "MASK");
}

}  // namespace
}  // namespace liaison::policy
