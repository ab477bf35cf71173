#include <catch2/catch.hpp>
#include <string>

#include "json/text_buffer.h"
#include "json/writer.h"

using namespace crmsync;
using namespace crmsync::json;

TEST_CASE("A text buffer holds what is added to it, whatever the lengths", "[json]") {
  std::string source;
  for (int i = 0; i < 1200; ++i) source += static_cast<char>('a' + i % 26);
  TextBuffer text;
  std::string expected;
  for (std::size_t size = 0; size <= source.size(); size += size < 80 ? 1 : 37) {
    const std::string_view part = std::string_view(source).substr(source.size() - size);
    text += part;
    text += ',';
    text += "\"end\"";
    expected.append(part).append(",\"end\"");
  }
  CHECK(text.view() == expected);
  text.resize(10);
  text += "!";
  CHECK(text.view() == expected.substr(0, 10) + "!");
  text.clear();
  CHECK(text.view().empty());
  text += std::string(std::size_t{5} << 20, 'x');
  text.clear();
  text += "small again";
  CHECK(text.view() == "small again");
}

TEST_CASE("Values are written into a text buffer as into a string", "[json]") {
  Value plain = Value::of_string("as it is");
  plain.plain = true;
  Value escaped = Value::of_string(R"(a\nb)");
  escaped.flags = Value::escaped;
  for (const Value& value : {Value(), Value::null(), Value::of(true), Value::of_integer(-7), Value::of_string("a\"b\n"),
                             plain, escaped, Value::of_text(Kind::numeral, "1e400")}) {
    TextBuffer text;
    append_value(text, value);
    std::string expected;
    append_value(expected, value);
    CHECK(text.view() == expected);
  }
}
