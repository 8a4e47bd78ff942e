// The connections that are open. Thread safe.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace inferno::server {

class Connection;

class ConnectionRegistry {
 public:
  // `on_removed` is called after each removal, outside the lock.
  explicit ConnectionRegistry(std::function<void()> on_removed) : on_removed_(std::move(on_removed)) {}

  void add(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_.emplace(connection.get(), connection);
  }

  void remove(const Connection* connection) {
    {
      const std::lock_guard lock(mutex_);
      connections_.erase(connection);
    }
    on_removed_();
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }

  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Connection>> alive;
    alive.reserve(connections_.size());
    for (const auto& [key, connection] : connections_) {
      if (auto locked = connection.lock()) alive.push_back(std::move(locked));
    }
    return alive;
  }

 private:
  std::function<void()> on_removed_;
  mutable std::mutex mutex_;
  std::unordered_map<const Connection*, std::weak_ptr<Connection>> connections_;
};

}  // namespace inferno::server
