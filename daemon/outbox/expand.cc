#include "daemon/outbox/expand.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/outbox/recall.h"
#include "daemon/outbox/replies.h"

namespace liaison::outbox {

absl::Status MadeByUs(const std::string& instead) {
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message = "a payload of this type is made by the daemon";
  error.fields = {{"payload", "MADE_HERE", absl::StrCat("leave it out and set `", instead, "`")}};
  return base::MakeError(error);
}

std::shared_ptr<const desk::v1::Draft> Lent(const desk::v1::Draft& draft) {
  return {std::shared_ptr<const desk::v1::Draft>(), &draft};
}

absl::StatusOr<std::shared_ptr<const desk::v1::Draft>> WithPayload(const desk::v1::Draft& draft,
                                                                   const Submitter& submitter,
                                                                   const Received& received,
                                                                   const crypto::Secret& mac_key) {
  if (draft.has_forward()) {
    absl::StatusOr<desk::v1::Draft> made = ExpandForward(draft, submitter.role, received);
    if (!made.ok()) return made.status();
    return std::make_shared<const desk::v1::Draft>(*std::move(made));
  }
  const bool told = draft.payload().has_onward_sharing_notice() && !submitter.is_daemon;
  if (draft.payload().has_forwarded_item() || told) return MadeByUs("forward");
  if (IsAboutRecall(draft)) {
    absl::StatusOr<desk::v1::Draft> made =
        CompletedRecall(draft,
                        {received.registry.agency().id(), submitter.role,
                         MarkOf(mac_key, submitter.name), submitter.is_daemon},
                        {received.reader, received.at_rest});
    if (!made.ok()) return made.status();
    return std::make_shared<const desk::v1::Draft>(*std::move(made));
  }
  if (NamesNoMessage(draft)) {
    absl::StatusOr<desk::v1::Draft> named = NameGranted(draft, received.reader);
    if (!named.ok()) return named.status();
    return std::make_shared<const desk::v1::Draft>(*std::move(named));
  }
  return Lent(draft);
}

}  // namespace liaison::outbox
