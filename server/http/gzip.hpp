// The one content coding that is offered. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace inferno::server {

// Whether an Accept-Encoding field value accepts gzip (RFC 9110, 12.5.3): named, or by `*`, with a weight above zero.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

// Compresses piece by piece, so that who has much to compress can let others run in between.
class GzipCompressor {
 public:
  GzipCompressor();
  ~GzipCompressor();
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;
  GzipCompressor(GzipCompressor&&) = delete;
  GzipCompressor& operator=(GzipCompressor&&) = delete;

  void add(std::string_view piece);
  // The whole gzip member. Nothing may follow.
  [[nodiscard]] std::string finish();

 private:
  struct Stream;
  void deflate_input(std::string_view piece, int flush);

  std::unique_ptr<Stream> stream_;
  std::string out_;
};

}  // namespace inferno::server
