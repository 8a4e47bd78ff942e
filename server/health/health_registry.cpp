#include "server/health/health_registry.hpp"

#include <spdlog/logger.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "server/api/status.hpp"
#include "server/http/health_path.hpp"

namespace inferno::server {
namespace {

constexpr std::string_view name_alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-";

Response text_response(unsigned status, std::string text) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::make_shared<const std::string>(std::move(text));
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Cache-Control", "no-cache, no-store, must-revalidate");
  return response;
}

bool has_parameter(const Request& request, std::string_view name) {
  return std::ranges::any_of(request.query, [name](const auto& pair) { return pair.first == name; });
}

std::set<std::string_view> excluded_names(const Request& request) {
  std::set<std::string_view> names;
  for (const auto& [name, value] : request.query) {
    if (name == "exclude") names.insert(value);
  }
  return names;
}

std::string unmatched_warning(const std::set<std::string_view>& names) {
  std::string quoted;
  for (const auto name : names) {
    if (!quoted.empty()) quoted += ", ";
    quoted += '"';
    quoted += name;
    quoted += '"';
  }
  return "warn: some health checks cannot be excluded: no matches for " + quoted + '\n';
}

boost::asio::awaitable<Response> answer_health(std::shared_ptr<const HealthRegistry> registry, const Request& request) {
  co_return registry->answer(request);
}

}  // namespace

HealthRegistry::HealthRegistry(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {
  add("ping", Kind::liveness_and_readiness, [] { return std::nullopt; });
}

void HealthRegistry::add(std::string name, Kind kind, Check check, Remark remark) {
  const bool valid = !name.empty() && name.find_first_not_of(name_alphabet) == std::string::npos;
  const bool taken = std::ranges::any_of(entries_, [&name](const Entry& entry) { return entry.name == name; });
  if (!valid || taken)
    throw std::invalid_argument("health check name '" + name + "' is " + (valid ? "taken" : "invalid"));
  entries_.push_back({std::move(name), kind, std::move(check), std::move(remark)});
}

bool HealthRegistry::concerns(std::string_view endpoint, const Entry& entry) {
  return endpoint != "livez" || entry.kind == Kind::liveness_and_readiness;
}

Response HealthRegistry::answer(const Request& request) const {
  const auto endpoint = request.segments.front();
  return request.segments.size() == 1 ? answer_all(endpoint, request) : answer_one(endpoint, request.segments[1]);
}

Response HealthRegistry::answer_one(std::string_view endpoint, std::string_view name) const {
  const auto found = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return entry.name == name && concerns(endpoint, entry); });
  if (found == entries_.end()) {
    ApiError error;
    error.reason = ErrorReason::not_found;
    error.message = "no health check of this name at /" + std::string(endpoint);
    return status_response(error);
  }
  const auto failure = found->check();
  if (!failure) return text_response(200, "ok");
  logger_->warn("health check {}/{} failed: {}", endpoint, name, *failure);
  return text_response(500, "internal server error: " + *failure + '\n');
}

Response HealthRegistry::answer_all(std::string_view endpoint, const Request& request) const {
  auto excluded = excluded_names(request);
  std::string lines;
  std::string failed;
  for (const auto& entry : entries_) {
    if (!concerns(endpoint, entry)) continue;
    if (excluded.erase(entry.name) > 0) {
      lines += "[+]" + entry.name + " excluded: ok\n";
    } else if (const auto failure = entry.check()) {
      lines += "[-]" + entry.name + " failed: " + *failure + '\n';
      failed += (failed.empty() ? "" : "; ") + entry.name + ": " + *failure;
    } else {
      const auto remark = entry.remark ? entry.remark() : std::nullopt;
      lines += "[+]" + entry.name + " ok" + (remark ? ": " + *remark : "") + '\n';
    }
  }
  if (!excluded.empty()) lines += unmatched_warning(excluded);
  if (!failed.empty()) {
    logger_->warn("{} check failed: {}", endpoint, failed);
    return text_response(500, lines + std::string(endpoint) + " check failed\n");
  }
  if (!has_parameter(request, "verbose")) return text_response(200, "ok");
  return text_response(200, lines + std::string(endpoint) + " check passed\n");
}

void add_health_routes(Router& router, const std::shared_ptr<const HealthRegistry>& registry) {
  const Handler handler = [registry](const Request& request) { return answer_health(registry, request); };
  for (const auto endpoint : health_endpoints) {
    const std::string path = "/" + std::string(endpoint);
    router.add(boost::beast::http::verb::get, path, handler);
    router.add(boost::beast::http::verb::get, path + "/*", handler);
  }
}

}  // namespace inferno::server
