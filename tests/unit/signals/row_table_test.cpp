#include "adapter/signals/row_table.hpp"

#include <gmock/gmock.h>

#include <string>

namespace inferno::signals {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

// A row's name keeps looking at text of its own.
struct OwnName {
  explicit OwnName(std::size_t number) : model("model-" + std::to_string(number)) {}
  [[nodiscard]] RowName view() const { return {.namespace_name = "prod", .model_id = model, .owner = {}}; }
  std::string model;
};

TEST(RowTableTest, NumbersRowsInTheOrderTheyCome) {
  RowTable table;
  EXPECT_EQ(table.find(OwnName(0).view()), std::nullopt);
  for (Row row = 0; row < 1'000; ++row) EXPECT_EQ(table.add(OwnName(row).view()), row);
  for (Row row = 0; row < 1'000; ++row) EXPECT_THAT(table.find(OwnName(row).view()), Optional(row));
  EXPECT_EQ(table.find(OwnName(1'000).view()), std::nullopt);
  EXPECT_EQ(table.size(), 1'000U);
}

TEST(RowTableTest, ANameIsItsThreePartsNotTheirText) {
  RowTable table;
  const Row first = table.add({.namespace_name = "a", .model_id = "bc", .owner = "d"});
  const Row second = table.add({.namespace_name = "ab", .model_id = "c", .owner = "d"});
  const Row third = table.add({.namespace_name = "", .model_id = "abc", .owner = "d"});
  EXPECT_THAT(table.find({.namespace_name = "a", .model_id = "bc", .owner = "d"}), Optional(first));
  EXPECT_THAT(table.find({.namespace_name = "ab", .model_id = "c", .owner = "d"}), Optional(second));
  EXPECT_THAT(table.find({.namespace_name = "", .model_id = "abc", .owner = "d"}), Optional(third));
  EXPECT_EQ(table.find({.namespace_name = "a", .model_id = "b", .owner = "cd"}), std::nullopt);
}

TEST(RowTableTest, AReleasedRowIsGivenToTheNextName) {
  RowTable table;
  for (std::size_t number = 0; number < 100; ++number) table.add(OwnName(number).view());
  EXPECT_THAT(table.release([](Row) { return false; }), IsEmpty());
  EXPECT_THAT(table.release([](Row row) { return row == 7 || row == 40; }), ElementsAre(7, 40));
  EXPECT_EQ(table.used(), 98U);
  EXPECT_EQ(table.find(OwnName(40).view()), std::nullopt);
  EXPECT_THAT(table.find(OwnName(99).view()), Optional(99U)) << "the others keep theirs";

  EXPECT_EQ(table.add(OwnName(200).view()), 40U);
  EXPECT_EQ(table.add(OwnName(201).view()), 7U);
  EXPECT_EQ(table.add(OwnName(202).view()), 100U);
  EXPECT_THAT(table.find(OwnName(201).view()), Optional(7U));
  EXPECT_THAT(table.release([](Row row) { return row == 40; }), ElementsAre(40)) << "7 is in use again";
}

}  // namespace
}  // namespace inferno::signals
