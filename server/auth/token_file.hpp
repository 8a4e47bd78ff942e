// The content of a static token file: `token,user,uid[,"group1,group2"]` a line. Source of the format and its rules:
// k8s.io/apiserver/pkg/authentication/token/tokenfile. Immutable; safe to share.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/auth/csv.hpp"
#include "server/auth/digest.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

class TokenFile {
 public:
  // Errors name the line and never repeat a token. A line with an empty token is passed over; of two with the same
  // token the later one holds. Both are told of in `warnings`.
  [[nodiscard]] static boost::system::result<TokenFile, CsvError> parse(std::string_view text,
                                                                        std::vector<std::string>& warnings);

  // Takes the same time whichever token is asked for: it compares digests, and all of them.
  [[nodiscard]] std::optional<Identity> find(std::string_view token) const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Digest digest{};
    Identity identity;
  };
  [[nodiscard]] const Entry* find(const Digest& digest) const;

  std::vector<Entry> entries_;
};

}  // namespace inferno::server
