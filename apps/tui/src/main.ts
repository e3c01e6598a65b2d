#!/usr/bin/env node
/**
 * The entry: what needs no other module is done before the rest is loaded.
 */
import { version } from "./version.ts"

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

if (major < 22 || (major === 22 && minor < 16)) {
  process.stderr.write(
    `dwell needs Node 22.16 or newer, and this is ${process.versions.node}. Run it with a newer one.\n`,
  )
  process.exitCode = 1
} else if (process.argv.length === 3 && process.argv[2] === "--version") process.stdout.write(`${version}\n`)
else {
  const cache = await import("./compileCache.ts")
  cache.enable()
  if (process.argv.length === 2 && process.stdin.isTTY && process.stdout.isTTY) {
    // The screens need no command line parser, and start sooner without it.
    const { start } = await import("./screen/worker/spawn.ts")
    const thread = start()
    const { run } = await import("./screen/open.tsx")
    run(thread)
  } else (await import("./cli.ts")).run(process.argv)
}
