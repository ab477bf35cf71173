#include "conflict/acknowledge.h"

#include <vector>

#include "json/reader.h"
#include "json/writer.h"
#include "mapping/field.h"
#include "mapping/map_record.h"
#include "mapping/text.h"
#include "mapping/typed.h"

namespace crmsync::conflict {
namespace {

using mapping::PlannedEntry;
using mapping::Target;

Value at(const Value& record, const Path& path) {
  Value value = record;
  for (const std::string& segment : path.segments) value = member(value, segment);
  return value;
}

/// What stays agreed on of a field that a side did not take.
enum class Kept : std::uint8_t { none, base, as_decided, nothing };

class Acknowledgement {
 public:
  Acknowledgement(const mapping::Plan& plan, Arena& arena, const Value& decision, const Value& read_back,
                  std::string& out)
      : plan_(plan), arena_(arena), decision_(decision), read_back_(read_back), out_(out) {}

  void run() {
    const Value base = member(decision_, "base");
    if (base.is(Kind::null)) {
      out_ += R"({"base":null,"fields":[]})";
      return;
    }
    const Value outcome = member(decision_, "outcome");
    creates_ = outcome.is(Kind::string) && outcome.view().substr(0, 7) == "create_";
    std::string fields;
    kept_.assign(plan_.entries.size(), Kept::none);
    held_[0].assign(plan_.entries.size(), {});
    held_[1].assign(plan_.entries.size(), {});
    for (const PlannedEntry& entry : plan_.entries) {
      take(entry, Target::local, fields);
      take(entry, Target::crm, fields);
    }
    out_ += "{\"base\":{\"local\":";
    write_side(plan_.local_base, Target::local, member(base, "local"));
    out_ += ",\"crm\":";
    write_side(plan_.crm_base, Target::crm, member(base, "crm"));
    for (const std::string_view part : {"sent", "agreed_at", "mapping"}) write_part(part, member(base, part));
    out_.append("},\"fields\":[").append(fields).append("]}");
  }

 private:
  static std::string_view name_of(Target side) { return side == Target::crm ? "crm" : "local"; }

  static const Path* path_of(const PlannedEntry& entry, Target side) {
    const auto& fields = side == Target::crm ? entry.config->crm : entry.config->local;
    return fields.empty() ? nullptr : &fields.front().path;
  }

  /// What the side held before, or what its base held, as the decision says.
  Value before(const PlannedEntry& entry, Target side, bool of_base) const {
    const Value values = member(member(decision_, "fields").elements[entry.index], "values");
    return member(values, of_base ? (side == Target::crm ? "base_crm" : "base_local") : name_of(side));
  }

  void take(const PlannedEntry& entry, Target side, std::string& fields) {
    const Path* const path = path_of(entry, side);
    if (!path) return;
    const Value sent = at(member(decision_, name_of(side)), *path);
    const Value held = at(member(read_back_, name_of(side)), *path);
    if (sent.is_absent() || held.is_absent()) return;
    const bool taken = same(entry, side, sent, held);
    // Of a text that differs in the spaces around it alone it is not known whether it was trimmed or not taken; the
    // other way it would be written again for ever.
    const bool refused =
        !taken && !same_when_trimmed(sent, held) && same(entry, side, before(entry, side, false), held);
    if (refused)
      kept_[entry.index] = keeps(entry, side);
    else
      held_[side == Target::crm][entry.index] = held;
    fields += fields.empty() ? "{\"id\":" : ",{\"id\":";
    json::append_string(fields, entry.config->name);
    fields.append(",\"side\":\"").append(name_of(side)).append("\",\"result\":\"");
    fields += taken ? "taken" : refused ? "not_taken" : "respelt";
    fields += "\",\"held\":";
    json::append_value(fields, held);
    fields += '}';
  }

  bool same(const PlannedEntry& entry, Target side, const Value& a, const Value& b) const {
    const auto comparable = [&](const Value& value) {
      if (value.is_nothing() || mapping::is_blank(value)) return Value::null();
      return mapping::comparable(mapping::type_of(entry, side), mapping::wire_of(plan_, side), value, arena_);
    };
    return mapping::same_value(comparable(a), comparable(b), arena_);
  }

  static bool same_when_trimmed(const Value& a, const Value& b) {
    return a.is(Kind::string) && b.is(Kind::string) && mapping::trimmed(a.view()) == mapping::trimmed(b.view());
  }

