// Decompresses gzip (RFC 1952) as it arrives. Its memory does not grow with the content; the receiver limits how much
// it takes, so a small body that swells without end is stopped in time. Throws std::bad_alloc only.
#pragma once

#include <zlib.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string_view>

namespace inferno::http_client {

class GzipInflater {
 public:
  enum class Outcome : std::uint8_t {
    more,     // all of the input is taken
    stopped,  // the receiver said so
    corrupt,  // not gzip, or damaged
  };

  GzipInflater();

  // `receive(std::string_view)` gets pieces of at most 16 KiB and returns whether to go on.
  template <std::predicate<std::string_view> Receive>
  Outcome feed(std::string_view compressed, Receive&& receive) {
    begin(compressed);
    while (true) {
      const std::string_view piece = next();
      if (!piece.empty() && !receive(piece)) return Outcome::stopped;
      if (is_corrupt_) return Outcome::corrupt;
      if (piece.empty()) return Outcome::more;
    }
  }

  // Whether the input so far ends where a gzip member ends, checksum included.
  [[nodiscard]] bool is_complete() const { return is_complete_; }

 private:
  struct End {
    void operator()(z_stream* stream) const;
  };

  void begin(std::string_view compressed);
  // The next piece; empty when the input is used up.
  std::string_view next();

  std::unique_ptr<z_stream, End> stream_;
  std::array<char, 16384> output_{};
  bool is_complete_ = false;
  bool is_corrupt_ = false;
};

}  // namespace inferno::http_client
