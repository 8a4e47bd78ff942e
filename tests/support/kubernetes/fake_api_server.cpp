#include "tests/support/kubernetes/fake_api_server.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <stdexcept>

#include "adapter/kubernetes/api_object.hpp"
#include "server/http/target.hpp"
#include "tests/support/kubernetes/fake_api_client.hpp"

namespace inferno::testing {

namespace asio = boost::asio;
using Json = nlohmann::json;
using kubernetes::ApiFailure;
using kubernetes::ApiRequest;
using kubernetes::ApiResult;

// What a request asks for.
struct FakeApiServer::Question {
  std::string api_version;
  Collection* collection = nullptr;  // null: discovery, or something that is not served
  bool is_discovery = false;
  std::string namespace_name;  // empty: all
  std::string name;            // empty: all
  std::string subresource;
  bool metadata_only = false;
  bool watch = false;
  std::int64_t resource_version = 0;
  std::size_t limit = 0;
  std::size_t offset = 0;

  [[nodiscard]] bool matches(const Json& object) const {
    const Json& metadata = object.at("metadata");
    return (namespace_name.empty() || metadata.at("namespace") == namespace_name) &&
           (name.empty() || metadata.at("name") == name);
  }
  // As the client asked to see it.
  [[nodiscard]] Json view(const Json& object) const {
    if (!metadata_only) return object;
    return {{"apiVersion", "meta.k8s.io/v1"}, {"kind", "PartialObjectMetadata"}, {"metadata", object.at("metadata")}};
  }
};

struct FakeApiServer::Watcher {
  std::string target;
  asio::steady_timer news;
  bool is_cut = false;
};

FakeApiServer::FakeApiServer() = default;
FakeApiServer::~FakeApiServer() = default;

void FakeApiServer::serve(const std::string& api_version, const std::string& kind, const std::string& plural) {
  collections_.push_back({.api_version = api_version, .kind = kind, .plural = plural, .objects = {}, .events = {}});
}

void FakeApiServer::unserve(const std::string& api_version, const std::string& kind) {
  collections_.remove_if([&](const Collection& one) { return one.api_version == api_version && one.kind == kind; });
  for (Watcher* watcher : watchers_) watcher->is_cut = true;
  wake_watches();
}

FakeApiServer::Collection& FakeApiServer::collection_of(const std::string& api_version, const std::string& kind) {
  const auto found = std::ranges::find_if(
      collections_, [&](const Collection& one) { return one.api_version == api_version && one.kind == kind; });
  if (found == collections_.end()) throw std::logic_error("not served: " + kind + " of " + api_version);
  return *found;
}

void FakeApiServer::put(Json object) {
  Collection& collection = collection_of(object.at("apiVersion"), object.at("kind"));
  const Key key{object.at("metadata").at("namespace"), object.at("metadata").at("name")};
  const bool is_new = !collection.objects.contains(key);
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  collection.objects[key] = object;
  note(collection, is_new ? "ADDED" : "MODIFIED", std::move(object));
}

void FakeApiServer::remove(const std::string& api_version, const std::string& kind, const std::string& namespace_name,
                           const std::string& name) {
  Collection& collection = collection_of(api_version, kind);
  auto object = collection.objects.extract({namespace_name, name});
  if (object.empty()) throw std::logic_error("no such object: " + name);
  object.mapped()["metadata"]["resourceVersion"] = std::to_string(++version_);
  note(collection, "DELETED", std::move(object.mapped()));
}

void FakeApiServer::note(Collection& collection, const std::string& type, Json object) {
  collection.events.push_back({.version = version_, .type = type, .object = std::move(object)});
  wake_watches();
}

void FakeApiServer::serve_scale(const std::string& kind, const std::string& spec_path, const std::string& status_path) {
  scales_[kind] = {.spec_path = spec_path, .status_path = status_path};
}

void FakeApiServer::fail(const std::string& target_prefix, const ApiFailure& failure) {
  failures_.insert_or_assign(target_prefix, failure);
  for (Watcher* watcher : watchers_) watcher->is_cut |= watcher->target.starts_with(target_prefix);
  wake_watches();
}

void FakeApiServer::heal(const std::string& target_prefix) {
  failures_.erase(target_prefix);
}

void FakeApiServer::compact() {
  forgotten_ = ++version_;
  for (Collection& collection : collections_) collection.events.clear();
  for (Watcher* watcher : watchers_) watcher->is_cut = true;
  wake_watches();
}

std::size_t FakeApiServer::open_watches(std::string_view target_prefix) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      watchers_, [&](const Watcher* watcher) { return watcher->target.starts_with(target_prefix); }));
}

void FakeApiServer::wake_watches() {
  for (Watcher* watcher : watchers_) watcher->news.cancel();
}

FakeApiServer::Question FakeApiServer::parse(const ApiRequest& request) {
  server::Request target;
  if (!server::parse_target(request.target, target)) throw std::logic_error("a malformed target: " + request.target);
  std::vector<std::string> segments(target.segments.begin(), target.segments.end());
  const bool is_core = segments.at(0) == "api";
  const std::size_t first = is_core ? 2 : 3;
  Question question;
  question.api_version = is_core ? segments.at(1) : segments.at(1) + "/" + segments.at(2);
  segments.erase(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(first));
  question.is_discovery = segments.empty();
  if (segments.size() > 2 && segments[0] == "namespaces") {
    question.namespace_name = segments[1];
    segments.erase(segments.begin(), segments.begin() + 2);
  }
  segments.resize(3);
  question.name = segments[1];
  question.subresource = segments[2];
  for (Collection& one : collections_) {
    if (one.api_version == question.api_version && one.plural == segments[0]) question.collection = &one;
  }
  constexpr std::string_view by_name = "metadata.name=";
  if (const std::string_view field = target.query_value("fieldSelector"); field.starts_with(by_name)) {
    question.name = field.substr(by_name.size());
  }
  const auto number = [&target](std::string_view key) {
    const std::string_view text = target.query_value(key);
    return text.empty() ? 0 : std::stoll(std::string(text));
  };
  question.metadata_only = request.accept.find("as=PartialObjectMetadata") != std::string::npos;
  question.watch = target.query_value("watch") == "1" || target.query_value("watch") == "true";
  question.resource_version = number("resourceVersion");
  question.limit = static_cast<std::size_t>(number("limit"));
  question.offset = static_cast<std::size_t>(number("continue"));
  return question;
}

