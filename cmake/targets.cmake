# mpegflow_library(NAME [LIBS ...]): one static library for the folder it is called in, from every .cpp under that folder that is not
# in a subfolder with a CMakeLists.txt of its own.
function(mpegflow_library name)
  cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB_RECURSE nested CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(list_file ${nested})
    get_filename_component(folder ${list_file} DIRECTORY)
    list(FILTER sources EXCLUDE REGEX "^${folder}/")
  endforeach()
  add_library(mpegflow_${name} STATIC ${sources})
  target_include_directories(mpegflow_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(mpegflow_${name} PUBLIC ${arg_LIBS})
endfunction()

# mpegflow_test(NAME LABEL label [LIBS ...] [SOURCES ...]): one GoogleTest binary; every TEST in it is a CTest test with the label.
function(mpegflow_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "LIBS;SOURCES" ${ARGN})
  if(NOT arg_SOURCES)
    file(GLOB_RECURSE arg_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  endif()
  set(rising_labels slow e2e worker store unit)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest GTest::gtest_main)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # What is tested is optimised; the tests themselves compile in two thirds of the time without.
    target_compile_options(${name} PRIVATE -O0 -U_FORTIFY_SOURCE)
  endif()
  # ctest starts with what costs most: say so of the quick labels, and a simple fault is seen first.
  list(FIND rising_labels ${arg_LABEL} cost)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} COST ${cost})
endfunction()
