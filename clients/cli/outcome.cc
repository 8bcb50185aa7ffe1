#include "clients/cli/outcome.h"

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"

namespace liaison::cli {
namespace {

using base::MakeError;
using base::Reason;

Ending EndingOfState(desk::v1::State state, const std::string& what) {
  switch (state) {
    case desk::v1::HELD: {
      Ending held;
      held.exit_code = kExitHeld;
      return held;
    }
    case desk::v1::DENIED:
      return Ending(MakeError(Reason::kPolicyDenied,
                              absl::StrCat(what,
                                           " was denied by our policy, not released, or taken "
                                           "back before it was delivered")));
    case desk::v1::REFUSED:
      return Ending(
          MakeError(Reason::kRefusedByPartner, absl::StrCat(what, " was refused by the partner")));
    case desk::v1::EXPIRED:
      // Not the reason EXPIRED, which is a partner's refusal of what came too late: here nothing
      // came.
      return Ending(
          MakeError(Reason::kWrongState, absl::StrCat(what, " expired before it was delivered")));
    default:
      return Ending();
  }
}

}  // namespace

Ending EndingOfResult(const desk::v1::SubmitResult& result) {
  const bool held = result.state() == desk::v1::HELD;  // no error, whatever comes with it
  if (!held && !result.error().reason().empty()) return Ending(StatusOf(result.error()));
  return EndingOfState(result.state(), absl::StrCat("the message to ", result.to()));
}

Ending EndingOfWait(const desk::v1::WaitResponse& response) {
  if (response.reached()) return Ending();
  const std::string what = absl::StrCat("message ", response.id());
  const Ending ending = EndingOfState(response.state(), what);
  if (ending.exit_code != 0) return ending;
  return Ending(MakeError(Reason::kWrongState,
                          absl::StrCat(what, " ended as ", desk::v1::State_Name(response.state()),
                                       " and can no longer get there")));
}

}  // namespace liaison::cli