ApiResult<Json> FakeApiServer::discovery(const std::string& api_version) const {
  Json resources = Json::array();
  for (const Collection& one : collections_) {
    if (one.api_version != api_version) continue;
    resources.push_back({{"name", one.plural}, {"kind", one.kind}, {"namespaced", true}});
    if (scales_.contains(one.kind)) {
      resources.push_back({{"name", one.plural + "/scale"}, {"kind", "Scale"}, {"namespaced", true}});
    }
  }
  if (resources.empty()) return api_status(404, "NotFound", "the server could not find the requested resource");
  return document_result({{"kind", "APIResourceList"}, {"groupVersion", api_version}, {"resources", resources}});
}

Json FakeApiServer::list(const Question& question) const {
  Json items = Json::array();
  std::size_t index = 0;
  std::string next;
  for (const auto& [key, object] : question.collection->objects) {
    if (!question.matches(object) || index++ < question.offset) continue;
    if (question.limit > 0 && items.size() == question.limit) {
      next = std::to_string(question.offset + question.limit);
      break;
    }
    items.push_back(question.view(object));
  }
  return {{"apiVersion", question.collection->api_version},
          {"kind", question.collection->kind + "List"},
          {"metadata", {{"resourceVersion", std::to_string(version_)}, {"continue", next}}},
          {"items", items}};
}

Json FakeApiServer::scale_of(const Json& object, const Scale& scale) const {
  Json result{{"apiVersion", "autoscaling/v1"},
              {"kind", "Scale"},
              {"metadata", {{"namespace", object["metadata"]["namespace"]}, {"name", object["metadata"]["name"]}}},
              {"spec", Json::object()},
              {"status", {{"replicas", object.value(Json::json_pointer(scale.status_path), 0)}}}};
  // As the API does: zero is left out.
  if (const int replicas = object.value(Json::json_pointer(scale.spec_path), 0); replicas != 0) {
    result["spec"]["replicas"] = replicas;
  }
  return result;
}

ApiResult<Json> FakeApiServer::answer(const ApiRequest& request) {
  targets_.push_back(request.target);
  for (const auto& [prefix, failure] : failures_) {
    if (request.target.starts_with(prefix)) return failure;
  }
  const Question question = parse(request);
  if (question.is_discovery) return discovery(question.api_version);
  const ApiFailure not_found = api_status(404, "NotFound", "the server could not find the requested resource");
  if (question.collection == nullptr) return not_found;
  const bool is_single = !question.name.empty() && request.target.find("fieldSelector") == std::string::npos;
  if (!is_single) return document_result(list(question));
  const auto object = question.collection->objects.find({question.namespace_name, question.name});
  if (object == question.collection->objects.end()) return not_found;
  if (question.subresource.empty()) return document_result(question.view(object->second));
  const auto scale = scales_.find(question.collection->kind);
  if (question.subresource != "scale" || scale == scales_.end()) return not_found;
  return document_result(scale_of(object->second, scale->second));
}

asio::awaitable<ApiResult<Json>> FakeApiServer::call(ApiRequest request) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);  // as over a network
  co_return answer(request);
}

asio::awaitable<ApiResult<void>> FakeApiServer::stream(ApiRequest request, kubernetes::ByteSink& sink) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  const ApiResult<Json> document = answer(request);
  if (!document) co_return document.error();
  Question question = parse(request);
  if (question.watch) co_return co_await watch(std::move(question), request.target, sink);
  sink.on_open();
  (void)sink.on_bytes(document->dump());
  co_return ApiResult<void>();
}

asio::awaitable<ApiResult<void>> FakeApiServer::watch(Question question, std::string target,
                                                      kubernetes::ByteSink& sink) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Watcher watcher{.target = std::move(target), .news = asio::steady_timer(executor)};
  struct Presence {
    std::list<Watcher*>& all;
    Watcher* one;
    ~Presence() { all.remove(one); }
  };
  watchers_.push_back(&watcher);
  const Presence presence{.all = watchers_, .one = &watcher};

  sink.on_open();
  const auto send = [&sink](const std::string& type, const Json& object) {
    return sink.on_bytes(Json{{"type", type}, {"object", object}}.dump() + "\n");
  };
  if (question.resource_version < forgotten_) {
    (void)send("ERROR", {{"kind", "Status"}, {"code", 410}, {"reason", "Expired"}, {"message", "too old"}});
    co_return ApiResult<void>();
  }
  std::int64_t sent = question.resource_version;
  while (!watcher.is_cut) {
    // A copy: the test may put the next one meanwhile.
    const std::vector<Event> events = question.collection->events;
    for (const Event& event : events) {
      if (event.version <= sent) continue;
      sent = event.version;
      if (question.matches(event.object) && !send(event.type, question.view(event.object))) {
        co_return ApiResult<void>();
      }
    }
    watcher.news.expires_after(std::chrono::hours{1});
    boost::system::error_code ignored;
    co_await watcher.news.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    const asio::cancellation_state cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
  }
  co_return ApiResult<void>();
}

}  // namespace inferno::testing
