// Tides answers with the height of the water at each gauge.
package main

import (
	"encoding/json"
	"log"
	"net/http"

	"git.tidewater.example/harbour/gauges"
	"github.com/go-chi/chi/v5"
)

func main() {
	router := chi.NewRouter()
	router.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	router.Get("/tides", func(w http.ResponseWriter, r *http.Request) {
		heights, err := gauges.Read(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(heights)
	})
	log.Fatal(http.ListenAndServe(":8080", router))
}
