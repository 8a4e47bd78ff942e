# Tests of the program from the outside, written in Python with nothing but its standard library.
find_program(INFERNO_SYSTEM_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED
  DOC "The interpreter that has Debian's python3-yaml and python3-prometheus-client")

# inferno_python_test(MODULE CLASS LABEL): a class of a unittest module in the caller's folder becomes a ctest test.
function(inferno_python_test module class label)
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
  set(name "${folder}/${class}")
  if(INFERNO_SANITIZE)
    string(PREPEND name "${INFERNO_SANITIZE}.")
  endif()
  add_test(NAME "${name}"
    COMMAND ${INFERNO_SYSTEM_PYTHON} -B -m unittest -v ${module}.${class}
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set_tests_properties("${name}" PROPERTIES LABELS ${label} TIMEOUT 300 ENVIRONMENT
    "INFERNO_ADAPTER=$<TARGET_FILE:inferno-adapter>;INFERNO_SAMPLES=${PROJECT_SOURCE_DIR}/manifests/samples;PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/process;INFERNO_SANITIZE=${INFERNO_SANITIZE}")
endfunction()
