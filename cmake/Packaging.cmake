# cpack -G DEB in the build folder, with umask 022 (make deb): the program for a Debian machine without a cluster, with a service that is off until enabled.
# The dependencies are those of the libraries that the program was linked with, so the package is for the release it was built on.
set(_debian "${PROJECT_SOURCE_DIR}/packaging/debian")
set(_compressed "${PROJECT_BINARY_DIR}/packaging")

# What only this package installs: absolute paths, since it owns the machine's.
install(FILES "${_debian}/inferno-adapter.service" DESTINATION /lib/systemd/system COMPONENT service EXCLUDE_FROM_ALL)
install(FILES "${_debian}/config.yaml" DESTINATION /etc/inferno-adapter COMPONENT service EXCLUDE_FROM_ALL)
install(DIRECTORY DESTINATION /etc/inferno-adapter/objects COMPONENT service EXCLUDE_FROM_ALL)
install(FILES "${_debian}/copyright" DESTINATION /usr/share/doc/inferno-adapter COMPONENT service EXCLUDE_FROM_ALL)

# Debian wants these compressed, without a time stamp.
function(_install_compressed source name destination)
  find_program(INFERNO_GZIP gzip REQUIRED)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
  file(MAKE_DIRECTORY "${_compressed}")
  execute_process(COMMAND "${INFERNO_GZIP}" -9nc "${source}" OUTPUT_FILE "${_compressed}/${name}" COMMAND_ERROR_IS_FATAL ANY)
  install(FILES "${_compressed}/${name}" DESTINATION "${destination}" COMPONENT service EXCLUDE_FROM_ALL)
endfunction()
_install_compressed("${_debian}/changelog" changelog.Debian.gz /usr/share/doc/inferno-adapter)
_install_compressed("${_debian}/inferno-adapter.1" inferno-adapter.1.gz /usr/share/man/man1)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME inferno-adapter)
set(CPACK_PACKAGE_VENDOR "the inferno-adapter authors")
set(CPACK_PACKAGE_CONTACT "The inferno-adapter authors <inferno-adapter@users.noreply.github.com>")
set(CPACK_PACKAGE_HOMEPAGE_URL "https://github.com/inferno-adapter/inferno-adapter")
set(CPACK_STRIP_FILES ON)
# One package of these components. With DESTDIR, or the absolute paths would be those of the building machine.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program documentation service)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS prometheus)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "desired replicas of LLM variants, served to Kubernetes")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Serves the custom and external metrics APIs of Kubernetes with one metric, how
many replicas each variant of a model should have, including none. It is
computed on demand from the model servers' metrics in Prometheus.
.
In a cluster, use the image; this package is for a machine without one, where
the objects are YAML files.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE "${_compressed}/conffiles" "/etc/inferno-adapter/config.yaml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${_compressed}/conffiles" "${_debian}/postinst" "${_debian}/prerm" "${_debian}/postrm")
include(CPack)
