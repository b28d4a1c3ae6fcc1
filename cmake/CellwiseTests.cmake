# SPDX-License-Identifier: Apache-2.0
find_package(GTest REQUIRED)
include(GoogleTest)

# What builds only the test programs of a label: a sanitizer's build is dear. scripts/ci says who uses which.
add_custom_target(plain_tests)
add_custom_target(threads_tests)

# A test program of ours: add_cellwise_test(NAME domain SOURCES … LINK … LABELS unit)
function(add_cellwise_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)  # a busy machine is not a fault
  endif()
  set(target cellwise_${ARG_NAME}_test)
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE cellwise_options cellwise_source_tree ${ARG_LINK} GTest::gmock GTest::gtest_main)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  foreach(label IN ITEMS plain threads)
    if(label IN_LIST ARG_LABELS)
      add_dependencies(${label}_tests ${target})
    endif()
  endforeach()
  # One CTest entry a program: the entries would be thousands, and each would start a process of its own.
  add_test(NAME ${ARG_NAME} COMMAND ${target})
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
