# inferno_library(NAME SOURCES ... LINKS ...): a static library of this tree; LINKS are public.
function(inferno_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE inferno_options inferno_warnings)
endfunction()

# inferno_header_library(NAME LINKS ...): interfaces without code.
function(inferno_header_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS")
  add_library(${name} INTERFACE)
  target_include_directories(${name} INTERFACE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} INTERFACE ${arg_LINKS})
endfunction()

# inferno_executable(NAME SOURCES ... LINKS ...)
function(inferno_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINKS} inferno_options inferno_warnings)
endfunction()

# inferno_test(NAME LABEL unit|integration|process SOURCES ... LINKS ...): a GoogleTest program; each test is a ctest test.
function(inferno_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL" "SOURCES;LINKS")
  inferno_executable(${name} SOURCES ${arg_SOURCES} LINKS ${arg_LINKS} GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  # As for the libraries (ProjectOptions.cmake): tests concatenate literals and numbers all the time.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${name} PRIVATE -Wno-array-bounds)
  endif()
  set(timeout 60)
  if(NOT arg_LABEL STREQUAL "unit")
    set(timeout 180)
  endif()
  # Names are unique over all programs and all sanitizer builds: address.signals/Ledger.SomeRule
  string(REGEX REPLACE "_tests$" "/" prefix "${name}")
  if(INFERNO_SANITIZE)
    string(PREPEND prefix "${INFERNO_SANITIZE}.")
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${prefix}" DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${timeout})
endfunction()
