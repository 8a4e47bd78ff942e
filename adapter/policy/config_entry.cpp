#include "adapter/policy/config_entry.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "adapter/common/go_duration.hpp"
#include "adapter/common/nearest_name.hpp"
#include "adapter/common/yaml.hpp"

namespace inferno {
namespace {

using Json = nlohmann::json;

struct SaturationRule {
  std::string_view name;
  double above;  // exclusive
  double from;   // inclusive
  double to;     // inclusive
  std::string_view range;
};

constexpr double unbounded = std::numeric_limits<double>::max();

// Scale-to-zero settings within an entry of a saturation ConfigMap.
constexpr std::string_view inline_field = "scaleToZero";

constexpr std::chrono::hours longest_of_tenants{24};

constexpr std::array<SaturationRule, saturation_field_count> saturation_rules{{
    {.name = "kvCacheThreshold", .above = 0, .from = 0, .to = 1, .range = "over 0 and at most 1"},
    {.name = "queueLengthThreshold", .above = 0, .from = 0, .to = unbounded, .range = "over 0"},
    {.name = "kvSpareTrigger", .above = -1, .from = 0, .to = 1, .range = "from 0 to 1"},
    {.name = "queueSpareTrigger", .above = -1, .from = 0, .to = unbounded, .range = "0 or more"},
    {.name = "targetUtilization", .above = 0, .from = 0, .to = 1, .range = "over 0 and at most 1"},
    {.name = "drainSeconds", .above = 0, .from = 0, .to = unbounded, .range = "over 0"},
}};

// As Go's YAML decodes into a boolean field: true and false, and the words that YAML 1.1 had for them.
std::optional<bool> as_boolean(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  constexpr std::array<std::string_view, 8> yes{"yes", "Yes", "YES", "y", "Y", "on", "On", "ON"};
  constexpr std::array<std::string_view, 8> no{"no", "No", "NO", "n", "N", "off", "Off", "OFF"};
  if (value.is_string() && std::ranges::find(yes, value.get_ref<const std::string&>()) != yes.end()) return true;
  if (value.is_string() && std::ranges::find(no, value.get_ref<const std::string&>()) != no.end()) return false;
  return std::nullopt;
}

// A field's text in a warning stays on one line of bearable length, whatever a ConfigMap holds.
std::string shortened(std::string text) {
  constexpr std::size_t longest = 120;
  return text.size() > longest ? text.substr(0, longest) + "..." : text;
}

std::string shown(const Json& value) {
  return shortened(value.dump(-1, ' ', true, Json::error_handler_t::replace));
}

std::string trimmed(const std::string& text) {
  constexpr std::string_view white = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(white);
  return begin == std::string::npos ? std::string{} : text.substr(begin, text.find_last_not_of(white) + 1 - begin);
}

// A DNS label.
bool is_namespace_name(std::string_view text) {
  constexpr std::size_t longest = 63;
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= longest && is_plain(text.front()) && is_plain(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return is_plain(c) || c == '-'; });
}

class EntryReader {
 public:
  EntryReader(const PolicyConfigMap& config_map, const std::string& key, std::vector<ConfigWarning>& warnings)
      : config_map_(config_map), key_(key), warnings_(warnings) {}

  std::optional<ConfigEntry> read(const std::string& text) {
    entry_.config_map = config_map_.display();
    entry_.key = key_;
    entry_.source = "ConfigMap " + entry_.config_map + ", key " + key_;
    entry_.namespace_name = config_map_.namespace_name;
    const bool of_saturation = config_map_.kind == PolicyKind::saturation;
    const std::vector<std::string_view> fields = of_saturation ? saturation_fields() : scale_to_zero_fields();
    const auto parsed = parse_yaml(text, YamlBooleans::yaml_1_2);
    if (!parsed) return skip("not valid YAML: " + shortened(parsed.error().message));
    const Json document = parsed->value.is_null() ? Json::object() : parsed->value;
    if (!document.is_object()) {
      return skip("holds " + shown(document) + ", where fields such as \"" + std::string(fields.front()) +
                  ": ...\" are expected");
    }
    read_selector(document);  // first, so that every warning tells which models it is about
    warn_about_unknown(document, fields, {"model_id", "namespace"}, "");
    if (of_saturation) {
      read_saturation(document);
    } else {
      read_scale_to_zero(document, "", scale_to_zero_fields());
    }
    if (is_skipped_) return std::nullopt;
    if (key_ != default_key && entry_.model_id.empty()) {
      return skip("model_id is missing: only the key \"default\" applies without one");
    }
    return std::move(entry_);
  }

 private:
  static std::vector<std::string_view> scale_to_zero_fields() { return {"enable_scale_to_zero", "retention_period"}; }
  static std::vector<std::string_view> saturation_fields() {
    std::vector<std::string_view> fields(saturation_field_count);
    std::ranges::transform(saturation_rules, fields.begin(), &SaturationRule::name);
    fields.push_back(inline_field);
    return fields;
  }

  // A field that is absent or null says nothing.
  static const Json* field(const Json& document, std::string_view name) {
    const auto found = document.find(name);
    return found == document.end() || found->is_null() ? nullptr : &*found;
  }

