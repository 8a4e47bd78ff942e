#include "adapter/http_client/base64.hpp"

#include <gtest/gtest.h>

namespace inferno::http_client::testing {
namespace {

// RFC 4648, section 10.
TEST(Base64, TestVectors) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
}

TEST(Base64, BytesOfAnyKind) {
  const std::string bytes("\0\xff\xfe\n", 4);
  EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
}

TEST(Base64, LineBreaksAreSkipped) {
  EXPECT_EQ(decode_base64("Zm9v\r\nYm\nFy\n"), "foobar");
}

TEST(Base64, AnythingElseIsRefused) {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Z===", "====", "Zg==Zg==", "Zm9v!m9v", " Zm9v", "Zm9v ", "Zm 9", "Zm-_"}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace inferno::http_client::testing
