// Electors that contend for one lease of a fake API server, attempt by attempt, with time that the test lets pass.
#include "adapter/leadership/lease_elector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>

#include "tests/support/http/await.hpp"
#include "tests/support/kubernetes/fake_api_client.hpp"

namespace inferno::leadership {
namespace {

namespace asio = boost::asio;
using inferno::testing::api_status;
using inferno::testing::FakeApiClient;
using kubernetes::ApiRequest;
using nlohmann::json;
using Verb = FakeApiClient::Verb;
using Result = FakeApiClient::Result;
using namespace std::chrono_literals;

const std::string collection = "/apis/coordination.k8s.io/v1/namespaces/llm/leases";
const std::string object = collection + "/inferno-adapter";

// A wall clock of its own that runs as fast as the monotonic one.
struct WallClock final : Clock {
  explicit WallClock(const MonotonicTime& now) : start(now), now_(now) {}
  [[nodiscard]] TimePoint now() const override {
    return TimePoint{1'700'000'000s} + std::chrono::duration_cast<Duration>(now_ - start);
  }
  MonotonicTime start;

 private:
  const MonotonicTime& now_;
};

// A server that keeps one lease and refuses writes of an old version.
class LeaseElection : public ::testing::Test {
 protected:
  LeaseElection() {
    api.handle(Verb::get, object, [this](const ApiRequest&) { return read(); });
    api.handle(Verb::post, collection, [this](const ApiRequest& request) { return create(request); });
    api.handle(Verb::put, object, [this](const ApiRequest& request) { return update(request); });
  }

  [[nodiscard]] Result read() const {
    if (stored.is_null()) return api_status(404, "NotFound", "no such lease");
    return inferno::testing::document_result(stored);
  }
  Result create(const ApiRequest& request) {
    if (!stored.is_null()) return api_status(409, "AlreadyExists", "there is one");
    return store(json::parse(request.body));
  }
  Result update(const ApiRequest& request) {
    json lease = json::parse(request.body);
    if (lease["metadata"]["resourceVersion"] != stored["metadata"]["resourceVersion"])
      return api_status(409, "Conflict", "it has changed");
    return store(std::move(lease));
  }
  Result store(json lease) {
    lease["metadata"]["resourceVersion"] = std::to_string(++version);
    stored = std::move(lease);
    return inferno::testing::document_result(stored);
  }

  [[nodiscard]] LeaseElector elector(const std::string& identity) {
    return LeaseElector(api, {.namespace_name = "llm", .identity = identity}, wall_clock, [this] { return now; });
  }
  static void attempt(LeaseElector& elector) { inferno::testing::await(elector.attempt()); }
  [[nodiscard]] std::string holder() const { return stored["spec"]["holderIdentity"]; }

