#!/usr/bin/env node
/**
 * The entry: what needs nothing else is answered before the rest is loaded.
 */
import { enableCompileCache } from "node:module"
import { homedir } from "node:os"
import { join } from "node:path"
import { version } from "./version.ts"

if (process.argv.length === 3 && process.argv[2] === "--version") process.stdout.write(`${version}\n`)
else {
  // What the engine makes of the program is kept, so that the next start is a third shorter; failing that it is made anew.
  try {
    enableCompileCache(join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "dwell", "compiled"))
  } catch {
    // Whoever has no home has no cache either.
  }
  // The screens need none of what makes sense of a command line, and are there the sooner for it.
  const isScreen = process.argv.length === 2 && process.stdin.isTTY && process.stdout.isTTY
  if (isScreen) (await import("./screen/open.tsx")).run({})
  else (await import("./cli.ts")).run(process.argv)
}
