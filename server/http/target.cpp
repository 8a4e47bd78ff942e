#include "server/http/target.hpp"

#include <optional>
#include <string>
#include <utility>

#include "server/common/percent_decoding.hpp"

namespace inferno::server {
namespace {

// Appends `text` decoded. Says what is wrong, if anything.
std::optional<std::string> append_decoded(std::string& out, std::string_view text, Plus plus) {
  const auto begin = out.size();
  if (const auto malformed = append_percent_decoded(out, text, plus)) {
    return "malformed percent-encoding '" + std::string(*malformed) + "' in the request target";
  }
  if (out.find('\0', begin) != std::string::npos) return "encoded NUL (%00) in the request target";
  return std::nullopt;
}

ApiError bad_request(std::string message) {
  ApiError error;
  error.reason = ErrorReason::bad_request;
  error.message = std::move(message);
  return error;
}

bool starts_with_scheme(std::string_view target) {
  return target.starts_with("http://") || target.starts_with("https://");
}

std::string_view without_authority(std::string_view target) {
  const std::string_view rest = target.substr(target.find("//") + 2);
  const auto path = rest.find_first_of("/?");
  return path == std::string_view::npos ? std::string_view{} : rest.substr(path);
}

// The path gets room for all of the target first: decoding never lengthens, so the segments' views stay valid.
std::optional<std::string> parse_path(std::string_view text, Request& request) {
  request.path.reserve(text.size() + 1);
  while (!text.empty()) {
    const auto end = text.find('/');
    const auto segment = text.substr(0, end);
    const auto begin = request.path.size();
    if (auto wrong = append_decoded(request.path, segment, Plus::is_itself)) return wrong;
    if (!segment.empty()) request.segments.push_back(std::string_view(request.path).substr(begin));
    if (end == std::string_view::npos) break;
    request.path += '/';
    text.remove_prefix(end + 1);
  }
  if (request.path.empty()) request.path += '/';  // absolute form without a path
  return std::nullopt;
}

std::optional<std::string> parse_query(std::string_view text, Request& request) {
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto& [name, value] = request.query.emplace_back();
    if (auto wrong = append_decoded(name, pair.substr(0, equals), Plus::is_space)) return wrong;
    if (equals == std::string_view::npos) continue;
    if (auto wrong = append_decoded(value, pair.substr(equals + 1), Plus::is_space)) return wrong;
  }
  return std::nullopt;
}

}  // namespace

Result<void> parse_target(std::string_view target, Request& request) {
  request.path.clear();
  request.segments.clear();
  request.query.clear();
  if (starts_with_scheme(target)) {
    target = without_authority(target);
  } else if (!target.starts_with('/')) {
    return bad_request("the request target must be a path that starts with '/'");
  }
  const auto question = target.find('?');
  if (auto wrong = parse_path(target.substr(0, question), request)) return bad_request(*std::move(wrong));
  if (question == std::string_view::npos) return {};
  if (auto wrong = parse_query(target.substr(question + 1), request)) return bad_request(*std::move(wrong));
  return {};
}

}  // namespace inferno::server
