// A header whose value is what a file holds: a tenant, credentials that rotate. Not thread safe.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "adapter/http_client/watched_file.hpp"

namespace inferno::http_client {

class HeaderFile {
 public:
  HeaderFile(std::string name, std::string file) : name_(std::move(name)), file_(std::move(file)) {}

  [[nodiscard]] const std::string& name() const { return name_; }

  // The file's one line without the space around it, valid until the next call; while the file can't be read or holds
  // something else, the last that it held.
  boost::system::result<std::string_view, FileProblem> value();

 private:
  std::string name_;
  WatchedFile file_;
  std::string value_;
};

// Whether a header can carry it: no control characters but tabs.
[[nodiscard]] bool is_header_value(std::string_view text);

}  // namespace inferno::http_client
