// One request and its answer on an open connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <chrono>
#include <optional>
#include <string_view>

#include "adapter/common/time.hpp"
#include "adapter/http_client/connection.hpp"
#include "adapter/http_client/http_failure.hpp"

namespace inferno::http_client {

// Takes an answer as it arrives, whatever its status. Returning false means that reading on is of no use: the exchange
// then ends without a failure, and the receiver knows why.
class AnswerReceiver {
 public:
  virtual ~AnswerReceiver() = default;
  virtual bool on_head(unsigned status, const boost::beast::http::fields& fields) = 0;
  // Bytes of the body as sent (perhaps compressed). The view is valid only during the call.
  virtual bool on_body(std::string_view piece) = 0;
};

// How long to wait for an answer.
struct Patience {
  Deadline deadline;                // for everything
  std::optional<Duration> silence;  // for one step: connecting, sending, the head, each piece of the body

  // When a step that begins now must have ended.
  [[nodiscard]] Deadline step() const;
};

struct Exchange {
  HttpResult<void> result;
  bool is_reusable = false;  // the connection is fit for another request
  bool is_stale = false;     // it was lost before anything of the answer arrived: safe to send again
};

// The connection, the request and the receiver must outlive the call.
boost::asio::awaitable<Exchange> exchange(Connection& connection, const Connection::Request& request, Patience patience,
                                          AnswerReceiver& receiver);

}  // namespace inferno::http_client
