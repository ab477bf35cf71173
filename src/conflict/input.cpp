#include "conflict/input.h"

#include "json/time.h"

namespace crmsync::conflict {
namespace {

Path operator/(Path path, const std::string& segment) {
  path.segments.push_back(segment);
  return path;
}

Path joined(Path path, const Path& tail) {
  path.segments.insert(path.segments.end(), tail.segments.begin(), tail.segments.end());
  return path;
}

/// Reads the parts one after another; after the first mistake the rest is not looked at.
class Understanding {
 public:
  Understanding(const mapping::Plan& plan, const InputLayout& layout, const Value* slots, Arena& arena, Input& input,
                mapping::Tables& tables, Diagnostic& problem)
      : plan_(plan), layout_(layout), slots_(slots), arena_(arena), input_(input), tables_(tables), problem_(problem) {}

  bool run() {
    input_.link = text(layout_.link);
    input_.now = time(layout_.now, "/now");
    input_.now_text = text(layout_.now);
    if (ok_ && input_.now.is_absent()) fail(Code::CNF001, "/now", "now must be given as an RFC 3339 time");
    side(layout_.local_side, layout_.local, layout_.base_local, plan_.local_shape, "/local", input_.local);
    side(layout_.crm_side, layout_.crm, layout_.base_crm, plan_.crm_shape, "/crm", input_.crm);
    base();
    reviews();
    suppressions();
    tables();
    return ok_;
  }

 private:
  void fail(Code code, std::string_view path, std::string_view message) {
    if (!ok_) return;
    ok_ = false;
    problem_ = make_diagnostic(code, message, {}, path);
  }

  std::string_view text(std::uint32_t slot) {
    return slots_[slot].is(Kind::string) ? decoded_text(slots_[slot], arena_) : std::string_view{};
  }

  Value time(std::uint32_t slot, std::string_view path) { return time(slots_[slot], path); }

  Value time(const Value& value, std::string_view path) {
    if (value.is_nothing()) return {};
    if (value.is(Kind::string)) {
      if (const auto parsed = json::parse_timestamp(decoded_text(value, arena_))) return *parsed;
    }
    fail(Code::CNF002, path, "a time must be RFC 3339, such as 2026-03-01T10:00:00Z");
    return {};
  }

  void side(const InputLayout::OfSide& at, std::uint32_t record, std::uint32_t base, const json::Shape& shape,
            const std::string& path, Side& side) {
    side.record = slots_ + record;
    side.base = slots_ + base;
    const Value& given = slots_[at.side];
    if (given.is_absent())
      fail(Code::CNF001, path, "must be given: an object with a record, or null where there is none");
    if (!given.is_nothing() && !given.is(Kind::map)) fail(Code::CNF001, path, "must be an object or null");
    const Value& whole = side.record[0];
    if (!whole.is_nothing() && !whole.is(Kind::map)) fail(Code::CNF001, path + "/record", "must be an object");
    side.present = whole.is(Kind::map);
    const Value& deleted = slots_[at.deleted];
    side.privacy = text(at.deleted) == "privacy";
    side.deleted = side.privacy || (deleted.is(Kind::boolean) && deleted.boolean);
    if (!side.deleted && !deleted.is_nothing() && !deleted.is(Kind::boolean))
      fail(Code::CNF001, path + "/deleted", "must be true, or \"privacy\" where the person asked for it");
    side.deleted_at = time(at.deleted_at, path + "/deleted_at");
    side.merged_into = text(at.merged_into);
    if (!side.merged_into.empty() && (!side.present || side.deleted))
      fail(Code::CNF001, path + "/merged_into", "needs the surviving record under `record`");
    acts(slots_[at.acts], path + "/acts", side);
    if (given.is(Kind::map) && !side.present && !side.deleted)
      fail(Code::CNF001, path + "/record", "must be given unless the side is null or deleted");
    side.updated_at = time(at.updated_at, path + "/updated_at");
    side.updated_at_text = text(at.updated_at);
    fetched(slots_[at.fetched], shape, path, side);
  }

