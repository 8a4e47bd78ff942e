// Which names that gateways are asked for are told of, and how often.
#include "adapter/signals/nobodys_names.hpp"

#include <gmock/gmock.h>

#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::signals {
namespace {

using ::testing::HasSubstr;

class NobodysNamesTest : public ::testing::Test {
 protected:
  NobodysNamesTest() {
    names.use(testing::make_state(
        {{.model_id = "llama", .served_names = {"sql"}}, {.namespace_name = "test", .model_id = "qwen"}}));
  }

  // What is told when a gateway says that name.
  std::string told(std::string_view namespace_name, std::string_view name) {
    names.see(namespace_name, name);
    return names.take_warning();
  }

  NobodysNames names;
};

TEST_F(NobodysNamesTest, ANameThatNoModelHasIsToldOfOnceWithWhatToDo) {
  EXPECT_EQ(told("prod", "chat"),
            "gateways are asked for models that no VariantAutoscaling has: prod/chat. Their requests size and wake "
            "nothing. Where one is another name of a model, or of a LoRA adapter that it serves, put it into the "
            "annotation llmd.ai/served-names of the model's VariantAutoscaling");
  EXPECT_EQ(told("prod", "chat"), "");
  EXPECT_THAT(told("", "chat"), HasSubstr(": chat.")) << "a gateway that does not tell its namespace";
}

TEST_F(NobodysNamesTest, ModelsAndTheirAliasesAreSomebodys) {
  EXPECT_EQ(told("prod", "llama"), "");
  EXPECT_EQ(told("prod", "sql"), "");
  EXPECT_EQ(told("", "sql"), "");
  EXPECT_THAT(told("test", "sql"), HasSubstr(": test/sql.")) << "of another namespace";
}

TEST_F(NobodysNamesTest, ANamespaceWithoutModelsIsNoneOfTheAdaptersBusiness) {
  EXPECT_EQ(told("other", "chat"), "");
}

TEST_F(NobodysNamesTest, OneLineTellsOfManyAndListsAFew) {
  for (int i = 10; i < 35; ++i) names.see("prod", "chat-" + std::to_string(i));
  EXPECT_THAT(names.take_warning(), HasSubstr("prod/chat-28, prod/chat-29 and 5 more. "));
}

TEST_F(NobodysNamesTest, NoMoreThanAThousandAreToldOf) {
  for (std::size_t i = 0; i < NobodysNames::most_told; ++i) names.see("prod", "chat-" + std::to_string(i));
  EXPECT_THAT(names.take_warning(), HasSubstr(" and 980 more."));
  EXPECT_EQ(told("prod", "one more"), "");
}

}  // namespace
}  // namespace inferno::signals
