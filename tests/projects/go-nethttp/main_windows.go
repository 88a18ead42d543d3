package main

const port = 9999
