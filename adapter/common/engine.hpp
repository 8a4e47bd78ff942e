// The model servers that are known by name. What each exports: signals/engine_series.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferno {

enum class Engine : std::uint8_t {
  vllm,
  kserve_vllm,  // vLLM under KServe's LLMInferenceService, whose PodMonitor renames the series on OpenShift AI
  ray_vllm,     // vLLM within Ray Serve
  lmdeploy,
  nim,  // NVIDIA NIM for LLMs 1.x
  sglang,
  trtllm,  // TensorRT-LLM's own server
  triton,  // Triton with the TensorRT-LLM backend
  tgi,
  llamacpp,
  tei,
  ollama,
  count_
};
inline constexpr std::size_t engine_count = static_cast<std::size_t>(Engine::count_);

// The value of the label llm-d.ai/engine-type and of --engine: "vllm", "sglang", "trtllm-serve" ...; llm-d-router's
// where it has one (pkg/epp/framework/plugins/datalayer/extractor/metrics/factories.go).
[[nodiscard]] std::string_view type_of(Engine engine);
[[nodiscard]] std::optional<Engine> engine_of_type(std::string_view type);
// "vllm, kserve-vllm, ..." for messages.
[[nodiscard]] std::string engine_types();

// The series that tells how many requests run, of which idleness is proven; empty for an engine that has none, and is
// therefore never put to zero. Some are told apart by more than the name: see signals/engine_series.hpp.
[[nodiscard]] std::string_view running_series(Engine engine);
[[nodiscard]] std::optional<Engine> engine_of_running_series(std::string_view name);

}  // namespace inferno
