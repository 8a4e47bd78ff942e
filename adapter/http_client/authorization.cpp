#include "adapter/http_client/authorization.hpp"

#include <algorithm>

#include "adapter/http_client/base64.hpp"

namespace inferno::http_client {
namespace {

std::string_view first_word(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text.substr(0, text.find_first_of(space));
}

}  // namespace

Authorization::Authorization(std::string_view basic_credentials, const std::string& token_file,
                             std::string_view token) {
  if (!token_file.empty()) token_file_.emplace(token_file);
  if (!basic_credentials.empty()) value_ = "Basic " + encode_base64(basic_credentials);
  if (!token.empty()) value_ = "Bearer " + std::string(token);
}

boost::system::result<std::string_view, FileProblem> Authorization::value() {
  const std::string_view known = value_;
  if (!token_file_) return known;
  const auto changed = token_file_->refresh();
  if (!changed && known.empty()) return changed.error();
  if (!changed || !*changed) return known;
  const std::string_view token = first_word(token_file_->content());
  const bool is_printable = std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  if (token.empty() || !is_printable) {
    // A file that is being written: the token it held is the better guess.
    if (!known.empty()) return known;
    return FileProblem{token_file_->path() + " holds no token"};
  }
  value_ = "Bearer " + std::string(token);
  return std::string_view(value_);
}

}  // namespace inferno::http_client
