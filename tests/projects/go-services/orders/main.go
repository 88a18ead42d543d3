// Command orders takes orders.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/shop/common"
	"github.com/joho/godotenv"
)

func main() {
	err := godotenv.Load()
	if err != nil {
		log.Fatal("Error loading .env file")
	}
	currency := os.Getenv("CURRENCY")
	if currency == "" {
		log.Fatal("CURRENCY is not set")
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "0 orders in", currency)
	})
	log.Fatal(common.Serve(nil))
}
