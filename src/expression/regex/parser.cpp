#include <algorithm>

#include "expression/regex/alphabet.h"
#include "expression/regex/class_builder.h"
#include "expression/text.h"

/// From a pattern to its automaton in one pass, without a tree: each piece of code can be moved and copied.
namespace crmsync::expression::regex {
namespace {

/// Steps of compiling; some milliseconds.
constexpr std::uint32_t max_work = 5'000'000;
constexpr std::uint32_t max_names = 1000;
constexpr std::uint32_t unlimited = 0xFFFFFFFF;

enum Flag : std::uint8_t { fold_case = 1, multi_line = 2, dot_all = 4 };

constexpr const char* too_large = "it is too large when it is compiled";
constexpr const char* no_back_references = "there are no back-references, so that matching takes linear time";

class Parser {
 public:
  Parser(std::string_view pattern, Arena& arena, Mistake& mistake)
      : pattern_(pattern),
        arena_(arena),
        mistake_(mistake),
        code_(arena),
        sets_(arena),
        groups_(arena),
        names_(arena),
        class_(arena, work_),
        part_(arena, work_) {}

  bool parse();
  Program finish();

 private:
  struct Group {
    std::uint32_t begin, branch;  // in the code
    std::uint32_t jumps;          // the last jump out of an alternative, plus 1; each holds the one before
    std::uint32_t weight;         // the highest product of repetitions in it
    std::uint8_t flags;           // outside
    std::size_t offset;
  };

  bool fail(const char* what, std::size_t begin, std::size_t end, const char* hint = "");
  /// Nothing more is read then: what is left could take long.
  bool is_too_large() const { return code_.size() > max_instructions || range_count_ > max_ranges || work_ > max_work; }
  bool at_end() const { return position_ == pattern_.size(); }
  bool take(std::string_view text);
  bool next(char32_t& c);

  bool item();
  bool open(std::size_t begin);
  bool named_group(std::size_t begin);
  bool flags(std::size_t begin, bool& group);
  bool close(std::size_t begin);
  void land();
  void alternate();
  bool repeat(std::size_t begin, std::uint32_t least, std::uint32_t most);
  bool counts(std::uint32_t& least, std::uint32_t& most);
  bool natural(std::uint32_t& value);
  bool copy_atom(std::uint32_t least, std::uint32_t most, bool without_end);
  bool escape(std::size_t begin);
  bool escaped_code_point(std::size_t begin, char32_t& c);
  bool hexadecimal(char32_t& c);
  bool is_class_escape() const;
  bool class_escape(std::size_t begin);
  bool category(std::size_t begin, bool negated);
  bool bracket(std::size_t begin);
  bool class_code_point(char32_t& c);
  std::size_t end_of_ascii_class();

  bool folds() const { return flags_ & fold_case; }
  void begin_atom();
  bool assertion(Op op);
  bool literal(char32_t c);
  bool any(bool also_new_line);
  void set();

