#include "server/auth/token_file.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace inferno::server {
namespace {

std::vector<std::string> split_groups(std::string_view text) {
  std::vector<std::string> groups;
  while (!text.empty()) {
    const auto end = text.find(',');
    if (const auto group = text.substr(0, end); !group.empty()) groups.emplace_back(group);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return groups;
}

}  // namespace

boost::system::result<TokenFile, CsvError> TokenFile::parse(std::string_view text, std::vector<std::string>& warnings) {
  auto records = parse_csv(text);
  if (!records) return records.error();
  TokenFile file;
  for (auto& [line, fields] : *records) {
    if (fields.size() < 3) {
      return CsvError{line, "a token line needs at least token, user and uid; it has " + std::to_string(fields.size()) +
                                (fields.size() == 1 ? " column" : " columns")};
    }
    if (fields[0].empty()) {
      warnings.push_back("line " + std::to_string(line) + ": empty token, passed over");
      continue;
    }
    if (fields[1].empty()) return CsvError{line, "empty user name"};
    Entry entry{sha256_of(fields[0]), {}};
    entry.identity.name = std::move(fields[1]);
    entry.identity.uid = std::move(fields[2]);
    if (fields.size() > 3) entry.identity.groups = split_groups(fields[3]);
    if (const Entry* earlier = file.find(entry.digest)) {
      warnings.push_back("line " + std::to_string(line) + ": the same token as an earlier line, which it replaces");
      file.entries_[static_cast<std::size_t>(earlier - file.entries_.data())] = std::move(entry);
    } else {
      file.entries_.push_back(std::move(entry));
    }
  }
  return file;
}

const TokenFile::Entry* TokenFile::find(const Digest& digest) const {
  const Entry* found = nullptr;
  for (const auto& entry : entries_) {
    if (CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) == 0) found = &entry;
  }
  return found;
}

std::optional<Identity> TokenFile::find(std::string_view token) const {
  const Entry* found = find(sha256_of(token));
  if (found == nullptr) return std::nullopt;
  return found->identity;
}

}  // namespace inferno::server
