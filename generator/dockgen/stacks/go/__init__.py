"""Go programs: modules, vendored trees and GOPATH checkouts, built to one binary."""