  void acts(const Value& given, const std::string& path, Side& side) {
    if (given.is_nothing()) return;
    side.acts = decoded(given, arena_);
    if (!side.acts.is(Kind::map)) return fail(Code::CNF001, path, "must be an object of {by, at, source} by field");
    for (std::uint32_t i = 0; i < side.acts.size; ++i) {
      const Value& act = side.acts.members[i].value;
      if (text_member(act, "by").empty()) return fail(Code::CNF001, path, "each act must say `by` whom it was");
      time(member(act, "at"), path);
    }
  }

  void suppressions() {
    input_.suppressions.clear();
    const Value& given = slots_[layout_.suppressions];
    if (given.is_nothing()) return;
    const Value list = decoded(given, arena_);
    if (!list.is(Kind::list)) return fail(Code::CNF001, "/suppressions", "must be a list");
    for (std::uint32_t i = 0; i < list.size; ++i) {
      const Value& one = list.elements[i];
      const Suppression suppression{text_member(one, "topic"), text_member(one, "source"),
                                    time(member(one, "since"), "/suppressions")};
      if (suppression.topic.empty())
        return fail(Code::CNF001, "/suppressions", "each must name its `topic`: \"all\", or an entry");
      input_.suppressions.push_back(suppression);
    }
  }

  void fetched(const Value& given, const json::Shape& shape, const std::string& path, Side& side) {
    side.complete = given.is_nothing();
    if (side.complete) return;
    side.fetched.assign(shape.slot_count(), 0);
    const Value names = given.is(Kind::list) ? decoded(given, arena_) : given;
    if (!names.is(Kind::list)) return fail(Code::CNF001, path + "/fetched", "must be a list of field names");
    for (std::uint32_t i = 0; i < names.size; ++i) {
      if (!names.elements[i].is(Kind::string))
        return fail(Code::CNF001, path + "/fetched", "must be a list of field names");
      mark_fetched(names.elements[i].view(), shape, side);
    }
  }

  /// A fetched field covers all under it.
  void mark_fetched(std::string_view name, const json::Shape& shape, Side& side) {
    std::uint32_t node = shape.child(0, name);
    if (node == json::Shape::none) {
      const std::optional<Path> path = parse_path(name);
      if (!path) return;
      node = 0;
      for (const std::string& segment : path->segments) {
        if (node != json::Shape::none) node = shape.child(node, segment);
      }
      if (node == json::Shape::none) return;
    }
    const json::Shape::Node& found = shape.node(node);
    if (found.slot != json::Shape::none) side.fetched[found.slot] = 1;
    for (const std::uint32_t slot : found.below) side.fetched[slot] = 1;
  }

  void base() {
    const Value& given = slots_[layout_.base];
    if (!given.is_nothing() && !given.is(Kind::map)) fail(Code::CNF001, "/base", "must be an object or null");
    input_.has_base = given.is(Kind::map);
    const Value& agreed_at = slots_[layout_.agreed_at];
    if (agreed_at.is(Kind::string)) {
      time(agreed_at, "/base/agreed_at");
      input_.agreed_at = agreed_at;
    } else if (!agreed_at.is_nothing() && !agreed_at.is(Kind::map)) {
      fail(Code::CNF001, "/base/agreed_at", "must be a time, or an object of times by field");
    }
  }

  void tables() {
    for (const std::uint32_t slot : {layout_.lookups, layout_.normalized}) {
      if (!slots_[slot].is_nothing() && !slots_[slot].is(Kind::map))
        return fail(Code::CNF001, slot == layout_.lookups ? "/lookups" : "/normalized", "must be an object");
    }
    if (const char* const wrong = tables_.read(slots_[layout_.lookups], slots_[layout_.normalized]))
      fail(Code::CNF001, std::string("/") + wrong, "must hold objects of objects of texts or null");
  }

  static std::string_view text_member(const Value& map, std::string_view key) {
    const Value value = member(map, key);
    return value.is(Kind::string) ? value.view() : std::string_view{};
  }

