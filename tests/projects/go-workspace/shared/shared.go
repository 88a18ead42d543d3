// Package shared holds what the shop's services have in common.
package shared

// Greeting is what a visitor reads.
const Greeting = "welcome"
