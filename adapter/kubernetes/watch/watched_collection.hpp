// One collection that is followed for as long as this exists: a reflector at work, and what it has found. Not thread
// safe.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <utility>

#include "adapter/kubernetes/watch/collection_mirror.hpp"
#include "adapter/kubernetes/watch/watch_context.hpp"
#include "adapter/kubernetes/watch/watch_problems.hpp"

namespace inferno::kubernetes {

template <class Value>
class WatchedCollection {
 public:
  // Starts at once. No event comes after this has gone, though the reflector may take a moment to end.
  WatchedCollection(const WatchContext& context, ResourcePath path, MirrorEvents<Value> events)
      : watch_(std::make_shared<Watch>(context, std::move(path), std::move(events))),
        task_(context.tasks.spawn(run(watch_))) {}
  ~WatchedCollection() { watch_->mirror.disconnect(); }
  WatchedCollection(const WatchedCollection&) = delete;
  WatchedCollection& operator=(const WatchedCollection&) = delete;
  WatchedCollection(WatchedCollection&&) = delete;
  WatchedCollection& operator=(WatchedCollection&&) = delete;

  [[nodiscard]] const std::map<ObjectName, Value>& objects() const { return watch_->mirror.objects(); }
  // What there is has been read: once, or there is no such collection.
  [[nodiscard]] bool is_settled() const { return watch_->reflector.is_synced() || is_absent(); }
  [[nodiscard]] bool is_absent() const { return watch_->reflector.is_absent(); }

  void report(WatchProblems& problems) const {
    if (const auto& problem = watch_->reflector.problem()) problems.add(watch_->reflector.path().display(), *problem);
    for (const auto& [name, cause] : watch_->mirror.broken()) problems.add_broken(cause);
  }

 private:
  struct Watch {
    Watch(const WatchContext& context, ResourcePath path, MirrorEvents<Value> events)
        : mirror(std::move(events)), reflector(context.client, std::move(path), mirror, context.timing) {}
    CollectionMirror<Value> mirror;
    Reflector reflector;
  };

  static boost::asio::awaitable<void> run(std::shared_ptr<Watch> watch) { co_await watch->reflector.run(); }

  std::shared_ptr<Watch> watch_;
  TaskGroup::Task task_;
};

}  // namespace inferno::kubernetes
