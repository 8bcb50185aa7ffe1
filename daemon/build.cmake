# How everything is compiled, and the two functions that rooms and tests are declared with.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
add_compile_options(-fPIE)  # everywhere alike, so that one precompiled header serves rooms and programs
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

# Order matters: Protobuf in module mode, before gRPC.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
find_package(GTest REQUIRED)
find_package(CLI11 CONFIG REQUIRED)

# Every target of ours links this; generated code does not.
add_library(liaison_options INTERFACE)
target_include_directories(liaison_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(liaison_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wunused
  -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(liaison_options INTERFACE -Wthread-safety)
elseif(LIAISON_SANITIZE STREQUAL "")
  target_compile_options(liaison_options INTERFACE
    -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr)
endif()
# GTEST_HAS_PTHREAD: the precompiled header is shared by rooms and tests and must see one set of macros.
target_compile_definitions(liaison_options INTERFACE _GLIBCXX_ASSERTIONS GTEST_HAS_PTHREAD=1
  LIAISON_VERSION="${PROJECT_VERSION}")

if(LIAISON_SANITIZE STREQUAL "address")
  set(LIAISON_SANITIZE_FLAGS -fsanitize=address,undefined -fno-sanitize-recover=all
      -fno-omit-frame-pointer -O1 -g1)
  # Generated code: ASan alone and no optimisation, because it is most of the build.
  set(LIAISON_GENERATED_FLAGS -fsanitize=address -O0 -g0)
elseif(LIAISON_SANITIZE STREQUAL "thread")
  set(LIAISON_SANITIZE_FLAGS -fsanitize=thread -fno-omit-frame-pointer -O1 -g1)
  set(LIAISON_GENERATED_FLAGS -fsanitize=thread -O0 -g0)
else()
  target_compile_definitions(liaison_options INTERFACE _FORTIFY_SOURCE=3)
endif()
target_compile_options(liaison_options INTERFACE ${LIAISON_SANITIZE_FLAGS})
if(LIAISON_SANITIZE_FLAGS)
  add_link_options(${LIAISON_SANITIZE_FLAGS})
else()
  add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()

# One precompiled header for everything that does not include gRPC.
add_library(liaison_pch OBJECT ${CMAKE_SOURCE_DIR}/daemon/precompiled.cc)
target_precompile_headers(liaison_pch PRIVATE ${CMAKE_SOURCE_DIR}/daemon/precompiled.h)
target_link_libraries(liaison_pch PRIVATE liaison_options protobuf::libprotobuf absl::statusor
                      GTest::gtest GTest::gmock)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(liaison_pch PRIVATE -fpch-preprocess)
endif()

# A second one for what includes gRPC, whose flags differ (-pthread) and whose headers cost most.
add_library(liaison_grpc_pch OBJECT ${CMAKE_SOURCE_DIR}/daemon/precompiled.cc)
target_precompile_headers(liaison_grpc_pch PRIVATE ${CMAKE_SOURCE_DIR}/daemon/precompiled_grpc.h)
target_link_libraries(liaison_grpc_pch PRIVATE liaison_options protobuf::libprotobuf absl::statusor
                      gRPC::grpc++ GTest::gtest GTest::gmock)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(liaison_grpc_pch PRIVATE -fpch-preprocess)
endif()

# liaison_use_pch(target [liaison_grpc_pch])
function(liaison_use_pch target)
  set(pch liaison_pch)
  if(ARGC GREATER 1)
    set(pch ${ARGV1})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${pch})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
endfunction()

# liaison_room(NAME SOURCES a.cc b.cc [DEPS liaison_base openssl ...] [NO_PCH] [GRPC])
# One room: a static library liaison_<NAME>. GRPC: it links gRPC, directly or through another room.
function(liaison_room name)
  cmake_parse_arguments(R "NO_PCH;GRPC" "" "SOURCES;DEPS" ${ARGN})
  add_library(liaison_${name} STATIC ${R_SOURCES})
  target_link_libraries(liaison_${name} PUBLIC liaison_options ${R_DEPS})
  if(R_GRPC)
    target_link_libraries(liaison_${name} PUBLIC gRPC::grpc++)
    liaison_use_pch(liaison_${name} liaison_grpc_pch)
  elseif(NOT R_NO_PCH)
    target_link_libraries(liaison_${name} PRIVATE protobuf::libprotobuf absl::statusor)
    liaison_use_pch(liaison_${name})
  endif()
endfunction()

# ThreadSanitizer knows nothing of the threads inside gRPC and reports hundreds of false races: under it only the tests
# with the label tsan run, and building this target never compiles or links gRPC.
if(LIAISON_SANITIZE STREQUAL "thread")
  add_custom_target(tsan_tests)
endif()

# liaison_test(NAME SOURCES a_test.cc ... [DEPS ...] [NO_PCH] [GRPC] [LABELS tsan ...])
# One test binary a room, tests/<NAME>, run by ctest as <NAME>. Labels: tests/README.md.
function(liaison_test name)
  cmake_parse_arguments(T "NO_PCH;GRPC" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(T_GRPC AND "tsan" IN_LIST T_LABELS)
    message(FATAL_ERROR "${name}: a test with gRPC in it cannot have the label tsan")
  endif()
  add_executable(${name}_test ${T_SOURCES})
  target_link_libraries(${name}_test PRIVATE liaison_options ${T_DEPS}
                        GTest::gmock GTest::gtest GTest::gtest_main)
  if(T_GRPC)
    target_link_libraries(${name}_test PRIVATE gRPC::grpc++)
    liaison_use_pch(${name}_test liaison_grpc_pch)
  elseif(NOT T_NO_PCH)
    target_link_libraries(${name}_test PRIVATE protobuf::libprotobuf absl::statusor)
    liaison_use_pch(${name}_test)
  endif()
  if(LIAISON_SANITIZE STREQUAL "thread")
    if(NOT "tsan" IN_LIST T_LABELS)
      return()  # the target exists, nothing builds or runs it
    endif()
    add_dependencies(tsan_tests ${name}_test)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}"
    ENVIRONMENT "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp:halt_on_error=1;UBSAN_OPTIONS=print_stacktrace=1")
endfunction()
