#include "adapter/signals/signal_reader.hpp"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "adapter/signals/concurrently.hpp"
#include "adapter/signals/workload_rows.hpp"

namespace inferno::signals {

namespace {

// A gateway may name anything it is asked for, and pods may show anything: memory is bounded.
constexpr std::size_t max_waiting_models = 50'000;
constexpr std::size_t max_sightings = 10'000;
constexpr std::size_t max_names = 20;

double number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

OwnerName owner_of(Labels labels) {
  return {std::string(label_value(labels, "namespace")), std::string(label_value(labels, "owner"))};
}

void insert_sorted(std::vector<std::string>& names, std::string_view name) {
  const auto position = std::ranges::lower_bound(names, name);
  if (name.empty() || names.size() >= max_names || (position != names.end() && *position == name)) return;
  names.insert(position, std::string(name));
}

}  // namespace

void WakeVisitor::on_series(Labels labels) {
  demand_ = nullptr;
  const std::string_view namespace_name = label_value(labels, "namespace");
  const std::string_view model_id = gateway_model(labels, series_);
  const std::string_view signal = label_value(labels, "signal");
  seen_ = signal == "queue" ? nullptr : signal == "refused" ? &WakeDemand::refused : &WakeDemand::arrivals;
  if (model_id.empty()) return;
  const bool is_full = state_.models.size() >= max_waiting_models;
  if (is_full && state_.models.find(namespace_name, model_id) == nullptr) return;
  demand_ = &state_.models.add(namespace_name, model_id);
}

void WakeVisitor::on_sample(TimePoint /*time*/, double value) {
  if (demand_ == nullptr || std::isinf(value)) return;
  if (seen_ == nullptr) {
    demand_->queue += value;
  } else {
    demand_->*seen_ = true;
  }
}

void KvTokensVisitor::on_series(Labels labels) {
  owner_ = owner_of(labels);
  engine_tokens_ = number(label_value(labels, "num_gpu_blocks")) * number(label_value(labels, "block_size"));
}

void KvTokensVisitor::on_sample(TimePoint /*time*/, double engines) {
  if (!(engine_tokens_ > 0)) return;
  double& largest = tokens_[owner_];
  largest = std::max(largest, engines * engine_tokens_);
}

void SightingsVisitor::on_series(Labels labels) {
  sighting_ = nullptr;
  OwnerName owner = owner_of(labels);
  if (owner.second.empty() || (sightings_.size() >= max_sightings && !sightings_.contains(owner))) return;
  sighting_ = &sightings_[std::move(owner)];
  const std::string_view name = label_value(labels, "__name__");
  is_up_ = name == up_;
  if (is_up_) return;
  insert_sorted(sighting_->metric_names, name);
  insert_sorted(sighting_->served_names, label_value(labels, "model_name"));
}

void SightingsVisitor::on_sample(TimePoint /*time*/, double value) {
  if (sighting_ != nullptr && is_up_) sighting_->scraped = sighting_->scraped.value_or(false) || value > 0;
}

namespace asio = boost::asio;

namespace {

constexpr Duration release_interval = std::chrono::minutes{10};
constexpr Duration sighting_interval = std::chrono::seconds{30};
constexpr Duration short_sighting_interval = std::chrono::seconds{5};
// "Now" may be a little later than what another machine calls so, and VictoriaMetrics says nothing of its future. No
// loss: a scrape is not visible sooner.
constexpr Duration clock_margin{100};

TimePoint moment_before(TimePoint now) {
  return align_down(now - clock_margin, QueryRunner::moment);
}

bool hands_over(const Variant& variant) {
  return variant.target && variant.target->role.find("decode") == std::string::npos;
}

std::int64_t replicas(const ClusterState& state, const Model& model) {
  std::int64_t sum = 0;
  for (const std::size_t variant : model.variants) {
    const auto& target = state.variants()[variant].target;
    if (target) sum += target->spec_replicas;
  }
  return sum;
}

}  // namespace

SignalReader::SignalReader(const SignalOptions& options, const Clock& local_clock, prometheus::RangeQueryClient& client,
                           prometheus::RangeQueryClient& wake_client, ::prometheus::Registry& registry)
    : options_(options),
      queries_(options_),
      wake_client_(wake_client),
      clock_(local_clock),
      rows_(options_.max_foreign_rows),
      telemetry_(registry),
      runner_(client, clock_, rows_, telemetry_, options_),
      window_(options_.step, options_.history),
      idle_(runner_, queries_, options_),
      calibration_(std::make_shared<const Calibration>(options_.flow_interval, options_.learning_window)) {
  for (const Query& query : queries_.all()) {
    if (query.grid == Grid::step) samples_.emplace_back(query);
    if (std::holds_alternative<Calibrated>(query.sink)) calibrations_.emplace_back(query);
  }
}

void SignalReader::use(std::shared_ptr<const ClusterState> state) {
  if (!state || state == state_) return;
  state_ = std::move(state);
  nobodys_names_.use(state_);
  std::vector<std::string> namespaces;
  EngineSet engines;
  std::size_t aliases = 0;
  has_prefill_ = false;
  compared_namespaces_.clear();
  for (const Model& model : state_->models()) {  // in order of namespace
    const std::string& name = model.key.namespace_name;
    if (namespaces.empty() || namespaces.back() != name) namespaces.push_back(name);
    const bool compared = model.variants.size() > 1;
    if (compared && (compared_namespaces_.empty() || compared_namespaces_.back() != name))
      compared_namespaces_.push_back(name);
    for (const std::size_t index : model.variants) {
      const Variant& variant = state_->variants()[index];
      has_prefill_ |= hands_over(variant);
      if (variant.target) engines.set(options_.engines.index_of(variant.target->engine));
    }
    aliases += model.aliases.size();
  }
  if (engines.none()) engines.set(options_.engines.index_of(Engine::vllm));
  if ((engines & ~engines_).any()) {  // what was read so far lacks the new ones; speeds are learned from now on
    lacks_engines_ = true;
    idle_.begin_anew();
  }
  engines_ = engines;
  runner_.set_fleet(std::move(namespaces), state_->models().size(), engines);
  // Two controllers each while pods are replaced, and what gateways say.
  rows_.set_known(2 * state_->variants().size() + state_->models().size() + aliases);
}

// ---- samples

asio::awaitable<bool> SignalReader::read_samples(TimePoint newest) {
  const bool put_right = newest < window_.newest();  // the clock was
  if (std::exchange(lacks_engines_, false) || put_right) {
    for (Reading& reading : samples_) reading.answered_until.reset();
  }
  window_.advance(newest);
  std::vector<Reading*> readings;
  for (Reading& reading : samples_) {
    if (has_prefill_ || reading.query->name != "deferred") readings.push_back(&reading);
  }
  const GridRange range{.first = window_.oldest(), .last = newest, .step = options_.step};
  const auto store = [this](const Reading& reading, const SampleBlock& block) {
    window_.merge(block, std::get<float GridSample::*>(reading.query->sink));
  };
  const bool answered = co_await runner_.follow(readings, range, range.size(), store);
  failures_ = {};
  for (const Reading* reading : readings) {
    if (!reading->failure.empty()) failures_.add(reading->query->signal, reading->failure);
  }
  co_return answered;
}

// ---- what is read on the flow grid

void SignalReader::plan(TimePoint newest) {
  idle_.plan(newest, state_ ? state_->policies().longest_retention_period() : Duration::zero());
  if (is_calibrating_) return;
  if (newest < newest_) {  // the clock was put right
    calibration_ = std::make_shared<const Calibration>(options_.flow_interval, options_.learning_window);
    for (Reading& reading : calibrations_) reading.answered_until.reset();
  }
  newest_ = newest;
}

GridRange SignalReader::calibration_range() const {
  const TimePoint begin = align_down(newest_ - options_.learning_window, options_.flow_interval);
  return {.first = begin + options_.flow_interval, .last = newest_, .step = options_.flow_interval};
}

std::size_t SignalReader::missing_calibration_steps() const {
  std::size_t steps = 0;
  for (const Reading& reading : calibrations_) {
    GridRange range = calibration_range();
    if (reading.answered_until) range.first = std::max(range.first, *reading.answered_until + range.step);
    if (range.first <= range.last) steps = std::max(steps, range.size());
  }
  return steps;
}

// Only pods with a queue tell how fast a full replica is, and only new ones how long it took to start: where the
// samples and the idle history show that there are none, the answer is known to be empty.
void SignalReader::skip_empty_calibrations() {
  for (Reading& reading : calibrations_) {
    if (!reading.answered_until) continue;
    const bool of_new_pods = std::get<Calibrated>(reading.query->sink) == Calibrated::cold_start;
    for (TimePoint next = *reading.answered_until + options_.flow_interval; next <= newest_;
         next += options_.flow_interval) {
      const bool is_empty = of_new_pods ? idle_.is_without_new_pods(next) : window_.is_zero(next, &GridSample::waiting);
      if (!is_empty) break;
      reading.answered_until = next;
    }
  }
}

asio::awaitable<bool> SignalReader::calibrate() {
  const ScopedFlag calibrating(is_calibrating_);
  skip_empty_calibrations();
  std::vector<Reading*> readings;
  readings.reserve(calibrations_.size());
  for (Reading& reading : calibrations_) readings.push_back(&reading);
  const auto store = [this](const Reading& reading, const SampleBlock& block) {
    auto changed = std::make_shared<Calibration>(*calibration_);
    changed->append(std::get<Calibrated>(reading.query->sink), block);
    calibration_ = std::move(changed);
  };
  co_await runner_.follow(readings, calibration_range(), steps_in_passing(), store);
  co_return std::ranges::all_of(calibrations_, [](const Reading& reading) { return reading.failure.empty(); });
}

// ---- on demand

Scope SignalReader::scope_of(std::vector<std::string> namespaces) const {
  Scope scope;
  if (promql_alternatives(namespaces).size() <= options_.max_matcher_bytes) scope.namespaces = std::move(namespaces);
  return scope;
}

asio::awaitable<void> SignalReader::read_on_demand(TimePoint as_of) {
  co_await read_kv_tokens(as_of);
  co_await read_sightings(as_of);
}

// It seldom changes. As of a coarse grid of its own, so that every replica of the adapter reads the same.
asio::awaitable<void> SignalReader::read_kv_tokens(TimePoint as_of) {
  const Query* query = queries_.find("cache_blocks");
  const TimePoint time = align_down(as_of, options_.capacity_interval);
  if (query == nullptr || compared_namespaces_.empty()) co_return;
  if (kv_tokens_of_ == time && kv_namespaces_ == compared_namespaces_) co_return;
  std::vector<std::string> namespaces = compared_namespaces_;
  Scope scope = scope_of(namespaces);
  auto tokens = std::make_shared<KvTokens>();
  KvTokensVisitor visitor(*tokens);
  const prometheus::QueryResult<void> result = co_await runner_.ask(*query, std::move(scope), time, visitor);
  if (!result) co_return;  // what is known stays; it is read again at the next refresh
  kv_tokens_of_ = time;
  kv_namespaces_ = std::move(namespaces);
  kv_tokens_ = std::move(tokens);
}

std::vector<std::string> SignalReader::silent_namespaces() const {
  std::vector<std::string> namespaces;
  const auto& frame = window_.frames().back();
  // Silence means something only where Prometheus says so.
  if (!state_ || failures_.signals.test(static_cast<std::size_t>(Signal::pods))) return namespaces;
  const WorkloadRows rows(*state_, rows_.table());
  for (const Model& model : state_->models()) {  // in order of namespace
    const bool is_silent = std::ranges::any_of(model.variants, [&](std::size_t variant) {
      const auto& target = state_->variants()[variant].target;
      const auto reports = [&](Row row) { return frame && frame->of_workload(row).replicas > 0; };
      return target && target->ready_replicas > 0 && std::ranges::none_of(rows.own(variant), reports);
    });
    if (is_silent && (namespaces.empty() || namespaces.back() != model.key.namespace_name))
      namespaces.push_back(model.key.namespace_name);
  }
  return namespaces;
}

asio::awaitable<void> SignalReader::read_sightings(TimePoint as_of) {
  if (sighted_at_ && as_of >= *sighted_at_ && as_of - *sighted_at_ < sighting_pause_) co_return;
  std::vector<std::string> namespaces = silent_namespaces();
  const bool asks = !namespaces.empty();
  auto sightings = std::make_shared<Sightings>();
  if (asks) {
    Scope scope = scope_of(std::move(namespaces));
    SightingsVisitor visitor(*sightings, options_.names.up);
    const Query& query = *queries_.find("sightings");
    const prometheus::QueryResult<void> result = co_await runner_.ask(query, std::move(scope), as_of, visitor);
    if (!result) co_return;
  }
  sighted_at_ = as_of;
  // Nothing at all, not even `up`: more likely not yet than never.
  sighting_pause_ = asks && sightings->empty() ? short_sighting_interval : sighting_interval;
  sightings_ = std::move(sightings);
}

asio::awaitable<bool> SignalReader::read_wake(const ClusterState& state) {
  const Query* query = queries_.find("wake");
  Scope scope;
  std::size_t bytes = 0;
  bool any = false;
  for (const Model& model : state.models()) {
    if (replicas(state, model) > 0) continue;
    any = true;
    const auto add = [&](const std::string& name) {
      bytes += name.size() + 1;
      if (bytes <= options_.max_matcher_bytes) scope.models.push_back(name);
    };
    add(model.key.model_id);
    std::ranges::for_each(model.aliases, add);
  }
  if (query == nullptr || !any) {
    wake_.reset();
    co_return true;
  }
  if (bytes > options_.max_matcher_bytes) scope.models.clear();
  auto wake = std::make_shared<WakeState>();
  wake->as_of = clock_.now();
  WakeVisitor visitor(*wake, options_.names.gateway);
  const prometheus::QueryResult<void> result =
      co_await runner_.ask(*query, std::move(scope), moment_before(wake->as_of), visitor, &wake_client_);
  if (result) wake_ = std::move(wake);
  co_return result.has_value();
}

// ---- rows and snapshots

void SignalReader::look_for_nobodys_names() {
  if (!state_ || searched_ == rows_.share()) return;
  searched_ = rows_.share();
  for (Row row = 0; row < searched_->size(); ++row) {
    if (!searched_->is_used(row)) continue;
    const RowName name = searched_->name_of(row);
    if (name.owner.empty()) nobodys_names_.see(name.namespace_name, name.model_id);
  }
  tell_of_nobodys_names();
}

void SignalReader::look_for_nobodys_names(const GatewayDemand& demand) {
  if (!state_) return;
  for (const auto& [model, of_model] : demand) nobodys_names_.see(model.namespace_name, model.model_id);
  tell_of_nobodys_names();
}

void SignalReader::tell_of_nobodys_names() {
  if (const std::string warning = nobodys_names_.take_warning(); !warning.empty()) spdlog::warn("{}", warning);
}

void SignalReader::release_unused_rows(TimePoint now) {
  const bool refused = rows_.take_refused() > 0;
  if (refused && !warned_of_refused_rows_) {
    spdlog::warn(
        "Prometheus has series of more than {} workloads beyond those of the VariantAutoscalings; the signals of "
        "further ones are not kept. A namespace restriction or further label matchers keep them out",
        options_.max_foreign_rows);
  }
  warned_of_refused_rows_ = refused;
  telemetry_.rows_in_use(rows_.table().used());

  if (now - released_at_ < release_interval || idle_.is_reading() || is_calibrating_) return;
  released_at_ = now;
  const std::vector<Row> released = rows_.release(
      [&](Row row) { return window_.empty(row) && idle_.is_silent(row) && calibration_->is_silent(row, newest_); });
  if (released.empty()) return;
  idle_.forget(released);
  auto changed = std::make_shared<Calibration>(*calibration_);
  for (const Row row : released) changed->forget(row);
  calibration_ = std::move(changed);
}

FleetSnapshot::Parts SignalReader::parts(TimePoint as_of, FrameList frames,
                                         std::shared_ptr<const WakeState> gateways) const {
  FleetSnapshot::Parts parts{.as_of = as_of,
                             .rows = rows_.share(),
                             .frames = std::move(frames),
                             .idle = idle_.history(),
                             .calibration = calibration_,
                             .kv_tokens = kv_tokens_,
                             .sightings = sightings_,
                             .wake = wake_,
                             .gateways = std::move(gateways),
                             .failures = failures_};
  if (const std::string problem = idle_.problem(); !problem.empty()) parts.failures.add(Signal::idle_history, problem);
  return parts;
}

}  // namespace inferno::signals
