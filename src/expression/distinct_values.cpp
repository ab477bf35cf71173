#include "expression/distinct_values.h"

#include <algorithm>
#include <cmath>

#include "expression/equality.h"

namespace crmsync::expression {
namespace {

void mix(std::uint32_t& hash, std::uint64_t word) {
  hash = (hash ^ static_cast<std::uint32_t>(word ^ word >> 32)) * 0x9E3779B1;
  hash ^= hash >> 15;
}

double nearest_double(const Value& number) {
  if (number.kind == Kind::integer) return static_cast<double>(number.integer);
  return number.kind == Kind::unsigned_integer ? static_cast<double>(number.natural) : number.number;
}

/// The same for values that are equal, whatever their types. False if the budget does not allow it.
bool add_to_hash(const Value& written, std::uint32_t& hash, Context& context) {
  const Value value = scalar(written, context.lenient);
  switch (value.kind) {
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::number:
      mix(hash, __builtin_bit_cast(std::uint64_t, nearest_double(value) + 0.0));
      return true;  // -0 is 0
    case Kind::boolean: mix(hash, value.boolean); return true;
    case Kind::string:
    case Kind::bytes:
    case Kind::type:
      for (const char c : value.view()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;  // FNV-1a
      mix(hash, value.size);
      return context.charge_text(value.size);
    case Kind::timestamp: mix(hash, value.size); [[fallthrough]];
    case Kind::duration: mix(hash, static_cast<std::uint64_t>(value.integer)); return true;
    case Kind::list:
    case Kind::optional:
      mix(hash, value.size);
      return context.charge(1 + value.size) &&
             std::all_of(value.elements, value.elements + value.size,
                         [&](auto& each) { return add_to_hash(each, hash, context); });
    case Kind::map: {
      std::uint32_t sum = value.size;  // in whatever order the members stand
      if (!context.charge(1 + value.size)) return false;
      for (std::uint32_t i = 0; i < value.size; ++i) {
        std::uint32_t member = 0;
        if (!add_to_hash(value.members[i].key, member, context)) return false;
        if (!add_to_hash(value.members[i].value, member, context)) return false;
        sum += member;
      }
      mix(hash, sum);
      return true;
    }
    default: mix(hash, static_cast<std::uint64_t>(value.kind)); return true;
  }
}

}  // namespace

DistinctValues::Bucket& DistinctValues::free_bucket(std::uint32_t hash) {
  const std::uint32_t mask = 2 * capacity_ - 1;
  std::uint32_t at = hash & mask;
  while (buckets_[at].number != 0) at = (at + 1) & mask;
  return buckets_[at];
}

bool DistinctValues::grow(Context& context) {
  const std::uint32_t buckets = 2 * capacity_, larger = std::max(8U, buckets);
  if (!context.has_room(larger * (sizeof(Value) + 2 * sizeof(Bucket)))) return false;
  const Bucket* const before = buckets_;
  Value* const values = context.arena.room<Value>(larger);
  std::copy(values_, values_ + size_, values);
  values_ = values;
  buckets_ = context.arena.array<Bucket>(2 * std::size_t{larger});
  capacity_ = larger;
  for (std::uint32_t i = 0; i < buckets; ++i) {
    if (before[i].number != 0) free_bucket(before[i].hash) = before[i];
  }
  return true;
}

Value DistinctValues::add(const Value& value, Context& context) {
  std::uint32_t hash = 0;
  if (!context.charge(1) || !add_to_hash(value, hash, context)) return context.out_of_budget();
  if (value.kind == Kind::number && std::isnan(value.number)) hash = size_;  // no two of them are equal
  if (size_ == capacity_ && !grow(context)) return context.out_of_memory();
  const std::uint32_t mask = 2 * capacity_ - 1;
  for (std::uint32_t at = hash & mask; buckets_[at].number != 0; at = (at + 1) & mask) {
    if (!context.charge(1)) return context.out_of_budget();
    if (buckets_[at].hash != hash) continue;
    const Equality equality = compare_equal(values_[buckets_[at].number - 1], value, context);
    if (equality == Equality::out_of_budget) return context.out_of_budget();
    if (equality == Equality::equal) return {};
  }
  values_[size_++] = value;
  free_bucket(hash) = {hash, size_};
  return {};
}

}  // namespace crmsync::expression
