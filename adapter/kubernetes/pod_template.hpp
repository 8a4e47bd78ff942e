// What the pod template of a scale target tells of its engine. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "adapter/common/engine.hpp"

namespace inferno::kubernetes {

// The model server: as the label llm-d.ai/engine-type of the pod template says, else as a container's command or image
// shows, else vLLM. Label values: adapter/common/engine.hpp; another one tells nothing. Within KServe's
// LLMInferenceService (label app.kubernetes.io/component) vLLM is Engine::kserve_vllm.
[[nodiscard]] Engine find_engine(const nlohmann::json& object);

// How many requests the container runs at once: `--max-num-seqs=64`, `--max-num-seqs 64` (two arguments, or within one
// as in `sh -c "vllm serve ..."`), also spelt with underscores as vLLM accepts it, or the like of another server:
// --max-running-requests (SGLang), --max-batch-size (TensorRT-LLM, LMDeploy), --parallel (llama.cpp). The last one
// counts, as in argparse. Looks through the containers of every pod template of the object's spec (a LeaderWorkerSet
// has two).
[[nodiscard]] std::optional<std::uint32_t> find_max_num_seqs(const nlohmann::json& object);

// Under which names the containers of its pod templates are asked for: every value of `--served-model-name`, and the
// names of LoRA adapters in `--lora-modules` (`name=path` or JSON, several words, as vLLM takes them). Variables are
// not resolved: a name that holds one is left out.
[[nodiscard]] std::vector<std::string> find_served_names(const nlohmann::json& object);

// The part that the pods play in serving a request: label llm-d.ai/role of the pod template (of a LeaderWorkerSet's
// workers, else of its leader), else of the object, else as the selector of its Scale says ("llm-d.ai/role=prefill", or
// the label disaggregatedset.x-k8s.io/role of a DisaggregatedSet's role scaler); "decode" where none tells, and
// "prefill-decode" for the deprecated "both". Source: llm-d-router, pkg/epp/.../filter/bylabel/roles.go.
[[nodiscard]] std::string find_role(const nlohmann::json& object);  // empty where the object doesn't tell
[[nodiscard]] std::string role_of(std::string told_by_object, const nlohmann::json& scale = nullptr);

}  // namespace inferno::kubernetes
