// Package fleet answers questions about a whole account at once: it keeps the last answer of the API's list call for each
// account, within bounds, and an index over it that finds, sorts, filters and counts ten thousand deployments in well under
// a millisecond.
//
// [Cache] decides when the API is asked and what may be shown meanwhile. [Index] is built from one answer and never
// changes. The package knows no prices (only the rates it is given), no pages and no sessions; it must not log, and must not
// keep a token: one is used for the load it was passed for, and the account it belongs to is named by the caller with a
// keyed hash.
package fleet
