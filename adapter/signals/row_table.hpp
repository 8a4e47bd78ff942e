// Numbers for the rows that signals are kept in: one per (namespace, model, scale target); the target is empty for a
// model's own row, the namespace for gateway series that carry none.
//
// RowTable is a value: snapshots share an immutable copy, the collector's next one is made when a row has to be added
// (rare).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace inferno::signals {

using Row = std::uint32_t;

struct RowName {
  std::string_view namespace_name;
  std::string_view model_id;
  std::string_view target;
};

class RowTable {
 public:
  [[nodiscard]] std::optional<Row> find(const RowName& name) const;
  // Rows are below this number; some may be unused.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t used() const { return rows_.size(); }

  // `name` must be absent. Takes up a row that was released before, if there is one.
  Row add(const RowName& name);
  // Drops the rows for which `unused` says so, and returns them.
  std::vector<Row> release(const std::function<bool(Row)>& unused);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  std::unordered_map<std::string, Row, Hash, std::equal_to<>> rows_;
  std::vector<Row> free_;
  std::size_t size_ = 0;
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
