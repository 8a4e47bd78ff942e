// Counts what the server tells, and lets a test wait for it. Thread safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "server/http/server_observer.hpp"

namespace inferno::testing {

class RecordingObserver final : public server::ServerObserver {
 public:
  struct FinishedRequest {
    boost::beast::http::verb method;
    std::string api_group;
    unsigned code;
  };
  struct Seen {
    int opened = 0;
    int closed = 0;
    int refused_connections = 0;
    int refused_requests = 0;
    int failed_handshakes = 0;
    int started = 0;
    std::vector<boost::system::error_code> accept_failures;
    std::vector<FinishedRequest> finished;
  };

  [[nodiscard]] Seen seen() const;

  // Returns once it holds; throws after 20 s.
  void wait_until(const std::function<bool(const Seen&)>& condition) const;

  void connection_opened() override;
  void connection_closed() override;
  void refused(Refusal why) override;
  void handshake_failed(const boost::system::error_code& error) override;
  void accept_failed(const boost::system::error_code& error) override;
  void request_started() override;
  void request_finished(const server::RequestRecord& record) override;

 private:
  template <class Change>
  void note(const Change& change);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Seen seen_;
};

}  // namespace inferno::testing
