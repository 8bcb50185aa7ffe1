// The originator learns who else holds its message.
#include "daemon/outbox/onward_notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/error.h"
#include "tests/outbox/three_agencies.h"

namespace liaison::outbox {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ThreeAgencies;

// io-example has a request of bgc-example, and its permission to pass it on to ho-example.
class OnwardNoticesTest : public ::testing::Test {
 protected:
  std::string Forward() {
    const auto sent = agencies_.Submit(
        *agencies_.io, ThreeAgencies::Forwarding(original_, agencies_.Granted(original_)));
    EXPECT_TRUE(sent.ok()) << sent.status();
    return sent.ok() ? sent->id() : "";
  }

  void Step() {
    testing::Agency& io = *agencies_.io;
    OnwardNotices notices({*io.journal, *io.at_rest, io.metrics, *io.outbox});
    EXPECT_TRUE(notices.Step().ok());
    EXPECT_TRUE(notices.Step().ok()) << "again";
  }

  std::vector<store::Exchange> Sent() {
    store::ExchangeFilter filter;
    filter.direction = store::Direction::kOut;
    filter.types = {payload::v1::ONWARD_SHARING_NOTICE};
    const auto page = agencies_.io->store->List(filter);
    EXPECT_TRUE(page.ok()) << page.status();
    return page->first;
  }

  static desk::v1::ShownMessage Shown(testing::Agency& agency, const std::string& id) {
    desk::v1::GetRequest request;
    request.set_id(id);
    const auto shown = agency.mailbox->Show({"officer-1", "", "OFFICER", false}, request);
    EXPECT_TRUE(shown.ok()) << shown.status();
    return shown.value_or(desk::v1::ShownMessage());
  }

  ThreeAgencies agencies_;
  const std::string original_ = agencies_.Received();
};

TEST_F(OnwardNoticesTest, TellsNothingBeforeTheItemHasArrived) {
  Forward();
  Step();
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(OnwardNoticesTest, TellsTheOriginatorOnceWhoHoldsItsMessage) {
  const std::string item = Forward();
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  Step();
  agencies_.io->Restart();
  Step();
  ASSERT_EQ(Sent().size(), 1u);
  agencies_.Deliver(*agencies_.io, *agencies_.bgc);
  const desk::v1::ShownMessage shown = Shown(*agencies_.bgc, original_);
  ASSERT_EQ(shown.passed_on_size(), 1);
  EXPECT_EQ(shown.passed_on(0).agency(), "ho-example");
  EXPECT_EQ(shown.passed_on(0).item(), "io-example/" + item);
  EXPECT_EQ(shown.passed_on(0).notice(), "io-example/" + Sent()[0].name.id.hex());
  EXPECT_EQ(agencies_.io->Faults(), "");
  EXPECT_EQ(agencies_.bgc->Faults(), "");
}

TEST_F(OnwardNoticesTest, WhoPassedItOnSeesItToo) {
  const std::string item = Forward();
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  const desk::v1::ShownMessage shown = Shown(*agencies_.io, original_);
  ASSERT_EQ(shown.passed_on_size(), 1);
  EXPECT_EQ(shown.passed_on(0).agency(), "ho-example");
  EXPECT_EQ(shown.passed_on(0).item(), "io-example/" + item);
  EXPECT_EQ(shown.passed_on(0).notice(), "");
  EXPECT_EQ(shown.passed_on(0).state(), desk::v1::DELIVERED);
}

// No agreement and no permit speaks of notices.
TEST_F(OnwardNoticesTest, NeedsNoAgreementThatIsInForceStill) {
  Forward();
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  agencies_.io->Change("policy.textproto", "id: \"bgc-io-example-2026\"", "id: \"another\"");
  Step();
  EXPECT_EQ(Sent().size(), 1u);
}

TEST_F(OnwardNoticesTest, OperatorsSeeWhichOriginatorsCouldNotBeTold) {
  Forward();
  agencies_.Deliver(*agencies_.io, *agencies_.ho);
  agencies_.io->Change("agency.textproto", "id: \"bgc-example\"",
                       "id: \"bgc-example\" suspended: true");
  Step();
  EXPECT_THAT(agencies_.io->metrics.Text(), HasSubstr("liaison_onward_notices_not_sent 1"));
}

TEST_F(OnwardNoticesTest, IsSentByNobodyElse) {
  desk::v1::Draft draft = ThreeAgencies::Asking(original_);
  payload::v1::OnwardSharingNotice& notice =
      *draft.mutable_payload()->mutable_onward_sharing_notice();
  notice.set_agency("ho-example");
  notice.set_item("0123456789abcdef0123456789abcdef");
  const auto sent = agencies_.Submit(*agencies_.io, draft);
  const auto error = base::GetError(sent.status());
  ASSERT_TRUE(error) << sent.status();
  EXPECT_EQ(error->fields.at(0).rule, "MADE_HERE");
}

}  // namespace
}  // namespace liaison::outbox
