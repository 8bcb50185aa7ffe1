// Who has agreed, by records and rows; who still may, by the registry.
#include "daemon/outbox/agreements.h"

#include <gmock/gmock.h>

#include "daemon/outbox/person.h"
#include "tests/outbox/holds_fixture.h"
#include "tests/store/damage.h"

namespace liaison::outbox {
namespace {

using config::v1::Person;
using policy::v1::Rule;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TwoAgencies;

class AgreementsTest : public HoldsTest {
 protected:
  store::Exchange RowOf(const std::string& id) { return *bgc().store->Find(Name(id)); }
  absl::StatusOr<std::vector<std::string>> Read(const store::Exchange& row) {
    return ReadAgreements({*bgc().journal, *bgc().at_rest, bgc().mac_key}, row);
  }
  std::vector<std::string> NamesOf(const store::Exchange& row) {
    const auto names = Read(row);
    EXPECT_TRUE(names.ok()) << names.status();
    return names.value_or(std::vector<std::string>());
  }
  std::string FaultOf(const store::Exchange& row) {
    const auto error = base::GetError(Read(row).status());
    return error ? error->message : "none";
  }
  // A record of it that no flow makes.
  void Log(const std::string& id, audit::v1::Log log, audit::v1::Event event,
           const std::string& person) {
    store::Append append;
    append.record.log = log;
    append.record.record.set_event(event);
    append.record.record.set_exchange_from("bgc-example");
    append.record.record.set_exchange_id(std::string(Name(id).id.raw()));
    journal::Openings openings;
    openings.actor.set_name(person);
    ASSERT_TRUE(
        journal::Attach(openings, *bgc().at_rest, agencies_.clock.Now(), append.record).ok());
    ASSERT_TRUE(bgc().journal->Commit({std::move(append)}).ok());
  }
  void Edit(const std::string& sql) {
    ASSERT_TRUE(store::EditDatabase(bgc().folder + "/data/liaison.db", sql)) << sql;
  }
};

TEST_F(AgreementsTest, AreOfWhoSubmittedItAndWhoReleasedIt) {
  NeedPersons(3);
  const std::string id = Hold();
  EXPECT_THAT(NamesOf(RowOf(id)), ElementsAre("officer-1"));
  ASSERT_TRUE(Release(Releaser(1), id, ViewOf(id)).ok());
  EXPECT_THAT(NamesOf(RowOf(id)), ElementsAre("officer-1", "releaser-1"));
  const auto sent = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_THAT(NamesOf(RowOf(sent->id())), IsEmpty()) << "it was never held";
}

TEST_F(AgreementsTest, StandInTheDeskLogAlone) {
  const std::string id = Hold();
  Log(id, audit::v1::EXCHANGE, audit::v1::RELEASED, "releaser-4");
  EXPECT_THAT(NamesOf(RowOf(id)), ElementsAre("officer-1"));
}

// Rows that the writer has put in, and the head that is signed is not over them yet.
TEST_F(AgreementsTest, LeaveOutWhatIsNotUnderTheSignedHead) {
  const std::string id = Hold();
  const std::string size = std::to_string(bgc().journal->Head(audit::v1::DESK).size);
  Edit("INSERT INTO desk_record SELECT " + size +
       ", bytes, leaf, time_ms, event, partner, exchange_from, exchange_id FROM desk_record"
       " WHERE event = " +
       std::to_string(audit::v1::HELD));
  Edit("INSERT INTO agreement VALUES (" + size + ", 1, x'" + std::string(64, '1') + "')");
  EXPECT_THAT(NamesOf(RowOf(id)), ElementsAre("officer-1"));
}

TEST_F(AgreementsTest, BelieveNoRowThatSaysSomethingElse) {
  const std::string id = Hold();
  const std::function<void(store::Exchange&)> changes[] = {
      [](store::Exchange& row) { row.first_log = audit::v1::EXCHANGE; },
      [](store::Exchange& row) { ++row.first_index; },
      [](store::Exchange& row) { row.respond_by += absl::Milliseconds(1); },
  };
  for (const auto& change : changes) {
    store::Exchange row = RowOf(id);
    change(row);
    EXPECT_EQ(FaultOf(row), "who agreed to a held draft is not who is recorded");
    row.state = desk::v1::QUEUED;  // where it stands is another record's now
    EXPECT_EQ(FaultOf(row), "none");
    row.submitter = base::Digest();
    EXPECT_EQ(FaultOf(row), "who agreed to a held draft is not who is recorded");
  }
}

TEST_F(AgreementsTest, AreOfOnePersonEachTheSubmitterFirst) {
  const char* const kFault = "a held draft was held or released twice by one person";
  const std::string released = Hold();
  Log(released, audit::v1::DESK, audit::v1::RELEASED, "officer-1");
  EXPECT_EQ(FaultOf(RowOf(released)), kFault);
  const std::string held = Hold();
  Log(held, audit::v1::DESK, audit::v1::HELD, "releaser-1");
  EXPECT_EQ(FaultOf(RowOf(held)), kFault);
  const auto sent = agencies_.Send(TwoAgencies::Draft("victim_verification_request"));
  ASSERT_TRUE(sent.ok()) << sent.status();
  Log(sent->id(), audit::v1::DESK, audit::v1::RELEASED, "releaser-1");
  EXPECT_EQ(FaultOf(RowOf(sent->id())), kFault);
}

class StillMayTest : public ::testing::Test {
 protected:
  StillMayTest() {
    Add("officer", {Person::OFFICER});
    Add("system", {Person::SYSTEM});
    Add("releaser", {Person::RELEASER});
    Add("supervisor", {Person::SUPERVISOR});
    Add("gone", {Person::OFFICER, Person::RELEASER, Person::SUPERVISOR}).set_revoked(true);
  }
  Person& Add(const std::string& name, const std::vector<Person::Role>& roles) {
    Person& person = *agency_.add_person();
    person.set_name(name);
    for (const Person::Role role : roles) person.add_roles(role);
    return person;
  }
  StillMay Of(const std::string& submitter, Rule::Role role,
              payload::v1::MessageType type = payload::v1::ALERT) const {
    return StillMayOf(agency_, key_, {MarkOf(key_, submitter), type, role, false}, {});
  }
  std::vector<std::string> Releasers(bool supervised) const {
    return StillMayOf(agency_, key_, {{}, payload::v1::ALERT, Rule::OFFICER, supervised},
                      {"releaser", "gone", "releaser", "officer", "supervisor", "nobody"})
        .releasers;
  }

