// A Kubernetes API server in memory, for tests of what lists and watches: objects that a test puts and removes, served
// as pages, watch events, metadata only, single objects, scale subresources and discovery. Unlike FakeApiClient it
// knows what a collection is; unlike a real one it checks nothing. One executor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter/kubernetes/api/api_client.hpp"

namespace inferno::testing {

class FakeApiServer final : public kubernetes::ApiClient {
 public:
  FakeApiServer();
  ~FakeApiServer() override;

  // A collection, at first empty. What was not served is not found, as where a CRD is not installed. `plural` as in
  // discovery: "deployments".
  void serve(const std::string& api_version, const std::string& kind, const std::string& plural);
  void unserve(const std::string& api_version, const std::string& kind);

  // Creates or replaces the object that apiVersion, kind and metadata say, in a collection that is served.
  void put(nlohmann::json object);
  void remove(const std::string& api_version, const std::string& kind, const std::string& namespace_name,
              const std::string& name);
  // The scale subresource of all objects of this kind: spec.replicas at `spec_path`, status.replicas at `status_path`.
  void serve_scale(const std::string& kind, const std::string& spec_path, const std::string& status_path);

  // Requests whose target starts like this fail so, until healed. Watches that are open there end.
  void fail(const std::string& target_prefix, const kubernetes::ApiFailure& failure);
  void heal(const std::string& target_prefix);
  // Ends every open watch, and forgets all events: who resumes finds its resourceVersion expired.
  void compact();

  [[nodiscard]] const std::vector<std::string>& targets() const { return targets_; }  // asked, in order
  // Watches that are open on targets that start like this.
  [[nodiscard]] std::size_t open_watches(std::string_view target_prefix) const;

  boost::asio::awaitable<kubernetes::ApiResult<nlohmann::json>> call(kubernetes::ApiRequest request) override;
  boost::asio::awaitable<kubernetes::ApiResult<void>> stream(kubernetes::ApiRequest request,
                                                             kubernetes::ByteSink& sink) override;

 private:
  using Key = std::pair<std::string, std::string>;  // namespace, name
  struct Event {
    std::int64_t version = 0;
    std::string type;
    nlohmann::json object;
  };
  struct Collection {
    std::string api_version;
    std::string kind;
    std::string plural;
    std::map<Key, nlohmann::json> objects;
    std::vector<Event> events;
  };
  struct Scale {
    std::string spec_path;
    std::string status_path;
  };
  struct Watcher;
  struct Question;

  Collection& collection_of(const std::string& api_version, const std::string& kind);
  void note(Collection& collection, const std::string& type, nlohmann::json object);
  void wake_watches();
  [[nodiscard]] Question parse(const kubernetes::ApiRequest& request);
  [[nodiscard]] kubernetes::ApiResult<nlohmann::json> answer(const kubernetes::ApiRequest& request);
  [[nodiscard]] kubernetes::ApiResult<nlohmann::json> discovery(const std::string& api_version) const;
  [[nodiscard]] nlohmann::json list(const Question& question) const;
  [[nodiscard]] nlohmann::json scale_of(const nlohmann::json& object, const Scale& scale) const;
  boost::asio::awaitable<kubernetes::ApiResult<void>> watch(Question question, std::string target,
                                                            kubernetes::ByteSink& sink);

  std::list<Collection> collections_;
  std::map<std::string, Scale> scales_;  // by kind
  std::map<std::string, kubernetes::ApiFailure> failures_;
  std::vector<std::string> targets_;
  std::list<Watcher*> watchers_;
  std::int64_t version_ = 1;
  std::int64_t forgotten_ = 0;  // events up to this one
};

}  // namespace inferno::testing
