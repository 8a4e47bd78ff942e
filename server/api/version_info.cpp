#include "server/api/version_info.hpp"

#include <cstddef>
#include <string_view>

#include "server/api/json_text.hpp"

namespace inferno::server {
namespace {

#if defined(__clang__)
constexpr std::string_view compiler = "clang " __clang_version__;
#else
constexpr std::string_view compiler = "gcc " __VERSION__;
#endif

#if defined(__x86_64__)
constexpr std::string_view platform = "linux/amd64";
#elif defined(__aarch64__)
constexpr std::string_view platform = "linux/arm64";
#else
constexpr std::string_view platform = "linux";
#endif

// The `index`th of the numbers between the dots.
std::string_view version_part(std::string_view version, int index) {
  for (; index > 0; --index) {
    const std::size_t dot = version.find('.');
    if (dot == std::string_view::npos) return {};
    version.remove_prefix(dot + 1);
  }
  return version.substr(0, version.find('.'));
}

}  // namespace

std::string version_info_json(const BuildInfo& build) {
  std::string out = "{";
  const auto member = [&](std::string_view key, std::string_view value) {
    if (out.back() != '{') out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
  };
  member("major", version_part(build.version, 0));
  member("minor", version_part(build.version, 1));
  member("gitVersion", "v" + build.version);
  member("gitCommit", build.commit);
  member("gitTreeState", "");
  member("buildDate", build.date);
  member("goVersion", "");
  member("compiler", compiler);
  member("platform", platform);
  return out + '}';
}

}  // namespace inferno::server
