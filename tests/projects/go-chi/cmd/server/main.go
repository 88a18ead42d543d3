package main

import (
	"log"
	"net/http"
	"os"
	"path/filepath"

	"github.com/go-chi/chi/v5"

	"github.com/example/ledger/v2/internal/config"
)

func main() {
	cfg := config.Load()
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		log.Fatal("no migrations found")
	}
	if _, err := os.ReadFile("migrations/001_entries.sql"); err != nil {
		log.Fatal(err)
	}
	r := chi.NewRouter()
	r.Get("/healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("ok\n"))
	})
	srv := &http.Server{Addr: cfg.Address(), Handler: r}
	log.Fatal(srv.ListenAndServe())
}
