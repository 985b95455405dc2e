# Debian packages: lgsp-hub (hub, command line), lgsp-adapters (folder adapter, connector, gateway), lgsp-axis-sim.
#   cmake --build build/release && (cd build/release && cpack)
include(GNUInstallDirs)

set(units ${CMAKE_SOURCE_DIR}/deploy/systemd)
set(unit_folder lib/systemd/system)

install(TARGETS lgsp-hub lgsp RUNTIME COMPONENT lgsp-hub)
install(FILES ${units}/lgsp-hub.service DESTINATION ${unit_folder} COMPONENT lgsp-hub)
install(FILES ${units}/lgsp-hub.sysusers DESTINATION lib/sysusers.d RENAME lgsp-hub.conf COMPONENT lgsp-hub)
install(FILES config/hub.example.toml config/agencies.example.toml DESTINATION share/doc/lgsp-hub/examples COMPONENT lgsp-hub)
install(FILES docs/install.md docs/operations.md docs/access.md docs/receipts.md docs/contents.md DESTINATION share/doc/lgsp-hub COMPONENT lgsp-hub)
# What lgsp tells of itself: completion for three shells, its page for man.
set(told ${CMAKE_BINARY_DIR}/generated/lgsp)
file(MAKE_DIRECTORY ${told})
add_custom_command(OUTPUT ${told}/lgsp ${told}/_lgsp ${told}/lgsp.fish ${told}/lgsp.1.gz
    COMMAND lgsp completion bash > ${told}/lgsp
    COMMAND lgsp completion zsh > ${told}/_lgsp
    COMMAND lgsp completion fish > ${told}/lgsp.fish
    COMMAND lgsp man > ${told}/lgsp.1
    COMMAND gzip -9nf ${told}/lgsp.1
    DEPENDS lgsp)
add_custom_target(lgsp_told ALL DEPENDS ${told}/lgsp ${told}/_lgsp ${told}/lgsp.fish ${told}/lgsp.1.gz)
install(FILES ${told}/lgsp DESTINATION share/bash-completion/completions COMPONENT lgsp-hub)
install(FILES ${told}/_lgsp DESTINATION share/zsh/vendor-completions COMPONENT lgsp-hub)
install(FILES ${told}/lgsp.fish DESTINATION share/fish/vendor_completions.d COMPONENT lgsp-hub)
install(FILES ${told}/lgsp.1.gz DESTINATION share/man/man1 COMPONENT lgsp-hub)
install(DIRECTORY deploy/grafana DESTINATION share/doc/lgsp-hub COMPONENT lgsp-hub)

install(TARGETS lgsp-folder lgsp-axis lgsp-gateway RUNTIME COMPONENT lgsp-adapters)
install(FILES ${units}/lgsp-folder@.service ${units}/lgsp-axis.service ${units}/lgsp-gateway.service
        DESTINATION ${unit_folder} COMPONENT lgsp-adapters)
install(FILES ${units}/lgsp-adapters.sysusers DESTINATION lib/sysusers.d RENAME lgsp-adapters.conf COMPONENT lgsp-adapters)
install(FILES config/folder.example.toml config/axis.example.toml config/gateway.example.toml
        DESTINATION share/doc/lgsp-adapters/examples COMPONENT lgsp-adapters)
install(FILES docs/install.md docs/operations.md docs/folder.md docs/axis.md docs/gateway.md docs/wire.md schemas/http/gateway.openapi.yaml
        DESTINATION share/doc/lgsp-adapters COMPONENT lgsp-adapters)

install(TARGETS lgsp-axis-sim RUNTIME COMPONENT lgsp-axis-sim)
install(FILES config/axis-sim.example.toml DESTINATION share/doc/lgsp-axis-sim/examples COMPONENT lgsp-axis-sim)
install(FILES docs/axis-sim.md DESTINATION share/doc/lgsp-axis-sim COMPONENT lgsp-axis-sim)

foreach(package lgsp-hub lgsp-adapters lgsp-axis-sim)
    install(FILES LICENSE DESTINATION share/doc/${package} RENAME copyright COMPONENT ${package})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL lgsp-hub lgsp-adapters lgsp-axis-sim)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "LGSP Hub")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
foreach(package HUB ADAPTERS AXIS-SIM)
    string(TOLOWER lgsp-${package} name)
    set(CPACK_DEBIAN_LGSP-${package}_PACKAGE_NAME ${name})
endforeach()
set(CPACK_DEBIAN_LGSP-HUB_PACKAGE_DEPENDS "systemd")
set(CPACK_DEBIAN_LGSP-HUB_PACKAGE_SUGGESTS "rabbitmq-server")
set(CPACK_DEBIAN_LGSP-ADAPTERS_PACKAGE_DEPENDS "systemd")
set(CPACK_COMPONENT_LGSP-HUB_DESCRIPTION "Document-integration hub of a province\n The broker daemon and its command line.")
set(CPACK_COMPONENT_LGSP-ADAPTERS_DESCRIPTION
    "Adapters of the document-integration hub\n Folder adapter, connector to the national document axis, gateway for document systems.")
set(CPACK_COMPONENT_LGSP-AXIS-SIM_DESCRIPTION
    "Simulator of the national document axis\n For integrators: the axis's interface with a generated directory and faults on demand.")
set(CPACK_DEBIAN_LGSP-HUB_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/deploy/debian/lgsp-hub/postinst
    ${CMAKE_SOURCE_DIR}/deploy/debian/lgsp-hub/prerm)
set(CPACK_DEBIAN_LGSP-ADAPTERS_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/deploy/debian/lgsp-adapters/postinst
    ${CMAKE_SOURCE_DIR}/deploy/debian/lgsp-adapters/prerm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
include(CPack)
