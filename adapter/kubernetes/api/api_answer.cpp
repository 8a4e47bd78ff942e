#include "adapter/kubernetes/api/api_answer.hpp"

#include <boost/beast/http/field.hpp>
#include <utility>

#include "adapter/kubernetes/api/status_error.hpp"

namespace inferno::kubernetes {
namespace {

namespace http = boost::beast::http;
using http_client::HttpFailure;

constexpr std::size_t refusal_limit = std::size_t{1} << 20;

ApiFailure transport_failure(const HttpFailure& failure) {
  ApiFailure result;
  result.message = failure.message;
  switch (failure.kind) {
    case HttpFailure::Kind::unreachable:
      result.kind = ApiFailure::Kind::unreachable;
      break;
    case HttpFailure::Kind::timeout:
      result.kind = ApiFailure::Kind::timeout;
      break;
    case HttpFailure::Kind::malformed:
      result.kind = ApiFailure::Kind::malformed;
      break;
  }
  return result;
}

ApiFailure malformed(std::string message) {
  ApiFailure failure;
  failure.kind = ApiFailure::Kind::malformed;
  failure.message = std::move(message);
  return failure;
}

}  // namespace

bool ApiAnswer::on_head(unsigned status, const http::fields& fields) {
  status_ = status;
  decoder_.emplace(fields[http::field::content_encoding], is_success() ? limit_ : refusal_limit);
  if (is_success()) {
    sink_.on_open();
  } else {
    retry_after_ = parse_retry_after(fields[http::field::retry_after], fields[http::field::date]);
  }
  return true;
}

bool ApiAnswer::on_body(std::string_view piece) {
  metrics_.count_received(piece.size());
  return decoder_->feed(piece, [this](std::string_view decoded) {
    if (!is_success()) {
      refusal_ += decoded;
      return true;
    }
    is_enough_ = !sink_.on_bytes(decoded);
    return !is_enough_;
  });
}

ApiResult<void> ApiAnswer::finish(const http_client::HttpResult<void>& outcome) const {
  // A refusal that is not whole is one all the same.
  if (decoder_ && !is_success()) return status_failure(status_, refusal_, retry_after_);
  if (!outcome) return transport_failure(outcome.error());
  if (is_enough_) return {};
  if (decoder_->problem()) return malformed(*decoder_->problem());
  if (!decoder_->is_complete()) return malformed("the compressed answer is cut off");
  return {};
}

}  // namespace inferno::kubernetes