  std::string_view pattern_;
  Arena& arena_;
  Mistake& mistake_;
  std::size_t position_ = 0;
  Buffer<Instruction> code_;
  Buffer<Set> sets_;
  Buffer<Group> groups_;
  Buffer<std::string_view> names_;
  std::uint32_t work_ = 0;
  ClassBuilder class_, part_;
  std::uint32_t range_count_ = 0;
  std::uint32_t assertions_ = 0;
  std::uint8_t flags_ = 0;
  bool no_more_ends_ = false;
  // What a repetition would repeat.
  bool has_atom_ = false;
  std::uint32_t atom_ = 0, atom_weight_ = 1;
  std::size_t repeat_begin_ = 0, repeat_end_ = 0;  // of the last repetition
};

bool Parser::fail(const char* what, std::size_t begin, std::size_t end, const char* hint) {
  if (!mistake_.what) mistake_ = {what, hint, begin, end - begin};
  return false;
}

bool Parser::take(std::string_view text) {
  if (!pattern_.substr(position_).starts_with(text)) return false;
  position_ += text.size();
  return true;
}

/// The next code point; there must be one.
bool Parser::next(char32_t& c) {
  const CodePoint point = code_point_at(pattern_, position_);
  if (point.length == 0) return fail("it is not valid UTF-8", position_, position_ + 1);
  c = point.value;
  position_ += point.length;
  return true;
}

bool Parser::parse() {
  groups_.push({0, 0, 0, 1, 0, 0});
  while (!at_end()) {
    const std::size_t begin = position_;
    if (!item()) return false;
    if (is_too_large()) return fail(too_large, begin, position_);
  }
  if (groups_.size() > 1) return fail("a '(' is not closed", groups_.top().offset, groups_.top().offset + 1);
  land();
  code_.push({});
  return true;
}

Program Parser::finish() {
  Program program;
  program.code = code_.data();
  program.size = code_.size();
  program.sets = sets_.data();
  program.set_count = sets_.size();
  program.assertions = assertions_;
  make_alphabet(program, arena_, work_);
  program.work = work_;
  return program;
}

bool Parser::item() {
  const std::size_t begin = position_;
  char32_t c = 0;
  if (!next(c)) return false;
  switch (c) {
    case '(': return open(begin);
    case ')': return close(begin);
    case '|': alternate(); return true;
    case '^': return assertion(flags_ & multi_line ? Op::line_begin : Op::text_begin);
    case '$': return assertion(flags_ & multi_line ? Op::line_end : Op::text_end);
    case '.': return any(flags_ & dot_all);
    case '[': return bracket(begin);
    case '*': return repeat(begin, 0, unlimited);
    case '+': return repeat(begin, 1, unlimited);
    case '?': return repeat(begin, 0, 1);
    case '\\': return escape(begin);
    case '{': {
      std::uint32_t least = 0, most = 0;
      // RE2: what is no count is text.
      return counts(least, most) ? repeat(begin, least, most) : literal(c);
    }
    default: return literal(c);
  }
}

// --- groups ---

bool Parser::open(std::size_t begin) {
  const std::uint8_t outside = flags_;
  if (take("?")) {
    bool group = true;
    if (!(take("P<") || (pattern_.substr(position_, 2) != "<=" && pattern_.substr(position_, 2) != "<!" && take("<"))
              ? named_group(begin)
              : flags(begin, group))) {
      return false;
    }
    if (!group) return true;
  }
  if (groups_.size() > max_nesting) return fail("its groups are nested too deeply", begin, position_);
  groups_.push({code_.size(), code_.size(), 0, 1, outside, begin});
  has_atom_ = false;
  return true;
}

bool Parser::named_group(std::size_t begin) {
  const std::size_t end = std::min(pattern_.find('>', position_), pattern_.size());
  const std::string_view name = pattern_.substr(position_, end - position_);
  const bool valid = !name.empty() && end < pattern_.size() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_word(static_cast<unsigned char>(c));
  });
  if (!valid) return fail("a group's name is malformed", begin, end, "it consists of letters, digits and _");
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return fail("a group's name stands twice", position_, end);
  }
  if (names_.size() == max_names) return fail(too_large, begin, end);
  names_.push(name);
  position_ = end + 1;
  return true;
}

/// `(?i-s)` and `(?i-s:`; `group` is whether a group opens.
bool Parser::flags(std::size_t begin, bool& group) {
  if (take("=") || take("!") || take("<=") || take("<!")) {
    return fail("look-around is not part of RE2", begin, position_, "matching takes linear time, so there is none");
  }
  if (take("P=")) return fail("back-references are not part of RE2", begin, position_, no_back_references);
  bool clear = false, any = false;
  while (!at_end()) {
    const char c = pattern_[position_++];
    const std::size_t flag = std::string_view("imsU").find(c);
    if (flag != std::string_view::npos) {
      // U swaps greedy and lazy, and a match is a match either way.
      const auto bit = static_cast<std::uint8_t>(1 << flag & (fold_case | multi_line | dot_all));
      flags_ = static_cast<std::uint8_t>(clear ? flags_ & ~bit : flags_ | bit);
      any = true;
    } else if (c == '-' && !clear) {
      clear = true;
      any = false;
    } else if ((c == ':' || c == ')') && (any || !clear)) {
      group = c == ':';
      return true;
    } else {
      break;
    }
  }
  return fail("a group begins in a way that RE2 does not have", begin, position_,
              "it has (?:…), (?P<name>…), (?<name>…) and the flags i, m, s, U");
}

