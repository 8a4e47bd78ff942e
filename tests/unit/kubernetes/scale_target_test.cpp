// Deployment, StatefulSet and whatever else has spec.replicas.
#include "adapter/kubernetes/api_object.hpp"
#include "adapter/kubernetes/rfc3339.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

Json deployment(const Json& spec, const Json& status = Json::object()) {
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", "d"}, {"namespace", "n"}}},
          {"spec", spec},
          {"status", status}};
}

ScaleTarget target_of(const Json& object) {
  return parse_scale_target(object).value().target;
}

TEST(ScaleTarget, IsKnownByGroupKindAndName) {
  EXPECT_EQ(parse_scale_target(deployment(Json::object())).value().key, (TargetKey{"n", "apps", "Deployment", "d"}));
  const Json set{
      {"apiVersion", "leaderworkerset.x-k8s.io/v1"}, {"kind", "LeaderWorkerSet"}, {"metadata", {{"name", "l"}}}};
  EXPECT_EQ(parse_scale_target(set).value().key,
            (TargetKey{"default", "leaderworkerset.x-k8s.io", "LeaderWorkerSet", "l"}));
}

TEST(ScaleTarget, ReadsReplicas) {
  const ScaleTarget target = target_of(deployment({{"replicas", 3}}, {{"replicas", 3}, {"readyReplicas", 2}}));
  EXPECT_EQ(target.spec_replicas, 3);
  EXPECT_EQ(target.ready_replicas, 2);
}

TEST(ScaleTarget, ReplicasDefaultToOneAndReadyToNone) {
  const ScaleTarget target = target_of(deployment(Json::object(), {{"observedGeneration", 1}}));
  EXPECT_EQ(target.spec_replicas, 1);
  EXPECT_EQ(target.ready_replicas, 0);
}

TEST(ScaleTarget, WithoutAnyStatusItCountsAsReady) {
  Json object = deployment({{"replicas", 2}});
  for (const Json& nothing : {Json(nullptr), Json::object()}) {
    object["status"] = nothing;
    EXPECT_EQ(target_of(object).ready_replicas, 2) << nothing;
  }
  object.erase("status");
  EXPECT_EQ(target_of(object).ready_replicas, 2);
}

