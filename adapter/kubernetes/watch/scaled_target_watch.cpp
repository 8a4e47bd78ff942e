#include "adapter/kubernetes/watch/scaled_target_watch.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "adapter/kubernetes/scaled_object.hpp"
#include "adapter/kubernetes/watch/watched_collection.hpp"

namespace inferno::kubernetes {

namespace asio = boost::asio;

class ScaledTargetWatch::Follower {
 public:
  Follower(const WatchContext& context, std::string api_version, std::string kind, std::function<void()> changed)
      : context_(context), api_version_(std::move(api_version)), kind_(std::move(kind)), changed_(std::move(changed)) {}

  // Until cancelled.
  asio::awaitable<void> run() {
    queue_bell_.emplace(co_await asio::this_coro::executor);
    co_await find_resource();
    follow_collection();
    while (true) {
      co_await queue_bell_->wait(failed_.empty() ? until_rung : Duration{context_.timing.absent_pause});
      if (queue_.empty()) queue_ = std::exchange(failed_, {});
      while (!queue_.empty()) {
        ObjectName next = std::move(queue_.extract(queue_.begin()).value());
        co_await read_scale(std::move(next));
      }
      settle();
    }
  }

  void want(std::set<ObjectName> names) {
    std::erase_if(targets_, [&names](const auto& item) { return !names.contains(item.first); });
    std::erase_if(failed_, [&names](const ObjectName& name) { return !names.contains(name); });
    std::erase_if(queue_, [&names](const ObjectName& name) { return !names.contains(name); });
    const std::set<ObjectName> before = std::exchange(wanted_, std::move(names));
    for (const ObjectName& name : wanted_) {
      if (!before.contains(name)) enqueue(name);
    }
  }

  [[nodiscard]] const ScaleTarget* find(const ObjectName& name) const {
    const auto found = targets_.find(name);
    return found == targets_.end() ? nullptr : &found->second;
  }

  // A scale that could not be read is known not to be known.
  [[nodiscard]] bool is_known(const ObjectName& name) const {
    if (!collection_ || !collection_->is_settled()) return false;
    return targets_.contains(name) || failed_.contains(name) || !collection_->objects().contains(name);
  }

  [[nodiscard]] bool is_settled() const { return is_settled_ || (collection_ && collection_->is_absent()); }

  void report(WatchProblems& problems) const {
    if (problem_) problems.add(kind_ + " " + api_version_, *problem_);
    if (collection_) collection_->report(problems);
  }

  // Its owner has gone.
  void leave() {
    changed_ = [] {};
    wanted_.clear();
    queue_.clear();
    collection_.reset();
  }

 private:
  static constexpr Duration until_rung = std::chrono::hours{24};

  asio::awaitable<void> find_resource() {
    while (!resource_) {
      const ApiResult<ApiResource> found = co_await context_.resolver.resolve(api_version_, kind_);
      if (found) {
        resource_ = *found;
        problem_.reset();
        continue;
      }
      problem_ = "cannot follow scale targets of kind " + kind_ + " (" + api_version_ + "): " + found.error().message;
      asio::steady_timer timer(co_await asio::this_coro::executor, context_.timing.absent_pause);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  void follow_collection() {
    MirrorEvents<ScaledObject> events{
        .parse = [](const nlohmann::json& object) -> ParseResult<std::optional<ScaledObject>> {
          return std::optional(parse_scaled_object(object));
        },
        .changed = [this](const ObjectName& name, const ScaledObject*,
                          const ScaledObject* after) { on_object_changed(name, after != nullptr); },
        .listed = [this] { settle(); }};
    ResourcePath path{.group = resource_->group,
                      .version = resource_->version,
                      .plural = resource_->plural,
                      .namespace_name = context_.namespace_name,
                      .name = {},
                      .metadata_only = false};
    collection_ = std::make_unique<WatchedCollection<ScaledObject>>(context_, std::move(path), std::move(events));
  }

  void settle() {
    if (is_settled_ || !collection_ || !collection_->is_settled() || !queue_.empty() || is_reading_) return;
    is_settled_ = true;
    changed_();
  }

  void on_object_changed(const ObjectName& name, bool is_there) {
    if (!wanted_.contains(name)) return;
    if (is_there) return enqueue(name);
    queue_.erase(name);
    failed_.erase(name);
    if (targets_.erase(name) > 0) changed_();
  }

  void enqueue(const ObjectName& name) {
    if (!collection_ || !collection_->objects().contains(name)) return;
    queue_.insert(name);
    queue_bell_->ring();
  }

  asio::awaitable<void> read_scale(ObjectName name) {
    ApiRequest request;
    request.target = resource_->object_path(name.namespace_name, name.name) + "/scale";
    is_reading_ = true;
    const ApiResult<nlohmann::json> scale = co_await context_.client.call(std::move(request));
    is_reading_ = false;
    if (!collection_) co_return;
    const auto object = collection_->objects().find(name);
    if (object == collection_->objects().end() || !wanted_.contains(name)) co_return;
    take_scale(name, object->second, scale);
  }

  void take_scale(const ObjectName& name, const ScaledObject& object, const ApiResult<nlohmann::json>& scale) {
    if (!scale) return fail(name, scale.error().message);
    const auto target = with_scale(object, *scale);
    if (!target) return fail(name, target.error().message);
    failed_.erase(name);
    if (failed_.empty()) problem_.reset();
    const auto [item, is_new] = targets_.try_emplace(name, *target);
    if (!is_new && item->second == *target) return;
    item->second = *target;
    changed_();
  }

  // The last good count stays; it is read again after a pause, or when the object changes.
  void fail(const ObjectName& name, const std::string& cause) {
    failed_.insert(name);
    problem_ = "cannot read the scale of " + kind_ + " " + name.namespace_name + "/" + name.name + ": " + cause;
    changed_();
  }

  WatchContext context_;
  std::string api_version_;
  std::string kind_;
  std::function<void()> changed_;
  std::optional<Bell> queue_bell_;
  std::optional<ApiResource> resource_;
  std::unique_ptr<WatchedCollection<ScaledObject>> collection_;
  std::set<ObjectName> wanted_;
  std::set<ObjectName> queue_;   // to be read
  std::set<ObjectName> failed_;  // to be read again
  bool is_reading_ = false;
  bool is_settled_ = false;
  std::map<ObjectName, ScaleTarget> targets_;
  std::optional<std::string> problem_;
};

namespace {

asio::awaitable<void> run_to_end(auto follower) {
  co_await follower->run();
}

}  // namespace

ScaledTargetWatch::ScaledTargetWatch(const WatchContext& context, std::string api_version, std::string kind,
                                     std::function<void()> changed)
    : follower_(std::make_shared<Follower>(context, std::move(api_version), std::move(kind), std::move(changed))),
      task_(context.tasks.spawn(run_to_end(follower_))) {}

ScaledTargetWatch::~ScaledTargetWatch() {
  follower_->leave();
}

void ScaledTargetWatch::want(std::set<ObjectName> names) {
  follower_->want(std::move(names));
}

const ScaleTarget* ScaledTargetWatch::find(const ObjectName& name) const {
  return follower_->find(name);
}

bool ScaledTargetWatch::is_known(const ObjectName& name) const {
  return follower_->is_known(name);
}

bool ScaledTargetWatch::is_settled() const {
  return follower_->is_settled();
}

void ScaledTargetWatch::report(WatchProblems& problems) const {
  follower_->report(problems);
}

}  // namespace inferno::kubernetes
