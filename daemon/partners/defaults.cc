#include "daemon/partners/defaults.h"

#include <cstdint>
#include <string>
#include <utility>

namespace liaison::partners {
namespace {

using config::v1::Limits;

constexpr uint32_t kKiB = 1024;
constexpr uint32_t kMiB = 1024 * kKiB;

constexpr std::pair<int, uint64_t> kLimits[] = {
    {Limits::kMessageBytesFieldNumber, kMiB},
    {Limits::kDeliverBatchFieldNumber, 64},
    {Limits::kDeliverBytesFieldNumber, 4 * kMiB},
    {Limits::kRecipientsFieldNumber, 16},
    {Limits::kStreamWindowFieldNumber, 64},
    {Limits::kWorkersFieldNumber, 64},
    {Limits::kWorkerQueueFieldNumber, 256},
    {Limits::kJournalBatchFieldNumber, 256},
    {Limits::kJournalQueueFieldNumber, 4096},
    {Limits::kCourierWindowFieldNumber, 256},
    {Limits::kCallsPerPartnerFieldNumber, 64},
    {Limits::kCallsPerConnectionFieldNumber, 32},
    {Limits::kConnectionsPerAddressFieldNumber, 32},
    {Limits::kConnectionsPerPartnerFieldNumber, 4},
    {Limits::kConnectionSlackBytesFieldNumber, 256 * kKiB},
    {Limits::kConnectionCallBytesFieldNumber, 4 * kKiB},
    {Limits::kPenaltySecondsFieldNumber, 10},
    {Limits::kHandshakeSecondsFieldNumber, 5},
    {Limits::kIdleSecondsFieldNumber, 300},
    {Limits::kAgeSecondsFieldNumber, 3600},
    {Limits::kMetadataBytesFieldNumber, 8 * kKiB},
    {Limits::kGrpcMemoryBytesFieldNumber, 64 * kMiB},
    {Limits::kGrpcThreadsFieldNumber, 24},
    {Limits::kQueuedPerPartnerFieldNumber, 100'000},
    {Limits::kRejectedPerHourFieldNumber, 60},
    {Limits::kRefusedCallersPerHourFieldNumber, 60},
    {Limits::kWaitSecondsFieldNumber, 3600},
    {Limits::kDiskLowBytesFieldNumber, uint64_t{256} * kMiB},
    {Limits::kDiskFullBytesFieldNumber, uint64_t{64} * kMiB},
    {Limits::kRetryFirstMsFieldNumber, 500},
    {Limits::kRetryMostSecondsFieldNumber, 60},
    {Limits::kStoredBytesPerPartnerMibFieldNumber, 4096},
    {Limits::kUnreadPerPartnerFieldNumber, 100'000},
    {Limits::kDeniedPerHourFieldNumber, 1000},
};

void FillLimits(Limits& limits) {
  const auto& reflection = *limits.GetReflection();
  for (const auto& [number, value] : kLimits) {
    const auto* field = limits.GetDescriptor()->FindFieldByNumber(number);
    if (reflection.HasField(limits, field)) continue;
    if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_UINT64) {
      reflection.SetUInt64(&limits, field, value);
    } else {
      reflection.SetUInt32(&limits, field, static_cast<uint32_t>(value));
    }
  }
}

void Default(std::string* text, const char* value) {
  if (text->empty()) *text = value;
}

}  // namespace

void FillDefaults(config::v1::Agency& agency) {
  Default(agency.mutable_instance(), "1");
  if (agency.epoch() == 0) agency.set_epoch(1);
  Default(agency.mutable_data_dir(), "data");
  Default(agency.mutable_policy_file(), "policy.textproto");
  Default(agency.mutable_log_level(), "info");
  config::v1::Keys& keys = *agency.mutable_keys();
  Default(keys.mutable_at_rest_dir(), "keys/at-rest");
  Default(keys.mutable_guard_file(), "keys/guard");
  Default(keys.mutable_mac_key(), "keys/mac.key");
  FillLimits(*agency.mutable_limits());
}

}  // namespace liaison::partners
