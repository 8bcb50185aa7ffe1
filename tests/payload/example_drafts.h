// The drafts of clients/examples, as a start for tests that break them one field at a time.
#ifndef LIAISON_TESTS_PAYLOAD_EXAMPLE_DRAFTS_H_
#define LIAISON_TESTS_PAYLOAD_EXAMPLE_DRAFTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "daemon/payload/validate.h"
#include "liaison/desk/v1/draft.pb.h"

namespace liaison::payload {

// "alert" reads clients/examples/drafts/alert.json. Fields that the schema has not make it fail,
// and the test with it.
desk::v1::Draft ExampleDraft(const std::string& name);

std::vector<std::string> ExampleDraftNames();

// The frame of a draft that goes to ho-example in GB.
Frame FrameOf(const desk::v1::Draft& draft);

std::vector<base::FieldFault> FaultsOf(const desk::v1::Draft& draft, Mode mode = Mode::kDraft,
                                       const Limits& limits = {});

// "field: RULE" of each fault, in order.
std::vector<std::string> Summary(const std::vector<base::FieldFault>& faults);

}  // namespace liaison::payload

#endif  // LIAISON_TESTS_PAYLOAD_EXAMPLE_DRAFTS_H_
