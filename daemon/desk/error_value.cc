#include "daemon/desk/error_value.h"

#include <string>

#include "daemon/base/error.h"
#include "daemon/base/ids.h"
#include "daemon/base/log.h"
#include "daemon/crypto/secret.h"

namespace liaison::desk {

v1::Error ToValue(const absl::Status& status) {
  v1::Error value;
  const std::optional<base::ErrorText> error = base::GetError(status);
  if (!error) {
    value.set_code("INTERNAL");
    value.set_reason("INTERNAL");
    value.set_message("an error inside the daemon");
    value.set_trace_id(base::ExchangeId::FromRaw(crypto::RandomBytes(16))->hex());
    base::Log(base::LogLevel::kError, "internal error",
              {{"trace_id", value.trace_id()}, {"text", std::string(status.message())}});
    return value;
  }
  value.set_code(absl::StatusCodeToString(base::ReasonCode(error->reason)));
  value.set_reason(std::string(base::ReasonName(error->reason)));
  value.set_message(error->message);
  value.set_fix(error->fix);
  for (const base::FieldFault& fault : error->fields) {
    v1::FieldFault& field = *value.add_fields();
    field.set_field(fault.field);
    field.set_rule(fault.rule);
    field.set_description(fault.description);
  }
  return value;
}

}  // namespace liaison::desk
