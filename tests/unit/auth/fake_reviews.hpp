// An API server that reviews as the test says, and remembers what it was asked.
#pragma once

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/auth/review_client.hpp"
#include "tests/support/http/gate.hpp"

namespace inferno::server {

class FakeReviews final : public ReviewClient {
 public:
  // The `status` that it gives to a review's `spec`; nothing where it can't be reached.
  std::function<std::optional<nlohmann::json>(const nlohmann::json& spec)> judge;
  inferno::testing::Gate* gate = nullptr;  // every question waits there, where set

  boost::asio::awaitable<Result<nlohmann::json>> create(std::string path, nlohmann::json review) override {
    {
      const std::lock_guard lock(mutex_);
      questions_.emplace_back(std::move(path), review);
    }
    if (gate != nullptr) co_await gate->pass();
    std::optional<nlohmann::json> status = judge(review["spec"]);
    if (!status) co_return unreachable();
    review["status"] = *std::move(status);
    co_return Result<nlohmann::json>(boost::system::in_place_value, std::move(review));
  }

  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return questions_.size();
  }
  [[nodiscard]] std::pair<std::string, nlohmann::json> last() const {
    const std::lock_guard lock(mutex_);
    return questions_.back();
  }

 private:
  static ApiError unreachable() {
    ApiError error;
    error.reason = ErrorReason::service_unavailable;
    error.message = "https://10.0.0.1:443: connection refused";
    return error;
  }

  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, nlohmann::json>> questions_;
};

}  // namespace inferno::server
