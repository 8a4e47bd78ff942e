#include "adapter/policy/policy_book.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ranges>
#include <utility>

namespace inferno {
namespace {

constexpr std::string_view built_in = "built-in default";
constexpr bool default_enabled = false;
constexpr Duration default_retention_period = std::chrono::minutes{10};

// In the order of SaturationField.
constexpr std::array<double, saturation_field_count> default_saturation{0.80, 5, 0.10, 3, 0.85, 60};

// A trigger is the room that is kept free below its threshold.
struct TriggerRule {
  SaturationField trigger;
  SaturationField threshold;
};
constexpr std::array<TriggerRule, 2> trigger_rules{{
    {.trigger = SaturationField::kv_spare_trigger, .threshold = SaturationField::kv_cache_threshold},
    {.trigger = SaturationField::queue_spare_trigger, .threshold = SaturationField::queue_length_threshold},
}};

bool equals_true_in_any_case(std::string_view text) {
  return std::ranges::equal(text, std::string_view{"true"}, [](char actual, char lower) {
    return actual == lower || actual == static_cast<char>(lower - 'a' + 'A');
  });
}

using Chain = PolicyLevels::Chain;

// The first value that an entry gives; `get` takes an entry and returns an optional.
template <class T, class Getter>
Sourced<T> find(const Chain& chain, const Getter& get, T fallback, std::string_view fallback_source) {
  for (const ConfigEntry* entry : chain) {
    if (const std::optional<T>& value = get(*entry)) return {.value = *value, .source = entry->source};
  }
  return {.value = fallback, .source = std::string(fallback_source)};
}

Sourced<double> built_in_value(SaturationField field) {
  return {.value = default_saturation[static_cast<std::size_t>(field)], .source = std::string(built_in)};
}

Sourced<double> find_saturation(const Chain& chain, SaturationField field) {
  const auto get = [field](const ConfigEntry& entry) -> const std::optional<double>& { return entry.at(field); };
  const auto fallback = built_in_value(field);
  return find(chain, get, fallback.value, fallback.source);
}

// A trigger and the threshold that it must stay below.
struct TriggerPair {
  Sourced<double> trigger;
  Sourced<double> threshold;
};

// An entry can contradict what it inherits. The field it sets itself then falls to the next level (the trigger first,
// where it sets both), so that the pair is always consistent. `report` gets the entry, the field that falls and the
// contradiction.
template <class Report>
TriggerPair find_pair(const Chain& chain, const TriggerRule& rule, const Report& report) {
  TriggerPair pair{.trigger = built_in_value(rule.trigger), .threshold = built_in_value(rule.threshold)};
  for (const ConfigEntry* entry : chain | std::views::reverse) {
    TriggerPair own = pair;
    if (const auto& value = entry->at(rule.trigger)) own.trigger = {.value = *value, .source = entry->source};
    if (const auto& value = entry->at(rule.threshold)) own.threshold = {.value = *value, .source = entry->source};
    for (const auto& [field, side] :
         {std::pair{rule.trigger, &TriggerPair::trigger}, std::pair{rule.threshold, &TriggerPair::threshold}}) {
      if (own.trigger.value < own.threshold.value || !entry->at(field)) continue;
      report(*entry, field, own);
      own.*side = pair.*side;
    }
    pair = std::move(own);
  }
  return pair;
}

// A number as a person would write it.
std::string shown(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

void warn_of_contradictions(const PolicyLevels& levels, std::vector<ConfigWarning>& warnings) {
  levels.visit([&](const Chain& chain) {
    for (const TriggerRule& rule : trigger_rules) {
      (void)find_pair(chain, rule, [&](const ConfigEntry& entry, SaturationField falls, const TriggerPair& pair) {
        warnings.push_back({.config_map = entry.config_map,
                            .key = entry.key,
                            .message = std::string(field_name(rule.trigger)) + " " + shown(pair.trigger.value) + " (" +
                                       pair.trigger.source + ") is not below " +
                                       std::string(field_name(rule.threshold)) + " " + shown(pair.threshold.value) +
                                       " (" + pair.threshold.source + "); the next level applies to " +
                                       std::string(field_name(falls)),
                            .model_id = entry.model_id,
                            .namespace_name = entry.namespace_name});
      });
    }
  });
}

}  // namespace

PolicyBook PolicyBook::parse(const PolicySources& sources) {
  PolicyBook book;
  const auto read = [&book](const PolicyConfigMap& config_map, const std::map<std::string, std::string>& data) {
    for (const auto& [key, text] : data) {  // in byte order of the keys
      if (auto entry = read_config_entry(config_map, key, text, book.warnings_))
        book.levels_.add(config_map, std::move(*entry), book.warnings_);
    }
  };
  using enum PolicyKind;
  if (sources.scale_to_zero)
    read({.kind = scale_to_zero, .name = sources.scale_to_zero_name, .namespace_name = {}}, *sources.scale_to_zero);
  if (sources.saturation)
    read({.kind = saturation, .name = sources.saturation_name, .namespace_name = {}}, *sources.saturation);
  for (const auto& [config_map, data] : sources.further) read(config_map, data);
  warn_of_contradictions(book.levels_, book.warnings_);
  if (sources.wva_scale_to_zero && !sources.wva_scale_to_zero->empty()) {
    book.environment_enabled_ = equals_true_in_any_case(*sources.wva_scale_to_zero);
  }
  book.longest_retention_period_ = default_retention_period;
  book.levels_.visit([&book](const Chain& chain) {
    for (const ConfigEntry* entry : chain) {
      book.longest_retention_period_ =
          std::max(book.longest_retention_period_, entry->retention_period.value_or(Duration::zero()));
    }
  });
  std::ranges::sort(book.warnings_);
  const auto repeated = std::ranges::unique(book.warnings_);  // one entry, as several levels inherit from it
  book.warnings_.erase(repeated.begin(), repeated.end());
  return book;
}

ModelPolicy PolicyBook::resolve(const ModelKey& model) const {
  const auto enabled = [](const ConfigEntry& entry) -> const std::optional<bool>& { return entry.enabled; };
  const auto retention = [](const ConfigEntry& entry) -> const std::optional<Duration>& {
    return entry.retention_period;
  };
  const bool enabled_elsewhere = environment_enabled_.value_or(default_enabled);
  const std::string_view elsewhere = environment_enabled_ ? "environment WVA_SCALE_TO_ZERO" : built_in;
  const Chain chain = levels_.chain(model);
  const auto ignore = [](const ConfigEntry&, SaturationField, const TriggerPair&) {};
  const auto& [kv_rule, queue_rule] = trigger_rules;
  auto [kv_trigger, kv_threshold] = find_pair(chain, kv_rule, ignore);
  auto [queue_trigger, queue_threshold] = find_pair(chain, queue_rule, ignore);

  ModelPolicy policy;
  policy.scale_to_zero.enabled = find(chain, enabled, enabled_elsewhere, elsewhere);
  policy.scale_to_zero.retention_period = find(chain, retention, default_retention_period, built_in);
  policy.saturation = {
      .kv_cache_threshold = std::move(kv_threshold),
      .queue_length_threshold = std::move(queue_threshold),
      .kv_spare_trigger = std::move(kv_trigger),
      .queue_spare_trigger = std::move(queue_trigger),
      .target_utilization = find_saturation(chain, SaturationField::target_utilization),
      .drain_seconds = find_saturation(chain, SaturationField::drain_seconds),
  };
  return policy;
}

}  // namespace inferno
