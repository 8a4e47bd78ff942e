// The reflector and an API server that forgets, refuses, restarts, or talks nonsense.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <stdexcept>

#include "tests/unit/kubernetes_api/reflector_fixture.hpp"

namespace inferno::kubernetes::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

class ReflectorFailure : public ReflectorFixture {
 protected:
  // How long it takes until the server has got so many requests.
  milliseconds time_until_requests(std::size_t count) {
    const auto start = std::chrono::steady_clock::now();
    run_until_requests(count);
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
  }
};

constexpr std::string_view gone = R"({"kind":"Status","reason":"Expired","message":"too old","code":410})";

TEST_F(ReflectorFailure, AResourceVersionThatIsForgottenIsNoProblem) {
  server.add(answer(page({"a"}, "42")));
  server.add(answer(gone, "410 Gone"));
  server.add(answer(page({"b"}, "60")));
  run_until_requests(3);
  EXPECT_EQ(problem(), "");
  run_until_requests(4);

  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42"), list_target, watch_target("60")));
  EXPECT_THAT(listener.heard, ElementsAre("begin", "object Pod a", "listed", "batch end",  //
                                          "begin", "object Pod b", "listed", "batch end"));
}

TEST_F(ReflectorFailure, AWatchMayLearnThatItsResourceVersionIsForgotten) {
  server.add(answer(page({}, "42")));
  server.add(open_watch(event("ADDED", "a", "43") + error_event(410, "Expired")));
  server.add(answer(page({}, "60")));
  run_until_requests(4);

  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42"), list_target, watch_target("60")));
  EXPECT_EQ(problem(), "");
}

TEST_F(ReflectorFailure, AForgottenContinueTokenRestartsTheList) {
  server.add(answer(page({"a"}, "42", "next")));
  server.add(answer(gone, "410 Gone"));
  server.add(answer(page({"a"}, "60")));
  run_until_requests(4);

  EXPECT_THAT(targets(), ElementsAre(list_target, list_target + "&continue=next", list_target, watch_target("60")));
  EXPECT_THAT(listener.heard, ElementsAre("begin", "object Pod a", "begin", "object Pod a", "listed", "batch end"));
}

TEST_F(ReflectorFailure, AServerThatForgetsAtOnceIsNotPestered) {
  timing.first_pause = Duration{20};
  timing.longest_pause = Duration{20};
  for (int i = 0; i < 3; ++i) {
    server.add(answer(page({}, "42")));
    server.add(answer(gone, "410 Gone"));
  }
  EXPECT_GE(time_until_requests(7), milliseconds{20});  // two of the three pauses, half of each at least
  EXPECT_EQ(problem(), "cannot watch pods in namespace llm: URL: HTTP status 410: too old");
}

TEST_F(ReflectorFailure, AListThatFailsIsTriedAgain) {
  server.add(answer("", "500 Internal Server Error"));
  server.add(answer(page({"a"}, "42", "next")));
  server.add(answer("<html>"));
  server.add(answer(page({"a"}, "42")));
  run_until_requests(2);
  EXPECT_EQ(problem(), "cannot list pods in namespace llm: URL: HTTP status 500");
  run_until_requests(4);
  EXPECT_EQ(problem(),
            "cannot list pods in namespace llm: not a whole list of Kubernetes objects: expected a value at byte 1");
  EXPECT_FALSE(reflector->is_synced());
  run_until_requests(5);

  EXPECT_EQ(problem(), "");
  EXPECT_TRUE(reflector->is_synced());
  EXPECT_THAT(targets(),
              ElementsAre(list_target, list_target, list_target + "&continue=next", list_target, watch_target("42")));
}

TEST_F(ReflectorFailure, PausesGrowUpToTheLongest) {
  timing.first_pause = Duration{10};
  timing.longest_pause = Duration{40};
  for (int i = 0; i < 4; ++i) server.add(answer("", "500 Internal Server Error"));
  EXPECT_GE(time_until_requests(5), milliseconds{5 + 10 + 20 + 20});
}

TEST_F(ReflectorFailure, WaitsAsLongAsTheServerAsks) {
  server.add(answer("", "429 Too Many Requests", "Retry-After: 1\r\n"));
  EXPECT_GE(time_until_requests(2), milliseconds{1000});
}

TEST_F(ReflectorFailure, ACollectionThatIsNotThereIsAbsentUntilItAppears) {
  path = {.group = "llmd.ai", .version = "v1alpha1", .plural = "variantautoscalings", .namespace_name = {}, .name = {}};
  server.add(answer("404 page not found", "404 Not Found"));
  server.add(answer("404 page not found", "404 Not Found"));
  server.add(answer(R"({"kind":"VariantAutoscalingList","apiVersion":"llmd.ai/v1alpha1",
                        "metadata":{"resourceVersion":"42"},"items":[]})"));
  run_until_requests(3);
  EXPECT_TRUE(reflector->is_absent());
  EXPECT_FALSE(reflector->is_synced());
  EXPECT_EQ(problem(), "the server does not know variantautoscalings.llmd.ai (v1alpha1): is its CRD installed?");
  run_until_requests(4);
  EXPECT_FALSE(reflector->is_absent());
  EXPECT_TRUE(reflector->is_synced());
  EXPECT_EQ(problem(), "");
}

