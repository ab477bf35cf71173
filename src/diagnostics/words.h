#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

namespace crmsync {

/// The text of a message as the parts that it is written in: `"a text"`, or `{"`", name, "` stands twice"}`. Views, so
/// it lives no longer than the call that it is an argument of. Joined once, where the message is kept: messages are
/// most of what the engine says, and a sum of strings at each place would be 4 KB more of the module.
class Words {
 public:
  Words() = default;
  Words(const char* text) : one_(text) {}
  Words(std::string_view text) : one_(text) {}
  Words(const std::string& text) : one_(text) {}
  Words(std::initializer_list<std::string_view> parts) : parts_(parts) {}

  std::string joined() const;

 private:
  std::string_view one_;
  std::initializer_list<std::string_view> parts_;  // instead of `one_`, if there are any
};

}  // namespace crmsync