  FakeApiClient api;
  MonotonicTime now{1h};
  WallClock wall_clock{now};
  json stored;
  int version = 0;
};

TEST_F(LeaseElection, TheFirstCreatesTheLeaseAndLeads) {
  LeaseElector first = elector("a");
  EXPECT_FALSE(first.is_leader());
  attempt(first);
  EXPECT_TRUE(first.is_leader());
  EXPECT_EQ(stored, json::parse(R"({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
    "metadata": {"name": "inferno-adapter", "namespace": "llm", "resourceVersion": "1"},
    "spec": {"holderIdentity": "a", "leaseDurationSeconds": 15, "acquireTime": "2023-11-14T22:13:20.000000Z",
             "renewTime": "2023-11-14T22:13:20.000000Z", "leaseTransitions": 0}})"));
}

TEST_F(LeaseElection, TheSecondStandsByWhileTheFirstRenews) {
  LeaseElector first = elector("a");
  LeaseElector second = elector("b");
  for (int i = 0; i < 20; ++i) {
    attempt(first);
    attempt(second);
    EXPECT_TRUE(first.is_leader());
    EXPECT_FALSE(second.is_leader());
    now += 2s;
  }
}

TEST_F(LeaseElection, ALeaderThatVanishesIsSucceededWhenItsLeaseHasExpired) {
  LeaseElector first = elector("a");
  LeaseElector second = elector("b");
  attempt(first);
  attempt(second);
  now += 14s;
  attempt(second);
  EXPECT_FALSE(second.is_leader());
  now += 1s;
  attempt(second);
  EXPECT_TRUE(second.is_leader());
  EXPECT_EQ(stored["spec"]["leaseTransitions"], 1);
  attempt(first);
  EXPECT_FALSE(first.is_leader());
}

TEST_F(LeaseElection, ALeaderThatCannotRenewStopsLeadingBeforeAnyoneMaySucceedIt) {
  LeaseElector leader = elector("a");
  attempt(leader);
  api.down = true;
  now += 9'999ms;
  attempt(leader);
  EXPECT_TRUE(leader.is_leader());
  now += 1ms;
  EXPECT_FALSE(leader.is_leader()) << "without any attempt: it may hang in one";
  api.down = false;
  attempt(leader);
  EXPECT_TRUE(leader.is_leader()) << "nobody has taken the lease meanwhile";
}

TEST_F(LeaseElection, OfTwoThatClaimTheSameVersionOneLeads) {
  LeaseElector first = elector("a");
  LeaseElector second = elector("b");
  // The second writes between the first's reading and writing.
  api.handle(Verb::post, collection, [this](const ApiRequest& request) {
    store({{"metadata", {{"name", "inferno-adapter"}}},
           {"spec", {{"holderIdentity", "b"}, {"leaseDurationSeconds", 15}}}});
    return create(request);
  });
  attempt(first);
  attempt(second);
  EXPECT_FALSE(first.is_leader());
  EXPECT_TRUE(second.is_leader());
  attempt(first);
  EXPECT_FALSE(first.is_leader());
}

TEST_F(LeaseElection, WithoutPermissionNobodyLeads) {
  api.fail(Verb::get, object, api_status(403, "Forbidden", "cannot get leases"));
  LeaseElector only = elector("a");
  ::testing::internal::CaptureStdout();
  attempt(only);
  attempt(only);
  const std::string log = ::testing::internal::GetCapturedStdout();
  EXPECT_FALSE(only.is_leader());
  EXPECT_THAT(log, ::testing::HasSubstr("allow it get, create and update of leases (coordination.k8s.io) in namespace "
                                        "llm (cannot get leases)"));
  EXPECT_EQ(log.find("no permission"), log.rfind("no permission")) << "said once";
}

TEST_F(LeaseElection, OneReplicaSpeaksForAll) {
  LeaseElector first = elector("a");
  LeaseElector second = elector("b");
  EXPECT_TRUE(first.stands_by()) << "nothing is known yet";
  attempt(first);
  attempt(second);
  EXPECT_FALSE(first.stands_by());
  EXPECT_TRUE(second.stands_by());
}

TEST_F(LeaseElection, WhileTheApiServerIsAwayTheSameReplicaSpeaks) {
  LeaseElector first = elector("a");
  LeaseElector second = elector("b");
  attempt(first);
  attempt(second);
  api.down = true;
  now += 1h;
  attempt(first);
  attempt(second);
  EXPECT_FALSE(first.is_leader());
  EXPECT_FALSE(first.stands_by());
  EXPECT_TRUE(second.stands_by());
}

TEST_F(LeaseElection, WithoutPermissionEachSpeaksForItself) {
  api.fail(Verb::get, object, api_status(403, "Forbidden", "cannot get leases"));
  LeaseElector only = elector("a");
  attempt(only);
  EXPECT_FALSE(only.stands_by());
}

class RunningElection : public LeaseElection {
 protected:
  void start(LeaseElector& elector) {
    asio::co_spawn(context, elector.run(),
                   asio::bind_cancellation_slot(cancel.slot(), [this](std::exception_ptr thrown) {
                     failure = std::move(thrown);
                     ended = true;
                   }));
  }
  void stop() {
    cancel.emit(asio::cancellation_type::terminal);
    while (!ended) context.run_one();
  }

  asio::io_context context;
  asio::cancellation_signal cancel;
  std::exception_ptr failure;
  bool ended = false;
};

TEST_F(RunningElection, WhoStopsGivesTheLeaseBackSoThatAnotherLeadsAtOnce) {
  LeaseElector first = elector("a");
  LeaseElector second = elector("b");
  start(first);
  while (!first.is_leader()) context.run_one();
  attempt(second);
  stop();
  EXPECT_FALSE(failure);
  EXPECT_FALSE(first.is_leader());
  EXPECT_EQ(holder(), "");
  attempt(second);
  EXPECT_TRUE(second.is_leader());
}

TEST_F(RunningElection, WhoStopsLeavesAnothersLeaseAlone) {
  LeaseElector first = elector("a");
  attempt(first);
  LeaseElector second = elector("b");
  start(second);
  while (api.requests.size() < 3) context.run_one();
  stop();
  EXPECT_EQ(holder(), "a");
  EXPECT_TRUE(first.is_leader());
}

TEST_F(RunningElection, AClaimThatWasCutOffIsGivenBackToo) {
  LeaseElector first = elector("a");
  // It arrives, but the answer does not.
  api.handle(Verb::post, collection, [this](const ApiRequest& request) -> Result {
    (void)create(request);
    return inferno::testing::api_unreachable();
  });
  start(first);
  while (stored.is_null()) context.run_one();
  EXPECT_EQ(holder(), "a");
  stop();
  EXPECT_EQ(holder(), "");
}

TEST(UniqueIdentity, BeginsWithThePodsNameAndIsNeverTheSame) {
  const std::string identity = unique_identity("inferno-adapter-7d4");
  EXPECT_EQ(identity.rfind("inferno-adapter-7d4_", 0), 0U);
  EXPECT_NE(identity, unique_identity("inferno-adapter-7d4"));
}

}  // namespace
}  // namespace inferno::leadership