bool Parser::close(std::size_t begin) {
  if (groups_.size() == 1) return fail("a ')' closes nothing", begin, position_);
  land();
  const Group group = groups_.top();
  groups_.shrink(groups_.size() - 1);
  flags_ = group.flags;
  has_atom_ = true;
  atom_ = group.begin;
  atom_weight_ = group.weight;
  groups_.top().weight = std::max(groups_.top().weight, group.weight);
  return true;
}

/// Lets the jumps behind the alternatives of the innermost group end here.
void Parser::land() {
  for (std::uint32_t jump = groups_.top().jumps; jump != 0;) {
    std::uint32_t& target = code_[jump - 1].a;
    const std::uint32_t before = target;
    target = code_.size() - (jump - 1);
    jump = before;
  }
}

void Parser::alternate() {
  Group& group = groups_.top();
  work_ += code_.size() - group.branch;
  code_.insert(group.branch, {Op::split, code_.size() - group.branch + 2, 0});
  code_.push({Op::jump, group.jumps, 0});
  group.jumps = group.branch = code_.size();
  has_atom_ = false;
}

// --- repetition ---

/// A number as RE2 reads it, without zeros in front; one that is far too large stays so.
bool Parser::natural(std::uint32_t& value) {
  const std::size_t begin = position_;
  value = 0;
  while (!at_end() && pattern_[position_] >= '0' && pattern_[position_] <= '9') {
    value =
        std::min<std::uint32_t>(value * 10 + static_cast<std::uint32_t>(pattern_[position_++] - '0'), max_repeat + 1);
  }
  return position_ > begin && (position_ == begin + 1 || pattern_[begin] != '0');
}

/// `n}`, `n,}` or `n,m}`; stays where it is if there is none.
bool Parser::counts(std::uint32_t& least, std::uint32_t& most) {
  const std::size_t begin = position_;
  bool ok = natural(least);
  most = least;
  if (ok && take(",")) {
    if (take("}")) {
      most = unlimited;
      return true;
    }
    ok = natural(most);
  }
  if (ok && take("}")) return true;
  position_ = begin;
  return false;
}

bool Parser::repeat(std::size_t begin, std::uint32_t least, std::uint32_t most) {
  take("?");  // lazy
  if (begin == repeat_end_ && begin > 0) {
    return fail("a repetition is repeated", repeat_begin_, position_, "brackets make it one thing: (?:a*)*");
  }
  if (!has_atom_) return fail("there is nothing to repeat", begin, position_, "the character itself is written \\*");
  const std::uint32_t highest = most == unlimited ? least : most;
  if (highest < least || highest > max_repeat) {
    return fail("a repetition's count is wrong", begin, position_, "it is {n}, {n,} or {n,m}, at most 1000");
  }
  if (highest > 1) atom_weight_ *= highest;
  if (atom_weight_ > max_repeat) {
    return fail("repetitions inside each other have a product above 1000", begin, position_);
  }
  groups_.top().weight = std::max(groups_.top().weight, atom_weight_);
  repeat_begin_ = begin;
  repeat_end_ = position_;
  return copy_atom(least, highest, most == unlimited) || fail(too_large, begin, position_);
}

/// x{2,4} becomes x x (split end) x (split end) x, x{2,} becomes x x (split back), x* becomes (split end) x (jump
/// back). False if that is too large.
bool Parser::copy_atom(std::uint32_t least, std::uint32_t most, bool without_end) {
  const std::uint32_t length = code_.size() - atom_;
  const std::uint32_t end = atom_ + least * length + (most - least) * (length + 1);
  work_ += end - atom_;
  if (end > max_instructions) return false;
  if (most == 0 && !without_end) {
    code_.shrink(atom_);
    return true;
  }
  std::uint32_t original = atom_;
  if (least == 0) {
    code_.insert(original++, {Op::split, without_end ? length + 2 : end - atom_, 0});
    if (without_end) {
      code_.push({Op::jump, 0 - (length + 1), 0});
      return true;
    }
  }
  for (std::uint32_t i = 1; i < most; ++i) {
    if (i >= least) code_.push({Op::split, end - code_.size(), 0});
    for (std::uint32_t k = 0; k < length; ++k) code_.push(code_[original + k]);
  }
  if (without_end) code_.push({Op::split, 0 - length, 0});
  return true;
}

