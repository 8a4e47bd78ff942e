#include "tests/schedules/signal_meaning.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <optional>

#include "tests/schedules/scrape_view.hpp"

namespace inferno::schedules {
namespace {

std::string model_labels(const ModelTruth& model) {
  return fmt::format(R"("namespace":"{}","model_name":"{}")", model.namespace_name, model.model_id);
}

std::string pod_labels(const ModelTruth& model, const Pod& pod) {
  return model_labels(model) + fmt::format(R"(,"pod":"{}")", pod.name);
}

std::string gateway_labels(const ModelTruth& model) {
  const std::string target = fmt::format(R"("target_model_name":"{0}","model_name":"{0}")", model.model_id);
  if (model.gateway == GatewayKind::without_namespace) return target;
  return fmt::format(R"("namespace":"{}",)", model.namespace_name) + target;
}

}  // namespace

void SignalMeaning::evaluate(const Question& question, TimePoint time, TimePoint asked_at, const Emit& emit) const {
  const ScrapeView view(fleet_, timing_, time, asked_at);
  // A value of each pod, by pod or summed (averaged) by model.
  const auto by_pod = [&](auto value_of, bool average = false) {
    for (const ModelTruth& model : fleet_.models) {
      Sum sum;
      for (const Pod& pod : model.pods) {
        const std::optional<double> value = value_of(pod);
        if (!value) continue;
        if (question.by == By::pod) {
          emit(pod_labels(model, pod), *value);
        } else {
          sum.add(*value);
        }
      }
      if (sum.count > 0) emit(model_labels(model), average ? sum.value / sum.count : sum.value);
    }
  };
  const auto by_gateway = [&](auto value_of) {
    for (const ModelTruth& model : fleet_.models) {
      if (model.gateway == GatewayKind::none) continue;
      if (const std::optional<double> value = value_of(model)) emit(gateway_labels(model), *value);
    }
  };
  const auto gauge = [&](double Scrape::* member) {
    return [&view, member](const Pod& pod) -> std::optional<double> {
      const Scrape* scrape = view.now(pod);
      return scrape == nullptr ? std::nullopt : std::optional(view.value(*scrape, member));
    };
  };
  const auto one_if = [](bool condition) { return condition ? std::optional(1.0) : std::nullopt; };

  switch (question.what) {
    case Asked::kv_usage:
      return by_pod([&](const Pod& pod) -> std::optional<double> {
        const double usage = view.kv(pod);
        return usage < 0 ? std::nullopt : std::optional(usage);
      });
    case Asked::running:
      return by_pod(gauge(&Scrape::running));
    case Asked::waiting:
      return by_pod(gauge(&Scrape::waiting));
    case Asked::pods:
      return by_pod([&](const Pod& pod) { return one_if(view.now(pod) != nullptr || view.invented(pod)); });
    case Asked::finished_rise:
      return by_pod([&](const Pod& pod) { return view.rise(view.now(pod), view.earlier(pod)); });
    case Asked::gateway_queue:
      return by_gateway([&](const ModelTruth& model) -> std::optional<double> {
        const GatewayScrape* scrape = view.gateway_now(model);
        return scrape == nullptr ? std::nullopt : std::optional(view.queue(*scrape));
      });
    case Asked::activity:
      for (const ModelTruth& model : fleet_.models) {
        Sum finished;
        bool busy = view.is(Sabotage::never_to_zero);
        bool appeared = false;
        for (const Pod& pod : model.pods) {
          if (const auto rise = view.finished_activity(pod)) finished.add(*rise);
          busy |= view.ran(pod, &Scrape::running) || view.ran(pod, &Scrape::waiting);
          appeared |= view.appeared(pod);
        }
        if (finished.count > 0) {
          emit(model_labels(model), finished.value);
        } else if (busy) {
          emit(model_labels(model), 0);
        } else if (appeared) {
          emit(model_labels(model), -1);
        }
      }
      return;
    case Asked::scraped_pods:
      return by_pod([&](const Pod& pod) { return one_if(view.recent(pod) != nullptr || view.invented(pod)); });
    case Asked::finished_total:
      return by_pod([&](const Pod& pod) -> std::optional<double> {
        const Scrape* scrape = view.recent(pod);
        if (scrape == nullptr) return std::nullopt;
        Sum total;
        for (const double finished : scrape->finished) {
          if (finished >= 0) total.add(view.is(Sabotage::finished_requests_ignored) ? 0 : finished);
        }
        return total.count > 0 ? std::optional(total.value) : std::nullopt;
      });
    case Asked::same_counters:
      for (const ModelTruth& model : fleet_.models) {
        bool any = false;
        bool changed = false;
        for (const Pod& pod : model.pods) {
          const Scrape* newest = view.recent(pod);
          const Scrape* before = view.recent(pod, question.ago);
          if (newest != nullptr) any |= std::ranges::any_of(newest->finished, [](double count) { return count >= 0; });
          changed |= !view.same_counters(newest, before);
        }
        if (any && !changed) emit(model_labels(model), 1);
      }
      return;
    case Asked::gateway_activity:
      return by_gateway([&](const ModelTruth& model) {
        return one_if(view.was_queued(model) || view.arrivals_rose(model, timing_.flow_interval));
      });
    case Asked::up_pods:
      for (const ModelTruth& model : fleet_.models) {
        for (const Pod& pod : model.pods) {
          if (view.recent(pod) == nullptr) continue;
          emit(fmt::format(R"("namespace":"{}","pod":"{}")", model.namespace_name, pod.name), 1);
        }
      }
      return;
    case Asked::any_data:
      if (view.any_data()) emit("", 1);
      return;
    case Asked::throughput:
      return by_pod(
          [&](const Pod& pod) -> std::optional<double> {
            double value = 0;
            return view.throughput(pod, value) ? std::optional(value) : std::nullopt;
          },
          true);
    case Asked::batch:
      return by_pod(
          [&](const Pod& pod) -> std::optional<double> {
            const Scrape* scrape = view.now(pod);
            const bool full = scrape != nullptr && scrape->running > 0 && scrape->waiting > 0;
            return full ? std::optional(scrape->running) : std::nullopt;
          },
          true);
    case Asked::cache_blocks:
      for (const ModelTruth& model : fleet_.models) {
        for (const Pod& pod : model.pods) {
          if (!view.known(pod)) continue;
          emit(fmt::format(R"("namespace":"{}","pod":"{}","num_gpu_blocks":"{}","block_size":"16")",
                           model.namespace_name, pod.name, 1000 * (pod.variant + 1)),
               1);
        }
      }
      return;
    case Asked::wake:
      for (const ModelTruth& model : fleet_.models) {
        bool waits = false;
        for (const Pod& pod : model.pods) {
          const Scrape* scrape = view.now(pod);
          waits |= scrape != nullptr && view.value(*scrape, &Scrape::waiting) > 0;
        }
        if (waits) emit(model_labels(model) + R"(,"signal":"waiting")", 1);
        if (model.gateway == GatewayKind::none) continue;
        const std::string gateway = gateway_labels(model);
        const GatewayScrape* scrape = view.gateway_now(model);
        if (scrape != nullptr && view.queue(*scrape) > 0) emit(gateway + R"(,"signal":"queue")", scrape->queue);
        if (view.arrivals_rose(model, timing_.wake_window)) emit(gateway + R"(,"signal":"arrivals")", 1);
        if (view.arrivals_rose(model, timing_.flow_interval)) emit(gateway + R"(,"signal":"just_arrived")", 1);
      }
      return;
    case Asked::nothing:
      return;
  }
}

}  // namespace inferno::schedules
