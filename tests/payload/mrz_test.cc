#include "daemon/payload/mrz.h"

#include "daemon/payload/validate.h"

namespace liaison::payload {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using Lines = std::vector<std::string>;

// Specimens of ICAO 9303, parts 4, 5, 6 and 7.
Lines Td3() {
  return {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
          "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};
}
Lines Td1() {
  return {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
          "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"};
}
Lines Td2() {
  return {"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"};
}

TEST(Mrz, FindsTheSpecimensSound) {
  EXPECT_EQ(ReadMrz(Td3()).format, "TD3");
  EXPECT_THAT(ReadMrz(Td3()).checks,
              ElementsAre(Pair("document_number", "ok"), Pair("birth", "ok"), Pair("expiry", "ok"),
                          Pair("optional", "ok"), Pair("composite", "ok")));
  EXPECT_EQ(ReadMrz(Td1()).format, "TD1");
  EXPECT_THAT(ReadMrz(Td1()).checks, ElementsAre(Pair("document_number", "ok"), Pair("birth", "ok"),
                                                 Pair("expiry", "ok"), Pair("composite", "ok")));
  EXPECT_EQ(ReadMrz(Td2()).format, "TD2");
  EXPECT_THAT(ReadMrz(Td2()).checks, ElementsAre(Pair("document_number", "ok"), Pair("birth", "ok"),
                                                 Pair("expiry", "ok"), Pair("composite", "ok")));
}

TEST(Mrz, FollowsALongDocumentNumberIntoTheOptionalData) {
  Lines lines = {"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
                 "STEVENSON<<PETER<JOHN<<<<<<<<<"};
  EXPECT_THAT(ReadMrz(lines).checks, ElementsAre(Pair("document_number", "ok"), Pair("birth", "ok"),
                                                 Pair("expiry", "ok"), Pair("composite", "ok")));
  lines[0][16] = '4';
  EXPECT_EQ(ReadMrz(lines).checks[0].second, "failed");
}

TEST(Mrz, KnowsThatVisasHaveNoCompositeDigit) {
  const Lines visa = {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                      "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"};
  EXPECT_THAT(ReadMrz(visa).checks,
              ElementsAre(Pair("document_number", "ok"), Pair("birth", "ok"), Pair("expiry", "ok"),
                          Pair("optional", "absent"), Pair("composite", "absent")));
}

// Which check sees a change of the character at `place` of the second line of the TD3 specimen.
TEST(Mrz, ReportsTheDigitThatFails) {
  const std::vector<std::pair<size_t, size_t>> kPlaceAndCheck = {
      {0, 0}, {9, 0}, {13, 1}, {19, 1}, {21, 2}, {27, 2}, {29, 3}, {42, 3}, {43, 4}};
  for (const auto& [place, check] : kPlaceAndCheck) {
    Lines lines = Td3();
    lines[1][place] = lines[1][place] == '5' ? '6' : '5';
    EXPECT_EQ(ReadMrz(lines).checks[check].second, "failed") << place;
  }
}

TEST(Mrz, TakesAFillerForADigitThatWasNotFilledIn) {
  Lines lines = Td3();
  lines[1].replace(28, 15, "<<<<<<<<<<<<<<<");
  EXPECT_THAT(ReadMrz(lines).checks[3], Pair("optional", "absent"));
  lines[1][42] = '0';
  EXPECT_THAT(ReadMrz(lines).checks[3], Pair("optional", "ok"));
  lines[1][19] = '<';  // the birth is there, its digit is not
  EXPECT_THAT(ReadMrz(lines).checks[1], Pair("birth", "failed"));
}

TEST(Mrz, SaysNothingOfLinesOfOtherSizes) {
  for (const Lines& lines :
       {Lines{}, Lines{""}, Lines{"P<UTO"}, Lines{Td3()[0]}, Lines{Td3()[0], Td3()[1], Td3()[1]},
        Lines{Td3()[0], Td2()[1]}, Lines{Td1()[0], Td1()[1]}}) {
    EXPECT_EQ(ReadMrz(lines).format, "");
    EXPECT_THAT(ReadMrz(lines).checks, IsEmpty());
  }
}

TEST(Mrz, FailsCharactersThatAreNotInTheAlphabet) {
  EXPECT_EQ(MrzCheckDigit("AB2134<<<"), 5);
  EXPECT_EQ(MrzCheckDigit("520727"), 3);
  EXPECT_EQ(MrzCheckDigit(""), 0);
  EXPECT_EQ(MrzCheckDigit("ab"), -1);
  Lines lines = Td3();
  lines[1][0] = 'l';
  EXPECT_THAT(ReadMrz(lines).checks[0], Pair("document_number", "failed"));
}

TEST(CheckMrz, ReportsEveryDocumentThatHasAZoneWithItsPath) {
  v1::Payload payload;
  v1::Person& person = *payload.mutable_notice()->add_persons();
  person.add_documents()->set_number("E1");
  for (const std::string& line : Td3()) person.add_documents()->add_mrz(line);
  v1::IdentityDocument& seen = *payload.mutable_notice()->add_objects()->mutable_document();
  for (const std::string& line : Td1()) seen.add_mrz(line);
  const std::vector<MrzReport> reports = CheckMrz(payload);
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_EQ(reports[0].path, "notice.persons[0].documents[1]");
  EXPECT_EQ(reports[0].format, "");
  EXPECT_EQ(reports[2].path, "notice.objects[0].document");
  EXPECT_EQ(reports[2].format, "TD1");
  EXPECT_EQ(reports[2].checks.size(), 4u);
}

}  // namespace
}  // namespace liaison::payload
