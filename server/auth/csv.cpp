#include "server/auth/csv.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace inferno::server {
namespace {

class CsvParser {
 public:
  explicit CsvParser(std::string_view text) : rest_(text) {}

  boost::system::result<std::vector<CsvRecord>, CsvError> parse() {
    std::vector<CsvRecord> records;
    while (!rest_.empty()) {
      if (take_line_end()) continue;
      CsvRecord record{line_, {}};
      do {
        const char* wrong = take_field(record.fields.emplace_back());
        if (wrong != nullptr) return CsvError{line_, wrong};
      } while (take(','));
      if (!rest_.empty() && !take_line_end()) return CsvError{line_, "text after a closing quote"};
      records.push_back(std::move(record));
    }
    return records;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_line_end() {
    if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
    if (!take('\n')) return false;
    ++line_;
    return true;
  }

  // What is wrong, or null.
  const char* take_field(std::string& field) {
    if (take('"')) return take_quoted(field);
    auto text = rest_.substr(0, rest_.find_first_of(",\n"));
    if (text.find('"') != std::string_view::npos) return "a quote inside a field that does not begin with one";
    rest_.remove_prefix(text.size());
    if (text.ends_with('\r') && rest_.starts_with('\n')) text.remove_suffix(1);
    field = text;
    return nullptr;
  }

  const char* take_quoted(std::string& field) {
    for (;;) {
      const auto end = rest_.find('"');
      if (end == std::string_view::npos) return "a quoted field without its closing quote";
      const auto text = rest_.substr(0, end);
      line_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
      field += text;
      rest_.remove_prefix(end + 1);
      if (!take('"')) return nullptr;
      field += '"';
    }
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace

boost::system::result<std::vector<CsvRecord>, CsvError> parse_csv(std::string_view text) {
  return CsvParser(text).parse();
}

void throw_exception_from_error(const CsvError& error, const boost::source_location& /*where*/) {
  throw std::runtime_error("line " + std::to_string(error.line) + ": " + error.message);
}

}  // namespace inferno::server
