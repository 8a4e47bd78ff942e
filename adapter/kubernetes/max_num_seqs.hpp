// How many requests a vLLM container runs at once, as its command line says. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace inferno::kubernetes {

// `--max-num-seqs=64`, `--max-num-seqs 64` (two arguments, or within one as in `sh -c "vllm serve ..."`), also spelt
// with underscores as vLLM accepts it. The last one counts, as in argparse. Looks through the containers of every pod
// template of the object's spec (a LeaderWorkerSet has two).
[[nodiscard]] std::optional<std::uint32_t> find_max_num_seqs(const nlohmann::json& object);

}  // namespace inferno::kubernetes
