// Where the program runs: standalone on files, or in a cluster. What differs between the two, and nothing else.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/provider/decision_service.hpp"
#include "adapter/signals/signal_collector.hpp"
#include "adapter/state/cluster_source.hpp"
#include "server/auth/authenticator.hpp"
#include "server/auth/authorizer.hpp"

namespace inferno {

// Runs on the brain's executor until it is cancelled. That it ends in any other way is a defect.
struct BrainTask {
  std::string name;
  std::function<boost::asio::awaitable<void>()> run;
};

class Backend {
 public:
  // What decides on the source's state; used on the brain's executor.
  struct Brain {
    DecisionService& decisions;
    signals::SignalCollector& signals;
  };

  virtual ~Backend() = default;

  [[nodiscard]] virtual ClusterSource& source() = 0;

  // Once, before the tasks start. What it refers to must outlive the tasks.
  virtual void start(Brain brain) = 0;
  [[nodiscard]] virtual std::vector<BrainTask> tasks() = 0;
  // What has been decided anew. On the brain's executor.
  virtual void on_decided(const DecisionBoard& board) = 0;

  // Whether another replica says what only one should say, so that this one must not. Thread safe.
  [[nodiscard]] virtual bool stands_by() const = 0;

  // Who may ask, beside what files say.
  [[nodiscard]] virtual std::vector<std::shared_ptr<server::Authenticator>> authenticators() const = 0;
  // Null: whoever is known may do everything.
  [[nodiscard]] virtual std::shared_ptr<server::Authorizer> authorizer() const = 0;
  // Why nobody can be told from anybody yet; nothing when all is well. Thread safe.
  [[nodiscard]] virtual std::optional<std::string> access_problem() const = 0;
};

}  // namespace inferno
