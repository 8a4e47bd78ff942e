#include "adapter/feedback/feedback.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "adapter/feedback/variant_event.hpp"
#include "adapter/feedback/variant_status.hpp"
#include "adapter/signals/concurrently.hpp"

namespace inferno::feedback {

namespace asio = boost::asio;
using kubernetes::ApiRequest;
using Verb = boost::beast::http::verb;

namespace {

constexpr std::chrono::seconds round_interval{1};
constexpr Duration call_deadline{5'000};
// In this time Prometheus should have answered a replica that has just begun to ask.
constexpr Duration first_answer{30'000};

ApiRequest write_request(Verb method, std::string target, std::string content_type, std::string body) {
  ApiRequest request;
  request.method = method;
  request.target = std::move(target);
  request.content_type = std::move(content_type);
  request.body = std::move(body);
  request.deadline = call_deadline;
  return request;
}

}  // namespace

Feedback::Feedback(kubernetes::ApiClient& client, DecisionService& decisions, FeedbackSettings settings,
                   const Clock& wall_clock, std::function<bool()> may_act, MonotonicClock now)
    : client_(client),
      decisions_(decisions),
      settings_(std::move(settings)),
      wall_clock_(wall_clock),
      may_act_(std::move(may_act)),
      now_(std::move(now)),
      ledger_({.write_interval = settings_.status_interval, .wiring = settings_.wiring}),
      events_(settings_.events),
      status_writes_(settings_.status_writes_per_second, settings_.status_writes_per_second) {}

asio::awaitable<void> Feedback::run() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    co_await round();
    timer.expires_after(round_interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Feedback::round() {
  if (may_act_ && !may_act_()) {
    leads_since_.reset();
    ledger_.forget();
    events_.clear();
    co_return;
  }
  decisions_.keep_asking();
  const auto board = decisions_.board();
  if (board == nullptr) co_return;

  const MonotonicTime now = now_();
  if (!leads_since_) leads_since_ = now;
  // Nobody may have asked this replica so far. To write that it knows nothing, and the truth a moment later, would be
  // two writes too many.
  if (!signals_are_fresh(*board) && now - *leads_since_ < first_answer) co_return;
  std::vector<VariantEvent> happened;
  ledger_.take(board, decisions_.signal_failure().has_value(), happened);
  std::vector<signals::Job> jobs;
  if (settings_.write_status) {
    const auto may_write = [this, now](std::string_view name) { return status_backoff_.may_write(name, now); };
    for (const std::size_t position : ledger_.due(now, status_writes_.available(now), may_write)) {
      status_writes_.take(1);
      jobs.emplace_back([this, position] { return write_status(position); });
    }
  }
  if (settings_.write_events) {
    for (VariantEvent& event : happened) events_.offer(std::move(event), wall_clock_.now(), now);
    for (EventQueue::Entry& entry : events_.take(now)) {
      jobs.emplace_back([this, event = std::move(entry)] { return send_event(event); });
    }
  }
  co_await signals::run_concurrently(jobs);
}

bool Feedback::signals_are_fresh(const DecisionBoard& board) const {
  const auto as_of = board.signals_as_of();
  return as_of && decisions_.now() - *as_of < decisions_.settings().stale_after;
}

asio::awaitable<void> Feedback::write_status(std::size_t position) {
  const Variant& variant = ledger_.variant(position);
  // A write before it in this round may have shown that there is no point.
  if (!status_backoff_.may_write(variant.namespace_name, now_())) co_return;
  const VariantStatus status = ledger_.status(position);
  ApiRequest request = write_request(
      Verb::patch,
      fmt::format("/apis/llmd.ai/v1alpha1/namespaces/{}/variantautoscalings/{}/status?fieldManager=inferno-adapter&"
                  "force=true",
                  variant.namespace_name, variant.name),
      "application/apply-patch+yaml", apply_document(variant, status, wall_clock_.now()));
  const auto result = co_await client_.call(std::move(request));

  const MonotonicTime now = now_();
  if (result) {
    status_backoff_.note_success(variant.namespace_name);
    ledger_.note_written(position, status, now);
  } else if (is_status(result.error(), 404)) {
    ledger_.note_gone(position);
  } else if (!status_backoff_.note_failure(variant.namespace_name, result.error(), now)) {
    // A conflict is nobody's fault: the object is another one by now, as the next state will tell.
    if (ledger_.note_failed(position, now) == 1 && !is_status(result.error(), 409)) {
      spdlog::warn("the status of VariantAutoscaling {}/{} cannot be written, and is tried again: {}",
                   variant.namespace_name, variant.name, result.error().message);
    }
  }
}

asio::awaitable<void> Feedback::send_event(EventQueue::Entry entry) {
  const std::string& name = entry.event.namespace_name;
  if (!event_backoff_.may_write(name, now_())) {
    events_.put_back(std::move(entry));
    co_return;
  }
  ApiRequest request =
      write_request(Verb::post, fmt::format("/apis/events.k8s.io/v1/namespaces/{}/events", name), "application/json",
                    event_document(entry.event, entry.unique, settings_.instance, entry.happened));
  const auto result = co_await client_.call(std::move(request));
  if (result || is_status(result.error(), 409)) {
    event_backoff_.note_success(name);
  } else if (event_backoff_.note_failure(name, result.error(), now_())) {
    events_.put_back(std::move(entry));
  } else {
    spdlog::debug("event about VariantAutoscaling {}/{} refused: {}", name, entry.event.name, result.error().message);
  }
}

}  // namespace inferno::feedback
