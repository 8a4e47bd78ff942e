#include "adapter/kubernetes/directory_loader.hpp"

#include <memory>

#include "adapter/kubernetes/state_assembler.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/kubernetes/manifest_yaml.hpp"

namespace inferno::kubernetes {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::int32_t replicas(const DirectoryLoader& loader, const std::string& name) {
  return loader.content().objects.targets.at({"default", "apps", "Deployment", name}).spec_replicas;
}

class DirectoryLoaderTest : public ::testing::Test {
 protected:
  inferno::testing::TemporaryFolder directory_;
  DirectoryLoader loader_{directory_.root()};
};

TEST_F(DirectoryLoaderTest, ReadsYamlFilesAndNothingElse) {
  directory_.write("a.yaml", deployment_yaml("a", 1));
  directory_.write("b.yml", deployment_yaml("b", 2));
  directory_.write("c.txt", deployment_yaml("c", 3));
  directory_.write("d.yaml~", deployment_yaml("d", 4));
  directory_.write(".e.yaml", deployment_yaml("e", 5));
  directory_.write("sub.yaml/f.yaml", deployment_yaml("f", 6));
  EXPECT_FALSE(loader_.loaded());
  EXPECT_TRUE(loader_.load());
  EXPECT_TRUE(loader_.loaded());
  EXPECT_EQ(loader_.content().objects.targets.size(), 2U);
  EXPECT_EQ(replicas(loader_, "b"), 2);
  EXPECT_THAT(loader_.problems(), IsEmpty());
}

TEST_F(DirectoryLoaderTest, AnEmptyDirectoryIsAStateToo) {
  EXPECT_TRUE(loader_.load());
  EXPECT_TRUE(loader_.content().objects.targets.empty());
  EXPECT_FALSE(loader_.load());
}

TEST_F(DirectoryLoaderTest, TellsWhetherSomethingChanged) {
  directory_.write("a.yaml", deployment_yaml("a", 1));
  EXPECT_TRUE(loader_.load());
  EXPECT_FALSE(loader_.load());
  directory_.write("a.yaml", deployment_yaml("a", 1));  // the same text again
  EXPECT_FALSE(loader_.load());
  directory_.write("a.yaml", deployment_yaml("a", 2));  // the same size, perhaps the same time stamp
  EXPECT_TRUE(loader_.load());
  EXPECT_EQ(replicas(loader_, "a"), 2);
  fs::remove(directory_.root() / "a.yaml");
  EXPECT_TRUE(loader_.load());
  EXPECT_TRUE(loader_.content().objects.targets.empty());
}

TEST_F(DirectoryLoaderTest, ABrokenObjectKeepsItsLastGoodFormAndTheOthersGoOn) {
  directory_.write("a.yaml", deployment_yaml("a", 1) + deployment_yaml("b", 1) + deployment_yaml("gone", 1));
  loader_.load();
  directory_.write("a.yaml", deployment_yaml("a", -1) + deployment_yaml("b", 2) + deployment_yaml("new", -1));
  EXPECT_TRUE(loader_.load());
  EXPECT_EQ(replicas(loader_, "a"), 1);
  EXPECT_EQ(replicas(loader_, "b"), 2);
  EXPECT_EQ(loader_.content().objects.targets.size(), 2U);
  const std::string file = (directory_.root() / "a.yaml").string();
  EXPECT_THAT(
      loader_.problems(),
      ElementsAre(file + ": document 1, line 1: Deployment default/a: spec.replicas -1 is not a whole number of "
                         "0 or more; its last good content still applies",
                  file + ": document 3, line 11: Deployment default/new: spec.replicas -1 is not a whole number "
                         "of 0 or more"));

  directory_.write("a.yaml", deployment_yaml("a", 3));
  EXPECT_TRUE(loader_.load());
  EXPECT_EQ(replicas(loader_, "a"), 3);
  EXPECT_EQ(loader_.content().objects.targets.size(), 1U);
  EXPECT_THAT(loader_.problems(), IsEmpty());
}

// Which object it was can't be told: it may be any that is missing now, as in a file that is written half.
TEST_F(DirectoryLoaderTest, WhereADocumentIsNotYamlWhatTheFileHadStays) {
  directory_.write("a.yaml", deployment_yaml("a", 1) + deployment_yaml("b", 1) + deployment_yaml("c", 1));
  directory_.write("z.yaml", deployment_yaml("z", 1));
  loader_.load();
  directory_.write("a.yaml", deployment_yaml("x", 1) + deployment_yaml("a", 9) + "spec: [oops\n");
  directory_.write("z.yaml", deployment_yaml("z", 2));
  EXPECT_TRUE(loader_.load());
  EXPECT_EQ(replicas(loader_, "a"), 9);
  EXPECT_EQ(replicas(loader_, "b"), 1);
  EXPECT_EQ(replicas(loader_, "c"), 1);
  EXPECT_EQ(replicas(loader_, "x"), 1);
  EXPECT_EQ(replicas(loader_, "z"), 2);
  ASSERT_EQ(loader_.problems().size(), 1U);
  EXPECT_THAT(*loader_.problems().begin(),
              ::testing::MatchesRegex(directory_.root().string() +
                                      "/a.yaml: document 3, line 12: .*; the file's last good content still applies"));
}

TEST_F(DirectoryLoaderTest, AFileOfNothingUsableIsNoChange) {
  directory_.write("a.yaml", deployment_yaml("a", 1));
  loader_.load();
  directory_.write("a.yaml", "oops");
  EXPECT_FALSE(loader_.load());
  EXPECT_EQ(replicas(loader_, "a"), 1);
  EXPECT_THAT(loader_.problems(), ElementsAre((directory_.root() / "a.yaml").string() +
                                              ": document 1, line 1: not a Kubernetes object: apiVersion and kind are "
                                              "needed; the file's last good content still applies"));
  directory_.write("a.yaml", deployment_yaml("a", 1));
  loader_.load();
  EXPECT_THAT(loader_.problems(), IsEmpty());
}

TEST_F(DirectoryLoaderTest, OfAnObjectInTwoFilesTheLaterFileCounts) {
  directory_.write("b.yaml", deployment_yaml("d", 2));
  directory_.write("a.yaml", deployment_yaml("d", 1));
  loader_.load();
  EXPECT_EQ(replicas(loader_, "d"), 2);
  EXPECT_THAT(
      loader_.content().duplicates,
      ElementsAre("Deployment default/d is in a.yaml and in b.yaml: the one in b.yaml applies, remove the other"));
}

std::string variant_of(const std::string& model) {
  return "apiVersion: llmd.ai/v1alpha1\nkind: VariantAutoscaling\nmetadata: {name: v}\n"
         "spec: {modelID: " +
         model + ", scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}\n";
}

TEST_F(DirectoryLoaderTest, SharesItsVariantsWithTheStateThatWasMadeOfThem) {
  directory_.write("a.yaml", variant_of("overridden"));
  directory_.write("b.yaml", deployment_yaml("d", 2) + variant_of("m"));
  loader_.load();
  StateAssembler assembler({});
  const ClusterObjects objects = loader_.content().objects;
  auto state = assembler.assemble(objects, TimePoint{});
  loader_.share(state, objects);
  EXPECT_EQ(state->variants().at(0).model_id, "m");
  EXPECT_EQ(loader_.content().objects.variants.at({"default", "v"}).get(), &state->variants().at(0));

  // The other one applies once this file is gone, and no file keeps the old state.
  fs::remove(directory_.root() / "b.yaml");
  loader_.load();
  const ClusterObjects without = loader_.content().objects;
  const std::weak_ptr<const ClusterState> old = state;
  state = assembler.assemble(without, TimePoint{});
  loader_.share(state, without);
  EXPECT_TRUE(old.expired());
  EXPECT_EQ(state->variants().at(0).model_id, "overridden");
  EXPECT_FALSE(state->variants().at(0).target);
}

TEST_F(DirectoryLoaderTest, ADirectoryThatVanishesKeepsItsLastContent) {
  directory_.write("in/a.yaml", deployment_yaml("a", 1));
  DirectoryLoader loader(directory_.root() / "in");
  loader.load();
  fs::rename(directory_.root() / "in", directory_.root() / "gone");
  EXPECT_FALSE(loader.load());
  EXPECT_EQ(replicas(loader, "a"), 1);
  EXPECT_THAT(loader.problems(),
              ElementsAre("directory " + (directory_.root() / "in").string() +
                          " can't be read: No such file or directory; its last content still applies"));
}

TEST_F(DirectoryLoaderTest, ADirectoryThatIsNotThereIsNotLoaded) {
  DirectoryLoader loader(directory_.root() / "missing");
  EXPECT_FALSE(loader.load());
  EXPECT_FALSE(loader.loaded());
  EXPECT_EQ(loader.problems().size(), 1U);
}

TEST_F(DirectoryLoaderTest, ALinkThatLeadsNowhereIsAProblemOfThatFile) {
  fs::create_symlink("nowhere", directory_.root() / "a.yaml");
  directory_.write("b.yaml", deployment_yaml("b", 1));
  EXPECT_TRUE(loader_.load());
  EXPECT_EQ(replicas(loader_, "b"), 1);
  EXPECT_THAT(loader_.problems(),
              ElementsAre((directory_.root() / "a.yaml").string() + ": can't be read: No such file or directory"));
}

TEST_F(DirectoryLoaderTest, NamesTheDirectoriesBehindLinks) {
  directory_.write("in/a.yaml", "");
  directory_.write("far/b.yaml", "");
  fs::create_symlink(directory_.root() / "far/b.yaml", directory_.root() / "in/b.yaml");
  DirectoryLoader loader(directory_.root() / "in");
  loader.load();
  const fs::path root = fs::canonical(directory_.root());
  EXPECT_THAT(loader.directories(), ElementsAre(root / "far", root / "in"));
}

}  // namespace
}  // namespace inferno::kubernetes
