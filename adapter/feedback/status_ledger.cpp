#include "adapter/feedback/status_ledger.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "adapter/feedback/configuration_faults.hpp"
#include "adapter/feedback/content_hash.hpp"

namespace inferno::feedback {
namespace {

constexpr Duration longest_interval{5 * 60'000};

auto identity(const Variant& variant) {
  return std::tuple<std::string_view, std::string_view>{variant.namespace_name, variant.name};
}

// Everything of the object that its status is made of.
std::size_t hash_of(const Variant& variant, const std::vector<Advice>& advice) {
  ContentHash hash;
  hash.add(variant.uid).add(variant.generation).add(variant.accelerator).add(variant.model_id);
  hash.add(variant.target.has_value()).add(variant.target_reference.kind).add(variant.target_reference.name);
  if (variant.invalid) hash.add(variant.invalid->field).add(variant.invalid->message);
  for (const Advice& item : advice) hash.add(item.message);
  return hash.value();
}

// 0 where there are none.
std::size_t hash_of(const SeriesFindings* findings) {
  if (findings == nullptr) return 0;
  ContentHash hash;
  hash.add(findings->missing).add(findings->remedy);
  for (const std::string& owner : findings->pods_of_others) hash.add(owner);
  return hash.value();
}

std::size_t hash_of(const Variant& variant, const VariantStatus& status) {
  ContentHash hash;
  hash.add(variant.generation).add(status.allocation.has_value());
  if (status.allocation) {
    hash.add(status.allocation->replicas).add(status.allocation->accelerator).add(status.allocation->applied);
  }
  for (const Condition& condition : status.conditions) {
    hash.add(condition.holds).add(condition.reason).add(condition.message);
  }
  return hash.value();
}

}  // namespace

void StatusLedger::take(const std::shared_ptr<const DecisionBoard>& board, bool prometheus_fails,
                        std::vector<VariantEvent>& events) {
  if (board == board_ && prometheus_fails == prometheus_fails_) return;
  prometheus_fails_ = prometheus_fails;
  const std::shared_ptr<const DecisionBoard> before = std::exchange(board_, board);
  const ClusterState* known = before != nullptr ? &before->state() : nullptr;
  if (known != &board->state()) take_state(board->state(), known, events);

  for (std::size_t position = 0; position < records_.size(); ++position) {
    const VariantAnswer& answer = board->answers()[position];
    Record& record = records_[position];
    const Makings makings{.objects = record.objects,
                          .desired = answer.desired,
                          .current = answer.current,
                          .reason = answer.reason,
                          .metrics = metrics_state(*board, answer, prometheus_fails),
                          .decided = answer.decided,
                          .findings = hash_of(board->findings(position))};
    const Variant& subject = variant(position);
    if (record.seen == makings && record.reported == subject.reported) continue;
    note_transition(subject, answer, record, events);
    if (record.reported != subject.reported) record.written.reset();
    record.seen = makings;
    record.reported = subject.reported;
    const VariantStatus wanted = status(position);
    record.wanting = !is_reported(subject, wanted) && record.written != hash_of(subject, wanted);
  }
}

void StatusLedger::forget() {
  advisor_.reset();
  records_.clear();
  board_.reset();
}

void StatusLedger::take_state(const ClusterState& state, const ClusterState* before,
                              std::vector<VariantEvent>& events) {
  advisor_.emplace(state, settings_.wiring);
  std::vector<Record> records(state.variants().size());
  std::size_t old = 0;
  for (std::size_t position = 0; position < records.size(); ++position) {
    const Variant& subject = state.variants()[position];
    while (old < records_.size() && identity(before->variants()[old]) < identity(subject)) ++old;
    if (old < records_.size() && identity(before->variants()[old]) == identity(subject) &&
        before->variants()[old].uid == subject.uid) {
      records[position] = std::move(records_[old]);
    }
    records[position].objects = hash_of(subject, advisor_->advise(position, nullptr));
    note_configuration(subject, records[position], events);
  }
  records_ = std::move(records);
}

void StatusLedger::note_configuration(const Variant& variant, Record& record, std::vector<VariantEvent>& events) const {
  std::vector<std::string> faults = configuration_faults(variant, board_->state().policies());
  ContentHash hash;
  for (const std::string& fault : faults) hash.add(fault);
  if (hash.value() == record.complaints) return;
  record.complaints = hash.value();
  for (std::string& fault : faults) events.push_back(invalid_configuration(variant, std::move(fault)));
}

void StatusLedger::note_transition(const Variant& variant, const VariantAnswer& answer, Record& record,
                                   std::vector<VariantEvent>& events) const {
  // A count that is held is no decision: what was decided before still counts.
  if (!answer.decided || answer.reason == Reason::metrics_missing || answer.reason == Reason::stale) return;
  if (!record.desired && variant.reported) record.desired = variant.reported->desired_replicas;
  const std::int32_t previous = record.desired.value_or(answer.desired);
  record.desired = answer.desired;
  if (previous > 0 && answer.desired == 0) {
    const ModelPolicy policy = board_->state().policies().resolve({variant.namespace_name, variant.model_id});
    events.push_back(scaled_to_zero(variant, answer, previous, policy.scale_to_zero));
  } else if (previous == 0 && answer.desired > 0) {
    events.push_back(woken_up(variant, answer));
  }
}

std::vector<std::size_t> StatusLedger::due(MonotonicTime now, std::size_t count,
                                           const std::function<bool(std::string_view)>& may_write) {
  std::vector<std::size_t> positions;
  for (std::size_t looked = 0; looked < records_.size() && positions.size() < count; ++looked) {
    if (next_ >= records_.size()) next_ = 0;
    const std::size_t position = next_++;
    const Record& record = records_[position];
    if (!record.wanting || now < record.not_before || !may_write(variant(position).namespace_name)) continue;
    positions.push_back(position);
  }
  return positions;
}

VariantStatus StatusLedger::status(std::size_t position) const {
  const VariantAnswer& answer = board_->answers()[position];
  return status_of(variant(position), answer, metrics_state(*board_, answer, prometheus_fails_),
                   board_->findings(position), advisor_->advise(position, board_->findings(position)));
}

void StatusLedger::note_written(std::size_t position, const VariantStatus& status, MonotonicTime now) {
  Record& record = records_[position];
  record.written = hash_of(variant(position), status);
  record.wanting = false;
  record.failures = 0;
  record.not_before = now + settings_.write_interval;
}

unsigned StatusLedger::note_failed(std::size_t position, MonotonicTime now) {
  Record& record = records_[position];
  constexpr unsigned most_doublings = 6;
  const Duration interval = settings_.write_interval * (1U << std::min(record.failures, most_doublings));
  record.not_before = now + std::min(interval, longest_interval);
  return ++record.failures;
}

}  // namespace inferno::feedback
