# INFERNO_SANITIZE: "" | "address" (with undefined) | "thread"
set(INFERNO_SANITIZE "" CACHE STRING "Sanitizer: address (with undefined behaviour), thread or empty")
set_property(CACHE INFERNO_SANITIZE PROPERTY STRINGS "" address thread)

if(INFERNO_SANITIZE STREQUAL "address")
  set(_flags -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(INFERNO_SANITIZE STREQUAL "thread")
  set(_flags -fsanitize=thread)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # ThreadSanitizer knows no fences, and GCC warns of each. Asio's come on top of mutexes and of atomic counts.
    list(APPEND _flags -Wno-tsan)
  else()
    find_program(INFERNO_SYMBOLIZER NAMES llvm-symbolizer-19 llvm-symbolizer REQUIRED DOC "Names functions in reports; suppressions need it")
    set_property(SOURCE "${PROJECT_SOURCE_DIR}/cmake/asio.cpp" APPEND PROPERTY COMPILE_DEFINITIONS "INFERNO_SYMBOLIZER=\"${INFERNO_SYMBOLIZER}\"")
  endif()
elseif(INFERNO_SANITIZE)
  message(FATAL_ERROR "INFERNO_SANITIZE is '${INFERNO_SANITIZE}'; expected address, thread or nothing")
endif()
if(INFERNO_SANITIZE)
  # Directory-wide, so that the separately compiled Asio is instrumented too.
  add_compile_options(${_flags} -g1)
  add_link_options(${_flags})
endif()
if(INFERNO_BUILD_FUZZERS)
  # Coverage of everything that is linked into a fuzz target guides its search.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
