#!/usr/bin/env node
/**
 * The entry: what needs nothing else is answered before the rest is loaded.
 */
import { version } from "./version.ts"

if (process.argv.length === 3 && process.argv[2] === "--version") process.stdout.write(`${version}\n`)
else {
  const { run } = await import("./cli.ts")
  run(process.argv)
}
