module git.tidewater.example/harbour/tides

go 1.26.0

require (
	git.tidewater.example/harbour/gauges v1.4.0
	github.com/go-chi/chi/v5 v5.2.3
)
