// A client and a scripted server on one io_context.
#pragma once

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "adapter/prometheus/prometheus_client.hpp"
#include "tests/support/http/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/prometheus/recording_visitor.hpp"

namespace inferno::prometheus::testing {

using inferno::testing::answer;
using inferno::testing::Reply;
using inferno::testing::ScriptedServer;
using inferno::testing::Then;

inline const std::string one_sample =
    R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"pod":"a"},"values":[[1700000000,"2"]]}]}})";

class ClientFixture : public ::testing::Test {
 protected:
  ClientFixture();

  // Plain HTTP, and no deadline that a slow machine could run into: tests of deadlines set their own.
  void serve(std::shared_ptr<boost::asio::ssl::context> tls = nullptr);
  void make_client() { client = std::make_unique<PrometheusClient>(context.get_executor(), options, registry); }

  // Runs the io_context until the query has ended.
  QueryResult<QueryReport> ask() { return ask(query); }
  QueryResult<QueryReport> ask(const RangeQuery& asked);
  // The error of a query that must fail, the server's address replaced by "URL".
  QueryError ask_in_vain();

  // Value of a counter by its whole series as exposed: `name{label="value"}`.
  [[nodiscard]] std::string exposition() const;

  void write_file(const std::string& name, const std::string& content) const { folder.replace(name, content); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder.path(name); }

  ::prometheus::Registry registry;  // before the context, whose end also ends what is still in flight
  boost::asio::io_context context;
  PrometheusClientOptions options;
  RangeQuery query;
  RecordingVisitor visitor;
  std::unique_ptr<ScriptedServer> server;
  std::unique_ptr<PrometheusClient> client;
  inferno::testing::TemporaryFolder folder;
};

}  // namespace inferno::prometheus::testing
