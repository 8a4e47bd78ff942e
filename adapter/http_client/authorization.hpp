// The Authorization header of a client: basic credentials of the URL, a bearer token, or one from a file that may
// change. Not thread safe.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/http_client/watched_file.hpp"

namespace inferno::http_client {

class Authorization {
 public:
  // `basic_credentials` is "user:password"; at most one of the three is not empty.
  Authorization(std::string_view basic_credentials, const std::string& token_file, std::string_view token = {});

  // The header's value, valid until the next call; empty where there is none to send. While the file can't be read, the
  // last token that it held.
  boost::system::result<std::string_view, FileProblem> value();

 private:
  std::optional<WatchedFile> token_file_;
  std::string value_;
};

}  // namespace inferno::http_client