// --- escapes and classes ---

bool Parser::escape(std::size_t begin) {
  if (is_class_escape()) {
    class_.clear();
    if (!class_escape(begin)) return false;
    set();
    return true;
  }
  if (take("A")) return assertion(Op::text_begin);
  if (take("z")) return assertion(Op::text_end);
  if (take("b")) return assertion(Op::boundary);
  if (take("B")) return assertion(Op::no_boundary);
  if (take("C")) {
    return fail("\\C is not there", begin, position_, "a text consists of code points, not of bytes: (?s:.) is any");
  }
  char32_t c = 0;
  if (take("Q")) {
    while (!at_end() && !take("\\E")) {
      if (!next(c)) return false;
      literal(c);
      if (is_too_large()) break;
    }
    return true;
  }
  return escaped_code_point(begin, c) && literal(c);
}

/// What follows a backslash, where it stands for one code point.
bool Parser::escaped_code_point(std::size_t begin, char32_t& c) {
  if (at_end()) return fail("a backslash ends it", begin, position_, "a backslash itself is written \\\\");
  if (!next(c)) return false;
  const auto octal = [this] { return !at_end() && pattern_[position_] >= '0' && pattern_[position_] <= '7'; };
  if (c >= '1' && c <= '9' && (c > '7' || !octal())) {
    return fail("back-references are not part of RE2", begin, position_, no_back_references);
  }
  if (c >= '0' && c <= '7') {
    c -= '0';
    for (int i = 0; i < 2 && octal(); ++i) c = c * 8 + static_cast<char32_t>(pattern_[position_++] - '0');
    return true;
  }
  if (c == 'x') {
    if (hexadecimal(c)) return true;
  } else if (const std::size_t plain = std::string_view("afnrtv").find(static_cast<char>(c));
             c < 0x80 && plain != std::string_view::npos) {
    c = static_cast<unsigned char>("\a\f\n\r\t\v"[plain]);
    return true;
  } else if (c < 0x80 && (!is_word(c) || c == '_')) {
    return true;
  }
  return fail("there is no such escape", begin, position_, "a backslash itself is written \\\\");
}

/// Two digits, or any number in braces.
bool Parser::hexadecimal(char32_t& c) {
  const bool braces = take("{");
  const std::size_t begin = position_;
  for (c = 0; !at_end() && (braces || position_ < begin + 2); ++position_) {
    const char digit = pattern_[position_];
    if (digit >= '0' && digit <= '9') {
      c = c * 16 + static_cast<char32_t>(digit - '0');
    } else if ((digit | 32) >= 'a' && (digit | 32) <= 'f') {
      c = c * 16 + static_cast<char32_t>((digit | 32) - 'a' + 10);
    } else {
      break;
    }
    if (c > last_code_point) return false;
  }
  return braces ? position_ > begin && take("}") : position_ == begin + 2;
}

bool Parser::is_class_escape() const {
  return !at_end() && std::string_view("dswDSWpP").find(pattern_[position_]) != std::string_view::npos;
}

/// Adds the class that follows a backslash.
bool Parser::class_escape(std::size_t begin) {
  const char letter = pattern_[position_++];
  const char name = static_cast<char>(letter | 32);
  part_.clear();
  bool negated = letter != name;
  if (name == 'p') return category(begin, negated);
  part_.add_ascii_class({&name, 1}, folds());
  negated ? part_.negate() : part_.normalise();
  class_.add(part_);
  return true;
}

bool Parser::category(std::size_t begin, bool negated) {
  std::string_view name;
  if (take("{")) {
    if (take("^")) negated = !negated;
    const std::size_t end = std::min(pattern_.find('}', position_), pattern_.size());
    name = pattern_.substr(position_, end - position_);
    position_ = std::min(end + 1, pattern_.size());
  } else {
    name = pattern_.substr(position_, 1);
    position_ += name.size();
  }
  if (!part_.add_category(name, folds())) {
    return fail("this class of Unicode is not there", begin, position_,
                "there are \\pL (letters), \\pN (numbers), \\p{Nd} (decimal digits), \\pZ (separators) and \\p{Any}");
  }
  negated ? part_.negate() : part_.normalise();
  class_.add(part_);
  return true;
}

