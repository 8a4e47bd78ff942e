#include "adapter/http_client/gzip_inflater.hpp"

#include <new>

namespace inferno::http_client {

void GzipInflater::End::operator()(z_stream* stream) const {
  ::inflateEnd(stream);
  std::default_delete<z_stream>{}(stream);
}

GzipInflater::GzipInflater() {
  constexpr int gzip_with_largest_window = 15 + 16;
  auto stream = std::make_unique<z_stream>();
  if (::inflateInit2(stream.get(), gzip_with_largest_window) != Z_OK) throw std::bad_alloc();
  stream_.reset(stream.release());
}

void GzipInflater::begin(std::string_view compressed) {
  // zlib's interface is older than const; it doesn't write there.
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream_->avail_in = static_cast<uInt>(compressed.size());
}

std::string_view GzipInflater::next() {
  while (!is_corrupt_) {
    if (is_complete_) {
      if (stream_->avail_in == 0) return {};
      // Another member follows: its content continues the first one's.
      ::inflateReset(stream_.get());
      is_complete_ = false;
    }
    stream_->next_out = reinterpret_cast<Bytef*>(output_.data());
    stream_->avail_out = static_cast<uInt>(output_.size());
    const int result = ::inflate(stream_.get(), Z_NO_FLUSH);
    is_complete_ = result == Z_STREAM_END;
    is_corrupt_ = result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR;
    const std::size_t size = output_.size() - stream_->avail_out;
    if (size > 0) return {output_.data(), size};
    if (result == Z_BUF_ERROR || (stream_->avail_in == 0 && !is_complete_)) return {};
  }
  return {};
}

}  // namespace inferno::http_client
