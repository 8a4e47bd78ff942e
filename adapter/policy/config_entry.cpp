#include "adapter/policy/config_entry.hpp"

#include <algorithm>
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

class EntryReader {
 public:
  EntryReader(const std::string& config_map, const std::string& key, std::vector<ConfigWarning>& warnings)
      : config_map_(config_map), key_(key), warnings_(warnings) {}

  std::optional<ConfigEntry> read(const std::string& text, std::span<const std::string_view> own_fields,
                                  void (EntryReader::*read_own)(const Json&)) {
    entry_.key = key_;
    entry_.source = "ConfigMap " + config_map_ + ", key " + key_;
    const auto parsed = parse_yaml(text, YamlBooleans::yaml_1_2);
    if (!parsed) return skip("not valid YAML: " + shortened(parsed.error().message));
    const Json document = parsed->value.is_null() ? Json::object() : parsed->value;
    if (!document.is_object()) {
      return skip("holds " + shown(document) + ", where fields such as \"" + std::string(own_fields.front()) +
                  ": ...\" are expected");
    }
    read_selector(document);  // first, so that every warning tells which models it is about
    warn_about_unknown(document, own_fields);
    (this->*read_own)(document);
    if (wrong_type_) return std::nullopt;
    if (key_ != default_key && entry_.model_id.empty()) {
      return skip("model_id is missing: only the key \"default\" applies without one");
    }
    return std::move(entry_);
  }

  void read_scale_to_zero(const Json& document) {
    if (const Json* value = field(document, "enable_scale_to_zero")) {
      entry_.enabled = as_boolean(*value);
      if (!entry_.enabled) reject_type("enable_scale_to_zero", *value, "a boolean: write true or false without quotes");
    }
    if (const Json* value = field(document, "retention_period")) read_retention(*value);
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
  }

 private:
  // A field that is absent or null says nothing.
  static const Json* field(const Json& document, std::string_view name) {
    const auto found = document.find(name);
    return found == document.end() || found->is_null() ? nullptr : &*found;
  }

  void read_selector(const Json& document) {
    for (const auto& [name, target] :
         {std::pair{"model_id", &entry_.model_id}, std::pair{"namespace", &entry_.namespace_name}}) {
      const Json* value = field(document, name);
      if (value == nullptr) continue;
      if (!value->is_string()) {
        reject_type(name, *value, "text: put it in quotes");
      } else if (key_ == default_key) {
        warn(std::string(name) + " has no effect under the key \"default\", which applies to every model");
      } else {
        *target = value->get<std::string>();
      }
    }
  }

  void read_retention(const Json& value) {
    if (!value.is_string() && !value.is_number()) {
      reject_type("retention_period", value, "a duration such as \"10m\"");
      return;
    }
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    const auto period = parse_positive_go_duration(text);
    if (period) {
      entry_.retention_period = *period;
    } else {
      warn("retention_period " + shown(text) + " is not usable: " + shortened(period.error().message) +
           "; the next level applies to this field");
    }
  }

  void warn_about_unknown(const Json& document, std::span<const std::string_view> own_fields) {
    std::vector<std::string_view> known{"model_id", "namespace"};
    known.insert(known.end(), own_fields.begin(), own_fields.end());
    for (const auto& [name, value] : document.items()) {
      if (std::ranges::find(known, name) != known.end()) continue;
      const auto nearest = nearest_name(name, known);
      warn("unknown field " + shown(name) + " is ignored" +
           (nearest ? "; did you mean \"" + *nearest + "\"?" : std::string{}));
    }
  }

  void warn(std::string message) {
    warnings_.push_back({.config_map = config_map_,
                         .key = key_,
                         .message = std::move(message),
                         .model_id = entry_.model_id,
                         .namespace_name = entry_.namespace_name});
  }

  void reject_type(std::string_view name, const Json& value, std::string_view expected) {
    warn(std::string(name) + " " + shown(value) + " is not " + std::string(expected) + "; the whole key is skipped");
    wrong_type_ = true;
  }

  std::nullopt_t skip(const std::string& cause) {
    warn(cause + "; the whole key is skipped");
    return std::nullopt;
  }

  const std::string& config_map_;
  const std::string& key_;
  std::vector<ConfigWarning>& warnings_;
  ConfigEntry entry_;
  bool wrong_type_ = false;
};

}  // namespace

std::string_view field_name(SaturationField field) {
  return saturation_rules[static_cast<std::size_t>(field)].name;
}

std::optional<ConfigEntry> read_scale_to_zero_entry(const std::string& config_map, const std::string& key,
                                                    const std::string& text, std::vector<ConfigWarning>& warnings) {
  constexpr std::array<std::string_view, 2> fields{"enable_scale_to_zero", "retention_period"};
  return EntryReader(config_map, key, warnings).read(text, fields, &EntryReader::read_scale_to_zero);
}

std::optional<ConfigEntry> read_saturation_entry(const std::string& config_map, const std::string& key,
                                                 const std::string& text, std::vector<ConfigWarning>& warnings) {
  std::array<std::string_view, saturation_field_count> fields;
  std::ranges::transform(saturation_rules, fields.begin(), &SaturationRule::name);
  return EntryReader(config_map, key, warnings).read(text, fields, &EntryReader::read_saturation);
}

}  // namespace inferno
