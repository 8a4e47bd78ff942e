#include "adapter/signals/row_table.hpp"

#include <cassert>
#include <utility>

namespace inferno::signals {
namespace {

// Neither Kubernetes names nor label values worth asking for hold a zero byte.
std::string_view key_of(const RowName& name, std::string& buffer) {
  buffer.assign(name.namespace_name);
  buffer.push_back('\0');
  buffer.append(name.model_id);
  buffer.push_back('\0');
  buffer.append(name.target);
  return buffer;
}

}  // namespace

std::optional<Row> RowTable::find(const RowName& name) const {
  thread_local std::string buffer;
  const auto found = rows_.find(key_of(name, buffer));
  if (found == rows_.end()) return std::nullopt;
  return found->second;
}

Row RowTable::add(const RowName& name) {
  Row row = 0;
  if (free_.empty()) {
    row = static_cast<Row>(size_++);
  } else {
    row = free_.back();
    free_.pop_back();
  }
  std::string key;
  key_of(name, key);
  [[maybe_unused]] const bool added = rows_.emplace(std::move(key), row).second;
  assert(added);
  return row;
}

std::vector<Row> RowTable::release(const std::function<bool(Row)>& unused) {
  std::vector<Row> released;
  for (auto entry = rows_.begin(); entry != rows_.end();) {
    if (unused(entry->second)) {
      released.push_back(entry->second);
      entry = rows_.erase(entry);
    } else {
      ++entry;
    }
  }
  free_.insert(free_.end(), released.begin(), released.end());
  return released;
}

RowTable& RowInterner::writable() {
  if (table_.use_count() > 1) table_ = std::make_shared<RowTable>(*table_);
  return *table_;
}

Row RowInterner::intern_known(const RowName& name) {
  if (const auto row = table_->find(name)) return *row;
  return writable().add(name);
}

std::optional<Row> RowInterner::intern_foreign(const RowName& name) {
  if (const auto row = table_->find(name)) return row;
  if (table_->used() >= known_ + max_foreign_rows_) {
    ++refused_;
    return std::nullopt;
  }
  return writable().add(name);
}

std::vector<Row> RowInterner::release(const std::function<bool(Row)>& unused) {
  return writable().release(unused);
}

}  // namespace inferno::signals
