#include "adapter/kubernetes/api/object_tree.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

template <class T>
std::optional<T> convert(std::string_view digits) {
  T value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

bool ObjectTree::on_key(std::string_view key) {
  if (leaves_out_) return true;
  levels_.back().key = key;
  leaves_out_ = is_dead_weight();
  return leaves_out_ || count(key.size());
}

bool ObjectTree::on_string(std::string_view text) {
  if (leave_out_scalar()) return true;
  return count(text.size()) && add_scalar(Json(text));
}

bool ObjectTree::on_number(std::string_view digits) {
  if (leave_out_scalar()) return true;
  if (!count(digits.size())) return false;
  // As nlohmann's own parser has it: unsigned where it fits, signed where it must be, else floating point.
  if (const auto natural = convert<std::uint64_t>(digits)) return add_scalar(Json(*natural));
  if (const auto integer = convert<std::int64_t>(digits)) return add_scalar(Json(*integer));
  if (const auto real = convert<double>(digits)) return add_scalar(Json(*real));
  return fail("a number out of range");
}

bool ObjectTree::on_literal(JsonLiteral literal) {
  if (leave_out_scalar()) return true;
  if (literal == JsonLiteral::null) return add_scalar(Json(nullptr));
  return add_scalar(Json(literal == JsonLiteral::boolean_true));
}

bool ObjectTree::fail(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

bool ObjectTree::open(Json container) {
  if (leaves_out_) {
    ++left_depth_;
    return true;
  }
  if (!count(1)) return false;
  levels_.push_back({&add(std::move(container)), {}});
  return true;
}

bool ObjectTree::close() {
  if (leaves_out_) {
    leaves_out_ = --left_depth_ > 0;
    return true;
  }
  levels_.pop_back();
  return on_value();
}

bool ObjectTree::add_scalar(Json value) {
  if (!count(1)) return false;
  add(std::move(value));
  return on_value();
}

Json& ObjectTree::add(Json value) {
  if (levels_.empty()) return root_ = std::move(value);
  Level& level = levels_.back();
  if (level.container->is_object()) return (*level.container)[level.key] = std::move(value);
  level.container->push_back(std::move(value));
  return level.container->back();
}

bool ObjectTree::count(std::size_t bytes) {
  size_ += bytes;
  return size_ <= max_size || fail("an object of more than 4 MiB");
}

bool ObjectTree::is_dead_weight() const {
  const auto key = [&](std::size_t depth) -> std::string_view { return levels_[object_depth_ + depth].key; };
  const std::size_t keys = levels_.size() - std::min(levels_.size(), object_depth_);
  if (keys < 2 || key(0) != "metadata") return false;
  if (keys == 2) return key(1) == "managedFields";
  return keys == 3 && key(1) == "annotations" && key(2) == "kubectl.kubernetes.io/last-applied-configuration";
}

bool ObjectTree::leave_out_scalar() {
  const bool was_left_out = leaves_out_;
  leaves_out_ = left_depth_ > 0;
  return was_left_out;
}

}  // namespace inferno::kubernetes
