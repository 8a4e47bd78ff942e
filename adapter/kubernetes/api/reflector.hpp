// Keeps a listener in step with one collection of the Kubernetes API: list in pages, then watch, again and again.
//
// Pages of 500; bookmarks; a watch that ends is resumed from the last resourceVersion; 410 Gone lists anew; failures
// back off exponentially with jitter, as long as the server asks where it does (Retry-After). A watch that stays
// silent, without even a bookmark, for too long is taken for dead. Objects are handed over one by one as they stream
// in. The rules are those of client-go's Reflector. Not thread safe.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/common/time.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/api/resource_path.hpp"
#include "adapter/kubernetes/api_object.hpp"
#include "adapter/kubernetes/complaints.hpp"

namespace inferno::kubernetes {

// Called on the reflector's executor. Objects have apiVersion and kind, also where the list's items leave them out, and
// no metadata.managedFields (see object_tree.hpp).
class CollectionListener {
 public:
  virtual ~CollectionListener() = default;
  // A list begins: what was there before stays until on_listed, and what the list doesn't bring until then is gone. A
  // list that fails midway has no on_listed: what was there before stays, what it has brought is forgotten, and another
  // on_list_begin starts over. Nothing but on_object comes between the two.
  virtual void on_list_begin() = 0;
  virtual void on_listed() = 0;
  // An object of a list, or one that was added or changed.
  virtual void on_object(const nlohmann::json& object) = 0;
  virtual void on_deleted(const ObjectName& name) = 0;
  // What was received together has been handed over: a whole list, or some events. A good moment to publish.
  virtual void on_batch_end() = 0;
};

struct ReflectorTiming {
  Duration first_pause{500};          // after a failure, doubled up to
  Duration longest_pause{30'000};     // of which a random half may be left out
  Duration absent_pause{10'000};      // between looks for a collection that does not exist (CRD not installed)
  Duration page_deadline{30'000};     // for one page of a list
  Duration watch_length{5 * 60'000};  // asked of the server, plus up to as much at random
  Duration watch_silence{150'000};    // bookmarks come about every minute
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
  // The server does not know the collection: its CRD is not installed. What the listener has stays.
  [[nodiscard]] bool is_absent() const { return is_absent_; }
  // What keeps it from being up to date now; nothing when all is well. Logged when it begins and when it ends.
  [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }
  [[nodiscard]] const ResourcePath& path() const { return path_; }

 private:
  class Watch;
  // What must succeed for a problem to be over.
  enum class ProblemEnd : std::uint8_t { list, opened_watch, event };

  // Each returns how long to pause before the next.
  boost::asio::awaitable<Duration> list();
  boost::asio::awaitable<Duration> watch();

  Duration pause_after(const ApiFailure& failure, std::string_view verb, ProblemEnd end);
  Duration back_off();
  void report(std::string problem, ProblemEnd end);
  void succeeded(ProblemEnd what);
  [[nodiscard]] ApiRequest list_request(const std::string& continue_token) const;
  [[nodiscard]] ApiRequest watch_request() const;

  ApiClient& client_;
  ResourcePath path_;
  CollectionListener& listener_;
  ReflectorTiming timing_;
  std::function<double()> random_;
  std::string resource_version_;  // where to resume the watch; empty: list first
  unsigned failures_ = 0;         // since the last watch that was of use
  bool is_synced_ = false;
  bool is_absent_ = false;
  std::optional<std::string> problem_;
  ProblemEnd problem_end_ = ProblemEnd::list;
  Complaints complaints_{Complaints::Level::warning};
};

}  // namespace inferno::kubernetes
