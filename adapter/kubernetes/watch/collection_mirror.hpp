// The objects of one collection as they are now, each reduced to a Value. Not thread safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "adapter/common/parse_result.hpp"
#include "adapter/kubernetes/api/reflector.hpp"
#include "adapter/kubernetes/api_object.hpp"

namespace inferno::kubernetes {

template <class Value>
struct MirrorEvents {
  // Nothing where the object is of no interest. After an error the last good value stays.
  std::function<ParseResult<std::optional<Value>>(const nlohmann::json& object)> parse;
  // A value appeared (no `before`), changed, or went (no `after`). Objects whose change does not show in their value
  // make no call.
  std::function<void(const ObjectName& name, const Value* before, const Value* after)> changed;
  // A list has been taken over whole.
  std::function<void()> listed;
};

template <class Value>
class CollectionMirror final : public CollectionListener {
 public:
  explicit CollectionMirror(MirrorEvents<Value> events) : events_(std::move(events)) {}

  [[nodiscard]] const std::map<ObjectName, Value>& objects() const { return objects_; }
  // No more calls from now on, whatever comes.
  void disconnect() { is_connected_ = false; }
  // Objects that can't be used as they are, with the cause.
  [[nodiscard]] const std::map<ObjectName, std::string>& broken() const { return broken_; }

  void on_list_begin() override { listed_.emplace(); }

  void on_listed() override {
    const std::set<ObjectName> listed = std::move(listed_).value_or(std::set<ObjectName>{});
    listed_.reset();
    for (auto item = objects_.begin(); item != objects_.end();) {
      const ObjectName name = item->first;
      ++item;
      if (!listed.contains(name)) remove(name);
    }
    std::erase_if(broken_, [&listed](const auto& item) { return !listed.contains(item.first); });
    if (is_connected_) events_.listed();
  }

  // What a list brings counts at once: it is newer than what was there, also if the list then fails.
  void on_object(const nlohmann::json& object) override {
    if (!is_connected_) return;
    const auto name = parse_object_name(object);
    if (!name) return;  // the API server gives every object a name
    if (listed_) listed_->insert(*name);
    auto value = events_.parse(object);
    if (!value) {
      broken_.insert_or_assign(*name, value.error().message);
      return;
    }
    broken_.erase(*name);
    if (*value) {
      put(*name, std::move(**value));
    } else {
      remove(*name);
    }
  }

  void on_deleted(const ObjectName& name) override {
    broken_.erase(name);
    remove(name);
  }

  void on_batch_end() override {}

 private:
  template <class T>
  static bool same(const T& a, const T& b) {
    return a == b;
  }
  template <class T>
  static bool same(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
    return a == b || *a == *b;
  }

  void put(const ObjectName& name, Value value) {
    const auto [item, is_new] = objects_.try_emplace(name, value);
    if (is_new) return tell(name, nullptr, &item->second);
    if (same(item->second, value)) return;
    const Value before = std::exchange(item->second, std::move(value));
    tell(name, &before, &item->second);
  }

  void remove(const ObjectName& name) {
    const auto item = objects_.extract(name);
    if (!item.empty()) tell(name, &item.mapped(), nullptr);
  }

  void tell(const ObjectName& name, const Value* before, const Value* after) const {
    if (is_connected_) events_.changed(name, before, after);
  }

  MirrorEvents<Value> events_;
  std::map<ObjectName, Value> objects_;
  std::map<ObjectName, std::string> broken_;
  std::optional<std::set<ObjectName>> listed_;  // by the list under way
  bool is_connected_ = true;
};

}  // namespace inferno::kubernetes
