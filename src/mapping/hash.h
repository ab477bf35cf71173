#pragma once
#include <string>
#include <string_view>

namespace crmsync::mapping {

/// 16 hexadecimal digits of XXH64. Recognises what is the same; no protection against someone who looks for a
/// collision, who could only harm their own mapping.
std::string short_hash(std::string_view text);

/// 32 hexadecimal digits, for keys that must not meet by chance among billions: two independent XXH64.
std::string long_hash(std::string_view text);
inline constexpr std::size_t long_hash_size = 32;
void write_long_hash(std::string_view text, char* digits);

}  // namespace crmsync::mapping
