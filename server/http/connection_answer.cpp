// The answering half of a connection: limits, handler, compression, writing.
#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>

#include "server/api/status.hpp"
#include "server/http/connection.hpp"
#include "server/http/gzip.hpp"
#include "server/http/health_path.hpp"
#include "server/http/response_head.hpp"

namespace inferno::server {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Head and body up to this size go out in one TLS record.
constexpr std::size_t copied_body_bytes = std::size_t{15} << 10U;
constexpr std::size_t logged_bytes = 1024;
constexpr std::size_t compressed_at_once = std::size_t{64} << 10U;

// Tells the observer of the end, whichever way the request ends.
class ObservedRequest {
 public:
  explicit ObservedRequest(ServerObserver& observer) : observer_(observer) { observer_.request_started(); }
  ~ObservedRequest() {
    record_.duration = SteadyClock::now() - started_;
    observer_.request_finished(record_);
  }
  ObservedRequest(const ObservedRequest&) = delete;
  ObservedRequest& operator=(const ObservedRequest&) = delete;
  ObservedRequest(ObservedRequest&&) = delete;
  ObservedRequest& operator=(ObservedRequest&&) = delete;

  void about(const Request& request) {
    record_.method = request.method;
    if (request.segments.size() > 1 && request.segments[0] == "apis") record_.api_group = request.segments[1];
  }
  void answered(unsigned code) { record_.code = code; }
  [[nodiscard]] std::chrono::nanoseconds elapsed() const { return SteadyClock::now() - started_; }

 private:
  ServerObserver& observer_;
  SteadyClock::time_point started_ = SteadyClock::now();
  RequestRecord record_{.method = http::verb::unknown, .api_group = {}, .code = 0, .duration = {}};
};

// A place among the requests in flight, if there is one.
class FlightSlot {
 public:
  FlightSlot(std::atomic<std::size_t>& taken, std::size_t limit)
      : taken_(taken), granted_(taken_.fetch_add(1, std::memory_order_relaxed) < limit) {}
  ~FlightSlot() { taken_.fetch_sub(1, std::memory_order_relaxed); }
  FlightSlot(const FlightSlot&) = delete;
  FlightSlot& operator=(const FlightSlot&) = delete;
  FlightSlot(FlightSlot&&) = delete;
  FlightSlot& operator=(FlightSlot&&) = delete;
  [[nodiscard]] bool granted() const { return granted_; }

