module github.com/example/ledger/v2

go 1.25.0

require (
	github.com/caarlos0/env/v11 v11.3.1
	github.com/go-chi/chi/v5 v5.2.3
)
