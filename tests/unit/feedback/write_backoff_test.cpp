// When to write again after the API server said no.
#include "adapter/feedback/write_backoff.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/kubernetes/fake_api_client.hpp"

namespace inferno::feedback {
namespace {

using namespace std::chrono_literals;
using inferno::testing::api_status;
using inferno::testing::api_unreachable;

class WriteBackoffTest : public ::testing::Test {
 protected:
  // How long nothing is written in the namespace after a failure now.
  std::chrono::seconds pause_after(const kubernetes::ApiFailure& failure, std::string_view name = "llm") {
    EXPECT_TRUE(backoff_.note_failure(name, failure, now_));
    std::chrono::seconds pause{0};
    while (!backoff_.may_write(name, now_ + pause)) ++pause;
    return pause;
  }

  MonotonicTime now_{1h};
  WriteBackoff backoff_{"things", "create on things"};
};

TEST_F(WriteBackoffTest, TroubleDoublesUpToAMinute) {
  std::vector<std::chrono::seconds> pauses;
  for (int i = 0; i < 8; ++i) {
    pauses.push_back(pause_after(api_unreachable()));
    now_ += pauses.back();
  }
  EXPECT_EQ(pauses, (std::vector<std::chrono::seconds>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}));
  EXPECT_FALSE(backoff_.may_write("other", now_ - 1s)) << "it concerns everything";
}

TEST_F(WriteBackoffTest, SeveralFailuresTogetherCountOnce) {
  pause_after(api_unreachable());
  EXPECT_EQ(pause_after(api_status(503, "ServiceUnavailable", "later")), 1s);
}

TEST_F(WriteBackoffTest, TheServerMayAskForMore) {
  kubernetes::ApiFailure busy = api_status(429, "TooManyRequests", "later");
  busy.retry_after = Duration{7s};
  EXPECT_EQ(pause_after(busy), 7s);
}

TEST_F(WriteBackoffTest, ASuccessEndsIt) {
  pause_after(api_unreachable());
  now_ += 1s;
  backoff_.note_success("llm");
  EXPECT_EQ(pause_after(api_unreachable()), 1s);
}

TEST_F(WriteBackoffTest, WhatStaysForbiddenIsTriedAgainEverLessOften) {
  std::vector<std::chrono::seconds> pauses;
  for (int i = 0; i < 7; ++i) {
    pauses.push_back(pause_after(api_status(403, "Forbidden", "no")));
    now_ += pauses.back();
  }
  EXPECT_EQ(pauses, (std::vector<std::chrono::seconds>{10s, 20s, 40s, 80s, 160s, 300s, 300s}));
}

TEST_F(WriteBackoffTest, WhatIsForbiddenInOneNamespaceWaitsThereOnly) {
  EXPECT_EQ(pause_after(api_status(403, "Forbidden", "no")), 10s);
  EXPECT_TRUE(backoff_.may_write("other", now_));
  backoff_.note_success("other");
  EXPECT_FALSE(backoff_.may_write("llm", now_));
  backoff_.note_success("llm");
  EXPECT_TRUE(backoff_.may_write("llm", now_));
}

TEST_F(WriteBackoffTest, WhatIsWrongWithOneObjectDelaysNoOther) {
  EXPECT_FALSE(backoff_.note_failure("llm", api_status(422, "Invalid", "no"), now_));
  EXPECT_TRUE(backoff_.may_write("llm", now_));
}

}  // namespace
}  // namespace inferno::feedback
