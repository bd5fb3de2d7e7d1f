// Package sandbox is the RunComfy Deployment API as a server that runs anywhere: the five endpoints of
// https://docs.runcomfy.com/serverless/deployment-endpoints, with accounts, validation, an optional data file, realistic
// generated deployments and faults on demand. Tests, the demo and other teams' scripts run against it.
//
// It is written from the document with its own wire types and must never import the API client: a mistake made in the
// client must not be repeated here. It judges requests strictly and answers as the document shows. Where the document is
// silent it does the following.
//
//   - GET {id}, POST and PATCH answers carry the payload, as the document's examples do; the readme only with
//     includes=readme. Unknown includes values are ignored.
//   - A new deployment of a workflow that the account already runs gets that workflow's payload and readme; any other gets
//     the empty payload of the document.
//   - Another account's deployment answers 403 with code 403003, an id that never was or is gone 404 with code 404001,
//     an id that is no UUID 422 with code 422001.
//   - Every accepted PATCH advances updated_at, an empty one too.
//   - GET /openapi.yaml describes the API and needs no token.
//
// # Faults
//
// A fault makes chosen calls go wrong. ParseFault reads it from
//
//	KIND[@ROUTE][:COUNT][=ARG]
//
// ROUTE is list, get, create, update, delete or * (the default): which calls the fault counts. COUNT says which of
// these calls go wrong: every (the default), first, 3 (the third), 1-3 or 4- (the fourth and all later). ARG depends on the
// kind. Faults act before the token is looked at. The first fault that is due decides; the others still count the call.
//
// These kinds take the place of the service, which then does nothing; with -after (500-after) it does its work first and only
// the answer is lost:
//
//	hang       no answer until the client goes away or the sandbox is closed
//	reset      the connection is reset (reset-before is the same)
//	html       200 with an HTML page
//	html502    502 with an HTML page
//	error200   200 with error_code 10001
//	400 401 402 403 404 409 500 502 503 504
//	           that status with the API's error body
//	422        422 with a detail array; ARG is the field (default name)
//	422-twice  422 with two complaints about the field ARG (default name)
//	422-body   422 with a complaint about the whole body and without a message
//	422-texts  422 with a detail array of texts and without a message
//	429        429; ARG is the Retry-After header (default 2). 503 takes it too (default: no header)
//	redirect   307; ARG is the Location (default /elsewhere)
//	delete-false
//	           200 with {"success":false}
//
// These let the service do its work and change its answer:
//
//	truncate       half of the body under the full Content-Length
//	slow-body      half of the body, a pause of ARG (default 30s), the rest
//	huge           the body behind blanks, ARG bytes in all (default 64MiB; KiB, MiB and GiB are understood)
//	gzip-bomb      the same, compressed (default 256MiB)
//	empty          no body
//	null           the body null
//	wrapped        a list as {"deployments":[...]}
//	wrong-id       valid ids, but other ones
//	no-id          no id
//	unknown-status, unknown-hardware
//	               values that the document does not know
//	no-payload, null-payload
//	               payload left out, or null
//	duplicate-key  min_instances twice, with two values
//	case-key       MIN_INSTANCES beside min_instances, with another value
//	ignore-field   a PATCH answers 200 but does not apply the field ARG
package sandbox
