// Builds JSON values from events, without what weighs much in a Kubernetes object and says nothing to the adapter:
//   metadata.managedFields                                                        often half of the object
//   metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]      the object once more
// Whoever derives from it takes values out as they become complete, so that a list is never in memory as a whole.
// Memory is bounded by max_size for what is being built. Not thread safe.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/common/json_push_parser.hpp"

namespace inferno::kubernetes {

class ObjectTree : public JsonEvents {
 public:
  // Bytes of text in one object. The API server itself takes no object of more than 3 MiB.
  static constexpr std::size_t max_size = std::size_t{4} << 20;

  bool on_object_begin() final { return open(nlohmann::json::object()); }
  bool on_object_end() final { return close(); }
  bool on_array_begin() final { return open(nlohmann::json::array()); }
  bool on_array_end() final { return close(); }
  bool on_key(std::string_view key) final;
  bool on_string(std::string_view text) final;
  bool on_number(std::string_view digits) final;
  bool on_literal(JsonLiteral literal) final;

  // Why it stopped the parser, for a person; empty where the derived class did.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 protected:
  // `object_depth`: in how many objects and arrays a Kubernetes object lies.
  explicit ObjectTree(std::size_t object_depth) : object_depth_(object_depth) {}

  // A value is whole, the last one of parent(), or the whole document where depth() is 0. False stops the parser.
  virtual bool on_value() = 0;

  [[nodiscard]] std::size_t depth() const { return levels_.size(); }
  [[nodiscard]] nlohmann::json& parent() { return *levels_.back().container; }
  // The key that the path to the last value has at `depth`; empty in an array.
  [[nodiscard]] const std::string& key_at(std::size_t depth) const { return levels_.at(depth).key; }
  [[nodiscard]] nlohmann::json& root() { return root_; }
  bool fail(std::string problem);
  // What was built has been taken out: the limit starts anew.
  void forget_size() { size_ = 0; }

 private:
  struct Level {
    nlohmann::json* container = nullptr;
    std::string key;  // of the value that comes next, in an object
  };

  bool open(nlohmann::json container);
  bool close();
  bool add_scalar(nlohmann::json value);
  nlohmann::json& add(nlohmann::json value);
  bool count(std::size_t bytes);
  [[nodiscard]] bool is_dead_weight() const;
  // True while a value is left out; takes note of where it ends.
  bool leave_out_scalar();

  std::size_t object_depth_;
  nlohmann::json root_;
  std::vector<Level> levels_;
  std::size_t size_ = 0;
  bool leaves_out_ = false;     // the value that comes, or the one we are in
  std::size_t left_depth_ = 0;  // how deep in it
  std::string problem_;
};

}  // namespace inferno::kubernetes
