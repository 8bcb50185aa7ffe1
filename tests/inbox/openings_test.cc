// What arrives as an opening: believed when it proves to be what was committed to, and shown in the
// place of what was withheld.
#include "daemon/inbox/openings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/base/error.h"
#include "daemon/crypto/secret.h"
#include "daemon/journal/bodies.h"
#include "daemon/journal/openings.h"
#include "liaison/policy/v1/facts.pb.h"
#include "tests/outbox/by_hand.h"

namespace liaison::inbox {
namespace {

using audit::v1::Outward;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TwoAgencies;

constexpr char kNumber[] = "victim_verification_request.documents_seen[0].number";
constexpr char kMrz[] = "victim_verification_request.documents_seen[0].mrz";
constexpr char kBirth[] = "victim_verification_request.subject.birth.edtf";
constexpr char kCalendar[] = "victim_verification_request.subject.birth.calendar";
constexpr char kLatin[] = "victim_verification_request.subject.names[0].latin_form";
constexpr char kLocalId[] = "victim_verification_request.subject.local_id";
constexpr char kCode[] = "victim_verification_request.indicators[0].code";
constexpr char kKept[] = "keep: \"victim_verification_request.documents_seen\"";

using Change = std::function<void(payload::v1::Payload&, exchange::v1::Statement&)>;

class OpeningsTest : public ::testing::Test {
 protected:
  OpeningsTest() {
    agencies_.LetValuesChange();
    // Everything that the request shows changed may be opened.
    agencies_.bgc->Change("policy.textproto", kKept,
                          std::string(kKept) + " keep: \"victim_verification_request.subject\"");
    Send(TwoAgencies::ChangedDraft());
  }

  void Send(const desk::v1::Draft& draft) {
    const auto sent = agencies_.Send(draft);
    ASSERT_TRUE(sent.ok()) << sent.status();
    agencies_.DeliverAll();
    id_ = sent->id();
    ASSERT_EQ(agencies_.ho->StateOf("bgc-example", id_), desk::v1::NEW);
    original_ = agencies_.link->requests.back().envelopes(0);
  }

  // Salt and value of what bgc-example withheld.
  exchange::v1::FieldRecord KeptBack(const std::string& path) {
    const store::ExchangeName name{"bgc-example", *base::ParseExchangeId(id_)};
    const auto stored = agencies_.bgc->store->Body(name);
    const auto body = journal::OpenBody(name, *stored, *agencies_.bgc->at_rest);
    EXPECT_TRUE(body.ok()) << body.status();
    for (const auto& record : body->draft->kept_back()) {
      if (record.path() == path) return record;
    }
    ADD_FAILURE() << path;
    return {};
  }

  payload::v1::Payload OpeningOf(const std::vector<std::string>& paths) {
    payload::v1::Payload payload;
    for (const std::string& path : paths) {
      const exchange::v1::FieldRecord record = KeptBack(path);
      payload::v1::OpenedField& field = *payload.mutable_field_opening()->add_fields();
      field.set_path(path);
      field.set_salt(record.salt());
      field.set_value(record.value());
    }
    return payload;
  }

  // The answer to an opening of `paths` after a change to it.
  Outward::Code CodeOf(
      const std::vector<std::string>& paths, const Change& change = [](auto&, auto&) {}) {
    payload::v1::Payload payload = OpeningOf(paths);
    exchange::v1::Statement statement = testing::ReplyTo(original_, payload::v1::FIELD_OPENING);
    change(payload, statement);
    return testing::DeliverByHand(agencies_, statement, payload);
  }

  // The last denial of ho-example's: "REASON RULE path".
  std::string LastDenial() {
    store::RecordFilter filter;
    filter.events = {audit::v1::DENIED_IN};
    filter.limit = 100;
    const auto page = agencies_.ho->store->Records(filter);
    EXPECT_TRUE(page.ok() && !page->first.empty());
    if (!page.ok() || page->first.empty()) return "";
    const auto openings = journal::Open(page->first.back(), *agencies_.ho->at_rest);
    EXPECT_TRUE(openings.ok()) << openings.status();
    const audit::v1::DecisionOpening& decision = openings->decision;
    const std::string rule = decision.fields_size() == 0 ? "" : decision.fields(0).rule();
    const std::string path = decision.fields_size() == 0 ? "" : decision.fields(0).path();
    return decision.reason() + " " + rule + " " + path;
  }

