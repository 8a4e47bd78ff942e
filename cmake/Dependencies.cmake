find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)

# Asio, Asio.SSL and Beast compiled once instead of in every file that includes them.
add_library(inferno_asio STATIC "${PROJECT_SOURCE_DIR}/cmake/asio.cpp")
target_link_libraries(inferno_asio PUBLIC Boost::boost OpenSSL::SSL OpenSSL::Crypto Threads::Threads PRIVATE inferno_options)
target_compile_definitions(inferno_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
# Boost's headers warn under our settings; they are not ours to mend.
set_target_properties(inferno_asio PROPERTIES CXX_CLANG_TIDY "")
