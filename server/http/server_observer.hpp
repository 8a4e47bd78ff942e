// What the server tells of itself as it runs; telemetry listens. Called from any server thread; must be quick and must
// not throw.
#pragma once

#include <boost/beast/http/verb.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <string_view>

namespace inferno::server {

struct RequestRecord {
  boost::beast::http::verb method;  // unknown where the request could not be parsed
  std::string_view api_group;       // as the path names it, whether or not it exists; empty outside /apis
  unsigned code;
  std::chrono::nanoseconds duration;  // from the complete request to the whole answer handed to the system
};

class ServerObserver {
 public:
  enum class Refusal { connection_limit, requests_in_flight };

  virtual ~ServerObserver() = default;
  virtual void connection_opened() = 0;
  virtual void connection_closed() = 0;
  virtual void refused(Refusal why) = 0;
  virtual void handshake_failed(const boost::system::error_code& error) = 0;
  virtual void accept_failed(const boost::system::error_code& error) = 0;
  virtual void request_started() = 0;
  virtual void request_finished(const RequestRecord& record) = 0;  // once for each request_started
};

}  // namespace inferno::server
