#include "server/http/gzip.hpp"

#include <zlib.h>

#include <array>
#include <boost/beast/core/string.hpp>
#include <stdexcept>
#include <utility>

namespace inferno::server {
namespace {

// As kube-apiserver: the first level takes most of what there is to gain.
constexpr int level = 1;
constexpr int gzip_window_bits = 15 + 16;
constexpr int memory_level = 8;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// A weight is zero when it has no digit but zeros.
bool weight_is_zero(std::string_view parameters) {
  const auto name = parameters.find("q=");
  if (name == std::string_view::npos) return false;
  const auto value = trim(parameters.substr(name + 2));
  return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const auto end = accept_encoding.find(',');
    const auto item = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(end == std::string_view::npos ? accept_encoding.size() : end + 1);
    const auto semicolon = item.find(';');
    const auto coding = trim(item.substr(0, semicolon));
    const bool accepted = semicolon == std::string_view::npos || !weight_is_zero(item.substr(semicolon + 1));
    if (boost::beast::iequals(coding, "gzip")) return accepted;  // beats `*`, wherever that stands
    if (coding == "*") any = accepted;
  }
  return any;
}

struct GzipCompressor::Stream {
  z_stream z{};
};

GzipCompressor::GzipCompressor() : stream_(std::make_unique<Stream>()) {
  const int result = deflateInit2(&stream_->z, level, Z_DEFLATED, gzip_window_bits, memory_level, Z_DEFAULT_STRATEGY);
  if (result != Z_OK) throw std::runtime_error("zlib: deflateInit2 failed");
}

GzipCompressor::~GzipCompressor() {
  deflateEnd(&stream_->z);
}

void GzipCompressor::add(std::string_view piece) {
  deflate_input(piece, Z_NO_FLUSH);
}

std::string GzipCompressor::finish() {
  deflate_input({}, Z_FINISH);
  return std::move(out_);
}

void GzipCompressor::deflate_input(std::string_view piece, int flush) {
  z_stream& z = stream_->z;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));  // zlib does not write to it
  z.avail_in = static_cast<uInt>(piece.size());
  std::array<char, 16384> chunk{};
  do {
    z.next_out = reinterpret_cast<Bytef*>(chunk.data());
    z.avail_out = static_cast<uInt>(chunk.size());
    if (deflate(&z, flush) == Z_STREAM_ERROR) throw std::logic_error("zlib: deflate after finish");
    out_.append(chunk.data(), chunk.size() - z.avail_out);
  } while (z.avail_out == 0);
}

}  // namespace inferno::server
