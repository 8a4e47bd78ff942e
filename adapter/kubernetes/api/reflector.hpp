// Keeps a listener in step with one collection of the Kubernetes API: list in pages, then watch, again and again.
//
// Pages of 500; bookmarks; a watch that ends is resumed from the last resourceVersion; 410 Gone lists anew; failures
// back off exponentially with jitter, as long as the server asks where it does (Retry-After). A watch that stays silent,
// without even a bookmark, for too long is taken for dead. Objects are handed over one by one as they stream in.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "adapter/common/time.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/api_object.hpp"

namespace inferno::kubernetes {

struct ResourcePath {
  std::string group;  // "apps"; empty for the core group
  std::string version;
  std::string plural;          // "deployments"
  std::string namespace_name;  // empty: all namespaces (or a resource without one)
  std::string name;            // only the object of this name (fieldSelector metadata.name); empty: all
  bool metadata_only = false;  // PartialObjectMetadata

  // "/apis/apps/v1/namespaces/llm/deployments"
  [[nodiscard]] std::string collection() const;
};

// Called on the reflector's executor. Objects have apiVersion and kind, also where the list's items leave them out, and
// no metadata.managedFields.
class CollectionListener {
 public:
  virtual ~CollectionListener() = default;
  // A list begins. What it doesn't bring until on_listed is gone.
  virtual void on_list_begin() = 0;
  virtual void on_listed() = 0;
  // An object of a list, or one that was added or changed.
  virtual void on_object(const nlohmann::json& object) = 0;
  virtual void on_deleted(const ObjectName& name) = 0;
  // What was received together has been handed over: a good moment to publish.
  virtual void on_batch_end() = 0;
};

struct ReflectorTiming {
  Duration first_pause{500};              // after a failure, doubled up to
  Duration longest_pause{30'000};         // with jitter of half of it
  Duration absent_pause{10'000};          // between looks for a collection that does not exist (CRD not installed)
  Duration page_deadline{30'000};
  Duration watch_length{5 * 60'000};      // asked of the server, plus up to as much at random
  Duration watch_silence{150'000};        // bookmarks come every minute
};

class Reflector {
 public:
  // The client and the listener must outlive run(). `random` gives numbers in [0, 1).
  Reflector(ApiClient& client, ResourcePath path, CollectionListener& listener, ReflectorTiming timing = {},
            std::function<double()> random = {});

  // Ends only by cancellation, or with what the listener throws.
  boost::asio::awaitable<void> run();

  // A list has been handed over whole at least once.
  [[nodiscard]] bool is_synced() const { return is_synced_; }
  // The server does not know the collection: its CRD is not installed.
  [[nodiscard]] bool is_absent() const { return is_absent_; }
  // What keeps it from being up to date now; nothing when all is well.
  [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }
  [[nodiscard]] const ResourcePath& path() const { return path_; }

 private:
  ApiClient& client_;
  ResourcePath path_;
  CollectionListener& listener_;
  ReflectorTiming timing_;
  std::function<double()> random_;
  bool is_synced_ = false;
  bool is_absent_ = false;
  std::optional<std::string> problem_;
};

}  // namespace inferno::kubernetes
