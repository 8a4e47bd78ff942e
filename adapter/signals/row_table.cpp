#include "adapter/signals/row_table.hpp"

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <cassert>
#include <limits>
#include <utility>

namespace inferno::signals {
namespace {

constexpr Row no_row = std::numeric_limits<Row>::max();
constexpr std::size_t fewest_slots = 16;

std::size_t hash_of(const RowName& name) {
  const std::hash<std::string_view> hash;
  std::size_t result = hash(name.model_id);
  boost::hash_combine(result, hash(name.namespace_name));
  boost::hash_combine(result, hash(name.owner));
  return result;
}

}  // namespace

RowName RowTable::name_of(Row row) const {
  const Place& place = places_[row];
  const std::string_view text = std::string_view(text_).substr(place.offset);
  return {.namespace_name = text.substr(0, place.namespace_size),
          .model_id = text.substr(place.namespace_size, place.model_size),
          .owner = text.substr(place.namespace_size + place.model_size, place.owner_size)};
}

// Where the name is, or would go. There always is an empty slot.
std::size_t RowTable::slot_of(const RowName& name) const {
  std::size_t slot = hash_of(name) & (slots_.size() - 1);
  while (slots_[slot] != no_row && name_of(slots_[slot]) != name) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

std::optional<Row> RowTable::find(const RowName& name) const {
  if (slots_.empty()) return std::nullopt;
  const Row row = slots_[slot_of(name)];
  return row == no_row ? std::nullopt : std::optional(row);
}

void RowTable::index_anew(std::size_t slots) {
  slots_.assign(slots, no_row);
  for (Row row = 0; row < places_.size(); ++row) {
    if (places_[row].used) slots_[slot_of(name_of(row))] = row;
  }
}

void RowTable::place(Row row, const RowName& name) {
  const auto size_of = [](std::string_view part) { return static_cast<std::uint32_t>(part.size()); };
  places_[row] = {.offset = size_of(text_),
                  .namespace_size = size_of(name.namespace_name),
                  .model_size = size_of(name.model_id),
                  .owner_size = size_of(name.owner),
                  .used = true};
  text_.append(name.namespace_name).append(name.model_id).append(name.owner);
}

Row RowTable::add(const RowName& name) {
  // Three quarters full at most.
  if (4 * (used_ + 1) > 3 * slots_.size()) index_anew(std::max(fewest_slots, 2 * slots_.size()));
  const std::size_t slot = slot_of(name);
  assert(slots_[slot] == no_row);
  Row row = 0;
  if (free_.empty()) {
    row = static_cast<Row>(places_.size());
    places_.emplace_back();
  } else {
    row = free_.back();
    free_.pop_back();
  }
  place(row, name);
  slots_[slot] = row;
  ++used_;
  return row;
}

std::vector<Row> RowTable::release(const std::function<bool(Row)>& unused) {
  std::vector<Row> released;
  for (Row row = 0; row < places_.size(); ++row) {
    if (places_[row].used && unused(row)) released.push_back(row);
  }
  if (released.empty()) return released;
  for (const Row row : released) places_[row] = {};
  used_ -= released.size();
  free_.insert(free_.end(), released.begin(), released.end());

  const std::string old_text = std::move(text_);
  text_.clear();
  for (Place& place : places_) {
    if (!place.used) continue;
    const std::size_t size = std::size_t{place.namespace_size} + place.model_size + place.owner_size;
    const auto offset = static_cast<std::uint32_t>(text_.size());
    text_.append(old_text, place.offset, size);
    place.offset = offset;
  }
  index_anew(slots_.size());
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
