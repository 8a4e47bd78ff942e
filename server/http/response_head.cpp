#include "server/http/response_head.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <ctime>

namespace inferno::server {
namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

// IMF-fixdate (RFC 9110, 5.6.7), made once per second and thread.
const std::string& date_field() {
  thread_local std::time_t second = -1;
  thread_local std::string field;
  const std::time_t now = std::time(nullptr);
  if (now != second) {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 32> rest{};
    field = "Date: ";
    field += days[static_cast<std::size_t>(utc.tm_wday)];
    field.append(rest.data(), std::strftime(rest.data(), rest.size(), ", %d ", &utc));
    field += months[static_cast<std::size_t>(utc.tm_mon)];
    field.append(rest.data(), std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S GMT\r\n", &utc));
    second = now;
  }
  return field;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

void append_response_head(std::string& out, const Response& response, const ResponseFraming& framing) {
  out += "HTTP/1.1 ";
  append_number(out, response.status);
  out += ' ';
  out += boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  out += "\r\n";
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  out += "Content-Length: ";
  append_number(out, framing.content_length);
  out += "\r\n";
  if (!framing.content_encoding.empty()) append_field(out, "Content-Encoding", framing.content_encoding);
  if (framing.vary_by_encoding) out += "Vary: Accept-Encoding\r\n";
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  out += date_field();
  if (framing.close) {
    out += "Connection: close\r\n";
  } else if (framing.http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

}  // namespace inferno::server
