#include "adapter/common/engine.hpp"

#include <algorithm>
#include <array>

namespace inferno {
namespace {

struct Known {
  std::string_view type;
  std::string_view running;
};

constexpr std::array<Known, engine_count> known{{{"vllm", "vllm:num_requests_running"},
                                                 {"kserve-vllm", "kserve_vllm:num_requests_running"},
                                                 {"ray-vllm", "ray_vllm_num_requests_running"},
                                                 {"lmdeploy", "lmdeploy:num_requests_running"},
                                                 {"nim", "num_requests_running"},
                                                 {"sglang", "sglang:num_running_reqs"},
                                                 {"trtllm-serve", "trtllm_num_requests_running"},
                                                 {"triton-tensorrt-llm", "nv_trt_llm_request_metrics"},
                                                 {"tgi", "tgi_batch_current_size"},
                                                 {"llamacpp", "llamacpp:requests_processing"},
                                                 {"tei", ""},
                                                 {"ollama", ""}}};

std::optional<Engine> find(std::string_view text, std::string_view Known::* field) {
  const auto found = std::ranges::find(known, text, field);
  if (text.empty() || found == known.end()) return std::nullopt;
  return static_cast<Engine>(found - known.begin());
}

}  // namespace

std::string_view type_of(Engine engine) {
  return known.at(static_cast<std::size_t>(engine)).type;
}

std::optional<Engine> engine_of_type(std::string_view type) {
  if (type == "triton") return Engine::triton;
  return find(type, &Known::type);
}

std::string engine_types() {
  std::string types;
  for (const Known& engine : known) types.append(types.empty() ? "" : ", ").append(engine.type);
  return types;
}

std::string_view running_series(Engine engine) {
  return known.at(static_cast<std::size_t>(engine)).running;
}

std::optional<Engine> engine_of_running_series(std::string_view name) {
  return find(name, &Known::running);
}

}  // namespace inferno
