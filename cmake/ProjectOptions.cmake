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
# _FORTIFY_SOURCE needs optimisation; it also hides bugs from the sanitizers.
if(NOT INFERNO_SANITIZE)
  target_compile_definitions(inferno_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
  target_compile_definitions(inferno_options INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
endif()
target_link_options(inferno_options INTERFACE -Wl,-z,relro -Wl,-z,now)

include(CheckPIESupported)
check_pie_supported()
