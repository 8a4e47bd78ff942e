// Numbers for the rows that signals are kept in: one per workload, that is (namespace, model_name, owner of the pods);
// the owner is empty for what gateways say of a model, the namespace for gateway series that carry none.
//
// RowTable is a value: snapshots share an immutable copy, the collector's next one is made when a row has to be added
// (rare). Names lie in one text, since there are two for each model of a large fleet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferno::signals {

using Row = std::uint32_t;

struct RowName {
  std::string_view namespace_name;
  std::string_view model_id;
  std::string_view owner;

  bool operator==(const RowName&) const = default;
};

class RowTable {
 public:
  [[nodiscard]] std::optional<Row> find(const RowName& name) const;
  [[nodiscard]] bool is_used(Row row) const { return places_[row].used; }
  // Of a row in use; holds until the next change.
  [[nodiscard]] RowName name_of(Row row) const;
  // Rows are below this number; some may be unused.
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  [[nodiscard]] std::size_t used() const { return used_; }

  // `name` must be absent. Takes up a row that was released before, if there is one.
  Row add(const RowName& name);
  // Drops the rows for which `unused` says so, and returns them.
  std::vector<Row> release(const std::function<bool(Row)>& unused);

 private:
  // Where the parts of a row's name lie in text_, one after the other.
  struct Place {
    std::uint32_t offset = 0;
    std::uint32_t namespace_size = 0;
    std::uint32_t model_size = 0;
    std::uint32_t owner_size = 0;
    bool used = false;
  };

  [[nodiscard]] std::size_t slot_of(const RowName& name) const;
  void place(Row row, const RowName& name);
  void index_anew(std::size_t slots);

  std::string text_;
  std::vector<Place> places_;  // by row
  std::vector<Row> slots_;     // hash table with open addressing: a row, or no_row; a power of two of them
  std::vector<Row> free_;
  std::size_t used_ = 0;
};

// The collector's table. One thread.
class RowInterner {
 public:
  explicit RowInterner(std::size_t max_foreign_rows) : max_foreign_rows_(max_foreign_rows) {}

  // A row for what the cluster knows: always given.
  Row intern_known(const RowName& name);
  // A row for what only Prometheus knows: nothing when too many have been given already.
  std::optional<Row> intern_foreign(const RowName& name);
  // How many rows are set aside for what the cluster knows; the others count against the limit.
  void set_known(std::size_t count) { known_ = count; }

  [[nodiscard]] const RowTable& table() const { return *table_; }
  [[nodiscard]] std::shared_ptr<const RowTable> share() const { return table_; }
  [[nodiscard]] std::vector<Row> release(const std::function<bool(Row)>& unused);
  // Foreign series turned away since the last call.
  [[nodiscard]] std::size_t take_refused() { return std::exchange(refused_, 0); }

 private:
  RowTable& writable();

  std::shared_ptr<RowTable> table_ = std::make_shared<RowTable>();
  std::size_t max_foreign_rows_;
  std::size_t known_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace inferno::signals