  /// A record that is created has no base before. Where both sides were to get a value that neither held and one did
  /// not take it, the other one alone has changed since the decision: so it is written to the one, and nobody is asked
  /// again. What was agreed on of an opt-out is never forgotten.
  Kept keeps(const PlannedEntry& entry, Target side) const {
    const Target other = side == Target::crm ? Target::local : Target::crm;
    const Path* const path = path_of(entry, other);
    const bool both = path && !at(member(decision_, name_of(other)), *path).is_absent();
    if (entry.suppression) return Kept::base;
    if (creates_) return Kept::nothing;
    return both && kept_[entry.index] == Kept::none ? Kept::as_decided : Kept::base;
  }

  Value kept(const PlannedEntry& entry, Target side) const {
    const Kept kept = kept_[entry.index];
    return kept == Kept::nothing ? Value{} : before(entry, side, kept == Kept::base);
  }

  void write_side(const mapping::OutputTree& tree, Target side, const Value& base) {
    tree.write(out_, [&](std::uint32_t index) {
      const PlannedEntry& entry = plan_.entries[index];
      const Value& held = held_[side == Target::crm][index];
      const Value value = kept_[index] != Kept::none ? kept(entry, side)
                          : !held.is_absent()        ? held
                                                     : at(base, *path_of(entry, side));
      if (value.is_absent()) return false;
      json::append_value(out_, value);
      return true;
    });
  }

  /// Of a field that was not taken nobody knows any more when it was agreed on, and nothing was sent.
  void write_part(std::string_view name, const Value& part) {
    out_.append(",\"").append(name).append("\":{");
    bool first = true;
    for (const PlannedEntry& entry : plan_.entries) {
      const Value value = member(part, entry.config->name);
      if (value.is_absent() || (kept_[entry.index] != Kept::none && name != "mapping")) continue;
      if (!first) out_ += ',';
      first = false;
      json::append_string(out_, entry.config->name);
      out_ += ':';
      json::append_value(out_, value);
    }
    out_ += '}';
  }

  const mapping::Plan& plan_;
  Arena& arena_;
  const Value& decision_;
  const Value& read_back_;
  std::string& out_;
  bool creates_ = false;
  std::vector<Kept> kept_;      // per entry: what stays of it where it was not taken
  std::vector<Value> held_[2];  // per side and entry: what it holds now, where it was read back
};

/// Whether it is a decision of the mapping, with all parts that are needed.
bool is_decision(const mapping::Plan& plan, const Value& decision) {
  const Value hash = member(decision, "mapping"), fields = member(decision, "fields"), base = member(decision, "base");
  if (!hash.is(Kind::string) || hash.view() != plan.hash || !fields.is(Kind::list) ||
      fields.size != plan.entries.size() || !(base.is(Kind::map) || base.is(Kind::null)))
    return false;
  for (const PlannedEntry& entry : plan.entries) {
    const Value id = member(fields.elements[entry.index], "id");
    if (!id.is(Kind::string) || id.view() != entry.config->name) return false;
  }
  return true;
}

bool read(std::string_view text, Arena& arena, Value& value, Diagnostic& problem) {
  json::Shape whole;
  whole.want({}, 0);
  Value slot;
  const json::ReadResult result = json::read_document(text, whole, &slot);
  if (!result.ok()) {
    problem = mapping::read_diagnostic(result, text);
    return false;
  }
  value = decoded(slot, arena);
  return true;
}

}  // namespace

bool acknowledge(const mapping::Plan& plan, std::string_view decision, std::string_view read_back, std::string& out,
                 Diagnostic& problem) {
  Arena arena;
  Value given, back;
  if (!read(decision, arena, given, problem) || !read(read_back, arena, back, problem)) return false;
  const auto wrong = [&](std::string_view path, std::string_view message, std::string_view hint) {
    problem = make_diagnostic(Code::CNF003, message, {}, path);
    problem.hint = hint;
    return false;
  };
  if (!is_decision(plan, given))
    return wrong("/decision", "this is no decision of this mapping",
                 "give what `resolve` of the same mapping answered");
  for (const std::string_view side : {"local", "crm"}) {
    const Value record = member(back, side);
    if (!back.is(Kind::map) || !(record.is_nothing() || record.is(Kind::map)))
      return wrong("/read_back", "what was read back must be an object {local?, crm?} of records", "");
  }
  Acknowledgement(plan, arena, given, back, out).run();
  return true;
}

}  // namespace crmsync::conflict
