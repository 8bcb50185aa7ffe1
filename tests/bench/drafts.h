// The messages that the bench sends: invented notices of a given size.
#ifndef LIAISON_TESTS_BENCH_DRAFTS_H_
#define LIAISON_TESTS_BENCH_DRAFTS_H_

#include "liaison/desk/v1/draft.pb.h"

namespace liaison::bench {

// A notice from bgc-example to ho-example whose payload has `bytes` (1,024 or more) in one field
// record for each 50 to 70 bytes: 24 records at 1 KiB, about 60 at 4 KiB.
desk::v1::Draft NoticeOf(size_t bytes, payload::v1::Urgency::Code urgency);

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_DRAFTS_H_
