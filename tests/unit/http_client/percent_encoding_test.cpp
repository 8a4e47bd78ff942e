#include "adapter/http_client/percent_encoding.hpp"

#include <gtest/gtest.h>

namespace inferno::http_client::testing {
namespace {

TEST(PercentEncoding, LeavesUnreservedCharactersOnly) {
  EXPECT_EQ(percent_encode("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(percent_encode("a=b&c d+e/f%"), "a%3Db%26c%20d%2Be%2Ff%25");
  EXPECT_EQ(percent_encode("\xc3\xa9"), "%C3%A9");
}

}  // namespace
}  // namespace inferno::http_client::testing
