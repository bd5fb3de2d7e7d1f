// Package archtest holds the rules of the source tree as tests: who may import whom, how long a file may be, what a
// template may contain, what may be committed. It has no product code and nothing imports it.
package archtest
