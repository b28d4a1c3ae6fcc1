// SPDX-License-Identifier: Apache-2.0
// How jemalloc is to work for us (docs/adr/0028). It reads this name when the program starts; what an operator says
// in the environment variable MALLOC_CONF counts more.
//
// thp: huge pages. A fleet is a few hundred bytes here and there of 100,000 devices, and a datagram of each costs
// more by the way to its pages than by what is then done. background_thread: what is free goes back to the system
// even while the loop sleeps.
extern "C" const char* malloc_conf;                                               // NOLINT: jemalloc's name
const char* malloc_conf = "thp:always,metadata_thp:auto,background_thread:true";  // NOLINT: jemalloc's name
