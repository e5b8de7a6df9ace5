# Warnings are errors in our own code; system headers are exempt through -isystem.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Werror -fno-omit-frame-pointer)
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND (CMAKE_BUILD_TYPE STREQUAL "Release" OR MPEGFLOW_SANITIZE))
  # The compiler takes 1 GB before it tidies its own memory up: a seventh less time for a test file, more with a sanitizer.
  add_compile_options(--param=ggc-min-heapsize=1000000)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  # g++ 12 reports false positives of these two inside libstdc++ and Boost at -O2.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict)
endif()
if(CMAKE_UNITY_BUILD)
  # Several files are compiled as one: a quarter of the time, for most of it goes into the same headers. What a class
  # keeps of an unnamed namespace is then no longer in the main file, which the compiler would warn of.
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 10)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-Wno-subobject-linkage)
  endif()
endif()
if(MPEGFLOW_SANITIZE STREQUAL "address")
  # The three that are left out take as long to compile as all others together, and what they would say, the address
  # sanitizer says of a null pointer, and the machine allows.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,null,alignment -fno-sanitize-recover=undefined
    -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=address,undefined)
elseif(MPEGFLOW_SANITIZE STREQUAL "fuzzer")
  # clang, for libFuzzer; what it warns of and g++ does not is no error here.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -Wno-error)
  add_link_options(-fsanitize=address,undefined)
elseif(MPEGFLOW_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -Wno-tsan -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=thread)
endif()

if(MPEGFLOW_MUTANTS)
  add_compile_definitions(MPEGFLOW_MUTANTS)
endif()

find_program(MPEGFLOW_CCACHE ccache)
if(MPEGFLOW_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MPEGFLOW_CCACHE})
endif()
find_program(MPEGFLOW_MOLD mold)
if(MPEGFLOW_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
