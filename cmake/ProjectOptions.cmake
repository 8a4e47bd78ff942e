# Standard, warnings and hardening, as INTERFACE targets that every target of this tree links.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(inferno_warnings INTERFACE)
target_compile_options(inferno_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-qual -Woverloaded-virtual -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough -Wundef
  $<$<BOOL:${INFERNO_WARNINGS_AS_ERRORS}>:-Werror>)
# GCC 12 sees overflows in inlined std::string concatenation that are not there (GCC bugs 105329, 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(inferno_warnings INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  if(INFERNO_SANITIZE)
    # Around instrumented coroutines it also takes Asio's paired operator new and delete for a mismatch.
    target_compile_options(inferno_warnings INTERFACE -Wno-mismatched-new-delete)
  endif()
endif()

add_library(inferno_options INTERFACE)
target_compile_features(inferno_options INTERFACE cxx_std_20)
target_compile_options(inferno_options INTERFACE -fno-omit-frame-pointer -fstack-protector-strong)
# What costs speed or hides bugs from the sanitizers is for the shipped build only; tests/package/test_hardening.py looks for it in the program.
set(_shipped $<CONFIG:Release,RelWithDebInfo>)
if(NOT INFERNO_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
    set(_fortify 2)
  else()
    set(_fortify 3)  # sizes that are only known at run time too
  endif()
  target_compile_definitions(inferno_options INTERFACE $<${_shipped}:_FORTIFY_SOURCE=${_fortify}>)
  target_compile_definitions(inferno_options INTERFACE $<$<OR:$<CONFIG:Debug>,${_shipped}>:_GLIBCXX_ASSERTIONS>)
  target_compile_options(inferno_options INTERFACE $<${_shipped}:-fstack-clash-protection>)
  # Indirect jumps and returns land only where they may, on processors that check it and where the C library is built for it too.
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64|i[3-6]86)$")
    target_compile_options(inferno_options INTERFACE $<${_shipped}:-fcf-protection=full>)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    target_compile_options(inferno_options INTERFACE $<${_shipped}:-mbranch-protection=standard>)
  endif()
  # The same program wherever the tree lies: neither its path nor the build folder's is in it.
  target_compile_options(inferno_options INTERFACE $<${_shipped}:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>)
endif()
target_link_options(inferno_options INTERFACE -Wl,-z,relro -Wl,-z,now)
if(NOT INFERNO_SANITIZE)
  target_link_options(inferno_options INTERFACE $<${_shipped}:-Wl,-z,noexecstack> $<${_shipped}:-Wl,-z,separate-code>)
endif()

include(CheckPIESupported)
check_pie_supported()
