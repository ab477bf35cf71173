#include "image/image.h"

#include "image/archive.h"
#include "image/plan.h"
#include "mapping/describe.h"
#include "mapping/hash.h"

namespace crmsync::image {
namespace {

constexpr std::size_t digest_size = 32;
constexpr std::uint64_t this_format = 1;

bool refuse(Diagnostic& problem, const Words& message) {
  problem = make_diagnostic(Code::API009, message);
  problem.hint = "compile the mapping file again, and store what toBytes gives";
  return false;
}

}  // namespace

bool write(const mapping::Plan& plan, std::string_view version, std::string& out) {
  std::string body;
  Archive archive(body);
  std::uint64_t format = this_format;
  std::string normalizers;
  mapping::append_host_normalizers(plan, normalizers);
  archive.wide(format, this_format);
  archive.text(version);
  archive.text(normalizers);
  // Written, it stays as it is.
  members(archive, const_cast<mapping::Plan&>(plan));
  out.append(magic).append(mapping::long_hash(body)).append(body);
  return archive.ok();
}

bool read(std::string_view bytes, std::string_view version, mapping::Plan& plan, Diagnostic& problem) {
  if (!bytes.starts_with(magic)) return refuse(problem, "these bytes are no compiled mapping");
  bytes.remove_prefix(magic.size());
  const std::string_view digest = bytes.substr(0, digest_size), body = bytes.substr(digest.size());
  if (mapping::long_hash(body) != digest) return refuse(problem, "the compiled mapping is damaged or cut off");
  Archive archive(body, *plan.configuration.arena);
  std::uint64_t format = 0;
  std::string_view writer;
  std::string normalizers, asked;
  archive.wide(format, UINT64_MAX);
  archive.text(writer);
  if (archive.ok() && (format != this_format || writer != version))
    return refuse(problem, {"the mapping was compiled by version ", writer, ", this is version ", version});
  archive.text(normalizers);
  members(archive, plan);
  if (archive.ok()) mapping::append_host_normalizers(plan, asked);
  return (archive.ok() && asked == normalizers) ||
         refuse(problem, "the compiled mapping holds what this engine never writes");
}

}  // namespace crmsync::image
