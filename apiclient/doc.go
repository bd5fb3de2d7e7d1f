// Package apiclient speaks the RunComfy Serverless Deployment API: list, get, create, update and delete a deployment.
//
// The contract is https://docs.runcomfy.com/serverless/deployment-endpoints; each method names its section there.
// Where the service is known to differ from that page, a comment beside the line says so.
//
// Three promises shape the package:
//
//   - A write leaves the process at most once. Only reads are retried, within a budget.
//   - Answers are judged strictly and fields are read liberally. An HTML page, a truncated body, a repeated key, a
//     wrong id or an error inside a 200 is an [Error]. A missing, null or oddly typed field is not.
//   - The token is an argument of every call. It is sent to the configured origin only, through no redirect, and it is
//     in no error.
//
// Deployments are all it knows: runs, their results and webhooks, and the account's balance are other APIs, which nothing here asks.
//
// The package must not hold business rules (limits, prices, which status means what), must not cache, must not log, and
// must never fetch a URL that it found in an answer. It imports no other package of this module.
package apiclient
