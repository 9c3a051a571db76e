MODULE   := github.com/leadtocash/leadtocash
MODULES   = $(shell go list -m -f '{{.Dir}}')
BENCH    ?= .
FUZZTIME ?= 5s

# every runs a command in each module on its own, as an importer sees it.
every = @set -e; for dir in $(MODULES); do (cd "$$dir" && echo "$$dir: $(1)" && GOWORK=off $(1)); done

.DEFAULT_GOAL := help
.PHONY: help test test-race test-alone test-all bench fuzz golden generate fmt tidy \
	lint format vet staticcheck corelint tidy-check golangci vuln api release-check release-version

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## run every test of every module
	go test -timeout 40m work

test-race: ## run every test under the race detector
	go test -race work

test-alone: ## run the quick tests of each module without the others' sources
	$(call every,go test -short -skip TestJourneys ./...)

test-all: test test-alone ## run the tests both ways

bench: ## run the benchmarks, BENCH=regexp of them
	go test -run '^$$' -bench '$(BENCH)' -benchmem work

fuzz: ## run each fuzz target for FUZZTIME
	@set -e; for pkg in $$(go list work); do \
		for target in $$(go test -list '^Fuzz' "$$pkg" | grep '^Fuzz'); do \
			echo "$$pkg $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$pkg"; \
		done; \
	done

golden: ## write the golden files anew; review the difference
	go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | \
		awk '/internal\/golden/ { print $$1 }' | xargs -r -I{} go test {} -update

generate: ## write the generated files anew
	go generate work

fmt: ## format every file
	go tool gofumpt -w .

tidy: ## tidy every module
	$(call every,go mod tidy)

lint: format vet staticcheck corelint golangci ## run every linter

format: ## fail if a file is not formatted
	@unformatted=$$(go tool gofumpt -l .) && if [ -n "$$unformatted" ]; then \
		echo "run make fmt for:"; echo "$$unformatted"; exit 1; fi

vet: ## run go vet
	go vet work

staticcheck: ## run staticcheck
	go tool staticcheck work

corelint: ## check that the core stays pure
	go tool corelint work

golangci: ## run golangci-lint if it is installed
	@if command -v golangci-lint >/dev/null; then golangci-lint run $(addsuffix /...,$(MODULES)); \
	else echo "golangci-lint is not installed: skipped"; fi

tidy-check: ## fail if a module is not tidy
	$(call every,go mod tidy -diff)

vuln: ## look for known vulnerabilities; needs the network
	go tool govulncheck work

api: ## show how the exported API differs from the last release
	@tag=$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null) || { echo "there is no release yet"; exit 0; }; \
	old=$$(mktemp -d) && trap 'git worktree remove --force "$$old/tree"; rm -rf "$$old"' EXIT && \
	git worktree add --quiet --detach "$$old/tree" "$$tag" && \
	apidiff=$$(go tool -n apidiff) && \
	export GOWORK=off && (cd "$$old/tree" && "$$apidiff" -m -w "$$old/api" $(MODULE)) && \
	echo "changes since $$tag:" && "$$apidiff" -m "$$old/api" $(MODULE)

release-check: release-version lint tidy-check test-all api ## check that VERSION=vX.Y.Z can be tagged
	@echo "$(VERSION) can be tagged"

release-version:
	@echo '$(VERSION)' | grep -Eq '^v[0-9]+\.[0-9]+\.[0-9]+$$' || { echo 'usage: make release-check VERSION=v1.2.3'; exit 1; }
	@test -z "$$(git status --porcelain)" || { echo 'there are uncommitted changes'; exit 1; }
	@grep -q '^## \[$(VERSION:v%=%)\]' CHANGELOG.md || { echo 'CHANGELOG.md has no section for $(VERSION)'; exit 1; }
	@! grep -q '^replace' go.mod || { echo 'go.mod: importers ignore replace'; exit 1; }
	@for mod in $(wildcard storage/*/go.mod) einvoice/go.mod migrate/go.mod; do \
		grep -q '$(MODULE) $(VERSION)$$' $$mod || { echo "$$mod does not require $(VERSION)"; exit 1; }; done
