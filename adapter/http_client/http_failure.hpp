// Why an HTTP request got no whole answer. An answer with an error status is not a failure here.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace inferno::http_client {

struct HttpFailure {
  enum class Kind : std::uint8_t {
    unreachable,  // resolve, connect, TLS, connection lost
    timeout,      // over the deadline, or silent for too long
    malformed,    // not HTTP, or cut off
  };
  Kind kind = Kind::unreachable;
  std::string message;  // one line a person can act on, without the server's address and without credentials
};

[[noreturn]] void throw_exception_from_error(const HttpFailure& failure, const boost::source_location& where);

template <class T>
using HttpResult = boost::system::result<T, HttpFailure>;

// The failure of an operation that did not end in time.
[[nodiscard]] HttpFailure timed_out(std::string_view doing);

// The first line of a text from outside, fit for a message: printable, of at most so many characters.
[[nodiscard]] std::string first_line(std::string_view text, std::size_t most = 200);

}  // namespace inferno::http_client
