#include "expression/functions.h"

/// What docs/functions.md says of operators, macros and aggregates: they are compiled, so no function calls them.
namespace crmsync::expression {
namespace {

constexpr Documentation operators[] = {
    documented(
        "value + value -> value",
        "The sum of numbers; strings, bytes or lists one behind the other; a timestamp or duration with a duration",
        "1 + 2 => 3\n'a' + 'b' => 'ab'\n[1] + [2] => [1, 2]\n"
        "timestamp('2026-03-09T00:00:00Z') + duration('1h') => timestamp('2026-03-09T01:00:00Z')"),
    documented("value - value -> value", "The difference of numbers, of times, of a time and a duration",
               "5 - 7 => -2\ntimestamp('2026-03-10T00:00:00Z') - timestamp('2026-03-09T00:00:00Z') => duration('24h')"),
    documented("number * number -> number", "The product; an int that overflows is an error",
               "3 * 4 => 12\n9223372036854775807 * 2 => error"),
    documented("number / number -> number", "The quotient, of ints without its fraction; an int by 0 is an error",
               "7 / 2 => 3\n7.0 / 2.0 => 3.5\n1 / 0 => error"),
    documented("int % int -> int", "The remainder, with the sign of the first", "7 % 3 => 1\n-7 % 3 => -1"),
    documented("-number -> number", "The number with the other sign", "-(2 + 3) => -5"),
    documented("value == value -> bool", "Whether both are the same; numbers of all types by their value",
               "1 == 1.0 => true\n[1, 'a'] == [1, 'a'] => true\n'1' == 1 => false"),
    documented("value != value -> bool", "Whether both are not the same", "1 != 2 => true"),
    documented("value < value -> bool",
               "Whether it is less; also <=, > and >=; numbers, strings by character, bytes, booleans and times",
               "1 < 1.5 => true\n'Z' < 'a' => true\n2 >= 2 => true"),
    documented("value in list -> bool", "Whether it is an element of a list, or a key of a map",
               "2 in [1, 2] => true\n'a' in {'a': 1} => true"),
    documented("bool && bool -> bool", "Whether both hold; an error counts only if the other side does not decide",
               "true && false => false\nfalse && 1 / 0 > 1 => false"),
    documented("bool || bool -> bool", "Whether one of them holds", "true || false => true\n1 / 0 > 1 || true => true"),
    documented("!bool -> bool", "Whether it does not hold", "!true => false"),
    documented("bool ? value : value -> value", "The first value if it holds, otherwise the second",
               "2 > 1 ? 'yes' : 'no' => 'yes'"),
    documented("list[int] -> value", "The element at a position from 0, or the value of a map's key",
               "['a', 'b'][1] => 'b'\n{'k': 7}['k'] => 7\n[1][5] => error"),
    documented("map.?name -> optional", "The value of a map's key, or nothing; also map[?key] and list[?int]",
               "{'a': 1}.?a.orValue(0) => 1\n[1, 2][?5].orValue(0) => 0\n[1, ?{'a': 2}.?b] => [1]"),
    documented("map.name -> value", "The value of a map's key", "{'name': 'Ada'}.name => 'Ada'"),
};

constexpr Documentation macros[] = {
    documented("has(map.name) -> bool", "Whether the key is there, whatever its value",
               "has({'a': null}.a) => true\nhas({}.a) => false"),
    documented("list.all(x, bool) -> bool", "Whether it holds for every element, or for every key of a map",
               "[1, 2].all(x, x > 0) => true\n[].all(x, x > 0) => true"),
    documented("list.exists(x, bool) -> bool", "Whether it holds for an element", "[1, 2].exists(x, x > 1) => true"),
    documented("list.exists_one(x, bool) -> bool", "Whether it holds for exactly one element",
               "[1, 2, 2].exists_one(x, x == 2) => false"),
    documented(
        "list.all(i, x, bool) -> bool",
        "With two variables: the position and the element, or the key and the value; so also exists and existsOne",
        "[1, 2].all(i, x, x == i + 1) => true\n{'a': 1}.exists(k, v, k == 'a' && v == 1) => true\n"
        "[1, 2].existsOne(i, x, i == 0) => true"),
    documented("list.filter(x, bool) -> list", "The elements for which it holds",
               "[1, 2, 3].filter(x, x > 1) => [2, 3]"),
    documented("list.map(x[, bool], value) -> list", "A value for each element, or for each for which it holds",
               "[1, 2].map(x, x * 10) => [10, 20]\n[1, 2, 3].map(x, x > 1, x * 10) => [20, 30]"),
    documented("list.transformList(i, x[, bool], value) -> list", "The same with two variables",
               "['a', 'b'].transformList(i, x, string(i) + x) => ['0a', '1b']\n"
               "{'a': 1, 'b': 2}.transformList(k, v, v > 1, k) => ['b']"),
    documented("map.transformMap(k, v[, bool], value) -> map", "The map with another value for each key",
               "{'a': 1, 'b': 2}.transformMap(k, v, v * 10) => {'a': 10, 'b': 20}"),
    documented("map.transformMapEntry(k, v[, bool], map) -> map", "A map of the one-key maps that it gives",
               "{'a': 'x'}.transformMapEntry(k, v, {v: k}) => {'x': 'a'}"),
    documented("cel.bind(x, value, value) -> value", "The second value, in which the name stands for the first",
               "cel.bind(x, 3 + 4, x * x) => 49"),
    documented("optional.or(optional) -> optional", "The first that holds a value",
               "optional.none().or(optional.of(1)).value() => 1"),
    documented("optional.orValue(value) -> value", "The value that it holds, otherwise the other",
               "{'a': 1}.?b.orValue(0) => 0"),
    documented("optional.optMap(x, value) -> optional", "With another value in place of the one that it holds",
               "optional.of(2).optMap(x, x * 10).value() => 20"),
    documented("optional.optFlatMap(x, optional) -> optional", "The optional that the value gives, or nothing",
               "optional.of({'a': 1}).optFlatMap(x, x.?a).value() => 1"),
};

constexpr Documentation aggregates[] = {
    documented("SUM([list, ]number) -> number", "The sum over the rows",
               "SUM([{'n': 1}, {'n': 2}], n * 10) => 30\nSUM([], n) => 0"),
    documented("COUNT([[list, ]bool]) -> int", "How many rows there are, or for how many it holds",
               "COUNT([{'n': 1}, {'n': 2}], n > 1) => 1"),
    documented("AVG([list, ]number) -> double", "The mean", "AVG([{'n': 1}, {'n': 2}], n) => 1.5"),
    documented("MIN([list, ]value) -> value", "The least", "MIN([{'n': 3}, {'n': 2}], n) => 2\nMIN([], n) => null"),
    documented("MAX([list, ]value) -> value", "The greatest", "MAX([{'n': 3}, {'n': 2}], n) => 3"),
    documented("ANY([list, ]bool) -> bool", "Whether it holds for some row",
               "ANY([{'n': 1}, {'n': 2}], n > 1) => true"),
    documented("ALL([list, ]bool) -> bool", "Whether it holds for every row",
               "ALL([{'n': 1}, {'n': 2}], n > 1) => false"),
    documented("COUNT_DISTINCT([list, ]value) -> int", "How many different values there are; 1 and 1.0 are equal",
               "COUNT_DISTINCT([{'n': 'a'}, {'n': 'b'}, {'n': 'a'}], n) => 2\nCOUNT_DISTINCT([], n) => 0"),
    documented("FIRST([list, ]value) -> value",
               "The first value that is not null, in the order of the entry's order_by",
               "FIRST([{'n': null}, {'n': 3}, {'n': 2}], n) => 3\nFIRST([], n) => null"),
    documented("LAST([list, ]value) -> value", "The last value that is not null, in the order of the entry's order_by",
               "LAST([{'n': 3}, {'n': 2}, {'n': null}], n) => 2"),
};

}  // namespace

DocumentedLanguage documented_operators() {
  return {operators, std::size(operators)};
}
DocumentedLanguage documented_macros() {
  return {macros, std::size(macros)};
}
DocumentedLanguage documented_aggregates() {
  return {aggregates, std::size(aggregates)};
}

}  // namespace crmsync::expression
