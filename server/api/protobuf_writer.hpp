// Writes the protocol buffers wire format, as much of it as the Kubernetes API types need. Fields may come in any
// order; what is not written has its zero value. Source: https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace inferno::server {

class ProtobufWriter {
 public:
  // string, bytes, or an embedded message that is already encoded.
  void add_bytes(unsigned field, std::string_view value) {
    add_varint((std::uint64_t{field} << 3U) | 2U);
    add_varint(value.size());
    bytes_ += value;
  }

  void add_message(unsigned field, const ProtobufWriter& message) { add_bytes(field, message.bytes_); }

  // int32 and int64 (negative values as 64 bit two's complement), bool.
  void add_integer(unsigned field, std::int64_t value) {
    add_varint(std::uint64_t{field} << 3U);
    add_varint(static_cast<std::uint64_t>(value));
  }

  // An entry of map<string, string>.
  void add_entry(unsigned field, std::string_view key, std::string_view value) {
    ProtobufWriter entry;
    entry.add_bytes(1, key);
    entry.add_bytes(2, value);
    add_message(field, entry);
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void add_varint(std::uint64_t value) {
    while (value >= 0x80U) {
      bytes_ += static_cast<char>((value & 0x7FU) | 0x80U);
      value >>= 7U;
    }
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

// The envelope of every Kubernetes object on the wire: the magic number, then runtime.Unknown with the object's type
// and bytes. Source: k8s.io/apimachinery/pkg/runtime/generated.proto and its protobuf serializer.
[[nodiscard]] inline std::string kubernetes_protobuf(std::string_view api_version, std::string_view kind,
                                                     const ProtobufWriter& object) {
  ProtobufWriter type_meta;
  type_meta.add_bytes(1, api_version);
  type_meta.add_bytes(2, kind);
  ProtobufWriter unknown;
  unknown.add_message(1, type_meta);
  unknown.add_message(2, object);
  constexpr std::string_view magic("k8s\0", 4);
  return std::string(magic) + unknown.bytes();
}

}  // namespace inferno::server