TEST(ScaleTarget, ReplicasMustBeAWholeNumber) {
  for (const Json& bad : {Json(-1), Json(1.5), Json("2"), Json(4'000'000'000ULL), Json(UINT64_MAX)}) {
    EXPECT_EQ(parse_scale_target(deployment({{"replicas", bad}})).error().message,
              "Deployment n/d: spec.replicas " + bad.dump() + " is not a whole number of 0 or more");
  }
}

TEST(ScaleTarget, LeftZeroAtTheLatestMomentThatTheObjectTells) {
  Json object = deployment({{"replicas", 1}});
  EXPECT_EQ(target_of(object).left_zero_at, std::nullopt);
  object["metadata"]["creationTimestamp"] = "2025-01-31T12:00:00Z";
  EXPECT_EQ(target_of(object).left_zero_at, parse_rfc3339("2025-01-31T12:00:00Z"));
  object["status"]["conditions"] =
      Json::array({{{"type", "Progressing"}, {"lastTransitionTime", "2025-01-31T15:00:00Z"}},
                   {{"type", "Available"}, {"lastTransitionTime", "2025-01-31T13:00:00Z"}}});
  EXPECT_EQ(target_of(object).left_zero_at, parse_rfc3339("2025-01-31T13:00:00Z"));
  object["metadata"]["annotations"]["llmd.ai/left-zero-at"] = "2025-01-31T14:00:00Z";
  EXPECT_EQ(target_of(object).left_zero_at, parse_rfc3339("2025-01-31T14:00:00Z"));
  object["spec"]["replicas"] = 0;
  EXPECT_EQ(target_of(object).left_zero_at, std::nullopt);
}

std::optional<std::uint32_t> max_num_seqs(const Json& container) {
  return target_of(
             deployment({{"template", {{"spec", {{"containers", Json::array({{{"name", "proxy"}}, container})}}}}}}))
      .max_num_seqs;
}

TEST(ScaleTarget, FindsMaxNumSeqsHoweverItIsWritten) {
  EXPECT_EQ(max_num_seqs({{"args", {"--model", "m", "--max-num-seqs=64"}}}), 64U);
  EXPECT_EQ(max_num_seqs({{"args", {"--max-num-seqs", "64", "--model", "m"}}}), 64U);
  EXPECT_EQ(max_num_seqs({{"command", {"vllm", "serve", "--max_num_seqs", "32"}}}), 32U);
  EXPECT_EQ(max_num_seqs({{"command", {"sh", "-c"}}, {"args", {"vllm serve m \\\n  --max-num-seqs 128 --port 8000"}}}),
            128U);
  EXPECT_EQ(max_num_seqs({{"args", {"--max-num-seqs=64", "--max-num-seqs=96"}}}), 96U);
}

TEST(ScaleTarget, TakesTheLikeOfMaxNumSeqsFromOtherEngines) {
  EXPECT_EQ(max_num_seqs({{"command", {"python3", "-m", "sglang.launch_server", "--max-running-requests", "48"}}}),
            48U);
  EXPECT_EQ(max_num_seqs({{"command", {"trtllm-serve", "m", "--max_batch_size=16"}}}), 16U);
  EXPECT_EQ(max_num_seqs({{"args", {"-m", "model.gguf", "-np", "4"}}}), 4U);
}

Engine engine_of(const Json& container, const Json& labels = Json::object()) {
  return target_of(deployment({{"template",
                                {{"metadata", {{"labels", labels}}},
                                 {"spec", {{"containers", Json::array({{{"name", "proxy"}}, container})}}}}}}))
      .engine;
}

TEST(ScaleTarget, TellsItsEngineByTheCommandElseByTheImageElseItIsVllm) {
  EXPECT_EQ(engine_of({{"command", {"python3", "-m", "sglang.launch_server"}}}), Engine::sglang);
  EXPECT_EQ(engine_of({{"command", {"sh", "-c", "exec /usr/bin/trtllm-serve m"}}}), Engine::trtllm);
  EXPECT_EQ(engine_of({{"args", {"vllm", "serve", "m"}}, {"image", "registry/sglang:v1"}}), Engine::vllm);
  for (const auto& [image, engine] : {std::pair{"lmsysorg/sglang:v0.5.3", Engine::sglang},
                                      {"nvcr.io/nvidia/tritonserver:25.08-trtllm-python-py3", Engine::triton},
                                      {"nvcr.io/nvidia/tensorrt-llm/release:1.3.0", Engine::trtllm},
                                      {"ghcr.io/huggingface/text-generation-inference:3.3.4", Engine::tgi},
                                      {"ghcr.io/huggingface/text-embeddings-inference:1.8", Engine::tei},
                                      {"ghcr.io/ggml-org/llama.cpp:server-cuda", Engine::llamacpp},
                                      {"openmmlab/lmdeploy:v0.10.0", Engine::lmdeploy},
                                      {"nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8", Engine::nim},
                                      {"ollama/ollama:0.12", Engine::ollama},
                                      {"vllm/vllm-openai:v0.11.0", Engine::vllm},
                                      {"registry/own-server:1", Engine::vllm}}) {
    EXPECT_EQ(engine_of({{"image", image}}), engine) << image;
  }
}

TEST(ScaleTarget, TellsItsEngineByALabelBeforeAnythingElse) {
  const Json sglang{{"image", "lmsysorg/sglang:v0.5.3"}};
  EXPECT_EQ(engine_of(sglang, {{"llm-d.ai/engine-type", "trtllm-serve"}}), Engine::trtllm);
  EXPECT_EQ(engine_of(sglang, {{"llm-d.ai/engine-type", "triton"}}), Engine::triton);
  EXPECT_EQ(engine_of(sglang, {{"llm-d.ai/engine-type", "ours"}}), Engine::sglang) << "it tells nothing";
  const Json kserve{{"app.kubernetes.io/component", "llminferenceservice-workload-prefill"}};
  EXPECT_EQ(engine_of({{"image", "vllm/vllm-openai:v0.11.0"}}, kserve), Engine::kserve_vllm);
  EXPECT_EQ(engine_of(sglang, kserve), Engine::sglang);
}

TEST(ScaleTarget, IgnoresMaxNumSeqsThatIsNoPositiveNumber) {
  EXPECT_EQ(max_num_seqs({{"args", {"--model", "m"}}}), std::nullopt);
  EXPECT_EQ(max_num_seqs({{"args", {"--max-num-seqs"}}}), std::nullopt);
  EXPECT_EQ(max_num_seqs({{"args", {"--max-num-seqs=$(SEQS)"}}}), std::nullopt);
  EXPECT_EQ(max_num_seqs({{"args", {"--max-num-seqs=0"}}}), std::nullopt);
  EXPECT_EQ(max_num_seqs({{"args", {"--max-num-seqs-extra=5"}}}), std::nullopt);
  EXPECT_EQ(max_num_seqs({{"args", {5, "--max-num-seqs=99999999999"}}}), std::nullopt);
}

std::vector<std::string> served_names(const Json& args) {
  const Json containers = Json::array({{{"name", "proxy"}}, {{"command", {"vllm", "serve", "m"}}, {"args", args}}});
  return target_of(deployment({{"template", {{"spec", {{"containers", containers}}}}}})).served_names;
}

TEST(ScaleTarget, ServesEveryNameOfItsModel) {
  EXPECT_THAT(served_names({"--served-model-name=llama", "--port=8000"}), testing::ElementsAre("llama"));
  EXPECT_THAT(served_names({"--served-model-name", "llama", "chat", "--port", "8000"}),
              testing::ElementsAre("llama", "chat"));
  EXPECT_THAT(served_names({"--served_model_name", "llama", "chat"}), testing::ElementsAre("llama", "chat"));
  EXPECT_THAT(served_names({"--served-model-name"}), testing::IsEmpty());
  EXPECT_THAT(served_names({"--served-model-name", "$(NAME)", "chat"}), testing::ElementsAre("chat"));
}

TEST(ScaleTarget, ServesItsLoraAdapters) {
  EXPECT_THAT(served_names({"--lora-modules", "sql=/adapters/sql", "poem=org/poem", "--enable-lora"}),
              testing::ElementsAre("sql", "poem"));
  EXPECT_THAT(served_names({"--lora-modules", R"({"name": "sql", "path": "/a b", "base_model_name": "m"})"}),
              testing::ElementsAre("sql"));
  EXPECT_THAT(served_names({R"(--lora-modules={"name":"sql","path":"/a"})", "poem=/p"}),
              testing::ElementsAre("sql", "poem"));
  EXPECT_THAT(served_names({"--lora-modules", "/a/path", R"({"path": "/a"})", R"({"name": 7})", "{\"name"}),
              testing::IsEmpty());
}

TEST(ScaleTarget, NamesAreFoundInACommandLine) {
  const char* line = R"(exec vllm serve m --lora-modules sql=/a '{"name": "poem", "path": "/b"}' \
      --served-model-name "llama" chat && echo "served")";
  EXPECT_THAT(served_names({line}), testing::ElementsAre("sql", "poem", "llama", "chat"));
  EXPECT_THAT(served_names({"-c", R"(sh -c "vllm serve m --lora-modules '{\"name\": \"sql\"}'")"}),
              testing::ElementsAre("sql"));
}

TEST(ScaleTarget, TellsItsRoleByTheLabelOfItsPodTemplate) {
  const auto role = [](const Json& labels) {
    return target_of(deployment({{"template", {{"metadata", {{"labels", labels}}}}}})).role;
  };
  EXPECT_EQ(role({{"llm-d.ai/role", "prefill"}}), "prefill");
  EXPECT_EQ(role({{"llm-d.ai/role", "encode-prefill-decode"}}), "encode-prefill-decode");
  EXPECT_EQ(role({{"llm-d.ai/role", "both"}}), "prefill-decode") << "deprecated";
  EXPECT_EQ(role({{"llm-d.ai/role", "router"}}), "router") << "one of its own";
  EXPECT_EQ(role({{"llm-d.ai/role", ""}}), "decode");
  EXPECT_EQ(role({{"app", "llama"}}), "decode");
  EXPECT_EQ(target_of(deployment(Json::object())).role, "decode");
}

TEST(ScaleTarget, TellsItsRoleByItsOwnLabelWhereThePodTemplateDoesNot) {
  Json object = deployment(Json::object());
  object["metadata"]["labels"]["llm-d.ai/role"] = "prefill";
  EXPECT_EQ(target_of(object).role, "prefill");
  object["spec"]["template"]["metadata"]["labels"]["llm-d.ai/role"] = "decode";
  EXPECT_EQ(target_of(object).role, "decode");
}

TEST(ScaleTarget, TellsTheRoleOfALeaderWorkerSetByItsWorkersElseByItsLeaders) {
  Json set{{"apiVersion", "leaderworkerset.x-k8s.io/v1"}, {"kind", "LeaderWorkerSet"}, {"metadata", {{"name", "l"}}}};
  Json& templates = set["spec"]["leaderWorkerTemplate"];
  templates["leaderTemplate"]["metadata"]["labels"]["llm-d.ai/role"] = "prefill";
  EXPECT_EQ(target_of(set).role, "prefill");
  templates["workerTemplate"]["metadata"]["labels"]["llm-d.ai/role"] = "decode";
  EXPECT_EQ(target_of(set).role, "decode");
}

TEST(ScaleTarget, FindsMaxNumSeqsOfALeaderWorkerSet) {
  const Json containers = Json::array({{{"args", {"--max-num-seqs=48"}}}});
  const Json set{{"apiVersion", "leaderworkerset.x-k8s.io/v1"},
                 {"kind", "LeaderWorkerSet"},
                 {"metadata", {{"name", "l"}}},
                 {"spec", {{"leaderWorkerTemplate", {{"leaderTemplate", {{"spec", {{"containers", containers}}}}}}}}}};
  EXPECT_EQ(target_of(set).max_num_seqs, 48U);
}

}  // namespace
}  // namespace inferno::kubernetes
