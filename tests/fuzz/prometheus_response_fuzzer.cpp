// The answer of a Prometheus, which may be anything: no crash, no undefined behaviour, and no difference by where the
// body is cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "adapter/prometheus/range_response_parser.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using inferno::TimePoint;
using namespace inferno::prometheus;

// Sums up what is visited, and touches all of it.
class Digest final : public SeriesVisitor {
 public:
  void on_series(std::span<const LabelView> labels) override {
    for (const auto& [name, value] : labels) {
      for (const char c : name) add(static_cast<unsigned char>(c));
      for (const char c : value) add(static_cast<unsigned char>(c));
    }
  }
  void on_sample(TimePoint time, double value) override {
    add(static_cast<std::uint64_t>(time.time_since_epoch().count()));
    add(value > 0 ? 1 : 2);
  }

  std::uint64_t value = 14695981039346656037U;

 private:
  void add(std::uint64_t part) { value = (value ^ part) * 1099511628211U; }
};

struct Outcome {
  std::uint64_t digest = 0;
  int kind = 0;

  bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view body, std::size_t piece) {
  Digest digest;
  RangeResponseParser parser(digest);
  while (!body.empty() && parser.feed(body.substr(0, piece))) body.remove_prefix(std::min(piece, body.size()));
  const auto result = parser.finish();
  return {digest.value, result ? 0 : static_cast<int>(result.error().kind)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse(body, size);
  inferno::require(parse(body, 1) == whole, "an answer in pieces of 1 byte reads as the whole one");
  inferno::require(parse(body, 7) == whole, "an answer in pieces of 7 bytes reads as the whole one");
  return 0;
}
