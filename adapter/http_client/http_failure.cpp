#include "adapter/http_client/http_failure.hpp"

#include <algorithm>
#include <stdexcept>

namespace inferno::http_client {

void throw_exception_from_error(const HttpFailure& failure, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked HTTP failure: " + failure.message);
}

HttpFailure timed_out(std::string_view doing) {
  return {HttpFailure::Kind::timeout, "deadline exceeded while " + std::string(doing)};
}

std::string first_line(std::string_view text, std::size_t most) {
  std::string line(text.substr(0, std::min({text.find_first_of("\r\n"), text.size(), most})));
  for (char& c : line) {
    if (c < ' ' || c > '~')
      c = '?';  // a control character or a byte of another encoding would spoil the log or JSON it ends up in
  }
  return line;
}

}  // namespace inferno::http_client
