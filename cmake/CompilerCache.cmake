# ccache, where installed: a second build folder of the same tree then costs little.
find_program(INFERNO_CCACHE ccache)
if(INFERNO_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${INFERNO_CCACHE}")
endif()
