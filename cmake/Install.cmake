# cmake --install BUILD --prefix PREFIX [--component program]: the program (all that the image takes), and its documentation.
include(GNUInstallDirs)

install(TARGETS inferno-adapter RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT program)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT documentation)
install(FILES "${PROJECT_SOURCE_DIR}/README.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT documentation)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/" DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs" COMPONENT documentation
  FILES_MATCHING PATTERN "*.md")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/manifests/samples/" DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples" COMPONENT documentation
  FILES_MATCHING PATTERN "*.yaml")
