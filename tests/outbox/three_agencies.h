// bgc-example, ho-example and io-example in one process: what one sends, another receives and a
// third is given.
#ifndef LIAISON_TESTS_OUTBOX_THREE_AGENCIES_H_
#define LIAISON_TESTS_OUTBOX_THREE_AGENCIES_H_

#include <functional>
#include <memory>
#include <string>

#include "tests/outbox/two_agencies.h"

namespace liaison::testing {

// The story: bgc-example asks io-example who a person is; io-example passes it on to ho-example.
class ThreeAgencies : public TwoAgencies {
 public:
  ThreeAgencies();
  ~ThreeAgencies();

  // bgc's request to io, labelled WITH_PERMISSION and AMBER_STRICT.
  static desk::v1::Draft Original();
  // io's draft that passes `original` (AGENCY/ID) on to ho.
  static desk::v1::Draft Forwarding(const std::string& original, const std::string& grant = "");
  // io's request for permission, and bgc's grant of all of it to ho until the end of the year.
  static desk::v1::Draft Asking(const std::string& original);
  static desk::v1::Draft Granting(const std::string& request);

  // The original, received by io; with its grant, when `granted`.
  std::string Received();
  // "to: ORIGINATOR", the first fault of a draft of io's, or the reason of another error.
  std::string FaultOf(const desk::v1::Draft& draft);
  // The original inside the FORWARDED_ITEM that was delivered last, and what of it is disclosed.
  exchange::v1::Envelope OriginalInside() const;
  std::vector<std::string> PathsInside() const { return DisclosedIn(OriginalInside()); }
  static std::vector<std::string> DisclosedIn(const exchange::v1::Envelope& envelope);
  std::string Granted(const std::string& original,
                      const std::function<void(desk::v1::Draft&)>& change = nullptr);

  std::unique_ptr<Agency> io;
};

}  // namespace liaison::testing

#endif  // LIAISON_TESTS_OUTBOX_THREE_AGENCIES_H_
