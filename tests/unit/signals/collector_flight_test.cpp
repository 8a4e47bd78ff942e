// Who waits for the collector's refreshes, who shares them, and what is shown meanwhile.
#include "tests/unit/signals/collector_test.hpp"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

namespace inferno::testing {
namespace {

using std::chrono::seconds;
using ::testing::SizeIs;

class CollectorFlightTest : public CollectorTest {};

TEST_F(CollectorFlightTest, AnAttemptThatHasJustFailedIsNotRepeatedForEveryAsker) {
  prometheus.down = true;
  rig().refresh();
  const std::size_t asked = prometheus.queries.size();
  rig().refresh();
  EXPECT_EQ(prometheus.queries.size(), asked);
  EXPECT_FALSE(rig().collector().worth_waiting());
  EXPECT_EQ(rig().collector().current(), nullptr);
}

TEST_F(CollectorFlightTest, NoRequestWaitsWhileRefreshesFail) {
  rig().refresh();
  prometheus.down = true;
  refresh_at(noon + seconds{30});
  clock.set(noon + seconds{32});  // the next attempt may be under way, for as long as Prometheus' deadline
  EXPECT_FALSE(rig().collector().worth_waiting());

  prometheus.down = false;
  refresh_at(noon + seconds{40});
  clock.set(noon + seconds{60});
  EXPECT_FALSE(rig().collector().worth_waiting()) << "a newer snapshot comes by itself";
}

TEST_F(CollectorFlightTest, TheFirstToAskAfterALongSilenceWaits) {
  rig().refresh();
  clock.advance(std::chrono::minutes{2});
  EXPECT_TRUE(rig().collector().worth_waiting());
  EXPECT_TRUE(rig().collector().worth_waiting()) << "and so does the second, while there is only the old snapshot";
}

TEST_F(CollectorFlightTest, AFailureFromBeforeTheSilenceDoesNotKeepRequestsFromWaiting) {
  prometheus.down = true;
  rig().refresh();
  prometheus.down = false;
  clock.advance(std::chrono::minutes{5});
  EXPECT_TRUE(rig().collector().worth_waiting());
  EXPECT_TRUE(rig().collector().worth_waiting()) << "and so does the second, while the first waits";
}

TEST_F(CollectorFlightTest, ConcurrentAskersShareOneFlight) {
  prometheus.held = true;
  int landed = 0;
  for (int i = 0; i < 5; ++i) {
    boost::asio::co_spawn(context, rig().collector().refresh_if_old(), [&landed](const std::exception_ptr& failure) {
      EXPECT_FALSE(failure);
      ++landed;
    });
  }
  rig().run_until([this] { return !prometheus.queries.empty(); });
  EXPECT_EQ(landed, 0);
  prometheus.held = false;
  rig().run_until([&landed] { return landed == 5; });
  EXPECT_THAT(prometheus.asked(ask("running")), SizeIs(1));
}

TEST_F(CollectorFlightTest, AWaiterThatGivesUpDoesNotEndTheFlight) {
  prometheus.held = true;
  boost::asio::cancellation_signal give_up;
  bool gave_up = false;
  boost::asio::co_spawn(
      context, rig().collector().refresh_if_old(),
      boost::asio::bind_cancellation_slot(give_up.slot(), [&gave_up](const std::exception_ptr& failure) {
        EXPECT_TRUE(failure);
        gave_up = true;
      }));
  rig().run_until([this] { return !prometheus.queries.empty(); });
  give_up.emit(boost::asio::cancellation_type::terminal);
  rig().run_until([&gave_up] { return gave_up; });
  prometheus.held = false;
  rig().refresh();
  EXPECT_EQ(llama().as_of, noon);
  EXPECT_THAT(prometheus.asked(ask("running")), SizeIs(1));
}

// The wake query publishes at any time: what it shows of the samples and of the history belongs together.
TEST_F(CollectorFlightTest, SamplesAreNotShownBeforeTheHistoryThatBelongsToThem) {
  options.wake_max_age = Duration{10};
  cluster.set({{.model_id = "llama", .replicas = 0}});
  signals::Scope at_zero;
  at_zero.models = {"llama"};
  rig().refresh();
  rig().run_until_complete();
  prometheus.held_expression = ask("reporting");
  clock.advance(seconds{15});
  bool landed = false;
  boost::asio::co_spawn(context, rig().collector().refresh_if_old(),
                        [&landed](const std::exception_ptr&) { landed = true; });
  rig().run_until([this] { return prometheus.asked(ask("reporting")).back().end == noon; });
  wake.give(ask("wake", at_zero), {{"model_name", "llama"}, {"signal", "queue"}}, always(1));
  rig().run_until([this] { return llama().wake_queue > 0; });
  EXPECT_EQ(llama().as_of, noon);

  prometheus.held_expression.clear();
  rig().run_until([&landed] { return landed; });
  EXPECT_EQ(llama().as_of, noon + seconds{15});
  EXPECT_EQ(target().evidence.until, noon);
}

}  // namespace
}  // namespace inferno::testing