bool Parser::class_code_point(char32_t& c) {
  const std::size_t begin = position_;
  return next(c) && (c != '\\' || escaped_code_point(begin, c));
}

/// Where the `:]` of a `[:` that stands here is; npos if there is none.
std::size_t Parser::end_of_ascii_class() {
  if (no_more_ends_ || !pattern_.substr(position_).starts_with("[:")) return std::string_view::npos;
  const std::size_t end = pattern_.find(":]", position_ + 2);
  no_more_ends_ = end == std::string_view::npos;  // looked for once, or many `[:` would take quadratic time
  return end;
}

bool Parser::bracket(std::size_t begin) {
  class_.clear();
  const bool negated = take("^");
  for (bool first = true; first || !take("]"); first = false) {
    const std::size_t from = position_;
    if (at_end()) return fail("a '[' is not closed", begin, begin + 1);
    if (is_too_large()) return fail(too_large, begin, position_);
    if (const std::size_t end = end_of_ascii_class(); end != std::string_view::npos) {
      position_ += 2;
      const bool without = take("^");
      part_.clear();
      const bool known = part_.add_ascii_class(pattern_.substr(position_, end - position_), folds());
      const bool is_escape = end - position_ == 1;  // d, s and w have no such names
      position_ = end + 2;
      if (!known || is_escape) {
        return fail("there is no ASCII class of that name", from, position_, "they are [:alpha:], [:digit:], …");
      }
      without ? part_.negate() : part_.normalise();
      class_.add(part_);
      continue;
    }
    if (take("\\")) {
      if (is_class_escape()) {
        if (!class_escape(from)) return false;
        continue;
      }
      --position_;
    }
    char32_t low = 0, high = 0;
    if (!class_code_point(low)) return false;
    high = low;
    if (position_ + 1 < pattern_.size() && pattern_[position_ + 1] != ']' && take("-")) {
      if (!class_code_point(high)) return false;
      if (high < low) return fail("a range of characters ends before it begins", from, position_);
    }
    folds() ? class_.add_folded(low, high) : class_.add(low, high);
  }
  if (negated) class_.negate();
  set();
  return true;
}

// --- code ---

void Parser::begin_atom() {
  has_atom_ = true;
  atom_ = code_.size();
  atom_weight_ = 1;
}

bool Parser::assertion(Op op) {
  begin_atom();
  assertions_ |= assertion_bit(op);
  code_.push({op, 0, 0});
  return true;
}

bool Parser::literal(char32_t c) {
  class_.clear();
  folds() ? class_.add_folded(c, c) : class_.add(c, c);
  set();
  return true;
}

bool Parser::any(bool also_new_line) {
  class_.clear();
  if (!also_new_line) class_.add('\n', '\n');
  class_.negate();
  set();
  return true;
}

/// One code point of `class_`.
void Parser::set() {
  begin_atom();
  class_.normalise();
  const std::uint32_t count = class_.size();
  if (count == 1) {
    code_.push({Op::range, class_.ranges()->first, class_.ranges()->last});
    return;
  }
  std::uint32_t found = 0;
  for (; found < sets_.size(); ++found) {
    if (sets_[found].count == count &&
        (count == 0 || std::memcmp(sets_[found].ranges, class_.ranges(), count * sizeof(Range)) == 0)) {
      break;
    }
  }
  work_ += found;
  if (found == sets_.size()) {
    Range* const ranges = arena_.array<Range>(count);
    std::copy_n(class_.ranges(), count, ranges);
    sets_.push({ranges, count});
    range_count_ += count;
  }
  code_.push({Op::any_of, found, 0});
}

}  // namespace

const Program* compile(std::string_view pattern, Arena& arena, Mistake& mistake) {
  Parser parser(pattern, arena, mistake);
  if (!parser.parse()) return nullptr;
  Program* const program = arena.array<Program>(1);
  *program = parser.finish();
  return program;
}

}  // namespace crmsync::expression::regex
