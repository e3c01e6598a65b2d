/**
 * What the API is held against: a handler of Hono's that answers with the body in a file, whatever it is asked.
 *
 * Shape    `node bare.ts FILE PORT`, until it is ended; `/packed` packs it for who takes that, as the API does
 */
import { readFileSync } from "node:fs"
import { serve } from "@hono/node-server"
import { Hono } from "hono"
import { compress } from "hono/compress"

const [path = "", port] = process.argv.slice(2)
const body = new Uint8Array(readFileSync(path))
const app = new Hono()
app.use("/packed", compress())
app.get("*", (c) => c.body(body, 200, { "Content-Type": "application/json", "Content-Length": `${body.length}` }))
serve({ fetch: app.fetch, port: Number(port), hostname: "127.0.0.1" })
