// Who counts as one person, and who as two.
#include "daemon/payload/subjects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/payload/records.h"
#include "tests/payload/example_drafts.h"

namespace liaison::payload {
namespace {

using ::testing::ElementsAre;

v1::Person Named(const std::string& name, const std::string& birth = "") {
  v1::Person person;
  if (!name.empty()) person.add_names()->set_full_original(name);
  if (!birth.empty()) person.mutable_birth()->set_edtf(birth);
  return person;
}

std::string Of(const v1::Person& person) {
  v1::Payload payload;
  *payload.mutable_notice()->add_persons() = person;
  const std::vector<std::string> subjects = SubjectsOf(payload);
  EXPECT_EQ(subjects.size(), 1u);
  return subjects.empty() ? "" : subjects[0];
}

TEST(Subjects, FindsEveryPersonOfAnyMessage) {
  v1::Payload notice;
  *notice.mutable_notice()->add_persons() = Named("A");
  *notice.mutable_notice()->add_persons() = Named("B");
  EXPECT_EQ(SubjectsOf(notice).size(), 2u);
  v1::Payload request;
  *request.mutable_victim_verification_request()->mutable_subject() = Named("A");
  request.mutable_victim_verification_request()
      ->mutable_claimed_by_subject()
      ->add_names()
      ->set_full_original("Another");
  EXPECT_THAT(SubjectsOf(request), ElementsAre(SubjectsOf(notice)[0]));
  v1::Payload nobody;
  nobody.mutable_alert_cancel()->set_reason(v1::CancelReason::RESOLVED);
  EXPECT_TRUE(SubjectsOf(nobody).empty());
}

TEST(Subjects, NameAndBirthTellPersonsApart) {
  EXPECT_NE(Of(Named("Ví Dụ Thị Mai", "1999-03-07")), Of(Named("Ví Dụ Thị Mai", "1999-03-08")));
  EXPECT_NE(Of(Named("Ví Dụ Thị Mai", "1999-03-07")), Of(Named("Ví Dụ Thị Mây", "1999-03-07")));
  EXPECT_NE(Of(Named("Ví Dụ Thị Mai")), Of(Named("Ví Dụ Thị Mai", "1999-03-07")));
}

TEST(Subjects, WritingItOtherwiseMakesNobodyElse) {
  const std::string mai = Of(Named("Ví Dụ Thị Mai", "1999-03"));
  EXPECT_EQ(Of(Named("VÍ DỤ Thị  Mai", "1999-03")), mai);
  EXPECT_EQ(Of(Named("Mai Thị Ví Dụ", "1999-03")), mai);
  // Decomposed: i and a combining acute accent, u and a combining dot below.
  EXPECT_EQ(Of(Named("Vi\xCC\x81 Du\xCC\xA3 Thi\xCC\xA3 Mai", "1999-03")), mai);
  EXPECT_EQ(Of(Named("Ví Dụ Thị Mai", "1999-03?")), mai);
  EXPECT_EQ(Of(Named("Ví Dụ Thị Mai", "1999~-03%")), mai);
}

TEST(Subjects, TheLegalNameCountsElseTheFirst) {
  v1::Person person = Named("Alias");
  EXPECT_EQ(Of(person), Of(Named("Alias")));
  v1::PersonName& legal = *person.add_names();
  legal.set_full_original("Ví Dụ");
  legal.set_use(v1::NameUse::LEGAL);
  EXPECT_EQ(Of(person), Of(Named("Ví Dụ")));
}

TEST(Subjects, WhoHasNoNameIsNobodyThatCouldBeTold) {
  EXPECT_EQ(Of(Named("", "1999")), "");
  EXPECT_EQ(Of(Named("   ", "1999")), "");
  EXPECT_EQ(Of(v1::Person()), "");
}

}  // namespace
}  // namespace liaison::payload
