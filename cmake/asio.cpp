// The one translation unit that holds the non-template parts of Asio, Asio.SSL and Beast.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define INFERNO_THREAD_SANITIZER
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(INFERNO_THREAD_SANITIZER)
// Asio counts the references to an executor with release operations and an acquire fence. ThreadSanitizer knows no
// fences (-Wtsan) and takes the last owner's delete for a race.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:boost::asio::execution::detail::shared_target_executor\n";
}
#ifdef INFERNO_SYMBOLIZER
// Suppressions go by names, which clang's runtime leaves to a program.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() {
  return "external_symbolizer_path=" INFERNO_SYMBOLIZER;
}
#endif
#endif
