// What stands behind a connection: takes a parsed request, and whom the connection belongs to, to an answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "server/http/message.hpp"
#include "server/tls/peer_certificate.hpp"

namespace inferno::server {

struct ConnectionInfo {
  boost::asio::ip::tcp::endpoint remote;
  std::shared_ptr<const PeerCertificate> peer_certificate;  // null where the client showed none
};

// Called on the connection's strand. It may fill in the request's identity. What it throws is logged and answered with
// a bland 500; when cancelled it ends soon.
using RequestHandler = std::function<boost::asio::awaitable<Response>(Request&, const ConnectionInfo&)>;

}  // namespace inferno::server
