# SPDX-License-Identifier: Apache-2.0
# Language, warnings and sanitizers: what every target of ours has in common.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(CELLWISE_TESTS "Build the tests" ON)
option(CELLWISE_WERROR "Warnings are errors" OFF)
option(CELLWISE_FUZZ "Build the fuzz targets with libFuzzer; needs clang" OFF)
set(CELLWISE_SANITIZE "" CACHE STRING "Sanitizers, as the compiler spells them: address,undefined or thread")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

# Carries the warnings to every target of ours, and to no library of others.
add_library(cellwise_options INTERFACE)
target_compile_options(cellwise_options INTERFACE
  -Wall -Wextra -Wpedantic
  -Wconversion            # a length that shrinks on its way into a WORD is a protocol error
  -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wsuggest-override>
  # g++ 12 at -O2 or with sanitizers finds both inside std::variant, std::string and boost::optional, where none are
  # (GCC bugs 105562 and 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Of what was joined of shorter ones, as docs/openapi.json is; every compiler of ours takes it.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-overlength-strings>
  -Wno-missing-field-initializers  # designated initialisers name what matters and leave the defaults
  # In a unity build g++ takes every .cpp for a header, in which an unnamed namespace would be a mistake.
  $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>
  $<$<BOOL:${CELLWISE_WERROR}>:-Werror>)
target_include_directories(cellwise_options INTERFACE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(cellwise_options INTERFACE CELLWISE_VERSION="${PROJECT_VERSION}")

if(CELLWISE_SANITIZE)
  # Also what we link from source, so the flags are global.
  add_compile_options(-fsanitize=${CELLWISE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CELLWISE_SANITIZE})
  if(CELLWISE_SANITIZE MATCHES thread)
    # ThreadSanitizer knows no fences and g++ says so at each of Asio's; its locks are enough without them.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
  if(CELLWISE_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()

if(CELLWISE_FUZZ)
  # clang 14 cannot assemble Asio's templates with its check of function pointers.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
endif()

# Files of one kind that name their parts alike (every store has its kInsert): a unity build compiles them one by one.
function(compile_one_by_one)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# A library of ours: cellwise_<name>, its sources, and only its direct needs.
function(add_cellwise_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(cellwise_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(cellwise_${name} PRIVATE cellwise_options PUBLIC ${ARG_LINK})
endfunction()
