#pragma once
/// What a target asks of the engine's answers: what does not hold ends the hunt.
#include <cstdlib>
#include <string>

#include "json/reader.h"

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// One JSON value.
inline void require_json(const std::string& text) {
  crmsync::json::Shape shape;
  shape.want({}, 0);
  crmsync::Value value;
  require(crmsync::json::read_document(text, shape, &value).ok());
}
