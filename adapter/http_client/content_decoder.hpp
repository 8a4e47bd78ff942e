// Undoes the Content-Encoding of an answer's body as it arrives: gzip or none, as nothing else is asked for. A limit
// counts bytes as sent and as decoded, so that neither a long nor a small but swelling body goes on without end.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/http_client/gzip_inflater.hpp"

namespace inferno::http_client {

class ContentDecoder {
 public:
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

  explicit ContentDecoder(std::string_view content_encoding, std::size_t limit = no_limit);

  // `receive(std::string_view)` gets decoded pieces and returns whether to go on. False when it has said no, or there
  // is a problem.
  template <std::predicate<std::string_view> Receive>
  bool feed(std::string_view received, Receive&& receive) {
    const auto count_and_receive = [&](std::string_view piece) {
      decoded_ += piece.size();
      return check_limit() && receive(piece);
    };
    if (problem_) return false;
    received_ += received.size();
    if (!check_limit()) return false;
    if (!inflater_) return count_and_receive(received);
    switch (inflater_->feed(received, count_and_receive)) {
      case GzipInflater::Outcome::more:
        return true;
      case GzipInflater::Outcome::stopped:
        return false;
      case GzipInflater::Outcome::corrupt:
        break;
    }
    problem_ = "the compressed answer is damaged";
    return false;
  }

  // What is wrong with the body so far, for a person; nothing where all is well.
  [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }
  [[nodiscard]] bool is_over_limit() const { return received_ > limit_ || decoded_ > limit_; }
  [[nodiscard]] std::size_t decoded_bytes() const { return decoded_; }
  // Whether the body may end here.
  [[nodiscard]] bool is_complete() const { return !inflater_ || inflater_->is_complete(); }

 private:
  bool check_limit();

  std::size_t limit_;
  std::size_t received_ = 0;
  std::size_t decoded_ = 0;
  std::optional<GzipInflater> inflater_;
  std::optional<std::string> problem_;
};

}  // namespace inferno::http_client
