#include "adapter/kubernetes/api/status_error.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "adapter/http_client/http_date.hpp"
#include "adapter/http_client/http_failure.hpp"
#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_message = 500;  // that of a 403 names user, verb, resource and namespace
constexpr std::int64_t longest_wait = std::int64_t{24} * 60 * 60;

std::optional<Duration> seconds(std::int64_t count) {
  if (count < 0) return std::nullopt;
  return std::chrono::seconds{std::min(count, longest_wait)};
}

std::string_view hint(unsigned status) {
  if (status == 401)
    return " (the API server does not accept the adapter's token or client certificate: has it expired?)";
  // Before it has read the roles, an API server refuses everything.
  if (status == 403)
    return " (give the adapter's user this right by a Role or ClusterRole, unless the API server has just started)";
  return {};
}

ApiFailure make_failure(unsigned status, const Json& document, std::string_view otherwise) {
  ApiFailure failure{.kind = ApiFailure::Kind::status,
                     .status = status,
                     .reason = std::string(find_text(document, {"reason"})),
                     .message = "HTTP status " + std::to_string(status),
                     .retry_after = std::nullopt};
  const std::string_view said = find_text(document, {"message"});
  const std::string line = http_client::first_line(said.empty() ? otherwise : said, longest_message);
  if (!line.empty()) failure.message.append(": ").append(line);
  failure.message += hint(status);
  if (const Json* wait = find_field(document, {"details", "retryAfterSeconds"}); wait && wait->is_number_integer()) {
    failure.retry_after = seconds(wait->get<std::int64_t>());
  }
  return failure;
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view value, std::string_view date) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  if (error == std::errc{} && end == value.data() + value.size()) return seconds(count);
  const auto until = http_client::parse_http_date(value);
  const auto now = http_client::parse_http_date(date);
  if (!until || !now) return std::nullopt;
  return seconds(std::chrono::duration_cast<std::chrono::seconds>(*until - *now).count());
}

ApiFailure status_failure(unsigned status, std::string_view body, std::optional<Duration> retry_after) {
  const Json document = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  const bool is_status = find_text(document, {"kind"}) == "Status";
  ApiFailure failure = is_status ? make_failure(status, document, {}) : make_failure(status, Json(), body);
  failure.retry_after = std::max(failure.retry_after, retry_after);
  return failure;
}

ApiFailure status_failure(const Json& document) {
  const Json* code = find_field(document, {"code"});
  const bool is_code = code != nullptr && code->is_number_unsigned() && code->get<std::uint64_t>() < 1000;
  return make_failure(is_code ? code->get<unsigned>() : 500, document, "no message");
}

}  // namespace inferno::kubernetes
