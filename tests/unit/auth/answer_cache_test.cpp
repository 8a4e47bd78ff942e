#include "server/auth/answer_cache.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "tests/support/http/await.hpp"
#include "tests/support/http/gate.hpp"

namespace inferno::server {
namespace {

namespace asio = boost::asio;
using inferno::testing::await;
using inferno::testing::Gate;
using Cache = AnswerCache<int, int>;

ApiError failure() {
  ApiError error;
  error.message = "nobody answers";
  return error;
}

// Answers ten times the key.
struct Oracle {
  Gate* gate = nullptr;
  std::chrono::seconds lifetime{10};
  bool broken = false;
  std::atomic<int> asked = 0;

  asio::awaitable<Result<Cache::Fresh>> answer(int key) {
    ++asked;
    if (gate != nullptr) co_await gate->pass();
    if (broken) co_return failure();
    co_return Cache::Fresh{key * 10, lifetime};
  }
};

class AnswerCacheTest : public ::testing::Test {
 protected:
  asio::awaitable<Result<int>> get(int key) {
    const auto ask = [this, key] { return oracle_.answer(key); };
    Result<int> answer = co_await cache_.get(key, ask);
    co_return answer;
  }
  std::future<Result<int>> start(int key) { return asio::co_spawn(context_, get(key), asio::use_future); }

  std::chrono::steady_clock::time_point now_;
  Oracle oracle_;
  Cache cache_{2, [this] { return now_; }};
  Gate gate_;
  asio::io_context context_;
};

TEST_F(AnswerCacheTest, AsksOnceForAsLongAsAnAnswerLives) {
  EXPECT_EQ(*await(get(1)), 10);
  now_ += std::chrono::milliseconds(9999);
  EXPECT_EQ(*await(get(1)), 10);
  EXPECT_EQ(oracle_.asked, 1);
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(*await(get(1)), 10);
  EXPECT_EQ(oracle_.asked, 2);
}

TEST_F(AnswerCacheTest, WithoutALifetimeAsksEachTime) {
  oracle_.lifetime = {};
  EXPECT_EQ(*await(get(1)), 10);
  EXPECT_EQ(*await(get(1)), 10);
  EXPECT_EQ(oracle_.asked, 2);
}

TEST_F(AnswerCacheTest, ForgetsWhatWasUsedLongestAgoWhenFull) {
  for (const int key : {1, 2, 1, 3}) EXPECT_EQ(*await(get(key)), key * 10);
  EXPECT_EQ(oracle_.asked, 3);
  EXPECT_EQ(*await(get(1)), 10);
  EXPECT_EQ(oracle_.asked, 3);
  EXPECT_EQ(*await(get(2)), 20);
  EXPECT_EQ(oracle_.asked, 4);
}

TEST_F(AnswerCacheTest, WhoAsksTheSameAtTheSameTimeSharesTheAnswer) {
  oracle_.gate = &gate_;
  oracle_.lifetime = {};  // not even remembered
  auto first = start(1);
  auto second = start(1);
  auto other = start(2);
  context_.poll();
  EXPECT_EQ(oracle_.asked, 2);
  gate_.open();
  context_.run();
  EXPECT_EQ(*first.get(), 10);
  EXPECT_EQ(*second.get(), 10);
  EXPECT_EQ(*other.get(), 20);
  EXPECT_EQ(oracle_.asked, 2);
}

TEST_F(AnswerCacheTest, AnErrorReachesAllWhoWaitAndIsNotRemembered) {
  oracle_.gate = &gate_;
  oracle_.broken = true;
  auto first = start(1);
  auto second = start(1);
  context_.poll();
  gate_.open();
  context_.run();
  EXPECT_EQ(first.get().error().message, "nobody answers");
  EXPECT_EQ(second.get().error().message, "nobody answers");
  EXPECT_EQ(oracle_.asked, 1);
  oracle_.broken = false;
  EXPECT_EQ(*await(get(1)), 10);
}

TEST_F(AnswerCacheTest, WhereTheOneWhoAskedIsCancelledTheNextAsksAnew) {
  oracle_.gate = &gate_;
  asio::cancellation_signal cancel;
  bool cancelled = false;
  asio::co_spawn(
      context_, get(1),
      asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr& thrown, const Result<int>& /*answer*/) {
        cancelled = thrown != nullptr;
      }));
  auto second = start(1);
  context_.poll();
  EXPECT_EQ(oracle_.asked, 1);
  cancel.emit(asio::cancellation_type::terminal);
  context_.poll();
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(oracle_.asked, 2);
  gate_.open();
  context_.run();
  EXPECT_EQ(*second.get(), 10);
}

TEST_F(AnswerCacheTest, OneWhoWaitsMayBeCancelledAlone) {
  oracle_.gate = &gate_;
  auto first = start(1);
  asio::cancellation_signal cancel;
  bool cancelled = false;
  asio::co_spawn(
      context_, get(1),
      asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr& thrown, const Result<int>& /*answer*/) {
        cancelled = thrown != nullptr;
      }));
  context_.poll();
  cancel.emit(asio::cancellation_type::terminal);
  context_.poll();
  EXPECT_TRUE(cancelled);
  gate_.open();
  context_.run();
  EXPECT_EQ(*first.get(), 10);
  EXPECT_EQ(oracle_.asked, 1);
}

TEST_F(AnswerCacheTest, ServesAskersOnSeveralThreads) {
  oracle_.lifetime = {};
  std::atomic<int> right = 0;
  const auto ask_on = [&](int key) -> asio::awaitable<void> {
    const Result<int> answer = co_await get(key);
    if (answer && *answer == key * 10) ++right;
  };
  for (int at = 0; at < 400; ++at) {
    asio::co_spawn(asio::make_strand(context_), ask_on(at % 3), asio::detached);
  }
  std::vector<std::thread> threads;
  for (int at = 0; at < 4; ++at) threads.emplace_back([&] { context_.run(); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

}  // namespace
}  // namespace inferno::server
