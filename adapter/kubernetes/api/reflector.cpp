#include "adapter/kubernetes/api/reflector.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <random>
#include <utility>

#include "adapter/http_client/percent_encoding.hpp"
#include "adapter/kubernetes/api/list_reader.hpp"
#include "adapter/kubernetes/api/status_error.hpp"
#include "adapter/kubernetes/api/watch_reader.hpp"
#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {

namespace asio = boost::asio;
using Json = nlohmann::json;

namespace {

// A watch that ends sooner and without an event was of no use: beginning another one at once could go on forever.
constexpr std::chrono::seconds shortest_watch{1};

std::function<double()> random_numbers() {
  return [engine = std::mt19937(std::random_device{}()),
          distribution = std::uniform_real_distribution<double>(0, 1)]() mutable { return distribution(engine); };
}

ApiFailure malformed(const ParseError& error) {
  ApiFailure failure;
  failure.kind = ApiFailure::Kind::malformed;
  failure.message = error.message;
  return failure;
}

// The server has forgotten the resourceVersion or the continue token.
bool is_expired(const ApiFailure& failure) {
  return failure.kind == ApiFailure::Kind::status && (failure.status == 410 || failure.reason == "Expired");
}

// Whether the watch may be tried again from the same resourceVersion. Otherwise the server may never take it: 504 is
// its answer to one from the future, as after etcd was restored from a backup.
bool keeps_place(const ApiFailure& failure) {
  if (failure.kind != ApiFailure::Kind::status) return true;
  const unsigned status = failure.status;
  return status == 401 || status == 403 || status == 429 || (status >= 500 && status != 504);
}

asio::awaitable<void> sleep_for(Duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

// Takes the answer to one watch.
class Reflector::Watch final : public ByteSink {
 public:
  explicit Watch(Reflector& reflector)
      : reflector_(reflector), reader_([this](const WatchEvent& event) { return apply(event); }) {}

  void on_open() override {
    is_open_ = true;
    reflector_.succeeded(ProblemEnd::opened_watch);
  }

  bool on_bytes(std::string_view bytes) override {
    changed_ = false;
    const bool is_wanted = reader_.feed(bytes);
    if (changed_) reflector_.listener_.on_batch_end();
    return is_wanted;
  }

  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] bool had_event() const { return had_event_; }
  // What is wrong with what came; nothing where the stream has just ended.
  [[nodiscard]] std::optional<ApiFailure> failure() const {
    if (failure_) return failure_;
    const auto read = reader_.finish();
    if (!read) return malformed(read.error());
    return std::nullopt;
  }

 private:
  bool apply(const WatchEvent& event) {
    switch (event.type) {
      case WatchEvent::Type::error:
        failure_ = status_failure(event.object);
        return false;
      case WatchEvent::Type::deleted: {
        const auto name = parse_object_name(event.object);
        if (!name) {
          failure_ = malformed(name.error());
          return false;
        }
        reflector_.listener_.on_deleted(*name);
        changed_ = true;
        break;
      }
      case WatchEvent::Type::added:
      case WatchEvent::Type::modified:
        reflector_.listener_.on_object(event.object);
        changed_ = true;
        break;
      case WatchEvent::Type::bookmark:
        break;
    }
    const std::string_view version = find_text(event.object, {"metadata", "resourceVersion"});
    if (!version.empty()) reflector_.resource_version_ = version;
    had_event_ = true;
    reflector_.succeeded(ProblemEnd::event);
    return true;
  }

  Reflector& reflector_;
  WatchReader reader_;
  std::optional<ApiFailure> failure_;
  bool is_open_ = false;
  bool had_event_ = false;
  bool changed_ = false;  // the listener has been told something since on_batch_end
};

Reflector::Reflector(ApiClient& client, ResourcePath path, CollectionListener& listener, ReflectorTiming timing,
                     std::function<double()> random)
    : client_(client),
      path_(std::move(path)),
      listener_(listener),
      timing_(timing),
      random_(random ? std::move(random) : random_numbers()) {}

asio::awaitable<void> Reflector::run() {
  while (true) {
    Duration pause{};
    if (resource_version_.empty()) {
      pause = co_await list();
    } else {
      pause = co_await watch();
    }
    if (pause > Duration::zero()) co_await sleep_for(pause);
  }
}

asio::awaitable<Duration> Reflector::list() {
  constexpr std::string_view verb = "list";
  listener_.on_list_begin();
  ListEnd end;
  do {
    ListReader page([this](const Json& object) { listener_.on_object(object); });
    ApiRequest request = list_request(end.continue_token);
    const auto outcome = co_await client_.stream(std::move(request), page);
    if (!outcome) co_return pause_after(outcome.error(), verb, ProblemEnd::list);
    auto read = page.finish();
    if (!read) co_return pause_after(malformed(read.error()), verb, ProblemEnd::list);
    end = std::move(*read);
  } while (!end.continue_token.empty());

  resource_version_ = end.resource_version;
  is_synced_ = true;
  is_absent_ = false;
  succeeded(ProblemEnd::list);
  listener_.on_listed();
  listener_.on_batch_end();
  co_return Duration::zero();
}

asio::awaitable<Duration> Reflector::watch() {
  constexpr std::string_view verb = "watch";
  const auto start = std::chrono::steady_clock::now();
  Watch watch(*this);
  ApiRequest request = watch_request();
  const auto outcome = co_await client_.stream(std::move(request), watch);
  const bool was_of_use =
      watch.is_open() && (watch.had_event() || std::chrono::steady_clock::now() - start >= shortest_watch);
  if (was_of_use) failures_ = 0;

  if (!outcome && !watch.is_open()) co_return pause_after(outcome.error(), verb, ProblemEnd::opened_watch);
  // Connections are cut, and quiet ones found dead, without anything being wrong: there is a problem only if the next
  // watch can't be opened.
  if (!outcome) co_return back_off();
  const std::optional<ApiFailure> failure = watch.failure();
  if (failure) co_return pause_after(*failure, verb, ProblemEnd::event);
  if (!was_of_use) co_return back_off();
  co_return Duration::zero();
}

Duration Reflector::pause_after(const ApiFailure& failure, std::string_view verb, ProblemEnd end) {
  if (!keeps_place(failure)) resource_version_.clear();
  if (is_expired(failure) && failures_ == 0) {
    // Nothing is wrong yet: every resourceVersion is forgotten some minutes later.
    ++failures_;
    return Duration::zero();
  }
  if (is_status(failure, 404)) {
    is_absent_ = true;
    report("the server does not know " + path_.display() + " (" + path_.version + "): is its CRD installed?",
           ProblemEnd::list);
    return timing_.absent_pause;
  }
  std::string problem = "cannot ";
  problem.append(verb).append(" ").append(path_.display()).append(": ").append(failure.message);
  report(std::move(problem), end);
  return std::max(back_off(), failure.retry_after.value_or(Duration::zero()));
}

Duration Reflector::back_off() {
  constexpr unsigned most_doublings = 16;
  const auto whole = timing_.first_pause * (1U << std::min(failures_, most_doublings));
  ++failures_;
  const double share = 0.5 + random_() / 2;
  return std::chrono::ceil<Duration>(std::min(whole, timing_.longest_pause) * share);
}

void Reflector::report(std::string problem, ProblemEnd end) {
  complaints_.update({problem});
  problem_ = std::move(problem);
  problem_end_ = end;
}

void Reflector::succeeded(ProblemEnd what) {
  if (!problem_ || what < problem_end_) return;
  problem_.reset();
  complaints_.update({});
}

ApiRequest Reflector::list_request(const std::string& continue_token) const {
  ApiRequest request;
  request.target = path_.collection() + "?limit=500";
  if (!path_.name.empty()) {
    request.target += "&fieldSelector=" + http_client::percent_encode("metadata.name=" + path_.name);
  }
  // No resourceVersion: the first page is the newest state, and the others are of the same moment.
  if (!continue_token.empty()) request.target += "&continue=" + http_client::percent_encode(continue_token);
  if (path_.metadata_only) request.accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  request.deadline = timing_.page_deadline;
  return request;
}

ApiRequest Reflector::watch_request() const {
  const auto length = std::chrono::ceil<std::chrono::seconds>(timing_.watch_length * (1 + random_()));
  ApiRequest request;
  request.target = path_.collection() + "?watch=1&allowWatchBookmarks=true&resourceVersion=" +
                   http_client::percent_encode(resource_version_) + "&timeoutSeconds=" + std::to_string(length.count());
  if (!path_.name.empty()) {
    request.target += "&fieldSelector=" + http_client::percent_encode("metadata.name=" + path_.name);
  }
  if (path_.metadata_only) request.accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  // The server ends it; the deadline is for one that doesn't.
  request.deadline = length + timing_.page_deadline;
  request.silence = timing_.watch_silence;
  return request;
}

}  // namespace inferno::kubernetes
