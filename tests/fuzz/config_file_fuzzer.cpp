// The configuration file: every text ends in values or in a message that starts with the file's name.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapter/options/config_file.hpp"
#include "adapter/options/option_table.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = inferno::parse_config_file("c", {reinterpret_cast<const char*>(data), size});
  if (!file) {
    inferno::require(file.error().message.starts_with("c: "), "an error starts with the file's name");
    return 0;
  }
  inferno::Options options;
  for (const auto& [name, texts] : file->values) {
    for (const inferno::OptionDefinition& option : inferno::option_table()) {
      if (option.name == name) (void)option.set(options, texts);
    }
  }
  return 0;
}
