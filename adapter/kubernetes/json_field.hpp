// Reading fields of untrusted JSON without exceptions. Pure; the views and pointers live as long as the JSON.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace inferno::kubernetes {

// The value at the path of keys; null pointer where a step is missing, not an object, or the value is null.
[[nodiscard]] inline const nlohmann::json* find_field(const nlohmann::json& object,
                                                      std::initializer_list<std::string_view> path) {
  const nlohmann::json* current = &object;
  for (const std::string_view key : path) {
    if (!current->is_object()) return nullptr;
    const auto found = current->find(key);
    if (found == current->end()) return nullptr;
    current = &*found;
  }
  return current->is_null() ? nullptr : current;
}

// The text at the path; empty where there is none.
[[nodiscard]] inline std::string_view find_text(const nlohmann::json& object,
                                                std::initializer_list<std::string_view> path) {
  const nlohmann::json* value = find_field(object, path);
  return value != nullptr && value->is_string() ? std::string_view{value->get_ref<const std::string&>()}
                                                : std::string_view{};
}

}  // namespace inferno::kubernetes
