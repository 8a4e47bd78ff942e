// A reflector, a scripted API server and a listener that writes down what it hears, on one io_context.
#pragma once

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapter/kubernetes/api/http_api_client.hpp"
#include "adapter/kubernetes/api/reflector.hpp"
#include "tests/support/http/scripted_server.hpp"

namespace inferno::kubernetes::testing {

using inferno::testing::answer;
using inferno::testing::Reply;
using inferno::testing::ScriptedServer;
using inferno::testing::Then;

// "begin", "object <kind> <name>", "deleted <namespace>/<name>", "listed", "batch end".
class RecordingListener final : public CollectionListener {
 public:
  void on_list_begin() override { heard.emplace_back("begin"); }
  void on_listed() override { heard.emplace_back("listed"); }
  void on_object(const nlohmann::json& object) override;
  void on_deleted(const ObjectName& name) override;
  void on_batch_end() override { heard.emplace_back("batch end"); }

  std::vector<std::string> heard;
  bool throws = false;  // at each object
};

// A page of a PodList with pods of these names.
[[nodiscard]] std::string page(const std::vector<std::string>& names, const std::string& version,
                               const std::string& continue_token = "");
// One watch event of a pod, with its line feed.
[[nodiscard]] std::string event(const std::string& type, const std::string& name, const std::string& version);
[[nodiscard]] std::string error_event(unsigned code, const std::string& reason);
// A watch that has sent these events and goes on.
[[nodiscard]] Reply open_watch(const std::string& events);

class ReflectorFixture : public ::testing::Test {
 protected:
  // Pauses of a millisecond; nothing at random.
  ReflectorFixture();

  // Starts the reflector at the first call. Runs until the server has got so many requests; those without a reply stay
  // open.
  void run_until_requests(std::size_t count);
  void run_until(const std::function<bool()>& done);
  // The targets of all requests, in order.
  [[nodiscard]] std::vector<std::string> targets() const;
  // The reflector's problem, the server's address replaced by URL; empty where there is none.
  [[nodiscard]] std::string problem() const;

  ::prometheus::Registry registry;  // before the context, whose end also ends what is still in flight
  RecordingListener listener;
  std::unique_ptr<HttpApiClient> client;
  std::unique_ptr<Reflector> reflector;
  boost::asio::io_context context;
  ScriptedServer server{context};
  ResourcePath path{.group = {}, .version = "v1", .plural = "pods", .namespace_name = "llm", .name = {}};
  ReflectorTiming timing;
  boost::asio::cancellation_signal cancel;
  std::exception_ptr ended;  // what run() has thrown
};

inline const std::string list_target = "/api/v1/namespaces/llm/pods?limit=500";
// The watch from this resourceVersion.
[[nodiscard]] std::string watch_target(const std::string& version);

}  // namespace inferno::kubernetes::testing