  config::v1::Agency agency_;
  const crypto::Secret key_ = crypto::Secret(std::string(32, 'k'));
};

TEST_F(StillMayTest, TheSubmitterInTheRoleInWhichItWasSubmitted) {
  EXPECT_EQ(Of("officer", Rule::OFFICER).role, Rule::OFFICER);
  EXPECT_EQ(Of("system", Rule::SYSTEM).role, Rule::SYSTEM);
  EXPECT_EQ(Of("releaser", Rule::RELEASER).role, Rule::RELEASER);
  EXPECT_EQ(Of("officer", Rule::SYSTEM).role, Rule::ROLE_UNSPECIFIED);
  EXPECT_EQ(Of("releaser", Rule::OFFICER).role, Rule::ROLE_UNSPECIFIED);
  EXPECT_EQ(Of("gone", Rule::OFFICER).role, Rule::ROLE_UNSPECIFIED);
  EXPECT_EQ(Of("nobody", Rule::OFFICER).role, Rule::ROLE_UNSPECIFIED);
  EXPECT_EQ(Of("gone", Rule::OFFICER, payload::v1::RECALL).role, Rule::OFFICER) << "it protects";
}

// The first of those who agreed is the submitter.
TEST_F(StillMayTest, ReleasersAndForDerogationsSupervisorsAlone) {
  EXPECT_THAT(Releasers(false), ElementsAre("releaser"));
  EXPECT_THAT(Releasers(true), ElementsAre("supervisor"));
  EXPECT_THAT(StillMayOf(agency_, key_, {}, {}).releasers, IsEmpty());
}

}  // namespace
}  // namespace liaison::outbox