 private:
  std::atomic<std::size_t>& taken_;
  bool granted_;
};

Response refusal(ErrorReason reason, std::string message) {
  ApiError error;
  error.reason = reason;
  error.message = std::move(message);
  if (reason == ErrorReason::too_many_requests || reason == ErrorReason::service_unavailable) {
    error.retry_after_seconds = 1;
  }
  return status_response(error);
}

// What clients send must not forge or break a log line.
std::string printable(std::string_view text) {
  if (text.empty()) return "-";
  std::string out(text.substr(0, logged_bytes));
  std::ranges::replace_if(out, [](char c) { return c <= ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace

asio::awaitable<bool> Connection::answer(Received received) {
  ObservedRequest observed(server_->observer);
  Response response;
  bool last = admission_ == Admission::over_limit;
  if (received == Received::unacceptable) {
    request_.method = http::verb::unknown;
    request_.headers.clear();
    request_.identity = {};
    target_.clear();
    response = status_response(parser_.error());
    last = true;
  } else {
    if (server_->logger->should_log(spdlog::level::debug)) target_ = parser_.target();
    last = last || !parser_.keep_alive();
    const auto taken = parser_.take(request_);
    observed.about(request_);
    if (taken) {
      response = co_await respond();
    } else {
      response = status_response(taken.error());
    }
  }
  if (server_->draining && !more_received()) last = true;
  observed.answered(response.status);
  const bool sent = co_await send(response, last);
  if (server_->logger->should_log(spdlog::level::debug)) log_access(response, observed.elapsed());
  co_return sent && !last;
}

asio::awaitable<Response> Connection::respond() {
  const auto& options = server_->options;
  const bool limited = !is_health_path(request_);
  if (limited && admission_ == Admission::over_limit) {
    co_return refusal(ErrorReason::service_unavailable,
                      "too many connections, the limit is " + std::to_string(options.max_connections));
  }
  // A health path never takes a slot, and so never finds none.
  std::optional<FlightSlot> slot;
  if (limited) slot.emplace(server_->requests_in_flight, options.max_requests_in_flight);
  if (slot && !slot->granted()) {
    server_->observer.refused(ServerObserver::Refusal::requests_in_flight);
    co_return refusal(ErrorReason::too_many_requests,
                      "too many requests in flight, the limit is " + std::to_string(options.max_requests_in_flight));
  }
  enter(Phase::handling, options.deadlines.handling);
  Response response;
  std::exception_ptr failure;
  try {
    response = co_await server_->handler(request_, info_);
  } catch (...) {
    failure = std::current_exception();
  }
  if (std::exchange(handling_timed_out_, false)) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    if (failure) {
      response = refusal(ErrorReason::timeout, "the request could not be completed within " +
                                                   std::to_string(options.deadlines.handling.count()) + " ms");
    }
  } else if (failure) {
    response = after_failure(failure);
  }
  co_return response;
}

// What a handler throws is a defect, but for the cancellation that abort() caused.
Response Connection::after_failure(const std::exception_ptr& failure) const {
  std::string cause;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted && !stream_.next_layer().is_open()) throw;
    cause = error.what();
  } catch (const std::exception& error) {
    cause = error.what();
  } catch (...) {
    cause = "an exception of unknown type";
  }
  server_->logger->error("handling {} failed: {}", printable(request_.path), cause);
  return refusal(ErrorReason::internal_error, "internal error; the server's log says more");
}

asio::awaitable<bool> Connection::send(const Response& response, bool last) {
  enter(Phase::writing, server_->options.deadlines.write);
  static const std::string nothing;
  const std::string& plain = response.body ? *response.body : nothing;
  std::string compressed;
  std::string_view body = plain;
  ResponseFraming framing;
  framing.vary_by_encoding = body.size() >= server_->options.gzip_threshold_bytes;
  framing.close = last;
  framing.http_1_0 = parser_.is_http_1_0();
  const bool head = request_.method == http::verb::head;
  if (framing.vary_by_encoding && !head && accepts_gzipped_answer()) {
    compressed = co_await compress(body);
    body = compressed;
    framing.content_encoding = "gzip";
  }
  framing.content_length = body.size();
  out_.clear();
  append_response_head(out_, response, framing);
  if (head) body = {};
  const bool in_one = body.size() <= copied_body_bytes;
  if (in_one) out_ += body;
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(out_),
                                                  in_one ? asio::const_buffer() : asio::buffer(body)};
  const auto [error, size] = co_await asio::async_write(stream_, buffers, as_result);
  co_return !error;
}

// Others get their turn between the pieces: a large scrape must not show in their latency.
asio::awaitable<std::string> Connection::compress(std::string_view body) {
  GzipCompressor compressor;
  while (!body.empty()) {
    const auto piece = body.substr(0, compressed_at_once);
    compressor.add(piece);
    body.remove_prefix(piece.size());
    if (!body.empty()) co_await asio::post(stream_.get_executor(), asio::use_awaitable);
  }
  co_return compressor.finish();
}

bool Connection::accepts_gzipped_answer() const {
  const auto [first, end] = request_.headers.equal_range(http::field::accept_encoding);
  return std::ranges::any_of(std::ranges::subrange(first, end),
                             [](const auto& field) { return accepts_gzip(field.value()); });
}

void Connection::log_access(const Response& response, std::chrono::nanoseconds duration) const {
  server_->logger->debug("access: {} {} {} status={} bytes={} ms={:.3f} user={} audit-id={}",
                         info_.remote.address().to_string(), std::string_view(http::to_string(request_.method)),
                         printable(target_), response.status, response.body ? response.body->size() : 0,
                         std::chrono::duration<double, std::milli>(duration).count(), printable(request_.identity.name),
                         printable(request_.headers["Audit-Id"]));
}

}  // namespace inferno::server