  void read_selector(const Json& document) {
    const std::size_t mark = key_.rfind('#');
    const bool named_by_key = mark != std::string::npos;
    read_name(document, "model_id", named_by_key ? key_.substr(0, mark) : "", entry_.model_id);
    std::string namespace_name;
    read_name(document, "namespace", named_by_key ? key_.substr(mark + 1) : "", namespace_name);
    if (entry_.model_id == "*")
      warn("model_id \"*\" is no wildcard: write what applies to every model under the key \"default\"");
    if (namespace_name.empty() || namespace_name == config_map_.namespace_name) return;
    if (!is_namespace_name(namespace_name)) {
      (void)skip("namespace " + shown(namespace_name) +
                 " is no name that a namespace can have: leave it out to mean every namespace");
    } else if (!config_map_.namespace_name.empty()) {
      (void)skip("namespace " + shown(namespace_name) + " is another one than that of the ConfigMap, " +
                 config_map_.namespace_name + ", which speaks of its own models only");
    } else {
      entry_.namespace_name = std::move(namespace_name);
    }
  }

  // What the text says, else what the key does, without white space around it.
  void read_name(const Json& document, std::string_view name, std::string by_key, std::string& target) {
    const Json* value = field(document, name);
    if (value != nullptr && !value->is_string()) return reject_type(name, *value, "text: put it in quotes");
    if (value != nullptr && key_ == default_key) {
      return warn(std::string(name) + " has no effect under the key \"default\", which applies to every model");
    }
    const std::string written = value == nullptr ? by_key : value->get<std::string>();
    target = trimmed(written);
    if (target != written) {
      warn(std::string(name) + " " + shown(written) +
           " has white space around it, which is left out: " + shown(target) + " is meant");
    }
    if (value != nullptr && !by_key.empty() && target != by_key) {
      warn(std::string(name) + " " + shown(target) + " counts, not " + shown(by_key) + " as the key says");
    }
  }

  void read_scale_to_zero(const Json& document, const std::string& prefix, std::span<const std::string_view> names) {
    if (const Json* value = field(document, names[0])) {
      entry_.enabled = as_boolean(*value);
      if (!entry_.enabled)
        reject_type(prefix + std::string(names[0]), *value, "a boolean: write true or false without quotes");
    }
    if (const Json* value = field(document, names[1])) read_retention(prefix + std::string(names[1]), *value);
  }

  void read_saturation(const Json& document) {
    for (std::size_t index = 0; index < saturation_field_count; ++index) {
      const SaturationRule& rule = saturation_rules[index];
      const Json* value = field(document, rule.name);
      if (value == nullptr) continue;
      if (!value->is_number()) {
        reject_type(rule.name, *value, "a number: write it without quotes");
        continue;
      }
      const double number = value->get<double>();
      if (number > rule.above && number >= rule.from && number <= rule.to) {
        entry_.saturation[index] = number;
      } else {
        warn(std::string(rule.name) + " " + shown(*value) + " is out of range, must be " + std::string(rule.range) +
             "; the next level applies to this field");
      }
    }
    const Json* policy = field(document, inline_field);
    if (policy == nullptr) return;
    if (!policy->is_object()) return reject_type(inline_field, *policy, "a map with enabled and retentionPeriod");
    const std::string prefix = std::string(inline_field) + ".";
    const std::vector<std::string_view> names{"enabled", "retentionPeriod"};
    warn_about_unknown(*policy, names, {}, prefix);
    read_scale_to_zero(*policy, prefix, names);
  }

  void read_retention(const std::string& name, const Json& value) {
    if (!value.is_string() && !value.is_number()) {
      reject_type(name, value, "a duration such as \"10m\"");
      return;
    }
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    const auto period = parse_positive_go_duration(text);
    // All models wait for the history of the longest one: no tenant may make that long for the others.
    const bool is_too_long = period && !config_map_.namespace_name.empty() && *period > longest_of_tenants;
    if (period && !is_too_long) {
      entry_.retention_period = *period;
    } else {
      warn(name + " " + shown(text) + " is not usable: " +
           (is_too_long ? "more than 24h, the most outside the adapter's own namespace"
                        : shortened(period.error().message)) +
           "; the next level applies to this field");
    }
  }

  void warn_about_unknown(const Json& document, std::span<const std::string_view> own_fields,
                          std::vector<std::string_view> known, const std::string& prefix) {
    known.insert(known.end(), own_fields.begin(), own_fields.end());
    for (const auto& [name, value] : document.items()) {
      if (std::ranges::find(known, name) != known.end()) continue;
      const auto nearest = nearest_name(name, known);
      warn("unknown field " + shown(prefix + name) + " is ignored" +
           (nearest ? "; did you mean \"" + prefix + *nearest + "\"?" : std::string{}));
    }
  }

  void warn(std::string message) {
    warnings_.push_back({.config_map = entry_.config_map,
                         .key = key_,
                         .message = std::move(message),
                         .model_id = entry_.model_id,
                         .namespace_name = entry_.namespace_name});
  }

  void reject_type(std::string_view name, const Json& value, std::string_view expected) {
    (void)skip(std::string(name) + " " + shown(value) + " is not " + std::string(expected));
  }

  std::nullopt_t skip(const std::string& cause) {
    warn(cause + "; the whole key is skipped");
    is_skipped_ = true;
    return std::nullopt;
  }

  const PolicyConfigMap& config_map_;
  const std::string& key_;
  std::vector<ConfigWarning>& warnings_;
  ConfigEntry entry_;
  bool is_skipped_ = false;
};

}  // namespace

std::string_view field_name(SaturationField field) {
  return saturation_rules[static_cast<std::size_t>(field)].name;
}

std::optional<ConfigEntry> read_config_entry(const PolicyConfigMap& config_map, const std::string& key,
                                             const std::string& text, std::vector<ConfigWarning>& warnings) {
  return EntryReader(config_map, key, warnings).read(text);
}

}  // namespace inferno
