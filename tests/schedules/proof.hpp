// What proves that a model was idle: judged by what its pods told, not by anything the adapter says.
//
// Every ready replica of every target told how many requests it runs, without a gap over the whole retention period. A
// gap is harmless where the pod's counters stand after it where they stood before. Beside that, nothing that a scrape
// has shown may be a use within the period.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "adapter/signals/signal_options.hpp"
#include "tests/schedules/model_truth.hpp"

namespace inferno::schedules {

// Of a decision.
struct Moment {
  TimePoint as_of;            // of the signals
  TimePoint cluster_seen_at;  // when the objects that it knows arrived
  Duration retention{};
};

// `targets` are workloads of the model. Nothing where the proof is complete.
[[nodiscard]] std::optional<std::string> find_missing_proof(const ModelTruth& model,
                                                            std::span<const std::size_t> targets, const Moment& moment,
                                                            const signals::SignalOptions& options);

// Somebody used the model within the period, and Prometheus has told so.
[[nodiscard]] std::optional<std::string> find_use(const ModelTruth& model, std::span<const std::size_t> targets,
                                                  const Moment& moment, const signals::SignalOptions& options);

// Requests that the targets have finished after `begin`. One that is prefilled and decoded counts where it is decoded.
[[nodiscard]] std::size_t finished_requests(const ModelTruth& model, std::span<const std::size_t> targets,
                                            TimePoint begin);

}  // namespace inferno::schedules
