// Rules of documents, accounts and other objects.
#include "daemon/payload/message_rules.h"

namespace liaison::payload {

void CheckDocument(const v1::IdentityDocument& document, const FieldPath& at,
                   const Context& context) {
  constexpr int kMaxMrzLines = 3;
  if (document.mrz_size() > kMaxMrzLines) {
    context.faults.Add(FieldPath(at, "mrz"), "LIST_LENGTH",
                       "write the two or three lines of the zone");
  }
}

void CheckFinancialAccount(const v1::FinancialAccount& account, const FieldPath& at,
                           const Context& context) {
  const int ids = account.has_iban() + account.has_account_no() + account.has_wallet_address();
  if (ids > 1) {
    context.faults.Add(at, "ONE_OF", "write one of iban, account_no and wallet_address");
  } else if (context.draft() && ids == 0) {
    context.faults.Add(at, "REQUIRED", "write one of iban, account_no and wallet_address");
  }
}

void CheckObject(const v1::Object& object, const FieldPath& at, const Context& context) {
  if (context.draft() && object.kind_case() == v1::Object::KIND_NOT_SET) {
    context.faults.Add(at, "REQUIRED", "write what it is, e.g. \"vehicle\"");
  }
}

void CheckTravelDocument(const v1::TravelDocument& document, const FieldPath& at,
                         const Context& context) {
  if (context.draft() && document.state() == v1::TravelDocumentState::ISSUED &&
      !document.has_number()) {
    context.faults.Add(FieldPath(at, "number"), "REQUIRED",
                       "write the number of the document that was issued");
  }
}

}  // namespace liaison::payload