  void reviews() {
    input_.reviews.clear();
    const Value& given = slots_[layout_.reviews];
    if (given.is_nothing()) return;
    if (!given.is(Kind::list)) return fail(Code::CNF001, "/reviews", "must be a list");
    const Value list = decoded(given, arena_);
    for (std::uint32_t i = 0; i < list.size; ++i) {
      const Value& one = list.elements[i];
      Review review;
      review.id = text_member(one, "id");
      review.field = text_member(one, "field");
      review.opened_at = text_member(one, "opened_at");
      review.local = member(one, "local");
      review.crm = member(one, "crm");
      review.base = member(one, "base");
      review.reason = member(one, "reason");
      const bool of_records = member(one, "field").is(Kind::null);
      if (review.field.empty() && !of_records)
        return fail(Code::CNF001, "/reviews", "each review must name its field; null is the records as a whole");
      answer(member(one, "answer"), review);
      input_.reviews.push_back(review);
    }
  }

  void answer(const Value& given, Review& review) {
    if (given.is_nothing()) return;
    const std::string_view choice = text_member(given, "choose");
    review.chosen = member(given, "value");
    if (choice == "crm") {
      review.answer = Review::Answer::crm;
    } else if (choice == "local") {
      review.answer = Review::Answer::local;
    } else if (choice == "value" && !review.chosen.is_absent()) {
      review.answer = Review::Answer::value;
    } else {
      fail(Code::CNF001, "/reviews", "an answer must choose \"crm\", \"local\", or \"value\" with a value");
    }
  }

  const mapping::Plan& plan_;
  const InputLayout& layout_;
  const Value* slots_;
  Arena& arena_;
  Input& input_;
  mapping::Tables& tables_;
  Diagnostic& problem_;
  bool ok_ = true;
};

}  // namespace

InputLayout::InputLayout(const mapping::Plan& plan) {
  expression::InputTable table;
  const auto block = [&](const Path& under, const expression::InputTable& paths) {
    const auto first = static_cast<std::uint32_t>(table.paths().size());
    for (const Path& path : paths.paths()) table.intern(joined(under, path));
    return first;
  };
  const Path at_local{{"local"}}, at_crm{{"crm"}}, at_base{{"base"}};
  local = block(at_local / "record", plan.local);
  crm = block(at_crm / "record", plan.crm);
  base_local = block(at_base / "local", plan.local);
  base_crm = block(at_base / "crm", plan.crm);
  for (const mapping::PlannedEntry& entry : plan.entries) {
    const mapping::Entry& config = *entry.config;
    const auto time_of = [&](const Path& side, const std::vector<mapping::FieldPath>& field) {
      // A derived entry has a field on one side only; its time is not asked for.
      return table.intern(side / "field_times" / (field.empty() ? config.name : to_string(field.front().path)));
    };
    OfEntry slots{};
    slots.local_time = time_of(at_local, config.local);
    slots.crm_time = time_of(at_crm, config.crm);
    slots.agreed_at = table.intern(at_base / "agreed_at" / config.name);
    slots.sent = table.intern(at_base / "sent" / config.name);
    slots.hash = table.intern(at_base / "mapping" / config.name);
    entries.push_back(slots);
  }
  const auto side = [&](const Path& at) {
    return OfSide{table.intern(at),
                  table.intern(at / "fetched"),
                  table.intern(at / "updated_at"),
                  table.intern(at / "deleted"),
                  table.intern(at / "deleted_at"),
                  table.intern(at / "merged_into"),
                  table.intern(at / "acts")};
  };
  local_side = side(at_local);
  crm_side = side(at_crm);
  link = table.intern({{"link"}});
  now = table.intern({{"now"}});
  base = table.intern(at_base);
  agreed_at = table.intern(at_base / "agreed_at");
  reviews = table.intern({{"reviews"}});
  suppressions = table.intern({{"suppressions"}});
  lookups = table.intern({{"lookups"}});
  normalized = table.intern({{"normalized"}});
  for (std::uint32_t slot = 0; slot < table.paths().size(); ++slot) shape.want(table.paths()[slot], slot);
}

bool understand(const mapping::Plan& plan, const InputLayout& layout, const Value* slots, Arena& arena, Input& input,
                mapping::Tables& tables, Diagnostic& problem) {
  return Understanding(plan, layout, slots, arena, input, tables, problem).run();
}

}  // namespace crmsync::conflict