  desk::v1::ShownMessage Shown(const std::string& id, const std::string& reason = "EXAMPLE-1") {
    desk::v1::GetRequest request;
    request.set_id(id);
    request.set_reveal(!reason.empty());
    request.set_reason(reason);
    const auto shown = agencies_.ho->mailbox->Show(agencies_.Viewer(), request);
    EXPECT_TRUE(shown.ok()) << shown.status();
    return shown.value_or(desk::v1::ShownMessage());
  }

  TwoAgencies agencies_;
  std::string id_;
  exchange::v1::Envelope original_;
};

TEST_F(OpeningsTest, AreBelievedWhenTheyProveWhatWasCommittedTo) {
  EXPECT_EQ(CodeOf({kBirth, kLatin, kLocalId, kNumber}), Outward::ACCEPTED);
  EXPECT_EQ(agencies_.ho->Faults(), "");
}

// --- What is not

TEST_F(OpeningsTest, AreRefusedWithAnotherSalt) {
  EXPECT_EQ(CodeOf({kNumber},
                   [](auto& payload, auto&) {
                     payload.mutable_field_opening()->mutable_fields(0)->mutable_salt()->back() ^=
                         1;
                   }),
            Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH COMMITMENT ") + kNumber);
}

TEST_F(OpeningsTest, AreRefusedWithAnotherValue) {
  EXPECT_EQ(CodeOf({kNumber},
                   [](auto& payload, auto&) {
                     payload.mutable_field_opening()->mutable_fields(0)->mutable_value()->back() ^=
                         1;
                   }),
            Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH COMMITMENT ") + kNumber);
}

TEST_F(OpeningsTest, AreRefusedUnderAnotherPath) {
  EXPECT_EQ(CodeOf({kNumber},
                   [](auto& payload, auto&) {
                     payload.mutable_field_opening()->mutable_fields(0)->set_path(kMrz);
                   }),
            Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH COMMITMENT ") + kMrz);
}

TEST_F(OpeningsTest, AreRefusedForAFieldThatWasSentOrIsNotThere) {
  for (const char* path : {"victim_verification_request.subject.gender", "notice.title"}) {
    EXPECT_EQ(CodeOf({kNumber},
                     [&](auto& payload, auto&) {
                       payload.mutable_field_opening()->mutable_fields(0)->set_path(path);
                     }),
              Outward::REFUSED);
    EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH NOT_WITHHELD ") + path);
  }
}

// Salt and value are committed to one behind the other: where one ends may not be moved.
TEST_F(OpeningsTest, AreRefusedWithAPartOfTheSaltAsValue) {
  EXPECT_EQ(CodeOf({kNumber},
                   [](auto& payload, auto&) {
                     auto& field = *payload.mutable_field_opening()->mutable_fields(0);
                     field.mutable_value()->insert(0, 1, field.salt().back());
                     field.mutable_salt()->pop_back();
                   }),
            Outward::REFUSED);
  EXPECT_EQ(LastDenial(), "VALIDATION_FAILED SALT field_opening.fields[0].salt");
}

// The commitment is to this exchange: what opens one message opens no other.
TEST_F(OpeningsTest, AreRefusedForAnotherMessage) {
  const payload::v1::Payload payload = OpeningOf({kNumber});
  Send(TwoAgencies::ChangedDraft());
  EXPECT_EQ(CodeOf({kNumber}, [&](auto& changed, auto&) { changed = payload; }), Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH COMMITMENT ") + kNumber);
}

TEST_F(OpeningsTest, AreRefusedInReplyToWhatThePartnerDidNotSendUs) {
  const std::vector<Change> changes = {
      [](auto&, auto& statement) { statement.clear_in_reply_to(); },
      [](auto&, auto& statement) {
        statement.mutable_in_reply_to()->mutable_exchange_id()->front() ^= 1;
      },
      [](auto&, auto& statement) { statement.mutable_in_reply_to()->set_from("ho-example"); },
      [](auto&, auto& statement) {
        statement.mutable_in_reply_to()->mutable_statement_digest()->front() ^= 1;
      },
      [](auto&, auto& statement) { statement.mutable_conversation()->front() ^= 1; }};
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(CodeOf({kNumber}, changes[i]), Outward::REFUSED) << i;
    EXPECT_EQ(LastDenial(), "BODY_MISMATCH UNKNOWN_MESSAGE in_reply_to") << i;
  }
}

TEST_F(OpeningsTest, OfAMessageThatWasDeniedAreRefused) {
  const std::string partner = "partner: \"bgc-example\"";
  agencies_.ho->Change("policy.textproto", partner, "suspended: true " + partner);
  const auto sent = agencies_.Send(TwoAgencies::ChangedDraft());
  ASSERT_TRUE(sent.ok()) << sent.status();
  agencies_.DeliverAll();
  ASSERT_EQ(agencies_.ho->StateOf("bgc-example", sent->id()), desk::v1::DENIED);
  agencies_.ho->Change("policy.textproto", "suspended: true " + partner, partner);
  id_ = sent->id();
  original_ = agencies_.link->requests.back().envelopes(0);
  EXPECT_EQ(CodeOf({kNumber}), Outward::REFUSED);
  EXPECT_EQ(LastDenial(), "BODY_MISMATCH UNKNOWN_MESSAGE in_reply_to");
}

TEST_F(OpeningsTest, OfAPartOfABondAreRefused) {
  EXPECT_EQ(CodeOf({kCode}), Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH NOT_OF_FIELD ") + kCode);
}

TEST_F(OpeningsTest, OfNothingAreRefused) {
  EXPECT_EQ(CodeOf({kNumber},
                   [](auto& payload, auto&) {
                     payload.clear_field_opening();
                     payload.mutable_notes()->set_instructions_lang("en");
                   }),
            Outward::REFUSED);
}

TEST_F(OpeningsTest, WithoutTheirValueAreRefused) {
  EXPECT_EQ(CodeOf({kNumber},
                   [](auto& payload, auto&) {
                     payload.mutable_field_opening()->mutable_fields(0)->clear_value();
                   }),
            Outward::REFUSED);
  EXPECT_THAT(LastDenial(), HasSubstr("VALIDATION_FAILED REQUIRED"));
}

// That is no fault of the partner's.
TEST_F(OpeningsTest, AreToBeSentAgainWhileWhatTheyOpenCannotBeRead) {
  agencies_.ho->EditRows("UPDATE body SET first = x'00'");
  const uint64_t before = agencies_.ho->journal->Head(audit::v1::EXCHANGE).size;
  EXPECT_EQ(CodeOf({kNumber}), Outward::TRY_AGAIN);
  EXPECT_EQ(agencies_.ho->journal->Head(audit::v1::EXCHANGE).size, before);
}

TEST_F(OpeningsTest, MaySayTheSameAgain) {
  EXPECT_EQ(CodeOf({kNumber}), Outward::ACCEPTED);
  EXPECT_EQ(CodeOf({kMrz, kNumber}), Outward::ACCEPTED);
  EXPECT_EQ(Shown(id_).opened_size(), 2);
}

TEST_F(OpeningsTest, AreCountedWhenTheyProveNothingWithoutAnyValue) {
  CodeOf({kNumber}, [](auto& payload, auto&) {
    payload.mutable_field_opening()->mutable_fields(0)->mutable_salt()->back() ^= 1;
  });
  const std::string metrics = agencies_.ho->metrics.Text();
  EXPECT_THAT(metrics, HasSubstr("liaison_openings_refused_total"));
  EXPECT_THAT(metrics, HasSubstr("COMMITMENT"));
  EXPECT_THAT(metrics, Not(HasSubstr("CANARY")));
}

// --- What was shown in their place

// A request of which bgc-example showed `text` in place of the value at `path`, and committed to
// the value as it is.
class UntrueTest : public OpeningsTest {
 protected:
  using Fields = std::map<std::string, message::SealedField>;

  message::Sealed Showing(
      const std::string& path, const std::string& text,
      const std::function<void(Fields&)>& change = [](Fields&) {}) {
    const auto stored = agencies_.bgc->store->Body({"bgc-example", *base::ParseExchangeId(id_)});
    exchange::v1::Envelope envelope = original_;
    std::vector<message::SealedField> fields;
    const store::ExchangeName name{"bgc-example", *base::ParseExchangeId(id_)};
    const auto body = journal::OpenBody(name, *stored, *agencies_.bgc->at_rest);
    EXPECT_TRUE(body.ok()) << body.status();
    Fields by_path;
    for (const auto& record : body->draft->kept_back()) {
      by_path[record.path()] = {record.path(), record.value(), true};
    }
    for (const auto& record : envelope.records()) {
      if (record.kind() == exchange::v1::FieldRecord::ORIGINAL) {
        by_path[record.path()] = {record.path(), record.value(), false};
        continue;
      }
      const std::string value =
          record.path() == path ? payload::WithText(record.value(), text) : record.value();
      by_path[record.path()].changed = message::ChangedValue{record.kind(), value};
    }
    change(by_path);
    for (auto& [key, field] : by_path) fields.push_back(field);
    exchange::v1::Statement statement;
    EXPECT_TRUE(statement.ParseFromString(envelope.statement()));
    statement.set_exchange_id(crypto::RandomBytes(base::ExchangeId::kSize));
    message::Sealed sealed = message::Seal(statement, fields, *agencies_.bgc->message_key);
    EXPECT_EQ(testing::DeliverSealed(agencies_, sealed), Outward::ACCEPTED);
    return sealed;
  }

  Outward::Code CodeOfOpening(const message::Sealed& sealed, const std::string& path) {
    payload::v1::Payload payload;
    for (const auto& record : sealed.kept_back) {
      if (record.path() != path) continue;
      payload::v1::OpenedField& field = *payload.mutable_field_opening()->add_fields();
      field.set_path(path);
      field.set_salt(record.salt());
      field.set_value(record.value());
    }
    return testing::DeliverByHand(
        agencies_, testing::ReplyTo(sealed.envelope, payload::v1::FIELD_OPENING), payload);
  }

  Outward::Code CodeAfterShowing(const std::string& path, const std::string& text) {
    return CodeOfOpening(Showing(path, text), path);
  }

  // A birth of which the year is shown and the calendar is not.
  message::Sealed WithoutCalendar(const std::string& birth) {
    return Showing(kBirth, birth.substr(0, 4), [&birth](Fields& fields) {
      fields[kBirth].value = payload::WithText(fields[kBirth].value, birth);
      payload::v1::PartialDate date;
      date.set_calendar(payload::v1::Calendar::BUDDHIST);
      fields[kCalendar] = {kCalendar, date.SerializeAsString(), true};
    });
  }
};

TEST_F(UntrueTest, AYearThatIsNotTheBirthsIsFoundOut) {
  EXPECT_EQ(CodeAfterShowing(kBirth, "1999"), Outward::ACCEPTED);
  EXPECT_EQ(CodeAfterShowing(kBirth, "2001"), Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH NOT_TRUE ") + kBirth);
}

// 2000 has a leap day as we count the years, 2543 as Buddhists do, 2001 for nobody.
TEST_F(UntrueTest, AYearIsReadInEitherCalendarWhereItsOwnIsWithheld) {
  EXPECT_EQ(CodeOfOpening(WithoutCalendar("2000-02-29"), kBirth), Outward::ACCEPTED);
  EXPECT_EQ(CodeOfOpening(WithoutCalendar("2543-02-29"), kBirth), Outward::ACCEPTED);
  EXPECT_EQ(CodeOfOpening(WithoutCalendar("2001-02-29"), kBirth), Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH NOT_TRUE ") + kBirth);
}

TEST_F(UntrueTest, AYearIsReadInTheCalendarThatWasOpenedBefore) {
  const message::Sealed sealed = WithoutCalendar("2000-02-29");
  EXPECT_EQ(CodeOfOpening(sealed, kCalendar), Outward::ACCEPTED);
  EXPECT_EQ(CodeOfOpening(sealed, kBirth), Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH NOT_TRUE ") + kBirth);
}

TEST_F(UntrueTest, AMaskOfAnotherTextIsFoundOut) {
  EXPECT_EQ(CodeAfterShowing(kLatin, "*********20"), Outward::ACCEPTED);
  EXPECT_EQ(CodeAfterShowing(kLatin, "*********21"), Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH NOT_TRUE ") + kLatin);
}

TEST_F(UntrueTest, AMatchTokenOfAnotherTextIsFoundOut) {
  EXPECT_EQ(CodeAfterShowing(kNumber, "mt-" + std::string(52, 'a')), Outward::REFUSED);
  EXPECT_EQ(LastDenial(), std::string("BODY_MISMATCH NOT_TRUE ") + kNumber);
}

TEST_F(UntrueTest, AMatchTokenIsNotCheckedWithoutTheKeyThatMadeIt) {
  agencies_.ho->Change("agency.textproto", "match_key_file: \"keys/match-bgc-example.key\"", "");
  EXPECT_EQ(CodeAfterShowing(kNumber, "mt-" + std::string(52, 'a')), Outward::ACCEPTED);
}

TEST_F(UntrueTest, APseudonymSaysNothingThatCouldBeUntrue) {
  EXPECT_EQ(CodeAfterShowing(kLocalId, "pn-" + std::string(26, 'a')), Outward::ACCEPTED);
}

// --- Policy

// ho-example's permit for openings, with a field that it does not let in.
void LetStayOut(testing::Agency& agency, const std::string& path) {
  const std::string purposes =
      "RESPONSE, FIELD_OPENING]\n    purposes: [VICTIM_IDENTIFICATION,\n"
      "               VICTIM_RESCUE,\n               VICTIM_PROTECTION_SUPPORT,\n"
      "               VICTIM_RETURN_REINTEGRATION,\n               THREAT_TO_LIFE]\n"
      "    max_tlp: RED\n    fields {";
  agency.Change("policy.textproto", purposes, purposes + "\n      withhold: \"" + path + "\"");
}

TEST_F(OpeningsTest, PolicySeesTheOpenedFieldsUnderTheirOwnPaths) {
  LetStayOut(*agencies_.ho, "victim_verification_request.documents_seen.mrz");
  EXPECT_EQ(CodeOf({kNumber}), Outward::ACCEPTED);
  EXPECT_EQ(CodeOf({kMrz}), Outward::REFUSED);
  EXPECT_THAT(LastDenial(), HasSubstr("POLICY_DENIED bgc-verification-in "));
}

// They alone do not hold what they were decided on.
TEST_F(OpeningsTest, AreOnRecordWithWhatTheyWereDecidedOn) {
  ASSERT_EQ(CodeOf({kNumber}), Outward::ACCEPTED);
  const uint64_t size = agencies_.ho->journal->Head(audit::v1::EXCHANGE).size;
  const auto record = agencies_.ho->store->Record(audit::v1::EXCHANGE, size - 1);
  const auto openings = journal::Open(*record, *agencies_.ho->at_rest);
  ASSERT_TRUE(openings.ok()) << openings.status();
  policy::v1::DecidedOn decided_on;
  ASSERT_TRUE(decided_on.ParseFromString(openings->decision.decided_on()));
  ASSERT_EQ(decided_on.fields_size(), 1);
  EXPECT_EQ(decided_on.fields(0).schema_path(),
            "victim_verification_request.documents_seen.number");
}

TEST_F(OpeningsTest, PolicySeesWhatStandsBesideThemToo) {
  const Change with_notes = [](payload::v1::Payload& payload, exchange::v1::Statement&) {
    payload.mutable_notes()->set_instructions_lang("en");
  };
  EXPECT_EQ(CodeOf({kNumber}, with_notes), Outward::ACCEPTED);
  LetStayOut(*agencies_.ho, "notes.instructions_lang");
  EXPECT_EQ(CodeOf({kMrz}), Outward::ACCEPTED);
  EXPECT_EQ(CodeOf({kMrz}, with_notes), Outward::REFUSED);
}

// --- Shown

TEST_F(OpeningsTest, StandInThePlaceOfWhatWasWithheld) {
  const std::string before =
      agencies_.ho->store->Body({"bgc-example", *base::ParseExchangeId(id_)})->body->first;
  ASSERT_EQ(CodeOf({kBirth, kNumber}), Outward::ACCEPTED);
  const desk::v1::ShownMessage shown = Shown(id_);
  const auto& request = shown.payload().victim_verification_request();
  EXPECT_EQ(request.subject().birth().edtf(), "1999-03-07");
  EXPECT_EQ(request.documents_seen(0).number(), "CANARY7321");
  std::vector<std::string> opened;
  for (const auto& field : shown.opened()) {
    opened.push_back(field.path());
    EXPECT_THAT(field.id(), ::testing::StartsWith("bgc-example/"));
    EXPECT_EQ(Shown(field.id()).statement().type(), payload::v1::FIELD_OPENING);
  }
  EXPECT_THAT(opened, ElementsAre(kNumber, kBirth));
  for (const auto& field : shown.withheld()) EXPECT_THAT(opened, Not(Contains(field.path())));
  for (const auto& field : shown.changed()) EXPECT_THAT(opened, Not(Contains(field.path())));
  EXPECT_EQ(shown.changed_size(), 2);
  EXPECT_EQ(agencies_.ho->store->Body({"bgc-example", *base::ParseExchangeId(id_)})->body->first,
            before)
      << "the message itself stays as it came";
}

// What its sender has not sent, and what its receiver did not take, says nothing to either.
TEST_F(OpeningsTest, AreShownWhenTheyCameOrArrived) {
  ASSERT_EQ(CodeOf({kNumber}), Outward::ACCEPTED);
  const std::string type = std::to_string(payload::v1::FIELD_OPENING);
  for (int state = desk::v1::HELD; state <= desk::v1::READ; ++state) {
    agencies_.ho->EditRows("UPDATE exchange SET state = " + std::to_string(state) +
                           " WHERE type = " + type);
    const bool shown = state == desk::v1::NEW || state == desk::v1::READ ||
                       state == desk::v1::DELIVERED || state == desk::v1::ANSWERED;
    EXPECT_EQ(Shown(id_).opened_size(), shown ? 1 : 0) << desk::v1::State_Name(state);
  }
}

TEST_F(OpeningsTest, AreHiddenByTheirOwnClass) {
  ASSERT_EQ(CodeOf({kBirth, kNumber}), Outward::ACCEPTED);
  const desk::v1::ShownMessage shown = Shown(id_, "");
  EXPECT_EQ(shown.payload().victim_verification_request().documents_seen(0).number(), "[L3]");
  EXPECT_EQ(shown.payload().victim_verification_request().subject().birth().edtf(), "1999-03-07")
      << "of class L2";
}

// With its salt a short value can be found by trying.
TEST_F(OpeningsTest, HideSaltAndValueInTheMessageThatBroughtThem) {
  ASSERT_EQ(CodeOf({kNumber}), Outward::ACCEPTED);
  const std::string opening = Shown(id_).opened(0).id();
  const desk::v1::ShownMessage hidden = Shown(opening, "");
  const payload::v1::OpenedField& field = hidden.payload().field_opening().fields(0);
  EXPECT_EQ(field.path(), kNumber);
  EXPECT_FALSE(field.has_salt());
  EXPECT_FALSE(field.has_value());
  EXPECT_THAT(hidden.masked(), Contains("field_opening.fields[0].value"));
  EXPECT_THAT(hidden.SerializeAsString(), Not(HasSubstr("CANARY")));
  EXPECT_TRUE(Shown(opening).payload().field_opening().fields(0).has_salt());
}

}  // namespace
}  // namespace liaison::inbox
