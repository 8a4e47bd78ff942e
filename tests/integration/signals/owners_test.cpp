// The label `owner` that queries make of pods' names is what owner_of_pod() says, which the cluster's own list of pods
// goes by.
#include <gmock/gmock.h>

#include <map>

#include "adapter/signals/queries.hpp"
#include "tests/integration/signals/signals_test.hpp"

namespace inferno::testing {
namespace {

class OwnersTest : public SignalsTest {};

TEST_F(OwnersTest, QueriesAndTheAdapterCutNamesAlike) {
  const std::string name(70, 'x');
  const std::vector<std::string> pods{
      "llama-7c9f8d6b5-x2x4z",
      "llama-3.1-8b-7c9f8d6b5-x2x4z",
      "llama-x2x4z",
      "llama-7c9f8d6b5-67894",
      "llama-0",
      "llama-9999",
      "llama-10000",
      "llama-0-1",
      "llama-12-34",
      "llama-v2-0-1",
      "llama-0a",
      "llama",
      "0",
      "llama.example.com",
      name.substr(0, 62),
      name.substr(0, 63),
      name.substr(0, 64),
      name.substr(0, 57) + "-x2x4z",
      name.substr(0, 47) + "-7c9f8d6b5-x2x4z",
      name.substr(0, 48) + "-7c9f8d6b5x2x4z",
      name.substr(0, 61) + "-0",
      name.substr(0, 60) + "-0",
  };
  // Each under a name of its own, so that its owner can be told.
  std::map<std::string, std::string> expected;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    const std::string model = "model-" + std::to_string(i);
    history.add(running, {.model = model, .pod = pods[i]}, ago(5), noon, constant(1));
    expected[model] = signals::owner_of_pod(pods[i]);
  }
  start();

  std::map<std::string, std::string> told;
  const auto rows = snapshot()->parts().rows;
  for (signals::Row row = 0; row < rows->size(); ++row) {
    const signals::RowName name_of = rows->name_of(row);
    told[std::string(name_of.model_id)] = name_of.owner;
  }
  EXPECT_EQ(told, expected);
}

}  // namespace
}  // namespace inferno::testing
