#include "server/auth/bearer_token.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>

namespace inferno::server {

std::string_view bearer_token(const boost::beast::http::fields& headers) {
  const std::string_view authorization = headers[boost::beast::http::field::authorization];
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos || !boost::beast::iequals(authorization.substr(0, space), "bearer")) return {};
  const auto begin = authorization.find_first_not_of(' ', space);
  return begin == std::string_view::npos ? std::string_view{} : authorization.substr(begin);
}

}  // namespace inferno::server
