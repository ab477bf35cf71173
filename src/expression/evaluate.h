#pragma once
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"

namespace crmsync::expression {

/// Compiles and evaluates one expression over `variables`, a JSON object: those are all the names there are.
/// `options` is a JSON object `{dialect?: "crm" | "cel", now?, container?, timezone?, zones?}` or empty. Appends the
/// value as JSON; false with `problem` set where anything is wrong, its position in the expression.
bool evaluate(std::string_view source, std::string_view variables, std::string_view options, std::string& out,
              Diagnostic& problem);

/// The same over values that carry their CEL type (`TypedValue` of the package); appends `{"value": TypedValue}`.
bool evaluate_typed(std::string_view source, std::string_view variables, std::string_view options, std::string& out,
                    Diagnostic& problem);

}  // namespace crmsync::expression
