// The headers that tests/CMakeLists.txt names are compiled with this.