TEST_F(ReflectorFailure, ACollectionThatVanishesIsAbsentAndTheListenerKeepsWhatItHas) {
  server.add(answer(page({"a"}, "42")));
  server.add(answer("404 page not found", "404 Not Found"));
  run_until_requests(3);
  EXPECT_TRUE(reflector->is_absent());
  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42"), list_target));
  EXPECT_THAT(listener.heard, ElementsAre("begin", "object Pod a", "listed", "batch end", "begin"));
}

TEST_F(ReflectorFailure, AMissingRightIsNamed) {
  constexpr std::string_view forbidden =
      R"({"kind":"Status","reason":"Forbidden","message":"pods is forbidden","code":403})";
  server.add(answer(forbidden, "403 Forbidden"));
  server.add(answer(page({}, "42")));
  server.add(answer(forbidden, "403 Forbidden"));
  run_until_requests(2);
  EXPECT_EQ(problem(),
            "cannot list pods in namespace llm: URL: HTTP status 403: pods is forbidden (give the adapter's user this "
            "right by a Role or ClusterRole, unless the API server has just started)");
  run_until_requests(4);
  EXPECT_EQ(problem(),
            "cannot watch pods in namespace llm: URL: HTTP status 403: pods is forbidden (give the adapter's user this "
            "right by a Role or ClusterRole, unless the API server has just started)");
  EXPECT_THAT(targets(), ElementsAre(list_target, list_target, watch_target("42"), watch_target("42")));
}

TEST_F(ReflectorFailure, AProblemOfTheWatchIsOverOnceOneIsOpen) {
  server.add(answer(page({}, "42")));
  server.add(answer("", "503 Service Unavailable"));
  server.add(open_watch(" "));
  run_until_requests(3);
  EXPECT_EQ(problem(), "cannot watch pods in namespace llm: URL: HTTP status 503");
  run_until([&] { return problem().empty(); });
}

TEST_F(ReflectorFailure, AWatchThatIsCutIsResumedWithoutComplaint) {
  server.add(answer(page({}, "42")));
  Reply cut = open_watch(event("ADDED", "a", "43") + event("ADDED", "b", "44").substr(0, 20));
  cut.then = Then::close;
  server.add(cut);
  run_until_requests(3);
  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42"), watch_target("43")));
  EXPECT_EQ(problem(), "");
}

TEST_F(ReflectorFailure, AWatchThatStaysSilentIsTakenForDead) {
  timing.watch_silence = Duration{300};  // enough to connect on a busy machine
  server.add(answer(page({}, "42")));
  server.add(open_watch(""));
  run_until_requests(3);
  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42"), watch_target("42")));
  EXPECT_EQ(problem(), "");
}

TEST_F(ReflectorFailure, WatchesThatEndAtOnceAreNotRepeatedAtOnce) {
  timing.first_pause = Duration{20};
  timing.longest_pause = Duration{20};
  server.add(answer(page({}, "42")));
  server.add(answer(""));
  server.add(answer(""));
  EXPECT_GE(time_until_requests(4), milliseconds{20});
  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42"), watch_target("42"), watch_target("42")));
}

TEST_F(ReflectorFailure, NonsenseInAWatchIsAProblemUntilAnEventComes) {
  server.add(answer(page({}, "42")));
  server.add(open_watch(event("ADDED", "a", "43") + "<html>"));
  server.add(open_watch(event("ADDED", "b", "44")));
  run_until_requests(3);
  EXPECT_EQ(problem(), "cannot watch pods in namespace llm: malformed event: expected a value");
  EXPECT_EQ(targets().back(), watch_target("43"));
  run_until([&] { return problem().empty(); });
  EXPECT_THAT(listener.heard, ElementsAre("begin", "listed", "batch end", "object Pod a", "batch end",  //
                                          "object Pod b", "batch end"));
}

TEST_F(ReflectorFailure, AResourceVersionThatTheServerRefusesIsGivenUp) {
  server.add(answer(page({}, "42")));
  server.add(answer(R"({"kind":"Status","reason":"Timeout","message":"Too large resource version: 42, current: 7"})",
                    "504 Gateway Timeout"));
  server.add(answer(page({}, "7")));
  server.add(open_watch(error_event(400, "BadRequest")));
  run_until_requests(5);
  EXPECT_THAT(targets(), ElementsAre(list_target, watch_target("42"), list_target, watch_target("7"), list_target));
}

TEST_F(ReflectorFailure, WhatTheListenerThrowsComesOut) {
  listener.throws = true;
  server.add(answer(page({"a"}, "42")));
  run_until([&] { return ended != nullptr; });
  EXPECT_THROW(std::rethrow_exception(ended), std::length_error);
}

class ReflectorCancellation : public ReflectorFailure {
 protected:
  void expect_end() {
    cancel.emit(boost::asio::cancellation_type::terminal);
    run_until([&] { return ended != nullptr; });
    try {
      std::rethrow_exception(ended);
    } catch (const boost::system::system_error& error) {
      EXPECT_EQ(error.code(), boost::asio::error::operation_aborted);
    }
    while (server.open() > 0) context.run_one();
  }
};

TEST_F(ReflectorCancellation, EndsAWatch) {
  server.add(answer(page({}, "42")));
  server.add(open_watch(event("ADDED", "a", "43")));
  run_until([&] { return listener.heard.size() == 5; });
  expect_end();
}

TEST_F(ReflectorCancellation, EndsAPause) {
  timing.absent_pause = std::chrono::hours{1};
  server.add(answer("", "404 Not Found", "Connection: close\r\n"));
  run_until([&] { return reflector->is_absent(); });
  expect_end();
}

}  // namespace
}  // namespace inferno::kubernetes::testing
