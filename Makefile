.DEFAULT_GOAL := help
FUZZTIME ?= 60s

# The tests that do less with -short.
in_full = ^Test(Generated|Killed|Postgres|Ended|Shares_revoked|Nemesis|ReadsWhenTheAPIFails)

# SQLite is C in Go's clothes: looking at each of its pointers, as -race does, takes as long as all of ours together.
unchecked = -gcflags=modernc.org/...=-d=checkptr=0

go_tool = go tool -modfile=internal/tools/go.mod
release = CGO_ENABLED=0 go build -trimpath -ldflags="-s -w"
htmx    = static/lib/htmx.min.js

.PHONY: help
help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  %-10s %s\n", $$1, $$2 }'

.PHONY: run
run: try-assets ## start the demo: prints the address and the token to sign in with
	@go run ./cmd/comfydeck -demo

.PHONY: build
build: try-assets ## build bin/comfydeck and bin/sandbox
	$(release) -o bin/comfydeck ./cmd/comfydeck
	$(release) -o bin/sandbox ./cmd/sandbox

.PHONY: test
test: assets setup ## run every test, the browser suite last
	@# The race detector makes everything five times slower: what only repeats itself often, or takes servers down, does so in
	@# full without it. Most tests wait for something most of the time.
	internal/tools/with-postgres go test -race -short -parallel 4 $(unchecked) -timeout 25m ./...
	internal/tools/with-postgres go test -run '$(in_full)' -parallel 4 ./web ./internal/deployments
	cd internal/tools && go test ./assets
	cd internal/e2e && ../tools/with-postgres go test -parallel 3 -timeout 30m ./...

.PHONY: check
check: lint drift ## formatting, linters and generated code, then every test
	@$(MAKE) --no-print-directory test

.PHONY: lint
lint: ## formatting and linters only
	@internal/tools/unformatted
	go vet ./...
	$(go_tool) golangci-lint run
	cd internal/tools && go tool golangci-lint run ./assets
	cd internal/e2e && go tool -modfile=../tools/go.mod golangci-lint run

.PHONY: drift
drift: ## fail when a template changed and its generated code did not
	@internal/tools/drift $(go_tool) templ generate -path views -log-level error

.PHONY: generate
generate: ## turn views/*.templ into Go
	$(go_tool) templ generate -path views

.PHONY: fmt
fmt: ## format Go and templ sources
	$(go_tool) golangci-lint fmt
	$(go_tool) templ fmt views

.PHONY: bench
bench: ## measure the figures the project promises; with a plot in bin/bench.svg
	@mkdir -p bin
	go run ./internal/bench -out bin/bench

.PHONY: gallery
gallery: assets setup ## a picture of every screen, state, theme and width, into internal/e2e/captures/gallery
	cd internal/e2e && go run ./gallery

.PHONY: pictures
pictures: assets setup ## take the README's pictures from the demo, into docs/images
	cd internal/e2e && go run ./pictures -out ../../docs/images

.PHONY: lighthouse
lighthouse: assets setup ## audit sign-in, list and a deployment of the demo; below 99 in any category is a failure
	cd internal/e2e/lighthouse && npm ci
	cd internal/e2e && go run ./lighthouse

.PHONY: soak
soak: ## 10,000 random sequences of writes by two people over two server processes and either database, with every fault
	internal/tools/with-postgres go test ./web -run '^TestGenerated$$' -sequences 10000 -timeout 5h

.PHONY: nemesis
nemesis: ## an hour of people on two servers whose connections are slowed, frozen and cut, and which are killed
	internal/tools/with-postgres go test ./web -run '^TestNemesis$$' -nemesis 240 -timeout 2h

.PHONY: endurance
endurance: ## eight hours of twenty requests a second over an API that fails now and then: what a server holds must not grow
	internal/tools/with-postgres go test ./cmd/comfydeck -run '^TestEndurance$$' -endurance 8h -timeout 9h -v

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (60s) each
	internal/tools/fuzz $(FUZZTIME)

.PHONY: assets
assets: $(htmx) ## fetch htmx by lock file, check it, put it into static/lib

# The rule runs again when the lock file or the pinned sums change.
$(htmx): static/package-lock.json internal/tools/assets/main.go
	cd static && npm ci
	go run -C internal/tools ./assets -from ../../static/node_modules -to ../../static/lib

.PHONY: try-assets
try-assets:
	@# Without npm, or when it fails, the program itself says in one line what that means.
	@! command -v npm >/dev/null || $(MAKE) -s --no-print-directory assets || true

.PHONY: setup
setup: ## install what the tests need beyond Go and Node
	@internal/tools/setup

.PHONY: clean
clean: ## remove everything that was built or fetched
	rm -rf bin static/lib/*.js static/node_modules internal/e2e/node_modules internal/e2e/lighthouse/node_modules internal/e2e/captures
