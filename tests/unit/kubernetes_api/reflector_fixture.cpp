#include "tests/unit/kubernetes_api/reflector_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <stdexcept>
#include <utility>

#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes::testing {

void RecordingListener::on_object(const nlohmann::json& object) {
  if (throws) throw std::length_error("enough");
  std::string line = "object ";
  line.append(find_text(object, {"kind"})).append(" ").append(find_text(object, {"metadata", "name"}));
  heard.push_back(std::move(line));
}

void RecordingListener::on_deleted(const ObjectName& name) {
  heard.push_back("deleted " + name.namespace_name + "/" + name.name);
}

std::string page(const std::vector<std::string>& names, const std::string& version, const std::string& continue_token) {
  std::string items;
  for (const std::string& name : names) {
    items += (items.empty() ? "" : ",") + (R"({"metadata":{"name":")" + name + R"("}})");
  }
  return R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":")" + version + R"(","continue":")" +
         continue_token + R"("},"items":[)" + items + "]}";
}

std::string event(const std::string& type, const std::string& name, const std::string& version) {
  return R"({"type":")" + type +
         R"(","object":{"kind":"Pod","apiVersion":"v1","metadata":{"namespace":"llm","name":")" + name +
         R"(","resourceVersion":")" + version + "\"}}}\n";
}

std::string error_event(unsigned code, const std::string& reason) {
  return R"({"type":"ERROR","object":{"kind":"Status","message":"no","reason":")" + reason + R"(","code":)" +
         std::to_string(code) + "}}\n";
}

Reply open_watch(const std::string& events) {
  return Reply("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + events);
}

std::string watch_target(const std::string& version) {
  return "/api/v1/namespaces/llm/pods?watch=1&allowWatchBookmarks=true&resourceVersion=" + version +
         "&timeoutSeconds=300";
}

ReflectorFixture::ReflectorFixture() {
  timing.first_pause = Duration{2};  // of which the random half is left out
  timing.longest_pause = Duration{8};
  timing.absent_pause = Duration{1};
}

void ReflectorFixture::run_until_requests(std::size_t count) {
  run_until([&] { return server.requests().size() >= count; });
}

void ReflectorFixture::run_until(const std::function<bool()>& done) {
  if (!reflector) {
    ClusterAccess access;
    access.url = *http_client::parse_base_url(server.url());
    client = std::make_unique<HttpApiClient>(context.get_executor(), access, registry);
    reflector = std::make_unique<Reflector>(*client, path, listener, timing, [] { return 0.0; });
    boost::asio::co_spawn(context, reflector->run(),
                          boost::asio::bind_cancellation_slot(
                              cancel.slot(), [this](std::exception_ptr thrown) { ended = std::move(thrown); }));
  }
  while (!done()) context.run_one();
}

std::vector<std::string> ReflectorFixture::targets() const {
  std::vector<std::string> result;
  for (const auto& request : server.requests()) result.emplace_back(request.target());
  return result;
}

std::string ReflectorFixture::problem() const {
  std::string text = reflector->problem().value_or("");
  const std::size_t at = text.find(server.url());
  if (at != std::string::npos) text.replace(at, server.url().size(), "URL");
  return text;
}

}  // namespace inferno::kubernetes::testing
