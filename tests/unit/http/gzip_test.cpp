#include "server/http/gzip.hpp"

#include <zlib.h>

namespace inferno::server {
namespace {

std::string decompress(const std::string& member) {
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, 15 + 16), Z_OK);
  std::string out(1 << 20, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(member.data()));
  z.avail_in = static_cast<uInt>(member.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
  const std::size_t size = z.total_out;
  inflateEnd(&z);
  return out.substr(0, size);
}

TEST(Gzip, PiecesMakeOneMember) {
  GzipCompressor compressor;
  std::string whole;
  for (int piece = 0; piece < 100; ++piece) {
    const std::string text = "piece " + std::to_string(piece * piece) + std::string(997, 'x');
    compressor.add(text);
    whole += text;
  }
  const std::string member = compressor.finish();
  EXPECT_LT(member.size(), whole.size() / 10);
  EXPECT_EQ(decompress(member), whole);
}

TEST(Gzip, IsAcceptedByNameOrByStarUnlessItsWeightIsZero) {
  for (const char* accepting : {"gzip", "GZIP", "deflate, gzip", "br;q=1.0, gzip;q=0.001", "*", "identity;q=0, *;q=0.5",
                                "gzip;q=1, *;q=0", " gzip ; q=0.5 "}) {
    EXPECT_TRUE(accepts_gzip(accepting)) << accepting;
  }
  for (const char* refusing :
       {"", "identity", "deflate", "gzip;q=0", "gzip; q=0.000", "*;q=0", "*, gzip;q=0", "gzip;q=0, *", "xgzip"}) {
    EXPECT_FALSE(accepts_gzip(refusing)) << refusing;
  }
}

}  // namespace
}  // namespace inferno::server
