#pragma once
#include <string>
#include <string_view>

#include "diagnostics/diagnostic.h"
#include "mapping/plan.h"

/// A compiled mapping as bytes: eight that say what it is, a digest of all behind it, the number of the format, the
/// engine's version, the names of the host's normalisers that it asks for (in plain text, for the host to find), and
/// the plan. Only the very version that wrote an image reads it: what it holds are instructions and numbers of this
/// engine, not a language that others understand.
namespace crmsync::image {

/// No text, let alone a mapping file, begins so.
inline constexpr std::string_view magic{"\0crmsync", 8};

/// Appends the image of a plan; false where that is impossible.
bool write(const mapping::Plan& plan, std::string_view version, std::string& out);

/// False, with API009 in `problem`, where the bytes are no image that this engine wrote.
bool read(std::string_view bytes, std::string_view version, mapping::Plan& plan, Diagnostic& problem);

}  // namespace crmsync::image
