#pragma once
#include <cstdint>
#include <string>

namespace crmsync::json {

/// Appends a duration as CEL writes it: seconds, with as many digits of fraction as it needs: "90s", "-1.5s".
void append_duration(std::string& out, std::int64_t nanoseconds);

}  // namespace crmsync::json
