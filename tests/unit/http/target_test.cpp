#include "server/http/target.hpp"

namespace inferno::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Target, IsPathSegmentsAndQueryPairsInOrder) {
  Request request;
  ASSERT_TRUE(parse_target("/apis/group/v1?labelSelector=a%3Db&verbose&labelSelector=c", request));
  EXPECT_EQ(request.path, "/apis/group/v1");
  EXPECT_THAT(request.segments, ElementsAre("apis", "group", "v1"));
  EXPECT_THAT(request.query,
              ElementsAre(Pair("labelSelector", "a=b"), Pair("verbose", ""), Pair("labelSelector", "c")));
}

TEST(Target, AnEncodedSlashStaysInsideItsSegment) {
  Request request;
  ASSERT_TRUE(parse_target("/livez%2Fping/x%20y", request));
  EXPECT_EQ(request.path, "/livez/ping/x y");
  EXPECT_THAT(request.segments, ElementsAre("livez/ping", "x y"));
}

TEST(Target, DotsHaveNoMeaning) {
  Request request;
  ASSERT_TRUE(parse_target("/livez/../metrics/.", request));
  EXPECT_THAT(request.segments, ElementsAre("livez", "..", "metrics", "."));
}

TEST(Target, EmptySegmentsDoNotCount) {
  Request request;
  ASSERT_TRUE(parse_target("//apis///group/", request));
  EXPECT_EQ(request.path, "//apis///group/");
  EXPECT_THAT(request.segments, ElementsAre("apis", "group"));
}

TEST(Target, APlusIsASpaceInTheQueryOnly) {
  Request request;
  ASSERT_TRUE(parse_target("/a+b?c+d=e+f%2Bg", request));
  EXPECT_EQ(request.path, "/a+b");
  EXPECT_THAT(request.query, ElementsAre(Pair("c d", "e f+g")));
}

TEST(Target, NothingOfAnEarlierRequestRemains) {
  Request request;
  ASSERT_TRUE(parse_target("/a/b?c=d", request));
  ASSERT_TRUE(parse_target("/", request));
  EXPECT_EQ(request.path, "/");
  EXPECT_THAT(request.segments, IsEmpty());
  EXPECT_THAT(request.query, IsEmpty());
}

TEST(Target, AbsoluteFormIsAcceptedAndItsAuthorityIgnored) {
  Request request;
  ASSERT_TRUE(parse_target("https://adapter:6443/livez?verbose", request));
  EXPECT_EQ(request.path, "/livez");
  EXPECT_THAT(request.query, ElementsAre(Pair("verbose", "")));
  ASSERT_TRUE(parse_target("http://adapter", request));
  EXPECT_EQ(request.path, "/");
}

struct BadTarget {
  const char* target;
  const char* message;
};

class TargetRefused : public ::testing::TestWithParam<BadTarget> {};

TEST_P(TargetRefused, AsBadRequestThatSaysWhat) {
  Request request;
  const auto parsed = parse_target(GetParam().target, request);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().reason, ErrorReason::bad_request);
  EXPECT_THAT(parsed.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Cases, TargetRefused,
                         ::testing::Values(BadTarget{"/a%", "'%'"}, BadTarget{"/a%4", "'%4'"},
                                           BadTarget{"/a%zz", "'%zz'"}, BadTarget{"/a%00b", "%00"},
                                           BadTarget{"/a?b=%0", "'%0'"}, BadTarget{"/a?%00", "%00"},
                                           BadTarget{"*", "must be a path"}, BadTarget{"host:443", "must be a path"}));

}  // namespace
}  // namespace inferno::server
