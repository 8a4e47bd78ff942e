// The metrics page of a gateway, which may be anything: no crash, no undefined behaviour, and no difference by where
// the text is cut.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "adapter/wake/exposition_parser.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using inferno::prometheus::LabelView;
using inferno::wake::ExpositionParser;

// Everything that was handed over, with lengths so that nothing can be moved between two labels.
class Transcript final : public inferno::wake::SampleVisitor {
 public:
  void on_sample(std::size_t metric, std::span<const LabelView> labels, double value) override {
    text += std::to_string(metric) + ' ';
    for (const auto& [name, label] : labels) {
      add(name);
      add(label);
    }
    text += std::to_string(std::bit_cast<std::uint64_t>(value)) + '\n';
  }

  std::string text;

 private:
  void add(std::string_view part) { text.append(std::to_string(part.size())).append(":").append(part); }
};

struct Outcome {
  std::string transcript;
  std::string error;

  bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view text, std::size_t piece) {
  Transcript transcript;
  ExpositionParser parser({"q", "llm_d_epp_flow_control_queue_size", "inference_extension_flow_control_queue_size"},
                          transcript);
  while (!text.empty() && parser.feed(text.substr(0, piece))) text.remove_prefix(std::min(piece, text.size()));
  (void)parser.finish();
  return {transcript.text, parser.error()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse(text, size);
  inferno::require(parse(text, 1) == whole, "a page in pieces of 1 byte reads as the whole one");
  inferno::require(parse(text, 7) == whole, "a page in pieces of 7 bytes reads as the whole one");
  return 0;
}
