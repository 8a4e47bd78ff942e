#include "adapter/http_client/header_file.hpp"

#include <algorithm>

namespace inferno::http_client {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text.substr(0, text.find_last_not_of(space) + 1);
}

}  // namespace

boost::system::result<std::string_view, FileProblem> HeaderFile::value() {
  const auto changed = file_.refresh();
  if (!changed && value_.empty()) return changed.error();
  const std::string_view line = trimmed(file_.content());
  if (!line.empty() && is_header_value(line)) value_ = line;
  if (value_.empty()) return FileProblem{file_.path() + " holds no single line that a header can carry"};
  return std::string_view(value_);
}

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

}  // namespace inferno::http_client
