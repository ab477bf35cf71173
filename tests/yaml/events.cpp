// Compiled twice: with yaml-cpp as it is, and with yaml-cpp as the module has it, where CMake renames the namespace.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <string>

namespace YAML {
namespace {

class Log : public EventHandler {
 public:
  void OnDocumentStart(const Mark& mark) override {
    // Of some broken texts the parser makes documents without end.
    if (++documents_ > 4) throw ParserException(mark, "so many documents");
    add("document", mark);
  }
  void OnDocumentEnd() override { events += "end of document\n"; }
  void OnNull(const Mark& mark, anchor_t anchor) override { add("null", mark, "", anchor); }
  void OnAlias(const Mark& mark, anchor_t anchor) override { add("alias", mark, "", anchor); }
  void OnScalar(const Mark& mark, const std::string& tag, anchor_t anchor, const std::string& value) override {
    add("scalar", mark, tag, anchor);
    events += value + "\n";
  }
  void OnSequenceStart(const Mark& mark, const std::string& tag, anchor_t anchor, EmitterStyle::value) override {
    add("list", mark, tag, anchor);
  }
  void OnSequenceEnd() override { events += "end of list\n"; }
  void OnMapStart(const Mark& mark, const std::string& tag, anchor_t anchor, EmitterStyle::value) override {
    add("map", mark, tag, anchor);
  }
  void OnMapEnd() override { events += "end of map\n"; }

  void add(const char* what, const Mark& mark, const std::string& tag = "", anchor_t anchor = 0) {
    events += what;
    for (const int number : {mark.pos, mark.line, mark.column, static_cast<int>(anchor)}) {
      events += ' ' + std::to_string(number);
    }
    events += ' ' + tag + "\n";
  }

  std::string events;

 private:
  int documents_ = 0;
};

}  // namespace

/// All that the parser says of a text, with places, one event a line.
std::string events_of(const std::string& text) {
  Log log;
  try {
    std::istringstream stream(text);
    Parser parser(stream);
    while (parser.HandleNextDocument(log)) {
    }
  } catch (const Exception& exception) {
    log.add("mistake", exception.mark, exception.msg);
  }
  return log.events;
}

}  // namespace YAML
