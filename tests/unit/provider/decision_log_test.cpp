// The lines that the guide's commands grep for.
#include "adapter/provider/decision_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "tests/unit/provider/world.hpp"

namespace inferno::testing {
namespace {

class DecisionLog : public ::testing::Test {
 protected:
  void SetUp() override {
    previous_ = spdlog::default_logger();
    auto logger = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
    logger->set_pattern("%v");
    spdlog::set_default_logger(logger);
  }
  void TearDown() override { spdlog::set_default_logger(previous_); }

  std::string take() { return std::exchange(text_, std::ostringstream()).str(); }

  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> previous_;
};

TEST_F(DecisionLog, ADecisionToZeroSaysScaleToZeroAndTheRequestCount) {
  World world;
  world.publish({World::variant("llama", 1)});
  take();
  world.scale_to_zero["default"] = "enable_scale_to_zero: true\n";
  world.publish({World::variant("llama", 1)});
  EXPECT_EQ(
      take(),
      "decision: scale-to-zero namespace=llm variant=llama model=llama desired=0 previous=1 current=1 reason=Idle "
      "model_request_count=7 retention_period=600s scale_to_zero_enabled=true\n");
}

TEST_F(DecisionLog, EveryVariantIsLoggedOnceThenOnlyChanges) {
  World world;
  world.publish({World::variant("llama", 1)});
  EXPECT_THAT(take(),
              ::testing::HasSubstr("decision changed namespace=llm variant=llama model=llama desired=1 previous=none"));
  world.decisions.rebuild();
  EXPECT_EQ(take(), "");
}

}  // namespace
}  // namespace inferno::testing
