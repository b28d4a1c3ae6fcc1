# SPDX-License-Identifier: Apache-2.0
# Debian 12's packages; scripts/setup installs them. The reason for each is in docs/adr/.
find_package(Threads REQUIRED)
# 1.74 is Debian's default and the two exclude each other: without the version the wrong one is found in silence.
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(LibArchive REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
# One flavour only: all three bear the same symbols. GnuTLS has every cipher suite that LwM2M names.
pkg_check_modules(COAP REQUIRED IMPORTED_TARGET libcoap-3-gnutls)
pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
find_package(eclipse-paho-mqtt-c REQUIRED)
find_package(PahoMqttCpp REQUIRED)
# What plugins of the broker Mosquitto are built against: headers only.
find_path(MOSQUITTO_PLUGIN_INCLUDE_DIR mosquitto_plugin.h REQUIRED)
pkg_check_modules(MOSQUITTO REQUIRED IMPORTED_TARGET libmosquitto)
