package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	if err := os.MkdirAll("./data", 0o755); err != nil {
		log.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "./data/notes.db")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS notes (text TEXT)"); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM notes").Scan(&n); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, n, "notes")
	})
	log.Fatal(http.ListenAndServe(":8090", nil))
}
