// Which messages two rules share, as far as the rules themselves tell.
#ifndef LIAISON_DAEMON_POLICY_OVERLAP_H_
#define LIAISON_DAEMON_POLICY_OVERLAP_H_

#include "liaison/policy/v1/policy.pb.h"

namespace liaison::policy {

// Every number of `part` is in `whole`.
bool Covers(const google::protobuf::RepeatedField<int>& whole,
            const google::protobuf::RepeatedField<int>& part);
// Some number is in both.
bool Meets(const google::protobuf::RepeatedField<int>& a,
           const google::protobuf::RepeatedField<int>& b);

// `forbid` refuses everything that `permit` lets pass.
bool Shadows(const v1::Rule& forbid, const v1::Rule& permit);

// A message can meet `rule`, or be covered by it, and be covered by `permit`.
bool CanMeet(const v1::Rule& rule, const v1::Rule& permit);

// Whatever field a message of `permit` has, `restrict` asks nothing of it that `permit` alone does
// not. In doubt false.
bool AsksNothingOf(const v1::Rule& restrict, const v1::Rule& permit);

}  // namespace liaison::policy

#endif  // LIAISON_DAEMON_POLICY_OVERLAP_H_
