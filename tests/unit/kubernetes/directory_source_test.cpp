// The directory source on a real directory with the kernel's own notifications: nothing is polled, each case waits for
// the source's own call.
#include "adapter/kubernetes/directory_source.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <functional>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/kubernetes/manifest_yaml.hpp"

namespace inferno::kubernetes {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

class FixedClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return time; }
  TimePoint time{1'000'000s};
};

ClusterSettings default_is_own() {
  ClusterSettings settings;
  settings.own_namespace = "default";
  return settings;
}

// A running source. Timed looks are off: only a notification brings news.
class RunningSource {
 public:
  explicit RunningSource(const fs::path& directory)
      : source_(context_.get_executor(), directory, default_is_own(), clock_,
                {.quiet = 5ms, .longest_wait = 50ms, .look_again = 1h}) {
    source_.on_change([this] { ++changes_; });
    asio::co_spawn(context_, source_.run(), asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr end) {
                     end_ = std::move(end);
                   }));
    // Up to the first wait: the directory is loaded and watched.
    while (context_.poll_one() > 0) {
    }
  }
  ~RunningSource() {
    stop_.emit(asio::cancellation_type::terminal);
    context_.restart();
    context_.run_for(5s);
    EXPECT_TRUE(end_) << "run ends when it is cancelled";
  }
  RunningSource(const RunningSource&) = delete;
  RunningSource& operator=(const RunningSource&) = delete;
  RunningSource(RunningSource&&) = delete;
  RunningSource& operator=(RunningSource&&) = delete;

  // Lets the source work until `holds`, at most for a generous deadline.
  [[nodiscard]] bool wait_until(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    context_.restart();
    while (!holds()) {
      if (context_.run_one_until(deadline) == 0) return false;
    }
    return true;
  }
  [[nodiscard]] bool wait_for_replicas(std::int32_t expected) {
    return wait_until([this, expected] { return replicas() == expected; });
  }

  // Of variant a's target; -1 where there is none.
  [[nodiscard]] std::int32_t replicas() const {
    const auto state = source_.current();
    if (!state) return -1;
    const auto variant = state->find("default", "a");
    if (!variant || !state->variants()[*variant].target) return -1;
    return state->variants()[*variant].target->spec_replicas;
  }

  [[nodiscard]] const DirectorySource& source() const { return source_; }
  [[nodiscard]] int changes() const { return changes_; }
  FixedClock& clock() { return clock_; }

 private:
  FixedClock clock_;
  asio::io_context context_;
  asio::cancellation_signal stop_;
  int changes_ = 0;
  std::exception_ptr end_;
  DirectorySource source_;
};

class DirectorySourceTest : public ::testing::Test {
 protected:
  DirectorySourceTest() {
    directory_.write("in/variant.yaml", variant_yaml("a"));
    directory_.write("in/target.yaml", deployment_yaml("a", 1));
  }

  [[nodiscard]] fs::path in() const { return directory_.root() / "in"; }

  inferno::testing::TemporaryFolder directory_;
};

TEST_F(DirectorySourceTest, HasTheStateOnceItRuns) {
  RunningSource source(in());
  EXPECT_EQ(source.replicas(), 1);
  EXPECT_EQ(source.changes(), 1);
  EXPECT_EQ(source.source().problem(), std::nullopt);
}

TEST_F(DirectorySourceTest, FollowsAFileEditedInPlace) {
  RunningSource source(in());
  directory_.write("in/target.yaml", deployment_yaml("a", 2));
  EXPECT_TRUE(source.wait_for_replicas(2));
  directory_.write("in/target.yaml", deployment_yaml("a", 3));
  EXPECT_TRUE(source.wait_for_replicas(3));
}

TEST_F(DirectorySourceTest, AStateOnceTakenStaysAsItIs) {
  RunningSource source(in());
  const auto before = source.source().current();
  directory_.write("in/target.yaml", deployment_yaml("a", 2));
  ASSERT_TRUE(source.wait_for_replicas(2));
  EXPECT_EQ(before->variants()[0].target->spec_replicas, 1);
}

TEST_F(DirectorySourceTest, FollowsAFileRenamedOver) {
  RunningSource source(in());
  directory_.write("in/.target.yaml.swp", deployment_yaml("a", 2));
  fs::rename(in() / ".target.yaml.swp", in() / "target.yaml");
  EXPECT_TRUE(source.wait_for_replicas(2));
}

TEST_F(DirectorySourceTest, FollowsFilesThatAppearAndVanish) {
  RunningSource source(in());
  fs::remove(in() / "target.yaml");
  EXPECT_TRUE(source.wait_for_replicas(-1));
  directory_.write("in/other.yml", deployment_yaml("a", 5));
  EXPECT_TRUE(source.wait_for_replicas(5));
}

TEST_F(DirectorySourceTest, FollowsTheLinkSwapsOfAMountedConfigMap) {
  fs::remove(in() / "target.yaml");
  directory_.write("in/..2025_01/target.yaml", deployment_yaml("a", 2));
  fs::create_directory_symlink("..2025_01", in() / "..data");
  fs::create_symlink("..data/target.yaml", in() / "target.yaml");
  RunningSource source(in());
  ASSERT_EQ(source.replicas(), 2);
  for (const int replicas : {3, 4}) {
    const std::string version = "..2025_0" + std::to_string(replicas);
    directory_.write("in/" + version + "/target.yaml", deployment_yaml("a", replicas));
    fs::create_directory_symlink(version, in() / "..data_tmp");
    fs::rename(in() / "..data_tmp", in() / "..data");
    EXPECT_TRUE(source.wait_for_replicas(replicas));
  }
}

TEST_F(DirectorySourceTest, FollowsAFileBehindALink) {
  directory_.write("far/target.yaml", deployment_yaml("a", 2));
  fs::remove(in() / "target.yaml");
  fs::create_symlink(directory_.root() / "far/target.yaml", in() / "target.yaml");
  RunningSource source(in());
  ASSERT_EQ(source.replicas(), 2);
  directory_.write("far/target.yaml", deployment_yaml("a", 3));
  EXPECT_TRUE(source.wait_for_replicas(3));
}

TEST_F(DirectorySourceTest, FollowsTheDirectoryItselfBeingReplaced) {
  RunningSource source(in());
  fs::rename(in(), directory_.root() / "old");
  ASSERT_TRUE(source.wait_until([&] { return source.source().problem().has_value(); }));
  EXPECT_EQ(source.replicas(), 1);
  directory_.write("new/variant.yaml", variant_yaml("a"));
  directory_.write("new/target.yaml", deployment_yaml("a", 2));
  fs::rename(directory_.root() / "new", in());
  EXPECT_TRUE(source.wait_for_replicas(2));
  EXPECT_EQ(source.source().problem(), std::nullopt);
  directory_.write("in/target.yaml", deployment_yaml("a", 3));
  EXPECT_TRUE(source.wait_for_replicas(3));
}

TEST_F(DirectorySourceTest, FollowsALinkThatIsTheDirectory) {
  directory_.write("next/variant.yaml", variant_yaml("a"));
  directory_.write("next/target.yaml", deployment_yaml("a", 2));
  fs::create_directory_symlink("in", directory_.root() / "link");
  RunningSource source(directory_.root() / "link/");
  ASSERT_EQ(source.replicas(), 1);
  fs::create_directory_symlink("next", directory_.root() / "link_tmp");
  fs::rename(directory_.root() / "link_tmp", directory_.root() / "link");
  EXPECT_TRUE(source.wait_for_replicas(2));
  directory_.write("next/target.yaml", deployment_yaml("a", 3));
  EXPECT_TRUE(source.wait_for_replicas(3));
}

TEST_F(DirectorySourceTest, WaitsForADirectoryThatIsNotThereYet) {
  RunningSource source(directory_.root() / "later");
  EXPECT_EQ(source.source().current(), nullptr);
  EXPECT_TRUE(source.source().problem());
  fs::rename(in(), directory_.root() / "later");
  EXPECT_TRUE(source.wait_for_replicas(1));
}

TEST_F(DirectorySourceTest, ABrokenFileIsAProblemUntilItIsMended) {
  RunningSource source(in());
  directory_.write("in/target.yaml", "spec: [oops\n");
  ASSERT_TRUE(source.wait_until([&] { return source.source().problem().has_value(); }));
  EXPECT_EQ(source.replicas(), 1);
  EXPECT_EQ(source.changes(), 1);
  EXPECT_THAT(source.source().problem(),
              ::testing::Optional(::testing::HasSubstr("target.yaml: document 1, line 2: ")));
  directory_.write("in/target.yaml", deployment_yaml("a", 2));
  EXPECT_TRUE(source.wait_for_replicas(2));
  EXPECT_EQ(source.source().problem(), std::nullopt);
}

TEST_F(DirectorySourceTest, ABurstOfChangesIsOneNewState) {
  RunningSource source(in());
  for (int replicas = 2; replicas <= 20; ++replicas) directory_.write("in/target.yaml", deployment_yaml("a", replicas));
  ASSERT_TRUE(source.wait_for_replicas(20));
  EXPECT_EQ(source.changes(), 2);
}

TEST_F(DirectorySourceTest, APolicyConfigMapIsReadWithTheRest) {
  RunningSource source(in());
  const auto retention = [&] {
    return source.source().current()->policies().resolve({"default", "m"}).scale_to_zero.retention_period.value;
  };
  EXPECT_EQ(retention(), 10min);
  directory_.write(
      "in/policy.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: model-scale-to-zero-config}\ndata:\n  default: |\n"
      "    retention_period: 20s\n");
  EXPECT_TRUE(source.wait_until([&] { return retention() == 20s; }));
  fs::remove(in() / "policy.yaml");
  EXPECT_TRUE(source.wait_until([&] { return retention() == 10min; }));
}

TEST_F(DirectorySourceTest, DatesTheMomentATargetLeavesZero) {
  directory_.write("in/target.yaml", deployment_yaml("a", 0));
  RunningSource source(in());
  source.clock().time += 1min;
  directory_.write("in/target.yaml", deployment_yaml("a", 1));
  ASSERT_TRUE(source.wait_for_replicas(1));
  EXPECT_EQ(source.source().current()->variants()[0].target->left_zero_at, source.clock().time);
}

}  // namespace
}  // namespace inferno::kubernetes
